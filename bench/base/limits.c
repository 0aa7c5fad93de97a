#include "bench/base/limits.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static void lower(struct task_limit *limit, uint64_t tasks, const char *name)
{
    if (tasks < limit->tasks)
        *limit = (struct task_limit){tasks, name};
}

static void lower_by_file(struct task_limit *limit, const char *path, uint64_t share)
{
    unsigned long long value;
    FILE *file = fopen(path, "re");
    if (file != NULL && fscanf(file, "%llu", &value) == 1)
        lower(limit, value / share, path);
    if (file != NULL)
        fclose(file);
}

struct task_limit limits_tasks(void)
{
    struct task_limit limit = {UINT64_MAX, ""};
    struct rlimit processes;
    lower_by_file(&limit, "/proc/sys/kernel/pid_max", 1);
    lower_by_file(&limit, "/proc/sys/kernel/threads-max", 1);
    lower_by_file(&limit, "/proc/sys/vm/max_map_count", 2); /* a thread's stack and its guard */
    lower_by_file(&limit, "/sys/fs/cgroup/pids.max", 1);
    if (geteuid() != 0 && getrlimit(RLIMIT_NPROC, &processes) == 0 &&
        processes.rlim_cur != RLIM_INFINITY)
        lower(&limit, processes.rlim_cur, "the resource limit RLIMIT_NPROC (ulimit -u)");
    return limit;
}

uint64_t limits_memory_bytes(void)
{
    char line[128];
    unsigned long long available_kib, bytes = UINT64_MAX;
    FILE *file = fopen("/proc/meminfo", "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "MemAvailable: %llu kB", &available_kib) == 1)
            bytes = available_kib * 1024 / 20 * 19;
    if (file != NULL)
        fclose(file);
    return bytes;
}
