/* Which host gets how many ranks of MPI. */
#include "strategies/mpi/spread.h"
#include "tests/support.h"

#include <unistd.h>

/* The spread of so many workers, as mpirun's --host takes it. */
static void check_spread(const char *hosts, uint32_t count, uint32_t own, uint32_t workers,
                         const char *expected, bool yields)
{
    const struct strategy_config config = {
        .workers = workers, .cpus = 8, .hosts = hosts, .host_count = count, .own_host = own};
    struct error error = {0};
    struct spread spread;
    char text[HOSTS_TEXT_BYTES];
    spread_make(&config, &spread, &error);
    assert_no_error(&error);
    assert_true(hosts_text(&spread.hosts, text));
    assert_string_equal(text, expected);
    assert_int_equal(spread.yields, yields);
    spread_free(&spread);
}

static void workers_are_shared_out_evenly_and_the_manager_is_one_more(void **state)
{
    (void)state;
    check_spread("a:4,b:4", 2, 1, 4, "a:3,b:2", false);
    check_spread("a:4,b:4", 2, 1, 5, "a:4,b:2", false);
    check_spread("a:4,b:4", 2, 1, 8, "a:5,b:4", true);
    check_spread("a:4,b:1,c:4", 3, 1, 9, "a:5,b:1,c:4", true);
    check_spread("a:1,b:4", 2, 1, 4, "a:2,b:3", true);
}

static void no_more_hosts_than_the_cell_has_get_any(void **state)
{
    (void)state;
    check_spread("a:4,b:4,c:4", 1, 1, 4, "a:5", true);
    check_spread("a:4,b:4,c:4", 2, 1, 2, "a:2,b:1", false);
}

/* rank 0 is on the first host of mpirun's list. */
static void this_machine_is_first_wherever_it_stands(void **state)
{
    (void)state;
    check_spread("a:2,b:2,c:2", 3, 3, 3, "c:2,a:1,b:1", false);
    check_spread("a:2,b:2,c:2", 3, 2, 6, "b:3,a:2,c:2", true);
}

static void a_manager_that_is_on_none_of_the_hosts_is_alone(void **state)
{
    char own[MOST_HOST_NAME_BYTES + 1] = "", expected[400];
    (void)state;
    gethostname(own, sizeof own - 1);
    snprintf(expected, sizeof expected, "%s:1,a:2,b:1", own);
    check_spread("a:4,b:4", 2, 0, 3, expected, false);
    check_spread("a:4,b:4,c:1", 2, 3, 3, expected, false); /* c is not among the first two */
}

static void beyond_the_slots_all_hosts_get_more(void **state)
{
    (void)state;
    check_spread("a:1,b:2", 2, 1, 7, "a:4,b:4", true);
}

/* Slots may be more than there are CPUs; of this machine that is known. */
static void ranks_yield_where_this_machine_has_fewer_cpus(void **state)
{
    (void)state;
    check_spread("a:9,b:9", 2, 1, 14, "a:8,b:7", false);
    check_spread("a:9,b:9", 2, 1, 16, "a:9,b:8", true);
    check_spread("a:9,b:9", 2, 2, 16, "b:9,a:8", true);
}

static void hosts_that_are_none_are_refused(void **state)
{
    (void)state;
    const struct strategy_config config = {.workers = 1, .hosts = "a,,b", .host_count = 2};
    struct error error = {0};
    struct spread spread;
    assert_int_equal(spread_make(&config, &spread, &error), -1);
    assert_error(&error, ERROR_USAGE, "--hosts: a host's name is missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workers_are_shared_out_evenly_and_the_manager_is_one_more),
        cmocka_unit_test(no_more_hosts_than_the_cell_has_get_any),
        cmocka_unit_test(this_machine_is_first_wherever_it_stands),
        cmocka_unit_test(a_manager_that_is_on_none_of_the_hosts_is_alone),
        cmocka_unit_test(beyond_the_slots_all_hosts_get_more),
        cmocka_unit_test(ranks_yield_where_this_machine_has_fewer_cpus),
        cmocka_unit_test(hosts_that_are_none_are_refused),
    };
    return cmocka_run_group_tests_name("spread", tests, NULL, NULL);
}
