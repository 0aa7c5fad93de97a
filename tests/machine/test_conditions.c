#include "bench/base/text.h"
#include "bench/machine/conditions.h"
#include "tests/support.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* Conditions that spoil nothing: all four CPUs of a machine of its own, each with its own core. */
static struct conditions good_conditions(void)
{
    static char *environment[] = {"PATH=/bin", "OMPI=1", "LD_PRELOADED=x", "NOT_OMP_X=1", NULL};
    return (struct conditions){
        .cpus = {.online = 4, .affinity = 4, .quota = NAN, .usable = 4},
        .online_cpus = "0-3",
        .cores = 4,
        .smt = 1,
        .one_per_core = "0-3",
        .governor = "performance",
        .turbo = 0,
        .turbo_off = "echo 1 > no_turbo",
        .load_average = 0.2,
        .huge_pages = "madvise",
        .aslr = 2,
        .environment = environment,
        .optimised = true,
        .sanitizer = "",
        .steal_share = 0,
        .throttled_count = 0,
        .throttled_s = 0,
    };
}

static void assert_no_warning(const struct conditions *conditions)
{
    struct warnings warnings;
    conditions_warn(conditions, &warnings);
    if (warnings.count != 0)
        stop_test("warned of good conditions: %s", warnings.texts[0]);
}

static void assert_only_warning(const struct conditions *conditions, const char *wanted)
{
    struct warnings warnings;
    conditions_warn(conditions, &warnings);
    assert_int_equal(warnings.count, 1);
    assert_string_equal(warnings.texts[0], wanted);
}

/* ------------------------------------------------------------------------------- warnings */

static void visits_that_were_made_again_are_told(void **state)
{
    (void)state;
    struct conditions now = good_conditions();
    now.visits_repeated = 1;
    assert_only_warning(&now,
                        "1 visit was made again, as the run was stopped beside it (by a signal, "
                        "with its cgroup, or with the machine); let a run go on to its end");
    now.visits_repeated = 3;
    assert_only_warning(
        &now, "3 visits were made again, as the run was stopped beside them (by a signal, with its "
              "cgroup, or with the machine); let a run go on to its end");
}

static void good_conditions_are_not_warned_of(void **state)
{
    (void)state;
    struct conditions now = good_conditions();
    assert_no_warning(&now);
}

static void what_is_not_known_is_not_warned_of(void **state)
{
    (void)state;
    struct conditions now = {
        .cpus = {.online = 4, .affinity = 4, .quota = NAN, .usable = 4},
        .turbo = -1,
        .turbo_off = "",
        .load_average = NAN,
        .aslr = -1,
        .optimised = true,
        .sanitizer = "",
        .steal_share = NAN,
        .throttled_count = NAN,
        .throttled_s = NAN,
    };
    assert_no_warning(&now);
}

static void an_affinity_mask_is_warned_of_with_the_command_that_widens_it(void **state)
{
    (void)state;
    struct conditions now = good_conditions();
    now.cpus = (struct cpus){.online = 8, .affinity = 2, .quota = NAN, .usable = 2};
    snprintf(now.online_cpus, sizeof now.online_cpus, "0-7");
    assert_only_warning(&now, "2 of 8 online CPUs may be used (affinity mask); start it with "
                              "taskset -c 0-7, or widen cpuset.cpus of its cgroup");
    now.online_cpus[0] = '\0';
    assert_only_warning(&now, "2 of 8 online CPUs may be used (affinity mask); widen cpuset.cpus "
                              "of its cgroup");
}

static void a_quota_is_warned_of_where_it_holds_back(void **state)
{
    (void)state;
    struct conditions now = good_conditions();
    now.cpus = (struct cpus){.online = 4, .affinity = 4, .quota = 1.5, .usable = 2};
    assert_only_warning(&now, "the cgroup's quota amounts to 1.5 CPUs, of 4 that the affinity mask "
                              "allows; raise cpu.max (cgroup v2) or cpu.cfs_quota_us (v1)");
    now.cpus = (struct cpus){.online = 4, .affinity = 4, .quota = 1, .usable = 1};
    assert_only_warning(&now, "the cgroup's quota amounts to 1 CPU, of 4 that the affinity mask "
                              "allows; raise cpu.max (cgroup v2) or cpu.cfs_quota_us (v1)");
    now.cpus = (struct cpus){.online = 4, .affinity = 4, .quota = 4, .usable = 4};
    assert_no_warning(&now);
}

static void throttling_is_warned_of_from_the_first_time_on(void **state)
{
    (void)state;
    struct conditions now = good_conditions();
    now.throttled_count = 35;
    now.throttled_s = 1.25;
    assert_only_warning(&now, "the cgroup was throttled 35 times during the run, for 1.25 s over "
                              "all CPUs; raise cpu.max (cgroup v2) or cpu.cfs_quota_us (v1), or "
                              "use fewer --workers");
    now.throttled_count = 1;
    now.throttled_s = 0.002;
    assert_only_warning(&now, "the cgroup was throttled 1 time during the run, for 2.00 ms over "
                              "all CPUs; raise cpu.max (cgroup v2) or cpu.cfs_quota_us (v1), or "
                              "use fewer --workers");
}

static void siblings_of_a_core_are_warned_of(void **state)
{
    (void)state;
    struct conditions now = good_conditions();
    now.cores = 2;
    now.smt = 2;
    snprintf(now.one_per_core, sizeof now.one_per_core, "0,2");
    assert_only_warning(&now, "4 CPUs may be used but only 2 cores: the threads of one core share "
                              "it, often for 1.3 times the speed of one; use --workers up to 2, or "
                              "start it with taskset -c 0,2");
}

static void siblings_are_not_warned_of_where_each_usable_cpu_can_have_a_core(void **state)
{
    (void)state;
    struct conditions now = good_conditions();
    now.cores = 2;
    now.smt = 2;
    now.cpus = (struct cpus){.online = 4, .affinity = 4, .quota = 2, .usable = 2};
    struct warnings warnings;
    conditions_warn(&now, &warnings);
    assert_int_equal(warnings.count, 1);
    assert_contains(warnings.texts[0], "the cgroup's quota");
}

static void another_governor_than_performance_is_warned_of(void **state)
{
    (void)state;
    struct conditions now = good_conditions();
    snprintf(now.governor, sizeof now.governor, "powersave");
    assert_only_warning(&now, "the frequency governor is powersave; set it to performance "
                              "(cpupower frequency-set -g performance)");
}

static void turbo_is_warned_of_with_the_command_that_turns_it_off(void **state)
{
    (void)state;
    struct conditions now = good_conditions();
    now.turbo = 1;
    assert_only_warning(&now, "turbo is on: the fewer cores are busy the faster they are, so that "
                              "speedups look smaller; turn it off (echo 1 > no_turbo)");
}

static void a_hypervisor_is_warned_of_by_name(void **state)
{
    (void)state;
    struct conditions now = good_conditions();
    snprintf(now.hypervisor, sizeof now.hypervisor, "QEMU");
    assert_only_warning(&now, "this is a virtual machine (QEMU); compare within one run only, and "
                              "look at steal_ticks in samples.csv");
    snprintf(now.hypervisor, sizeof now.hypervisor, CONDITIONS_UNNAMED_HYPERVISOR);
    assert_only_warning(&now, "this is a virtual machine; compare within one run only, and look "
                              "at steal_ticks in samples.csv");
}

static void steal_is_warned_of_above_one_percent(void **state)
{
    (void)state;
    struct conditions now = good_conditions();
    now.steal_share = 0.01;
    assert_no_warning(&now);
    now.steal_share = 0.031;
    assert_only_warning(&now, "the hypervisor stole 3.1 % of the CPUs' time during the run; "
                              "measure at a quieter time, or on a machine whose CPUs are not "
                              "shared");
}

static void load_is_warned_of_above_half_the_usable_cpus(void **state)
{
    (void)state;
    struct conditions now = good_conditions();
    now.load_average = 2;
    assert_no_warning(&now);
    now.load_average = 2.06;
    assert_only_warning(&now, "the load average at the start was 2.1 on 4 usable CPUs; stop what "
                              "else is running");
}

static void huge_pages_are_warned_of_where_they_are_always_used(void **state)
{
    (void)state;
    struct conditions now = good_conditions();
    snprintf(now.huge_pages, sizeof now.huge_pages, "never");
    assert_no_warning(&now);
    snprintf(now.huge_pages, sizeof now.huge_pages, "always");
    assert_only_warning(&now, "transparent huge pages are always used: forks are cheaper and first "
                              "touches dearer than elsewhere; echo madvise > "
                              "/sys/kernel/mm/transparent_hugepage/enabled");
}

static void a_fixed_layout_is_warned_of_by_who_fixed_it(void **state)
{
    (void)state;
    struct conditions now = good_conditions();
    now.aslr = 1;
    assert_no_warning(&now);
    now.aslr = 0;
    assert_only_warning(&now, "kernel.randomize_va_space is 0: all visits have one memory layout, "
                              "whose luck no interval shows; sysctl kernel.randomize_va_space=2");
    now.aslr = 2;
    now.layout_fixed = true;
    assert_only_warning(&now, "the process was started without address randomisation: all visits "
                              "have one memory layout, whose luck no interval shows; start it "
                              "without setarch -R or a debugger");
}

static void a_variable_is_warned_of_with_its_value(void **state)
{
    (void)state;
    char *environment[] = {"A=1", "OMP_NUM_THREADS=4", NULL};
    struct conditions now = good_conditions();
    now.environment = environment;
    assert_only_warning(&now, "OMP_NUM_THREADS=4 is set and reaches every visit; unset it, or "
                              "sweep it by --env");
}

static void several_variables_are_one_warning(void **state)
{
    (void)state;
    char *environment[] = {"GOMP_SPINCOUNT=1", "A=1", "KMP_BLOCKTIME=0", "LD_PRELOAD=x.so", NULL};
    struct conditions now = good_conditions();
    now.environment = environment;
    assert_only_warning(&now, "GOMP_SPINCOUNT=1, KMP_BLOCKTIME=0, LD_PRELOAD=x.so are set and "
                              "reach every visit; unset them, or sweep one by --env");
}

static void many_and_long_variables_stay_on_one_short_line(void **state)
{
    (void)state;
    char *environment[] = {"MALLOC_ARENA_MAX=a\nb\x1b",
                           "GLIBC_TUNABLES=glibc.malloc.check=3:glibc.malloc.arena_max=12345678",
                           "OMP_A=1",
                           "OMP_B=1",
                           "OMP_C=1",
                           "OMP_D=1",
                           NULL};
    struct conditions now = good_conditions();
    now.environment = environment;
    assert_only_warning(&now, "MALLOC_ARENA_MAX=a?b?, "
                              "GLIBC_TUNABLES=glibc.malloc.check=3:glibc.malloc.arena_max=1..., "
                              "OMP_A=1, OMP_B=1 and 2 more are set and reach every visit; unset "
                              "them, or sweep one by --env");
}

static void a_build_for_debugging_is_warned_of(void **state)
{
    (void)state;
    struct conditions now = good_conditions();
    now.optimised = false;
    assert_only_warning(&now, "this is a build without optimisation; make clean && make");
    now.optimised = true;
    now.sanitizer = "address";
    assert_only_warning(&now, "this build has the address sanitizer, so that its times mean "
                              "nothing; make clean && make");
}

static void all_that_is_wrong_is_warned_of_at_once(void **state)
{
    (void)state;
    char *environment[] = {"OMP_NUM_THREADS=4", NULL};
    struct warnings warnings;
    struct conditions now = {
        .cpus = {.online = 64, .affinity = 8, .quota = 7.5, .usable = 8},
        .cores = 4,
        .smt = 2,
        .governor = "powersave",
        .turbo = 1,
        .turbo_off = "",
        .hypervisor = "Xen",
        .load_average = 64,
        .huge_pages = "always",
        .layout_fixed = true,
        .environment = environment,
        .sanitizer = "thread",
        .steal_share = 0.5,
        .throttled_count = 1000,
        .throttled_s = 10000,
    };
    conditions_warn(&now, &warnings);
    assert_int_equal(warnings.count, 15);
    for (size_t i = 0; i < warnings.count; i++)
        assert_contains(warnings.texts[i], "; ");
}

/* ------------------------------------------------------------------------------- reading */

/* What a process of its own sees. Its environment is gone when it ends; its warnings are not. */
struct seen {
    struct conditions conditions;
    struct warnings warnings;
};

enum { CANNOT_ARRANGE = 77 };

static void look(struct seen *seen, bool (*arrange)(void), bool (*during)(void))
{
    clearenv();
    if (!arrange())
        _exit(CANNOT_ARRANGE);
    struct cpus cpus = cpus_read();
    seen->conditions = conditions_read(&cpus);
    if (during != NULL && !during())
        _exit(CANNOT_ARRANGE);
    conditions_end(&seen->conditions);
    conditions_warn(&seen->conditions, &seen->warnings);
    _exit(0);
}

/* Runs arrange, the reading, during (may be NULL) and the end of the reading in a child; leaves the
 * test where something cannot be arranged here. */
static struct seen seen_by_a_child(bool (*arrange)(void), bool (*during)(void))
{
    int status = 0;
    struct seen *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(shared != MAP_FAILED);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        look(shared, arrange, during);
    assert_int_equal(waitpid(child, &status, 0), child);
    struct seen seen = *shared;
    munmap(shared, sizeof *shared);
    if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT_ARRANGE)
        skip();
    assert_int_equal(status, 0);
    return seen;
}

static bool is_warned(const struct seen *seen, const char *part)
{
    for (size_t i = 0; i < seen->warnings.count; i++)
        if (strstr(seen->warnings.texts[i], part) != NULL)
            return true;
    return false;
}

static bool as_it_is(void)
{
    return true;
}

static void a_reading_knows_this_machine(void **state)
{
    (void)state;
    struct seen seen = seen_by_a_child(as_it_is, NULL);
    const struct conditions *now = &seen.conditions;
    assert_true(now->started_at > 0);
    assert_true(now->load_average >= 0);
    assert_true(now->cores <= now->cpus.affinity);
    assert_true(now->cores * now->smt >= now->cpus.affinity || now->cores == 0);
    assert_true(now->aslr >= -1 && now->aslr <= 2);
    assert_true(now->at_start.all_ticks > now->at_start.steal_ticks);
    assert_true(isnan(now->steal_share) || (now->steal_share >= 0 && now->steal_share <= 1));
    assert_false(is_warned(&seen, "reaches every visit"));
}

static void the_build_is_as_it_was_compiled(void **state)
{
    (void)state;
    struct seen seen = seen_by_a_child(as_it_is, NULL);
#ifdef __OPTIMIZE__
    assert_true(seen.conditions.optimised);
#else
    assert_false(seen.conditions.optimised);
#endif
    assert_int_equal(is_warned(&seen, "sanitizer"), *seen.conditions.sanitizer != '\0');
}

static bool on_one_cpu(void)
{
    int first, last;
    cpu_set_t set;
    if (!cpus_pair(&first, &last) || first >= CPU_SETSIZE)
        return false; /* there is only one */
    CPU_ZERO(&set);
    CPU_SET((size_t)first, &set);
    return sched_setaffinity(0, sizeof set, &set) == 0;
}

static void a_mask_of_one_cpu_is_seen(void **state)
{
    (void)state;
    struct seen seen = seen_by_a_child(on_one_cpu, NULL);
    assert_int_equal(seen.conditions.cpus.affinity, 1);
    assert_int_equal(seen.conditions.cores, 1);
    assert_int_equal(seen.conditions.smt, 1);
    assert_null(strpbrk(seen.conditions.one_per_core, ",-"));
    assert_true(is_warned(&seen, "online CPUs may be used (affinity mask); start it with taskset"));
    assert_false(is_warned(&seen, "cores: the threads of one core"));
}

static bool without_randomisation(void)
{
    return personality(ADDR_NO_RANDOMIZE) != -1 &&
           (personality(0xffffffff) & ADDR_NO_RANDOMIZE) != 0;
}

static bool with_randomisation(void)
{
    return personality(0) != -1;
}

static void a_process_without_randomisation_is_seen(void **state)
{
    (void)state;
    struct seen seen = seen_by_a_child(without_randomisation, NULL);
    assert_true(seen.conditions.layout_fixed);
    assert_true(is_warned(&seen, "setarch -R"));
    seen = seen_by_a_child(with_randomisation, NULL);
    assert_false(seen.conditions.layout_fixed);
    assert_false(is_warned(&seen, "setarch -R"));
}

static bool with_variables(void)
{
    return setenv("OMP_NUM_THREADS", "3", 1) == 0 && setenv("MALLOC_ARENA_MAX", "1", 1) == 0;
}

static void variables_of_the_process_are_seen(void **state)
{
    (void)state;
    struct seen seen = seen_by_a_child(with_variables, NULL);
    assert_true(is_warned(&seen, "OMP_NUM_THREADS=3"));
    assert_true(is_warned(&seen, "MALLOC_ARENA_MAX=1"));
    assert_true(is_warned(&seen, "are set and reach every visit"));
}

/* ------------------------------------------------------------------------------- made files */

/* Covers a folder by an empty one that only this process sees. */
static bool cover(const char *folder)
{
    return unshare(CLONE_NEWNS) == 0 &&
           mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("none", folder, "tmpfs", 0, NULL) == 0;
}

static bool write_below(const char *folder, const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "we");
    if (file == NULL)
        return false;
    bool written = fputs(text, file) >= 0;
    return fclose(file) == 0 && written;
}

static bool write_cpu(const char *name, const char *text)
{
    return write_below("/sys/devices/system/cpu", name, text);
}

static bool write_cgroup(const char *name, const char *text)
{
    return write_below("/sys/fs/cgroup", name, text);
}

/* The folder of the first CPU that may be used: that is whose governor counts. */
static bool make_governor(const char *text)
{
    char folder[64];
    int first, last;
    cpus_pair(&first, &last);
    snprintf(folder, sizeof folder, "/sys/devices/system/cpu/cpu%d", first);
    if (mkdir(folder, 0700) != 0)
        return false;
    strcat(folder, "/cpufreq");
    return mkdir(folder, 0700) == 0 && write_below(folder, "scaling_governor", text);
}

static bool on_an_intel_machine(void)
{
    return cover("/sys/devices/system/cpu") && write_cpu("online", "0-95\n") &&
           mkdir("/sys/devices/system/cpu/intel_pstate", 0700) == 0 &&
           write_cpu("intel_pstate/no_turbo", "0\n") && make_governor("powersave\n");
}

static bool on_another_machine(void)
{
    return cover("/sys/devices/system/cpu") && write_cpu("online", "0-95\n") &&
           mkdir("/sys/devices/system/cpu/cpufreq", 0700) == 0 &&
           write_cpu("cpufreq/boost", "1\n") && make_governor("performance\n");
}

static bool without_boost(void)
{
    return on_another_machine() && write_cpu("cpufreq/boost", "0\n");
}

static void governor_and_turbo_of_intel_machines_are_seen(void **state)
{
    (void)state;
    struct seen seen = seen_by_a_child(on_an_intel_machine, NULL);
    assert_string_equal(seen.conditions.governor, "powersave");
    assert_string_equal(seen.conditions.online_cpus, "0-95");
    assert_int_equal(seen.conditions.turbo, 1);
    assert_true(is_warned(&seen, "the frequency governor is powersave"));
    assert_true(is_warned(&seen, "(echo 1 > /sys/devices/system/cpu/intel_pstate/no_turbo)"));
}

static void governor_and_boost_of_other_machines_are_seen(void **state)
{
    (void)state;
    struct seen seen = seen_by_a_child(on_another_machine, NULL);
    assert_string_equal(seen.conditions.governor, "performance");
    assert_int_equal(seen.conditions.turbo, 1);
    assert_false(is_warned(&seen, "the frequency governor"));
    assert_true(is_warned(&seen, "(echo 0 > /sys/devices/system/cpu/cpufreq/boost)"));
    seen = seen_by_a_child(without_boost, NULL);
    assert_int_equal(seen.conditions.turbo, 0);
    assert_false(is_warned(&seen, "turbo"));
}

static bool with_huge_pages(void)
{
    const char *folder = "/sys/kernel/mm/transparent_hugepage";
    return cover(folder) && write_below(folder, "enabled", "[always] madvise never\n");
}

static void huge_pages_are_read_from_the_kernel(void **state)
{
    (void)state;
    struct seen seen = seen_by_a_child(with_huge_pages, NULL);
    assert_string_equal(seen.conditions.huge_pages, "always");
    assert_true(is_warned(&seen, "transparent huge pages are always used"));
}

/* Has another text where the kernel describes the process. */
static bool cover_file(const char *path, const char *text)
{
    char made[] = "/tmp/breakeven-XXXXXX";
    int fd = mkstemp(made);
    bool covered = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) &&
                   mount(made, path, "none", MS_BIND, NULL) == 0;
    if (fd >= 0) {
        close(fd);
        unlink(made);
    }
    return covered;
}

/* True where this process can be made to be in this cgroup, whose files are made below
 * /sys/fs/cgroup. */
static bool cover_cgroups(const char *cgroup, const char *mount)
{
    return cover("/sys/fs/cgroup") && cover_file("/proc/self/cgroup", cgroup) &&
           cover_file("/proc/self/mountinfo", mount);
}

static bool in_a_v2_cgroup(void)
{
    return cover_cgroups("0::/\n", "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n") &&
           write_cgroup("cpu.max", "150000 100000\n") &&
           write_cgroup("cpu.stat", "usage_usec 1000\nnr_periods 9\nnr_throttled 4\n"
                                    "throttled_usec 2000000\nnr_bursts 0\n");
}

static bool throttle_v2(void)
{
    return write_cgroup("cpu.stat", "usage_usec 9000\nnr_periods 19\nnr_throttled 11\n"
                                    "throttled_usec 2500000\nnr_bursts 0\n");
}

static bool in_a_v1_cgroup(void)
{
    return cover_cgroups("1:cpu,cpuacct:/\n",
                         "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n") &&
           mkdir("/sys/fs/cgroup/cpu", 0700) == 0 &&
           write_cgroup("cpu/cpu.cfs_quota_us", "150000\n") &&
           write_cgroup("cpu/cpu.cfs_period_us", "100000\n") &&
           write_cgroup("cpu/cpu.stat", "nr_periods 9\nnr_throttled 4\nthrottled_time "
                                        "2000000000\n");
}

static bool throttle_v1(void)
{
    return write_cgroup("cpu/cpu.stat", "nr_periods 19\nnr_throttled 11\nthrottled_time "
                                        "2500000000\n");
}

static void assert_throttled(const struct seen *seen)
{
    assert_near(seen->conditions.cpus.quota, 1.5);
    assert_near(seen->conditions.at_start.throttled_count, 4);
    assert_near(seen->conditions.throttled_count, 7);
    assert_near(seen->conditions.throttled_s, 0.5);
    assert_true(is_warned(seen, "throttled 7 times during the run, for 500 ms"));
    assert_int_equal(is_warned(seen, "quota amounts to 1.5 CPUs"),
                     seen->conditions.cpus.affinity > 1);
}

static void throttling_of_a_v2_cgroup_is_that_of_the_run(void **state)
{
    (void)state;
    struct seen seen = seen_by_a_child(in_a_v2_cgroup, throttle_v2);
    assert_throttled(&seen);
}

static void throttling_of_a_v1_cgroup_is_that_of_the_run(void **state)
{
    (void)state;
    struct seen seen = seen_by_a_child(in_a_v1_cgroup, throttle_v1);
    assert_throttled(&seen);
}

static bool in_no_cgroup(void)
{
    return cover_cgroups("", "");
}

static void throttling_is_not_known_where_no_cgroup_counts_it(void **state)
{
    (void)state;
    struct seen seen = seen_by_a_child(in_no_cgroup, NULL);
    assert_unknown(seen.conditions.cpus.quota);
    assert_unknown(seen.conditions.throttled_count);
    assert_unknown(seen.conditions.throttled_s);
    assert_false(is_warned(&seen, "throttled"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_conditions_are_not_warned_of),
        cmocka_unit_test(visits_that_were_made_again_are_told),
        cmocka_unit_test(what_is_not_known_is_not_warned_of),
        cmocka_unit_test(an_affinity_mask_is_warned_of_with_the_command_that_widens_it),
        cmocka_unit_test(a_quota_is_warned_of_where_it_holds_back),
        cmocka_unit_test(throttling_is_warned_of_from_the_first_time_on),
        cmocka_unit_test(siblings_of_a_core_are_warned_of),
        cmocka_unit_test(siblings_are_not_warned_of_where_each_usable_cpu_can_have_a_core),
        cmocka_unit_test(another_governor_than_performance_is_warned_of),
        cmocka_unit_test(turbo_is_warned_of_with_the_command_that_turns_it_off),
        cmocka_unit_test(a_hypervisor_is_warned_of_by_name),
        cmocka_unit_test(steal_is_warned_of_above_one_percent),
        cmocka_unit_test(load_is_warned_of_above_half_the_usable_cpus),
        cmocka_unit_test(huge_pages_are_warned_of_where_they_are_always_used),
        cmocka_unit_test(a_fixed_layout_is_warned_of_by_who_fixed_it),
        cmocka_unit_test(a_variable_is_warned_of_with_its_value),
        cmocka_unit_test(several_variables_are_one_warning),
        cmocka_unit_test(many_and_long_variables_stay_on_one_short_line),
        cmocka_unit_test(a_build_for_debugging_is_warned_of),
        cmocka_unit_test(all_that_is_wrong_is_warned_of_at_once),
        cmocka_unit_test(a_reading_knows_this_machine),
        cmocka_unit_test(the_build_is_as_it_was_compiled),
        cmocka_unit_test(a_mask_of_one_cpu_is_seen),
        cmocka_unit_test(a_process_without_randomisation_is_seen),
        cmocka_unit_test(variables_of_the_process_are_seen),
        cmocka_unit_test(governor_and_turbo_of_intel_machines_are_seen),
        cmocka_unit_test(governor_and_boost_of_other_machines_are_seen),
        cmocka_unit_test(huge_pages_are_read_from_the_kernel),
        cmocka_unit_test(throttling_of_a_v2_cgroup_is_that_of_the_run),
        cmocka_unit_test(throttling_of_a_v1_cgroup_is_that_of_the_run),
        cmocka_unit_test(throttling_is_not_known_where_no_cgroup_counts_it),
    };
    return cmocka_run_group_tests_name("conditions", tests, NULL, NULL);
}
