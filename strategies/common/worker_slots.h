#ifndef BREAKEVEN_STRATEGIES_COMMON_WORKER_SLOTS_H
#define BREAKEVEN_STRATEGIES_COMMON_WORKER_SLOTS_H

#include "strategies/common/placement.h"

#include <stdint.h>
#include <sys/types.h>

/* Gives numbers to the threads of a library that does not number them. When the library's pool is
 * opened, each thread runs one task that takes a slot. No thread leaves its slot before all slots
 * are taken, so no thread takes two. */
struct worker_slots {
    uint32_t count, taken;
    struct placement placement;
    pid_t *threads; /* one a slot */
};

/* What the calling thread holds in its pool. */
struct worker_slot {
    uint32_t number;
    struct batch *batch; /* of the last job that it ran; NULL: none */
    struct job job;      /* of that batch */
    struct outcome done; /* of each job of the last map that it took part in */
};

extern __thread struct worker_slot worker_slot_mine;

/* Runs and settles one job of a map of the batch in the calling thread. The thread's slot keeps
 * what does not change from job to job. */
static inline void worker_slot_run(struct batch *batch, uint32_t map, uint64_t index)
{
    struct worker_slot *slot = &worker_slot_mine;
    if (slot->batch != batch || slot->done.map != map) {
        slot->batch = batch;
        slot->job = batch_job(batch, index);
        slot->done = batch_done_by(map, slot->number, batch->pid);
    }
    batch_run(batch, &slot->job, index, index + 1, &slot->done);
}

/* Makes as many slots as config has workers. */
int worker_slots_open(struct worker_slots *slots, const struct strategy_config *config,
                      struct error *error);

/* Takes the slot of that number for the calling thread, on a CPU of its own as the workers of other
 * pools, and waits until all are taken. */
void worker_slots_take(struct worker_slots *slots, uint32_t number);

void worker_slots_wait_until_taken(const struct worker_slots *slots);

/* Waits until the threads are gone: for pools that do not join theirs. */
void worker_slots_wait_until_gone(const struct worker_slots *slots);

void worker_slots_close(struct worker_slots *slots);

#endif
