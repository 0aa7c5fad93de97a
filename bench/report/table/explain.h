#ifndef BREAKEVEN_REPORT_TABLE_EXPLAIN_H
#define BREAKEVEN_REPORT_TABLE_EXPLAIN_H

#include "bench/analyse/costs.h"
#include "bench/report/panel/panel.h"

#include <stdio.h>

/* What is to be explained. */
struct explain_request {
    const char *strategy;
    const char *work; /* NULL: all works of the run */
    uint64_t size;    /* 0: the one nearest to the crossover, else the largest */
    uint64_t workers; /* 0: the panel's full workers */
    const struct visits *visits;
};

/* Prints, for each line of the strategy in the panel, where the time of a batch goes and what would
 * make it pay, each with its figure. *told grows by the lines that were explained. */
int explain_print(FILE *file, const struct panel *panel, const struct explain_request *request,
                  size_t *told, struct error *error);

/* Prints, for each line of the strategy in a panel along jobs, from how many jobs on it pays. */
int explain_print_jobs(FILE *file, const struct panel *panel, const struct explain_request *request,
                       struct error *error);

#endif
