#include "bench/analyse/crossover/crossover.h"
#include "tests/support.h"

enum { MOST_POINTS = 5 };

/* A curve and what is to be found of it. A job of size n takes n ns; two workers share it. */
struct curve_case {
    const char *name;
    struct {
        double size, low, speedup, high;
    } points[MOST_POINTS];
    size_t count;
    const char *verdict;
    double size, size_low, size_high;
};

static struct crossover_result result_of(const struct curve_case *curve)
{
    struct crossover_point points[MOST_POINTS];
    for (size_t i = 0; i < curve->count; i++)
        points[i] = (struct crossover_point){
            .size = curve->points[i].size,
            .speedup = curve->points[i].speedup,
            .low = curve->points[i].low,
            .high = curve->points[i].high,
            .efficiency = curve->points[i].speedup / 2,
            .job_ns = curve->points[i].size,
        };
    return crossover_of(points, curve->count);
}

static void check_curves(const struct curve_case cases[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct crossover_result result = result_of(&cases[i]);
        if (!text_equal(result.verdict, cases[i].verdict))
            stop_test("%s: %s, not %s", cases[i].name, result.verdict, cases[i].verdict);
        assert_near(result.size, cases[i].size);
        assert_near(result.size_low, cases[i].size_low);
        assert_near(result.size_high, cases[i].size_high);
        assert_near(result.job_ns, cases[i].size); /* 1 ns for each unit of size */
    }
}

static void always_where_the_lower_bound_is_above_one_at_every_size(void **state)
{
    (void)state;
    static const struct curve_case cases[] = {
        {"rising", {{10, 1.1, 1.2, 1.3}, {100, 1.5, 1.6, 1.7}}, 2, "always", 10, NAN, 10},
        {"falling", {{10, 1.8, 1.9, 2}, {100, 1.01, 1.03, 1.05}}, 2, "always", 10, NAN, 10},
        {"one size", {{500, 1.1, 1.2, 1.3}}, 1, "always", 500, NAN, 500},
    };
    check_curves(cases, COUNT_OF(cases));
}

/* Between sizes 10 and 1000 a curve from 1/2 to 2 crosses 1 half way in log-log scale, at 100. So
 * few sizes follow no law: all that is known is the bracket. */
static void at_where_it_stays_above_one_from_some_size_on(void **state)
{
    (void)state;
    static const struct curve_case cases[] = {
        {"bracketed", {{10, 0.25, 0.5, 0.5}, {1000, 2, 2, 4}}, 2, "at", 100, 10, 1000},
        {"the upper bound always above 1",
         {{10, 0.25, 0.5, 1.1}, {1000, 2, 2, 4}},
         2,
         "at",
         100,
         NAN,
         1000},
        {"the median always above 1",
         {{10, 0.5, 1.2, 1.5}, {1000, 2, 2.5, 4}},
         2,
         "at",
         10,
         NAN,
         1000},
        {"between the second and third of four sizes",
         {{1, 0.1, 0.1, 0.1}, {10, 0.5, 0.5, 0.5}, {1000, 2, 2, 2}, {10000, 2, 2, 2}},
         4,
         "at",
         100,
         10,
         1000},
    };
    check_curves(cases, COUNT_OF(cases));
}

static void of_several_crossings_the_last_counts(void **state)
{
    (void)state;
    static const struct curve_case cases[] = {
        {"above, below, above",
         {{1, 2, 2, 2}, {10, 0.5, 0.5, 0.5}, {1000, 2, 2, 2}},
         3,
         "at",
         100,
         10,
         1000},
        {"below, above, below, above",
         {{1, 0.5, 0.5, 0.5}, {4, 2, 2, 2}, {10, 0.5, 0.5, 0.5}, {1000, 2, 2, 2}, {2000, 3, 3, 3}},
         5,
         "at",
         100,
         10,
         1000},
    };
    check_curves(cases, COUNT_OF(cases));
}

static void never_where_the_upper_end_shows_no_gain_at_the_largest_size(void **state)
{
    (void)state;
    static const struct curve_case cases[] = {
        {"below", {{10, 0.1, 0.2, 0.3}, {100, 0.7, 0.8, 0.9}}, 2, "never", NAN, NAN, NAN},
        {"a gain below the least", {{10, 1.001, 1.01, 1.019}}, 1, "never", NAN, NAN, NAN},
        {"one size", {{500, 0.7, 0.8, 0.9}}, 1, "never", NAN, NAN, NAN},
        {"ahead by chance at one size",
         {{10, 0.5, 0.6, 0.7}, {100, 1.01, 1.1, 1.2}, {1000, 0.7, 0.8, 0.9}},
         3,
         "never",
         NAN,
         NAN,
         NAN},
        {"even for less than a decade",
         {{10, 0.1, 0.2, 0.3}, {200, 0.98, 1, 1.01}, {1000, 0.98, 1, 1.01}},
         3,
         "never",
         NAN,
         NAN,
         NAN},
        {"even at last, behind before",
         {{10, 0.1, 0.2, 0.3}, {200, 0.98, 1, 1.01}, {2000, 0.98, 1, 1.01}},
         3,
         "never",
         NAN,
         NAN,
         NAN},
        {"below, perhaps above", {{10, 0.7, 0.9, 1.5}}, 1, "noisy", NAN, NAN, NAN},
        {"slower by its median alone",
         {{10, 0.1, 0.2, 0.3}, {100, 0.22, 0.45, 1.4}},
         2,
         "noisy",
         NAN,
         NAN,
         NAN},
    };
    check_curves(cases, COUNT_OF(cases));
}

static void even_where_it_is_within_3_percent_of_1_over_a_decade(void **state)
{
    (void)state;
    static const struct curve_case cases[] = {
        {"all sizes", {{10, 0.98, 1, 1.01}, {100, 0.97, 0.99, 1.03}}, 2, "even", NAN, NAN, NAN},
        {"a little ahead",
         {{10, 1.01, 1.02, 1.03}, {100, 1, 1.01, 1.029}},
         2,
         "even",
         NAN,
         NAN,
         NAN},
        {"the largest ones, perhaps ahead",
         {{10, 0.1, 0.2, 0.3}, {100, 0.98, 1, 1.03}, {1000, 0.98, 1.01, 1.03}},
         3,
         "even",
         NAN,
         NAN,
         NAN},
        {"less than a decade",
         {{10, 0.98, 1, 1.03}, {99, 0.98, 1, 1.03}},
         2,
         "noisy",
         NAN,
         NAN,
         NAN},
        {"perhaps further off",
         {{10, 0.98, 1, 1.03}, {100, 0.98, 1, 1.04}},
         2,
         "noisy",
         NAN,
         NAN,
         NAN},
        {"a size without an interval",
         {{10, 0.98, 1, 1.03}, {50, NAN, 1, NAN}, {100, 0.98, 1, 1.03}},
         3,
         "noisy",
         NAN,
         NAN,
         NAN},
    };
    check_curves(cases, COUNT_OF(cases));
}

/* A curve of steps, of which no law is known. */
static void between_where_it_is_ahead_in_the_middle_only(void **state)
{
    (void)state;
    static const struct curve_case cases[] = {
        {"one size, beyond doubt",
         {{10, 0.1, 0.2, 0.3}, {100, 1.4, 1.5, 1.6}, {1000, 0.7, 0.8, 0.9}},
         3,
         "between",
         NAN,
         10,
         100},
        {"two neighbours",
         {{10, 0.5, 0.5, 0.5},
          {100, 1.01, 1.1, 1.2},
          {1000, 1.01, 1.1, 1.2},
          {10000, 0.5, 0.5, 0.5}},
         4,
         "between",
         NAN,
         10,
         100},
    };
    struct crossover_result one = result_of(&cases[0]), two = result_of(&cases[1]);
    assert_string_equal(one.verdict, "between");
    assert_near(one.size_low, 10);
    assert_near(one.size_high, 100);
    assert_near(one.until_low, 100);
    assert_near(one.until_high, 1000);
    assert_true(one.until > 100 && one.until < 1000);
    assert_string_equal(two.verdict, "between");
    assert_near(two.size_high, 100);
    assert_near(two.until_low, 1000);
    assert_near(two.until_high, 10000);
}

static void between_may_begin_at_the_smallest_size_and_end_at_a_gain_that_is_none(void **state)
{
    (void)state;
    static const struct curve_case curve = {
        "", {{10, 1.4, 1.5, 1.6}, {100, NAN, 1.2, NAN}, {1000, 0.99, 1.001, 1.01}}, 3, "", 0, 0, 0};
    struct crossover_result result = result_of(&curve);
    assert_string_equal(result.verdict, "between");
    assert_near(result.size, 10);
    assert_unknown(result.size_low);
    assert_near(result.until_low, 10);
    assert_near(result.until_high, 1000);
    assert_near(result.until, 1000);
}

static void a_verdict_is_read_in_one_place(void **state)
{
    (void)state;
    struct crossover open = {.verdict = "at", .size_low = NAN},
                     told = {.verdict = "between", .size_low = 3};
    assert_int_equal(crossover_kind("even"), CROSSOVER_EVEN);
    assert_int_equal(crossover_kind_of(NULL), CROSSOVER_NOISY);
    assert_true(crossover_is_censored(&open) && crossover_stays_ahead(&open));
    assert_false(crossover_is_censored(&told) || crossover_stays_ahead(&told));
}

static void noisy_where_the_interval_does_not_tell(void **state)
{
    (void)state;
    static const struct curve_case cases[] = {
        {"around 1", {{10, 0.5, 0.6, 0.7}, {100, 0.9, 1.2, 1.5}}, 2, "noisy", NAN, NAN, NAN},
        {"exactly 1 is not above", {{10, 1, 1.2, 1.5}}, 1, "noisy", NAN, NAN, NAN},
        {"no interval", {{10, NAN, 0.5, NAN}, {100, NAN, 2, NAN}}, 2, "noisy", NAN, NAN, NAN},
        {"slower, but no interval", {{10, NAN, 0.5, NAN}}, 1, "noisy", NAN, NAN, NAN},
        {"no point", {{10, 2, 2, 2}}, 0, "noisy", NAN, NAN, NAN},
    };
    check_curves(cases, COUNT_OF(cases));
}

static void a_size_without_an_interval_is_never_skipped_over(void **state)
{
    (void)state;
    static const struct curve_case cases[] = {
        {"nothing known below", {{10, NAN, 0.5, NAN}, {1000, 2, 2, 2}}, 2, "noisy", NAN, NAN, NAN},
        {"nothing but its size known below",
         {{10, NAN, NAN, NAN}, {1000, 2, 2, 2}},
         2,
         "noisy",
         NAN,
         NAN,
         NAN},
        {"ahead on both sides",
         {{10, 1.5, 2, 2}, {100, NAN, 2, NAN}, {1000, 2, 2, 2}},
         3,
         "noisy",
         NAN,
         NAN,
         NAN},
        {"unknown between behind and ahead",
         {{1, 0.1, 0.1, 0.1}, {10, NAN, 0.5, NAN}, {1000, 2, 2, 2}},
         3,
         "at",
         100,
         1,
         1000},
        {"went wrong between behind and ahead",
         {{1, 0.1, 0.1, 0.1}, {10, NAN, NAN, NAN}, {1000, 2, 2, 2}},
         3,
         "at",
         1000,
         1,
         1000},
        {"unknown above the crossover",
         {{10, 0.5, 0.5, 0.5}, {1000, 2, 2, 2}, {2000, NAN, 3, NAN}, {4000, 3, 3, 3}},
         4,
         "at",
         100,
         10,
         4000},
        {"unknown below what is behind",
         {{1, NAN, 0.1, NAN}, {10, 0.5, 0.5, 0.5}, {1000, 2, 2, 2}},
         3,
         "at",
         100,
         10,
         1000},
        {"the largest", {{10, 1.5, 2, 2}, {100, NAN, 2, NAN}}, 2, "noisy", NAN, NAN, NAN},
        {"the largest went wrong",
         {{10, 2, 2, 2}, {100, NAN, NAN, NAN}},
         2,
         "noisy",
         NAN,
         NAN,
         NAN},
    };
    check_curves(cases, COUNT_OF(cases));
}

static void where_only_the_serial_time_of_a_size_is_unknown_its_neighbours_tell_it(void **state)
{
    (void)state;
    const struct crossover_point points[] = {{1, 0.1, 0.1, 0.1, 0.05, 3, false},
                                             {50, 0.5, 0.5, 0.5, 0.25, NAN, false},
                                             {10000, 2, 2, 2, 1, 30000, false}};
    struct crossover_result result = crossover_of(points, COUNT_OF(points));
    assert_near(result.job_ns, 3 * result.size);
}

/* ------------------------------------------------------------------------------- finding */

static struct summary cell(const char *strategy, uint64_t size, double speedup)
{
    return (struct summary){
        .key.work = "squares",
        .key.size = size,
        .key.jobs = 8,
        .key.strategy = strategy,
        .key.workers = text_equal(strategy, "serial") ? 1 : 4,
        .key.schedule = "",
        .key.chunk = CSV_UNKNOWN,
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
        .key.spin_ns = CSV_UNKNOWN,
        .temperature = "warm",
        .serial_ns = 8 * 3 * (double)size, /* 3 ns for each unit of size */
        .speedup = speedup,
        .speedup_low = speedup,
        .speedup_high = speedup,
        .efficiency = speedup / 4,
        .status = "ok",
        .detail = "",
    };
}

static struct crossovers find(struct summary rows[], size_t count)
{
    struct error error = {0};
    struct summaries summaries = {rows, count};
    struct crossovers crossovers;
    crossover_find(&summaries, &crossovers, &error);
    assert_no_error(&error);
    return crossovers;
}

static void each_curve_but_serials_has_one_row(void **state)
{
    (void)state;
    struct summary rows[] = {
        cell("fork", 10, 0.5),   cell("fork", 1000, 2),     cell("serial", 10, 1),
        cell("serial", 1000, 1), cell("threads", 10, 1.25), cell("threads", 1000, 2),
    };
    struct crossovers found = find(rows, COUNT_OF(rows));
    assert_int_equal(found.count, 2);
    assert_string_equal(found.rows[0].key.strategy, "fork");
    assert_string_equal(found.rows[0].verdict, "at");
    assert_near(found.rows[0].size, 100);
    assert_near(found.rows[0].job_ns, 300);
    assert_near(found.rows[0].batch_ns, 2400);
    assert_int_equal(found.rows[0].key.jobs, 8);
    assert_int_equal(found.rows[0].key.workers, 4);
    assert_string_equal(found.rows[1].key.strategy, "threads");
    assert_string_equal(found.rows[1].verdict, "always");
    free(found.rows);
}

/* Rounds tell the skew: of the curve, as its sizes have too few each. */
static void skewed_rounds_leave_more_open_on_the_side_without_the_tail(void **state)
{
    (void)state;
    struct summary rows[] = {cell("fork", 10, 0.98), cell("fork", 100, 2), cell("fork", 1000, 2)};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        rows[i].rounds = 10;
    rows[1].log_skew = -0.09; /* 0.03 over the curve: the smallest may be ahead by 1 % */
    struct crossovers found = find(rows, COUNT_OF(rows));
    assert_string_equal(found.rows[0].verdict, "at");
    assert_unknown(found.rows[0].size_low);
    free(found.rows);
    rows[1].log_skew = 0.09;
    found = find(rows, COUNT_OF(rows));
    assert_near(found.rows[0].size_low, 10);
    free(found.rows);
}

static void curves_differ_in_anything_but_size(void **state)
{
    (void)state;
    struct summary rows[6];
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        rows[i] = cell("openmp", 10, 2);
    rows[1].temperature = "cold";
    rows[2].key.env = "A=1";
    rows[3].key.workers = 5;
    rows[4].key.schedule = "static";
    rows[5].key.chunk = 4;
    struct crossovers found = find(rows, COUNT_OF(rows));
    assert_int_equal(found.count, COUNT_OF(rows));
    free(found.rows);
}

/* The verdict of a curve whose row at that place is spoilt. */
static void assert_spoilt(struct summary rows[], size_t count, const char *verdict)
{
    struct crossovers found = find(rows, count);
    assert_int_equal(found.count, 1);
    assert_string_equal(found.rows[0].verdict, verdict);
    free(found.rows);
}

static void of_cells_that_are_not_ok_nothing_is_known(void **state)
{
    (void)state;
    struct summary rows[] = {cell("fork", 10, 0.5), cell("fork", 1000, 2), cell("fork", 10000, 4)};
    rows[2].status = "crashed";
    assert_spoilt(rows, 3, "noisy"); /* the largest */
    rows[2].status = "ok";
    rows[1].status = "timed_out";
    struct crossovers found = find(rows, 3); /* in the middle */
    assert_string_equal(found.rows[0].verdict, "at");
    assert_near(found.rows[0].size_low, 10);
    assert_near(found.rows[0].size_high, 10000);
    free(found.rows);
    rows[1].status = "ok";
    rows[0].status = "wrong";
    assert_spoilt(rows, 3, "noisy"); /* the smallest */
    rows[0].status = "ok";
    rows[0].speedup_low = rows[0].speedup_high = NAN;
    assert_spoilt(rows, 3, "noisy"); /* too few rounds */
}

/* A cell all of whose visits went wrong has one row, at the temperature that was measured first. */
static void a_cell_that_went_wrong_counts_at_both_temperatures(void **state)
{
    (void)state;
    struct summary rows[] = {cell("fork", 10, 2), cell("fork", 1000, NAN), cell("fork", 10, 2)};
    rows[0].temperature = rows[1].temperature = "cold";
    rows[1].status = "crashed";
    struct crossovers found = find(rows, COUNT_OF(rows));
    assert_int_equal(found.count, 2);
    assert_string_equal(found.rows[0].verdict, "noisy");
    assert_string_equal(found.rows[1].temperature, "warm");
    assert_string_equal(found.rows[1].verdict, "noisy");
    free(found.rows);
}

/* Sizes that steering adds may not get their rounds before the budget ends. */
static void an_unfinished_size_among_those_ahead_changes_nothing_while_it_is_ahead(void **state)
{
    (void)state;
    struct summary rows[] = {cell("fork", 10, 2), cell("fork", 100, 2), cell("fork", 1000, 2)};
    rows[1].speedup_low = rows[1].speedup_high = NAN;
    rows[1].rounds = 1;
    assert_spoilt(rows, COUNT_OF(rows), "always");
    rows[1].speedup = 0.9;
    assert_spoilt(rows, COUNT_OF(rows), "noisy");
    rows[1].speedup = 2;
    rows[1].rounds = 5;
    rows[1].disturbed = 2;
    assert_spoilt(rows, COUNT_OF(rows), "noisy"); /* it had its rounds, and lost some */
}

static void a_size_at_which_serial_went_wrong_does_not_count(void **state)
{
    (void)state;
    struct summary rows[] = {cell("fork", 10, 2), cell("fork", 1000, NAN),
                             cell("serial", 1000, NAN), cell("serial", 10, 1)};
    rows[1].status = rows[2].status = "refused";
    rows[2].temperature = "cold";
    assert_spoilt(rows, COUNT_OF(rows), "always");
}

static void curves_without_a_point_have_no_row(void **state)
{
    (void)state;
    struct summary rows[] = {cell("fork", 10, 2), cell("forkpool", 10, NAN), cell("openmp", 0, 2),
                             cell("threads", 10, 2)};
    rows[0].status = "unavailable";
    rows[3].serial_ns = NAN;
    struct crossovers found = find(rows, COUNT_OF(rows));
    assert_int_equal(found.count, 0);
    free(found.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(always_where_the_lower_bound_is_above_one_at_every_size),
        cmocka_unit_test(at_where_it_stays_above_one_from_some_size_on),
        cmocka_unit_test(of_several_crossings_the_last_counts),
        cmocka_unit_test(never_where_the_upper_end_shows_no_gain_at_the_largest_size),
        cmocka_unit_test(even_where_it_is_within_3_percent_of_1_over_a_decade),
        cmocka_unit_test(between_where_it_is_ahead_in_the_middle_only),
        cmocka_unit_test(between_may_begin_at_the_smallest_size_and_end_at_a_gain_that_is_none),
        cmocka_unit_test(a_verdict_is_read_in_one_place),
        cmocka_unit_test(noisy_where_the_interval_does_not_tell),
        cmocka_unit_test(a_size_without_an_interval_is_never_skipped_over),
        cmocka_unit_test(where_only_the_serial_time_of_a_size_is_unknown_its_neighbours_tell_it),
        cmocka_unit_test(each_curve_but_serials_has_one_row),
        cmocka_unit_test(skewed_rounds_leave_more_open_on_the_side_without_the_tail),
        cmocka_unit_test(curves_differ_in_anything_but_size),
        cmocka_unit_test(of_cells_that_are_not_ok_nothing_is_known),
        cmocka_unit_test(a_cell_that_went_wrong_counts_at_both_temperatures),
        cmocka_unit_test(an_unfinished_size_among_those_ahead_changes_nothing_while_it_is_ahead),
        cmocka_unit_test(a_size_at_which_serial_went_wrong_does_not_count),
        cmocka_unit_test(curves_without_a_point_have_no_row),
    };
    return cmocka_run_group_tests_name("crossover", tests, NULL, NULL);
}
