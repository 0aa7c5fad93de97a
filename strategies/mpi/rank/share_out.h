#ifndef BREAKEVEN_STRATEGIES_MPI_RANK_SHARE_OUT_H
#define BREAKEVEN_STRATEGIES_MPI_RANK_SHARE_OUT_H

#include "strategies/mpi/rank/manager.h"

/* Runs all jobs of the manager's batch by the workers, each of which gets an equal share before the
 * start: by one scatter out and one gather back. Fails where an int cannot count the jobs. */
int share_out(const struct manager *manager, struct error *error);

#endif
