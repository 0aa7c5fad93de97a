#ifndef BREAKEVEN_STRATEGIES_MPI_RANK_MANAGER_H
#define BREAKEVEN_STRATEGIES_MPI_RANK_MANAGER_H

#include "strategies/mpi/rank/rank.h"

/* Rank 0. Its memory grows with the ranks, and never with the jobs: those lie in the batch, which
 * it shares with the visit. */
struct manager {
    const struct rank *rank;
    int socket;                 /* to the visit */
    struct greeting *greetings; /* of each rank */
    struct batch *batch;        /* NULL: none is attached */
    struct clocks *clocks;      /* of the batch's workers, where it is traced */
    uint64_t *round_trips_ns;   /* of a byte to each worker, rank 1's first; NULL: is_static */
    double job_ns; /* of the batch, on average in the last map that auto has handed out; 0: none */
    int farthest;  /* a rank on another host; rank 1 where there is none */
};

/* The life of rank 0: it connects to the visit's socket in the folder and does what that asks for
 * until it is closed; then it tells the other ranks to stop. Between two requests it sleeps.
 * Returns 0, or -1 with error set, where it cannot go on. */
int manager_run(const struct rank *rank, const char *folder, struct error *error);

/* Tells every worker to do the same, which is no TASK_RUN. */
void manager_tell_all(const struct manager *manager, enum task_kind kind);

/* Settles jobs that a worker has run; codes: their exit codes, NULL where all are 0. */
void manager_settle(const struct manager *manager, uint32_t worker, const struct reply *reply,
                    const unsigned char *codes);

#endif
