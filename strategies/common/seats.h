#ifndef BREAKEVEN_STRATEGIES_COMMON_SEATS_H
#define BREAKEVEN_STRATEGIES_COMMON_SEATS_H

#include "strategies/common/placement.h"

#include <stdint.h>
#include <sys/types.h>

/* Numbers for the threads of a library that does not number them. When its pool is opened, each
 * runs one task that takes a seat; no thread leaves its seat before all are taken, so none takes
 * two. */
struct seats {
    uint32_t count, taken;
    struct placement placement;
    pid_t *threads; /* one a seat */
};

/* What a thread keeps between its jobs, as the workers of the pools here do. */
struct seat {
    uint32_t number;
    uint64_t batch; /* the id of the one that the rest is of */
    struct job job;
    struct outcome done;
};

extern __thread struct seat seat_mine;

/* As many seats as config has workers. */
int seats_open(struct seats *seats, const struct strategy_config *config, struct error *error);

/* Takes the seat of that number for the calling thread, on a CPU of its own as the workers of other
 * pools, and waits until all are taken. */
void seats_take(struct seats *seats, uint32_t number);

void seats_wait_until_taken(const struct seats *seats);

/* Waits until the threads are gone: for pools that do not join theirs. */
void seats_wait_until_gone(const struct seats *seats);

void seats_close(struct seats *seats);

/* Runs one job and settles it as the calling thread's. */
static inline void seats_run(struct batch *batch, uint64_t index)
{
    struct seat *mine = &seat_mine;
    if (mine->batch != batch->id || mine->done.map != batch->map) {
        mine->batch = batch->id;
        mine->job = batch_job(batch, index);
        mine->done = batch_done_by(batch->map, mine->number, batch->pid);
    }
    batch_run(batch, &mine->job, index, index + 1, &mine->done);
}

#endif
