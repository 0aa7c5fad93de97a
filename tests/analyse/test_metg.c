#include "bench/analyse/crossover/metg.h"
#include "tests/support.h"

enum { MOST_POINTS = 5 };

struct metgs {
    double metg50_ns, metg95_ns;
};

/* Job times are 2 ns for each unit of size, so that a size cannot pass for a time. */
static struct metgs metgs_of(const double sizes[], const double efficiencies[], size_t count)
{
    struct crossover_point points[MOST_POINTS];
    for (size_t i = 0; i < count; i++)
        points[i] =
            (struct crossover_point){sizes[i], 2, 2, 2, efficiencies[i], 2 * sizes[i], false};
    return (struct metgs){metg_of(points, count, 0.50).job_ns, metg_of(points, count, 0.95).job_ns};
}

static void metg_is_the_job_time_at_which_the_efficiency_is_reached(void **state)
{
    (void)state;
    /* From 0.25 to 1 at sizes 10 to 1000, 0.5 is half way: size 100. 0.95 is reached at
     * 10 x 100^(log(0.95 / 0.25) / log 4), in R: 843.333628688409. */
    static const double sizes[] = {10, 1000}, efficiencies[] = {0.25, 1};
    struct metgs result = metgs_of(sizes, efficiencies, 2);
    assert_near(result.metg50_ns, 200);
    assert_near(result.metg95_ns, 2 * 843.333628688409);
}

static void metg_of_a_curve_that_starts_efficient_is_its_first_job(void **state)
{
    (void)state;
    static const double sizes[] = {10, 1000}, efficiencies[] = {0.6, 0.97};
    assert_near(metgs_of(sizes, efficiencies, 2).metg50_ns, 20);
}

static void metg_is_unknown_where_the_efficiency_is_never_kept(void **state)
{
    (void)state;
    static const double sizes[] = {10, 100, 1000}, efficiencies[] = {0.2, 0.99, 0.94};
    struct metgs result = metgs_of(sizes, efficiencies, 3);
    assert_unknown(result.metg95_ns);
    assert_true(result.metg50_ns > 20 && result.metg50_ns < 200);
}

static void metg_is_unknown_where_the_size_before_it_is(void **state)
{
    (void)state;
    static const double sizes[] = {10, 100, 1000}, efficiencies[] = {0.2, NAN, 0.99};
    assert_unknown(metgs_of(sizes, efficiencies, 3).metg50_ns);
    assert_unknown(metgs_of(sizes + 1, efficiencies + 1, 2).metg50_ns);
}

static void metg_of_one_size_is_its_job(void **state)
{
    (void)state;
    static const double sizes[] = {70}, efficiencies[] = {0.96};
    assert_near(metgs_of(sizes, efficiencies, 1).metg50_ns, 140);
    assert_near(metgs_of(sizes, efficiencies, 1).metg95_ns, 140);
}

/* Two workers on two CPUs: a speedup of 1 is an efficiency of 0.5. */
static const struct crossover_point ladder[] = {
    {.size = 10, .speedup = 0.5, .low = 0.4, .high = 0.6, .efficiency = 0.25, .job_ns = 20},
    {.size = 100, .speedup = 0.9, .low = 0.7, .high = 1.1, .efficiency = 0.45, .job_ns = 200},
    {.size = 1000, .speedup = 1.6, .low = 1.5, .high = 1.7, .efficiency = 0.80, .job_ns = 2000},
    {.size = 10000, .speedup = 1.92, .low = 1.88, .high = 1.96, .efficiency = 0.96, .job_ns = 2e4},
};

static void the_interval_is_the_bracket_of_sizes_that_surely_are_and_are_not(void **state)
{
    (void)state;
    struct metg metg = metg_of(ladder, COUNT_OF(ladder), 0.50);
    assert_near(metg.low_ns, 20);    /* at size 100 it may run at 0.55 */
    assert_near(metg.high_ns, 2000); /* and at 0.35 */
    assert_true(metg.job_ns > 200 && metg.job_ns < 2000);
    metg = metg_of(ladder, COUNT_OF(ladder), 0.95);
    assert_near(metg.low_ns, 2000);
    assert_unknown(metg.high_ns); /* at no size it surely runs at 0.95 */
    assert_true(isfinite(metg.job_ns));
}

static void where_no_size_is_surely_below_the_interval_is_open(void **state)
{
    (void)state;
    struct metg metg = metg_of(ladder + 1, COUNT_OF(ladder) - 1, 0.50);
    assert_unknown(metg.low_ns);
    assert_near(metg.high_ns, 2000);
}

/* At an efficiency of 0.5 two workers take as long as serial: their time counts twice. */
static void task_bench_counts_the_time_of_all_who_work(void **state)
{
    (void)state;
    struct metg metg = metg_of(ladder, COUNT_OF(ladder), 0.50);
    assert_near(metg.task_bench_ns, 2 * metg.job_ns);
    metg = metg_of(ladder + 2, 2, 0.50); /* efficient at its first size: 2000 ns / 1.6 x 2 */
    assert_near(metg.job_ns, 2000);
    assert_near(metg.task_bench_ns, 2500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metg_is_the_job_time_at_which_the_efficiency_is_reached),
        cmocka_unit_test(metg_of_a_curve_that_starts_efficient_is_its_first_job),
        cmocka_unit_test(metg_is_unknown_where_the_efficiency_is_never_kept),
        cmocka_unit_test(metg_is_unknown_where_the_size_before_it_is),
        cmocka_unit_test(metg_of_one_size_is_its_job),
        cmocka_unit_test(the_interval_is_the_bracket_of_sizes_that_surely_are_and_are_not),
        cmocka_unit_test(where_no_size_is_surely_below_the_interval_is_open),
        cmocka_unit_test(task_bench_counts_the_time_of_all_who_work),
    };
    return cmocka_run_group_tests_name("metg", tests, NULL, NULL);
}
