#ifndef BREAKEVEN_STRATEGIES_COMMON_TEAM_H
#define BREAKEVEN_STRATEGIES_COMMON_TEAM_H

#include "strategies/common/dispatch.h"
#include "strategies/strategy.h"

#include <stdbool.h>

/* These are open, map, usage and close of the strategies that keep a fixed set of forked workers
 * over one dispatch. If caller_works is set, the caller is worker 0 and only the others are forked.
 * A worker that dies takes only
 * the job that it held with it: that job has failed or is run again, as config->retries says. The
 * team replaces the worker and runs the jobs that it had claimed but not begun. */
int team_open(const struct strategy_config *config, bool caller_works, void **state,
              struct error *error);
int team_map(void *state, struct batch *batch, struct error *error);

/* As team_map, for a part of the batch: see dispatch_begin_part. */
int team_map_part(void *state, struct batch *batch, struct dispatch_part part, struct error *error);

void team_usage(void *state, struct strategy_usage *usage);
void team_close(void *state);

#endif
