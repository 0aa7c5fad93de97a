#include "bench/base/limits.h"
#include "bench/base/cgroup.h"
#include "bench/base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
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

static void lower_by_cgroup(const char *folder, enum cgroup_version version, void *user)
{
    double tasks;
    (void)version;
    if (cgroup_read_number(folder, "pids.max", &tasks))
        lower(user, (uint64_t)tasks, "pids.max of the cgroup");
}

/* What limits the user or the cgroup, not the whole system. */
static void lower_by_own(struct task_limit *limit)
{
    struct rlimit processes;
    cgroup_each("pids", lower_by_cgroup, limit);
    if (geteuid() != 0 && getrlimit(RLIMIT_NPROC, &processes) == 0 &&
        processes.rlim_cur != RLIM_INFINITY)
        lower(limit, processes.rlim_cur, "RLIMIT_NPROC");
}

static void lower_by_system(struct task_limit *limit)
{
    lower_by_file(limit, "/proc/sys/kernel/pid_max", 1);
    lower_by_file(limit, "/proc/sys/kernel/threads-max", 1);
}

struct task_limit limits_tasks(void)
{
    struct task_limit limit = {UINT64_MAX, ""};
    lower_by_own(&limit);
    lower_by_system(&limit);
    lower_by_file(&limit, "/proc/sys/vm/max_map_count", 2); /* a thread's stack and its guard */
    return limit;
}

/* What glibc takes for a resource is an enum of its own. */
#ifdef __GLIBC__
typedef __rlimit_resource_t resource_type;
#else
typedef int resource_type;
#endif

/* What is limited in a single process, and how the system calls say so. EAGAIN is what
 * pthread_create makes of a stack that cannot be mapped. */
static const struct {
    int errnum;
    resource_type resource;
    const char *name;
} resources[] = {
    {EAGAIN, RLIMIT_AS, "RLIMIT_AS"},      {ENOMEM, RLIMIT_AS, "RLIMIT_AS"},
    {ENOMEM, RLIMIT_DATA, "RLIMIT_DATA"},  {EMFILE, RLIMIT_NOFILE, "RLIMIT_NOFILE"},
    {EFBIG, RLIMIT_FSIZE, "RLIMIT_FSIZE"},
};

/* Adds "RLIMIT_AS is 1000", behind " (" or ", ". */
static void add_limit(char *text, size_t bytes, const char *name, uint64_t value)
{
    size_t used = strlen(text);
    snprintf(text + used, bytes - used, "%s%s is %llu", used == 0 ? " (" : ", ", name,
             (unsigned long long)value);
}

/* The least one, if any. */
static void add_task_limit(char *text, size_t bytes, void (*lower_by)(struct task_limit *))
{
    struct task_limit limit = {UINT64_MAX, ""};
    lower_by(&limit);
    if (limit.tasks < UINT64_MAX)
        add_limit(text, bytes, limit.name, limit.tasks);
}

void limits_describe(int errnum, char *text, size_t bytes)
{
    struct rlimit limit;
    uint64_t commit_bytes;
    text[0] = '\0';
    if (errnum == EAGAIN)
        add_task_limit(text, bytes, lower_by_own);
    for (size_t i = 0; i < sizeof resources / sizeof *resources; i++)
        if (resources[i].errnum == errnum && getrlimit(resources[i].resource, &limit) == 0 &&
            limit.rlim_cur != RLIM_INFINITY)
            add_limit(text, bytes, resources[i].name, limit.rlim_cur);
    if (errnum == ENOMEM && memory_commit_limit(&commit_bytes))
        add_limit(text, bytes, "CommitLimit of /proc/meminfo", commit_bytes);
    if (errnum == EAGAIN && text[0] == '\0')
        add_task_limit(text, bytes, lower_by_system);
    size_t used = strlen(text);
    if (used > 0)
        snprintf(text + used, bytes - used, ")");
}

bool limits_leave_descriptors(unsigned count)
{
    struct rlimit limit;
    int next = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    if (next < 0 || getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return false;
    close(next);
    return (rlim_t)next + count <= limit.rlim_cur;
}
