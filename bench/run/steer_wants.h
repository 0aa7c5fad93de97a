#ifndef BREAKEVEN_RUN_STEER_WANTS_H
#define BREAKEVEN_RUN_STEER_WANTS_H

#include "bench/run/steer_known.h"

/* What the steering wants to know of curves, from what is known. */

/* Wants so many pairs of a cell, if it can have them. */
void want_rounds(struct steer *steer, size_t cell, enum want want, size_t target);

/* A curve all of whose wishes are fulfilled, but for those that the budget does not last for, says
 * what else it wants: to narrow its crossovers, and nothing else before they are narrow; then to
 * have been seen in several stretches of the run. Settled where nothing. */
int want_judge(struct steer *steer, struct steer_curve *curve, struct error *error);

#endif
