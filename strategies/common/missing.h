#ifndef BREAKEVEN_STRATEGIES_COMMON_MISSING_H
#define BREAKEVEN_STRATEGIES_COMMON_MISSING_H

#include "strategies/strategy.h"

/* The hooks of a strategy that this build cannot have; its `unavailable` says why. */
int missing_open(const struct strategy_config *config, void **state, struct error *error);
int missing_map(void *state, struct batch *batch, struct error *error);
void missing_close(void *state);

#endif
