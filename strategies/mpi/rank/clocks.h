#ifndef BREAKEVEN_STRATEGIES_MPI_RANK_CLOCKS_H
#define BREAKEVEN_STRATEGIES_MPI_RANK_CLOCKS_H

#include "strategies/mpi/rank/manager.h"

/* The clocks of workers on other hosts, by the manager's. */
struct clocks {
    int64_t *shifts_ns; /* of each worker: what its times are to be added for the manager's; NULL:
                           all workers are on the manager's host */
    uint64_t error_ns;  /* by which a shift may have been wrong at most when it was measured */
    uint64_t since_ns;  /* when that was, by the manager's clock */
};

/* Asks all workers for the time: of CLOCK_TRIPS round trips to each the shortest counts, of which
 * the worker's time is taken for the middle. Freed with clocks_free. */
int clocks_compare(const struct manager *manager, struct clocks *clocks, struct error *error);
void clocks_free(struct clocks *clocks);

/* By which times of other hosts may be wrong until now: clocks drift apart after a comparison. */
uint64_t clocks_error_ns(const struct clocks *clocks);

/* Brings the spans of a map that lay between these moments to the manager's clock, and to what its
 * batch is traced by; workers have taken them by their own clocks, in ns. */
void clocks_correct(const struct clocks *clocks, struct batch *batch, const struct moment *begin,
                    const struct moment *end);

#endif
