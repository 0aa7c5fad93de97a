#ifndef BREAKEVEN_SESSION_SELFTEST_H
#define BREAKEVEN_SESSION_SELFTEST_H

#include "bench/session/pair/ab.h"

/* Measures what the comparison of two builds makes of a build and itself, and of a slowdown that is
 * known, and prints how often it errs and what it finds. `program` is a build by `make handicap`;
 * NULL: the one beside this program. The contenders in ab are not looked at. */
void selftest_run(const char *program, const struct ab *ab, struct error *error);

#endif
