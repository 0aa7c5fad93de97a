#ifndef BREAKEVEN_ANALYSE_METG_H
#define BREAKEVEN_ANALYSE_METG_H

#include "bench/analyse/crossover.h"

/* METG(e), the minimum effective task granularity (Slaughter et al., Task Bench, SC 2020): the
 * serial time of the smallest job that still runs at the efficiency e; at most that where the
 * smallest size measured already does. NaN where it is not known, as beside a size of which nothing
 * is known. Points are in ascending order of size. */
double metg_of(const struct crossover_point points[], size_t count, double efficiency);

#endif
