#include "bench/base/limits.h"
#include "bench/base/cgroup.h"
#include "bench/base/memory.h"
#include "bench/base/policy.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void lower(struct task_limit *limit, uint64_t tasks, const char *name)
{
    if (tasks < limit->tasks)
        *limit = (struct task_limit){tasks, name};
}

static void lower_by_file(struct task_limit *limit, const char *path, uint64_t share)
{
    unsigned long long value;
    char buffer[64]; /* as in cgroup_read_number */
    FILE *file = fopen(path, "re");
    if (file != NULL)
        setvbuf(file, buffer, _IOFBF, sizeof buffer);
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

/* Whether RLIMIT_NPROC counts for this process. */
enum counting { NEVER_COUNTS, MAY_COUNT, COUNTS };

/* Who this process's user is outside its user namespace; -1: not known. */
static long long outer_user(void)
{
    unsigned long long inner, outer, count, own = getuid();
    long long found = -1;
    FILE *map = fopen("/proc/self/uid_map", "re");
    while (map != NULL && found < 0 && fscanf(map, "%llu %llu %llu", &inner, &outer, &count) == 3)
        if (own >= inner && own - inner < count)
            found = (long long)(outer + (own - inner));
    if (map != NULL)
        fclose(map);
    return found;
}

static bool has_capability(unsigned capability)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{0}};
    return syscall(SYS_capget, &header, data) == 0 &&
           (data[capability / 32].effective & (1U << capability % 32)) != 0;
}

/* The system's own root is exempt, and so are two capabilities of the first user namespace. In
 * another namespace, user 0 may be anybody: root's name there is no exemption. */
static enum counting processes_count(void)
{
    static const ino_t first_user_namespace = 0xEFFFFFFD; /* its inode (linux/proc_ns.h) */
    struct stat namespace;
    bool known = stat("/proc/self/ns/user", &namespace) == 0;
    if (known && namespace.st_ino == first_user_namespace)
        return getuid() == 0 || has_capability(CAP_SYS_RESOURCE) || has_capability(CAP_SYS_ADMIN)
                   ? NEVER_COUNTS
                   : COUNTS;
    long long outer = outer_user();
    return outer == 0 || (outer < 0 && getuid() == 0) ? MAY_COUNT : COUNTS;
}

/* False where it is none, or where it counts less surely than that. */
static bool process_limit(enum counting least, uint64_t *processes)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NPROC, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
        processes_count() < least)
        return false;
    *processes = limit.rlim_cur;
    return true;
}

struct task_limit limits_tasks(void)
{
    struct task_limit limit = {UINT64_MAX, ""};
    uint64_t processes;
    cgroup_each("pids", lower_by_cgroup, &limit);
    if (process_limit(COUNTS, &processes))
        lower(&limit, processes, "RLIMIT_NPROC");
    lower_by_file(&limit, "/proc/sys/kernel/pid_max", 1);
    lower_by_file(&limit, "/proc/sys/kernel/threads-max", 1);
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
    {EAGAIN, RLIMIT_AS, "RLIMIT_AS"},         {ENOMEM, RLIMIT_AS, "RLIMIT_AS"},
    {EAGAIN, RLIMIT_DATA, "RLIMIT_DATA"},     {ENOMEM, RLIMIT_DATA, "RLIMIT_DATA"},
    {EMFILE, RLIMIT_NOFILE, "RLIMIT_NOFILE"}, {EFBIG, RLIMIT_FSIZE, "RLIMIT_FSIZE"},
};

/* Adds "RLIMIT_AS is 1000", behind " (" or ", ". */
static void add_limit(char *text, size_t bytes, const char *name, uint64_t value)
{
    size_t used = strlen(text);
    snprintf(text + used, bytes - used, "%s%s is %llu", used == 0 ? " (" : ", ", name,
             (unsigned long long)value);
}

/* A cgroup's limit, and how many more it allows. */
struct cgroup_limit {
    uint64_t tasks, left; /* left UINT64_MAX: there is none */
    char name[160];
};

static void find_tightest(const char *folder, enum cgroup_version version, void *user)
{
    struct cgroup_limit *tightest = user;
    double most, now = 0;
    (void)version;
    if (!cgroup_read_number(folder, "pids.max", &most))
        return;
    cgroup_read_number(folder, "pids.current", &now);
    uint64_t left = now < most ? (uint64_t)(most - now) : 0;
    if (left >= tightest->left)
        return;
    tightest->tasks = (uint64_t)most;
    tightest->left = left;
    snprintf(tightest->name, sizeof tightest->name, "pids.max of %s", folder);
}

/* Both the user's and the cgroup's limit, unless the latter is the larger one and far from reached.
 */
static void add_own_task_limits(char *text, size_t bytes)
{
    struct cgroup_limit cgroup = {.left = UINT64_MAX};
    uint64_t processes;
    bool counts = process_limit(MAY_COUNT, &processes);
    cgroup_each("pids", find_tightest, &cgroup);
    if (cgroup.left != UINT64_MAX &&
        (!counts || cgroup.tasks < processes || cgroup.left < cgroup.tasks / 2))
        add_limit(text, bytes, cgroup.name, cgroup.tasks);
    if (counts)
        add_limit(text, bytes, "RLIMIT_NPROC", processes);
}

static uint64_t tasks_of_system(void)
{
    unsigned long long tasks = 0;
    FILE *file = fopen("/proc/loadavg", "re");
    if (file != NULL && fscanf(file, "%*s %*s %*s %*[0-9]/%llu", &tasks) != 1)
        tasks = 0;
    if (file != NULL)
        fclose(file);
    return tasks;
}

static uint64_t own_mappings(void)
{
    uint64_t lines = 0;
    FILE *file = fopen("/proc/self/maps", "re");
    for (int c; file != NULL && (c = fgetc(file)) != EOF;)
        lines += c == '\n';
    if (file != NULL)
        fclose(file);
    return lines;
}

/* Only one that can be near: they are never the reason where there are few tasks. */
static void add_system_limit(char *text, size_t bytes, const char *path, uint64_t used)
{
    struct task_limit limit = {UINT64_MAX, ""};
    lower_by_file(&limit, path, 1);
    if (limit.tasks < UINT64_MAX && used >= limit.tasks / 4 * 3)
        add_limit(text, bytes, limit.name, limit.tasks);
}

static void add_text(char *text, size_t bytes, const char *added)
{
    size_t used = strlen(text);
    snprintf(text + used, bytes - used, "%s%s", used == 0 ? " (" : ", ", added);
}

static void add_resource_limits(int errnum, char *text, size_t bytes)
{
    struct rlimit limit;
    for (size_t i = 0; i < sizeof resources / sizeof *resources; i++)
        if (resources[i].errnum == errnum && getrlimit(resources[i].resource, &limit) == 0 &&
            limit.rlim_cur != RLIM_INFINITY)
            add_limit(text, bytes, resources[i].name, limit.rlim_cur);
}

/* Why a process or a thread is refused. */
static void add_task_limits(char *text, size_t bytes)
{
    uint64_t tasks = tasks_of_system();
    if (policy_forbids_fork())
        add_text(text, bytes, "what is under SCHED_DEADLINE may not fork");
    add_own_task_limits(text, bytes);
    add_resource_limits(EAGAIN, text, bytes);
    add_system_limit(text, bytes, "/proc/sys/kernel/pid_max", tasks);
    add_system_limit(text, bytes, "/proc/sys/kernel/threads-max", tasks);
    add_system_limit(text, bytes, "/proc/sys/vm/max_map_count", own_mappings());
    if (text[0] == '\0')
        add_text(text, bytes,
                 "no limit is set here; one of a cgroup or user namespace above is hidden");
}

/* As long as there is no process in that namespace, its link is there and leads nowhere. */
bool limits_children_are_elsewhere(void)
{
    struct stat own, children;
    if (stat("/proc/self/ns/pid", &own) != 0 ||
        lstat("/proc/self/ns/pid_for_children", &children) != 0)
        return false;
    return stat("/proc/self/ns/pid_for_children", &children) != 0 || own.st_ino != children.st_ino;
}

/* Filters say so by these numbers, and by nothing else. */
static bool may_be_filtered(int errnum)
{
    char line[256];
    int mode = 0;
    FILE *file = errnum == EPERM || errnum == ENOSYS ? fopen("/proc/self/status", "re") : NULL;
    while (file != NULL && fgets(line, sizeof line, file) != NULL &&
           sscanf(line, "Seccomp: %d", &mode) != 1)
        ;
    if (file != NULL)
        fclose(file);
    return mode > 0;
}

void limits_describe(int errnum, char *text, size_t bytes)
{
    uint64_t commit_bytes;
    text[0] = '\0';
    if (errnum == EAGAIN)
        add_task_limits(text, bytes);
    else
        add_resource_limits(errnum, text, bytes);
    if (may_be_filtered(errnum))
        add_text(text, bytes,
                 "a seccomp filter is in force that may refuse this call; "
                 "--security-opt seccomp=unconfined takes Docker's away");
    if (errnum == ENOMEM && memory_commit_limit(&commit_bytes))
        add_limit(text, bytes, "CommitLimit of /proc/meminfo", commit_bytes);
    if (errnum == ENOMEM)
        add_system_limit(text, bytes, "/proc/sys/vm/max_map_count", own_mappings());
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
