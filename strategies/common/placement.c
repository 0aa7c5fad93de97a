#include "strategies/common/placement.h"

#include <sched.h>

int placement_here(void)
{
    return sched_getcpu();
}

/* The CPU `steps` CPUs behind `from` in the mask. */
static int cpu_after(const cpu_set_t *mask, int from, int steps)
{
    int cpu = from;
    while (steps > 0) {
        cpu = (cpu + 1) % CPU_SETSIZE;
        steps -= CPU_ISSET((unsigned)cpu, mask) != 0;
    }
    return cpu;
}

void placement_start(int from, uint32_t distance)
{
    cpu_set_t mask, target;
    if (from < 0 || sched_getaffinity(0, sizeof mask, &mask) != 0)
        return;
    int count = CPU_COUNT(&mask);
    CPU_ZERO(&target);
    CPU_SET((unsigned)cpu_after(&mask, from, (int)(distance % (uint32_t)count)), &target);
    if (sched_setaffinity(0, sizeof target, &target) == 0)
        sched_setaffinity(0, sizeof mask, &mask);
}
