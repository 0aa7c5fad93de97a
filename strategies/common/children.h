#ifndef BREAKEVEN_STRATEGIES_COMMON_CHILDREN_H
#define BREAKEVEN_STRATEGIES_COMMON_CHILDREN_H

#include "strategies/common/relay.h"
#include "strategies/strategy.h"

#include <sys/types.h>

/* Starts a process that runs one job, its payload by the pipes of `end` where it travels, and exits
 * with its code. fd is what it was opened with. Returns its pid, or -1. */
typedef pid_t children_launch(int fd, const struct batch *batch, uint64_t index,
                              struct relay_end end, struct error *error);

/* open, map, usage and close of a strategy that launches one process per job. fd is what launch
 * needs, such as what image_open returned, or -1; open takes it over, also where it fails. */
int children_open(children_launch *launch, int fd, const struct strategy_config *config,
                  void **state, struct error *error);
int children_map(void *state, struct batch *batch, struct error *error);
void children_usage(void *state, struct strategy_usage *usage);
void children_close(void *state);

#endif
