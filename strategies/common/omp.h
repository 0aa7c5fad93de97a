#ifndef BREAKEVEN_STRATEGIES_COMMON_OMP_H
#define BREAKEVEN_STRATEGIES_COMMON_OMP_H

#include "strategies/strategy.h"

/* What the two OpenMP strategies share. OpenMP keeps its threads itself; open starts them, spread
 * over the CPUs unless OMP_PROC_BIND says otherwise, and keeps a copy of the configuration. */
const char *omp_unavailable(void);
int omp_open(const struct strategy_config *config, void **state, struct error *error);
void omp_close(void *state);

#endif
