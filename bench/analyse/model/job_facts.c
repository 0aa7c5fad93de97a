#include "bench/analyse/model/job_facts.h"

#include <math.h>

/* Jobs that keep a CPU busy for less wait most of the time. */
#define WAITING_SHARE 0.1

/* Below, a job computes on what it has read for longer than memory needs to bring it. */
#define MEMORY_BYTES_PER_NS 1.0

/* Mapping memory and its page faults are the kernel's work. So rare are the faults of a job that
 * has touched its memory before. */
#define KERNEL_SHARE 0.2
#define FAULT_EVERY_NS 20e3

double job_facts_busy(const struct job_facts *facts)
{
    double busy = (facts->user_ns + facts->sys_ns) / facts->ns.median;
    return isfinite(busy) ? fmin(fmax(busy, 0), 1) : 1;
}

enum contention job_facts_contention(const struct job_facts *facts)
{
    double ns = facts->ns.median;
    if (job_facts_busy(facts) < WAITING_SHARE)
        return CONTENTION_NONE;
    if (facts->bytes > MEMORY_BYTES_PER_NS * ns)
        return CONTENTION_MEMORY;
    if (facts->sys_ns > KERNEL_SHARE * ns && facts->faults * FAULT_EVERY_NS > ns)
        return CONTENTION_ADDRESS_SPACE;
    return CONTENTION_COMPUTE;
}
