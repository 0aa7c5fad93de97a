#include "bench/analyse/best.h"
#include "tests/samples.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

enum { CPUS = 2, SIZES = 6, MOST_ROUNDS = 40, MOST_SAMPLES = 2 * SIZES * MOST_ROUNDS };

/* The samples of one curve beside serial's. */
struct made {
    struct sample rows[MOST_SAMPLES];
    size_t count;
};

static void add(struct made *made, uint64_t size, uint64_t round, const char *strategy, double ns)
{
    assert_true(made->count < MOST_SAMPLES);
    made->rows[made->count] = warm_sample(round, strategy, ns);
    made->rows[made->count++].key.size = size;
}

static void add_pair(struct made *made, uint64_t size, uint64_t round, double speedup)
{
    add(made, size, round, "serial", 1e6);
    add(made, size, round, "fork", 1e6 / speedup);
}

/* The fork's row that holds its best speedup; its best_speedup is not known where none does. */
static struct summary best_of(const struct made *made)
{
    struct error error = {0};
    struct samples samples = {.rows = (struct sample *)made->rows, .count = made->count};
    struct visits visits;
    struct summaries summaries;
    struct summary found = {.best_speedup = NAN};
    visits_reduce(&samples, &visits, &error);
    speedup_summarise(&visits, CPUS, &summaries, &error);
    assert_no_error(&error);
    for (size_t i = 0; i < summaries.count; i++)
        if (text_equal(summaries.rows[i].key.strategy, "fork") &&
            isfinite(summaries.rows[i].best_speedup)) {
            assert_unknown(found.best_speedup); /* once a curve */
            found = summaries.rows[i];
        }
    free(summaries.rows);
    visits_free(&visits);
    return found;
}

/* A curve whose truth is known; every round of a size is off by noise. */
struct world {
    const char *name;
    double speedups[SIZES];
    size_t rounds[SIZES];
    double noise;
    bool skewed;
};

static double draw(const struct world *world, gsl_rng *random)
{
    return world->skewed ? M_LN2 * world->noise - gsl_ran_exponential(random, world->noise)
                         : gsl_ran_gaussian(random, world->noise);
}

static struct summary best_in(const struct world *world, gsl_rng *random)
{
    struct made made = {0};
    for (size_t i = 0; i < SIZES; i++)
        for (size_t round = 1; round <= world->rounds[i]; round++)
            add_pair(&made, (uint64_t)pow(10, (double)i + 1), round,
                     world->speedups[i] * exp(draw(world, random)));
    return best_of(&made);
}

static void a_best_speedup_is_right_in_worlds_of_which_it_is_known(void **state)
{
    (void)state;
    enum { TRIALS = 250 };
    static const struct world worlds[] = {
        {"flat", {1.9, 1.9, 1.9, 1.9, 1.9, 1.9}, {6, 6, 6, 6, 6, 6}, 0.1, false},
        {"flat and skewed", {1.9, 1.9, 1.9, 1.9, 1.9, 1.9}, {6, 6, 40, 6, 6, 6}, 0.1, true},
        {"rising", {0.2, 0.8, 1.4, 1.7, 1.85, 1.9}, {6, 6, 40, 6, 6, 6}, 0.1, false},
        {"rising slowly", {1.2, 1.5, 1.7, 1.8, 1.86, 1.9}, {6, 6, 6, 6, 6, 6}, 0.1, false},
        {"peaked", {0.5, 1.5, 1.9, 1.8, 1.6, 1.4}, {6, 6, 40, 6, 6, 6}, 0.1, false},
    };
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    for (size_t i = 0; i < COUNT_OF(worlds); i++) {
        size_t held = 0, beyond = 0;
        double logs = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            struct summary best = best_in(&worlds[i], random);
            logs += log(best.best_speedup / 1.9) / TRIALS;
            held += best.best_low <= 1.9 && best.best_high >= 1.9;
            beyond += best.best_speedup > CPUS && best.best_noise == 0;
        }
        if (fabs(logs) > 0.025 || held < TRIALS * 93 / 100 || beyond > TRIALS * 3 / 100)
            stop_test("%s: off by %+.1f %%, held in %zu of %d, beyond 2 and not noise in %zu",
                      worlds[i].name, 100 * logs, held, TRIALS, beyond);
    }
    gsl_rng_free(random);
}

static void a_size_without_an_interval_is_not_the_best(void **state)
{
    (void)state;
    struct made made = {0};
    for (uint64_t round = 1; round <= 5; round++)
        add_pair(&made, 10, round, 3);
    assert_unknown(best_of(&made).best_speedup);
    for (uint64_t round = 1; round <= 6; round++)
        add_pair(&made, 100, round, 1.5);
    struct summary best = best_of(&made);
    assert_near(best.best_speedup, 1.5);
    assert_int_equal(best.key.size, 100);
    assert_int_equal(best.best_rounds, 6);
    assert_int_equal(best.best_sizes, 1);
}

static void what_is_surely_above_the_parallelism_is_no_noise(void **state)
{
    (void)state;
    struct made made = {0};
    for (uint64_t round = 1; round <= 8; round++)
        add_pair(&made, 10, round, 2.5 + 0.01 * (double)round);
    assert_int_equal(best_of(&made).best_noise, 0);
    made = (struct made){0};
    for (uint64_t round = 1; round <= 8; round++)
        add_pair(&made, 10, round, 1.8 + 0.06 * (double)round);
    assert_true(best_of(&made).best_speedup > 2);
    assert_int_equal(best_of(&made).best_noise, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_best_speedup_is_right_in_worlds_of_which_it_is_known),
        cmocka_unit_test(a_size_without_an_interval_is_not_the_best),
        cmocka_unit_test(what_is_surely_above_the_parallelism_is_no_noise),
    };
    return cmocka_run_group_tests_name("best", tests, NULL, NULL);
}
