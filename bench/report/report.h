#ifndef BREAKEVEN_REPORT_REPORT_H
#define BREAKEVEN_REPORT_REPORT_H

#include "bench/base/error.h"

#include <signal.h>
#include <stddef.h>
#include <stdio.h>

/* What came of a report beside its files. */
struct report_result {
    size_t pictures;
    struct error gnuplot_error; /* why there are not more of them: gnuplot is missing or fails */
};

/* Everything right of samples.csv: reads folder's samples.csv and host.json, writes summary.csv,
 * crossover.csv, law.csv where there are laws, plots/ and report.html, and prints the tables to
 * file (NULL: does not). Without gnuplot it still succeeds; result says so. Fails with
 * EXIT_INTERRUPTED where *interrupted (NULL: it is not looked at) does not stay 0 while pictures
 * are drawn. */
int report_make(const char *folder, FILE *file, const volatile sig_atomic_t *interrupted,
                struct report_result *result, struct error *error);

#endif
