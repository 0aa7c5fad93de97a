#ifndef BREAKEVEN_STRATEGIES_MPI_RANK_HAND_OUT_H
#define BREAKEVEN_STRATEGIES_MPI_RANK_HAND_OUT_H

#include "strategies/mpi/rank/manager.h"

/* Runs all jobs of the manager's batch by the workers: jobs go to whoever is free, `chunk` at once,
 * or as many as seem good where chunk is 0. Two tasks of each worker are under way, so that it need
 * not wait for the next one. */
int hand_out(struct manager *manager, uint64_t chunk, struct error *error);

#endif
