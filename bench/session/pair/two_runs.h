#ifndef BREAKEVEN_SESSION_TWO_RUNS_H
#define BREAKEVEN_SESSION_TWO_RUNS_H

#include "bench/analyse/compare/compare.h"
#include "bench/findings/findings.h"

/* What was found of two runs, and what its rows point into. Start from {0}; free it in any case. */
struct two_runs {
    struct findings base, new;
    struct comparisons all;
};

/* Reads both folders and compares them; refuses (ERROR_NOT_COMPARABLE) runs on other CPUs. */
int two_runs_compare(const char *base, const char *new, double threshold, struct two_runs *found,
                     struct error *error);
void two_runs_free(struct two_runs *found);

#endif
