#include "bench/analyse/speedup.h"
#include "tests/samples.h"

enum { CPUS = 2, JOBS = 10, MOST_SAMPLES = 64 };

/* Made-up samples; nothing is kept but the rows. */
struct made {
    struct sample rows[MOST_SAMPLES];
    size_t count;
};

static bool is_serial(const char *strategy)
{
    return text_equal(strategy, "serial");
}

/* Appends a warm reading of one map; the test changes what it is about. */
static struct sample *add(struct made *made, uint64_t round, const char *strategy, double ns)
{
    assert_true(made->count < MOST_SAMPLES);
    struct sample *row = &made->rows[made->count++];
    *row = warm_sample(round, strategy, ns);
    row->key.jobs = JOBS;
    row->key.workers = is_serial(strategy) ? 1 : 4;
    return row;
}

static void add_trouble(struct made *made, uint64_t round, const char *strategy, const char *status,
                        const char *detail)
{
    struct sample *row = add(made, round, strategy, NAN);
    row->temperature = "cold";
    row->status = status;
    row->detail = detail;
}

static struct summaries summarise(struct made *made, uint32_t cpus)
{
    struct error error = {0};
    struct samples samples = {.rows = made->rows, .count = made->count};
    struct summaries summaries;
    struct visits visits;
    visits_reduce(&samples, &visits, &error);
    speedup_summarise(&visits, cpus, &summaries, &error);
    assert_no_error(&error);
    visits_free(&visits);
    return summaries;
}

/* The only row with that strategy, env and temperature. */
static const struct summary *find(const struct summaries *summaries, const char *strategy,
                                  const char *env, const char *temperature)
{
    const struct summary *found = NULL;
    for (size_t i = 0; i < summaries->count; i++) {
        const struct summary *row = &summaries->rows[i];
        if (!text_equal(row->key.strategy, strategy) || !text_equal(row->key.env, env) ||
            !text_equal(row->temperature, temperature))
            continue;
        assert_null(found);
        found = row;
    }
    if (found == NULL)
        stop_test("no row of %s '%s' %s", strategy, env, temperature);
    return found;
}

static const struct summary *find_warm(const struct summaries *summaries, const char *strategy)
{
    return find(summaries, strategy, "", "warm");
}

/* ------------------------------------------------------------------------------- environments */

/* Each environment has a serial of its own; across environments a cell is compared with itself. */
static void environments_are_compared_with_the_first_by_name(void **state)
{
    (void)state;
    struct made made = {0};
    for (uint64_t round = 1; round <= 7; round++) {
        double drift = (double)round;
        add(&made, round, "fork", 300 * drift)->key.env = "B=";
        add(&made, round, "fork", 600 * drift)->key.env = "A=1";
        add(&made, round, "serial", 500 * drift)->key.env = "A=1";
        add(&made, round, "serial", 250 * drift)->key.env = "B=";
    }
    struct summaries summaries = summarise(&made, CPUS);
    const struct summary *first = find(&summaries, "fork", "A=1", "warm");
    const struct summary *second = find(&summaries, "fork", "B=", "warm");
    assert_unknown(first->env_speedup);
    assert_near(second->env_speedup, 2);
    assert_near(second->env_speedup_low, 2);
    assert_near(second->env_speedup_high, 2);
    assert_near(second->speedup, 250.0 / 300);
    assert_near(find(&summaries, "serial", "B=", "warm")->env_speedup, 2);
    free(summaries.rows);
}

/* ------------------------------------------------------------------------------- disturbances */

static void disturbed_visits_are_left_out_and_counted(void **state)
{
    (void)state;
    struct made made = {0};
    for (uint64_t round = 1; round <= 7; round++) {
        add(&made, round, "serial", 1000);
        struct sample *row = add(&made, round, "fork", round == 3 ? 9000 : 500);
        row->disturbed = round == 3;
    }
    struct summaries summaries = summarise(&made, CPUS);
    const struct summary *row = find_warm(&summaries, "fork");
    assert_int_equal(row->rounds, 6);
    assert_int_equal(row->disturbed, 1);
    assert_near(row->high_ns, 500);
    assert_int_equal(find_warm(&summaries, "serial")->disturbed, 0);
    free(summaries.rows);
}

/* ------------------------------------------------------------------------------- pairing */

static void drift_that_hits_both_sides_cancels(void **state)
{
    (void)state;
    struct made made = {0};
    for (uint64_t round = 1; round <= 7; round++) { /* the machine gets slower and slower */
        add(&made, round, "serial", 1000.0 * (double)round);
        add(&made, round, "fork", 400.0 * (double)round);
    }
    struct summaries summaries = summarise(&made, CPUS);
    const struct summary *row = find_warm(&summaries, "fork");
    assert_near(row->speedup, 2.5);
    assert_near(row->speedup_low, 2.5);
    assert_near(row->speedup_high, 2.5);
    assert_near(row->median_ns, 1600);
    assert_near(row->low_ns, 400 + 400 * 11.0 / 15); /* of seven, 11/15 of the way to the second */
    assert_near(row->high_ns, 2800 - 400 * 11.0 / 15);
    free(summaries.rows);
}

static void only_rounds_with_both_sides_are_paired(void **state)
{
    (void)state;
    struct made made = {0};
    for (uint64_t round = 1; round <= 7; round++)
        add(&made, round, "serial", 1000.0 * (double)round);
    for (uint64_t round = 3; round <= 9; round += 2) /* in 9 there is no serial */
        add(&made, round, "fork", 500.0 * (double)round);
    struct summaries summaries = summarise(&made, CPUS);
    const struct summary *row = find_warm(&summaries, "fork");
    assert_int_equal(row->rounds, 4);
    assert_near(row->median_ns, 3000); /* of 1500, 2500, 3500, 4500 */
    assert_near(row->serial_ns, 5000); /* of 3000, 5000, 7000 */
    assert_near(row->speedup, 2);
    free(summaries.rows);
}

static void speedup_is_the_median_of_ratios_not_the_ratio_of_medians(void **state)
{
    (void)state;
    static const double serial[] = {100, 200, 900}, fork[] = {100, 50, 300}; /* 1, 4, 3 */
    struct made made = {0};
    for (uint64_t round = 0; round < 3; round++) {
        add(&made, round + 1, "serial", serial[round]);
        add(&made, round + 1, "fork", fork[round]);
    }
    struct summaries summaries = summarise(&made, CPUS);
    const struct summary *row = find_warm(&summaries, "fork");
    assert_near(row->speedup, 3);
    assert_near(row->serial_ns / row->median_ns, 2);
    free(summaries.rows);
}

static void each_env_is_paired_with_its_own_serial(void **state)
{
    (void)state;
    struct made made = {0};
    add(&made, 1, "serial", 1000)->key.env = "A=1";
    add(&made, 1, "serial", 3000)->key.env = "A=2";
    add(&made, 1, "fork", 500)->key.env = "A=1";
    add(&made, 1, "fork", 500)->key.env = "A=2";
    struct summaries summaries = summarise(&made, CPUS);
    assert_near(find(&summaries, "fork", "A=1", "warm")->speedup, 2);
    assert_near(find(&summaries, "fork", "A=2", "warm")->speedup, 6);
    free(summaries.rows);
}

static void cold_is_paired_with_cold(void **state)
{
    (void)state;
    struct made made = {0};
    add(&made, 1, "serial", 1000);
    add(&made, 1, "serial", 1200)->temperature = "cold";
    add(&made, 1, "fork", 500);
    add(&made, 1, "fork", 2400)->temperature = "cold";
    struct summaries summaries = summarise(&made, CPUS);
    assert_near(find(&summaries, "fork", "", "warm")->speedup, 2);
    assert_near(find(&summaries, "fork", "", "cold")->speedup, 0.5);
    free(summaries.rows);
}

static void other_batches_are_not_paired(void **state)
{
    (void)state;
    struct made made = {0};
    add(&made, 1, "serial", 1000)->key.size = 999;
    add(&made, 1, "serial", 1000)->key.jobs = JOBS + 1;
    add(&made, 1, "serial", 1000)->key.work = "stream";
    add(&made, 1, "fork", 500);
    struct summaries summaries = summarise(&made, CPUS);
    assert_unknown(find_warm(&summaries, "fork")->speedup);
    free(summaries.rows);
}

static void without_serial_nothing_relative_is_known(void **state)
{
    (void)state;
    struct made made = {0};
    for (uint64_t round = 1; round <= 7; round++)
        add(&made, round, "fork", 500);
    struct summaries summaries = summarise(&made, CPUS);
    const struct summary *row = find_warm(&summaries, "fork");
    assert_near(row->median_ns, 500);
    assert_near(row->low_ns, 500);
    assert_unknown(row->serial_ns);
    assert_unknown(row->speedup);
    assert_unknown(row->speedup_low);
    assert_unknown(row->speedup_high);
    assert_unknown(row->efficiency);
    assert_unknown(row->overhead_ns_per_job);
    assert_string_equal(row->status, "ok");
    free(summaries.rows);
}

static void serial_is_as_fast_as_itself(void **state)
{
    (void)state;
    struct made made = {0};
    for (uint64_t round = 1; round <= 6; round++)
        add(&made, round, "serial", 1000.0 * (double)round);
    struct summaries summaries = summarise(&made, CPUS);
    const struct summary *row = find_warm(&summaries, "serial");
    assert_near(row->speedup_low, 1);
    assert_near(row->speedup_high, 1);
    assert_near(row->efficiency, 1);
    assert_near(row->overhead_ns_per_job, 0);
    free(summaries.rows);
}

/* ------------------------------------------------------------------------------- reducing */

static void a_visit_counts_with_the_median_of_its_readings(void **state)
{
    (void)state;
    static const double ns[] = {700, 90000, 500, 600, 100}; /* 600 */
    struct made made = {0};
    add(&made, 1, "serial", 1200);
    for (uint64_t reading = 0; reading < COUNT_OF(ns); reading++)
        add(&made, 1, "fork", ns[reading])->reading = reading;
    struct summaries summaries = summarise(&made, CPUS);
    const struct summary *row = find_warm(&summaries, "fork");
    assert_near(row->median_ns, 600);
    assert_near(row->speedup, 2);
    assert_int_equal(row->rounds, 1);
    assert_int_equal(row->readings, 5);
    free(summaries.rows);
}

static void of_a_visit_the_readings_count_of_which_something_is_known(void **state)
{
    const double shares[] = {1, NAN, 0.5, 1, NAN};
    (void)state;
    for (size_t first = 0; first < COUNT_OF(shares); first++) { /* in whatever order */
        struct made made = {0};
        for (size_t i = 0; i < COUNT_OF(shares); i++) {
            struct sample *row = add(&made, 1, "fork", 400);
            row->reading = i;
            row->participation = shares[(first + i) % COUNT_OF(shares)];
            row->user_ns = row->sys_ns = 100 * row->participation;
        }
        struct summaries summaries = summarise(&made, CPUS);
        assert_near(find_warm(&summaries, "fork")->participation, 1);
        assert_near(find_warm(&summaries, "fork")->cpu_ns, 200);
        free(summaries.rows);
    }
}

static void a_round_with_many_readings_counts_once(void **state)
{
    (void)state;
    struct made made = {0};
    for (uint64_t reading = 0; reading < 5; reading++)
        add(&made, 1, "fork", 100)->reading = reading;
    add(&made, 2, "fork", 300);
    add(&made, 3, "fork", 400);
    struct summaries summaries = summarise(&made, CPUS);
    assert_near(find_warm(&summaries, "fork")->median_ns, 300);
    free(summaries.rows);
}

static void intervals_need_six_rounds(void **state)
{
    (void)state;
    static const double hundreds[] = {1, 6, 5, 2, 3, 4};
    for (uint64_t rounds = 5; rounds <= 6; rounds++) {
        struct made made = {0};
        for (uint64_t round = 1; round <= rounds; round++) {
            add(&made, round, "serial", 1200);
            add(&made, round, "fork", 100 * hundreds[round - 1]);
        }
        struct summaries summaries = summarise(&made, CPUS);
        const struct summary *row = find_warm(&summaries, "fork");
        double inwards = 5.0 / 14; /* of six values, so far from the first to the second */
        assert_near(row->low_ns, rounds < 6 ? (double)NAN : 100 + 100 * inwards);
        assert_near(row->high_ns, rounds < 6 ? (double)NAN : 600 - 100 * inwards);
        assert_near(row->speedup_low, rounds < 6 ? (double)NAN : 2 * pow(1.2, inwards));
        assert_near(row->speedup_high, rounds < 6 ? (double)NAN : 12 * pow(0.5, inwards));
        free(summaries.rows);
    }
}

/* The same times, but rising from round to round: the rounds tell less than so many. */
static void speedups_of_a_run_that_drifts_have_wider_intervals(void **state)
{
    (void)state;
    struct made made = {0};
    for (uint64_t round = 1; round <= 6; round++) {
        add(&made, round, "serial", 1200);
        add(&made, round, "fork", 100.0 * (double)round);
    }
    struct summaries summaries = summarise(&made, CPUS);
    const struct summary *row = find_warm(&summaries, "fork");
    double low = log(2 * pow(1.2, 5.0 / 14)), median = log(12 / sqrt(12));
    assert_near(row->speedup, exp(median));
    assert_near(row->speedup_low, exp(median - sqrt(1 + 15.0 / 17) * (median - low)));
    free(summaries.rows);
}

static void efficiency_is_speedup_by_how_many_jobs_run_at_once(void **state)
{
    (void)state;
    static const struct {
        uint32_t cpus;
        double parallelism, efficiency;
    } cases[] = {{1, 1, 1.6}, {2, 2, 0.8}, {4, 4, 0.4}, {8, 4, 0.4}}; /* four workers */
    struct made made = {0};
    add(&made, 1, "serial", 8000);
    add(&made, 1, "fork", 5000);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct summaries summaries = summarise(&made, cases[i].cpus);
        assert_near(find_warm(&summaries, "fork")->speedup, 1.6);
        assert_near(find_warm(&summaries, "fork")->parallelism, cases[i].parallelism);
        assert_near(find_warm(&summaries, "fork")->efficiency, cases[i].efficiency);
        free(summaries.rows);
    }
}

/* Ten jobs that sleep 800 ns each: four workers need no four CPUs. */
static void jobs_that_wait_are_divided_among_workers_not_cpus(void **state)
{
    (void)state;
    struct made made = {0};
    for (uint64_t round = 1; round <= 6; round++) {
        add(&made, round, "serial", 8000)->user_ns = 400;
        add(&made, round, "fork", 2500)->user_ns = 800;
    }
    struct summaries summaries = summarise(&made, CPUS);
    const struct summary *row = find_warm(&summaries, "fork");
    assert_near(row->parallelism, 4);
    assert_near(row->efficiency, 0.8);
    assert_near(row->overhead_ns_per_job, 50); /* (2500 - 8000 / 4) / 10, not below 0 */
    assert_near(row->overhead_low_ns_per_job, 50);
    free(summaries.rows);
}

/* Beside six busy processes on two CPUs serial has a quarter of one, and computes all the same. */
static void jobs_that_are_kept_from_their_cpu_do_not_wait(void **state)
{
    (void)state;
    struct made made = {0};
    for (size_t i = 0; i < 2; i++) {
        struct sample *row = add(&made, 1, i ? "fork" : "serial", 8000);
        row->user_ns = 1990;
        row->key.neighbours = 6;
    }
    struct summaries summaries = summarise(&made, CPUS);
    assert_near(find_warm(&summaries, "fork")->parallelism, CPUS);
    free(summaries.rows);
}

static void overhead_is_what_even_shares_leave_over(void **state)
{
    (void)state;
    static const struct {
        uint32_t cpus;
        double overhead;
    } cases[] = {
        {1, -300}, /* (5000 - 8000 / 1) / 10 */
        {2, 100},  /* (5000 - 8000 / 2) / 10: two of the four workers run at once */
        {4, 300},  /* (5000 - 8000 / 4) / 10 */
        {8, 300},  /* no more than four workers run */
    };
    struct made made = {0};
    add(&made, 1, "serial", 8000);
    add(&made, 1, "fork", 5000);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct summaries summaries = summarise(&made, cases[i].cpus);
        assert_near(find_warm(&summaries, "fork")->overhead_ns_per_job, cases[i].overhead);
        free(summaries.rows);
    }
}

static void a_batch_without_jobs_has_no_overhead_per_job(void **state)
{
    (void)state;
    struct made made = {0};
    add(&made, 1, "serial", 800)->key.jobs = 0;
    add(&made, 1, "fork", 500)->key.jobs = 0;
    struct summaries summaries = summarise(&made, CPUS);
    assert_near(find_warm(&summaries, "fork")->speedup, 1.6);
    assert_unknown(find_warm(&summaries, "fork")->overhead_ns_per_job);
    free(summaries.rows);
}

static void processor_time_is_that_of_one_map(void **state)
{
    (void)state;
    struct made made = {0};
    struct sample *row = add(&made, 1, "fork", 500);
    row->maps = 4;
    row->user_ns = 3000;
    row->sys_ns = 1000;
    struct summaries summaries = summarise(&made, CPUS);
    assert_near(find_warm(&summaries, "fork")->cpu_ns, 1000);
    free(summaries.rows);
}

static void unknown_numbers_are_left_out_of_medians(void **state)
{
    (void)state;
    static const double participation[] = {0.5, NAN, 1}, roundtrip[] = {NAN, 90, NAN};
    struct made made = {0};
    for (uint64_t round = 0; round < 3; round++) {
        struct sample *row = add(&made, round + 1, "fork", 500);
        row->participation = participation[round];
        row->roundtrip_ns = roundtrip[round];
    }
    struct summaries summaries = summarise(&made, CPUS);
    assert_near(find_warm(&summaries, "fork")->participation, 0.75);
    assert_near(find_warm(&summaries, "fork")->roundtrip_ns, 90);
    free(summaries.rows);
}

/* ------------------------------------------------------------------------------- trouble */

static void a_cell_that_never_went_well_is_a_row_without_times(void **state)
{
    (void)state;
    struct made made = {0};
    add(&made, 1, "serial", 1000);
    add_trouble(&made, 1, "fork", "refused", "fork: Resource temporarily unavailable");
    add_trouble(&made, 2, "fork", "refused", "fork: Resource temporarily unavailable");
    struct summaries summaries = summarise(&made, CPUS);
    assert_int_equal(summaries.count, 2);
    const struct summary *row = find(&summaries, "fork", "", "cold");
    assert_string_equal(row->status, "refused");
    assert_string_equal(row->detail, "fork: Resource temporarily unavailable");
    assert_int_equal(row->rounds, 0);
    assert_int_equal(row->readings, 0);
    assert_unknown(row->median_ns);
    assert_unknown(row->speedup);
    free(summaries.rows);
}

static void one_failed_visit_marks_all_rows_of_its_cell(void **state)
{
    (void)state;
    struct made made = {0};
    add(&made, 1, "fork", 500);
    add(&made, 1, "fork", 900)->temperature = "cold";
    add_trouble(&made, 2, "fork", "crashed", "died of signal 11");
    add(&made, 1, "threads", 500);
    struct summaries summaries = summarise(&made, CPUS);
    assert_int_equal(summaries.count, 3);
    assert_string_equal(find(&summaries, "fork", "", "warm")->status, "crashed");
    assert_string_equal(find(&summaries, "fork", "", "warm")->detail, "died of signal 11");
    assert_near(find(&summaries, "fork", "", "warm")->median_ns, 500);
    assert_string_equal(find(&summaries, "fork", "", "cold")->status, "crashed");
    assert_string_equal(find(&summaries, "threads", "", "warm")->status, "ok");
    free(summaries.rows);
}

static void trouble_marks_no_other_size_or_worker_count(void **state)
{
    (void)state;
    struct made made = {0};
    add(&made, 1, "fork", 500)->key.size = 1001;
    add(&made, 1, "fork", 500)->key.workers = 3;
    add_trouble(&made, 1, "fork", "timed_out", "30 s are over");
    struct summaries summaries = summarise(&made, CPUS);
    assert_int_equal(summaries.count, 3);
    size_t ok = 0;
    for (size_t i = 0; i < summaries.count; i++)
        ok += text_equal(summaries.rows[i].status, "ok");
    assert_int_equal(ok, 2);
    assert_string_equal(find(&summaries, "fork", "", "cold")->status, "timed_out");
    free(summaries.rows);
}

static void a_failed_serial_visit_leaves_its_round_unpaired(void **state)
{
    (void)state;
    struct made made = {0};
    add(&made, 1, "serial", 1000);
    add_trouble(&made, 2, "serial", "timed_out", "30 s are over");
    add(&made, 1, "fork", 500);
    add(&made, 2, "fork", 5);
    struct summaries summaries = summarise(&made, CPUS);
    assert_near(find_warm(&summaries, "fork")->speedup, 2);
    assert_near(find_warm(&summaries, "fork")->serial_ns, 1000);
    free(summaries.rows);
}

/* ------------------------------------------------------------------------------- order */

/* The rows as summary.csv has them; the caller frees them. */
static char *as_csv(struct made *made)
{
    struct summaries summaries = summarise(made, CPUS);
    char *text = NULL;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);
    for (size_t i = 0; i < summaries.count; i++)
        csv_write_row(file, &summary_format, &summaries.rows[i]);
    assert_int_equal(fclose(file), 0);
    free(summaries.rows);
    return text;
}

static void fill(struct made *made)
{
    for (uint64_t round = 1; round <= 6; round++) {
        add(made, round, "serial", 1000.0 + (double)(round * 37 % 11));
        add(made, round, "fork", 400.0 + (double)(round * 53 % 17))->reading = 1;
        add(made, round, "fork", 300.0 + (double)(round * 29 % 13));
        add(made, round, "openmp", 350.0)->key.schedule = round % 2 == 0 ? "static" : "dynamic";
        add(made, round, "threads", 420.0)->key.size = 10 * round;
    }
    add_trouble(made, 3, "forkpool", "wrong", "the result of job 7 differs");
}

static void order_of_samples_does_not_matter(void **state)
{
    (void)state;
    struct made made = {0}, shuffled = {0};
    fill(&made);
    for (size_t i = 0; i < made.count; i++) /* 7 and the count have no common factor */
        shuffled.rows[shuffled.count++] = made.rows[i * 7 % made.count];
    assert_int_equal(made.count, 31);
    char *text = as_csv(&made), *again = as_csv(&shuffled);
    assert_string_equal(text, again);
    free(again);
    free(text);
}

static void rows_of_a_curve_stand_together_in_ascending_size(void **state)
{
    (void)state;
    struct made made = {0};
    fill(&made);
    struct summaries summaries = summarise(&made, CPUS);
    size_t curves = 1;
    for (size_t i = 1; i < summaries.count; i++) {
        const struct summary *before = &summaries.rows[i - 1], *row = &summaries.rows[i];
        assert_true(summary_compare(before, row) < 0);
        if (summary_compare_curve(before, row) != 0)
            curves++;
        else
            assert_true(before->key.size < row->key.size);
    }
    assert_int_equal(curves, 6); /* openmp has two schedules */
    free(summaries.rows);
}

static void no_samples_make_no_rows(void **state)
{
    (void)state;
    struct made made = {0};
    struct summaries summaries = summarise(&made, CPUS);
    assert_int_equal(summaries.count, 0);
    free(summaries.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(environments_are_compared_with_the_first_by_name),
        cmocka_unit_test(disturbed_visits_are_left_out_and_counted),
        cmocka_unit_test(drift_that_hits_both_sides_cancels),
        cmocka_unit_test(only_rounds_with_both_sides_are_paired),
        cmocka_unit_test(speedup_is_the_median_of_ratios_not_the_ratio_of_medians),
        cmocka_unit_test(each_env_is_paired_with_its_own_serial),
        cmocka_unit_test(cold_is_paired_with_cold),
        cmocka_unit_test(other_batches_are_not_paired),
        cmocka_unit_test(without_serial_nothing_relative_is_known),
        cmocka_unit_test(serial_is_as_fast_as_itself),
        cmocka_unit_test(a_visit_counts_with_the_median_of_its_readings),
        cmocka_unit_test(of_a_visit_the_readings_count_of_which_something_is_known),
        cmocka_unit_test(a_round_with_many_readings_counts_once),
        cmocka_unit_test(intervals_need_six_rounds),
        cmocka_unit_test(speedups_of_a_run_that_drifts_have_wider_intervals),
        cmocka_unit_test(efficiency_is_speedup_by_how_many_jobs_run_at_once),
        cmocka_unit_test(jobs_that_wait_are_divided_among_workers_not_cpus),
        cmocka_unit_test(jobs_that_are_kept_from_their_cpu_do_not_wait),
        cmocka_unit_test(overhead_is_what_even_shares_leave_over),
        cmocka_unit_test(a_batch_without_jobs_has_no_overhead_per_job),
        cmocka_unit_test(processor_time_is_that_of_one_map),
        cmocka_unit_test(unknown_numbers_are_left_out_of_medians),
        cmocka_unit_test(a_cell_that_never_went_well_is_a_row_without_times),
        cmocka_unit_test(one_failed_visit_marks_all_rows_of_its_cell),
        cmocka_unit_test(trouble_marks_no_other_size_or_worker_count),
        cmocka_unit_test(a_failed_serial_visit_leaves_its_round_unpaired),
        cmocka_unit_test(order_of_samples_does_not_matter),
        cmocka_unit_test(rows_of_a_curve_stand_together_in_ascending_size),
        cmocka_unit_test(no_samples_make_no_rows),
    };
    return cmocka_run_group_tests_name("speedup", tests, NULL, NULL);
}
