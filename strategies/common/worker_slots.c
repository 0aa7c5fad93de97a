#include "strategies/common/worker_slots.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

__thread struct seat seat_mine;

int seats_open(struct seats *seats, const struct strategy_config *config, struct error *error)
{
    *seats = (struct seats){.count = config->workers};
    placement_open(&seats->placement, config);
    seats->threads = calloc(seats->count, sizeof *seats->threads);
    return seats->threads == NULL
               ? fail_errno(error, ENOMEM, "no memory for %u workers", seats->count)
               : 0;
}

void seats_take(struct seats *seats, uint32_t number)
{
    seat_mine = (struct seat){.number = number};
    seats->threads[number] = (pid_t)syscall(SYS_gettid);
    placement_move(&seats->placement, placement_cpu(&seats->placement, number));
    __atomic_add_fetch(&seats->taken, 1, __ATOMIC_RELEASE);
    seats_wait_until_taken(seats);
}

void seats_wait_until_taken(const struct seats *seats)
{
    while (__atomic_load_n(&seats->taken, __ATOMIC_ACQUIRE) < seats->count)
        sched_yield();
}

void seats_wait_until_gone(const struct seats *seats)
{
    for (uint32_t i = 0; i < seats->taken; i++)
        while (syscall(SYS_tgkill, getpid(), seats->threads[i], 0) == 0)
            sched_yield();
}

void seats_close(struct seats *seats)
{
    free(seats->threads);
}
