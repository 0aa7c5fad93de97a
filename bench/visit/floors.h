#ifndef BREAKEVEN_VISIT_FLOORS_H
#define BREAKEVEN_VISIT_FLOORS_H

#include "strategies/strategy.h"

#include <stdint.h>

/* Measures every floor that this process can measure alone, which has no threads and no children:
 * the median of a few trips each, after as long a warm-up as strategies get, in ns. cpus: the two
 * between which the round trips go. NaN where a floor cannot be measured, for those of strategies,
 * and for FLOOR_NONE. */
void floors_measure(const int cpus[2], double ns[FLOOR_COUNT]);

/* The floor under one unit of the strategy: a job, or a region of a pool. A pool that waits for
 * nobody has none; one in which more wait and work at once than there are CPUs cannot spin, so that
 * somebody must be woken. What is handed over by messages stands on those. */
enum hardware_floor floor_under(const struct strategy_ops *strategy, uint32_t workers,
                                uint32_t cpus);

#endif
