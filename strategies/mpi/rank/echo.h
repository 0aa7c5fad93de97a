#ifndef BREAKEVEN_STRATEGIES_MPI_RANK_ECHO_H
#define BREAKEVEN_STRATEGIES_MPI_RANK_ECHO_H

#include "strategies/mpi/rank/manager.h"

/* Messages that a worker sends back as they are: by them the manager learns how far away it is, in
 * the time that messages take. Only where jobs are handed out one task after the other. */

/* What a worker does on TASK_ECHO: it sends back what comes, each at most task->count bytes, until
 * an empty message comes. */
int echo_serve(const struct task *task, struct error *error);

/* Fills round_trips_ns, one number a worker, rank 1's first: what a byte takes to it and back, the
 * shortest of a few trips, which go to all workers at once. */
int echo_all(const struct manager *manager, uint64_t round_trips_ns[], struct error *error);

/* Measures the floors of messages to one rank while the others wait for tasks, as they do in maps:
 * medians, in ns. */
int echo_floors(int rank, struct ranks_floors *floors, struct error *error);

#endif
