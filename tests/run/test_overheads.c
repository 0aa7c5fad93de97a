/* The floors under the strategies, and the arithmetic of overheads and multiples;
 * tests/cli/steered.sh measures them. */
#include "tests/fixtures.h"

#include "bench/run/overheads.h"

enum { ROUNDS = 9, CPUS = 2, FLOOR_NS = 100, SERIAL_NS = 10 };

static const struct overheads_settings settings = {
    .workers = 2, .cpus = {.usable = CPUS}, .rounds = ROUNDS};

static void open_rows(struct overheads *overheads)
{
    struct error error = {0};
    if (overheads_open(overheads, &settings, &error) != 0)
        stop_test("%s", error.text);
}

/* The row of that strategy with so many workers. */
static struct strategy_overhead *find_row(const struct overheads *overheads, const char *strategy,
                                          uint32_t workers)
{
    for (size_t i = 0; i < overheads->count; i++)
        if (text_equal(overheads->rows[i].cell.strategy->name, strategy) &&
            overheads->rows[i].cell.key.workers == workers)
            return &overheads->rows[i];
    stop_test("no row of %s with %u workers", strategy, workers);
    return NULL;
}

/* Rounds in which the machine becomes slower and slower, floors and all; serial's job takes
 * SERIAL_NS in the first. */
static void fill_rounds(struct overheads *overheads)
{
    for (size_t i = 0; i < ROUNDS; i++) {
        for (int k = FLOOR_NONE + 1; k < FLOOR_COUNT; k++)
            overheads->floors_ns[i][k] = FLOOR_NS * (1 + (double)i);
        overheads->floors_ns[i][FLOOR_NONE] = NAN;
        overheads->rows[0].map_ns[i] = SERIAL_NS * (1 + (double)i);
    }
}

static void fill_row(struct strategy_overhead *row, double map_ns)
{
    for (size_t i = 0; i < ROUNDS; i++) {
        row->map_ns[i] = map_ns * (1 + (double)i);
        row->participations[i] = 0.5;
    }
}

static void only_pools_and_openmp_are_told_of_by_the_region(void **state)
{
    (void)state;
    assert_int_equal(strategy_find("serial")->unit, UNIT_JOB);
    assert_int_equal(strategy_find("fork")->unit, UNIT_JOB);
    assert_int_equal(strategy_find("threads")->unit, UNIT_JOB);
    assert_int_equal(strategy_find("openmp")->unit, UNIT_REGION);
    for (size_t i = 0; i < strategies_count; i++)
        if ((strategies[i]->flags & STRATEGY_IS_POOL) != 0)
            assert_int_equal(strategies[i]->unit, UNIT_REGION);
    assert_string_equal(unit_names[UNIT_JOB], "job");
    assert_string_equal(unit_names[UNIT_REGION], "region");
}

static void every_strategy_but_serial_stands_on_a_floor(void **state)
{
    (void)state;
    for (size_t i = 0; i < strategies_count; i++)
        if (text_equal(strategies[i]->name, "serial"))
            assert_int_equal(strategies[i]->floor, FLOOR_NONE);
        else if (strategies[i]->floor == FLOOR_NONE)
            stop_test("%s has no floor", strategies[i]->name);
}

static void a_job_of_its_own_stands_on_what_makes_it(void **state)
{
    (void)state;
    assert_int_equal(floor_under(strategy_find("fork"), 9, CPUS), FLOOR_FORK);
    assert_int_equal(floor_under(strategy_find("forkserver"), 9, CPUS), FLOOR_FORK);
    assert_int_equal(floor_under(strategy_find("spawn"), 1, CPUS), FLOOR_SPAWN);
    assert_int_equal(floor_under(strategy_find("threads"), 1, CPUS), FLOOR_THREAD);
}

static void a_pool_stands_on_the_round_trip_where_all_can_spin(void **state)
{
    (void)state;
    assert_int_equal(floor_under(strategy_find("threadpool"), 2, CPUS), FLOOR_ROUNDTRIP);
    assert_int_equal(floor_under(strategy_find("threadpool"), 3, CPUS), FLOOR_WAKE);
    assert_int_equal(floor_under(strategy_find("threadpool"), 1, CPUS), FLOOR_NONE);
    assert_int_equal(floor_under(strategy_find("forkpool"), 1, CPUS), FLOOR_ROUNDTRIP);
    assert_int_equal(floor_under(strategy_find("forkpool"), 2, CPUS), FLOOR_WAKE);
    assert_int_equal(floor_under(strategy_find("forkpool"), 1, 1), FLOOR_WAKE);
}

static void a_pool_whose_caller_waits_is_shown_on_both_floors(void **state)
{
    struct overheads overheads;
    size_t peers = 0;
    (void)state;
    for (size_t i = 0; i < strategies_count; i++)
        peers += (strategies[i]->flags & STRATEGY_BY_NAME) != 0;
    open_rows(&overheads);
    assert_string_equal(overheads.rows[0].cell.strategy->name, "serial");
    assert_int_equal(find_row(&overheads, "forkpool", 1)->floor, FLOOR_ROUNDTRIP);
    assert_int_equal(find_row(&overheads, "forkpool", 2)->floor, FLOOR_WAKE);
    assert_int_equal(overheads.count, strategies_count - peers + 1);
    overheads_free(&overheads);
}

/* The settings with peers beside all. */
static void open_named(struct overheads *overheads, const char *names)
{
    struct error error = {0};
    struct words words = {0};
    struct overheads_settings named = settings;
    if (parse_words("--strategies", names, NULL, 0, &words, &error) != 0)
        stop_test("%s", error.text);
    named.strategies = &words;
    if (overheads_open(overheads, &named, &error) != 0)
        stop_test("%s", error.text);
    words_free(&words);
}

static void peers_are_among_the_rows_where_they_are_named(void **state)
{
    struct overheads overheads, all;
    (void)state;
    open_rows(&all);
    open_named(&overheads, "glib");
    assert_int_equal(overheads.count, 2);
    assert_string_equal(overheads.rows[0].cell.strategy->name, "serial");
    assert_string_equal(overheads.rows[1].cell.strategy->name, "glib");
    overheads_free(&overheads);
    open_named(&overheads, "all,mpi-static");
    assert_int_equal(overheads.count, all.count + 1);
    overheads_free(&overheads);
    overheads_free(&all);
}

static void a_job_that_is_a_message_stands_on_the_round_trip_of_messages(void **state)
{
    struct overheads overheads;
    (void)state;
    open_named(&overheads, "mpi,mpi-static");
    fill_rounds(&overheads);
    struct strategy_overhead *mpi = find_row(&overheads, "mpi", 2);
    struct strategy_overhead *shares = find_row(&overheads, "mpi-static", 2);
    assert_int_equal(mpi->cell.key.chunk, 1);
    assert_int_equal(mpi->unit, UNIT_JOB);
    assert_int_equal(shares->unit, UNIT_REGION);
    assert_int_equal(mpi->floor, FLOOR_MPI);
    assert_int_equal(shares->floor, FLOOR_MPI);
    fill_row(mpi, (double)mpi->cell.key.jobs * (SERIAL_NS / 2.0 + 2 * FLOOR_NS));
    fill_row(shares, SERIAL_NS + 3 * FLOOR_NS); /* a job for each of two workers */
    overheads_conclude(&overheads);
    assert_near(mpi->multiple.median, 2);
    assert_near(shares->multiple.median, 3);
    overheads_free(&overheads);
}

static void floors_that_nobody_measures_have_no_row(void **state)
{
    struct overheads overheads;
    struct floor_rows rows;
    struct error error = {0};
    (void)state;
    open_rows(&overheads);
    fill_rounds(&overheads);
    for (size_t i = 0; i < ROUNDS; i++)
        overheads.floors_ns[i][FLOOR_MPI] = overheads.floors_ns[i][FLOOR_FORK] = NAN;
    overheads_conclude(&overheads);
    assert_int_equal(overheads_rows(&overheads, &rows, &error), 0);
    assert_int_equal(rows.count, FLOOR_COUNT - 2 + overheads.count);
    for (size_t i = 0; i < rows.count; i++) {
        assert_string_not_equal(rows.rows[i].floor, "mpi");
        assert_true((rows.rows[i].bytes != CSV_UNKNOWN) ==
                    text_equal(rows.rows[i].floor, "message"));
    }
    free(rows.rows);
    overheads_free(&overheads);
}

static void a_multiple_is_a_ratio_within_rounds(void **state)
{
    struct overheads overheads;
    (void)state;
    open_rows(&overheads);
    fill_rounds(&overheads);
    struct strategy_overhead *fork = find_row(&overheads, "fork", 1);
    fill_row(fork, 210);
    overheads_conclude(&overheads);
    /* The times spread, the ratio does not. */
    assert_near(overheads.floors[FLOOR_FORK].median, 500);
    assert_near(fork->ns.median, 1000);
    assert_true(fork->ns.low < 900 && fork->ns.high > 1100);
    assert_near(fork->multiple.median, 2);
    assert_near(fork->multiple.low, 2);
    assert_near(fork->multiple.high, 2);
    assert_near(fork->participation, 0.5);
    overheads_free(&overheads);
}

static void a_pool_is_told_by_the_region_less_its_share_of_the_jobs(void **state)
{
    struct overheads overheads;
    (void)state;
    open_rows(&overheads);
    fill_rounds(&overheads);
    struct strategy_overhead *pool = find_row(&overheads, "threadpool", 2);
    fill_row(pool, 160); /* two jobs by two workers at once: one serial job is no overhead */
    overheads_conclude(&overheads);
    assert_near(pool->multiple.median, 1.5);
    overheads_free(&overheads);
}

static void rounds_without_a_time_are_left_out(void **state)
{
    struct overheads overheads;
    (void)state;
    open_rows(&overheads);
    fill_rounds(&overheads);
    struct strategy_overhead *fork = find_row(&overheads, "fork", 1);
    struct strategy_overhead *threads = find_row(&overheads, "threads", 1);
    fill_row(fork, 210);
    fill_row(threads, 310);
    fork->map_ns[3] = NAN;
    for (size_t i = 0; i < ROUNDS; i++)
        overheads.floors_ns[i][FLOOR_THREAD] = NAN;
    overheads_conclude(&overheads);
    assert_near(fork->multiple.median, 2);
    assert_unknown(threads->multiple.median);
    assert_near(threads->ns.median, 1500);
    assert_unknown(find_row(&overheads, "spawn", 1)->ns.median);
    overheads_free(&overheads);
}

static void visits_beside_which_the_canary_jumped_are_left_out(void **state)
{
    struct overheads overheads;
    (void)state;
    open_rows(&overheads);
    fill_rounds(&overheads);
    struct strategy_overhead *fork = find_row(&overheads, "fork", 1);
    for (size_t i = 0; i < ROUNDS; i++) {
        overheads.floors_ns[i][FLOOR_ROUNDTRIP] = FLOOR_NS;
        overheads.floors_ns[i][FLOOR_FORK] = FLOOR_NS;
        overheads.rows[0].map_ns[i] = 0;
        fork->map_ns[i] = 200;
        fork->roundtrips_ns[i] = FLOOR_NS;
    }
    fork->map_ns[2] = 2e6;
    fork->roundtrips_ns[2] = 1e5;
    overheads.floors_ns[5][FLOOR_FORK] = 1;
    overheads.floors_ns[5][FLOOR_ROUNDTRIP] = 1e5;
    overheads_conclude(&overheads);
    assert_int_equal(overheads.disturbances.visits, 2 * ROUNDS);
    assert_int_equal(overheads.disturbances.disturbed, 2);
    assert_near(fork->multiple.high, 2);
    assert_near(fork->ns.high, 200);
    assert_near(overheads.floors[FLOOR_FORK].low, FLOOR_NS);
    overheads_free(&overheads);
}

static void rows_of_the_file_hold_what_was_found(void **state)
{
    struct overheads overheads;
    struct floor_rows rows;
    struct error error = {0};
    size_t words = 0;
    (void)state;
    open_rows(&overheads);
    fill_rounds(&overheads);
    fill_row(find_row(&overheads, "fork", 1), SERIAL_NS + 3 * FLOOR_NS);
    overheads.floors_tally.repeated = 2;
    find_row(&overheads, "fork", 1)->tally.repeated = 1;
    overheads_conclude(&overheads);
    assert_int_equal(overheads_rows(&overheads, &rows, &error), 0);
    while (floor_words[words] != NULL)
        words++;
    assert_int_equal(words, FLOOR_COUNT);
    assert_int_equal(rows.count, FLOOR_COUNT - 1 + overheads.count);
    assert_string_equal(rows.rows[0].floor, "roundtrip");
    assert_string_equal(rows.rows[0].strategy, "");
    assert_near(rows.rows[0].ns, FLOOR_NS * 5);
    for (size_t i = 0; i < rows.count; i++) {
        const struct floor_row *row = &rows.rows[i];
        assert_int_equal(row->rounds, ROUNDS);
        if (text_equal(row->strategy, "fork")) {
            assert_string_equal(row->floor, "fork");
            assert_string_equal(row->unit, "job");
            assert_near(row->multiple, 3);
        } else if (text_equal(row->strategy, "threadpool")) {
            assert_string_equal(row->unit, "region");
        }
    }
    assert_int_equal(overheads_repeated(&overheads), 3);
    free(rows.rows);
    overheads_free(&overheads);
}

static void floors_leave_no_child(void **state)
{
    const int nowhere[2] = {-1, -1};
    double ns[FLOOR_COUNT];
    (void)state;
    floors_measure(nowhere, ns);
    assert_unknown(ns[FLOOR_NONE]);
    assert_unknown(ns[FLOOR_ROUNDTRIP]);
    assert_unknown(ns[FLOOR_WAKE]);
    for (int i = FLOOR_FORK; i < FLOOR_FIRST_OF_STRATEGIES; i++)
        if (!(ns[i] > 0))
            stop_test("%s: %g ns", floor_words[i], ns[i]);
    for (int i = FLOOR_FIRST_OF_STRATEGIES; i < FLOOR_COUNT; i++)
        assert_unknown(ns[i]);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_strategy_but_serial_stands_on_a_floor),
        cmocka_unit_test(only_pools_and_openmp_are_told_of_by_the_region),
        cmocka_unit_test(a_job_of_its_own_stands_on_what_makes_it),
        cmocka_unit_test(a_pool_stands_on_the_round_trip_where_all_can_spin),
        cmocka_unit_test(a_pool_whose_caller_waits_is_shown_on_both_floors),
        cmocka_unit_test(peers_are_among_the_rows_where_they_are_named),
        cmocka_unit_test(a_job_that_is_a_message_stands_on_the_round_trip_of_messages),
        cmocka_unit_test(floors_that_nobody_measures_have_no_row),
        cmocka_unit_test(a_multiple_is_a_ratio_within_rounds),
        cmocka_unit_test(a_pool_is_told_by_the_region_less_its_share_of_the_jobs),
        cmocka_unit_test(rounds_without_a_time_are_left_out),
        cmocka_unit_test(visits_beside_which_the_canary_jumped_are_left_out),
        cmocka_unit_test(rows_of_the_file_hold_what_was_found),
        cmocka_unit_test(floors_leave_no_child),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
