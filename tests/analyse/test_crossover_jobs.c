/* From how many jobs on a strategy pays: crossovers along the number of jobs. */
#include "bench/analyse/crossover/crossover.h"
#include "tests/support.h"

enum { MOST_POINTS = 40 };

/* A batch of so many jobs of 1 us, started cold, against serial: workers take whole jobs. */
static double speedup_of(uint64_t jobs, uint64_t workers, double start_us)
{
    return (double)jobs / ((double)((jobs + workers - 1) / workers) + start_us);
}

/* The first number of jobs that pays. */
static uint64_t true_crossover(uint64_t workers, double start_us)
{
    uint64_t jobs = 1;
    while (speedup_of(jobs, workers, start_us) <= 1)
        jobs++;
    return jobs;
}

static size_t make_points(const uint64_t jobs[], size_t count, uint64_t workers, double start_us,
                          double share, struct crossover_point points[])
{
    for (size_t i = 0; i < count; i++) {
        double speedup = speedup_of(jobs[i], workers, start_us);
        points[i] = (struct crossover_point){.size = (double)jobs[i],
                                             .speedup = speedup,
                                             .low = speedup / (1 + share),
                                             .high = speedup * (1 + share),
                                             .efficiency = NAN,
                                             .job_ns = 1000 * (double)jobs[i]};
    }
    return count;
}

static void a_crossover_is_a_whole_number_of_jobs_and_its_interval_holds_the_truth(void **state)
{
    (void)state;
    static const uint64_t ladders[][8] = {{1, 2, 4, 8, 16, 32, 64, 128},
                                          {4, 8, 12, 16, 20, 40, 100, 1000},
                                          {1, 3, 7, 9, 27, 81, 243, 729}};
    struct crossover_point points[MOST_POINTS];
    for (uint64_t workers = 2; workers <= 7; workers++)
        for (double start_us = 1.1; start_us < 60; start_us *= 1.3)
            for (size_t i = 0; i < COUNT_OF(ladders); i++) {
                size_t count = make_points(ladders[i], 8, workers, start_us, 0.01, points);
                struct crossover_result found = crossover_of_jobs(points, count, workers);
                double truth = (double)true_crossover(workers, start_us);
                if (crossover_kind(found.verdict) != CROSSOVER_AT)
                    continue; /* ahead at the first, or not at the last */
                bool whole = found.size == floor(found.size) &&
                             found.size_high == floor(found.size_high) &&
                             !(found.size_low != floor(found.size_low) && !isnan(found.size_low));
                if (!whole || found.size_low > truth || found.size_high < truth ||
                    found.size > found.size_high)
                    stop_test("%llu workers, start %g: %g [%g, %g] where %g is true",
                              (unsigned long long)workers, start_us, found.size, found.size_low,
                              found.size_high, truth);
            }
}

static void between_neighbours_the_upper_one_is_the_crossover(void **state)
{
    (void)state;
    static const uint64_t jobs[] = {11, 12, 13, 14, 15, 16};
    struct crossover_point points[MOST_POINTS];
    size_t count = make_points(jobs, COUNT_OF(jobs), 2, 6.5, 0.001, points);
    struct crossover_result found = crossover_of_jobs(points, count, 2);
    assert_string_equal(found.verdict, "at");
    assert_near(found.size, 14);
    assert_near(found.size_low, 13);
    assert_near(found.size_high, 14);
    assert_near(found.job_ns, 14000); /* of the batch */
}

static void where_it_pays_in_between_the_end_is_rounded_down(void **state)
{
    (void)state;
    static const struct crossover_point points[] = {{1, 0.5, 0.5, 0.5, NAN, 1, false},
                                                    {10, 1.5, 1.5, 1.5, NAN, 10, false},
                                                    {20, 1.5, 1.5, 1.5, NAN, 20, false},
                                                    {30, 0.7, 0.7, 0.7, NAN, 30, false},
                                                    {40, 0.6, 0.6, 0.6, NAN, 40, false}};
    struct crossover_result found = crossover_of_jobs(points, COUNT_OF(points), 2);
    assert_string_equal(found.verdict, "between");
    assert_near(found.until_low, 20);
    assert_near(found.until_high, 30);
    assert_near(found.until, floor(found.until));
    assert_true(found.until >= 20 && found.until < 30);
}

/* ------------------------------------------------------------------------------- finding */

static struct summary cell(const char *strategy, uint64_t size, uint64_t jobs, double speedup)
{
    bool serial = text_equal(strategy, "serial");
    return (struct summary){
        .key.work = "squares",
        .key.size = size,
        .key.jobs = jobs,
        .key.strategy = strategy,
        .key.workers = serial ? 1 : 2,
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
        .median_ns = 3 * (double)(size * jobs), /* 3 ns for each unit of size */
        .serial_ns = 3 * (double)(size * jobs),
        .speedup = speedup,
        .speedup_low = speedup,
        .speedup_high = speedup,
        .efficiency = speedup / 2,
        .rounds = 6,
        .status = "ok",
        .detail = "",
    };
}

static struct crossovers find(struct summary rows[], size_t count)
{
    struct error error = {0};
    struct summaries summaries = {rows, count};
    struct crossovers crossovers;
    qsort(rows, count, sizeof *rows, summary_compare);
    crossover_find(&summaries, &crossovers, &error);
    assert_no_error(&error);
    return crossovers;
}

static void three_numbers_of_jobs_have_a_row_behind_those_of_sizes(void **state)
{
    (void)state;
    struct summary rows[] = {
        cell("fork", 100, 1, 0.4),  cell("fork", 100, 2, 0.8),    cell("fork", 100, 3, 1.5),
        cell("serial", 100, 1, 1),  cell("serial", 100, 2, 1),    cell("serial", 100, 3, 1),
        cell("threads", 100, 1, 2), cell("threads", 100, 2, 2.1),
    };
    struct crossovers found = find(rows, COUNT_OF(rows));
    assert_int_equal(found.count, 6); /* five of one size each */
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(crossover_axis(&found.rows[i]), DIMENSION_size);
    const struct crossover *row = &found.rows[5];
    assert_int_equal(crossover_axis(row), DIMENSION_jobs);
    assert_string_equal(row->axis, "jobs");
    assert_string_equal(row->key.strategy, "fork");
    assert_string_equal(row->verdict, "at");
    assert_int_equal(row->key.jobs, 0);
    assert_near(row->size, 100);
    assert_near(row->jobs_at, 3);
    assert_near(row->jobs_low, 2);
    assert_near(row->jobs_high, 3);
    assert_near(crossover_place_of(row).at, 3);
    assert_near(row->batch_ns, 900);
    assert_near(row->job_ns, 300);
    assert_unknown(row->metg50_ns);
    free(found.rows);
}

static void each_size_has_a_curve_of_its_own_and_may_be_0(void **state)
{
    (void)state;
    struct summary rows[] = {
        cell("fork", 0, 1, 0.4), cell("fork", 0, 2, 0.8), cell("fork", 0, 3, 0.9),
        cell("fork", 9, 1, 1.5), cell("fork", 9, 2, 1.6), cell("fork", 9, 3, 1.7),
    };
    for (size_t i = 0; i < 3; i++)
        rows[i].median_ns = rows[i].serial_ns = 10;
    struct crossovers found = find(rows, COUNT_OF(rows));
    assert_int_equal(found.count, 5); /* size 0 is no size of a curve along sizes */
    assert_near(found.rows[3].size, 0);
    assert_string_equal(found.rows[3].verdict, "never");
    assert_near(found.rows[4].size, 9);
    assert_string_equal(found.rows[4].verdict, "always");
    assert_near(found.rows[4].jobs_at, 1);
    free(found.rows);
}

static void a_number_of_jobs_that_went_wrong_is_not_skipped_over(void **state)
{
    (void)state;
    struct summary rows[] = {
        cell("fork", 100, 1, 0.4),
        cell("fork", 100, 2, 0.8),
        cell("fork", 100, 4, 1.2),
        cell("fork", 100, 8, 1.5),
    };
    rows[2].status = "crashed";
    struct crossovers found = find(rows, COUNT_OF(rows));
    const struct crossover *row = &found.rows[found.count - 1];
    assert_near(row->jobs_low, 2);
    assert_near(row->jobs_high, 8);
    free(found.rows);
}

static void rows_of_before_there_was_an_axis_run_along_sizes(void **state)
{
    struct error error = {0};
    struct csv_rows read;
    struct strings strings = {0};
    char *path = scratch_file(
        state, "crossover.csv",
        "work,jobs,strategy,workers,schedule,chunk,env,temperature,verdict,size,size_low,size_high,"
        "job_ns,batch_ns,metg50_ns,metg95_ns,parent_mib,parent_pages,payload_in,payload_out,"
        "transport,bind,spin_ns,idle_ns,neighbours\n"
        "squares,8,fork,2,,,,warm,at,100,90,110,256,2048,,,0,,0,0,,,,0,0\n");
    csv_read_file(path, &crossover_format, &strings, &read, &error);
    assert_no_error(&error);
    struct crossovers found = {read.rows, read.count};
    crossovers_complete(&found);
    assert_string_equal(found.rows[0].axis, "size");
    assert_near(crossover_place_of(&found.rows[0]).high, 110);
    free(read.rows);
    strings_free(&strings);
    free(path);
}

static void a_row_along_jobs_is_read_as_it_was_written_and_another_axis_is_refused(void **state)
{
    struct error error = {0};
    struct csv_rows read;
    struct strings strings = {0};
    struct summary rows[] = {cell("fork", 9, 1, 0.5), cell("fork", 9, 2, 1.6),
                             cell("fork", 9, 3, 1.7)};
    struct crossovers made = find(rows, COUNT_OF(rows));
    char *path = scratch_path(state, "crossover.csv"), text[4096] = "";
    csv_write_file(path, &crossover_format, made.rows, made.count, &error);
    csv_read_file(path, &crossover_format, &strings, &read, &error);
    assert_no_error(&error);
    struct crossovers found = {read.rows, read.count};
    crossovers_complete(&found);
    assert_int_equal(found.count, made.count);
    for (size_t i = 0; i < found.count; i++)
        assert_int_equal(crossover_compare(&found.rows[i], &made.rows[i]), 0);
    assert_near(found.rows[3].jobs_at, 2);
    FILE *file = fopen(path, "r+");
    size_t bytes = fread(text, 1, sizeof text - 1, file);
    char *axis = bytes > 0 ? strstr(text, ",jobs,,,,,0,,0,0\n") : NULL;
    assert_non_null(axis);
    memcpy(axis + 1, "time", 4);
    rewind(file);
    fwrite(text, 1, bytes, file);
    fclose(file);
    struct csv_rows none;
    assert_int_not_equal(csv_read_file(path, &crossover_format, &strings, &none, &error), 0);
    free(read.rows);
    free(made.rows);
    strings_free(&strings);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crossover_is_a_whole_number_of_jobs_and_its_interval_holds_the_truth),
        cmocka_unit_test(between_neighbours_the_upper_one_is_the_crossover),
        cmocka_unit_test(where_it_pays_in_between_the_end_is_rounded_down),
        cmocka_unit_test(three_numbers_of_jobs_have_a_row_behind_those_of_sizes),
        cmocka_unit_test(each_size_has_a_curve_of_its_own_and_may_be_0),
        cmocka_unit_test(a_number_of_jobs_that_went_wrong_is_not_skipped_over),
        cmocka_unit_test(rows_of_before_there_was_an_axis_run_along_sizes),
        cmocka_unit_test(a_row_along_jobs_is_read_as_it_was_written_and_another_axis_is_refused),
    };
    return cmocka_run_group_tests_name("crossover_jobs", tests, scratch_make, scratch_remove);
}
