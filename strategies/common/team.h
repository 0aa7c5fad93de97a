#ifndef BREAKEVEN_STRATEGIES_COMMON_TEAM_H
#define BREAKEVEN_STRATEGIES_COMMON_TEAM_H

#include "strategies/strategy.h"

#include <stdbool.h>

/* open, map, usage and close of the strategies that keep a fixed set of forked workers over one
 * dispatch. caller_works: the caller is worker 0 and only the others are forked. A worker that dies
 * costs the job it held; the team replaces it and runs what it had not run. */
int team_open(const struct strategy_config *config, bool caller_works, void **state,
              struct error *error);
int team_map(void *state, struct batch *batch, struct error *error);
void team_usage(void *state, struct strategy_usage *usage);
void team_close(void *state);

#endif
