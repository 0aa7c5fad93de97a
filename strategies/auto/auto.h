#ifndef BREAKEVEN_STRATEGIES_AUTO_AUTO_H
#define BREAKEVEN_STRATEGIES_AUTO_AUTO_H

#include "strategies/strategy.h"

/* Whom auto hands jobs to. */
extern const struct strategy_ops strategy_threadpool, strategy_forkteam;

#endif
