#ifndef BREAKEVEN_REPORT_REPORT_H
#define BREAKEVEN_REPORT_REPORT_H

#include "bench/base/error.h"
#include "bench/report/picture/gnuplot.h"
#include "bench/report/table/chart.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What came of a report beside its files. */
struct report_result {
    size_t pictures;
    struct error gnuplot_error; /* why there are not more of them: gnuplot is missing or fails */
    bool printed;               /* what was wanted was, also where something else went wrong */
    bool floors;                /* the folder holds floors, of which tables alone are printed */
};

/* What is wanted of a report. */
struct report_request {
    FILE *file; /* what is printed goes there; NULL: nothing is */
    enum report_output {
        REPORT_ANSWER,
        REPORT_CHART, /* of crossovers, for the terminal */
        REPORT_JSON,
    } output;
    bool verbose; /* the full tables before the answer */
    struct terminal terminal;
    struct picture_formats formats;
    const volatile sig_atomic_t *interrupted; /* NULL: it is not looked at */
};

/* Everything right of samples.csv: reads folder's samples.csv and host.json, writes summary.csv,
 * crossover.csv, law.csv where there are cost fits, tables.txt, plots/ and report.html, and prints.
 * Of a folder of floors it prints these. Without gnuplot it still succeeds; result says so. Fails
 * with ERROR_INTERRUPTED where *interrupted does not stay 0 while pictures are drawn. */
int report_make(const char *folder, const struct report_request *request,
                struct report_result *result, struct error *error);

#endif
