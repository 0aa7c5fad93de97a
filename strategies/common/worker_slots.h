#ifndef BREAKEVEN_STRATEGIES_COMMON_SEATS_H
#define BREAKEVEN_STRATEGIES_COMMON_SEATS_H

#include "strategies/common/placement.h"

#include <stdint.h>
#include <sys/types.h>

/* Gives numbers to the threads of a library that does not number them. When the library's pool is
 * opened, each thread runs one task that takes a seat. No thread leaves its seat before all seats
 * are taken, so no thread takes two. */
struct seats {
    uint32_t count, taken;
    struct placement placement;
    pid_t *threads; /* one a seat */
};

/* What the calling thread holds in its pool. */
struct seat {
    uint32_t number;
    struct batch *batch; /* of the last job that it ran; NULL: none */
    struct job job;      /* of that batch */
    struct outcome done; /* of each job of the last map that it took part in */
};

extern __thread struct seat seat_mine;

/* Runs and settles one job of a map of the batch in the calling thread. The thread's seat keeps
 * what does not change from job to job. */
static inline void seat_run(struct batch *batch, uint32_t map, uint64_t index)
{
    struct seat *seat = &seat_mine;
    if (seat->batch != batch || seat->done.map != map) {
        seat->batch = batch;
        seat->job = batch_job(batch, index);
        seat->done = batch_done_by(map, seat->number, batch->pid);
    }
    batch_run(batch, &seat->job, index, index + 1, &seat->done);
}

/* Makes as many seats as config has workers. */
int seats_open(struct seats *seats, const struct strategy_config *config, struct error *error);

/* Takes the seat of that number for the calling thread, on a CPU of its own as the workers of other
 * pools, and waits until all are taken. */
void seats_take(struct seats *seats, uint32_t number);

void seats_wait_until_taken(const struct seats *seats);

/* Waits until the threads are gone: for pools that do not join theirs. */
void seats_wait_until_gone(const struct seats *seats);

void seats_close(struct seats *seats);

#endif
