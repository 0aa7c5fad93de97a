#include "bench/analyse/means.h"
#include "tests/support.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

enum { ROUNDS = 60, SIZES = 7 };

static void a_ratio_of_means_counts_slow_visits(void **state)
{
    (void)state;
    double own_ns[10] = {1, 1, 1, 1, 1, 1, 1, 1, 3, 3}, serial_ns[10], values[10], scratch[10];
    for (size_t i = 0; i < 10; i++)
        serial_ns[i] = 1.2;
    const struct time_pairs pairs = {own_ns, serial_ns, 10};
    struct mean_ratio found = means_of_pairs(&pairs, values, scratch);
    assert_near(found.ratio, 1.2 / 1.4);
    assert_true(found.low < found.ratio && found.ratio < found.high);
}

static void fewer_than_six_pairs_have_no_interval_and_none_no_ratio(void **state)
{
    (void)state;
    double own_ns[5] = {1, 2, 3, 4, 5}, serial_ns[5] = {2, 4, 6, 8, 10};
    double values[5], scratch[5];
    struct mean_ratio found =
        means_of_pairs(&(struct time_pairs){own_ns, serial_ns, 5}, values, scratch);
    assert_near(found.ratio, 2);
    assert_unknown(found.low);
    assert_unknown(
        means_of_pairs(&(struct time_pairs){own_ns, serial_ns, 0}, values, scratch).ratio);
}

static void the_interval_holds_the_true_ratio(void **state)
{
    (void)state;
    enum { TRIALS = 1000 };
    double own_ns[ROUNDS], serial_ns[ROUNDS], values[ROUNDS], scratch[ROUNDS];
    const struct time_pairs pairs = {own_ns, serial_ns, ROUNDS};
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    size_t held = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
        for (size_t i = 0; i < ROUNDS; i++) {
            double drift = exp(gsl_ran_gaussian(random, 0.2)); /* hits both */
            serial_ns[i] = 2 * drift * exp(gsl_ran_gaussian(random, 0.05));
            own_ns[i] = drift * (gsl_rng_uniform(random) < 0.2 ? 3 : 1);
        }
        struct mean_ratio found = means_of_pairs(&pairs, values, scratch);
        double truth = 2 * exp(0.05 * 0.05 / 2) / 1.4;
        held += found.low <= truth && truth <= found.high;
    }
    assert_in_range(held, TRIALS * 93 / 100, TRIALS * 98 / 100);
    gsl_rng_free(random);
}

/* One size of a curve; serial takes 10 ns a job for each unit. */
static struct summary row_of(uint64_t size, double speedup, double mean_speedup, double slow)
{
    return (struct summary){
        .key.work = "squares",
        .key.size = size,
        .key.jobs = 8,
        .key.strategy = "fork",
        .key.workers = 2,
        .key.schedule = "",
        .key.env = "",
        .key.parent_pages = "",
        .key.transport = "",
        .key.bind = "",
        .key.build = "",
        .key.options = "",
        .key.baseline = "",
        .key.python = "",
        .key.start_method = "",
        .key.results = "",
        .temperature = "warm",
        .rounds = ROUNDS,
        .median_ns = 100,
        .p90_ns = 100 * slow,
        .speedup = speedup,
        .speedup_low = 0.98 * speedup,
        .speedup_high = 1.02 * speedup,
        .mean_speedup = mean_speedup,
        .status = "ok",
        .detail = "",
    };
}

/* A fifth of the visits take three times as long: by means, all speedups are divided by 1.4. */
static void where_slow_visits_change_the_answer_it_is_another_story(void **state)
{
    (void)state;
    struct summary rows[SIZES];
    for (size_t i = 0; i < SIZES; i++) {
        double size = pow(2, (double)i), speedup = 2 * size / (size + 4); /* crosses 1 at 4 */
        rows[i] = row_of((uint64_t)size, speedup, speedup / 1.4, 3);
    }
    struct summaries summaries = {rows, SIZES};
    struct means_story story = means_story_of(&summaries, &rows[0].key, "warm");
    assert_true(story.differs);
    assert_near(story.slow, 3);
    assert_true(fabs(story.size / (4 * 2.333) - 1) < 0.05); /* 1.4 = 2 x / (x + 4) */
    rows[SIZES - 1].mean_speedup = 0.9;
    assert_unknown(means_story_of(&summaries, &rows[0].key, "warm").size);
}

static void one_slow_visit_in_sixty_is_no_story(void **state)
{
    (void)state;
    struct summary rows[] = {row_of(1, 0.5, 0.3, 1.1), row_of(2, 1.2, 0.8, 1.1),
                             row_of(4, 1.5, 1.2, 1.1)};
    struct summaries summaries = {rows, COUNT_OF(rows)};
    assert_false(means_story_of(&summaries, &rows[0].key, "warm").differs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ratio_of_means_counts_slow_visits),
        cmocka_unit_test(fewer_than_six_pairs_have_no_interval_and_none_no_ratio),
        cmocka_unit_test(the_interval_holds_the_true_ratio),
        cmocka_unit_test(where_slow_visits_change_the_answer_it_is_another_story),
        cmocka_unit_test(one_slow_visit_in_sixty_is_no_story),
    };
    return cmocka_run_group_tests_name("means", tests, NULL, NULL);
}
