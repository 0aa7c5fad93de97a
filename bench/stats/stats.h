#ifndef BREAKEVEN_STATS_STATS_H
#define BREAKEVEN_STATS_STATS_H

#include <stddef.h>

/* A median with its interval; low and high are NaN where there are too few values for one. */
struct interval {
    double median, low, high;
};

/* Drops values that are not finite, in place; how many are left. */
size_t stats_keep_known(double values[], size_t count);

/* The median of values, which are sorted in place; NaN for none. */
double stats_median(double values[], size_t count);

/* The value below which the share p of the values lies; they are sorted in place. NaN for none. */
double stats_quantile(double values[], size_t count, double p);

/* By how much the middle of the quartiles is above the median: negative where the longer tail is
 * below. Sorts in place; NaN for none. */
double stats_skew(double values[], size_t count);

#define STATS_CONFIDENCE 0.95

/* The median and its 95 % interval by order statistics: what the sign test does not reject. Nothing
 * is assumed of the distribution. As ranks are whole numbers, the test's own interval covers up to
 * 99 %; it is brought to 95 by interpolation between neighbouring ranks (Hettmansperger and
 * Sheather, Statistics and Probability Letters 4, 1986). Needs six values. Sorts in place. */
struct interval stats_interval(double values[], size_t count);

/* The same for values in the order of time, whose intervals are wider where the machine drifts:
 * neighbours are then more alike than values that lie far apart, and so many of them tell less. The
 * values are cut into stretches, about as many as each has values. Where their ranks vary more
 * between stretches than within, both halves of the interval are widened by the root of the design
 * effect 1 + (m - 1) rho (Kish, Survey Sampling, 1965): rho is the share of the variation that lies
 * between stretches of m values, by the one-way random-effects analysis of variance (Donner,
 * International Statistical Review 54, 1986). Ranks, since a few slow values would hide it. Sorts
 * in place; scratch holds as many. */
struct interval stats_interval_over_time(double values[], double scratch[], size_t count);

/* By what stats_interval_over_time widens, from 1 on. */
double stats_widening(const double values[], double scratch[], size_t count);

/* Which value from either end bounds the sign test's interval: the largest d with
 * P(B <= d - 1) <= 2.5 % for a binomial B of count tosses; 0 where there is none. */
size_t stats_rank(size_t count);

/* The two-sided sign test of a median of 0, exact by the binomial: how probable it is that chance
 * alone puts so many values on one side. Values that are 0 are left out (Dixon and Mood, JASA 41,
 * 1946); 1 where none is left. */
double stats_sign_p(const double values[], size_t count);

/* Corrects the probabilities of several tests of which none may reject by chance, in place (Holm,
 * Scandinavian Journal of Statistics 6, 1979). scratch holds count indices. */
void stats_holm(double p[], size_t scratch[], size_t count);

/* The least number of values with which the sign test, so corrected for that many tests, can reject
 * at 5 %: when all lie on one side. */
size_t stats_least_count(size_t tests);

/* Where the straight line through two points in log-log scale reaches y; x1 where it is flat. All
 * arguments above 0. */
double stats_log_crossing(double x0, double y0, double x1, double y1, double y);

/* The value at x on the straight line through two points in log-log scale. */
double stats_log_value(double x0, double y0, double x1, double y1, double x);

#endif
