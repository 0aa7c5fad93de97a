#ifndef BREAKEVEN_REPORT_REPORT_H
#define BREAKEVEN_REPORT_REPORT_H

#include "bench/base/error.h"

#include <stddef.h>
#include <stdio.h>

/* What came of a report beside its files. */
struct report_result {
    size_t pictures;
    struct error pictures_error; /* why there are not more of them */
};

/* Everything right of samples.csv: reads folder's samples.csv and host.json, writes summary.csv,
 * crossover.csv, law.csv where there are laws, and plots/, and prints the tables to file (NULL:
 * does not). Without pictures it still succeeds; result says so. */
int report_make(const char *folder, FILE *file, struct report_result *result, struct error *error);

#endif
