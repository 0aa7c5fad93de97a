#ifndef BREAKEVEN_ANALYSE_MODEL_FIT_SOLVE_H
#define BREAKEVEN_ANALYSE_MODEL_FIT_SOLVE_H

#include "bench/analyse/model/batch_time.h"
#include "bench/base/error.h"

#include <stddef.h>

/* A measured batch to which the formulae are fitted. */
struct fit_cell {
    struct batch_setting setting;
    double job_ns; /* serial's */
    double ns;
    double error; /* one standard deviation of its logarithm */
};

/* A number that is looked for. What the cells do not tell stays near the guess: it is taken as
 * measured, too, with an error of so many times itself. */
struct fit_unknown {
    enum batch_value which;
    double guess, loose; /* above 0 */
    double least;        /* that it can be */
};

enum { FIT_MOST_UNKNOWNS = 4 };

/* Least squares of the relative residuals over count cells, at least one, and the guesses, by
 * Levenberg-Marquardt; cells that lie far off count less, from the guesses on (Huber's weights, in
 * a few passes). values holds the numbers that are known; those that are found are written there
 * and, with their 95 % intervals, to out; cost is Huber's loss, by which fits from other guesses
 * can be compared. Where a number comes out below its least, it is that, and the others are fitted
 * again.
 */
int fit_solve(const struct fit_cell cells[], size_t count, const struct fit_unknown unknowns[],
              size_t unknown_count, double values[BATCH_VALUE_COUNT], struct interval out[],
              double *cost, struct error *error);

#endif
