#include "bench/machine/conditions.h"
#include "bench/base/cgroup.h"
#include "bench/base/text.h"
#include "bench/machine/topology.h"

#include <ctype.h>
#include <hwloc.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <unistd.h>

extern char **environ;

/* The first line of a small file, without its newline; "" where it cannot be read. */
static void read_line(const char *path, char *line, size_t bytes)
{
    FILE *file = fopen(path, "re");
    *line = '\0';
    if (file != NULL && fgets(line, (int)bytes, file) == NULL)
        *line = '\0';
    line[strcspn(line, "\n")] = '\0';
    if (file != NULL)
        fclose(file);
}

/* The number 0 to 9 that a file holds; -1 where there is none. */
static int read_digit(const char *path)
{
    char line[16];
    read_line(path, line, sizeof line);
    return isdigit((unsigned char)line[0]) && line[1] == '\0' ? line[0] - '0' : -1;
}

/* ------------------------------------------------------------------------------- CPUs */

static void count_cores(hwloc_topology_t topology, hwloc_const_bitmap_t mask,
                        struct conditions *conditions)
{
    hwloc_bitmap_t shared = hwloc_bitmap_alloc(), firsts = hwloc_bitmap_alloc();
    hwloc_obj_t core = NULL;
    while ((core = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_CORE, core)) != NULL) {
        hwloc_bitmap_and(shared, core->cpuset, mask);
        int threads = hwloc_bitmap_weight(shared);
        if (threads < 1)
            continue;
        conditions->cores++;
        if ((unsigned)threads > conditions->smt)
            conditions->smt = (unsigned)threads;
        hwloc_bitmap_set(firsts, (unsigned)hwloc_bitmap_first(shared));
    }
    int bytes = hwloc_bitmap_list_snprintf(conditions->one_per_core,
                                           sizeof conditions->one_per_core, firsts);
    if (bytes >= (int)sizeof conditions->one_per_core)
        conditions->one_per_core[0] = '\0'; /* half a list would be wrong advice */
    hwloc_bitmap_free(shared);
    hwloc_bitmap_free(firsts);
}

static void read_cores(struct conditions *conditions)
{
    hwloc_topology_t topology;
    struct affinity known;
    if (affinity_read(&known) != 0 || hwloc_topology_init(&topology) != 0)
        return; /* hwloc would ask again and again */
    hwloc_bitmap_t mask = hwloc_bitmap_alloc();
    if (topology_load(topology) == 0 &&
        hwloc_get_cpubind(topology, mask, HWLOC_CPUBIND_THREAD) == 0)
        count_cores(topology, mask, conditions);
    hwloc_bitmap_free(mask);
    hwloc_topology_destroy(topology);
}

static void read_governor(char *governor, size_t bytes)
{
    char path[96];
    int first, last;
    cpus_pair(&first, &last);
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor", first);
    read_line(path, governor, bytes);
}

#define CPU_FOLDER "/sys/devices/system/cpu/"

static void read_turbo(struct conditions *conditions)
{
    static const struct {
        const char *path;
        int on;
        const char *turn_off;
    } switches[] = {
        {CPU_FOLDER "intel_pstate/no_turbo", 0, "echo 1 > " CPU_FOLDER "intel_pstate/no_turbo"},
        {CPU_FOLDER "cpufreq/boost", 1, "echo 0 > " CPU_FOLDER "cpufreq/boost"},
    };
    conditions->turbo = -1;
    conditions->turbo_off = "";
    for (size_t i = 0; i < sizeof switches / sizeof *switches && conditions->turbo < 0; i++) {
        int value = read_digit(switches[i].path);
        if (value < 0)
            continue;
        conditions->turbo = value == switches[i].on;
        conditions->turbo_off = switches[i].turn_off;
    }
}

/* ------------------------------------------------------------------------------- the kernel */

static void read_hypervisor(char *text, size_t bytes)
{
    char line[4096], vendor[128];
    bool virtual = false;
    FILE *file = fopen("/proc/cpuinfo", "re");
    while (file != NULL && !virtual && fgets(line, sizeof line, file) != NULL)
        virtual = strncmp(line, "flags", 5) == 0 && strstr(line, " hypervisor") != NULL;
    if (file != NULL)
        fclose(file);
    read_line("/sys/class/dmi/id/sys_vendor", vendor, sizeof vendor);
    snprintf(text, bytes, "%s", !virtual ? "" : *vendor ? vendor : CONDITIONS_UNNAMED_HYPERVISOR);
}

/* Which word of "always [madvise] never" stands in brackets. */
static void read_huge_pages(char *text, size_t bytes)
{
    char line[128];
    read_line("/sys/kernel/mm/transparent_hugepage/enabled", line, sizeof line);
    const char *open = strchr(line, '[');
    size_t length = open != NULL ? strcspn(open + 1, "]") : 0;
    snprintf(text, bytes, "%.*s", (int)length, open != NULL ? open + 1 : "");
}

static bool has_fixed_layout(void)
{
    int now = personality(0xffffffff); /* asks and changes nothing */
    return now != -1 && (now & ADDR_NO_RANDOMIZE) != 0;
}

/* ------------------------------------------------------------------------------- the build */

static bool is_optimised(void)
{
#ifdef __OPTIMIZE__
    return true;
#else
    return false;
#endif
}

#ifndef __has_feature
#define __has_feature(name) 0 /* clang's way to tell; gcc defines macros */
#endif

static const char *sanitizer(void)
{
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
    return "address";
#elif defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
    return "thread";
#elif __has_feature(memory_sanitizer)
    return "memory";
#elif __has_feature(undefined_behavior_sanitizer)
    return "undefined-behaviour";
#else
    return "";
#endif
}

/* ------------------------------------------------------------------------------- counters */

static double add(double sum, double more)
{
    return isnan(sum) ? more : sum + more;
}

/* cpu.stat counts throttled time in microseconds (v2) or nanoseconds (v1). */
static void add_throttling(const char *folder, enum cgroup_version version, void *user)
{
    struct condition_counters *counters = user;
    char name[64];
    double value;
    FILE *file = cgroup_open(folder, "cpu.stat");
    while (file != NULL && fscanf(file, "%63s %lf", name, &value) == 2) {
        if (text_equal(name, "nr_throttled"))
            counters->throttled_count = add(counters->throttled_count, value);
        else if (version == CGROUP_V2 && text_equal(name, "throttled_usec"))
            counters->throttled_s = add(counters->throttled_s, value / 1e6);
        else if (version == CGROUP_V1 && text_equal(name, "throttled_time"))
            counters->throttled_s = add(counters->throttled_s, value / 1e9);
    }
    if (file != NULL)
        fclose(file);
}

static struct condition_counters read_counters(void)
{
    struct cpu_ticks ticks = cpus_ticks();
    struct condition_counters counters = {ticks.stolen, ticks.all, NAN, NAN};
    cgroup_each("cpu", add_throttling, &counters);
    return counters;
}

/* ------------------------------------------------------------------------------- reading */

struct conditions conditions_read(const struct cpus *cpus)
{
    struct conditions conditions = {
        .started_at = time(NULL),
        .cpus = *cpus,
        .binding_refused = affinity_refused(),
        .aslr = read_digit("/proc/sys/kernel/randomize_va_space"),
        .layout_fixed = has_fixed_layout(),
        .cpus_hidden = access(CPU_FOLDER, F_OK) != 0,
        .environment = environ,
        .optimised = is_optimised(),
        .sanitizer = sanitizer(),
        .steal_share = NAN,
        .throttled_count = NAN,
        .throttled_s = NAN,
    };
    if (getloadavg(&conditions.load_average, 1) != 1)
        conditions.load_average = NAN;
    read_line(CPU_FOLDER "online", conditions.online_cpus, sizeof conditions.online_cpus);
    read_cores(&conditions);
    read_governor(conditions.governor, sizeof conditions.governor);
    read_turbo(&conditions);
    read_hypervisor(conditions.hypervisor, sizeof conditions.hypervisor);
    read_huge_pages(conditions.huge_pages, sizeof conditions.huge_pages);
    conditions.at_start = read_counters();
    return conditions;
}

void conditions_end(struct conditions *conditions)
{
    const struct condition_counters *start = &conditions->at_start, end = read_counters();
    cpus_check_same(&conditions->cpus, &conditions->cpus_changed);
    double ticks = end.all_ticks - start->all_ticks;
    conditions->steal_share = ticks > 0 ? (end.steal_ticks - start->steal_ticks) / ticks : NAN;
    conditions->throttled_count = end.throttled_count - start->throttled_count;
    conditions->throttled_s = end.throttled_s - start->throttled_s;
}

/* ------------------------------------------------------------------------------- warnings */

static void warn(struct warnings *warnings, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void warn(struct warnings *warnings, const char *format, ...)
{
    va_list arguments;
    if (warnings->count == CONDITIONS_MOST_WARNINGS)
        return;
    va_start(arguments, format);
    vsnprintf(warnings->texts[warnings->count++], CONDITIONS_WARNING_BYTES, format, arguments);
    va_end(arguments);
}

static void warn_of_affinity(const struct conditions *now, struct warnings *warnings)
{
    const char *online = now->online_cpus;
    if (now->cpus.affinity < now->cpus.online)
        warn(warnings,
             "%u of %u online CPUs may be used (affinity mask); %s%s%swiden cpuset.cpus of its "
             "cgroup",
             now->cpus.affinity, now->cpus.online, *online ? "start it with taskset -c " : "",
             online, *online ? ", or " : "");
}

static void warn_of_binding(const struct conditions *now, struct warnings *warnings)
{
    if (now->binding_refused != 0)
        warn(warnings,
             "sched_setaffinity is refused (%s): workers start wherever the kernel puts them, and "
             "disturbed visits are not noticed, as no round trip can be measured; allow the call "
             "(seccomp)",
             strerror(now->binding_refused));
}

/* A quota that the affinity mask keeps below of its own holds nothing back. */
static void warn_of_quota(const struct conditions *now, struct warnings *warnings)
{
    if (now->cpus.quota < now->cpus.affinity)
        warn(warnings,
             "the cgroup's quota amounts to %.3g CPU%s, of %u that the affinity mask allows; raise "
             "cpu.max (cgroup v2) or cpu.cfs_quota_us (v1)",
             now->cpus.quota, now->cpus.quota == 1 ? "" : "s", now->cpus.affinity);
}

static void warn_of_throttling(const struct conditions *now, struct warnings *warnings)
{
    char time[32];
    if (!(now->throttled_count > 0))
        return;
    text_duration(time, sizeof time, now->throttled_s * 1e9);
    warn(warnings,
         "the cgroup was throttled %.0f time%s during the run, for %s over all CPUs; raise cpu.max "
         "(cgroup v2) or cpu.cfs_quota_us (v1), or use fewer --workers",
         now->throttled_count, now->throttled_count > 1 ? "s" : "", time);
}

static void warn_of_hidden_cpus(const struct conditions *now, struct warnings *warnings)
{
    if (now->cpus_hidden)
        warn(warnings, "/sys does not tell of CPUs: their cores, caches and frequencies are not "
                       "known; mount -t sysfs sysfs /sys");
}

static void warn_of_siblings(const struct conditions *now, struct warnings *warnings)
{
    if (now->cores > 0 && now->cpus.usable > now->cores)
        warn(warnings,
             "%u CPUs may be used but only %u core%s: the threads of one core share it, often for "
             "1.3 times the speed of one; use --workers up to %u%s%s",
             now->cpus.usable, now->cores, now->cores > 1 ? "s" : "", now->cores,
             *now->one_per_core ? ", or start it with taskset -c " : "", now->one_per_core);
}

static void warn_of_frequency(const struct conditions *now, struct warnings *warnings)
{
    if (*now->governor != '\0' && !text_equal(now->governor, "performance"))
        warn(warnings,
             "the frequency governor is %s; set it to performance (cpupower frequency-set -g "
             "performance)",
             now->governor);
    if (now->turbo == 1)
        warn(warnings,
             "turbo is on: the fewer cores are busy the faster they are, so that speedups look "
             "smaller; turn it off (%s)",
             now->turbo_off);
}

static void warn_of_others(const struct conditions *now, struct warnings *warnings)
{
    bool named = !text_equal(now->hypervisor, CONDITIONS_UNNAMED_HYPERVISOR);
    if (*now->hypervisor != '\0')
        warn(warnings,
             "this is a virtual machine%s%s%s; compare within one run only, and look at "
             "steal_ticks in samples.csv",
             named ? " (" : "", named ? now->hypervisor : "", named ? ")" : "");
    if (now->steal_share > 0.01)
        warn(warnings,
             "the hypervisor stole %.1f %% of the CPUs' time during the run; measure at a quieter "
             "time, or on a machine whose CPUs are not shared",
             100 * now->steal_share);
    if (now->load_average > 0.5 * now->cpus.usable)
        warn(warnings,
             "the load average at the start was %.1f on %u usable CPU%s; stop what else is running",
             now->load_average, now->cpus.usable, now->cpus.usable > 1 ? "s" : "");
}

/* With ASLR each visit has a fresh layout, so that the interval covers what layouts do; without it
 * one layout's luck is in all numbers and in no interval. */
static void warn_of_memory(const struct conditions *now, struct warnings *warnings)
{
    if (text_equal(now->huge_pages, "always"))
        warn(warnings,
             "transparent huge pages are always used: forks are cheaper and first touches dearer "
             "than elsewhere; echo madvise > /sys/kernel/mm/transparent_hugepage/enabled");
    if (now->aslr == 0)
        warn(warnings,
             "kernel.randomize_va_space is 0: all visits have one memory layout, whose luck no "
             "interval shows; sysctl kernel.randomize_va_space=2");
    if (now->layout_fixed)
        warn(warnings,
             "the process was started without address randomisation: all visits have one memory "
             "layout, whose luck no interval shows; start it without setarch -R or a debugger");
}

static void warn_of_stops(const struct conditions *now, struct warnings *warnings)
{
    bool one = now->visits_repeated == 1;
    if (now->visits_repeated > 0)
        warn(warnings,
             "%llu visit%s made again, as the run was stopped beside %s (by a signal, with its "
             "cgroup, or with the machine); let a run go on to its end",
             (unsigned long long)now->visits_repeated, one ? " was" : "s were",
             one ? "it" : "them");
}

bool conditions_variable_matters(const char *variable)
{
    static const char *const beginnings[] = {"OMP_",    "GOMP_",       "KMP_",
                                             "MALLOC_", "LD_PRELOAD=", "GLIBC_TUNABLES="};
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (strncmp(variable, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    return false;
}

/* Clipped, and on one line. */
static void print_variable(FILE *file, const char *variable)
{
    enum { LENGTH = 60 };
    for (size_t i = 0; i < LENGTH && variable[i] != '\0'; i++)
        fputc(iscntrl((unsigned char)variable[i]) ? '?' : variable[i], file);
    if (strlen(variable) > LENGTH)
        fputs("...", file);
}

static void warn_of_environment(const struct conditions *now, struct warnings *warnings)
{
    enum { NAMED = 4 };
    char text[400] = "";
    size_t count = 0;
    FILE *file = fmemopen(text, sizeof text, "w");
    if (file == NULL)
        return;
    for (size_t i = 0; now->environment != NULL && now->environment[i] != NULL; i++)
        if (conditions_variable_matters(now->environment[i]) && count++ < NAMED) {
            fputs(count > 1 ? ", " : "", file);
            print_variable(file, now->environment[i]);
        }
    if (count > NAMED)
        fprintf(file, " and %zu more", count - NAMED);
    fclose(file);
    if (count == 1)
        warn(warnings, "%s is set and reaches every visit; unset it, or sweep it by --env", text);
    if (count > 1)
        warn(warnings, "%s are set and reach every visit; unset them, or sweep one by --env", text);
}

static void warn_of_build(const struct conditions *now, struct warnings *warnings)
{
    if (!now->optimised)
        warn(warnings, "this is a build without optimisation; make clean && make");
    if (*now->sanitizer != '\0')
        warn(warnings,
             "this build has the %s sanitizer, so that its times mean nothing; make clean && make",
             now->sanitizer);
}

void conditions_warn(const struct conditions *conditions, struct warnings *warnings)
{
    warnings->count = 0;
    warn_of_build(conditions, warnings);
    if (conditions->cpus_changed.kind != ERROR_NONE)
        warn(warnings, "%s; give the run a cpuset and a quota of its own",
             conditions->cpus_changed.text);
    warn_of_affinity(conditions, warnings);
    warn_of_binding(conditions, warnings);
    warn_of_quota(conditions, warnings);
    warn_of_throttling(conditions, warnings);
    warn_of_hidden_cpus(conditions, warnings);
    warn_of_siblings(conditions, warnings);
    warn_of_frequency(conditions, warnings);
    warn_of_others(conditions, warnings);
    warn_of_stops(conditions, warnings);
    warn_of_memory(conditions, warnings);
    warn_of_environment(conditions, warnings);
}
