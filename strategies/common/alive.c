#include "strategies/common/alive.h"

#include <stdlib.h>

/* The job that each slot runs, and the slots that are free. */
struct slots {
    uint64_t *job;
    uint32_t *free;
    uint32_t free_count, count;
};

static int slots_open(struct slots *slots, uint32_t count, struct error *error)
{
    *slots = (struct slots){.job = calloc(count, sizeof *slots->job),
                            .free = calloc(count, sizeof *slots->free),
                            .free_count = count,
                            .count = count};
    if (slots->job == NULL || slots->free == NULL)
        return fail(error, EXIT_REFUSED, "no memory for %u workers", count);
    for (uint32_t i = 0; i < count; i++)
        slots->free[i] = count - 1 - i; /* slot 0 goes first */
    return 0;
}

/* False where the waiting itself failed. */
static bool settle_next(const struct starter *starter, void *state, struct slots *slots,
                        struct batch *batch, struct error *error)
{
    struct ended ended;
    if (starter->wait(state, batch, &ended, error) != 0)
        return false;
    batch_settle_waited(batch, slots->job[ended.slot], ended.slot, ended.pid, ended.wait_status);
    slots->free[slots->free_count++] = ended.slot;
    return true;
}

static int start_next(const struct starter *starter, void *state, struct slots *slots,
                      struct batch *batch, uint64_t index, struct error *error)
{
    uint32_t slot = slots->free[slots->free_count - 1];
    slots->job[slot] = index;
    if (starter->start(state, batch, index, slot, error) != 0)
        return -1;
    slots->free_count--;
    return 0;
}

int alive_map(const struct starter *starter, void *state, uint32_t workers, struct batch *batch,
              struct error *error)
{
    struct slots slots;
    uint64_t next = 0;
    bool waiting = slots_open(&slots, workers, error) == 0;
    while (waiting && error->code == EXIT_DONE && next < batch->jobs) {
        if (slots.free_count == 0)
            waiting = settle_next(starter, state, &slots, batch, error);
        else if (start_next(starter, state, &slots, batch, next, error) == 0)
            next++;
    }
    while (waiting && slots.free_count < slots.count)
        waiting = settle_next(starter, state, &slots, batch, error);
    free(slots.job);
    free(slots.free);
    return error->code == EXIT_DONE ? 0 : -1;
}
