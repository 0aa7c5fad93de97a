/* Two runs of different days. */
#include "bench/analyse/compare/compare.h"
#include "tests/support.h"

/* A cell of strategy fork with this speedup and interval; its overhead is beside serial's time. */
static struct summary cell(double low, double speedup, double high)
{
    return (struct summary){
        .key.work = "squares",
        .key.size = 1000,
        .key.jobs = 8,
        .key.strategy = "fork",
        .key.workers = 2,
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
        .rounds = 12,
        .median_ns = 1000,
        .low_ns = 990,
        .high_ns = 1010,
        .roundtrip_ns = 100,
        .overhead_ns_per_job = 0,
        .overhead_low_ns_per_job = NAN,
        .overhead_high_ns_per_job = NAN,
        .speedup = speedup,
        .speedup_low = low,
        .speedup_high = high,
        .status = "ok",
        .detail = "",
    };
}

static struct summary troubled(struct summary row, const char *status)
{
    row.status = status;
    row.detail = "why";
    return row;
}

/* A cell whose map takes so many round trips beside 100 of serial work, give or take a share. */
static struct summary with_overhead(double trips, double share)
{
    struct summary row = cell(1, 1, 1);
    row.overhead_ns_per_job = trips * row.roundtrip_ns / 8;
    row.median_ns = (100 + trips) * row.roundtrip_ns;
    row.low_ns = row.median_ns - share * trips * row.roundtrip_ns;
    row.high_ns = row.median_ns + share * trips * row.roundtrip_ns;
    return row;
}

static struct crossover curve(const char *verdict, double low, double size, double high)
{
    bool pays = text_equal(verdict, "at") || text_equal(verdict, "always");
    return (struct crossover){
        .key = cell(1, 1, 1).key,
        .temperature = "warm",
        .verdict = verdict,
        .size = pays ? size : (double)NAN,
        .size_low = low,
        .size_high = high,
        .job_ns = pays ? 10 * size : (double)NAN,
    };
}

static struct comparisons compare(struct compared_run base, struct compared_run new)
{
    struct error error = {0};
    struct comparisons found;
    compare_runs(&base, &new, 0.25, &found, &error);
    assert_no_error(&error);
    return found;
}

static struct compared_run run_of(struct summary *rows, size_t count, struct crossover *curves,
                                  size_t curve_count)
{
    return (struct compared_run){{rows, count}, {curves, curve_count}};
}

static void check_row(const char *name, const struct comparison *row, const char *quantity,
                      const char *verdict, double change)
{
    if (!text_equal(row->verdict, verdict) || !text_equal(row->quantity, quantity))
        stop_test("%s: %s of %s (%s), not %s of %s", name, row->verdict, row->quantity, row->detail,
                  verdict, quantity);
    assert_near(row->change, change);
    assert_unknown(row->p);
    assert_unknown(row->fresh_change);
}

/* ------------------------------------------------------------------------------- speedups */

struct pair_case {
    const char *name;
    struct summary base, new;
    const char *verdict;
    double change;
};

static void check_pairs(struct pair_case cases[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct comparisons found =
            compare(run_of(&cases[i].base, 1, NULL, 0), run_of(&cases[i].new, 1, NULL, 0));
        assert_int_equal(found.count, 1);
        check_row(cases[i].name, found.rows, "speedup", cases[i].verdict, cases[i].change);
        free(found.rows);
    }
}

static void speedups_changed_where_they_differ_by_the_threshold_with_intervals_apart(void **state)
{
    (void)state;
    struct pair_case cases[] = {
        {"halved", cell(3.9, 4, 4.1), cell(1.9, 2, 2.1), "regression", -0.5},
        {"from above 1 to below", cell(1.9, 2, 2.1), cell(0.4, 0.5, 0.6), "regression", -0.75},
        {"doubled", cell(1.9, 2, 2.1), cell(3.9, 4, 4.1), "improvement", 1},
        {"21 % down", cell(9.9, 10, 10.1), cell(7.8, 7.9, 8), "regression", -0.21},
        {"26 % up", cell(9.9, 10, 10.1), cell(12.5, 12.6, 12.7), "improvement", 0.26},
        {"equal", cell(1.9, 2, 2.1), cell(1.9, 2, 2.1), "same", 0},
        {"19 % down, apart", cell(9.9, 10, 10.1), cell(8, 8.1, 8.2), "same", -0.19},
        {"exactly the threshold down", cell(10, 10, 10), cell(8, 8, 8), "same", -0.2},
        {"exactly the threshold up", cell(10, 10, 10), cell(12.5, 12.5, 12.5), "same", 0.25},
        {"halved, overlapping", cell(3, 4, 5), cell(1.5, 2, 3.5), "noisy", -0.5},
        {"halved, touching", cell(3, 4, 5), cell(1, 2, 3), "noisy", -0.5},
        {"equal, but wide", cell(3, 4, 5), cell(3, 4, 5), "noisy", 0},
        {"no interval in the base", cell(NAN, 4, NAN), cell(1.9, 2, 2.1), "noisy", -0.5},
        {"no interval in the new run", cell(1.9, 2, 2.1), cell(NAN, 4, NAN), "noisy", 1},
    };
    check_pairs(cases, COUNT_OF(cases));
}

static void changes_span_from_the_far_ends_of_the_intervals(void **state)
{
    (void)state;
    struct summary base = cell(1.6, 2, 2.5), new = cell(0.8, 1, 1.25);
    base.rounds = 30;
    struct comparisons found = compare(run_of(&base, 1, NULL, 0), run_of(&new, 1, NULL, 0));
    assert_near(found.rows->change_low, 0.8 / 2.5 - 1);
    assert_near(found.rows->change_high, 1.25 / 1.6 - 1);
    assert_near(found.rows->base_low, 1.6);
    assert_near(found.rows->new_high, 1.25);
    assert_int_equal(found.rows->rounds, 12); /* the smaller number */
    assert_near(found.rows->threshold, 0.25);
    free(found.rows);
}

/* Each side reaches 40 % from its median; together they want to be as narrow as the threshold. */
static void noisy_rows_tell_how_many_rounds_they_want(void **state)
{
    (void)state;
    struct summary wide = cell(2 / 1.4, 2, 2 * 1.4), few = cell(NAN, 2, NAN);
    few.rounds = 4;
    struct comparisons found = compare(run_of(&wide, 1, NULL, 0), run_of(&wide, 1, NULL, 0));
    double needed = ceil(12 * 2 * pow(log(1.4) / log(1.25), 2));
    assert_int_equal(found.rows->more_rounds, (uint64_t)needed - 12);
    free(found.rows);
    found = compare(run_of(&few, 1, NULL, 0), run_of(&wide, 1, NULL, 0));
    assert_int_equal(found.rows->more_rounds, 2);
    free(found.rows);
}

/* ------------------------------------------------------------------------------- troubles */

static void what_went_wrong_is_never_passed_over(void **state)
{
    (void)state;
    struct summary good = cell(1, 1, 1), none = cell(NAN, NAN, NAN);
    struct summary crashed = troubled(none, "crashed"), away = troubled(none, "unavailable");
    struct pair_case cases[] = {
        {"crashed", good, crashed, "crashed", NAN},
        {"crashed at times", good, troubled(good, "crashed"), "crashed", NAN},
        {"timed out", good, troubled(none, "timed_out"), "crashed", NAN},
        {"was unavailable, crashes", away, crashed, "crashed", NAN},
        {"unavailable now", good, away, "missing", NAN},
        {"no speedup now", good, none, "missing", NAN},
        {"crashed, is unavailable", crashed, away, "missing", NAN},
        {"unavailable then", away, good, "new", NAN},
        {"crashed then", crashed, good, "new", NAN},
        {"no speedup then", none, good, "new", NAN},
        {"crashed in both", crashed, crashed, "noisy", NAN},
    };
    check_pairs(cases, COUNT_OF(cases));
}

static void check_count(struct summary *base, size_t base_count, struct summary *new,
                        size_t new_count, size_t wanted)
{
    struct comparisons found =
        compare(run_of(base, base_count, NULL, 0), run_of(new, new_count, NULL, 0));
    assert_int_equal(found.count, wanted);
    free(found.rows);
}

static void what_was_measured_in_neither_is_left_out(void **state)
{
    (void)state;
    struct summary away = troubled(cell(NAN, NAN, NAN), "unavailable");
    struct summary serial = cell(1, 1, 1), build = cell(1, 1, 1), none = cell(NAN, NAN, NAN);
    serial.key.strategy = "serial";
    build.key.build = "base";
    check_count(&away, 1, &away, 1, 0);
    check_count(&away, 1, NULL, 0, 0);
    check_count(&none, 1, &none, 1, 0);
    check_count(&serial, 1, &serial, 1, 0);
    check_count(&serial, 1, NULL, 0, 0);
    check_count(&build, 1, &build, 1, 0);
    check_count(NULL, 0, NULL, 0, 0);
}

static void cells_are_matched_in_any_order(void **state)
{
    (void)state;
    struct summary base[4], new[4];
    static const uint64_t base_sizes[] = {3, 1, 5, 2}, new_sizes[] = {4, 5, 1, 3};
    /* Sizes 2 and 4 are of one run alone. */
    static const uint64_t sizes[] = {1, 3, 5};
    static const char *const verdicts[] = {"regression", "same", "same"};
    for (size_t i = 0; i < COUNT_OF(base); i++) {
        base[i] = new[i] = cell(3.9, 4, 4.1);
        base[i].key.size = base_sizes[i];
        if (new_sizes[i] == 1)
            new[i] = cell(1.9, 2, 2.1);
        new[i].key.size = new_sizes[i];
    }
    struct comparisons found = compare(run_of(base, 4, NULL, 0), run_of(new, 4, NULL, 0));
    assert_int_equal(found.count, COUNT_OF(verdicts));
    for (size_t i = 0; i < COUNT_OF(verdicts); i++) {
        assert_int_equal(found.rows[i].key.size, sizes[i]);
        assert_string_equal(found.rows[i].verdict, verdicts[i]);
    }
    free(found.rows);
}

/* ------------------------------------------------------------------------------- overheads */

static void overheads_are_compared_in_round_trips(void **state)
{
    (void)state;
    struct pair_case cases[] = {
        {"equal", with_overhead(200, 0.05), with_overhead(200, 0.05), "same", 0},
        {"one and a half", with_overhead(200, 0.05), with_overhead(300, 0.05), "regression", 0.5},
        {"half", with_overhead(400, 0.05), with_overhead(200, 0.05), "improvement", -0.5},
        {"overlapping", with_overhead(200, 0.3), with_overhead(300, 0.3), "noisy", 0.5},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct comparisons found =
            compare(run_of(&cases[i].base, 1, NULL, 0), run_of(&cases[i].new, 1, NULL, 0));
        assert_int_equal(found.count, 2);
        check_row(cases[i].name, &found.rows[1], "overhead", cases[i].verdict, cases[i].change);
        free(found.rows);
    }
}

/* Another machine's clock and caches cancel out. */
static void an_overhead_is_the_same_on_a_machine_that_is_slower_throughout(void **state)
{
    (void)state;
    struct summary base = with_overhead(200, 0.05), new = base;
    new.roundtrip_ns *= 3;
    new.overhead_ns_per_job *= 3;
    new.median_ns *= 3;
    new.low_ns *= 3;
    new.high_ns *= 3;
    struct comparisons found = compare(run_of(&base, 1, NULL, 0), run_of(&new, 1, NULL, 0));
    check_row("slower", &found.rows[1], "overhead", "same", 0);
    assert_near(found.rows[1].base, 200);
    assert_near(found.rows[1].base_low, 190);
    assert_near(found.rows[1].new_high, 210);
    free(found.rows);
}

static void overheads_that_mean_nothing_are_left_out(void **state)
{
    (void)state;
    struct summary good = with_overhead(200, 0.05), small = with_overhead(99, 0.05);
    struct summary negative = with_overhead(-20, 0.05), no_trip = good, tiny = good;
    no_trip.roundtrip_ns = NAN;
    tiny.roundtrip_ns = 1e9; /* less than one of these */
    struct summary bad[] = {small, negative, no_trip, tiny};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        check_count(&good, 1, &bad[i], 1, 1);
        check_count(&bad[i], 1, &good, 1, 1);
    }
}

/* ------------------------------------------------------------------------------- crossovers */

struct curve_case {
    const char *name;
    struct crossover base, new;
    const char *verdict;
    double change;
};

static void check_curves(struct curve_case cases[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct summary row = cell(1, 1, 1);
        struct comparisons found =
            compare(run_of(&row, 1, &cases[i].base, 1), run_of(&row, 1, &cases[i].new, 1));
        assert_int_equal(found.count, 2);
        check_row(cases[i].name, &found.rows[1], "crossover", cases[i].verdict, cases[i].change);
        assert_true(found.rows[1].key.size == CSV_UNKNOWN);
        free(found.rows);
    }
}

static void crossovers_are_compared_by_their_jobs_in_round_trips(void **state)
{
    (void)state;
    struct curve_case cases[] = {
        {"equal", curve("at", 90, 100, 110), curve("at", 90, 100, 110), "same", 0},
        {"later", curve("at", 90, 100, 110), curve("at", 180, 200, 220), "regression", 1},
        {"earlier", curve("at", 180, 200, 220), curve("at", 90, 100, 110), "improvement", -0.5},
        {"overlapping", curve("at", 50, 100, 190), curve("at", 180, 200, 220), "noisy", 1},
        {"open below, later", curve("at", NAN, 100, 110), curve("at", 180, 200, 220), "regression",
         1},
        {"always, then late", curve("always", NAN, 10, 10), curve("at", 90, 100, 110), "regression",
         9},
        {"late, then always", curve("at", 90, 100, 110), curve("always", NAN, 10, 10),
         "improvement", -0.9},
        {"always, from other sizes", curve("always", NAN, 10, 10), curve("always", NAN, 100, 100),
         "same", 9},
    };
    check_curves(cases, COUNT_OF(cases));
}

static void a_curve_that_paid_and_never_does_now_is_a_regression(void **state)
{
    (void)state;
    struct crossover at = curve("at", 90, 100, 110), always = curve("always", NAN, 10, 10);
    struct crossover never = curve("never", NAN, NAN, NAN), noisy = curve("noisy", NAN, NAN, NAN);
    struct crossover even = curve("even", NAN, NAN, NAN), between = curve("between", 90, 100, 110);
    struct curve_case cases[] = {
        {"at to never", at, never, "regression", NAN},
        {"always to never", always, never, "regression", NAN},
        {"never to at", never, at, "improvement", NAN},
        {"never in both", never, never, "same", NAN},
        {"ahead in the middle alone now", at, between, "regression", NAN},
        {"ahead in the middle now", even, between, "improvement", NAN},
        {"even now", never, even, "same", NAN},
        {"noisy now", at, noisy, "noisy", NAN},
        {"noisy then", noisy, at, "noisy", NAN},
        {"noisy and never", noisy, never, "noisy", NAN},
        {"noisy in both", noisy, noisy, "noisy", NAN},
    };
    check_curves(cases, COUNT_OF(cases));
    struct comparisons found = compare(run_of(NULL, 0, &at, 1), run_of(NULL, 0, &never, 1));
    assert_string_equal(found.rows->detail, "was 'at', is 'never' now");
    free(found.rows);
}

static void a_crossovers_round_trip_is_the_median_of_its_curves(void **state)
{
    (void)state;
    struct summary rows[4];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        rows[i] = cell(1, 1, 1);
        rows[i].key.size = i + 1;
        rows[i].roundtrip_ns = 50 + 50 * (double)i; /* 50, 100, 150 */
    }
    rows[3].temperature = "cold"; /* another curve's */
    rows[3].roundtrip_ns = 1e6;
    struct crossover at = curve("at", 90, 100, 110);
    struct comparisons found = compare(run_of(rows, 4, &at, 1), run_of(rows, 4, &at, 1));
    assert_int_equal(found.count, 5);
    assert_near(found.rows[4].base, 1000.0 / 100);
    assert_near(found.rows[4].base_low, 900.0 / 100);
    assert_near(found.rows[4].new_high, 1100.0 / 100);
    free(found.rows);
}

static void a_crossover_without_a_round_trip_is_told(void **state)
{
    (void)state;
    struct crossover at = curve("at", 90, 100, 110);
    struct comparisons found = compare(run_of(NULL, 0, &at, 1), run_of(NULL, 0, &at, 1));
    check_row("no trip", found.rows, "crossover", "noisy", NAN);
    assert_string_equal(found.rows->detail, "no round trip was measured");
    free(found.rows);
}

static void a_curve_of_one_run_alone_is_missing_or_new(void **state)
{
    (void)state;
    struct crossover at = curve("at", 90, 100, 110), build = at;
    build.key.build = "new";
    struct comparisons found = compare(run_of(NULL, 0, &at, 1), run_of(NULL, 0, &build, 1));
    assert_int_equal(found.count, 1);
    check_row("missing", found.rows, "crossover", "missing", NAN);
    free(found.rows);
    found = compare(run_of(NULL, 0, NULL, 0), run_of(NULL, 0, &at, 1));
    check_row("new", found.rows, "crossover", "new", NAN);
    free(found.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(speedups_changed_where_they_differ_by_the_threshold_with_intervals_apart),
        cmocka_unit_test(changes_span_from_the_far_ends_of_the_intervals),
        cmocka_unit_test(noisy_rows_tell_how_many_rounds_they_want),
        cmocka_unit_test(what_went_wrong_is_never_passed_over),
        cmocka_unit_test(what_was_measured_in_neither_is_left_out),
        cmocka_unit_test(cells_are_matched_in_any_order),
        cmocka_unit_test(overheads_are_compared_in_round_trips),
        cmocka_unit_test(an_overhead_is_the_same_on_a_machine_that_is_slower_throughout),
        cmocka_unit_test(overheads_that_mean_nothing_are_left_out),
        cmocka_unit_test(crossovers_are_compared_by_their_jobs_in_round_trips),
        cmocka_unit_test(a_curve_that_paid_and_never_does_now_is_a_regression),
        cmocka_unit_test(a_crossovers_round_trip_is_the_median_of_its_curves),
        cmocka_unit_test(a_crossover_without_a_round_trip_is_told),
        cmocka_unit_test(a_curve_of_one_run_alone_is_missing_or_new),
    };
    return cmocka_run_group_tests_name("compare_runs", tests, NULL, NULL);
}
