#ifndef BREAKEVEN_CLI_RUN_TIMELINE_H
#define BREAKEVEN_CLI_RUN_TIMELINE_H

#include "bench/cli/measuring.h"
#include "bench/report/gnuplot.h"

/* Beside what was measured, why: four of the largest jobs of the run's first work, under serial,
 * fork, forkpool and openmp, or what the run has in their place. Leaves trace.csv, trace.json and
 * the picture timeline in the run's folder, in about a second. Nothing, and no error, where the
 * work needs an input, a batch takes longer than a second or goes wrong, or a signal came. */
int run_timeline(const struct measuring *run, const struct picture_formats *formats,
                 struct error *error);

#endif
