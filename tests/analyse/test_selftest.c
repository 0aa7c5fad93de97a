/* What the selftest tells of comparisons whose truth is known. */
#include "bench/analyse/compare/selftest.h"
#include "tests/support.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

enum { ROUNDS = 60, CELLS = 6, ROWS = ROUNDS * CELLS * 2 };

static struct sample visit(uint64_t round, uint64_t size, const char *build, const char *env,
                           double ns)
{
    return (struct sample){
        .round = round,
        .key.work = "squares",
        .key.size = size,
        .key.jobs = 8,
        .key.strategy = "serial",
        .key.workers = 1,
        .key.schedule = "",
        .key.chunk = CSV_UNKNOWN,
        .key.env = env,
        .key.parent_pages = "",
        .key.transport = "",
        .key.bind = "",
        .key.spin_ns = CSV_UNKNOWN,
        .key.build = build,
        .key.options = "",
        .key.baseline = "",
        .key.python = "",
        .key.start_method = "",
        .key.results = "",
        .temperature = "warm",
        .maps = 1,
        .ns_per_map = ns,
        .status = "ok",
        .detail = "",
        .runtime = "",
    };
}

/* A machine whose visits scatter by 2 %; what is new takes `factor` times as long. */
static struct samples measured(struct sample rows[ROWS], const char *env, double factor)
{
    gsl_rng *chance = gsl_rng_alloc(gsl_rng_mt19937);
    struct samples samples = {.rows = rows};
    for (uint64_t round = 1; round <= ROUNDS; round++)
        for (uint64_t size = 1; size <= CELLS; size++)
            for (int new = 0; new < 2; new ++) {
                double ns = 1e6 * (double)size * exp(gsl_ran_gaussian(chance, 0.02));
                rows[samples.count++] =
                    visit(round, size, new ? "new" : "base", env, new ? factor *ns : ns);
            }
    gsl_rng_free(chance);
    return samples;
}

static struct selftest_rate rate_of(const struct samples *samples, const char *env)
{
    struct selftest_rate rate;
    struct error error = {0};
    struct visits visits;
    visits_reduce(samples, &visits, &error);
    selftest_rate(&visits, env, 0.05, 50, 1, &rate, &error);
    assert_no_error(&error);
    visits_free(&visits);
    assert_int_equal(rate.gates, 50);
    return rate;
}

static void the_same_build_raises_no_alarm(void **state)
{
    (void)state;
    struct sample rows[ROWS];
    struct samples samples = measured(rows, "H=0", 1);
    struct selftest_rate rate = rate_of(&samples, "H=0");
    assert_int_equal(rate.rows, 50 * CELLS);
    assert_int_equal(rate.alarmed, 0);
    assert_unknown(rate.change);
}

static void a_slowdown_is_found_and_sized(void **state)
{
    (void)state;
    struct sample rows[ROWS];
    struct samples samples = measured(rows, "H=10", 1.1);
    struct selftest_rate rate = rate_of(&samples, "H=10");
    assert_int_equal(rate.found, 50);
    assert_int_equal(rate.alarmed, 50);
    assert_true(rate.rows_found > 45 * CELLS);
    assert_true(rate.change > 0.09 && rate.change < 0.11);
}

static void what_got_faster_is_an_alarm_but_no_find(void **state)
{
    (void)state;
    struct sample rows[ROWS];
    struct samples samples = measured(rows, "H=0", 0.9);
    struct selftest_rate rate = rate_of(&samples, "H=0");
    assert_int_equal(rate.found, 0);
    assert_int_equal(rate.alarmed, 50);
}

static void cells_of_another_environment_are_not_looked_at(void **state)
{
    (void)state;
    struct sample rows[ROWS];
    struct samples samples = measured(rows, "H=10", 1.1);
    struct selftest_rate rate = rate_of(&samples, "H=0");
    assert_int_equal(rate.rows, 0);
    assert_int_equal(rate.found, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_build_raises_no_alarm),
        cmocka_unit_test(a_slowdown_is_found_and_sized),
        cmocka_unit_test(what_got_faster_is_an_alarm_but_no_find),
        cmocka_unit_test(cells_of_another_environment_are_not_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
