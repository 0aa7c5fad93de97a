#ifndef BREAKEVEN_ANALYSE_SCALING_SCALING_FIT_H
#define BREAKEVEN_ANALYSE_SCALING_SCALING_FIT_H

#include "bench/base/error.h"

#include <stddef.h>
#include <stdint.h>

/* Worker counts that a law needs at least: as many as its numbers, and some by which to see that it
 * does not fit. */
#define AMDAHL_LEAST_COUNTS 3
#define USL_LEAST_COUNTS 6
/* More worker counts of one curve are not fitted. */
#define SCALING_MOST_COUNTS 256
/* A law is told nowhere beyond this many times the largest worker count that it was fitted to. */
#define SCALING_MOST_AHEAD 2.0
/* A law whose residuals chance makes so large this seldom does not fit. */
#define SCALING_LEAST_P 0.01

/* The speedup with one number of workers, by which a law is fitted. */
struct scaling_point {
    double workers;
    double log_speedup;
    double error; /* standard error of log_speedup, the shared part included */
};

/* The speedups of one curve. What they share is an error of all alike, as serial's in the same
 * rounds. */
struct scaling_points {
    struct scaling_point points[SCALING_MOST_COUNTS]; /* by ascending workers */
    size_t count;
    double shared;  /* standard error that all points have in common */
    double freedom; /* degrees of freedom of one point's error: its rounds less one */
};

/* A number with its 95 % interval; NaN: not known. */
struct bounded {
    double value, low, high;
};

enum scaling_law { LAW_NONE, LAW_AMDAHL, LAW_USL };

/* The law S(p) = rate p / (1 + contention (p - 1) + coherence p (p - 1)): Gunther's Universal
 * Scalability Law (Guerrilla Capacity Planning, 2007, chapter 4); Amdahl's where coherence is 0 and
 * not fitted, of which contention is the serial share (AFIPS 30, 1967). rate is the speedup of one
 * worker. */
struct scaling_fit {
    enum scaling_law law;
    struct bounded rate, contention, coherence; /* rate above 0, contention in [0, 1], coherence not
                                                   below 0; the last one NaN where it is Amdahl's */
    struct bounded peak; /* workers with the highest speedup; NaN where it has none, or beyond
                            SCALING_MOST_AHEAD times the largest count */
    double p;            /* how probable chance makes residuals so large */
    double most_workers; /* that it was fitted to */
    double own[3][3];    /* covariance of log(rate), contention and coherence by the points' own
                            errors */
    double shared[3];    /* by how much the error that all have in common moves them */
    double own_freedom, shared_freedom; /* degrees of freedom */
};

/* Fits the law by least squares of the relative residuals, with GSL's Levenberg-Marquardt. Needs
 * as many points as the law; the law is LAW_NONE where nothing could be fitted. An interval is by
 * Student's t from the errors of the points, of which the least squares are a linear function near
 * the solution; where the unconstrained solution is out of range, it is of that one, cut to range.
 */
int scaling_fit(const struct scaling_points *points, enum scaling_law law, struct scaling_fit *fit,
                struct error *error);

/* The law's speedup with so many workers, and its interval; NaN beyond SCALING_MOST_AHEAD. */
struct bounded scaling_fit_at(const struct scaling_fit *fit, double workers);

#endif
