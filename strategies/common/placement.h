#ifndef BREAKEVEN_STRATEGIES_COMMON_PLACEMENT_H
#define BREAKEVEN_STRATEGIES_COMMON_PLACEMENT_H

#include <stdint.h>

/* The CPU that the calling thread runs on now. */
int placement_here(void);

/* Moves the calling thread to the distance-th CPU of its affinity mask, counted around from CPU
 * `from`, and lets it roam again. The kernel often starts two workers on one CPU while another is
 * idle, and finds out only at a tick, milliseconds later; from here on it has no reason to. */
void placement_start(int from, uint32_t distance);

#endif
