#include "strategies/common/placement.h"

#include <errno.h>

/* The CPUs of the mask by number; how many. */
static uint32_t order_of_mask(const cpu_set_t *mask, int order[PLACEMENT_CPUS])
{
    uint32_t count = 0;
    for (int cpu = 0; cpu < PLACEMENT_CPUS; cpu++)
        if (CPU_ISSET((size_t)cpu, mask))
            order[count++] = cpu;
    return count;
}

void placement_open(struct placement *placement, const struct strategy_config *config)
{
    *placement = (struct placement){.bind = config->bind, .here = placement_here()};
    if (placement->here < 0 || placement->here >= PLACEMENT_CPUS ||
        sched_getaffinity(0, sizeof placement->roam, &placement->roam) != 0)
        return;
    for (uint32_t i = 0; i < config->order_count; i++)
        if (CPU_ISSET((size_t)config->order[i], &placement->roam))
            placement->order[placement->count++] = config->order[i];
    if (placement->count == 0)
        placement->count = order_of_mask(&placement->roam, placement->order);
}

int placement_cpu(const struct placement *placement, uint32_t slot)
{
    uint32_t first = 0;
    if (placement->count == 0)
        return -1;
    while (placement->bind == BIND_NONE && first + 1 < placement->count &&
           placement->order[first] != placement->here)
        first++;
    return placement->order[(first + slot) % placement->count];
}

static bool bind_to(pid_t thread, int cpu)
{
    cpu_set_t target;
    CPU_ZERO(&target);
    CPU_SET((size_t)cpu, &target);
    return sched_setaffinity(thread, sizeof target, &target) == 0;
}

/* A sandbox may say yes and do nothing. Returns 0 or an error number. */
static int bind_here(int cpu)
{
    if (cpu < 0)
        return EINVAL;
    if (!bind_to(0, cpu))
        return errno;
    return placement_here() == cpu ? 0 : EOPNOTSUPP;
}

int placement_move(const struct placement *placement, int cpu)
{
    int refused = bind_here(cpu);
    if (cpu >= 0 && (refused != 0 || placement->bind == BIND_NONE))
        placement_free(placement);
    return placement->bind != BIND_NONE ? refused : 0;
}

void placement_put(pid_t thread, int cpu)
{
    bind_to(thread, cpu);
}

void placement_stay(const struct placement *placement)
{
    int here = placement_here();
    if (placement->count > 0 && here >= 0 && here < PLACEMENT_CPUS)
        bind_to(0, here);
}

void placement_free(const struct placement *placement)
{
    if (placement->count > 0)
        sched_setaffinity(0, sizeof placement->roam, &placement->roam);
}

int placement_unused(const struct placement *placement, const cpu_set_t *used)
{
    for (uint32_t i = 0; i < placement->count; i++)
        if (!CPU_ISSET((size_t)placement->order[i], used))
            return placement->order[i];
    return -1;
}
