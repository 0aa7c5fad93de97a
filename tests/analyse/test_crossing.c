#include "bench/analyse/crossover/crossing.h"
#include "tests/support.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

enum { SIZES = 7, RUNS = 300 };

typedef double shape(double size);

/* A batch that takes what size 3000 costs, and half of serial's time. */
static double of_a_batch(double size)
{
    return 1 / (0.5 + 1500 / size);
}

/* From 0.3 to 1.8 within a factor of two, through 1 near 3000. */
static double steep(double size)
{
    return 0.3 * pow(6, 1 / (1 + pow(2600 / size, 4)));
}

static double a_power(double size)
{
    return pow(size / 3000, 0.2);
}

/* Decades from 10 on, or a grid that is finer; every interval is the median, give or take. */
static size_t make_points(struct crossover_point points[], size_t count, double least, double step,
                          shape *speedup_of, double error)
{
    for (size_t i = 0; i < count; i++) {
        double size = least * pow(step, (double)i), speedup = speedup_of(size);
        points[i] = (struct crossover_point){
            .size = size,
            .speedup = speedup,
            .low = speedup * exp(-error),
            .high = speedup * exp(error),
            .job_ns = 2 * size,
        };
    }
    return count;
}

static struct crossing reading(double least, double step, shape *speedup_of, double error)
{
    struct crossover_point points[SIZES];
    return crossing_read(points, make_points(points, SIZES, least, step, speedup_of, error));
}

static void a_batch_of_decades_is_read_off_its_law(void **state)
{
    (void)state;
    struct crossing crossing = reading(10, 10, of_a_batch, 0.02);
    assert_false(crossing.bracketed);
    assert_near(crossing.size, 3000);
    assert_true(crossing.low > 2800 && crossing.low < 2990);
    assert_true(crossing.high > 3010 && crossing.high < 3200);
}

static void a_power_of_the_size_is_read_off_its_law(void **state)
{
    (void)state;
    struct crossing crossing = reading(10, 10, a_power, 0.02);
    assert_false(crossing.bracketed);
    assert_near(crossing.size, 3000);
}

/* Each of 2 ns for a unit of size and 4000 ns besides: straight in 1 / time, not in 1 / size. */
static void jobs_that_cost_something_at_size_0_are_read_off_their_time(void **state)
{
    (void)state;
    struct crossover_point points[SIZES];
    make_points(points, SIZES, 10, 10, of_a_batch, 1e-4);
    for (size_t i = 0; i < SIZES; i++) {
        double time = points[i].size + 2000, speedup = 1 / (0.5 + 1500 / time);
        points[i].job_ns = 2 * time;
        points[i].speedup = speedup;
        points[i].low = speedup * exp(-1e-4);
        points[i].high = speedup * exp(1e-4);
    }
    struct crossing crossing = crossing_read(points, SIZES);
    assert_false(crossing.bracketed);
    assert_true(fabs(crossing.low - 1000) < 5 && fabs(crossing.high - 1000) < 5);
}

static void what_follows_no_law_is_bracketed(void **state)
{
    (void)state;
    struct crossing decades = reading(10, 10, steep, 0.02), finer = reading(500, 1.8, steep, 0.02);
    assert_true(decades.bracketed && finer.bracketed);
    assert_near(decades.low, 1000);
    assert_near(decades.high, 10000);
    assert_near(finer.high, 1.8 * finer.low);
    assert_true(finer.low < finer.size && finer.size < finer.high);
}

static void fewer_sizes_than_a_law_is_judged_by_are_bracketed(void **state)
{
    (void)state;
    struct crossover_point points[SIZES];
    make_points(points, 3, 100, 10, of_a_batch, 0.02);
    struct crossing crossing = crossing_read(points, 3);
    assert_true(crossing.bracketed);
    assert_near(crossing.low, 1000);
    assert_near(crossing.high, 10000);
}

/* Where more than one law fits, what each tells is held. */
static void laws_that_cannot_be_told_apart_are_both_held(void **state)
{
    (void)state;
    struct crossing sure = reading(1000, 1.3, of_a_batch, 0.001),
                    vague = reading(1000, 1.3, of_a_batch, 0.1);
    assert_false(vague.bracketed);
    assert_true(vague.low <= sure.low && sure.high <= vague.high);
}

static void what_lies_beside_an_unknown_size_is_never_read_off_a_law(void **state)
{
    (void)state;
    struct crossover_point points[SIZES];
    make_points(points, SIZES, 10, 10, of_a_batch, 0.02);
    for (int lost = 0; lost < 2; lost++) {
        points[2].low = points[2].high = NAN; /* of 1000, its interval, and then all of it */
        points[2].speedup = lost ? NAN : points[2].speedup;
        struct crossing crossing = crossing_read(points, SIZES);
        assert_near(crossing.low, 100);
        assert_near(crossing.high, 10000);
    }
}

static void an_upper_end_that_is_always_above_1_leaves_the_interval_open(void **state)
{
    (void)state;
    assert_unknown(reading(2500, 1.2, of_a_batch, 0.2).low);
    assert_unknown(reading(3000, 4, steep, 0.5).low);
}

/* How often intervals hold the true crossing where each size's median is off by chance. */
static double coverage(double least, double step, shape *speedup_of, double truth, double error)
{
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    unsigned held = 0, told = 0;
    for (unsigned run = 0; run < RUNS; run++) {
        struct crossover_point points[SIZES];
        make_points(points, SIZES, least, step, speedup_of, error);
        for (size_t i = 0; i < SIZES; i++) {
            double off = exp(gsl_ran_gaussian(random, error / 1.96));
            points[i].speedup *= off;
            points[i].low *= off;
            points[i].high *= off;
        }
        if (crossover_above(points, SIZES, CROSSOVER_LOW, 1) == SIZES)
            continue;
        struct crossing crossing = crossing_read(points, SIZES);
        told++;
        held += !(crossing.low > truth) && truth <= crossing.high;
    }
    gsl_rng_free(random);
    return (double)held / told;
}

/* The crossing of a shape, by bisection. */
static double crossing_of(shape *speedup_of)
{
    double low = 1, high = 1e9;
    for (int i = 0; i < 200; i++) {
        double middle = sqrt(low * high);
        *(speedup_of(middle) < 1 ? &low : &high) = middle;
    }
    return low;
}

/* At 12 places of the crossing between two sizes, on decades and on a finer grid. */
static void intervals_hold_the_truth_wherever_it_lies_between_two_sizes(void **state)
{
    (void)state;
    shape *const shapes[] = {of_a_batch, steep, a_power};
    for (size_t i = 0; i < COUNT_OF(shapes); i++)
        for (int place = 0; place < 12; place++)
            for (int fine = 0; fine < 2; fine++) {
                double step = fine ? 1.78 : 10, truth = crossing_of(shapes[i]);
                double least = truth / pow(step, 3 + place / 12.0);
                double held = coverage(least, step, shapes[i], truth, 0.03);
                if (held < 0.93)
                    stop_test("shape %zu, step %g, place %d: %.3f", i, step, place, held);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_of_decades_is_read_off_its_law),
        cmocka_unit_test(a_power_of_the_size_is_read_off_its_law),
        cmocka_unit_test(jobs_that_cost_something_at_size_0_are_read_off_their_time),
        cmocka_unit_test(what_follows_no_law_is_bracketed),
        cmocka_unit_test(fewer_sizes_than_a_law_is_judged_by_are_bracketed),
        cmocka_unit_test(laws_that_cannot_be_told_apart_are_both_held),
        cmocka_unit_test(what_lies_beside_an_unknown_size_is_never_read_off_a_law),
        cmocka_unit_test(an_upper_end_that_is_always_above_1_leaves_the_interval_open),
        cmocka_unit_test(intervals_hold_the_truth_wherever_it_lies_between_two_sizes),
    };
    return cmocka_run_group_tests_name("crossing", tests, NULL, NULL);
}
