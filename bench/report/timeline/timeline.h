#ifndef BREAKEVEN_REPORT_TIMELINE_TIMELINE_H
#define BREAKEVEN_REPORT_TIMELINE_TIMELINE_H

#include "bench/base/error.h"
#include "bench/data/host.h"
#include "bench/data/timeline.h"
#include "bench/report/picture/gnuplot.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The same batch under one strategy or several, in the order in which they are shown. */
struct timelines {
    const struct timeline *timelines;
    size_t count;
    uint64_t takes; /* batches of each, of which this is the fastest */
};

/* Of more jobs than this a table shows what each worker did. */
enum { TIMELINE_MOST_LINES = 100 };

/* Prints each timeline, and how they compare where there are several. all: a line a job, however
 * many there are. */
int timelines_print(FILE *file, const struct timelines *timelines, bool all, struct error *error);

/* trace.csv: a row for open, map and close of each strategy, and for each job. Times are ns from
 * the beginning of the strategy's timeline. The file appears whole. */
int timelines_write_csv(const char *path, const struct timelines *timelines, struct error *error);

/* Chrome's trace-event format, which Perfetto and chrome://tracing open: a process for each
 * strategy and a thread for each worker, all from time 0, in us. A job that began and did not end
 * is an instant. The file appears whole. */
int timelines_write_json(const char *path, const struct timelines *timelines,
                         const struct host *host, struct error *error);

/* Draws folder/plots/timeline in these formats beside its script and data, as gnuplot_draw does:
 * where gnuplot is missing or fails *tool says so. *drawn: whether there is a picture. */
int timelines_draw(const char *folder, const struct timelines *timelines, const struct host *host,
                   const struct picture_formats *formats, const volatile sig_atomic_t *interrupted,
                   bool *drawn, struct error *tool, struct error *error);

#endif
