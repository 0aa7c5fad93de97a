#ifndef BREAKEVEN_ANALYSE_COMPARE_SELFTEST_H
#define BREAKEVEN_ANALYSE_COMPARE_SELFTEST_H

#include "bench/analyse/visits.h"

#include <stddef.h>
#include <stdint.h>

/* How a comparison of two builds does where the truth is known, by splitting its rounds again and
 * again at random: one half stands for the first rounds, the other for the fresh ones. */
struct selftest_rate {
    size_t gates;          /* comparisons made, one for each split */
    size_t alarmed;        /* in which anything was called a regression or an improvement */
    size_t found;          /* in which anything was called a regression */
    size_t quantities;     /* that one comparison looks at */
    size_t rows;           /* times of cells, over all gates */
    size_t rows_found;     /* called regressions */
    size_t rows_suspected; /* suspected by the first half, rightly or not */
    double change;         /* median size of what was called a regression; NaN: nothing was */
};

/* Looks at the cells of that environment alone. The splits depend on the seed and nothing else;
 * they share their rounds, so that a rate is rougher than so many comparisons would give. */
int selftest_rate(const struct visits *visits, const char *env, double threshold, size_t splits,
                  uint64_t seed, struct selftest_rate *rate, struct error *error);

#endif
