/* Which of several hosts this machine is. */
#include "bench/machine/own_host.h"
#include "tests/support.h"

#include <unistd.h>

static void it_is_known_by_its_names_and_addresses(void **state)
{
    char own[MOST_HOST_NAME_BYTES + 1] = "", with_domain[2 * sizeof own];
    (void)state;
    assert_int_equal(gethostname(own, sizeof own - 1), 0);
    assert_true(own_host_is(own));
    assert_true(own_host_is("localhost"));
    assert_true(own_host_is("127.0.0.1"));
    assert_true(own_host_is("127.0.1.1"));
    if (strchr(own, '.') == NULL) {
        snprintf(with_domain, sizeof with_domain, "%s.example.org", own);
        assert_true(own_host_is(with_domain));
    }
}

/* .invalid never resolves; 192.0.2.0/24 is nobody's. */
static void others_are_not_it(void **state)
{
    (void)state;
    assert_false(own_host_is("another-machine.invalid"));
    assert_false(own_host_is("192.0.2.7"));
    assert_false(own_host_is(""));
}

static void it_is_found_among_others(void **state)
{
    char own[MOST_HOST_NAME_BYTES + 1] = "", list[sizeof own + 64];
    struct hosts hosts = {0};
    struct error error = {0};
    (void)state;
    assert_int_equal(gethostname(own, sizeof own - 1), 0);
    snprintf(list, sizeof list, "192.0.2.7:4,%s:2,192.0.2.8", own);
    hosts_parse("--hosts", list, &hosts, &error);
    assert_no_error(&error);
    assert_int_equal(own_host_find(&hosts), 2);
    hosts_free(&hosts);
    hosts_parse("--hosts", "192.0.2.7:4,192.0.2.8", &hosts, &error);
    assert_int_equal(own_host_find(&hosts), 0);
    hosts_free(&hosts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_known_by_its_names_and_addresses),
        cmocka_unit_test(others_are_not_it),
        cmocka_unit_test(it_is_found_among_others),
    };
    return cmocka_run_group_tests_name("own host", tests, NULL, NULL);
}
