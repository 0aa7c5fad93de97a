#ifndef BREAKEVEN_ANALYSE_CROSSOVER_METG_H
#define BREAKEVEN_ANALYSE_CROSSOVER_METG_H

#include "bench/analyse/crossover/crossover.h"

/* The smallest job that still runs at an efficiency, which is speedup / parallelism. */
struct metg {
    double job_ns;          /* its serial time; at most that where the smallest size already does */
    double low_ns, high_ns; /* the bracket: serial time at the last size that surely does not, and
                               from the first that surely does, for good */
    double task_bench_ns;   /* the same job as Task Bench counts it: wall time x parallelism / jobs
                               (METG, Slaughter et al., SC 2020) */
};

/* From points in ascending order of size. NaN: not known, as beside a size of which nothing is, or
 * where no size is surely below, or none surely above. Ends are those of the 95 % intervals of the
 * sizes; they are not interpolated, as between sizes the curve may be anywhere. */
struct metg metg_of(const struct crossover_point points[], size_t count, double efficiency);

#endif
