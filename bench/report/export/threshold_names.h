#ifndef BREAKEVEN_REPORT_EXPORT_THRESHOLD_NAMES_H
#define BREAKEVEN_REPORT_EXPORT_THRESHOLD_NAMES_H

#include "bench/analyse/threshold/threshold.h"
#include "bench/base/text.h"

/* Names each threshold: "BREAKEVEN_SQUARES_OPENMP_W2_WARM", of the work, the strategy, the workers
 * and cold or warm, "_JOBS" behind it where it is a number of jobs; then, where several would be
 * called so, what these differ in ("_JOBS_8", "_SIZE_1000"), and at last a number. Valid in C,
 * CMake and shells, and each there once. The names are kept in strings. */
int threshold_names_make(struct thresholds *thresholds, struct strings *strings,
                         struct error *error);

#endif
