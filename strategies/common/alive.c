#include "strategies/common/alive.h"

#include <errno.h>
#include <sys/mman.h>

static size_t bytes_of(uint32_t workers)
{
    return sizeof(struct slots) + workers * sizeof(struct slot);
}

struct slots *slots_open(uint32_t workers, struct error *error)
{
    void *memory =
        mmap(NULL, bytes_of(workers), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        fail_errno(error, errno, "no memory for %u workers", workers);
        return NULL;
    }
    struct slots *slots = memory;
    slots->count = workers;
    return slots;
}

void slots_close(struct slots *slots)
{
    if (slots != NULL)
        munmap(slots, bytes_of(slots->count));
}

static void free_all(struct slots *slots)
{
    slots->free_count = slots->count;
    for (uint32_t i = 0; i < slots->count; i++)
        slots->slot[i].free = slots->count - 1 - i; /* slot 0 goes first */
}

/* False where the waiting itself failed. */
static bool settle_next(const struct starter *starter, void *state, struct slots *slots,
                        struct batch *batch, struct error *error)
{
    struct ended ended;
    if (starter->wait(state, batch, &ended, error) != 0)
        return false;
    batch_settle_waited(batch, slots->slot[ended.slot].job, ended.slot, ended.pid,
                        ended.wait_status);
    slots->slot[slots->free_count++].free = ended.slot;
    return true;
}

static int start_next(const struct starter *starter, void *state, struct slots *slots,
                      struct batch *batch, uint64_t index, struct error *error)
{
    uint32_t slot = slots->slot[slots->free_count - 1].free;
    slots->slot[slot].job = index;
    if (starter->start(state, batch, index, slot, error) != 0)
        return -1;
    slots->free_count--;
    return 0;
}

int alive_map(const struct starter *starter, void *state, struct slots *slots, struct batch *batch,
              struct error *error)
{
    uint64_t next = 0;
    bool waiting = true;
    free_all(slots);
    while (waiting && error->code == EXIT_DONE && next < batch->jobs) {
        if (slots->free_count == 0)
            waiting = settle_next(starter, state, slots, batch, error);
        else if (start_next(starter, state, slots, batch, next, error) == 0)
            next++;
    }
    while (waiting && slots->free_count < slots->count)
        waiting = settle_next(starter, state, slots, batch, error);
    return error->code == EXIT_DONE ? 0 : -1;
}
