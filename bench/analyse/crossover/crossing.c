#include "bench/analyse/crossover/crossing.h"
#include "bench/stats/stats.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <math.h>
#include <stdlib.h>

/* A line through two points fits always; with this many there is something left to judge it by. */
enum { LEAST_POINTS = 4 };
/* So many points on either side of the bracket are looked at. */
enum { NEIGHBOURS = 2 };
/* Weights go by the fitted line, which goes by the weights; a few rounds settle both. */
enum { REFITS = 5 };
/* A law that is true is refused so often. */
#define REFUSED_SHARE 0.01
/* Half the width of a 95 % interval, in standard errors. */
#define NORMAL_95 1.959963984540054

static double value_of(const struct crossover_point *point, enum crossover_curve curve)
{
    switch (curve) {
    case CROSSOVER_MEDIAN:
        return point->speedup;
    case CROSSOVER_LOW:
        return point->low;
    case CROSSOVER_HIGH:
        return point->high;
    case CROSSOVER_EFFICIENCY:
        return point->efficiency;
    }
    return NAN;
}

size_t crossover_above(const struct crossover_point points[], size_t count,
                       enum crossover_curve curve, double level)
{
    size_t first = count;
    while (first > 0 && value_of(&points[first - 1], curve) > level)
        first--;
    return first;
}

bool crossover_is_known(const struct crossover_point *point)
{
    return !isnan(point->low) && !isnan(point->high);
}

/* ------------------------------------------------------------------------------- laws */

/* The scales in which a law is a straight line. */
enum law { LAW_BATCH_BY_SIZE, LAW_BATCH_BY_TIME, LAW_POWER, LAWS };

static double abscissa(enum law law, const struct crossover_point *point)
{
    return law == LAW_POWER           ? log(point->size)
           : law == LAW_BATCH_BY_SIZE ? 1 / point->size
                                      : 1 / point->job_ns;
}

static double ordinate(enum law law, double speedup)
{
    return law == LAW_POWER ? log(speedup) : 1 / speedup;
}

static double speedup_of(enum law law, double ordinate)
{
    return law == LAW_POWER ? exp(ordinate) : 1 / ordinate;
}

/* What a law is fitted to: count points, in its scales. */
struct fit {
    double *x, *y, *weight;
    size_t count;
    double base, slope;
};

/* The standard error of the logarithm of a point's speedup, on the side on which the value lies. */
static double error_of(const struct crossover_point *point, double value)
{
    double end = value > point->speedup ? point->high : point->low;
    return fmax(fabs(log(end / point->speedup)) / NORMAL_95, 1e-9);
}

/* By how many standard errors a point lies off the line. */
static double residual(enum law law, const struct crossover_point *point, double fitted)
{
    double speedup = speedup_of(law, fitted);
    return speedup > 0 ? log(point->speedup / speedup) / error_of(point, speedup) : INFINITY;
}

/* At first by the points' own values, which rounding must put on neither side. */
static void weigh(enum law law, const struct crossover_point points[], struct fit *fit, bool first)
{
    for (size_t i = 0; i < fit->count; i++) {
        double value = first ? fit->y[i] : fit->base + fit->slope * fit->x[i];
        double speedup = first ? points[i].speedup : speedup_of(law, value);
        if (!(speedup > 0)) {
            value = fit->y[i];
            speedup = points[i].speedup;
        }
        double error = error_of(&points[i], speedup) * (law == LAW_POWER ? 1 : value);
        fit->weight[i] = 1 / (error * error);
    }
}

/* True where the points, all with intervals, follow the law. */
static bool follows(enum law law, const struct crossover_point points[], struct fit *fit)
{
    double variance, covariance, slope_variance, squares;
    for (size_t i = 0; i < fit->count; i++) {
        fit->x[i] = abscissa(law, &points[i]);
        fit->y[i] = ordinate(law, points[i].speedup);
        if (!isfinite(fit->x[i]))
            return false;
    }
    for (int i = 0; i < REFITS; i++) {
        weigh(law, points, fit, i == 0);
        gsl_fit_wlinear(fit->x, 1, fit->weight, 1, fit->y, 1, fit->count, &fit->base, &fit->slope,
                        &variance, &covariance, &slope_variance, &squares);
    }
    squares = 0;
    for (size_t i = 0; i < fit->count; i++)
        squares += pow(residual(law, &points[i], fit->base + fit->slope * fit->x[i]), 2);
    return squares <= gsl_cdf_chisq_Qinv(REFUSED_SHARE, (double)fit->count - 2);
}

/* The size between two points at which a curve reaches the level, by that law; the second where it
 * is flat.
 */
static double between(enum law law, const struct crossover_point *below,
                      const struct crossover_point *above, enum crossover_curve curve, double level)
{
    double x0 = abscissa(law, below), x1 = abscissa(law, above);
    double y0 = ordinate(law, value_of(below, curve));
    double y1 = ordinate(law, value_of(above, curve));
    if (fabs(y1 - y0) < 1e-12)
        return above->size;
    double share = (ordinate(law, level) - y0) / (y1 - y0), x = x0 + share * (x1 - x0);
    if (law == LAW_BATCH_BY_SIZE)
        return 1 / x;
    if (law == LAW_BATCH_BY_TIME)
        return stats_log_value(below->job_ns, below->size, above->job_ns, above->size, 1 / x);
    return exp(x);
}

/* ------------------------------------------------------------------------------- reading */

/* The last point at which the curve is surely not ahead, and the first from which on it surely is;
 * below is count where there is none. */
struct bracket {
    size_t below, above;
};

static struct bracket bracket_of(const struct crossover_point points[], size_t count)
{
    struct bracket bracket = {count, crossover_above(points, count, CROSSOVER_LOW, 1)};
    for (size_t i = bracket.above; i-- > 0 && bracket.below == count;)
        if (points[i].high <= 1)
            bracket.below = i;
    return bracket;
}

/* crossover_rises_at by any law. */
static double rises_at(enum law law, const struct crossover_point points[], size_t count,
                       enum crossover_curve curve, double level)
{
    size_t first = crossover_above(points, count, curve, level);
    if (first == count)
        return NAN;
    if (first == 0 || isnan(value_of(&points[first - 1], curve)))
        return points[first].size;
    return between(law, &points[first - 1], &points[first], curve, level);
}

double crossover_rises_at(const struct crossover_point points[], size_t count,
                          enum crossover_curve curve, double level)
{
    return rises_at(LAW_POWER, points, count, curve, level);
}

/* The size from which on the upper end may be above 1, at the earliest: what is not known may be
 * above. NaN where that is the first size. */
static double may_rise_at(enum law law, const struct crossover_point points[], size_t count)
{
    size_t first = count;
    while (first > 0 && !(points[first - 1].high <= 1))
        first--;
    if (first == 0)
        return NAN;
    if (!crossover_is_known(&points[first]))
        return points[first - 1].size;
    return between(law, &points[first - 1], &points[first], CROSSOVER_HIGH, 1);
}

/* The points with an interval that lie in the bracket, and some on either side of it: those that a
 * law must hold for. Returns how many. */
static size_t choose_points(const struct crossover_point points[], size_t count,
                            struct bracket bracket, struct crossover_point chosen[])
{
    size_t first = bracket.below < count ? bracket.below : 0, last = bracket.above, used = 0;
    size_t lower = first >= NEIGHBOURS - 1 ? NEIGHBOURS - 1 : first;
    size_t upper = count - 1 - last >= NEIGHBOURS - 1 ? NEIGHBOURS - 1 : count - 1 - last;
    first -= lower;
    last += upper;
    while (last - first + 1 < LEAST_POINTS && first > 0)
        first--;
    while (last - first + 1 < LEAST_POINTS && last + 1 < count)
        last++;
    for (size_t i = first; i <= last; i++)
        if (crossover_is_known(&points[i]))
            chosen[used++] = points[i];
    return used;
}

/* Takes in what one law tells. */
static void join(struct crossing *crossing, const struct crossing *other)
{
    if (crossing->bracketed) {
        *crossing = *other;
        return;
    }
    crossing->low =
        isnan(crossing->low) || isnan(other->low) ? NAN : fmin(crossing->low, other->low);
    crossing->high = fmax(crossing->high, other->high);
}

static struct crossing by_law(enum law law, const struct crossover_point points[], size_t count)
{
    return (struct crossing){
        .size = rises_at(law, points, count, CROSSOVER_MEDIAN, 1),
        .low = may_rise_at(law, points, count),
        .high = rises_at(law, points, count, CROSSOVER_LOW, 1),
    };
}

struct crossing crossing_read(const struct crossover_point points[], size_t count)
{
    struct bracket bracket = bracket_of(points, count);
    struct crossing crossing = {.bracketed = true};
    struct crossover_point *chosen = calloc(count, sizeof *chosen);
    double *numbers = calloc(3 * count, sizeof *numbers);
    struct fit fit = {.count = 0};
    if (chosen != NULL && numbers != NULL)
        fit = (struct fit){.x = numbers,
                           .y = numbers + count,
                           .weight = numbers + 2 * count,
                           .count = choose_points(points, count, bracket, chosen)};
    for (enum law law = 0; law < LAWS && fit.count >= LEAST_POINTS; law++) {
        if (law == LAW_BATCH_BY_TIME && !crossing.bracketed)
            continue;
        if (!follows(law, chosen, &fit))
            continue;
        struct crossing told = by_law(law, points, count);
        join(&crossing, &told);
    }
    free(chosen);
    free(numbers);
    if (!crossing.bracketed)
        return crossing;
    crossing.low = bracket.below < count ? points[bracket.below].size : (double)NAN;
    crossing.high = points[bracket.above].size;
    crossing.size = fmin(rises_at(LAW_POWER, points, count, CROSSOVER_MEDIAN, 1), crossing.high);
    return crossing;
}
