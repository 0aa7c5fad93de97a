#include "bench/stats/stats.h"
#include "tests/support.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

static void median_is_the_middle_value(void **state)
{
    (void)state;
    static const struct {
        double values[6];
        size_t count;
        double median;
    } cases[] = {
        {{7}, 1, 7},
        {{3, 1}, 2, 2},
        {{9, 1, 5}, 3, 5},
        {{4, 1, 3, 2}, 4, 2.5},
        {{5, 5, 1, 1, 5}, 5, 5},
        {{-1, -3, -2, 0, 1000, 2}, 6, -0.5},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        double values[6];
        memcpy(values, cases[i].values, sizeof values);
        assert_near(stats_median(values, cases[i].count), cases[i].median);
    }
}

static void what_is_not_finite_is_dropped_and_the_rest_keeps_its_order(void **state)
{
    double values[] = {3, NAN, 1, INFINITY, 2, NAN};
    (void)state;
    assert_int_equal(stats_keep_known(values, 6), 3);
    assert_near(values[0], 3);
    assert_near(values[1], 1);
    assert_near(values[2], 2);
    assert_int_equal(stats_keep_known(values, 0), 0);
}

static void median_of_nothing_is_unknown(void **state)
{
    (void)state;
    double none[1] = {3};
    assert_unknown(stats_median(none, 0));
}

struct rank_case {
    size_t count, rank;
};

/* R: for (n in c(0,5,6,7,9,12,20,50,99,1000)) cat(n, qbinom(.025, n, .5), "\n")
 * The smallest d with P(B <= d) >= 2.5 %; as no P here is exactly 2.5 %, also the largest with
 * P(B <= d - 1) <= 2.5 %. */
static const struct rank_case ranks[] = {
    {0, 0}, {5, 0}, {6, 1}, {7, 1}, {9, 2}, {12, 3}, {20, 6}, {50, 18}, {99, 40}, {1000, 469},
};

static void ranks_are_those_of_the_binomial_quantile(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ranks); i++)
        assert_int_equal(stats_rank(ranks[i].count), ranks[i].rank);
}

/* R: for (n in 0:12) cat(qbinom(.025, n, .5), "") */
static void no_rank_below_six_values(void **state)
{
    (void)state;
    static const size_t wanted[] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3};
    for (size_t count = 0; count < COUNT_OF(wanted); count++)
        assert_int_equal(stats_rank(count), wanted[count]);
}

/* 1 to count, the largest first. */
static struct interval interval_of_countdown(size_t count)
{
    double values[64];
    assert_true(count <= COUNT_OF(values));
    for (size_t i = 0; i < count; i++)
        values[i] = (double)(count - i);
    return stats_interval(values, count);
}

/* R: for (n in c(6,7,9,12,20,50)) { g <- function(d) 1 - 2 * pbinom(d - 1, n, .5)
 * d <- qbinom(.025, n, .5); I <- (g(d) - .95) / (g(d) - g(d + 1))
 * l <- (n - d) * I / (d + (n - 2 * d) * I); cat(n, d + l, n + 1 - d - l, "\n") }
 * In 1 to n the value of rank d is d. */
static void interval_is_the_sign_tests_brought_to_95_percent(void **state)
{
    (void)state;
    static const struct {
        size_t count;
        double median, low, high;
    } cases[] = {
        {6, 3.5, 1.35714285714286, 5.64285714285714},
        {7, 4, 1.73333333333333, 6.26666666666667},
        {9, 5, 2.22790697674419, 7.77209302325581},
        {12, 6.5, 3.26311844077961, 9.73688155922039},
        {20, 10.5, 6.23523421588595, 14.7647657841141},
        {50, 25.5, 18.6717375143848, 32.3282624856152},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct interval interval = interval_of_countdown(cases[i].count);
        assert_near(interval.median, cases[i].median);
        assert_near(interval.low, cases[i].low);
        assert_near(interval.high, cases[i].high);
    }
}

/* Log ratios as they come: symmetric, skewed by what only ever makes slower, and now and then far
 * off. All have their median at 0. */
static double draw_normal(gsl_rng *random)
{
    return gsl_ran_gaussian(random, 1);
}

static double draw_skewed(gsl_rng *random)
{
    return gsl_ran_lognormal(random, 0, 1) - 1;
}

static double draw_disturbed(gsl_rng *random)
{
    return gsl_ran_gaussian(random, gsl_rng_uniform(random) < 0.1 ? 20 : 1);
}

typedef double draw_function(gsl_rng *random);

/* How often the interval of `count` draws holds the true median. */
static double simulated_coverage(draw_function *draw, size_t count, gsl_rng *random)
{
    enum { TRIALS = 4000 };
    size_t held = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
        double values[200];
        for (size_t i = 0; i < count; i++)
            values[i] = draw(random);
        struct interval interval = stats_interval(values, count);
        held += interval.low < 0 && 0 < interval.high;
    }
    return (double)held / TRIALS;
}

static void intervals_cover_the_true_median_in_95_percent_of_cases(void **state)
{
    (void)state;
    static draw_function *const draws[] = {draw_normal, draw_skewed, draw_disturbed};
    static const size_t counts[] = {6, 7, 8, 9, 10, 12, 14, 21, 32, 100, 200};
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937); /* its default seed: the same every time */
    for (size_t i = 0; i < COUNT_OF(draws); i++)
        for (size_t k = 0; k < COUNT_OF(counts); k++) {
            double coverage = simulated_coverage(draws[i], counts[k], random);
            if (coverage < 0.93 || coverage > 0.97)
                stop_test("%zu draws of kind %zu: the interval covers %.1f %%", counts[k], i,
                          100 * coverage);
        }
    gsl_rng_free(random);
}

static void five_values_have_a_median_but_no_interval(void **state)
{
    (void)state;
    struct interval interval = interval_of_countdown(5);
    assert_near(interval.median, 3);
    assert_unknown(interval.low);
    assert_unknown(interval.high);
}

static void no_value_has_no_interval(void **state)
{
    (void)state;
    struct interval interval = interval_of_countdown(0);
    assert_unknown(interval.median);
    assert_unknown(interval.low);
    assert_unknown(interval.high);
}

static void one_outlier_does_not_move_the_interval(void **state)
{
    (void)state;
    double values[] = {1e9, 2, 3, 4, 5, 6, 7, 8, 1}; /* 9 would be in place of 1e9 */
    struct interval interval = stats_interval(values, COUNT_OF(values));
    assert_near(interval.median, 5);
    assert_near(interval.low, 2.22790697674419);
    assert_near(interval.high, 7.77209302325581);
}

/* R: binom.test(k, n)$p.value for k of n signs above 0. */
/* By hand: of 1 to 6 in pairs, ranks vary by 8 between the pairs and by 0.5 within, so that 15/17
 * of the variation lies between; and nothing lies there where each pair has a small and a large
 * one. */
static void intervals_widen_by_the_design_effect_of_stretches(void **state)
{
    (void)state;
    static const double rising[] = {10, 20, 30, 40, 50, 600}, mixed[] = {1, 6, 5, 2, 3, 4};
    static const double equal[] = {7, 7, 7, 7, 7, 7}, apart[] = {1, 1, 2, 2, 3, 3};
    double scratch[6];
    assert_near(stats_widening(rising, scratch, 6), sqrt(1 + 15.0 / 17));
    assert_near(stats_widening(apart, scratch, 6), sqrt(2));
    assert_near(stats_widening(mixed, scratch, 6), 1);
    assert_near(stats_widening(equal, scratch, 6), 1);
    assert_near(stats_widening(rising, scratch, 5), 1);
}

/* The share of intervals over so many values that hold the true median of 0, where the machine's
 * state lasts: each value keeps that share of the state before. */
static double share_that_holds(double kept, size_t count, double *widest)
{
    enum { RUNS = 1000, MOST = 200 };
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    double values[MOST], scratch[MOST];
    size_t held = 0;
    *widest = 0;
    for (int run = 0; run < RUNS; run++) {
        double drift = gsl_ran_gaussian(random, 1);
        for (size_t i = 0; i < count; i++) {
            drift = kept * drift + gsl_ran_gaussian(random, sqrt(1 - kept * kept));
            values[i] = drift + gsl_ran_gaussian(random, 0.3);
        }
        *widest += stats_widening(values, scratch, count) / RUNS;
        struct interval interval = stats_interval_over_time(values, scratch, count);
        held += interval.low <= 0 && 0 <= interval.high;
    }
    gsl_rng_free(random);
    return (double)held / RUNS;
}

static void intervals_over_time_hold_the_median_of_a_machine_that_drifts(void **state)
{
    (void)state;
    double steady, drifting;
    assert_true(share_that_holds(0, 30, &steady) > 0.93);
    assert_true(steady < 1.15);
    assert_true(share_that_holds(0.8, 200, &drifting) > 0.90);
    assert_true(drifting > 1.8);
}

static void sign_test_is_that_of_the_binomial(void **state)
{
    (void)state;
    static const struct {
        size_t above, below, zero;
        double p;
    } cases[] = {
        {0, 0, 0, 1},
        {0, 0, 3, 1},
        {1, 0, 0, 1},
        {3, 3, 0, 1},
        {6, 0, 0, 0.03125},
        {0, 6, 4, 0.03125},
        {9, 1, 0, 0.021484375},
        {1, 9, 2, 0.021484375},
        {15, 5, 0, 0.04138946533203125},
        {20, 0, 0, 1.9073486328125e-06},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        double values[32] = {0};
        for (size_t k = 0; k < cases[i].above + cases[i].below; k++)
            values[k] = k < cases[i].above ? 1 + (double)k : -0.5;
        assert_near(stats_sign_p(values, cases[i].above + cases[i].below + cases[i].zero),
                    cases[i].p);
    }
}

/* R: p.adjust(p, "holm") */
static void holm_corrects_each_by_how_many_are_left(void **state)
{
    (void)state;
    double p[] = {0.04, 0.001, 0.03, 0.02, 0.9}, one[] = {0.2};
    static const double wanted[] = {0.09, 0.005, 0.09, 0.08, 0.9};
    size_t scratch[COUNT_OF(p)];
    stats_holm(p, scratch, COUNT_OF(p));
    for (size_t i = 0; i < COUNT_OF(p); i++)
        assert_near(p[i], wanted[i]);
    stats_holm(one, scratch, 1);
    assert_near(one[0], 0.2);
    stats_holm(one, scratch, 0);
}

static void the_least_count_is_the_first_that_can_reject(void **state)
{
    (void)state;
    static const size_t tests[] = {1, 2, 10, 54, 1000};
    for (size_t i = 0; i < COUNT_OF(tests); i++) {
        double values[64];
        size_t count = stats_least_count(tests[i]);
        assert_true(count < COUNT_OF(values));
        for (size_t k = 0; k < count; k++)
            values[k] = 1;
        assert_true((double)tests[i] * stats_sign_p(values, count) <= 0.05);
        assert_true((double)tests[i] * stats_sign_p(values, count - 1) > 0.05);
    }
}

struct line_case {
    double x0, y0, x1, y1, x, y;
};

/* Points of straight lines in log-log scale, y = c x^s. */
static const struct line_case lines[] = {
    {10, 0.5, 1000, 2, 100, 1},            /* s = 0.3010: half way in both */
    {1, 1, 100, 10, 10, 3.16227766016838}, /* s = 1/2: sqrt(10) */
    {2, 8, 8, 2, 4, 4},                    /* s = -1: xy = 16 */
    {1, 0.25, 16, 4, 4, 1},                /* s = 1 */
    {10, 3, 20, 12, 40, 48},               /* s = 2, beyond both */
    {10, 3, 20, 12, 10, 3},                /* at the first point */
    {10, 3, 20, 12, 20, 12},               /* at the second */
};

static void lines_are_straight_in_log_log_scale(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        const struct line_case *line = &lines[i];
        assert_near(stats_log_value(line->x0, line->y0, line->x1, line->y1, line->x), line->y);
        assert_near(stats_log_crossing(line->x0, line->y0, line->x1, line->y1, line->y), line->x);
    }
}

static void a_flat_line_crosses_at_its_end(void **state)
{
    (void)state;
    assert_near(stats_log_crossing(10, 1, 1000, 1, 1), 1000);
    assert_near(stats_log_value(10, 7, 1000, 7, 50), 7);
}

static void skew_is_where_the_middle_of_the_quartiles_is_from_the_median(void **state)
{
    (void)state;
    double even[] = {5, 1, 4, 2, 3}, tailed[] = {1, 2, 3, 7, 11};
    assert_near(stats_skew(even, 5), 0);
    assert_near(stats_skew(tailed, 5), 1.5); /* quartiles 2 and 7, median 3 */
    assert_unknown(stats_skew(even, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(median_is_the_middle_value),
        cmocka_unit_test(what_is_not_finite_is_dropped_and_the_rest_keeps_its_order),
        cmocka_unit_test(median_of_nothing_is_unknown),
        cmocka_unit_test(ranks_are_those_of_the_binomial_quantile),
        cmocka_unit_test(no_rank_below_six_values),
        cmocka_unit_test(interval_is_the_sign_tests_brought_to_95_percent),
        cmocka_unit_test(intervals_cover_the_true_median_in_95_percent_of_cases),
        cmocka_unit_test(five_values_have_a_median_but_no_interval),
        cmocka_unit_test(no_value_has_no_interval),
        cmocka_unit_test(one_outlier_does_not_move_the_interval),
        cmocka_unit_test(intervals_widen_by_the_design_effect_of_stretches),
        cmocka_unit_test(intervals_over_time_hold_the_median_of_a_machine_that_drifts),
        cmocka_unit_test(sign_test_is_that_of_the_binomial),
        cmocka_unit_test(holm_corrects_each_by_how_many_are_left),
        cmocka_unit_test(the_least_count_is_the_first_that_can_reject),
        cmocka_unit_test(lines_are_straight_in_log_log_scale),
        cmocka_unit_test(a_flat_line_crosses_at_its_end),
        cmocka_unit_test(skew_is_where_the_middle_of_the_quartiles_is_from_the_median),
    };
    return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
