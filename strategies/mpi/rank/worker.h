#ifndef BREAKEVEN_STRATEGIES_MPI_RANK_WORKER_H
#define BREAKEVEN_STRATEGIES_MPI_RANK_WORKER_H

#include "strategies/mpi/rank/rank.h"

/* The life of a worker: it runs what the manager hands it until it is told to stop. Returns 0, or
 * -1 with error set, where it cannot go on. */
int worker_run(const struct rank *rank, struct error *error);

#endif
