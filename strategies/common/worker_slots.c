#include "strategies/common/worker_slots.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

__thread struct worker_slot worker_slot_mine;

int worker_slots_open(struct worker_slots *slots, const struct strategy_config *config,
                      struct error *error)
{
    *slots = (struct worker_slots){.count = config->workers};
    placement_open(&slots->placement, config);
    slots->threads = calloc(slots->count, sizeof *slots->threads);
    return slots->threads == NULL
               ? fail_errno(error, ENOMEM, "no memory for %u workers", slots->count)
               : 0;
}

void worker_slots_take(struct worker_slots *slots, uint32_t number)
{
    worker_slot_mine = (struct worker_slot){.number = number};
    slots->threads[number] = (pid_t)syscall(SYS_gettid);
    placement_move(&slots->placement, placement_cpu(&slots->placement, number));
    __atomic_add_fetch(&slots->taken, 1, __ATOMIC_RELEASE);
    worker_slots_wait_until_taken(slots);
}

void worker_slots_wait_until_taken(const struct worker_slots *slots)
{
    while (__atomic_load_n(&slots->taken, __ATOMIC_ACQUIRE) < slots->count)
        sched_yield();
}

void worker_slots_wait_until_gone(const struct worker_slots *slots)
{
    for (uint32_t i = 0; i < slots->taken; i++)
        while (syscall(SYS_tgkill, getpid(), slots->threads[i], 0) == 0)
            sched_yield();
}

void worker_slots_close(struct worker_slots *slots)
{
    free(slots->threads);
}
