#include "bench/analyse/scaling/scaling.h"
#include "tests/samples.h"

#include <gsl/gsl_cdf.h>

enum { MOST_SAMPLES = 4000, ROUNDS = 9, SIZE = 1000 };

/* Made-up samples; nothing is kept but the rows. */
struct made {
    struct sample rows[MOST_SAMPLES];
    size_t count;
    struct visits visits;
    struct summaries summaries;
    struct scalings scalings;
};

/* Of log speedups, so large that a law may have no peak. */
#define PEAK_ERROR 0.1

static const struct scaling_machine machine_of_16 = {16, 16, 16, NAN};

static struct sample *add(struct made *made, uint64_t round, const char *strategy, uint64_t size,
                          uint64_t jobs, uint64_t workers, const char *temperature, double ns)
{
    assert_true(made->count < MOST_SAMPLES);
    struct sample *row = &made->rows[made->count++];
    *row = warm_sample(round, strategy, ns);
    row->key.size = size;
    row->key.jobs = jobs;
    row->key.workers = workers;
    row->temperature = temperature;
    row->user_ns = ns;
    row->participation = 1;
    row->roundtrip_ns = 100;
    row->visit_ns = 1e9;
    return row;
}

/* A few per mille to either side, the same in every run, another for each count of workers. */
static double noise(uint64_t round, uint64_t workers)
{
    return 1 + 0.001 * ((double)((round * 7 + workers * 5) % ROUNDS) - (ROUNDS - 1) / 2.0);
}

/* Rounds of serial and of one pool; the pool takes that share of serial's time. */
static void add_cell(struct made *made, uint64_t size, uint64_t jobs, uint64_t workers,
                     double serial_ns, double share)
{
    for (uint64_t round = 1; round <= ROUNDS; round++)
        add(made, round, "threadpool", size, jobs, workers, "warm",
            serial_ns * share * noise(round, workers));
}

static void add_serial(struct made *made, uint64_t size, uint64_t jobs, double serial_ns)
{
    for (uint64_t round = 1; round <= ROUNDS; round++)
        add(made, round, "serial", size, jobs, 1, "warm", serial_ns);
}

static void analyse(struct made *made, const struct scaling_machine *machine)
{
    struct error error = {0};
    struct samples samples = {.rows = made->rows, .count = made->count};
    visits_reduce(&samples, &made->visits, &error);
    speedup_summarise(&made->visits, machine->cpus, &made->summaries, &error);
    scaling_find(&made->visits, &made->summaries, machine, &made->scalings, &error);
    assert_no_error(&error);
}

static int setup(void **state)
{
    *state = calloc(1, sizeof(struct made));
    return *state != NULL ? 0 : -1;
}

static int teardown(void **state)
{
    struct made *made = *state;
    free(made->scalings.rows);
    free(made->summaries.rows);
    visits_free(&made->visits);
    free(made);
    return 0;
}

static const struct scaling *row_of(const struct made *made, uint64_t workers)
{
    for (size_t i = 0; i < made->scalings.count; i++)
        if (made->scalings.rows[i].key.workers == workers)
            return &made->scalings.rows[i];
    stop_test("no row with %llu workers", (unsigned long long)workers);
    return NULL;
}

static void assert_within(double got, double wanted, double share)
{
    if (!(fabs(got - wanted) <= share * fabs(wanted)))
        stop_test("%g is not within %g %% of %g", got, 100 * share, wanted);
}

/* Amdahl's time with so many workers, as a share of serial's. */
static double amdahl(double workers, double serial_share)
{
    return serial_share + (1 - serial_share) / workers;
}

static void add_amdahl(struct made *made, const uint64_t counts[], size_t count)
{
    add_serial(made, SIZE, 64, 1e7);
    for (size_t i = 0; i < count; i++)
        add_cell(made, SIZE, 64, counts[i], 1e7, amdahl((double)counts[i], 0.1));
}

/* ------------------------------------------------------------------------------- places */

static const char *place_of(const struct scaling_machine *machine, uint64_t workers, uint64_t hosts)
{
    struct key key = key_of_nothing();
    key.workers = workers;
    key.hosts = hosts;
    return scaling_place(machine, &key);
}

static void worker_counts_have_a_place(void **state)
{
    (void)state;
    const struct scaling_machine machine = {6, 8, 4, 5.5};
    assert_string_equal(place_of(&machine, 4, 0), "cores");
    assert_string_equal(place_of(&machine, 5, 0), "hyperthreads");
    assert_string_equal(place_of(&machine, 6, 0), "quota");
    assert_string_equal(place_of(&machine, 9, 0), "oversubscribed");
    assert_string_equal(place_of(&machine_of_16, 16, 0), "cores");
    assert_string_equal(place_of(&machine, 9, 3), "slots");
}

/* Ten times as many workers as this machine has CPUs have room over hosts. Two curves of two counts
 * each have no law, where one of all four would have one. */
static void curves_over_several_hosts_are_not_mixed(void **state)
{
    struct made *made = *state;
    static const uint64_t counts[][2] = {{1, 10}, {2, 20}, {3, 30}};
    const struct scaling_machine machine_of_2 = {2, 2, 2, NAN};
    add_serial(made, SIZE, 64, 1e7);
    for (size_t hosts = 1; hosts <= COUNT_OF(counts); hosts++) {
        size_t first = made->count;
        for (size_t i = 0; i < 2; i++)
            add_cell(made, SIZE, 64, counts[hosts - 1][i], 1e7,
                     amdahl((double)counts[hosts - 1][i], 0.1));
        for (size_t i = first; i < made->count; i++)
            made->rows[i].key.hosts = hosts;
    }
    analyse(made, &machine_of_2);
    assert_int_equal(made->scalings.count, 2 * COUNT_OF(counts));
    for (size_t i = 0; i < made->scalings.count; i++) {
        const struct scaling *row = &made->scalings.rows[i];
        assert_string_equal(row->place, "slots");
        assert_string_equal(row->law, "none");
        assert_int_equal(row->counts, 2);
    }
    assert_within(row_of(made, 30)->speedup, 1 / amdahl(30, 0.1), 0.01);
    assert_near(made->summaries.rows[made->summaries.count - 1].parallelism, 30);
}

/* ------------------------------------------------------------------------------- laws */

static void karp_flatt_needs_no_fit(void **state)
{
    struct made *made = *state;
    const uint64_t counts[] = {1, 4};
    add_amdahl(made, counts, COUNT_OF(counts));
    analyse(made, &machine_of_16);
    const struct scaling *row = row_of(made, 4);
    assert_within(row->serial_share, 0.1, 0.02);
    assert_true(row->serial_share_low <= 0.1 && 0.1 <= row->serial_share_high);
    assert_unknown(row_of(made, 1)->serial_share);
    assert_string_equal(row->law, "none");
    assert_contains(row->refused, "3 worker counts");
}

static void three_counts_give_amdahls_law(void **state)
{
    struct made *made = *state;
    const uint64_t counts[] = {1, 2, 4, 8};
    add_amdahl(made, counts, COUNT_OF(counts));
    analyse(made, &machine_of_16);
    const struct scaling *row = row_of(made, 8);
    assert_string_equal(row->law, "amdahl");
    assert_within(row->contention, 0.1, 0.05);
    assert_true(row->contention_low <= 0.1 && 0.1 <= row->contention_high);
    assert_unknown(row->coherence);
    assert_within(row->predicted, row->speedup, 0.05);
    assert_unknown(row_of(made, 4)->predicted);
}

static void six_counts_give_the_universal_law_with_its_peak(void **state)
{
    struct made *made = *state;
    const double contention = 0.02, coherence = 0.004;
    const uint64_t counts[] = {1, 2, 4, 8, 12, 16};
    add_serial(made, SIZE, 64, 1e7);
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        double p = (double)counts[i];
        add_cell(made, SIZE, 64, counts[i], 1e7,
                 (1 + contention * (p - 1) + coherence * p * (p - 1)) / p);
    }
    analyse(made, &machine_of_16);
    const struct scaling *row = row_of(made, 16);
    assert_string_equal(row->law, "usl");
    assert_within(row->coherence, coherence, 0.05);
    assert_within(row->peak, sqrt((1 - contention) / coherence), 0.05);
    assert_true(row->peak_low <= row->peak && row->peak <= row->peak_high);
}

static void counts_without_cores_are_in_no_fit(void **state)
{
    struct made *made = *state;
    const struct scaling_machine machine = {8, 8, 4, NAN};
    const uint64_t counts[] = {1, 2, 4};
    add_amdahl(made, counts, COUNT_OF(counts));
    add_cell(made, SIZE, 64, 8, 1e7, 0.3);
    add_cell(made, SIZE, 64, 16, 1e7, 0.5);
    analyse(made, &machine);
    const struct scaling *row = row_of(made, 16);
    assert_int_equal(row->counts, 3);
    assert_string_equal(row->place, "oversubscribed");
    assert_within(row->contention, 0.1, 0.05);
    assert_unknown(row->fitted); /* four times the largest count of the fit */
    assert_true(isfinite(row_of(made, 8)->fitted));
}

static void a_law_that_does_not_fit_is_refused(void **state)
{
    struct made *made = *state;
    const uint64_t counts[] = {1, 2, 4, 8};
    add_amdahl(made, counts, COUNT_OF(counts));
    add_cell(made, SIZE, 64, 16, 1e7, 0.5);
    analyse(made, &machine_of_16);
    const struct scaling *row = row_of(made, 16);
    assert_string_equal(row->law, "none");
    assert_contains(row->refused, "does not fit");
    assert_unknown(row->fitted);
}

/* Each worker costs more than it brings: no contention in range tells that, and another law than
 * the one that is written may not be the one that was fitted. */
static void a_law_that_fits_with_contention_above_1_alone_is_refused(void **state)
{
    struct made *made = *state;
    const uint64_t counts[] = {1, 2, 4};
    add_serial(made, SIZE, 64, 1e7);
    for (size_t i = 0; i < COUNT_OF(counts); i++)
        add_cell(made, SIZE, 64, counts[i], 1e7, amdahl((double)counts[i], 1.2));
    analyse(made, &machine_of_16);
    assert_string_equal(row_of(made, 4)->law, "none");
    assert_contains(row_of(made, 4)->refused, "does not fit");
}

/* Where the interval of the peak has no upper end, its lower one still bounds Fieller's set: there
 * the distance from the peak's equation is as large as chance makes it. */
static void a_peak_that_may_be_none_has_fiellers_lower_end(void **state)
{
    (void)state;
    const double contention = 0.02, coherence = 0.004, counts[] = {1, 2, 4, 8, 12, 16};
    struct scaling_points points = {.count = COUNT_OF(counts), .freedom = 5};
    struct scaling_fit fit;
    struct error error = {0};
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        double p = counts[i], lost = contention * (p - 1) + coherence * p * (p - 1);
        points.points[i] = (struct scaling_point){p, log(p / (1 + lost)), PEAK_ERROR};
    }
    assert_int_equal(scaling_fit(&points, LAW_USL, &fit, &error), 0);
    assert_within(fit.peak.value, sqrt((1 - contention) / coherence), 1e-6);
    assert_unknown(fit.peak.high);
    assert_true(fit.peak.low > 1);
    double t = gsl_cdf_tdist_Pinv(0.975, fit.own_freedom), x = pow(fit.peak.low, 2);
    double off = 1 - fit.contention.value - fit.coherence.value * x;
    double variance = fit.own[1][1] + 2 * x * fit.own[1][2] + x * x * fit.own[2][2];
    assert_within(off, t * sqrt(variance), 1e-6);
}

/* ------------------------------------------------------------------------------- sizes, batches */

static void isoefficiency_is_read_between_sizes(void **state)
{
    struct made *made = *state;
    static const struct {
        uint64_t size;
        double efficiency;
    } points[] = {{100, 0.25}, {1000, 0.5}, {10000, 0.64}, {100000, 1}};
    for (size_t i = 0; i < COUNT_OF(points); i++) {
        double serial_ns = 1000.0 * (double)points[i].size;
        add_serial(made, points[i].size, 64, serial_ns);
        add_cell(made, points[i].size, 64, 4, serial_ns, 1 / (4 * points[i].efficiency));
    }
    analyse(made, &machine_of_16);
    const struct scaling *row = row_of(made, 4);
    assert_int_equal(row->key.size, 100000);
    assert_within(row->size50, 1000, 0.1);
    assert_within(row->size80, 31623, 0.1);
    assert_near(row->size_least, 100);
}

/* Jobs of size 0, as of `empty`, are on no axis of sizes; other curves' sizes are not theirs. */
static void jobs_of_size_0_have_no_least_size(void **state)
{
    struct made *made = *state;
    add_serial(made, 0, 64, 1e7);
    add_cell(made, 0, 64, 1, 1e7, 1);
    add_cell(made, 0, 64, 2, 1e7, 0.6);
    analyse(made, &machine_of_16);
    assert_unknown(row_of(made, 1)->size_least);
    assert_unknown(row_of(made, 2)->size_least);
}

static void an_open_pool_pays_after_its_start_is_won_back(void **state)
{
    struct made *made = *state;
    add_serial(made, SIZE, 64, 1e6);
    add_cell(made, SIZE, 64, 4, 1e6, 0.5);
    for (uint64_t round = 1; round <= ROUNDS; round++)
        add(made, round, "threadpool", SIZE, 64, 4, "cold", 2.25e6 * noise(round, 4));
    analyse(made, &machine_of_16);
    const struct scaling *row = row_of(made, 4);
    assert_near(row->pays_after, 4); /* 2.25 + 3 * 0.5 < 4 */
    assert_true(row->pays_after_low <= 4 && 4 <= row->pays_after_high);
}

static void of_few_cold_rounds_the_batches_have_no_interval(void **state)
{
    struct made *made = *state;
    add_serial(made, SIZE, 64, 1e6);
    add_cell(made, SIZE, 64, 4, 1e6, 0.5);
    add(made, 1, "threadpool", SIZE, 64, 4, "cold", 2.25e6);
    analyse(made, &machine_of_16);
    assert_near(row_of(made, 4)->pays_after, 4);
    assert_unknown(row_of(made, 4)->pays_after_low);
    assert_unknown(row_of(made, 4)->pays_after_high);
}

/* Nor is it all of the loss, which would be its cause. */
static void a_share_of_what_was_not_measured_is_not_known(void **state)
{
    struct made *made = *state;
    add_serial(made, SIZE, 64, 1e6);
    add_cell(made, SIZE, 64, 4, 1e6, 0.5);
    for (size_t i = 0; i < made->count; i++)
        made->rows[i].user_ns = made->rows[i].visit_ns = made->rows[i].roundtrip_ns = NAN;
    analyse(made, &machine_of_16);
    const struct scaling *row = row_of(made, 4);
    assert_unknown(row->handover_share);
    assert_unknown(row->steal_share);
    assert_unknown(row->stall_share);
    assert_unknown(row->idle_share);
    assert_string_equal(row->cause, "unknown");
}

static void batches_that_grow_with_the_workers_are_weak_scaling(void **state)
{
    struct made *made = *state;
    const uint64_t counts[] = {1, 2, 4, 8};
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        double p = (double)counts[i];
        add_serial(made, SIZE, 4 * counts[i], 1e6 * p);
        add_cell(made, SIZE, 4 * counts[i], counts[i], 1e6 * p, 1 / (p - 0.1 * (p - 1)));
    }
    analyse(made, &machine_of_16);
    assert_int_equal(made->scalings.count, COUNT_OF(counts));
    const struct scaling *row = row_of(made, 8);
    assert_string_equal(row->mode, "weak");
    assert_within(row->speedup, 7.3, 0.01);
    assert_within(row->serial_share, 0.1, 0.05);
}

/* ------------------------------------------------------------------------------- the file */

static void rows_are_written_as_in_the_golden_file(void **state)
{
    struct made *made = *state;
    struct error error = {0};
    char path[] = "/tmp/breakeven-scaling-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    for (int size = SIZE; size <= 1000 * SIZE; size *= 1000)
        for (uint64_t round = 1; round <= ROUNDS; round++) {
            add(made, round, "serial", (uint64_t)size, 8, 1, "warm", 1000.0 * size);
            add(made, round, "threadpool", (uint64_t)size, 8, 1, "warm", 1024.0 * size);
            add(made, round, "threadpool", (uint64_t)size, 8, 2, "warm", 640.0 * size);
            add(made, round, "threadpool", (uint64_t)size, 8, 2, "cold", 1280.0 * size);
        }
    analyse(made, &machine_of_16);
    csv_write_file(path, &scaling_format, made->scalings.rows, made->scalings.count, &error);
    assert_no_error(&error);
    char *got = file_read(path);
    unlink(path);
    if (getenv("BREAKEVEN_UPDATE_GOLDEN") != NULL) {
        FILE *file = fopen("tests/golden/scaling.csv", "w");
        fputs(got, file);
        fclose(file);
    }
    char *wanted = file_read("tests/golden/scaling.csv");
    assert_string_equal(got, wanted);
    free(got);
    free(wanted);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worker_counts_have_a_place),
        cmocka_unit_test_setup_teardown(curves_over_several_hosts_are_not_mixed, setup, teardown),
        TEST(karp_flatt_needs_no_fit),
        TEST(three_counts_give_amdahls_law),
        TEST(six_counts_give_the_universal_law_with_its_peak),
        TEST(counts_without_cores_are_in_no_fit),
        TEST(a_law_that_does_not_fit_is_refused),
        TEST(a_law_that_fits_with_contention_above_1_alone_is_refused),
        cmocka_unit_test(a_peak_that_may_be_none_has_fiellers_lower_end),
        TEST(jobs_of_size_0_have_no_least_size),
        TEST(isoefficiency_is_read_between_sizes),
        TEST(an_open_pool_pays_after_its_start_is_won_back),
        TEST(of_few_cold_rounds_the_batches_have_no_interval),
        TEST(a_share_of_what_was_not_measured_is_not_known),
        TEST(batches_that_grow_with_the_workers_are_weak_scaling),
        TEST(rows_are_written_as_in_the_golden_file),
    };
    return cmocka_run_group_tests_name("scaling", tests, NULL, NULL);
}
