#ifndef BREAKEVEN_ANALYSE_CROSSOVER_CROSSING_H
#define BREAKEVEN_ANALYSE_CROSSOVER_CROSSING_H

#include <stdbool.h>
#include <stddef.h>

/* One size of a curve, or one number of jobs where it runs along these: what is said of sizes holds
 * for both. What is not known is NaN: all but the size where it went wrong, the interval and the
 * efficiency where it had too few rounds. */
struct crossover_point {
    double size; /* above 0; along jobs, their number */
    double speedup, low, high;
    double efficiency;
    double job_ns;   /* serial time of one job; along jobs, of the batch */
    bool unfinished; /* the run ended before it had the rounds that an interval needs */
};

/* Which number of a point a curve is drawn through. */
enum crossover_curve { CROSSOVER_MEDIAN, CROSSOVER_LOW, CROSSOVER_HIGH, CROSSOVER_EFFICIENCY };

/* The first point from which on the curve stays above the level; count where it ends below. What is
 * not known is not above. */
size_t crossover_above(const struct crossover_point points[], size_t count,
                       enum crossover_curve curve, double level);

/* The size at which the curve rises above the level for good, at the latest: behind a point of
 * which nothing is known that is the next size. The first size where it always is above; NaN where
 * it ends below or is not known. Between two sizes it is straight in log-log scale. */
double crossover_rises_at(const struct crossover_point points[], size_t count,
                          enum crossover_curve curve, double level);

/* True where the point has an interval. */
bool crossover_is_known(const struct crossover_point *point);

/* Where a curve rises above 1 for good. */
struct crossing {
    double size;      /* where the median does; the first size where it is above 1 everywhere */
    double low, high; /* where the upper and the lower end of the intervals do, at the earliest and
                         at the latest; low is NaN where the upper end is above 1 everywhere */
    bool bracketed;   /* no law tells what is between the sizes that low and high are */
};

/* Reads the crossing of a curve whose lower bound is above 1 at its largest size. Between two sizes
 * it is read off a law that the points around it follow within their intervals:
 *   that of a batch, time = a + b * jobs + c * work / workers, of which a curve with a fixed number
 *   of jobs sees 1 / speedup = c + A / work: straight in 1 / size, or in 1 / serial time; and a
 *   curve with a fixed size sees 1 / speedup = C + a / jobs, straight in 1 / jobs;
 *   a power of the size: straight in log-log scale.
 * Where several fit, the interval holds what each of them tells. Where none does, or where there
 * are too few points to say so, all that is known is the bracket: the last size at which it is
 * surely not ahead and the first from which on it surely is. What lies beside a size without an
 * interval is never read off a law. */
struct crossing crossing_read(const struct crossover_point points[], size_t count);

#endif
