#include "bench/base/whole.h"
#include "tests/support.h"

#include <signal.h>
#include <sys/stat.h>

static void check_holds(const char *path, const char *text)
{
    char *held = file_read(path);
    assert_string_equal(held, text);
    free(held);
}

static mode_t mode_of(const char *path)
{
    struct stat status;
    assert_int_equal(lstat(path, &status), 0);
    return status.st_mode;
}

static void a_file_is_not_there_before_it_is_closed(void **state)
{
    struct error error = {0};
    struct whole whole;
    char *path = scratch_path(state, "later");
    assert_int_equal(whole_open(&whole, path, &error), 0);
    fputs("the text", whole.stream);
    fflush(whole.stream);
    assert_false(file_exists(path));
    assert_int_equal(whole_close(&whole, &error), 0);
    check_holds(path, "the text");
    free(path);
}

static void a_link_is_replaced_and_its_target_left_alone(void **state)
{
    struct error error = {0};
    char *victim = scratch_file(state, "victim", "precious"), *path = scratch_path(state, "linked");
    assert_int_equal(symlink(victim, path), 0);
    assert_int_equal(whole_write(path, "new", 3, &error), 0);
    check_holds(victim, "precious");
    check_holds(path, "new");
    assert_true(S_ISREG(mode_of(path)));
    free(path);
    free(victim);
}

static void nothing_is_created_through_a_link(void **state)
{
    char *victim = scratch_path(state, "not-yet"), *path = scratch_path(state, "dangling");
    assert_int_equal(symlink(victim, path), 0);
    assert_int_equal(whole_create(AT_FDCWD, path, "new", 3), EEXIST);
    assert_false(file_exists(victim));
    free(path);
    free(victim);
}

static void permissions_are_those_of_the_umask(void **state)
{
    static const mode_t masks[] = {022, 077, 002};
    struct error error = {0};
    char *path = scratch_path(state, "masked");
    mode_t usual = umask(0);
    for (size_t i = 0; i < COUNT_OF(masks); i++) {
        umask(masks[i]);
        assert_int_equal(whole_write(path, "x", 1, &error), 0);
        assert_int_equal(mode_of(path) & 0777, 0666 & ~masks[i]);
    }
    umask(usual);
    free(path);
}

static void what_cannot_be_replaced_stays_and_nothing_is_left_beside_it(void **state)
{
    struct error error = {0};
    char *folder = scratch_path(state, "taken"), *inside = scratch_path(state, "taken/inside");
    assert_int_equal(mkdir(folder, 0700), 0);
    file_write(inside, "", 0);
    size_t before = folder_entries(*state);
    assert_int_equal(whole_write(folder, "x", 1, &error), -1);
    assert_error(&error, ERROR_REFUSED, folder);
    assert_int_equal(folder_entries(*state), before);
    free(inside);
    free(folder);
}

static void a_file_beyond_the_size_limit_leaves_the_old_one(void **state)
{
    struct error error = {0};
    struct rlimit usual, small;
    char bytes[4096] = "", *path = scratch_file(state, "limited", "old");
    size_t before = folder_entries(*state);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
    small = (struct rlimit){1000, usual.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int result = whole_write(path, bytes, sizeof bytes, &error);
    setrlimit(RLIMIT_FSIZE, &usual);
    assert_int_equal(result, -1);
    assert_error(&error, ERROR_REFUSED, path);
    assert_contains(error.text, "File too large");
    check_holds(path, "old");
    assert_int_equal(folder_entries(*state), before);
    free(path);
}

static void a_large_file_is_not_there_before_it_is_closed(void **state)
{
    struct error error = {0};
    struct whole whole;
    char *path = scratch_path(state, "large");
    size_t before = folder_entries(*state);
    assert_int_equal(whole_open_large(&whole, path, &error), 0);
    assert_true(whole_is_partial(whole.partial));
    fputs("the text", whole.stream);
    fflush(whole.stream);
    assert_false(file_exists(path));
    assert_int_equal(whole_close(&whole, &error), 0);
    check_holds(path, "the text");
    assert_int_equal(folder_entries(*state), before + 1);
    free(path);
}

static void files_that_are_dropped_leave_nothing(void **state)
{
    struct error error = {0};
    struct whole whole;
    char *path = scratch_path(state, "dropped");
    size_t before = folder_entries(*state);
    assert_int_equal(whole_open(&whole, path, &error), 0);
    fputs("the text", whole.stream);
    whole_drop(&whole);
    assert_int_equal(whole_open_large(&whole, path, &error), 0);
    fputs("the text", whole.stream);
    whole_drop(&whole);
    assert_int_equal(folder_entries(*state), before);
    free(path);
}

static void a_large_file_beyond_the_size_limit_leaves_the_old_one(void **state)
{
    struct error error = {0};
    struct rlimit usual, small;
    struct whole whole;
    char *path = scratch_file(state, "large-limited", "old");
    size_t before = folder_entries(*state);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
    assert_int_equal(whole_open_large(&whole, path, &error), 0);
    small = (struct rlimit){1000, usual.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (int i = 0; i < 5000; i++)
        fputs("a line\n", whole.stream);
    int result = whole_close(&whole, &error);
    setrlimit(RLIMIT_FSIZE, &usual);
    assert_int_equal(result, -1);
    assert_error(&error, ERROR_REFUSED, path);
    check_holds(path, "old");
    assert_int_equal(folder_entries(*state), before);
    free(path);
}

static void a_large_file_in_no_folder_is_refused(void **state)
{
    struct error error = {0};
    struct whole whole;
    char *path = scratch_path(state, "nowhere/large");
    assert_int_equal(whole_open_large(&whole, path, &error), -1);
    assert_error(&error, ERROR_REFUSED, path);
    free(path);
}

static void names_of_what_is_partial_differ_and_are_known_again(void **state)
{
    char first[64], second[64], tight[20];
    (void)state;
    assert_int_equal(whole_partial_name(first, sizeof first, "a.csv"), 0);
    assert_int_equal(whole_partial_name(second, sizeof second, "a.csv"), 0);
    assert_string_not_equal(first, second);
    assert_true(whole_is_partial(first));
    assert_int_equal(whole_partial_name(tight, sizeof tight, "a.csv"), ENAMETOOLONG);
    static const char *const others[] = {"",
                                         "a.csv",
                                         ".partial",
                                         "a.csv.partial",
                                         ".0123456789abcdef.partial",
                                         "a.0123456789ABCDEF.partial",
                                         "a.0123456789abcdef.partial.csv",
                                         "a_0123456789abcdef.partial"};
    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_false(whole_is_partial(others[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_not_there_before_it_is_closed),
        cmocka_unit_test(a_link_is_replaced_and_its_target_left_alone),
        cmocka_unit_test(nothing_is_created_through_a_link),
        cmocka_unit_test(permissions_are_those_of_the_umask),
        cmocka_unit_test(what_cannot_be_replaced_stays_and_nothing_is_left_beside_it),
        cmocka_unit_test(a_file_beyond_the_size_limit_leaves_the_old_one),
        cmocka_unit_test(a_large_file_is_not_there_before_it_is_closed),
        cmocka_unit_test(files_that_are_dropped_leave_nothing),
        cmocka_unit_test(a_large_file_beyond_the_size_limit_leaves_the_old_one),
        cmocka_unit_test(a_large_file_in_no_folder_is_refused),
        cmocka_unit_test(names_of_what_is_partial_differ_and_are_known_again),
    };
    return cmocka_run_group_tests_name("whole", tests, scratch_make, scratch_remove);
}
