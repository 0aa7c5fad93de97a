#ifndef BREAKEVEN_STRATEGIES_AUTO_PIECES_H
#define BREAKEVEN_STRATEGIES_AUTO_PIECES_H

#include "strategies/auto/alone.h"

/* Hands over what is left of a batch to the workers, who are there, in pieces where it can be seen
 * by them whether company helps. Where it does not seem to, jobs are left for the caller. */
int pieces_hand_over(struct alone *alone, bool was_open, struct error *error);

/* What the pieces told is set against all jobs that the caller has done since: uneven jobs may have
 * looked as if they took longer in company. Where they told the truth, others may help. */
void pieces_reconsider(struct alone *alone);

#endif
