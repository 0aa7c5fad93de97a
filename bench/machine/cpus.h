#ifndef BREAKEVEN_MACHINE_CPUS_H
#define BREAKEVEN_MACHINE_CPUS_H

#include "bench/machine/affinity.h"

#include <stdbool.h>
#include <stdint.h>

/* How many CPUs this process may use, and what says so. */
struct cpus {
    unsigned online;
    unsigned affinity; /* CPUs in the affinity mask */
    double quota; /* CPUs that the cgroup's bandwidth amounts to; NaN where there is no limit */
    struct affinity mask; /* not known where the kernel does not tell it */
    unsigned usable;      /* the least of affinity and quota (rounded up), at least 1 */
};

/* Reads the affinity mask and the cgroup (v1 or v2) of the calling process. Never fails: what
 * cannot be read does not limit. */
struct cpus cpus_read(void);

/* Fails where the CPUs that this process may use are no longer those that were planned with: its
 * mask or its quota was changed, or a CPU was taken away or came back. */
int cpus_check_same(const struct cpus *planned, struct error *error);

/* What /proc/stat has counted since boot, over all online CPUs. NaN: not told. */
struct cpu_ticks {
    double stolen; /* by the hypervisor */
    double idle;   /* nobody took it, or waited for a disk */
    double all;
};

struct cpu_ticks cpus_ticks(void);

/* Two CPUs of the affinity mask, the first and the last. False where there is only one. */
bool cpus_pair(int *first, int *second);

/* How many CPUs others take: what all CPUs did between two such looks, less what this process and
 * its children, as far as they have ended, did. */
struct cpu_look {
    struct cpu_ticks ticks;
    double own_s;
    uint64_t at_ns;
};

struct cpu_look cpus_look(void);

/* NaN where it is not known. */
double cpus_of_others(const struct cpu_look *before, const struct cpu_look *after);

#endif
