/* On which CPUs workers run: no two of those that spin share one. */
#include "strategies/dispatch/state.h"

int dispatch_first_cpu(const struct dispatch *dispatch, uint32_t worker)
{
    bool caller_has_slot = !dispatch->caller_works && dispatch->caller_spin.most_ns > 0;
    return placement_cpu(&dispatch->placement, worker + caller_has_slot);
}

/* The CPUs of the caller and of all workers but one. */
static cpu_set_t used_by_others(const struct dispatch *dispatch, uint32_t worker)
{
    cpu_set_t used;
    int caller = where_caller_is(dispatch);
    CPU_ZERO(&used);
    if (caller >= 0)
        CPU_SET((size_t)caller, &used);
    for (uint32_t i = 0; i < dispatch->workers; i++) {
        int cpu = atomic_load(&dispatch->lanes[i].cpu);
        if (i != worker && cpu >= 0)
            CPU_SET((size_t)cpu, &used);
    }
    return used;
}

void dispatch_keep_apart(struct dispatch *dispatch, uint32_t worker)
{
    cpu_set_t used = used_by_others(dispatch, worker);
    int here = placement_here();
    bool shared = here >= 0 && here < PLACEMENT_CPUS && CPU_ISSET((size_t)here, &used);
    int unused = shared ? placement_unused(&dispatch->placement, &used) : -1;
    if (unused >= 0) {
        /* Told before the move: whoever runs here meanwhile must not go there too. */
        atomic_store(&dispatch->lanes[worker].cpu, unused);
        placement_move(&dispatch->placement, unused);
    }
    atomic_store(&dispatch->lanes[worker].cpu, placement_here());
}

void dispatch_make_way(struct dispatch *dispatch, int here)
{
    for (uint32_t i = 0; i < dispatch->workers; i++) {
        struct lane *lane = &dispatch->lanes[i];
        if (atomic_load(&lane->asleep) == 0 || atomic_load(&lane->cpu) != here)
            continue;
        cpu_set_t used = used_by_others(dispatch, i);
        int cpu = placement_unused(&dispatch->placement, &used);
        if (cpu < 0)
            return;
        placement_put(lane->thread, cpu);
        atomic_store(&lane->cpu, cpu);
    }
}
