#include "bench/analyse/compare.h"
#include "tests/support.h"

/* A cell of strategy fork with this speedup and interval. */
static struct summary cell(double low, double speedup, double high)
{
    return (struct summary){
        .key.work = "squares",
        .key.size = 1000,
        .key.jobs = 8,
        .key.strategy = "fork",
        .key.workers = 4,
        .key.schedule = "",
        .key.chunk = CSV_UNKNOWN,
        .key.env = "",
        .key.parent_pages = "",
        .key.transport = "",
        .key.bind = "",
        .key.build = "",
        .key.spin_ns = CSV_UNKNOWN,
        .temperature = "warm",
        .speedup = speedup,
        .speedup_low = low,
        .speedup_high = high,
        .status = "ok",
        .detail = "",
    };
}

static struct summary broken_cell(const char *status)
{
    struct summary row = cell(NAN, NAN, NAN);
    row.status = status;
    row.detail = "why";
    return row;
}

static struct summary of_size(struct summary row, uint64_t size)
{
    row.key.size = size;
    return row;
}

static struct summary of_strategy(struct summary row, const char *strategy)
{
    row.key.strategy = strategy;
    return row;
}

static struct comparisons compare(struct summary base[], size_t base_count, struct summary new[],
                                  size_t new_count)
{
    struct error error = {0};
    struct summaries left = {base, base_count}, right = {new, new_count};
    struct comparisons comparisons;
    compare_runs(&left, &right, &comparisons, &error);
    assert_no_error(&error);
    return comparisons;
}

/* ------------------------------------------------------------------------------- verdicts */

struct pair_case {
    const char *name;
    struct summary base, new;
    enum comparison_verdict verdict;
    double change;
};

static void check_pairs(struct pair_case cases[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct comparisons comparisons = compare(&cases[i].base, 1, &cases[i].new, 1);
        assert_int_equal(comparisons.count, 1);
        if (comparisons.rows[0].verdict != cases[i].verdict)
            stop_test("%s: verdict %d, not %d", cases[i].name, (int)comparisons.rows[0].verdict,
                      (int)cases[i].verdict);
        assert_near(comparisons.rows[0].change, cases[i].change);
        assert_ptr_equal(comparisons.rows[0].base, &cases[i].base);
        assert_ptr_equal(comparisons.rows[0].new, &cases[i].new);
        free(comparisons.rows);
    }
}

static void worse_where_it_fell_by_more_than_the_threshold(void **state)
{
    (void)state;
    struct pair_case cases[] = {
        {"halved", cell(3.9, 4, 4.1), cell(1.9, 2, 2.1), COMPARED_WORSE, -0.5},
        {"11 %", cell(9.9, 10, 10.1), cell(8.8, 8.9, 9), COMPARED_WORSE, -0.11},
        {"from above 1 to below", cell(1.9, 2, 2.1), cell(0.4, 0.5, 0.6), COMPARED_WORSE, -0.75},
    };
    check_pairs(cases, COUNT_OF(cases));
}

static void better_where_it_rose_by_more_than_the_threshold(void **state)
{
    (void)state;
    struct pair_case cases[] = {
        {"doubled", cell(1.9, 2, 2.1), cell(3.9, 4, 4.1), COMPARED_BETTER, 1},
        {"11 %", cell(9.9, 10, 10.1), cell(11, 11.1, 11.2), COMPARED_BETTER, 0.11},
    };
    check_pairs(cases, COUNT_OF(cases));
}

static void same_where_it_changed_less(void **state)
{
    (void)state;
    struct pair_case cases[] = {
        {"equal", cell(1.9, 2, 2.1), cell(1.9, 2, 2.1), COMPARED_SAME, 0},
        {"9 % down, apart", cell(9.9, 10, 10.1), cell(9, 9.1, 9.2), COMPARED_SAME, -0.09},
        {"9 % up, apart", cell(9.9, 10, 10.1), cell(10.8, 10.9, 11), COMPARED_SAME, 0.09},
        {"exactly 10 % down", cell(10, 10, 10), cell(9, 9, 9), COMPARED_SAME, -0.1},
        {"exactly 10 % up", cell(10, 10, 10), cell(11, 11, 11), COMPARED_SAME, 0.1},
    };
    check_pairs(cases, COUNT_OF(cases));
}

static void same_where_the_intervals_overlap(void **state)
{
    (void)state;
    struct pair_case cases[] = {
        {"down", cell(3, 4, 5), cell(1.5, 2, 3.5), COMPARED_SAME, -0.5},
        {"up", cell(1.5, 2, 3.5), cell(3, 4, 5), COMPARED_SAME, 1},
        {"down, touching", cell(3, 4, 5), cell(1, 2, 3), COMPARED_SAME, -0.5},
        {"up, touching", cell(1, 2, 3), cell(3, 4, 5), COMPARED_SAME, 1},
    };
    check_pairs(cases, COUNT_OF(cases));
}

static void nothing_is_told_where_there_is_no_interval(void **state)
{
    (void)state;
    struct pair_case cases[] = {
        {"on either side", cell(NAN, 4, NAN), cell(NAN, 2, NAN), COMPARED_UNTOLD, NAN},
        {"in the base", cell(NAN, 4, NAN), cell(1.9, 2, 2.1), COMPARED_UNTOLD, NAN},
        {"in the new run", cell(1.9, 2, 2.1), cell(NAN, 4, NAN), COMPARED_UNTOLD, NAN},
    };
    check_pairs(cases, COUNT_OF(cases));
}

static void broken_where_a_good_cell_went_wrong(void **state)
{
    (void)state;
    struct pair_case cases[] = {
        {"crashed", cell(1, 2, 3), broken_cell("crashed"), COMPARED_BROKEN, NAN},
        {"wrong", cell(1, 2, 3), broken_cell("wrong"), COMPARED_BROKEN, NAN},
        {"timed out", cell(1, 2, 3), broken_cell("timed_out"), COMPARED_BROKEN, NAN},
        {"crashed at times", cell(1, 2, 3), cell(1, 2, 3), COMPARED_BROKEN, NAN},
    };
    cases[3].new.status = "crashed";
    check_pairs(cases, COUNT_OF(cases));
}

static void unavailable_is_missing_not_broken(void **state)
{
    (void)state;
    struct pair_case cases[] = {
        {"now", cell(1, 2, 3), broken_cell("unavailable"), COMPARED_MISSING_NEW, NAN},
        {"then", broken_cell("unavailable"), cell(1, 2, 3), COMPARED_MISSING_BASE, NAN},
    };
    check_pairs(cases, COUNT_OF(cases));
}

static void a_cell_without_a_speedup_is_missing(void **state)
{
    (void)state;
    struct pair_case cases[] = {
        {"now", cell(1, 2, 3), cell(NAN, NAN, NAN), COMPARED_MISSING_NEW, NAN},
        {"then", cell(NAN, NAN, NAN), cell(1, 2, 3), COMPARED_MISSING_BASE, NAN},
        {"crashed then", broken_cell("crashed"), cell(1, 2, 3), COMPARED_MISSING_BASE, NAN},
    };
    check_pairs(cases, COUNT_OF(cases));
}

/* ------------------------------------------------------------------------------- rows */

static void cells_are_matched_and_counted(void **state)
{
    (void)state;
    struct summary base[] = {
        of_size(cell(3.9, 4, 4.1), 1), of_size(cell(3.9, 4, 4.1), 2), of_size(cell(3.9, 4, 4.1), 3),
        of_size(cell(3.9, 4, 4.1), 4), of_size(cell(3.9, 4, 4.1), 5),
    };
    struct summary new[] = {
        of_size(cell(1.9, 2, 2.1), 1),      of_size(cell(7.9, 8, 8.1), 3),
        of_size(broken_cell("crashed"), 4), of_size(cell(3.9, 4, 4.1), 5),
        of_size(cell(3.9, 4, 4.1), 6),
    };
    static const enum comparison_verdict verdicts[] = {COMPARED_WORSE,  COMPARED_MISSING_NEW,
                                                       COMPARED_BETTER, COMPARED_BROKEN,
                                                       COMPARED_SAME,   COMPARED_MISSING_BASE};
    struct comparisons comparisons = compare(base, COUNT_OF(base), new, COUNT_OF(new));
    assert_int_equal(comparisons.count, COUNT_OF(verdicts));
    for (size_t i = 0; i < COUNT_OF(verdicts); i++)
        assert_int_equal(comparisons.rows[i].verdict, verdicts[i]);
    assert_int_equal(comparisons.worse, 2); /* the broken one too */
    assert_int_equal(comparisons.better, 1);
    assert_int_equal(comparisons.missing, 2);
    assert_int_equal(comparisons.compared, 4);
    free(comparisons.rows);
}

static void a_missing_cell_has_one_side_only(void **state)
{
    (void)state;
    struct summary only = cell(1, 2, 3);
    struct comparisons comparisons = compare(&only, 1, NULL, 0);
    assert_int_equal(comparisons.rows[0].verdict, COMPARED_MISSING_NEW);
    assert_null(comparisons.rows[0].new);
    assert_unknown(comparisons.rows[0].change);
    free(comparisons.rows);
    comparisons = compare(NULL, 0, &only, 1);
    assert_int_equal(comparisons.rows[0].verdict, COMPARED_MISSING_BASE);
    assert_null(comparisons.rows[0].base);
    free(comparisons.rows);
}

static void check_left_out(struct summary base[], size_t base_count, struct summary new[],
                           size_t new_count)
{
    struct comparisons comparisons = compare(base, base_count, new, new_count);
    assert_int_equal(comparisons.count, 0);
    assert_int_equal(comparisons.compared, 0);
    assert_int_equal(comparisons.missing, 0);
    assert_int_equal(comparisons.worse, 0);
    free(comparisons.rows);
}

static void serial_is_left_out(void **state)
{
    (void)state;
    struct summary base = of_strategy(cell(3.9, 4, 4.1), "serial");
    struct summary new = of_strategy(cell(1.9, 2, 2.1), "serial");
    check_left_out(&base, 1, &new, 1);
    check_left_out(&base, 1, NULL, 0);
    check_left_out(NULL, 0, &new, 1);
}

static void what_was_measured_in_neither_run_is_left_out(void **state)
{
    (void)state;
    struct summary crashed = broken_cell("crashed"), unavailable = broken_cell("unavailable");
    check_left_out(&crashed, 1, &crashed, 1);
    check_left_out(&unavailable, 1, &crashed, 1);
    check_left_out(&unavailable, 1, NULL, 0);
    check_left_out(NULL, 0, &unavailable, 1);
    check_left_out(NULL, 0, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worse_where_it_fell_by_more_than_the_threshold),
        cmocka_unit_test(better_where_it_rose_by_more_than_the_threshold),
        cmocka_unit_test(same_where_it_changed_less),
        cmocka_unit_test(same_where_the_intervals_overlap),
        cmocka_unit_test(nothing_is_told_where_there_is_no_interval),
        cmocka_unit_test(broken_where_a_good_cell_went_wrong),
        cmocka_unit_test(unavailable_is_missing_not_broken),
        cmocka_unit_test(a_cell_without_a_speedup_is_missing),
        cmocka_unit_test(cells_are_matched_and_counted),
        cmocka_unit_test(a_missing_cell_has_one_side_only),
        cmocka_unit_test(serial_is_left_out),
        cmocka_unit_test(what_was_measured_in_neither_run_is_left_out),
    };
    return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
