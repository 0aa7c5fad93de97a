#include "bench/base/clock.h"
#include "bench/process/copies.h"
#include "tests/support.h"

#include <sys/stat.h>
#include <sys/wait.h>

/* Something to copy that can be told apart by what it does. */
static const char *const programs[COPIES] = {"/bin/true", "/bin/false"};

static void open_copies(struct copies *copies)
{
    struct error error = {0};
    assert_int_equal(copies_open(copies, programs, &error), 0);
    assert_no_error(&error);
}

/* The exit code of who executes the path. */
static int execute(const char *path)
{
    char *const arguments[] = {(char *)"copy", NULL};
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        execv(path, arguments);
        _exit(126);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static ino_t inode_of(const char *path)
{
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    return status.st_ino;
}

static void copies_have_paths_of_one_length_and_do_what_the_programs_do(void **state)
{
    struct copies copies;
    (void)state;
    open_copies(&copies);
    assert_int_equal(strlen(copies.paths[0]), strlen(copies.paths[1]));
    assert_string_not_equal(copies.paths[0], copies.paths[1]);
    assert_int_equal(execute(copies.paths[0]), 0);
    assert_int_equal(execute(copies.paths[1]), 1);
    copies_close(&copies);
}

static void new_copies_lie_elsewhere_under_the_same_paths(void **state)
{
    struct copies copies;
    (void)state;
    open_copies(&copies);
    struct copies before = copies;
    ino_t first = inode_of(copies.paths[0]), second = inode_of(copies.paths[1]);
    assert_int_not_equal(first, second);
    for (int i = 0; i < 3; i++) {
        copies.made_ns = 0;
        copies_renew(&copies);
        assert_int_not_equal(inode_of(copies.paths[0]), first);
        assert_int_not_equal(inode_of(copies.paths[1]), second);
        assert_memory_equal(copies.paths, before.paths, sizeof copies.paths);
        assert_int_equal(execute(copies.paths[0]), 0);
        assert_int_equal(execute(copies.paths[1]), 1);
    }
    copies_close(&copies);
}

static void the_first_copies_are_made_again_each_time_and_later_ones_rarely(void **state)
{
    struct copies copies;
    (void)state;
    open_copies(&copies);
    ino_t last = inode_of(copies.paths[0]);
    size_t made = 0;
    copies.cost_ns = 0;
    for (int i = 0; i < 100; i++) {
        copies.made_ns = clock_now_ns();
        copies.cost_ns = copies.times < 32 ? copies.cost_ns : UINT64_C(3600) * NS_PER_S;
        copies_renew(&copies);
        made += inode_of(copies.paths[0]) != last;
        last = inode_of(copies.paths[0]);
    }
    assert_int_equal(made, 31);
    copies.made_ns = clock_now_ns() - NS_PER_S;
    copies.cost_ns = NS_PER_S / 100;
    copies_renew(&copies);
    assert_int_not_equal(inode_of(copies.paths[0]), last);
    copies_close(&copies);
}

static void old_copies_stay_where_new_ones_cannot_be_made(void **state)
{
    struct rlimit all, none = {0, 0};
    struct copies copies;
    (void)state;
    open_copies(&copies);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &all), 0);
    none.rlim_max = all.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    copies.made_ns = 0;
    copies_renew(&copies);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &all), 0);
    assert_int_equal(execute(copies.paths[0]), 0);
    assert_int_equal(execute(copies.paths[1]), 1);
    copies_close(&copies);
}

static void what_cannot_be_copied_is_refused_and_nothing_is_left(void **state)
{
    char *script = scratch_file(state, "script", "#!/bin/sh\nexit 0\n");
    char *empty = scratch_file(state, "empty", "");
    const char *others[] = {script, empty, "/nowhere/at/all"};
    const char *const why[] = {"is a script", "is a script", "No such file"};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        const char *const pair[COPIES] = {"/bin/true", others[i]};
        struct error error = {0};
        struct copies copies;
        assert_int_equal(copies_open(&copies, pair, &error), -1);
        assert_error(&error, ERROR_REFUSED, why[i]);
        assert_int_equal(copies.fds[0], -1);
        assert_null(copies.texts[0]);
    }
    free(script);
    free(empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_have_paths_of_one_length_and_do_what_the_programs_do),
        cmocka_unit_test(new_copies_lie_elsewhere_under_the_same_paths),
        cmocka_unit_test(the_first_copies_are_made_again_each_time_and_later_ones_rarely),
        cmocka_unit_test(old_copies_stay_where_new_ones_cannot_be_made),
        cmocka_unit_test(what_cannot_be_copied_is_refused_and_nothing_is_left),
    };
    return cmocka_run_group_tests_name("copies", tests, scratch_make, scratch_remove);
}
