#include "bench/analyse/stats.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>

double stats_median(double values[], size_t count)
{
    if (count == 0)
        return NAN;
    gsl_sort(values, 1, count);
    return gsl_stats_median_from_sorted_data(values, 1, count);
}

size_t stats_rank(size_t count)
{
    size_t rank = 0;
    while (2 * (rank + 1) <= count &&
           gsl_cdf_binomial_P((unsigned)rank, 0.5, (unsigned)count) <= 0.025)
        rank++;
    return rank;
}

struct interval stats_interval(double values[], size_t count)
{
    struct interval interval = {stats_median(values, count), NAN, NAN};
    size_t rank = stats_rank(count);
    if (rank > 0) {
        interval.low = values[rank - 1];
        interval.high = values[count - rank];
    }
    return interval;
}

double stats_log_crossing(double x0, double y0, double x1, double y1, double y)
{
    double slope = log(y1 / y0);
    return fabs(slope) < 1e-12 ? x1 : x0 * exp(log(x1 / x0) * log(y / y0) / slope);
}

double stats_log_value(double x0, double y0, double x1, double y1, double x)
{
    return x1 > x0 ? y0 * exp(log(y1 / y0) * log(x / x0) / log(x1 / x0)) : y0;
}
