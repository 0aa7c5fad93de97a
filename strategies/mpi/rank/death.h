#ifndef BREAKEVEN_STRATEGIES_MPI_RANK_DEATH_H
#define BREAKEVEN_STRATEGIES_MPI_RANK_DEATH_H

#include "strategies/mpi/rank/rank.h"

/* From now on a job that ends this rank, by a signal, exit or _exit, is told in a line on stderr:
 * which rank on which host, and which job. job: the one in hand is the job with its index; no job
 * is in hand while that is UINT64_MAX. MPI has set its own handlers before, which would say it at
 * length. */
void death_tell(const struct rank *rank, const struct job *job);

#endif
