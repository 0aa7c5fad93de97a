#include "bench/machine/cpus.h"
#include "bench/base/cgroup.h"
#include "bench/base/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* The bandwidth, in CPUs, of a cgroup; NaN where it has no limit. */
static double quota_v2(const char *folder)
{
    char quota[32];
    double period, cpus = NAN;
    FILE *file = cgroup_open(folder, "cpu.max");
    if (file == NULL)
        return NAN;
    if (fscanf(file, "%31s %lf", quota, &period) == 2 && strcmp(quota, "max") != 0)
        cpus = strtod(quota, NULL) / period;
    fclose(file);
    return cpus;
}

/* The same for cgroup v1, where -1 means no limit. */
static double quota_v1(const char *folder)
{
    double quota, period;
    if (cgroup_read_number(folder, "cpu.cfs_quota_us", &quota) && quota > 0 &&
        cgroup_read_number(folder, "cpu.cfs_period_us", &period) && period > 0)
        return quota / period;
    return NAN;
}

static void lower_quota(const char *folder, enum cgroup_version version, void *user)
{
    double *least = user;
    *least = fmin(*least, version == CGROUP_V2 ? quota_v2(folder) : quota_v1(folder));
}

struct cpus cpus_read(void)
{
    struct cpus cpus = {.quota = NAN};
    cgroup_each("cpu", lower_quota, &cpus.quota);
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    cpus.online = online > 0 ? (unsigned)online : 1;
    cpus.affinity = cpus.online;
    if (affinity_read(&cpus.mask) == 0)
        cpus.affinity = affinity_count(&cpus.mask);
    cpus.usable = cpus.affinity;
    if (ceil(cpus.quota) < cpus.usable)
        cpus.usable = (unsigned)fmax(1, ceil(cpus.quota));
    return cpus;
}

/* The CPUs that the quota amounts to, where it holds any back. */
static double effective_quota(const struct cpus *cpus)
{
    return cpus->quota < cpus->affinity ? cpus->quota : cpus->affinity;
}

/* "2 (0-1)", "2 (0-1, of which a quota grants 1.5)". */
static void describe(const struct cpus *cpus, char *text, size_t bytes)
{
    char list[64], granted[48] = "";
    affinity_list(&cpus->mask, list, sizeof list);
    if (effective_quota(cpus) < cpus->affinity)
        snprintf(granted, sizeof granted, ", of which a quota grants %.3g", cpus->quota);
    snprintf(text, bytes, "%u (%s%s)", cpus->usable, list, granted);
}

int cpus_check_same(const struct cpus *planned, struct error *error)
{
    struct cpus now = cpus_read();
    char before[128], after[128];
    if (affinity_equal(&planned->mask, &now.mask) &&
        effective_quota(planned) == effective_quota(&now))
        return 0;
    describe(planned, before, sizeof before);
    describe(&now, after, sizeof after);
    return fail(error, ERROR_REFUSED, "the CPUs that may be used changed in mid-run from %s to %s",
                before, after);
}

bool cpus_pair(int *first, int *second)
{
    struct affinity mask;
    affinity_read(&mask);
    *first = *second = -1;
    for (size_t cpu = 0; cpu < 8 * mask.bytes; cpu++)
        if (CPU_ISSET_S(cpu, mask.bytes, mask.set)) {
            *second = (int)cpu;
            if (*first < 0)
                *first = (int)cpu;
        }
    return *second > *first;
}

/* Its first line: user, nice, system, idle, iowait, irq, softirq, steal. What follows is part of
 * these. */
struct cpu_ticks cpus_ticks(void)
{
    enum { IDLE = 3, WAITING = 4, FIELDS = 8 };
    double sum = 0, ticks = 0, idle = 0;
    int fields = 0;
    FILE *file = fopen("/proc/stat", "re");
    if (file == NULL)
        return (struct cpu_ticks){NAN, NAN, NAN};
    for (int label = fscanf(file, "cpu"); label == 0 && fields < FIELDS; fields++) {
        if (fscanf(file, "%lf", &ticks) != 1)
            break;
        sum += ticks;
        idle += fields == IDLE || fields == WAITING ? ticks : 0;
    }
    fclose(file);
    return fields == FIELDS ? (struct cpu_ticks){ticks, idle, sum}
                            : (struct cpu_ticks){NAN, NAN, NAN};
}

static double seconds_of(int who)
{
    struct rusage usage;
    getrusage(who, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

struct cpu_look cpus_look(void)
{
    return (struct cpu_look){
        .ticks = cpus_ticks(),
        .own_s = seconds_of(RUSAGE_SELF) + seconds_of(RUSAGE_CHILDREN),
        .at_ns = clock_now_ns(),
    };
}

double cpus_of_others(const struct cpu_look *before, const struct cpu_look *after)
{
    double all = after->ticks.all - before->ticks.all;
    double busy_s = (all - (after->ticks.idle - before->ticks.idle)) / (double)sysconf(_SC_CLK_TCK);
    double elapsed_s = (double)(after->at_ns - before->at_ns) / 1e9;
    if (!(all > 0) || !(elapsed_s > 0))
        return NAN;
    return fmax(0, (busy_s - (after->own_s - before->own_s)) / elapsed_s);
}
