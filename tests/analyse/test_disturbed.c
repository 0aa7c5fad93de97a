#include "bench/analyse/disturbed.h"
#include "tests/support.h"

static struct sample visit_row(const char *temperature, double roundtrip_ns)
{
    return (struct sample){.temperature = temperature,
                           .roundtrip_ns = roundtrip_ns,
                           .status = "ok",
                           .disturbed = CSV_UNKNOWN};
}

static struct disturbances mark(struct sample rows[], size_t count)
{
    struct error error = {0};
    struct samples samples = {.rows = rows, .count = count};
    struct disturbances found;
    disturbed_mark(&samples, &found, &error);
    assert_no_error(&error);
    return found;
}

static void beyond_three_times_the_median_is_disturbed(void **state)
{
    (void)state;
    struct sample rows[] = {
        visit_row("cold", 100), visit_row("cold", 90),  visit_row("cold", 300),
        visit_row("cold", 301), visit_row("warm", 301), visit_row("cold", 100),
        visit_row("cold", 80),
    };
    struct disturbances found = mark(rows, COUNT_OF(rows));
    static const uint64_t wanted[] = {0, 0, 0, 1, 1, 0, 0};
    assert_near(found.roundtrip_ns, 100);
    assert_int_equal(found.visits, 6); /* a warm reading is of the same visit as its cold one */
    assert_int_equal(found.disturbed, 1);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(rows[i].disturbed, wanted[i]);
}

static void without_a_canary_nothing_is_known(void **state)
{
    (void)state;
    struct sample rows[] = {visit_row("cold", NAN), visit_row("warm", NAN)};
    struct disturbances found = mark(rows, COUNT_OF(rows));
    assert_int_equal(found.visits, 0);
    assert_unknown(found.roundtrip_ns);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_true(rows[i].disturbed == CSV_UNKNOWN);
}

static void marks_of_before_do_not_count(void **state)
{
    (void)state;
    struct sample rows[] = {visit_row("cold", 100), visit_row("cold", 100)};
    rows[0].disturbed = 1;
    mark(rows, COUNT_OF(rows));
    assert_int_equal(rows[0].disturbed, 0);
}

static void a_run_without_rows_has_no_disturbance(void **state)
{
    (void)state;
    struct disturbances found = mark(NULL, 0);
    assert_int_equal(found.visits, 0);
    assert_int_equal(found.disturbed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beyond_three_times_the_median_is_disturbed),
        cmocka_unit_test(without_a_canary_nothing_is_known),
        cmocka_unit_test(marks_of_before_do_not_count),
        cmocka_unit_test(a_run_without_rows_has_no_disturbance),
    };
    return cmocka_run_group_tests_name("disturbed", tests, NULL, NULL);
}
