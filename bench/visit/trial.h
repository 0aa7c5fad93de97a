#ifndef BREAKEVEN_VISIT_TRIAL_H
#define BREAKEVEN_VISIT_TRIAL_H

#include "bench/job/batch.h"

/* Tries a work that is not ours, after serial has run all of its jobs in this process: runs the
 * first job twice, each time into a slot between guard bytes and full of others, closes what it has
 * opened, and looks at this process. Fails (ERROR_CHECK_FAILED) where a job writes beyond its
 * result, leaves bytes of it unwritten, writes other bytes each time (but for works that match), or
 * leaves threads running. */
int trial_check(const struct batch *batch, struct error *error);

#endif
