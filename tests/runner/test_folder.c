#include "bench/runner/folder.h"
#include "tests/support.h"

#include <sys/wait.h>

static void a_folder_holds_what_was_put_there_until_it_is_removed(void **state)
{
    struct runner_folder folder;
    struct error error = {0};
    char path[PATH_MAX + 16], *text;
    setenv("TMPDIR", *state, 1);
    assert_int_equal(runner_folder_make(&folder, &error), 0);
    assert_int_equal(runner_folder_put(&folder, "script.py", "pass\n", 5, &error), 0);
    snprintf(path, sizeof path, "%s/script.py", folder.path);
    text = file_read(path);
    assert_string_equal(text, "pass\n");
    free(text);
    runner_folder_remove(&folder);
    assert_string_equal(folder.path, "");
    assert_int_equal(folder_entries(*state), 0);
    runner_folder_remove(&folder); /* which is allowed */
}

static void what_a_killed_process_left_is_swept_and_what_is_held_is_not(void **state)
{
    struct runner_folder held;
    struct error error = {0};
    int status;
    setenv("TMPDIR", *state, 1);
    pid_t pid = fork();
    if (pid == 0) {
        struct runner_folder left;
        _exit(runner_folder_make(&left, &error) == 0 &&
                      runner_folder_put(&left, "a", "b", 1, &error) == 0
                  ? 0
                  : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(runner_folder_make(&held, &error), 0);
    assert_int_equal(folder_entries(*state), 2);
    runner_folder_sweep();
    assert_int_equal(folder_entries(*state), 1);
    assert_true(file_exists(held.path));
    runner_folder_remove(&held);
    assert_int_equal(folder_entries(*state), 0);
}

static void what_is_not_ours_is_left_alone(void **state)
{
    char *other = scratch_file(state, "breakeven-runner-file", "text");
    setenv("TMPDIR", *state, 1);
    runner_folder_sweep();
    assert_true(file_exists(other));
    assert_int_equal(remove(other), 0);
    free(other);
}

static void where_no_folder_can_be_made_that_is_told(void **state)
{
    struct runner_folder folder;
    struct error error = {0};
    (void)state;
    setenv("TMPDIR", "/nonexistent", 1);
    assert_int_equal(runner_folder_make(&folder, &error), -1);
    assert_error(&error, ERROR_REFUSED, "/nonexistent: a folder for the runner");
    assert_string_equal(folder.path, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_holds_what_was_put_there_until_it_is_removed),
        cmocka_unit_test(what_a_killed_process_left_is_swept_and_what_is_held_is_not),
        cmocka_unit_test(what_is_not_ours_is_left_alone),
        cmocka_unit_test(where_no_folder_can_be_made_that_is_told),
    };
    return cmocka_run_group_tests_name("folder", tests, scratch_make, scratch_remove);
}
