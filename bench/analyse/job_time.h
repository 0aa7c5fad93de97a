#ifndef BREAKEVEN_ANALYSE_JOB_TIME_H
#define BREAKEVEN_ANALYSE_JOB_TIME_H

#include "bench/analyse/speedup.h"

/* What one job of that size takes serially, in ns: the one time of a size, whoever is told of it.
 * It is the median of the serial cell that the key's cells are compared with, warm; cold where that
 * was not measured; between two sizes on the straight line in log-log scale. NaN where it is not
 * known: in empty batches, and beyond the sizes that were measured. */
double job_time_ns(const struct summaries *summaries, const struct key *key, double size);

#endif
