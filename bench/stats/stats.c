#include "bench/stats/stats.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Into so many stretches of time values are cut at least: of two it could not be told how much
 * stretches vary. */
enum { LEAST_STRETCHES = 3 };

size_t stats_keep_known(double values[], size_t count)
{
    size_t known = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i]))
            values[known++] = values[i];
    return known;
}

double stats_median(double values[], size_t count)
{
    if (count == 0)
        return NAN;
    gsl_sort(values, 1, count);
    return gsl_stats_median_from_sorted_data(values, 1, count);
}

double stats_quantile(double values[], size_t count, double p)
{
    if (count == 0)
        return NAN;
    gsl_sort(values, 1, count);
    return gsl_stats_quantile_from_sorted_data(values, 1, count, p);
}

double stats_skew(double values[], size_t count)
{
    double lower = stats_quantile(values, count, 0.25), upper = stats_quantile(values, count, 0.75);
    return (lower + upper) / 2 - stats_median(values, count);
}

/* P(low < median < high) where they are the values of rank d from either end. */
static double coverage(size_t rank, size_t count)
{
    return rank == 0 ? 1 : 1 - 2 * gsl_cdf_binomial_P((unsigned)rank - 1, 0.5, (unsigned)count);
}

size_t stats_rank(size_t count)
{
    size_t rank = 0;
    double start = (double)count / 2 - sqrt((double)count); /* a little below it, found by search */
    if (start > 1)
        rank = (size_t)start;
    while (2 * (rank + 1) <= count && coverage(rank + 1, count) >= STATS_CONFIDENCE)
        rank++;
    return rank;
}

struct interval stats_interval(double values[], size_t count)
{
    struct interval interval = {stats_median(values, count), NAN, NAN};
    size_t rank = stats_rank(count);
    if (rank == 0)
        return interval;
    double n = (double)count, d = (double)rank, outer = coverage(rank, count);
    double share = (outer - STATS_CONFIDENCE) / (outer - coverage(rank + 1, count));
    double inwards = (n - d) * share / (d + (n - 2 * d) * share);
    interval.low = values[rank - 1] + inwards * (values[rank] - values[rank - 1]);
    interval.high =
        values[count - rank] - inwards * (values[count - rank] - values[count - rank - 1]);
    return interval;
}

/* How many of the sorted values are below that one; or, with those that are equal to it, not above.
 */
static size_t count_below(const double sorted[], size_t count, double value, bool equal)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] < value || (equal && sorted[middle] == value))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Of values in the order of time: sums of squares of their ranks. */
struct variation {
    double between, within; /* stretches */
    double sizes;           /* squares of the stretches' own */
};

static struct variation vary(const double values[], const double sorted[], size_t count,
                             size_t stretches)
{
    struct variation variation = {0, 0, 0};
    double mean = ((double)count - 1) / 2, all = 0;
    for (size_t stretch = 0, i = 0; stretch < stretches; stretch++) {
        double sum = 0, size = 0;
        for (; i < (stretch + 1) * count / stretches; i++, size++) {
            size_t below = count_below(sorted, count, values[i], false);
            size_t upto = count_below(sorted, count, values[i], true);
            double off = (double)(below + upto - 1) / 2 - mean; /* equal ones share their ranks */
            sum += off;
            all += off * off;
        }
        variation.between += sum * sum / size;
        variation.sizes += size * size;
    }
    variation.within = fmax(0, all - variation.between);
    return variation;
}

double stats_widening(const double values[], double scratch[], size_t count)
{
    size_t stretches = (size_t)lround(sqrt((double)count));
    if (count < 2 * LEAST_STRETCHES)
        return 1;
    stretches = stretches < LEAST_STRETCHES ? LEAST_STRETCHES : stretches;
    memcpy(scratch, values, count * sizeof *scratch);
    gsl_sort(scratch, 1, count);
    struct variation found = vary(values, scratch, count, stretches);
    double n = (double)count, k = (double)stretches, size = (n - found.sizes / n) / (k - 1);
    double between = found.between / (k - 1), within = found.within / (n - k);
    if (between <= within)
        return 1;
    double rho = (between - within) / (between + (size - 1) * within);
    return sqrt(1 + (found.sizes / n - 1) * rho);
}

struct interval stats_interval_over_time(double values[], double scratch[], size_t count)
{
    double widening = stats_widening(values, scratch, count);
    struct interval interval = stats_interval(values, count);
    interval.low = interval.median - widening * (interval.median - interval.low);
    interval.high = interval.median + widening * (interval.high - interval.median);
    return interval;
}

double stats_sign_p(const double values[], size_t count)
{
    unsigned above = 0, below = 0;
    for (size_t i = 0; i < count; i++) {
        above += values[i] > 0;
        below += values[i] < 0;
    }
    return fmin(1, 2 * gsl_cdf_binomial_P(above < below ? above : below, 0.5, above + below));
}

void stats_holm(double p[], size_t scratch[], size_t count)
{
    double least = 0;
    gsl_sort_index(scratch, p, 1, count);
    for (size_t i = 0; i < count; i++) {
        double corrected = fmin(1, p[scratch[i]] * (double)(count - i));
        least = fmax(least, corrected);
        p[scratch[i]] = least;
    }
}

size_t stats_least_count(size_t tests)
{
    size_t count = 1;
    while ((double)tests * pow(2, 1 - (double)count) > 1 - STATS_CONFIDENCE)
        count++;
    return count;
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
