#include "strategies/common/alive.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/mman.h>

static size_t bytes_of(uint32_t workers)
{
    return sizeof(struct slots) + workers * sizeof(struct slot);
}

struct slots *slots_open(const struct strategy_config *config, struct error *error)
{
    void *memory = mmap(NULL, bytes_of(config->workers), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        fail_errno(error, errno, "no memory for %u workers", config->workers);
        return NULL;
    }
    struct slots *slots = memory;
    slots->count = config->workers;
    slots->retries = config->retries;
    slots->watch.timeout_ns = config->job_timeout_ns;
    return slots;
}

void slots_close(struct slots *slots)
{
    if (slots != NULL)
        munmap(slots, bytes_of(slots->count));
}

void slots_started(struct slots *slots, uint32_t slot, pid_t pid)
{
    slots->slot[slot].pid = pid;
    slots->slot[slot].killed = false;
    /* The next look will count the time since the last one, in which this was not there. */
    if (slots->watch.timeout_ns > 0)
        slots->slot[slot].held_ns = -(int64_t)watch_unseen_ns(&slots->watch);
}

bool slots_ended(struct slots *slots, pid_t pid, int wait_status, struct ended *ended)
{
    for (uint32_t i = 0; i < slots->count; i++) {
        struct slot *slot = &slots->slot[i];
        if (slot->pid != pid)
            continue;
        *ended = (struct ended){i, pid, wait_status, slot->killed};
        slot->pid = 0;
        return true;
    }
    return false;
}

int slots_kill_overdue(struct slots *slots)
{
    int64_t timeout_ns = (int64_t)slots->watch.timeout_ns, next_ns = INT64_MAX;
    if (timeout_ns == 0)
        return -1;
    int64_t since_ns = (int64_t)watch_look_ns(&slots->watch);
    for (uint32_t i = 0; i < slots->count; i++) {
        struct slot *slot = &slots->slot[i];
        if (slot->pid == 0 || slot->killed)
            continue;
        slot->held_ns += since_ns;
        slot->killed = slot->held_ns >= timeout_ns;
        if (slot->killed)
            kill(slot->pid, SIGKILL);
        else if (timeout_ns - slot->held_ns < next_ns)
            next_ns = timeout_ns - slot->held_ns;
    }
    int64_t most_ns = (int64_t)watch_interval_ns(&slots->watch);
    int64_t wait_ms = (next_ns < most_ns ? next_ns : most_ns) / (int64_t)NS_PER_MS + 1;
    return wait_ms < INT_MAX ? (int)wait_ms : INT_MAX;
}

static void free_all(struct slots *slots)
{
    slots->free_count = slots->count;
    for (uint32_t i = 0; i < slots->count; i++)
        slots->slot[i].free = slots->count - 1 - i; /* slot 0 goes first */
}

static int start_job(const struct starter *starter, void *state, struct slots *slots,
                     struct batch *batch, uint64_t index, struct error *error)
{
    uint32_t slot = slots->slot[slots->free_count - 1].free;
    slots->slot[slot].job = index;
    if (starter->start(state, batch, index, slot, error) != 0)
        return -1;
    slots->free_count--;
    return 0;
}

/* False where the waiting itself failed. */
static bool settle_next(const struct starter *starter, void *state, struct slots *slots,
                        struct batch *batch, struct error *error)
{
    struct ended ended;
    if (starter->wait(state, batch, &ended, error) != 0)
        return false;
    uint64_t job = slots->slot[ended.worker].job;
    slots->slot[slots->free_count++].free = ended.worker;
    if (!batch_settle_ended(batch, job, &ended, slots->retries) && error->kind == ERROR_NONE)
        start_job(starter, state, slots, batch, job, error);
    return true;
}

int alive_map(const struct starter *starter, void *state, struct slots *slots, struct batch *batch,
              struct error *error)
{
    uint64_t next = 0;
    bool waiting = true;
    free_all(slots);
    while (waiting && error->kind == ERROR_NONE && next < batch->jobs) {
        if (slots->free_count == 0)
            waiting = settle_next(starter, state, slots, batch, error);
        else if (start_job(starter, state, slots, batch, next, error) == 0)
            next++;
    }
    while (waiting && slots->free_count < slots->count)
        waiting = settle_next(starter, state, slots, batch, error);
    return error->kind == ERROR_NONE ? 0 : -1;
}
