/* How much memory may be taken, by made-up cgroups and by this machine's own files. */
#include "tests/support.h"

#include "bench/base/limits.h"
#include "bench/base/memory.h"
#include "bench/machine/cpus.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB (UINT64_C(1) << 20)

/* ------------------------------------------------------------------------------- one cgroup */

struct tree {
    char folder[64];
};

static int make_tree(void **state)
{
    static struct tree tree;
    strcpy(tree.folder, "/tmp/breakeven-XXXXXX");
    *state = &tree;
    return mkdtemp(tree.folder) == NULL;
}

static int remove_tree(void **state)
{
    const struct tree *tree = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", tree->folder);
    return system(command);
}

static void put(const char *folder, const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_left(const struct tree *tree, enum cgroup_version version, uint64_t left,
                        uint64_t most, const char *file)
{
    struct memory_limit limit;
    char name[128];
    assert_true(memory_left_in_cgroup(tree->folder, version, &limit));
    snprintf(name, sizeof name, "%s/%s", tree->folder, file);
    assert_int_equal(limit.bytes, left);
    assert_int_equal(limit.limit_bytes, most);
    assert_string_equal(limit.name, name);
}

static void what_is_in_use_is_taken_off_and_what_can_be_dropped_is_not(void **state)
{
    const struct tree *tree = *state;
    put(tree->folder, "memory.max", "268435456\n");
    put(tree->folder, "memory.current", "209715200\n");
    put(tree->folder, "memory.stat", "anon 1\nactive_file 20971520\ninactive_file 104857600\n");
    assert_left(tree, CGROUP_V2, (256 - 200 + 100 + 10) * MIB, 256 * MIB, "memory.max");
}

/* Above memory.high the kernel lets nobody go on. */
static void memory_high_limits_too(void **state)
{
    const struct tree *tree = *state;
    put(tree->folder, "memory.max", "max\n");
    put(tree->folder, "memory.high", "104857600\n");
    put(tree->folder, "memory.current", "4194304\n");
    assert_left(tree, CGROUP_V2, 96 * MIB, 100 * MIB, "memory.high");
    put(tree->folder, "memory.max", "52428800\n");
    assert_left(tree, CGROUP_V2, 46 * MIB, 50 * MIB, "memory.max");
}

static void limits_of_v1_count(void **state)
{
    const struct tree *tree = *state;
    put(tree->folder, "memory.limit_in_bytes", "268435456\n");
    put(tree->folder, "memory.usage_in_bytes", "209715200\n");
    put(tree->folder, "memory.stat", "inactive_file 1\ntotal_inactive_file 104857600\n");
    assert_left(tree, CGROUP_V1, 156 * MIB, 256 * MIB, "memory.limit_in_bytes");
    put(tree->folder, "memory.memsw.limit_in_bytes", "268435456\n");
    put(tree->folder, "memory.memsw.usage_in_bytes", "220200960\n");
    assert_left(tree, CGROUP_V1, 146 * MIB, 256 * MIB, "memory.memsw.limit_in_bytes");
}

static void nothing_is_left_where_more_is_used_than_allowed(void **state)
{
    const struct tree *tree = *state;
    put(tree->folder, "memory.max", "1048576\n");
    put(tree->folder, "memory.current", "2097152\n");
    assert_left(tree, CGROUP_V2, 0, MIB, "memory.max");
}

static void a_cgroup_without_a_limit_is_none(void **state)
{
    const struct tree *tree = *state;
    struct memory_limit limit;
    assert_false(memory_left_in_cgroup(tree->folder, CGROUP_V2, &limit));
    put(tree->folder, "memory.max", "max\n");
    put(tree->folder, "memory.current", "2097152\n");
    put(tree->folder, "memory.limit_in_bytes", "9223372036854771712\n");
    put(tree->folder, "memory.usage_in_bytes", "2097152\n");
    assert_false(memory_left_in_cgroup(tree->folder, CGROUP_V2, &limit));
    assert_false(memory_left_in_cgroup(tree->folder, CGROUP_V1, &limit));
}

/* ------------------------------------------------------------------------------- this process */

static bool cover_file(const struct tree *tree, const char *path, const char *text)
{
    char made[128];
    put(tree->folder, "made", text);
    snprintf(made, sizeof made, "%s/made", tree->folder);
    bool covered = mount(made, path, "none", MS_BIND, NULL) == 0;
    unlink(made);
    return covered;
}

/* In a child: it is in the cgroup /a/b of v2, and a holds less than b. */
static bool enter_made_up_cgroup(const struct tree *tree)
{
    char path[128], mounts[256];
    snprintf(mounts, sizeof mounts, "30 23 0:27 / %s rw - cgroup2 none rw\n", tree->folder);
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
        !cover_file(tree, "/proc/self/cgroup", "0::/a/b\n") ||
        !cover_file(tree, "/proc/self/mountinfo", mounts))
        return false;
    snprintf(path, sizeof path, "%s/a", tree->folder);
    mkdir(path, 0700);
    put(path, "memory.max", "104857600\n");
    put(path, "memory.current", "20971520\n");
    snprintf(path, sizeof path, "%s/a/b", tree->folder);
    mkdir(path, 0700);
    put(path, "memory.max", "209715200\n");
    put(path, "memory.current", "10485760\n");
    put(path, "memory.events", "oom 7\noom_kill 3\n");
    return true;
}

enum { SKIPPED = 77 };

/* Runs the function in a child in the made-up cgroup. */
static void in_made_up_cgroup(const struct tree *tree, bool (*holds)(const struct tree *))
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(!enter_made_up_cgroup(tree) ? SKIPPED : holds(tree) ? 0 : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == SKIPPED) {
        print_message("not tested: only root can cover files of /proc\n");
        skip();
    }
    assert_int_equal(WEXITSTATUS(status), 0);
}

static bool limit_of_a_refuses(const struct tree *tree)
{
    struct error error = {0}, none = {0};
    char wanted[256];
    memory_check(MEMORY_SHARED, 90 * MIB, &error, "batch of %d", 3);
    snprintf(wanted, sizeof wanted,
             "batch of 3: 90.0 MiB of memory are needed and 76.0 MiB are available: "
             "%s/a/memory.max is 100 MiB",
             tree->folder);
    if (strcmp(error.text, wanted) != 0)
        fprintf(stderr, "# %s\n", error.text);
    return strcmp(error.text, wanted) == 0 && error.kind == ERROR_REFUSED &&
           memory_check(MEMORY_SHARED, 75 * MIB, &none, "batch") == 0;
}

static void the_least_limit_of_all_above_refuses_by_its_name(void **state)
{
    in_made_up_cgroup(*state, limit_of_a_refuses);
}

/* One walk serves all controllers. */
static bool processes_and_cpus_are_limited_by_a(const struct tree *tree)
{
    char folder[128];
    snprintf(folder, sizeof folder, "%s/a", tree->folder);
    put(folder, "pids.max", "50\n");
    put(folder, "cpu.max", "50000 100000\n");
    snprintf(folder, sizeof folder, "%s/a/b", tree->folder);
    put(folder, "pids.max", "70\n");
    put(folder, "cpu.max", "max 100000\n");
    return limits_tasks().tasks == 50 && cpus_read().quota == 0.5;
}

static void limits_on_processes_and_cpus_above_count_too(void **state)
{
    in_made_up_cgroup(*state, processes_and_cpus_are_limited_by_a);
}

/* With vm.overcommit_memory 2 the kernel says no, and to everybody. */
static bool commit_limit_refuses(const struct tree *tree)
{
    struct error error = {0}, refused = {0};
    bool covered = cover_file(tree, "/proc/sys/vm/overcommit_memory", "2\n") &&
                   cover_file(tree, "/proc/meminfo",
                              "MemTotal: 1000000 kB\nMemAvailable:  900000 kB\n"
                              "CommitLimit:  102400 kB\nCommitted_AS:  81920 kB\n");
    memory_check(MEMORY_SHARED, 20 * MIB, &error, "input");
    fail_errno(&refused, ENOMEM, "stack");
    return covered && memory_check(MEMORY_PRIVATE, 19 * MIB, &error, "input") == 0 &&
           strcmp(error.text, "input: 20.0 MiB of memory are needed and 19.0 MiB are available: "
                              "CommitLimit of /proc/meminfo is 100 MiB") == 0 &&
           strstr(refused.text, "CommitLimit of /proc/meminfo is 104857600") != NULL;
}

static void the_commit_limit_refuses_where_memory_is_not_overcommitted(void **state)
{
    in_made_up_cgroup(*state, commit_limit_refuses);
}

static bool available_memory_refuses(const struct tree *tree)
{
    struct error error = {0};
    bool covered = cover_file(tree, "/proc/meminfo",
                              "MemTotal: 1000000 kB\nMemAvailable:  51200 kB\n"
                              "CommitLimit:  1024 kB\nCommitted_AS:  8192 kB\n");
    memory_check(MEMORY_SHARED, 50 * MIB, &error, "input");
    return covered && strstr(error.text, "MemAvailable of /proc/meminfo is 50.0 MiB") != NULL;
}

static void the_machine_refuses_where_it_has_less_than_its_cgroups(void **state)
{
    in_made_up_cgroup(*state, available_memory_refuses);
}

static bool kills_are_told(const struct tree *tree)
{
    char text[600], wanted[600], folder[128];
    uint64_t before = memory_kills();
    snprintf(folder, sizeof folder, "%s/a/b", tree->folder);
    memory_tell_kills(before, text, sizeof text);
    if (before != 3 || text[0] != '\0')
        return false;
    put(folder, "memory.events", "oom 9\noom_kill 5\n");
    memory_tell_kills(before, text, sizeof text);
    snprintf(wanted, sizeof wanted,
             "the kernel killed for want of memory: oom_kill in %s/memory.events went from 3 to 5; "
             "%s/a/memory.max is 100 MiB",
             folder, tree->folder);
    return strcmp(text, wanted) == 0;
}

static void kills_for_want_of_memory_are_told_from_others(void **state)
{
    in_made_up_cgroup(*state, kills_are_told);
}

static void what_fits_is_not_refused_and_more_than_there_is_is(void **state)
{
    struct error error = {0};
    (void)state;
    assert_int_equal(memory_check(MEMORY_SHARED, 0, &error, "nothing"), 0);
    assert_int_equal(memory_check(MEMORY_PRIVATE, MIB, &error, "little"), 0);
    assert_int_equal(memory_check(MEMORY_SHARED, UINT64_MAX / 2, &error, "--payload"), -1);
    assert_error(&error, ERROR_REFUSED, "--payload: ");
    assert_contains(error.text, " are available: ");
}

/* Only what the process itself maps is bound by them. */
static void limits_of_the_process_bind_private_memory(void **state)
{
    struct rlimit before, limit;
    struct error error = {0};
    (void)state;
    if (SANITIZED)
        skip(); /* they hold more themselves */
    assert_int_equal(getrlimit(RLIMIT_DATA, &before), 0);
    limit = before;
    limit.rlim_cur = 512 * MIB;
    assert_int_equal(setrlimit(RLIMIT_DATA, &limit), 0);
    int shared = memory_check(MEMORY_SHARED, 600 * MIB, &error, "shared");
    int private = memory_check(MEMORY_PRIVATE, 600 * MIB, &error, "private");
    setrlimit(RLIMIT_DATA, &before);
    if (shared != 0)
        skip(); /* there is less here */
    assert_int_equal(private, -1);
    assert_contains(error.text, "RLIMIT_DATA is 512 MiB");
}

static void sums_and_products_end_where_numbers_do(void **state)
{
    (void)state;
    assert_int_equal(memory_add(3, 4), 7);
    assert_int_equal(memory_add(UINT64_MAX - 1, 4), UINT64_MAX);
    assert_int_equal(memory_times(3, 4), 12);
    assert_int_equal(memory_times(UINT64_MAX / 2, 3), UINT64_MAX);
}

static void an_array_grows_as_far_as_memory_is_left(void **state)
{
    struct error error = {0};
    size_t room = 0;
    char *rows = NULL;
    (void)state;
    assert_int_equal(memory_grow(&rows, 0, &room, 8, "rows", &error), 0);
    assert_int_equal(room, 64);
    assert_int_equal(memory_grow(&rows, 64, &room, 8, "rows", &error), 0);
    assert_int_equal(room, 128);
    size_t claimed = SIZE_MAX / 16;
    assert_int_equal(memory_grow(&rows, claimed, &claimed, 8, "rows", &error), -1);
    assert_error(&error, ERROR_REFUSED, "rows: room for ");
    free(rows);
}

static bool raise_own_score(const struct tree *tree)
{
    (void)tree;
    bool before = memory_is_offered();
    memory_offer(0);
    pid_t child = fork();
    if (child == 0)
        _exit(memory_is_offered() ? 0 : 1);
    int status = 1;
    waitpid(child, &status, 0);
    return (before || memory_is_offered()) && status == 0;
}

/* Raising is allowed to everybody; children inherit it. */
static void who_is_offered_is_killed_before_who_is_not(void **state)
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(raise_own_score(*state) ? 0 : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, make_tree, remove_tree)
    const struct CMUnitTest tests[] = {
        IN_TREE(what_is_in_use_is_taken_off_and_what_can_be_dropped_is_not),
        IN_TREE(memory_high_limits_too),
        IN_TREE(limits_of_v1_count),
        IN_TREE(nothing_is_left_where_more_is_used_than_allowed),
        IN_TREE(a_cgroup_without_a_limit_is_none),
        IN_TREE(the_least_limit_of_all_above_refuses_by_its_name),
        IN_TREE(limits_on_processes_and_cpus_above_count_too),
        IN_TREE(the_commit_limit_refuses_where_memory_is_not_overcommitted),
        IN_TREE(the_machine_refuses_where_it_has_less_than_its_cgroups),
        IN_TREE(kills_for_want_of_memory_are_told_from_others),
        cmocka_unit_test(what_fits_is_not_refused_and_more_than_there_is_is),
        cmocka_unit_test(limits_of_the_process_bind_private_memory),
        cmocka_unit_test(sums_and_products_end_where_numbers_do),
        cmocka_unit_test(an_array_grows_as_far_as_memory_is_left),
        cmocka_unit_test(who_is_offered_is_killed_before_who_is_not),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
