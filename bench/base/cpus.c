#include "bench/base/cpus.h"

#include <limits.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The least bandwidth, in CPUs, of the cgroup v2 folder and of all folders above it. */
static double quota_v2(char *folder)
{
    double least = NAN;
    for (;;) {
        char path[PATH_MAX + 32], quota[32];
        double period;
        snprintf(path, sizeof path, "/sys/fs/cgroup%s/cpu.max", folder);
        FILE *file = fopen(path, "re");
        if (file != NULL) {
            if (fscanf(file, "%31s %lf", quota, &period) == 2 && strcmp(quota, "max") != 0)
                least = fmin(least, strtod(quota, NULL) / period);
            fclose(file);
        }
        char *slash = strrchr(folder, '/');
        if (slash == NULL)
            return least;
        *slash = '\0';
    }
}

static bool read_number_file(const char *folder, const char *name, double *value)
{
    char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "/sys/fs/cgroup/cpu%s/%s", folder, name);
    FILE *file = fopen(path, "re");
    bool read = file != NULL && fscanf(file, "%lf", value) == 1;
    if (file != NULL)
        fclose(file);
    return read;
}

/* The same for cgroup v1, where -1 means no limit. */
static double quota_v1(char *folder)
{
    double least = NAN;
    for (;;) {
        double quota, period;
        if (read_number_file(folder, "cpu.cfs_quota_us", &quota) && quota > 0 &&
            read_number_file(folder, "cpu.cfs_period_us", &period) && period > 0)
            least = fmin(least, quota / period);
        char *slash = strrchr(folder, '/');
        if (slash == NULL)
            return least;
        *slash = '\0';
    }
}

/* Lines of /proc/self/cgroup: "0::/folder" (v2) or "2:cpu,cpuacct:/folder" (v1). */
static double cgroup_quota(void)
{
    double quota = NAN;
    char line[PATH_MAX + 64];
    FILE *file = fopen("/proc/self/cgroup", "re");
    if (file == NULL)
        return quota;
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *controllers = strchr(line, ':');
        char *folder = controllers ? strchr(controllers + 1, ':') : NULL;
        if (folder == NULL)
            continue;
        *folder++ = '\0';
        controllers++;
        if (strcmp(folder, "/") == 0)
            folder = folder + 1;
        if (*controllers == '\0')
            quota = fmin(quota, quota_v2(folder));
        else if (strncmp(controllers, "cpu", 3) == 0 &&
                 (controllers[3] == '\0' || controllers[3] == ','))
            quota = fmin(quota, quota_v1(folder));
    }
    fclose(file);
    return quota;
}

/* The mask of machines with more CPUs than cpu_set_t holds needs a larger set. */
static cpu_set_t *affinity_mask(size_t *bytes)
{
    for (unsigned cpus = CPU_SETSIZE; cpus <= 1u << 20; cpus *= 4) {
        cpu_set_t *set = CPU_ALLOC(cpus);
        *bytes = CPU_ALLOC_SIZE(cpus);
        if (set != NULL && sched_getaffinity(0, *bytes, set) == 0)
            return set;
        CPU_FREE(set);
    }
    return NULL;
}

struct cpus cpus_read(void)
{
    struct cpus cpus = {.quota = cgroup_quota()};
    size_t bytes = 0;
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    cpus.online = online > 0 ? (unsigned)online : 1;
    cpus.affinity = cpus.online;
    cpu_set_t *mask = affinity_mask(&bytes);
    if (mask != NULL)
        cpus.affinity = (unsigned)CPU_COUNT_S(bytes, mask);
    CPU_FREE(mask);
    cpus.usable = cpus.affinity;
    if (ceil(cpus.quota) < cpus.usable)
        cpus.usable = (unsigned)fmax(1, ceil(cpus.quota));
    return cpus;
}

bool cpus_pair(int *first, int *second)
{
    size_t bytes = 0;
    cpu_set_t *mask = affinity_mask(&bytes);
    *first = *second = -1;
    for (size_t cpu = 0; mask != NULL && cpu < 8 * bytes; cpu++)
        if (CPU_ISSET_S(cpu, bytes, mask)) {
            *second = (int)cpu;
            if (*first < 0)
                *first = (int)cpu;
        }
    CPU_FREE(mask);
    return *second > *first;
}
