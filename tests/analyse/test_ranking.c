#include "bench/analyse/ranking.h"
#include "tests/samples.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

enum { CPUS = 2, ROUNDS = 12, MOST_SAMPLES = 8 * ROUNDS };

struct made {
    struct sample rows[MOST_SAMPLES];
    size_t count;
};

static struct sample *add(struct made *made, uint64_t round, const char *strategy, double ns)
{
    assert_true(made->count < MOST_SAMPLES);
    struct sample *row = &made->rows[made->count++];
    *row = warm_sample(round, strategy, ns);
    return row;
}

static struct summaries summarise(const struct made *made)
{
    struct error error = {0};
    struct samples samples = {.rows = (struct sample *)made->rows, .count = made->count};
    struct summaries summaries;
    struct visits visits;
    visits_reduce(&samples, &visits, &error);
    speedup_summarise(&visits, CPUS, &summaries, &error);
    assert_no_error(&error);
    visits_free(&visits);
    return summaries;
}

static const struct summary *find(const struct summaries *summaries, const char *strategy)
{
    for (size_t i = 0; i < summaries->count; i++)
        if (text_equal(summaries->rows[i].key.strategy, strategy))
            return &summaries->rows[i];
    stop_test("no row of %s", strategy);
    return NULL;
}

/* One run of three strategies that share serial, which varies by a tenth; the last takes a
 * twentieth longer than the first two. Each varies by 1.5 % of its own. */
static struct summaries draw_run(gsl_rng *random)
{
    static const char *const names[] = {"forkteam", "threadpool", "openmp"};
    struct made made = {0};
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        double drift = exp(gsl_ran_gaussian(random, 0.2));
        add(&made, round, "serial", 1e6 * drift * exp(gsl_ran_gaussian(random, 0.1)));
        for (size_t i = 0; i < COUNT_OF(names); i++)
            add(&made, round, names[i],
                5e5 * (i == 2 ? 1.05 : 1) * drift * exp(gsl_ran_gaussian(random, 0.015)));
    }
    return summarise(&made);
}

static void strategies_that_share_serial_are_told_apart_by_their_own_ratios(void **state)
{
    (void)state;
    enum { TRIALS = 200 };
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    int apart = 0, wrong = 0, overlapping = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
        struct summaries summaries = draw_run(random);
        const struct summary *team = find(&summaries, "forkteam");
        const struct summary *pool = find(&summaries, "threadpool");
        const struct summary *openmp = find(&summaries, "openmp");
        apart += !ranking_is_tied(openmp) && openmp->behind > 1;
        wrong += !ranking_is_tied(team) || !ranking_is_tied(pool);
        overlapping += openmp->speedup_high > fmin(team->speedup_low, pool->speedup_low);
        assert_true(team->behind == 1 || pool->behind == 1 || openmp->behind == 1);
        free(summaries.rows);
    }
    gsl_rng_free(random);
    if (apart < TRIALS * 9 / 10 || wrong > TRIALS / 10 || overlapping < TRIALS * 9 / 10)
        stop_test("of %d: told apart %d, equal ones told apart %d, speedups overlap %d", TRIALS,
                  apart, wrong, overlapping);
}

static void what_was_visited_in_other_rounds_is_compared_by_its_speedups(void **state)
{
    (void)state;
    struct made made = {0};
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        double wobble = 1 + 0.01 * (double)(round % 3);
        add(&made, round, "serial", 1e6);
        add(&made, round, round % 2 ? "forkteam" : "openmp", (round % 2 ? 5e5 : 7e5) * wobble);
    }
    struct summaries summaries = summarise(&made);
    const struct summary *openmp = find(&summaries, "openmp");
    assert_int_equal(openmp->behind_rounds, 0);
    assert_true(fabs(openmp->behind - 1.4) < 0.02);
    assert_false(ranking_is_tied(openmp));
    assert_true(find(&summaries, "forkteam")->behind == 1);
    free(summaries.rows);
}

static void other_worker_counts_and_serial_are_no_rivals(void **state)
{
    (void)state;
    struct made made = {0};
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        add(&made, round, "serial", 1e6);
        add(&made, round, "forkteam", 9e5);
        add(&made, round, "forkpool", 5e5)->key.workers = 4;
        if (round <= 5)
            add(&made, round, "openmp", 4e5); /* has no interval */
    }
    struct summaries summaries = summarise(&made);
    assert_near(find(&summaries, "forkteam")->behind, 1);
    assert_near(find(&summaries, "forkpool")->behind, 1);
    assert_unknown(find(&summaries, "serial")->behind);
    assert_unknown(find(&summaries, "openmp")->behind);
    free(summaries.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strategies_that_share_serial_are_told_apart_by_their_own_ratios),
        cmocka_unit_test(what_was_visited_in_other_rounds_is_compared_by_its_speedups),
        cmocka_unit_test(other_worker_counts_and_serial_are_no_rivals),
    };
    return cmocka_run_group_tests_name("ranking", tests, NULL, NULL);
}
