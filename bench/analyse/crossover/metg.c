#include "bench/analyse/crossover/metg.h"

#include <math.h>

/* The speedup that is this efficiency at a point. */
static double speedup_at(const struct crossover_point *point, double efficiency)
{
    return efficiency * point->speedup / point->efficiency;
}

/* The serial time at the last size that is surely less efficient; NaN where there is none. */
static double surely_below(const struct crossover_point points[], size_t count, double efficiency)
{
    for (size_t i = count; i-- > 0;)
        if (points[i].high < speedup_at(&points[i], efficiency))
            return points[i].job_ns;
    return NAN;
}

/* The serial time at the first size from which on all are surely as efficient. */
static double surely_above(const struct crossover_point points[], size_t count, double efficiency)
{
    size_t first = count;
    while (first > 0 && points[first - 1].low >= speedup_at(&points[first - 1], efficiency))
        first--;
    return first < count ? points[first].job_ns : (double)NAN;
}

struct metg metg_of(const struct crossover_point points[], size_t count, double efficiency)
{
    struct metg metg = {
        .job_ns = NAN,
        .low_ns = surely_below(points, count, efficiency),
        .high_ns = surely_above(points, count, efficiency),
        .task_bench_ns = NAN,
    };
    size_t first = crossover_above(points, count, CROSSOVER_EFFICIENCY, efficiency);
    if (first == count || (first > 0 && isnan(points[first - 1].efficiency)))
        return metg;
    double size = crossover_rises_at(points, count, CROSSOVER_EFFICIENCY, efficiency);
    metg.job_ns = crossover_job_ns_at(points, count, size);
    metg.task_bench_ns = metg.job_ns / (first > 0 ? efficiency : points[0].efficiency);
    return metg;
}
