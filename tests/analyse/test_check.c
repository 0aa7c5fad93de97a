#include "bench/analyse/threshold/check.h"
#include "bench/data/samples.h"
#include "tests/keys.h"
#include "tests/support.h"

/* One claim, and what was measured of its curve since. Golden file as in test_export.c. */

enum { POINTS = 5, JOBS = 10 };

static const uint64_t sizes[POINTS] = {10, 100, 1000, 10000, 100000};
static const double rising[POINTS] = {0.1, 0.5, 1.5, 1.9, 1.9};

static struct key curve_key(void)
{
    struct key key = full_key();
    key.build = "";
    key.jobs = JOBS;
    return key;
}

static struct threshold claim_of(const char *verdict, double at, double low, double high)
{
    bool known = !isnan(at);
    return (struct threshold){
        .name = "BREAKEVEN_X",
        .key = curve_key(),
        .axis = DIMENSION_size,
        .temperature = "warm",
        .work_path = "",
        .strategy_path = "",
        .verdict = verdict,
        .roundtrip_ns = 100,
        .crossover = at,
        .crossover_low = low,
        .crossover_high = high,
        .from = known                           ? (uint64_t)at
                : text_equal(verdict, "always") ? 0
                                                : THRESHOLD_NEVER,
        .until = THRESHOLD_NEVER,
        .least = 10,
        .most = 100000,
        .places = POINTS,
    };
}

/* What is measured now. */
struct world {
    struct summary rows[POINTS];
    struct key planned[POINTS];
    struct summaries summaries;
    struct crossover crossover;
    struct crossovers crossovers;
    struct check_measured measured;
};

static void make_world(struct world *world, const char *verdict, double at, double low, double high)
{
    *world =
        (struct world){.summaries = {world->rows, POINTS}, .crossovers = {&world->crossover, 1}};
    for (int i = 0; i < POINTS; i++) {
        struct key key = curve_key();
        key.size = sizes[i];
        world->planned[i] = key;
        world->rows[i] = (struct summary){
            .key = key,
            .temperature = "warm",
            .rounds = 20,
            .serial_ns = 100.0 * (double)sizes[i] * JOBS,
            .speedup = rising[i],
            .status = "ok",
            .detail = "",
        };
    }
    world->crossover = (struct crossover){
        .key = curve_key(),
        .temperature = "warm",
        .verdict = verdict,
        .mode_ns = 110,
        .size = at,
        .size_low = low,
        .size_high = high,
        .until = NAN,
        .until_low = NAN,
        .until_high = NAN,
    };
    world->measured = (struct check_measured){
        .summaries = &world->summaries,
        .crossovers = &world->crossovers,
        .planned = world->planned,
        .planned_count = POINTS,
        .objective = THRESHOLD_BY_CROSSOVER,
        .limit = 0.25,
    };
}

static struct check check_in(const struct world *world, struct threshold *claim)
{
    struct thresholds claims = {claim, 1};
    struct checks found;
    struct error error = {0};
    assert_int_equal(check_find(&claims, &world->measured, &found, &error), 0);
    assert_no_error(&error);
    assert_int_equal(found.count, 1);
    struct check row = found.rows[0];
    free(found.rows);
    return row;
}

static struct check check_against(const char *verdict, double at, double low, double high,
                                  struct threshold claim)
{
    struct world world;
    make_world(&world, verdict, at, low, high);
    return check_in(&world, &claim);
}

static void a_crossover_that_is_where_it_was_held(void **state)
{
    (void)state;
    struct check row = check_against("at", 300, 280, 330, claim_of("at", 320, 300, 340));
    assert_string_equal(row.verdict, "held");
    assert_string_equal(row.was, "at");
    assert_string_equal(row.now, "at");
    assert_near(row.was_at, 320);
    assert_near(row.now_at, 300);
}

static void one_that_moved_by_more_than_the_limit_drifted_either_way(void **state)
{
    (void)state;
    struct threshold claim = claim_of("at", 320, 300, 340);
    assert_string_equal(check_against("at", 500, 480, 520, claim).verdict, "drifted");
    assert_string_equal(check_against("at", 200, 190, 210, claim).verdict, "drifted");
    assert_string_equal(check_against("at", 370, 355, 380, claim).verdict, "held");
}

static void what_is_wide_now_cannot_be_told(void **state)
{
    (void)state;
    struct check row = check_against("at", 500, 310, 900, claim_of("at", 320, 300, 340));
    assert_string_equal(row.verdict, "untold");
    assert_contains(row.detail, "its interval now is wide");
    row = check_against("at", 330, 200, 600, claim_of("at", 320, 300, 340));
    assert_string_equal(row.verdict, "untold");
}

static void a_value_is_held_to_be_exact_however_wide_its_interval_was(void **state)
{
    (void)state;
    struct threshold claim = claim_of("at", 320, 100, 9000);
    assert_string_equal(check_against("at", 330, 320, 340, claim).verdict, "held");
    assert_string_equal(check_against("at", 700, 650, 750, claim).verdict, "drifted");
}

static void what_drifted_in_another_mode_of_the_host_cannot_be_told(void **state)
{
    struct world world;
    struct threshold claim = claim_of("at", 320, 300, 340);
    (void)state;
    make_world(&world, "at", 500, 480, 520);
    world.crossover.mode_ns = 400;
    world.measured.same_model = true;
    struct check row = check_in(&world, &claim);
    assert_string_equal(row.verdict, "untold");
    assert_contains(row.detail, "another mode");
    world.measured.same_model = false;
    assert_string_equal(check_in(&world, &claim).verdict, "drifted");
    world.measured.same_model = true;
    world.crossover.mode_ns = NAN;
    assert_string_equal(check_in(&world, &claim).verdict, "drifted");
    make_world(&world, "at", 330, 320, 340);
    world.crossover.mode_ns = 400;
    world.measured.same_model = true;
    assert_string_equal(check_in(&world, &claim).verdict, "held");
}

static void what_is_noisy_cannot_be_told(void **state)
{
    (void)state;
    struct check row = check_against("noisy", NAN, NAN, NAN, claim_of("at", 320, 300, 340));
    assert_string_equal(row.verdict, "untold");
    assert_contains(row.detail, "too noisy now");
    row = check_against("at", 320, 300, 340, claim_of("noisy", NAN, NAN, NAN));
    assert_string_equal(row.verdict, "untold");
    assert_contains(row.detail, "too noisy when it was exported");
    assert_int_equal(row.threshold, CSV_UNKNOWN);
}

static void always_and_never_are_beyond_what_was_measured(void **state)
{
    (void)state;
    const double no = NAN;
    struct threshold always = claim_of("always", NAN, NAN, NAN),
                     never = claim_of("never", NAN, NAN, NAN), at = claim_of("at", 320, 300, 340),
                     near_end = claim_of("at", 90000, 85000, 95000);
    assert_string_equal(check_against("always", 10, no, 10, always).verdict, "held");
    assert_string_equal(check_against("never", no, no, no, never).verdict, "held");
    assert_string_equal(check_against("even", no, no, no, never).verdict, "held");
    assert_string_equal(check_against("never", no, no, no, at).verdict, "drifted");
    assert_string_equal(check_against("at", 320, 300, 340, never).verdict, "drifted");
    assert_string_equal(check_against("always", 10, no, 10, at).verdict, "drifted");
    assert_string_equal(check_against("at", 320, 300, 340, always).verdict, "drifted");
    assert_string_equal(check_against("never", no, no, no, near_end).verdict, "untold");
}

static void a_range_must_hold_at_both_ends(void **state)
{
    struct world world;
    struct threshold range = claim_of("between", 320, 300, 340), at = claim_of("at", 320, 300, 340);
    (void)state;
    range.until = 50000;
    range.until_low = 45000;
    range.until_high = 55000;
    make_world(&world, "between", 310, 300, 330);
    world.crossover.until = 52000;
    world.crossover.until_low = 47000;
    world.crossover.until_high = 56000;
    assert_string_equal(check_in(&world, &range).verdict, "held");
    assert_string_equal(check_in(&world, &at).verdict, "drifted");
    world.crossover.until = 20000;
    world.crossover.until_low = 18000;
    world.crossover.until_high = 22000;
    assert_string_equal(check_in(&world, &range).verdict, "drifted");
    make_world(&world, "at", 310, 300, 330);
    assert_string_equal(check_in(&world, &range).verdict, "drifted");
}

static void costs_are_of_the_old_value_over_the_planned_sizes(void **state)
{
    struct world world;
    struct threshold claim = claim_of("at", 5000, 4800, 5200);
    (void)state;
    make_world(&world, "at", 320, 300, 340);
    struct check row = check_in(&world, &claim);
    /* Size 1000 runs serially by the old value, which takes 1.5 times as long. */
    assert_int_equal(row.places, POINTS);
    assert_near(row.mean_cost, 0.5 / POINTS);
    assert_near(row.worst_cost, 0.5);
    assert_int_equal(row.worst_at, 1000);
    assert_near(row.now_mean_cost, 0);
    world.planned[2].size = 1001; /* 1000 was added by steering */
    row = check_in(&world, &claim);
    assert_int_equal(row.places, POINTS - 1);
    assert_near(row.mean_cost, 0);
}

static void of_what_went_wrong_the_reason_is_told(void **state)
{
    struct world world;
    struct threshold claim = claim_of("at", 5000, 4800, 5200);
    (void)state;
    make_world(&world, "at", 320, 300, 340);
    world.crossovers.count = 0;
    for (int i = 0; i < POINTS; i++) {
        world.rows[i].status = "unavailable";
        world.rows[i].detail = "no such library";
    }
    struct check row = check_in(&world, &claim);
    assert_string_equal(row.verdict, "untold");
    assert_string_equal(row.detail, "no such library");
    world.summaries.count = 0;
    assert_string_equal(check_in(&world, &claim).detail, "it was not measured");
}

/* ------------------------------------------------------------------------------- places */

static void places_reach_ten_times_to_either_side_and_not_beyond_what_was_measured(void **state)
{
    uint64_t places[CHECK_MOST_PLACES];
    struct threshold claim = claim_of("at", 1000, 900, 1100);
    struct thresholds claims = {&claim, 1};
    (void)state;
    size_t count = check_places(&claims, "squares", DIMENSION_size, places);
    assert_int_equal(count, 9);
    assert_int_equal(places[0], 100);
    assert_int_equal(places[count - 1], 10000);
    for (size_t i = 1; i < count; i++)
        assert_true(places[i] > places[i - 1]);
    claim.most = 2000;
    count = check_places(&claims, "squares", DIMENSION_size, places);
    assert_int_equal(places[count - 1], 2000);
    claim = claim_of("never", NAN, NAN, NAN);
    count = check_places(&claims, "squares", DIMENSION_size, places);
    assert_int_equal(places[0], 10000);
    assert_int_equal(places[count - 1], 100000);
    claim = claim_of("always", NAN, NAN, NAN);
    count = check_places(&claims, "squares", DIMENSION_size, places);
    assert_int_equal(places[0], 10);
    assert_int_equal(places[count - 1], 100);
}

static void claims_of_one_work_share_their_places_so_that_they_share_serial(void **state)
{
    uint64_t places[CHECK_MOST_PLACES];
    struct threshold rows[] = {claim_of("at", 200, 190, 210), claim_of("at", 5000, 4900, 5100),
                               claim_of("noisy", NAN, NAN, NAN), claim_of("at", 300, 290, 310)};
    struct thresholds claims = {rows, COUNT_OF(rows)};
    (void)state;
    rows[3].key.work = "mmap";
    size_t count = check_places(&claims, "squares", DIMENSION_size, places);
    assert_int_equal(places[0], 20);
    assert_int_equal(places[count - 1], 50000);
    assert_true(count <= CHECK_MOST_PLACES);
    assert_int_equal(check_places(&claims, "squares", DIMENSION_jobs, places), 0);
    assert_int_equal(check_places(&claims, "stream", DIMENSION_size, places), 0);
}

static void a_claim_that_was_read_can_hold_any_number(void **state)
{
    uint64_t places[CHECK_MOST_PLACES];
    struct threshold claim = claim_of("at", NAN, NAN, NAN);
    struct thresholds claims = {&claim, 1};
    (void)state;
    assert_true(check_places(&claims, "squares", DIMENSION_size, places) <= CHECK_MOST_PLACES);
    claim = claim_of("never", NAN, NAN, NAN);
    claim.least = 0;
    claim.most = INT64_MAX;
    size_t count = check_places(&claims, "squares", DIMENSION_size, places);
    for (size_t i = 0; i < count; i++)
        assert_true(places[i] <= UINT64_C(1) << 62);
    claim.most = 0;
    assert_int_equal(check_places(&claims, "squares", DIMENSION_size, places), 1);
}

/* ------------------------------------------------------------------------------- the file */

static void the_file_is_as_in_its_golden_file(void **state)
{
    struct world world;
    struct threshold rows[] = {claim_of("at", 320, 300, 340), claim_of("at", 5000, 4800, 5200),
                               claim_of("never", NAN, NAN, NAN)};
    struct thresholds claims = {rows, COUNT_OF(rows)};
    struct checks found;
    struct error error = {0};
    char *text = NULL;
    size_t bytes;
    (void)state;
    make_world(&world, "at", 300, 280, 330);
    assert_int_equal(check_find(&claims, &world.measured, &found, &error), 0);
    FILE *file = open_memstream(&text, &bytes);
    csv_write_header(file, &check_format);
    for (size_t i = 0; i < found.count; i++)
        csv_write_row(file, &check_format, &found.rows[i]);
    fclose(file);
    if (getenv("BREAKEVEN_UPDATE_GOLDEN") != NULL)
        file_write("tests/golden/check.csv", text, strlen(text));
    char *wanted = file_read("tests/golden/check.csv");
    assert_string_equal(text, wanted);
    free(wanted);
    free(text);
    free(found.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crossover_that_is_where_it_was_held),
        cmocka_unit_test(one_that_moved_by_more_than_the_limit_drifted_either_way),
        cmocka_unit_test(what_is_wide_now_cannot_be_told),
        cmocka_unit_test(a_value_is_held_to_be_exact_however_wide_its_interval_was),
        cmocka_unit_test(what_drifted_in_another_mode_of_the_host_cannot_be_told),
        cmocka_unit_test(what_is_noisy_cannot_be_told),
        cmocka_unit_test(always_and_never_are_beyond_what_was_measured),
        cmocka_unit_test(a_range_must_hold_at_both_ends),
        cmocka_unit_test(costs_are_of_the_old_value_over_the_planned_sizes),
        cmocka_unit_test(of_what_went_wrong_the_reason_is_told),
        cmocka_unit_test(places_reach_ten_times_to_either_side_and_not_beyond_what_was_measured),
        cmocka_unit_test(claims_of_one_work_share_their_places_so_that_they_share_serial),
        cmocka_unit_test(a_claim_that_was_read_can_hold_any_number),
        cmocka_unit_test(the_file_is_as_in_its_golden_file),
    };
    return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
