#include "bench/analyse/threshold/threshold.h"
#include "bench/data/samples.h"
#include "tests/keys.h"
#include "tests/support.h"

enum { POINTS = 5, JOBS = 10, CELLS = 2 * POINTS };

static const uint64_t sizes[POINTS] = {1, 10, 100, 1000, 10000};

/* One curve beside serial, whose jobs take 100 ns a unit of size. */
struct curve {
    struct summary rows[CELLS];
    struct summaries summaries;
    struct crossover crossover;
    struct crossovers crossovers;
};

static struct summary make_row(struct key key, double ns, double speedup)
{
    return (struct summary){
        .key = key,
        .temperature = "warm",
        .rounds = 20,
        .median_ns = ns,
        .low_ns = ns,
        .high_ns = ns,
        .serial_ns = ns * speedup,
        .speedup = speedup,
        .status = "ok",
        .detail = "",
    };
}

/* The crossover is what the test says, whatever the speedups are. */
static void make_curve(struct curve *curve, const double speedups[POINTS], const char *verdict,
                       double size, double low, double high)
{
    struct key key = full_key();
    for (int i = 0; i < POINTS; i++) {
        key.size = sizes[i];
        key.jobs = JOBS;
        double serial_ns = 100.0 * (double)sizes[i] * JOBS;
        curve->rows[i] = make_row(key, serial_ns / speedups[i], speedups[i]);
        curve->rows[POINTS + i] = make_row(key_of_baseline(&key), serial_ns, 1);
    }
    qsort(curve->rows, CELLS, sizeof *curve->rows, summary_compare);
    curve->summaries = (struct summaries){curve->rows, CELLS};
    curve->crossover = (struct crossover){
        .key = key,
        .temperature = "warm",
        .verdict = verdict,
        .size = size,
        .size_low = low,
        .size_high = high,
        .until = NAN,
        .until_low = NAN,
        .until_high = NAN,
    };
    curve->crossovers = (struct crossovers){&curve->crossover, 1};
}

static struct threshold find(const struct curve *curve, enum threshold_objective objective)
{
    struct error error = {0};
    struct thresholds found;
    assert_int_equal(
        thresholds_find(&curve->summaries, &curve->crossovers, objective, &found, &error), 0);
    assert_no_error(&error);
    assert_int_equal(found.count, 1);
    struct threshold threshold = found.rows[0];
    free(found.rows);
    return threshold;
}

static const double rising[POINTS] = {0.01, 0.1, 0.5, 1.5, 1.9};

static void a_crossover_is_rounded_up_and_its_interval_outward(void **state)
{
    struct curve curve;
    (void)state;
    make_curve(&curve, rising, "at", 433.2, 410.9, 455.1);
    struct threshold at = find(&curve, THRESHOLD_BY_CROSSOVER);
    assert_int_equal(at.from, 434);
    assert_int_equal(at.from_low, 410);
    assert_int_equal(at.from_high, 456);
    assert_int_equal(at.until, THRESHOLD_NEVER);
    assert_int_equal(threshold_value(&at), 434);
    assert_near(at.from_ns, 43400);
    assert_int_equal(at.least, 1);
    assert_int_equal(at.most, 10000);
    assert_int_equal(at.places, POINTS);
}

static void of_one_that_is_open_below_the_high_end_is_taken(void **state)
{
    struct curve curve;
    (void)state;
    make_curve(&curve, rising, "at", 433.2, NAN, 455.1);
    struct threshold at = find(&curve, THRESHOLD_BY_CROSSOVER);
    assert_int_equal(at.from, 456);
    assert_int_equal(at.from_low, 0);
    assert_int_equal(at.from_high, 456);
    assert_near(at.from_low_ns, 0);
}

static void verdicts_that_leave_no_choice_have_values_of_their_own(void **state)
{
    struct curve curve;
    (void)state;
    for (int i = 0; i < THRESHOLD_OBJECTIVES; i++) {
        make_curve(&curve, rising, "always", 1, NAN, 1);
        struct threshold found = find(&curve, (enum threshold_objective)i);
        assert_true(found.from == 0 && found.from_low == 0 && found.from_high == 1);
        make_curve(&curve, rising, "never", NAN, NAN, NAN);
        found = find(&curve, (enum threshold_objective)i);
        assert_true(found.from == THRESHOLD_NEVER && found.from_low == 10000);
        make_curve(&curve, rising, "even", NAN, NAN, NAN);
        found = find(&curve, (enum threshold_objective)i);
        assert_true(found.from == THRESHOLD_NEVER && found.from_low == THRESHOLD_NEVER);
        make_curve(&curve, rising, "noisy", NAN, NAN, NAN);
        found = find(&curve, (enum threshold_objective)i);
        assert_true(found.from == THRESHOLD_NEVER && found.from_low == 0);
    }
}

static void one_that_is_ahead_between_two_sizes_has_no_value_for_all_larger_ones(void **state)
{
    static const double hill[POINTS] = {0.1, 1.5, 1.6, 1.2, 0.5};
    struct curve curve;
    (void)state;
    make_curve(&curve, hill, "between", 5.5, 4, 7);
    curve.crossover.until = 2000.5;
    curve.crossover.until_low = 1000;
    curve.crossover.until_high = 10000;
    struct threshold found = find(&curve, THRESHOLD_BY_CROSSOVER);
    assert_int_equal(threshold_value(&found), THRESHOLD_NEVER);
    assert_int_equal(found.from, 6);
    assert_int_equal(found.until, 2001);
    assert_near(found.costs[THRESHOLD_BY_CROSSOVER].mean, 0);
    /* Serial at the largest size is worth more than what the smaller ones gain. */
    found = find(&curve, THRESHOLD_BY_LOSS);
    assert_int_equal(threshold_value(&found), THRESHOLD_NEVER);
    assert_int_equal(found.until, THRESHOLD_NEVER);
}

static void a_cost_is_the_share_that_the_worse_choice_takes_longer(void **state)
{
    struct curve curve;
    (void)state;
    make_curve(&curve, rising, "at", 50, 40, 60);
    struct threshold found = find(&curve, THRESHOLD_BY_CROSSOVER);
    /* At size 100 it runs in parallel, which takes twice as long; elsewhere all is right. */
    assert_near(found.costs[THRESHOLD_BY_CROSSOVER].mean, 1.0 / POINTS);
    assert_near(found.costs[THRESHOLD_BY_CROSSOVER].worst, 1);
    assert_int_equal(found.costs[THRESHOLD_BY_CROSSOVER].worst_at, 100);
    assert_near(found.costs[THRESHOLD_BY_LOSS].mean, 0);
}

static void least_is_lost_in_time_and_not_in_shares(void **state)
{
    /* A dip: size 1000 is behind by a little, size 100 ahead by much. Of the two, the larger batch
     * loses more time: 1 ms * (1 / 0.8 - 1) against 0.1 ms * (1 - 1 / 1.9). */
    static const double dip[POINTS] = {0.1, 0.5, 1.9, 0.8, 1.9};
    struct curve curve;
    (void)state;
    make_curve(&curve, dip, "at", 40, 30, 50);
    struct threshold found = find(&curve, THRESHOLD_BY_LOSS);
    assert_int_equal(found.from_low, 1001);
    assert_int_equal(found.from_high, 10000);
    assert_true(found.from > 1000 && found.from <= 10000);
    /* Half way by the logarithm of the speedups: 1000 * 10^(log(1 / 0.8) / log(1.9 / 0.8)). */
    assert_int_equal(found.from, (uint64_t)ceil(1000 * pow(10, log(1 / 0.8) / log(1.9 / 0.8))));
    assert_near(found.costs[THRESHOLD_BY_LOSS].worst, 0.9);
    assert_near(found.costs[THRESHOLD_BY_CROSSOVER].worst, 0.25);
}

static void a_crossover_between_the_two_sizes_is_kept_by_loss(void **state)
{
    struct curve curve;
    (void)state;
    make_curve(&curve, rising, "at", 433.2, 410.9, 455.1);
    struct threshold found = find(&curve, THRESHOLD_BY_LOSS);
    assert_int_equal(found.from, 434);
    assert_int_equal(found.from_low, 101);
    assert_int_equal(found.from_high, 1000);
}

static void what_went_wrong_is_no_size_of_the_curve(void **state)
{
    struct curve curve;
    (void)state;
    make_curve(&curve, rising, "at", 433.2, 410.9, 455.1);
    for (size_t i = 0; i < CELLS; i++)
        if (curve.rows[i].key.size == 100)
            curve.rows[i].status = "crashed";
    struct threshold found = find(&curve, THRESHOLD_BY_LOSS);
    assert_int_equal(found.places, POINTS - 1);
    assert_int_equal(found.from_low, 11);
}

static void along_jobs_a_threshold_is_a_number_of_them(void **state)
{
    struct curve curve;
    (void)state;
    make_curve(&curve, rising, "at", NAN, NAN, NAN);
    for (size_t i = 0; i < CELLS; i++) {
        struct key *key = &curve.rows[i].key;
        key->jobs = key->size;
        key->size = 7;
        curve.rows[i].serial_ns = 700.0 * (double)key->jobs;
        curve.rows[i].median_ns = curve.rows[i].serial_ns / curve.rows[i].speedup;
    }
    qsort(curve.rows, CELLS, sizeof *curve.rows, summary_compare);
    curve.crossover.key.jobs = 0;
    curve.crossover.key.size = 7;
    curve.crossover.size = 7;
    curve.crossover.axis = "jobs";
    curve.crossover.jobs_at = 434;
    curve.crossover.jobs_low = 410;
    curve.crossover.jobs_high = 456;
    struct threshold found = find(&curve, THRESHOLD_BY_CROSSOVER);
    assert_int_equal(found.axis, DIMENSION_jobs);
    assert_int_equal(found.from, 434);
    assert_int_equal(found.from_high, 456);
    assert_int_equal(found.places, POINTS);
    assert_int_equal(found.most, 10000);
    assert_near(found.from_ns, 434 * 700);
    assert_int_equal(find(&curve, THRESHOLD_BY_LOSS).from_low, 101);
}

static void nothing_measured_costs_what_nobody_knows(void **state)
{
    struct curve curve;
    (void)state;
    make_curve(&curve, rising, "at", 433.2, 410.9, 455.1);
    curve.summaries.count = 0;
    struct threshold found = find(&curve, THRESHOLD_BY_CROSSOVER);
    assert_int_equal(found.places, 0);
    assert_unknown(found.costs[THRESHOLD_BY_CROSSOVER].mean);
    assert_unknown(found.from_ns);
    assert_int_equal(find(&curve, THRESHOLD_BY_LOSS).from, THRESHOLD_NEVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crossover_is_rounded_up_and_its_interval_outward),
        cmocka_unit_test(of_one_that_is_open_below_the_high_end_is_taken),
        cmocka_unit_test(verdicts_that_leave_no_choice_have_values_of_their_own),
        cmocka_unit_test(one_that_is_ahead_between_two_sizes_has_no_value_for_all_larger_ones),
        cmocka_unit_test(a_cost_is_the_share_that_the_worse_choice_takes_longer),
        cmocka_unit_test(least_is_lost_in_time_and_not_in_shares),
        cmocka_unit_test(a_crossover_between_the_two_sizes_is_kept_by_loss),
        cmocka_unit_test(what_went_wrong_is_no_size_of_the_curve),
        cmocka_unit_test(along_jobs_a_threshold_is_a_number_of_them),
        cmocka_unit_test(nothing_measured_costs_what_nobody_knows),
    };
    return cmocka_run_group_tests_name("threshold", tests, NULL, NULL);
}
