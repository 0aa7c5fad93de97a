#include "bench/base/exit_status.h"
#include "tests/support.h"

#include <signal.h>

static void each_kind_of_error_has_the_exit_status_of_the_manual_page(void **state)
{
    (void)state;
    assert_int_equal(exit_status_of(ERROR_NONE, 0), 0);
    assert_int_equal(exit_status_of(ERROR_CHECK_FAILED, 0), 1);
    assert_int_equal(exit_status_of(ERROR_USAGE, 0), 2);
    assert_int_equal(exit_status_of(ERROR_NOT_COMPARABLE, 0), 3);
    assert_int_equal(exit_status_of(ERROR_REFUSED, 0), 4);
}

static void an_interruption_is_told_by_its_signal(void **state)
{
    (void)state;
    assert_int_equal(exit_status_of(ERROR_INTERRUPTED, SIGHUP), 129);
    assert_int_equal(exit_status_of(ERROR_INTERRUPTED, SIGINT), 130);
    assert_int_equal(exit_status_of(ERROR_INTERRUPTED, SIGTERM), 143);
    assert_int_equal(exit_status_of(ERROR_INTERRUPTED, 0), 130);
}

static void an_error_of_another_kind_keeps_its_status_where_a_signal_came_too(void **state)
{
    (void)state;
    assert_int_equal(exit_status_of(ERROR_NONE, SIGTERM), 0);
    assert_int_equal(exit_status_of(ERROR_REFUSED, SIGTERM), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_error_has_the_exit_status_of_the_manual_page),
        cmocka_unit_test(an_interruption_is_told_by_its_signal),
        cmocka_unit_test(an_error_of_another_kind_keeps_its_status_where_a_signal_came_too),
    };
    return cmocka_run_group_tests_name("exit status", tests, NULL, NULL);
}
