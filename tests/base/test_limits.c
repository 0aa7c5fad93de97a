/* What a limit refuses names the limit. */
#include "tests/support.h"

#include "bench/base/limits.h"

#include <errno.h>

static void set_soft_limit(resource_type resource, rlim_t soft)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(resource, &limit), 0);
    limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
    assert_int_equal(setrlimit(resource, &limit), 0);
}

/* What a test limits is put back behind it. */
static int keep_limit(void **state)
{
    static struct rlimit before;
    *state = &before;
    return getrlimit(RLIMIT_NOFILE, &before);
}

static int put_back_limit(void **state)
{
    return setrlimit(RLIMIT_NOFILE, *state);
}

static void too_many_descriptors_name_their_limit(void **state)
{
    struct error error = {0};
    (void)state;
    set_soft_limit(RLIMIT_NOFILE, 77);
    fail_errno(&error, EMFILE, "pipe %d", 3);
    assert_error(&error, ERROR_REFUSED, "pipe 3: Too many open files (RLIMIT_NOFILE is 77)");
}

/* Where the user has no limit, the system's is named. */
static void a_refused_process_always_names_a_limit(void **state)
{
    struct error error = {0};
    (void)state;
    fail_errno(&error, EAGAIN, "fork");
    assert_error(&error, ERROR_REFUSED, "fork: Resource temporarily unavailable (");
    assert_contains(error.text, " is ");
}

static void other_errors_name_no_limit(void **state)
{
    static const int others[] = {ENOENT, EACCES, EINVAL, EPIPE, ENOSPC};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        char text[128] = "x";
        limits_describe(others[i], text, sizeof text);
        assert_string_equal(text, "");
    }
}

static void a_limit_that_is_not_set_is_not_named(void **state)
{
    struct rlimit limit;
    char text[128];
    (void)state;
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY)
        skip();
    limits_describe(EFBIG, text, sizeof text);
    assert_string_equal(text, "");
}

static void descriptors_that_are_left_are_counted(void **state)
{
    (void)state;
    set_soft_limit(RLIMIT_NOFILE, descriptor_limit(5));
    assert_true(limits_leave_descriptors(1));
    assert_false(limits_leave_descriptors(64));
    set_soft_limit(RLIMIT_NOFILE, descriptor_limit(0));
    assert_false(limits_leave_descriptors(1));
}

static void some_limit_on_tasks_is_known(void **state)
{
    struct task_limit limit = limits_tasks();
    (void)state;
    assert_true(limit.tasks > 0 && limit.tasks < UINT64_MAX);
    assert_true(limit.name[0] != '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(too_many_descriptors_name_their_limit, keep_limit,
                                        put_back_limit),
        cmocka_unit_test(a_refused_process_always_names_a_limit),
        cmocka_unit_test(other_errors_name_no_limit),
        cmocka_unit_test(a_limit_that_is_not_set_is_not_named),
        cmocka_unit_test_setup_teardown(descriptors_that_are_left_are_counted, keep_limit,
                                        put_back_limit),
        cmocka_unit_test(some_limit_on_tasks_is_known),
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
