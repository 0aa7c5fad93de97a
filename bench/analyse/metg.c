#include "bench/analyse/metg.h"

#include <math.h>

double metg_of(const struct crossover_point points[], size_t count, double efficiency)
{
    size_t first = crossover_above(points, count, CROSSOVER_EFFICIENCY, efficiency);
    if (first > 0 && isnan(points[first - 1].efficiency))
        return NAN;
    double size = crossover_rises_at(points, count, CROSSOVER_EFFICIENCY, efficiency);
    return crossover_job_ns_at(points, count, size);
}
