#ifndef BREAKEVEN_REPORT_TABLE_H
#define BREAKEVEN_REPORT_TABLE_H

#include "bench/analyse/compare.h"
#include "bench/report/scene.h"

#include <stdio.h>

/* Prints, for each work, a table of crossovers and best speedups by strategy and worker count, what
 * went wrong, one sentence per strategy and one per law. */
int table_print(FILE *file, const struct summaries *summaries, const struct crossovers *crossovers,
                const struct laws *laws, const struct host *host, struct error *error);

/* Prints what a comparison found: cells that got worse, better or are missing, and the count. */
void table_print_comparison(FILE *file, const struct comparisons *comparisons);

#endif
