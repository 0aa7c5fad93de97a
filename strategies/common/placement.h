#ifndef BREAKEVEN_STRATEGIES_COMMON_PLACEMENT_H
#define BREAKEVEN_STRATEGIES_COMMON_PLACEMENT_H

#include "strategies/strategy.h"

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Where the workers of a strategy run: each has a slot, a CPU, while there are enough.
 *
 * With BIND_NONE a worker is moved to its slot when it starts and may roam while it is awake. The
 * kernel often starts two workers on one CPU while another is idle, and finds out only at a tick,
 * milliseconds later; from their slots it has no reason to move them. */
struct placement {
    enum bind bind;
    uint32_t count;            /* of the CPUs in the order; 0: nobody is moved */
    int here;                  /* the caller's CPU when it opened the strategy */
    cpu_set_t roam;            /* the caller's affinity mask then */
    int order[PLACEMENT_CPUS]; /* in which workers take CPUs */
};

/* Takes the CPUs of config's order that are in the caller's mask; all of the mask by number where
 * there are none. */
void placement_open(struct placement *placement, const struct strategy_config *config);

/* The CPU of a slot. The caller's own is slot 0; without binding the slots are counted from where
 * it is. -1 where nobody is moved. */
int placement_cpu(const struct placement *placement, uint32_t slot);

/* Moves the calling thread to a CPU; it stays there where workers are bound, and roams where the
 * CPU cannot be had. Returns 0, or the error number where workers are bound and it is not. */
int placement_move(const struct placement *placement, int cpu);

/* Binds another thread, which sleeps, to a CPU. */
void placement_put(pid_t thread, int cpu);

/* Keeps the calling thread on the CPU that it runs on now, until placement_free. */
void placement_stay(const struct placement *placement);

/* Lets the calling thread run wherever the caller might when it opened the strategy. */
void placement_free(const struct placement *placement);

/* The first CPU of the order that is not in use; -1 where all are. */
int placement_unused(const struct placement *placement, const cpu_set_t *used);

/* The CPU that the calling thread runs on now. */
static inline int placement_here(void)
{
    return sched_getcpu();
}

#endif
