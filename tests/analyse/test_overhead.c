#include "bench/analyse/overhead.h"
#include "tests/support.h"

static struct summary row_of(double overhead_ns)
{
    return (struct summary){.key.jobs = 8,
                            .median_ns = 8000,
                            .overhead_ns_per_job = overhead_ns,
                            .overhead_low_ns_per_job = overhead_ns - 100,
                            .overhead_high_ns_per_job = overhead_ns + 200,
                            .roundtrip_ns = 100};
}

static void an_overhead_has_the_interval_of_its_row(void **state)
{
    (void)state;
    struct summary row = row_of(500);
    struct overhead found = overhead_of_row(&row);
    assert_near(found.ns, 500);
    assert_near(found.low_ns, 400);
    assert_near(found.high_ns, 700);
    assert_near(found.roundtrips, 5);
}

static void an_interval_does_not_reach_below_nothing(void **state)
{
    (void)state;
    struct summary row = row_of(50);
    assert_near(overhead_of_row(&row).low_ns, 0);
}

static void what_costs_no_more_than_serial_has_none(void **state)
{
    (void)state;
    const double none[] = {0, -3, NAN};
    for (size_t i = 0; i < COUNT_OF(none); i++) {
        struct summary row = row_of(none[i]);
        struct overhead found = overhead_of_row(&row);
        assert_unknown(found.ns);
        assert_unknown(found.low_ns);
        assert_unknown(found.high_ns);
        assert_unknown(found.roundtrips);
    }
}

static void what_is_not_known_stays_unknown(void **state)
{
    (void)state;
    struct summary row = row_of(500);
    row.overhead_low_ns_per_job = row.overhead_high_ns_per_job = row.roundtrip_ns = NAN;
    struct overhead found = overhead_of_row(&row);
    assert_near(found.ns, 500);
    assert_unknown(found.low_ns);
    assert_unknown(found.high_ns);
    assert_unknown(found.roundtrips);
}

static void a_job_of_serials_takes_its_share_of_the_batch(void **state)
{
    (void)state;
    struct summary row = row_of(NAN);
    assert_near(overhead_serial_job_ns(&row), 1000);
}

/* The machine drifts by a factor of seven, and both with it: what is left over does not, but the
 * difference of medians of other rounds would be anything. */
static void drift_that_hits_both_sides_is_no_overhead(void **state)
{
    (void)state;
    double own_ns[7], serial_ns[7], values[7], scratch[7];
    for (size_t i = 0; i < 7; i++) {
        serial_ns[i] = 8000 * (double)(i + 1);
        own_ns[i] = serial_ns[i] / 2 + 400;
    }
    const struct time_pairs pairs = {own_ns, serial_ns, 7};
    struct interval found = overhead_of_pairs(&pairs, 2, 8, values, scratch);
    assert_near(found.median, 50);
    assert_near(found.low, 50);
    assert_near(found.high, 50);
    assert_unknown(overhead_of_pairs(&pairs, 2, 0, values, scratch).median); /* no jobs */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_overhead_has_the_interval_of_its_row),
        cmocka_unit_test(an_interval_does_not_reach_below_nothing),
        cmocka_unit_test(what_costs_no_more_than_serial_has_none),
        cmocka_unit_test(what_is_not_known_stays_unknown),
        cmocka_unit_test(a_job_of_serials_takes_its_share_of_the_batch),
        cmocka_unit_test(drift_that_hits_both_sides_is_no_overhead),
    };
    return cmocka_run_group_tests_name("overhead", tests, NULL, NULL);
}
