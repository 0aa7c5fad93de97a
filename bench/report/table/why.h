#ifndef BREAKEVEN_REPORT_TABLE_WHY_H
#define BREAKEVEN_REPORT_TABLE_WHY_H

#include "bench/analyse/costs.h"
#include "bench/report/panel/panel.h"

#include <stdio.h>

/* The batch that is asked about: one of a line, with size and workers. */
struct why_batch {
    const struct panel *panel;
    const struct line *line;
    const struct visits *visits;
    const struct key *key;
    const struct costs *costs;
};

/* Prints an item for each temperature: what takes most of the time beyond the share, with its
 * figure, and from which size or number of jobs on it does not matter. */
int why_print(FILE *file, const struct why_batch *batch, struct error *error);

#endif
