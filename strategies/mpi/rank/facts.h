#ifndef BREAKEVEN_STRATEGIES_MPI_RANK_FACTS_H
#define BREAKEVEN_STRATEGIES_MPI_RANK_FACTS_H

#include "strategies/mpi/rank/rank.h"

/* What this rank tells of itself and its host. */
struct greeting facts_greeting(const struct rank *rank);

#endif
