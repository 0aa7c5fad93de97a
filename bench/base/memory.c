#include "bench/base/memory.h"
#include "bench/base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)

/* No cgroup has so much: v1 says so where there is no limit. */
#define NO_LIMIT 4e18

/* An array that grows beyond this asks first what is left. */
#define LARGE_BYTES (16 * MIB)

/* What the kernel kills first. */
#define MOST_LIKELY "1000"

uint64_t memory_add(uint64_t a, uint64_t b)
{
    uint64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

uint64_t memory_times(uint64_t a, uint64_t b)
{
    uint64_t product;
    return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

/* ------------------------------------------------------------------------------- limits */

static bool lower(struct memory_limit *limit, double left, double most)
{
    uint64_t bytes = left > 0 ? (uint64_t)left : 0;
    if (bytes >= limit->bytes)
        return false;
    limit->bytes = bytes;
    limit->limit_bytes = (uint64_t)most;
    return true;
}

static void lower_by_name(struct memory_limit *limit, double left, double most, const char *name)
{
    if (lower(limit, left, most))
        snprintf(limit->name, sizeof limit->name, "%s", name);
}

/* The pages of files, and what the kernel keeps of others' names, which it drops before it kills;
 * pages in use it drops dearly, so half of them count. */
static double droppable_bytes(const char *folder, enum cgroup_version version)
{
    bool v2 = version == CGROUP_V2;
    double unused = 0, in_use = 0, slabs = 0; /* v1 does not tell its slabs */
    cgroup_read_item(folder, "memory.stat", v2 ? "inactive_file" : "total_inactive_file", &unused);
    cgroup_read_item(folder, "memory.stat", v2 ? "active_file" : "total_active_file", &in_use);
    cgroup_read_item(folder, "memory.stat", "slab_reclaimable", &slabs);
    return unused + in_use / 2 + slabs;
}

/* What a cgroup's files leave of one limit. */
static void lower_by_files(struct memory_limit *limit, const char *folder,
                           enum cgroup_version version, const char *limit_file,
                           const char *usage_file)
{
    double most, used;
    if (!cgroup_read_number(folder, limit_file, &most) || most >= NO_LIMIT ||
        !cgroup_read_number(folder, usage_file, &used))
        return;
    double left = most - fmax(0, used - droppable_bytes(folder, version));
    if (lower(limit, left, most))
        snprintf(limit->name, sizeof limit->name, "%s/%s", folder, limit_file);
}

static void lower_by_cgroup(const char *folder, enum cgroup_version version, void *user)
{
    static const struct {
        enum cgroup_version version;
        const char *limit, *usage;
    } files[] = {
        {CGROUP_V2, "memory.max", "memory.current"},
        {CGROUP_V2, "memory.high", "memory.current"},
        {CGROUP_V1, "memory.limit_in_bytes", "memory.usage_in_bytes"},
        {CGROUP_V1, "memory.memsw.limit_in_bytes", "memory.memsw.usage_in_bytes"},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (files[i].version == version)
            lower_by_files(user, folder, version, files[i].limit, files[i].usage);
}

bool memory_left_in_cgroup(const char *folder, enum cgroup_version version,
                           struct memory_limit *limit)
{
    *limit = (struct memory_limit){.bytes = UINT64_MAX};
    lower_by_cgroup(folder, version, limit);
    return limit->bytes < UINT64_MAX;
}

static bool is_strict(void)
{
    int mode = 0;
    FILE *file = fopen("/proc/sys/vm/overcommit_memory", "re");
    if (file != NULL && fscanf(file, "%d", &mode) != 1)
        mode = 0;
    if (file != NULL)
        fclose(file);
    return mode == 2;
}

/* A number of /proc/meminfo in bytes; false where it is not told. */
static bool read_meminfo(const char *item, double *bytes)
{
    double kib;
    if (!cgroup_read_item("/proc", "meminfo", item, &kib))
        return false;
    *bytes = kib * (double)KIB;
    return true;
}

bool memory_commit_limit(uint64_t *bytes)
{
    double most;
    if (!is_strict() || !read_meminfo("CommitLimit:", &most))
        return false;
    *bytes = (uint64_t)most;
    return true;
}

static void lower_by_machine(struct memory_limit *limit)
{
    double available, committed;
    uint64_t most;
    if (read_meminfo("MemAvailable:", &available))
        lower_by_name(limit, available, available, "MemAvailable of /proc/meminfo");
    if (memory_commit_limit(&most) && read_meminfo("Committed_AS:", &committed))
        lower_by_name(limit, (double)most - committed, (double)most,
                      "CommitLimit of /proc/meminfo");
}

static void lower_by_resource(struct memory_limit *limit, resource_type resource, const char *name,
                              unsigned long long used_pages)
{
    struct rlimit most;
    double page_bytes = (double)sysconf(_SC_PAGESIZE);
    if (getrlimit(resource, &most) == 0 && most.rlim_cur != RLIM_INFINITY)
        lower_by_name(limit, (double)most.rlim_cur - (double)used_pages * page_bytes,
                      (double)most.rlim_cur, name);
}

/* /proc/self/statm: size resident shared text lib data dt, in pages. */
static void lower_by_process(struct memory_limit *limit)
{
    unsigned long long size = 0, data = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file != NULL && fscanf(file, "%llu %*u %*u %*u %*u %llu", &size, &data) != 2)
        size = data = 0;
    if (file != NULL)
        fclose(file);
    lower_by_resource(limit, RLIMIT_AS, "RLIMIT_AS", size);
    lower_by_resource(limit, RLIMIT_DATA, "RLIMIT_DATA", data);
}

struct memory_limit memory_left(enum memory_kind kind)
{
    struct memory_limit limit = {.bytes = UINT64_MAX};
    cgroup_each("memory", lower_by_cgroup, &limit);
    lower_by_machine(&limit);
    if (kind == MEMORY_PRIVATE)
        lower_by_process(&limit);
    if (limit.bytes < UINT64_MAX)
        limit.bytes -= limit.bytes / 20;
    return limit;
}

static void amount(char *text, size_t room, uint64_t bytes)
{
    double mib = (double)bytes / (double)MIB;
    if (bytes < MIB)
        snprintf(text, room, "%llu bytes", (unsigned long long)bytes);
    else
        snprintf(text, room, mib < 100 ? "%.1f MiB" : "%.0f MiB", mib);
}

int memory_check(enum memory_kind kind, uint64_t bytes, struct error *error, const char *format,
                 ...)
{
    struct memory_limit limit = bytes > 0 ? memory_left(kind) : (struct memory_limit){0};
    char what[256], needed[32], left[32], most[32];
    va_list arguments;
    if (bytes <= limit.bytes)
        return 0;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    amount(needed, sizeof needed, bytes);
    amount(left, sizeof left, limit.bytes);
    amount(most, sizeof most, limit.limit_bytes);
    return fail(error, ERROR_REFUSED, "%s: %s of memory are needed and %s are available: %s is %s",
                what, needed, left, limit.name, most);
}

int memory_grow(void *rows, size_t count, size_t *room, size_t item_bytes, const char *what,
                struct error *error)
{
    size_t more = *room > 0 ? 2 * *room : 64;
    uint64_t bytes = memory_times(more, item_bytes);
    if (count < *room)
        return 0;
    if (bytes >= LARGE_BYTES &&
        memory_check(MEMORY_PRIVATE, bytes, error, "%s: room for %zu rows", what, more) != 0)
        return -1;
    void *grown = reallocarray(*(void **)rows, more, item_bytes);
    if (grown == NULL)
        return fail_errno(error, ENOMEM, "%s: no memory after %zu rows", what, count);
    *(void **)rows = grown;
    *room = more;
    return 0;
}

/* ------------------------------------------------------------------------------- who is killed */

#define SCORE "oom_score_adj"

void memory_offer(pid_t pid)
{
    char path[64] = "/proc/self/" SCORE;
    if (pid > 0)
        snprintf(path, sizeof path, "/proc/%d/" SCORE, (int)pid);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    ssize_t written = write(fd, MOST_LIKELY, strlen(MOST_LIKELY));
    (void)written;
    close(fd);
}

bool memory_is_offered(void)
{
    int score = 0;
    FILE *file = fopen("/proc/self/" SCORE, "re");
    if (file != NULL && fscanf(file, "%d", &score) != 1)
        score = 0;
    if (file != NULL)
        fclose(file);
    return score == atoi(MOST_LIKELY);
}

/* How often the kernel has killed, and where it counts that. */
struct kills {
    bool told;
    double count;
    char file[600];
};

/* The process's own cgroup comes first, and counts kills for a limit above it too. */
static void count_kills(const char *folder, enum cgroup_version version, void *user)
{
    struct kills *kills = user;
    const char *name = version == CGROUP_V2 ? "memory.events" : "memory.oom_control";
    if (kills->told || !cgroup_read_item(folder, name, "oom_kill", &kills->count))
        return;
    kills->told = true;
    snprintf(kills->file, sizeof kills->file, "%s/%s", folder, name);
}

static struct kills read_kills(void)
{
    struct kills kills = {.told = false};
    cgroup_each("memory", count_kills, &kills);
    if (!kills.told && cgroup_read_item("/proc", "vmstat", "oom_kill", &kills.count))
        snprintf(kills.file, sizeof kills.file, "/proc/vmstat");
    return kills;
}

uint64_t memory_kills(void)
{
    return (uint64_t)read_kills().count;
}

void memory_tell_kills(uint64_t before, char *text, size_t bytes)
{
    struct kills kills = read_kills();
    struct memory_limit limit = memory_left(MEMORY_SHARED);
    char most[32];
    text[0] = '\0';
    if (kills.count <= (double)before)
        return;
    int used = snprintf(
        text, bytes, "the kernel killed for want of memory: oom_kill in %s went from %llu to %.0f",
        kills.file, (unsigned long long)before, kills.count);
    amount(most, sizeof most, limit.limit_bytes);
    if (kills.told && used > 0 && (size_t)used < bytes) /* else the limit cannot be seen either */
        snprintf(text + used, bytes - (size_t)used, "; %s is %s", limit.name, most);
}
