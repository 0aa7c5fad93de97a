#ifndef BREAKEVEN_STRATEGIES_COMMON_ALIVE_H
#define BREAKEVEN_STRATEGIES_COMMON_ALIVE_H

#include "bench/batch.h"

/* How a job that was started on its own ended, in the form of waitpid. */
struct ended {
    uint32_t slot;
    pid_t pid;
    int wait_status;
};

/* How a strategy starts one job in a process or thread of its own, and waits for any to end. start
 * fails where the system refuses. wait fails only where waiting is impossible; a start that turns
 * out later to have been refused ends its slot and sets error. */
struct starter {
    int (*start)(void *state, struct batch *batch, uint64_t index, uint32_t slot,
                 struct error *error);
    int (*wait)(void *state, struct batch *batch, struct ended *ended, struct error *error);
};

/* Runs every job of the batch by the starter, in order, as many at once as there are workers; a job
 * takes the slot of one that has ended. Where a start is refused, no further job is started and
 * what runs is waited for. */
int alive_map(const struct starter *starter, void *state, uint32_t workers, struct batch *batch,
              struct error *error);

#endif
