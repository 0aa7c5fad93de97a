#include "bench/analyse/model/job_facts.h"

#include <math.h>

/* Jobs that keep a CPU busy for less wait most of the time; where their waits were not counted,
 * others may have taken the CPU from them. */
#define WAITING_SHARE 0.25
#define SURELY_WAITING_SHARE 0.1

/* Below, a job computes on what it has read for longer than memory needs to bring it. */
#define MEMORY_BYTES_PER_NS 1.0

/* Mapping memory and its page faults are the kernel's work: about so much each. So rare are the
 * faults of a job that has touched its memory before. */
#define KERNEL_SHARE 0.05
#define FAULT_NS 500.0
#define FAULT_EVERY_NS 20e3

/* A job that waits does so in each call, or in every other one. */
#define WAITS_OF_WAITING 0.5

double job_facts_busy(const struct job_facts *facts)
{
    if (facts->waits < WAITS_OF_WAITING)
        return 1;
    return isfinite(facts->busy) ? fmin(fmax(facts->busy, 0), 1) : 1;
}

/* How the kernel divides its time from the job's own is a guess by ticks; faults are counted. */
static bool maps_memory(const struct job_facts *facts)
{
    double cpu_ns = facts->user_ns + facts->sys_ns;
    return facts->faults * FAULT_NS > KERNEL_SHARE * cpu_ns ||
           (facts->sys_ns > KERNEL_SHARE * cpu_ns && facts->faults * FAULT_EVERY_NS > cpu_ns);
}

double job_facts_computing(const struct job_facts *facts, enum contention contention)
{
    double kernel_ns = fmax(facts->sys_ns, facts->faults * FAULT_NS);
    double cpu_ns = facts->user_ns + facts->sys_ns;
    if (contention != CONTENTION_ADDRESS_SPACE || !(kernel_ns < cpu_ns))
        return 0;
    return 1 - kernel_ns / cpu_ns;
}

enum contention job_facts_contention(const struct job_facts *facts)
{
    if (job_facts_busy(facts) < (isnan(facts->waits) ? SURELY_WAITING_SHARE : WAITING_SHARE))
        return CONTENTION_NONE;
    if (facts->bytes > MEMORY_BYTES_PER_NS * facts->ns.median)
        return CONTENTION_MEMORY;
    return maps_memory(facts) ? CONTENTION_ADDRESS_SPACE : CONTENTION_COMPUTE;
}
