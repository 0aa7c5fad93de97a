#ifndef BREAKEVEN_STRATEGIES_MPI_SPREAD_H
#define BREAKEVEN_STRATEGIES_MPI_SPREAD_H

#include "bench/machine/hosts.h"
#include "strategies/strategy.h"

/* Which host has how many ranks. Rank 0, the manager, is on this machine, as it shares memory with
 * the visit; it takes no slot of those that were given. */
struct spread {
    struct hosts hosts; /* in mpirun's order, this machine first; slots: the ranks there, at least 1
                         */
    uint32_t slots;     /* that the hosts of the cell have for workers */
    bool yields;        /* some host has more ranks than slots, or this one than CPUs */
};

/* Shares the workers of a config with hosts out evenly, as far as there are slots, and beyond them
 * evenly too. Fails where the hosts are none. Freed with spread_free. */
int spread_make(const struct strategy_config *config, struct spread *spread, struct error *error);
void spread_free(struct spread *spread);

#endif
