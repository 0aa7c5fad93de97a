#ifndef BREAKEVEN_SESSION_RUN_TIMELINE_H
#define BREAKEVEN_SESSION_RUN_TIMELINE_H

#include "bench/report/picture/gnuplot.h"
#include "bench/session/measuring.h"

/* Beside what was measured, why: four of the largest jobs of the run's first work, under serial,
 * fork, forkpool and openmp, or what the run has in their place. Leaves trace.csv, trace.json and
 * the picture timeline in the run's folder, in about a second; as much of that as can be had, and
 * nothing where the work needs an input, a batch takes longer than a second or goes wrong, or a
 * signal came: the page does without, and of a machine or a disk that refuses the report tells. */
void run_timeline(const struct measuring *run, const struct picture_formats *formats);

#endif
