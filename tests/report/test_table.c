#include "bench/analyse/crossover.h"
#include "bench/analyse/law.h"
#include "bench/report/table.h"
#include "tests/support.h"

/* Golden files: with BREAKEVEN_UPDATE_GOLDEN=1 in the environment they are written, not compared.
 * Look at what changed before you keep it. */

enum { ROUNDS = 6, MOST_SAMPLES = 256, MAPS = 10 };

/* One cell at one temperature: its time in the first round, and how it goes on. */
struct made_cell {
    const char *work;
    uint64_t size, jobs;
    const char *strategy;
    uint64_t workers;
    const char *schedule;
    uint64_t chunk;
    const char *env, *temperature;
    double ns;
    double drift; /* added in each later round, as a share of ns */
    uint64_t rounds;
    const char *status, *detail; /* NULL: ok */
};

#define SERIAL(work, size, jobs, env, temperature, ns)                                             \
    {                                                                                              \
        work, size, jobs, "serial", 1, "", CSV_UNKNOWN, env, temperature, ns, 0.01, ROUNDS, NULL,  \
            NULL                                                                                   \
    }
#define FORK(size, temperature, ns)                                                                \
    {                                                                                              \
        "squares", size, 4, "fork", 2, "", CSV_UNKNOWN, "", temperature, ns, 0, ROUNDS, NULL, NULL \
    }
#define POOL(work, size, jobs, workers, temperature, ns)                                           \
    {                                                                                              \
        work, size, jobs, "threadpool", workers, "auto", 0, "", temperature, ns, 0.01, ROUNDS,     \
            NULL, NULL                                                                             \
    }
#define OPENMP(size, ns, rounds)                                                                   \
    {                                                                                              \
        "squares", size, 4, "openmp", 3, "dynamic", 4, "A=1", "warm", ns, 0.01, rounds, NULL, NULL \
    }
#define CRASH(size, rounds)                                                                        \
    {                                                                                              \
        "squares", size, 4, "forkpool", 2, "static", 1, "", "cold", NAN, 0, rounds, "crashed",     \
            "1 of 4 jobs died of signal 11, \"boom\""                                              \
    }

/* The threadpool takes twice serial's time at size 10 and half of it at 1000, so that they cross at
 * 100; fork never pays; openmp has too few rounds; forkpool crashes; stream always pays. */
static const struct made_cell base_cells[] = {
    SERIAL("squares", 10, 4, "", "warm", 100),
    SERIAL("squares", 10, 4, "", "cold", 200),
    SERIAL("squares", 1000, 4, "", "warm", 10000),
    SERIAL("squares", 1000, 4, "", "cold", 10100),
    SERIAL("squares", 1000, 4, "A=1", "warm", 12000),
    FORK(10, "warm", 40000),
    FORK(10, "cold", 41000),
    FORK(1000, "warm", 40000),
    FORK(1000, "cold", 41000),
    POOL("squares", 10, 4, 2, "warm", 200),
    POOL("squares", 10, 4, 2, "cold", 20000),
    POOL("squares", 1000, 4, 2, "warm", 5000),
    POOL("squares", 1000, 4, 2, "cold", 25250),
    OPENMP(1000, 9600, 3),
    CRASH(1000, 1),
    SERIAL("stream", 1000000, 1, "", "warm", 80000),
    POOL("stream", 1000000, 1, 1, "warm", 64000),
};

/* Another run: the threadpool got slower at 1000 and faster at 10, fork crashes at 10, openmp got
 * slower but without an interval, forkpool runs; stream is as before. */
static const struct made_cell new_cells[] = {
    SERIAL("squares", 10, 4, "", "warm", 100),
    SERIAL("squares", 1000, 4, "", "warm", 10000),
    SERIAL("squares", 1000, 4, "A=1", "warm", 12000),
    {"squares", 10, 4, "fork", 2, "", CSV_UNKNOWN, "", "warm", NAN, 0, 1, "refused", "no memory"},
    FORK(1000, "warm", 40000),
    POOL("squares", 10, 4, 2, "warm", 100),
    POOL("squares", 1000, 4, 2, "warm", 8000),
    OPENMP(1000, 19200, 3),
    {"squares", 1000, 4, "forkpool", 2, "static", 1, "", "warm", 8000, 0.01, ROUNDS, NULL, NULL},
    SERIAL("stream", 1000000, 1, "", "warm", 80000),
    POOL("stream", 1000000, 1, 1, "warm", 64000),
};

/* A run in memory, from samples to crossovers and laws. */
struct run {
    struct sample rows[MOST_SAMPLES];
    struct samples samples;
    struct summaries summaries;
    struct crossovers crossovers;
    struct laws laws;
};

static const struct host two_cpus = {.cpus_usable = 2};

static struct sample make_sample(const struct made_cell *cell, uint64_t round)
{
    bool ok = cell->status == NULL, warm = text_equal(cell->temperature, "warm");
    double ns = cell->ns * (1 + cell->drift * (double)(round - 1));
    uint64_t maps = warm ? MAPS : 1;
    return (struct sample){
        .round = round,
        .key.work = cell->work,
        .key.size = cell->size,
        .key.jobs = cell->jobs,
        .key.strategy = cell->strategy,
        .key.workers = cell->workers,
        .key.schedule = cell->schedule,
        .key.chunk = cell->chunk,
        .key.env = cell->env,
        .key.parent_pages = "",
        .key.transport = "",
        .key.bind = "",
        .key.build = "",
        .key.spin_ns = CSV_UNKNOWN,
        .temperature = cell->temperature,
        .maps = maps,
        .ns_per_map = ns,
        .open_ns = ok && !warm ? ns / 4 : (double)NAN,
        .close_ns = ok && !warm ? ns / 8 : (double)NAN,
        .user_ns = ok ? ns * (double)maps : 0,
        .maxrss_kib = 2048,
        .participation = ok ? 1 : (double)NAN,
        .roundtrip_ns = 100,
        .wake_ns = NAN,
        .steal_ticks = CSV_UNKNOWN,
        .status = ok ? "ok" : cell->status,
        .detail = ok ? "" : cell->detail,
        .runtime = "",
        .visit_ns = NAN,
        .disturbed = CSV_UNKNOWN,
    };
}

static void analyse(struct run *run)
{
    struct error error = {0};
    struct law_pages pages = {4096, 2 << 20};
    speedup_summarise(&run->samples, two_cpus.cpus_usable, &run->summaries, &error);
    assert_no_error(&error);
    crossover_find(&run->summaries, &run->crossovers, &error);
    assert_no_error(&error);
    law_find(&run->summaries, &pages, &run->laws, &error);
    assert_no_error(&error);
}

static struct run *make_run(const struct made_cell cells[], size_t count)
{
    struct run *run = calloc(1, sizeof *run);
    assert_non_null(run);
    for (size_t i = 0; i < count; i++)
        for (uint64_t round = 1; round <= cells[i].rounds; round++) {
            assert_true(run->samples.count < MOST_SAMPLES);
            run->rows[run->samples.count++] = make_sample(&cells[i], round);
        }
    run->samples.rows = run->rows;
    analyse(run);
    return run;
}

static void add_caller(struct run *run, const struct made_cell *cell, uint64_t mib,
                       const char *pages)
{
    for (uint64_t round = 1; round <= cell->rounds; round++) {
        assert_true(run->samples.count < MOST_SAMPLES);
        struct sample *sample = &run->rows[run->samples.count++];
        *sample = make_sample(cell, round);
        sample->key.parent_mib = mib;
        sample->key.parent_pages = pages;
    }
}

/* Four jobs by fork cost 400 us and 40 ns more a small page that the caller holds, by a pool the
 * same whatever it holds. */
static struct run *make_run_of_callers(void)
{
    static const uint64_t callers_mib[] = {0, 64, 512};
    struct run *run = calloc(1, sizeof *run);
    assert_non_null(run);
    for (size_t i = 0; i < COUNT_OF(callers_mib); i++) {
        const struct made_cell cells[] = {
            SERIAL("squares", 10, 4, "", "warm", 100),
            FORK(10, "warm", 400000 + 40 * 256 * (double)callers_mib[i]),
            POOL("squares", 10, 4, 2, "warm", 200),
        };
        for (size_t k = 0; k < COUNT_OF(cells); k++)
            add_caller(run, &cells[k], callers_mib[i], callers_mib[i] > 0 ? "4k" : "");
    }
    run->samples.rows = run->rows;
    analyse(run);
    return run;
}

static void free_run(struct run *run)
{
    free(run->summaries.rows);
    free(run->crossovers.rows);
    free(run->laws.rows);
    free(run);
}

/* Compares a file of this test with the golden one, or makes it the golden one. */
static void check_golden(const char *path, const char *name)
{
    char *golden = NULL;
    char *text = file_read(path);
    assert_true(asprintf(&golden, "tests/golden/%s", name) > 0);
    if (getenv("BREAKEVEN_UPDATE_GOLDEN") != NULL)
        file_write(golden, text, strlen(text));
    char *wanted = file_read(golden);
    if (strcmp(text, wanted) != 0)
        stop_test("%s differs from what is printed now:\n%s", golden, text);
    free(wanted);
    free(text);
    free(golden);
}

static void check_golden_csv(void **state, const char *name, const struct csv_format *format,
                             const void *rows, size_t count)
{
    struct error error = {0};
    char *path = scratch_path(state, name);
    csv_write_file(path, format, rows, count, &error);
    assert_no_error(&error);
    check_golden(path, name);
    free(path);
}

/* ------------------------------------------------------------------------------- tests */

static void samples_are_written_as_in_the_golden_file(void **state)
{
    struct run *run = make_run(base_cells, COUNT_OF(base_cells));
    check_golden_csv(state, "samples.csv", &samples_format, run->samples.rows, run->samples.count);
    free_run(run);
}

static void summary_is_written_as_in_the_golden_file(void **state)
{
    struct run *run = make_run(base_cells, COUNT_OF(base_cells));
    check_golden_csv(state, "summary.csv", &summary_format, run->summaries.rows,
                     run->summaries.count);
    free_run(run);
}

static void crossovers_are_written_as_in_the_golden_file(void **state)
{
    struct run *run = make_run(base_cells, COUNT_OF(base_cells));
    check_golden_csv(state, "crossover.csv", &crossover_format, run->crossovers.rows,
                     run->crossovers.count);
    free_run(run);
}

static void the_same_comes_from_samples_that_were_read(void **state)
{
    struct error error = {0};
    struct run run = {0};
    samples_read("tests/golden/samples.csv", &run.samples, &error);
    assert_no_error(&error);
    analyse(&run);
    check_golden_csv(state, "summary.csv", &summary_format, run.summaries.rows,
                     run.summaries.count);
    check_golden_csv(state, "crossover.csv", &crossover_format, run.crossovers.rows,
                     run.crossovers.count);
    free(run.summaries.rows);
    free(run.crossovers.rows);
    free(run.laws.rows);
    samples_free(&run.samples);
}

static void laws_are_written_as_in_the_golden_file(void **state)
{
    struct run *run = make_run_of_callers();
    check_golden_csv(state, "law.csv", &law_format, run->laws.rows, run->laws.count);
    free_run(run);
}

static void check_golden_table(void **state, const struct run *run, const char *name)
{
    struct error error = {0};
    char *path = scratch_path(state, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    table_print(file, &run->summaries, &run->crossovers, &run->laws, &two_cpus, &error);
    assert_no_error(&error);
    assert_int_equal(fclose(file), 0);
    check_golden(path, name);
    free(path);
}

static void tables_are_printed_as_in_the_golden_file(void **state)
{
    struct run *run = make_run(base_cells, COUNT_OF(base_cells));
    assert_int_equal(run->laws.count, 0);
    check_golden_table(state, run, "table.txt");
    free_run(run);
}

static void laws_stand_below_the_table_and_only_the_smallest_caller_has_sentences(void **state)
{
    struct run *run = make_run_of_callers();
    check_golden_table(state, run, "callers.txt");
    free_run(run);
}

/* What table_print says of a run on this host; the caller frees it. */
static char *printed(void **state, const struct run *run, const struct host *host)
{
    struct error error = {0};
    char *path = scratch_path(state, "table.txt");
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    table_print(file, &run->summaries, &run->crossovers, &run->laws, host, &error);
    assert_no_error(&error);
    assert_int_equal(fclose(file), 0);
    char *text = file_read(path);
    free(path);
    return text;
}

static void warnings_stand_once_below_the_tables(void **state)
{
    struct host host = {
        .cpus_usable = 2,
        .warnings = {{"A=1 is set; unset it", "turbo is on; turn it off"}, 2},
    };
    struct run *run = make_run(base_cells, COUNT_OF(base_cells));
    char *plain = printed(state, run, &two_cpus), *warned = printed(state, run, &host);
    assert_null(strstr(plain, "spoil"));
    assert_null(strstr(plain, "warning"));
    assert_memory_equal(warned, plain, strlen(plain));
    assert_string_equal(warned + strlen(plain), "What may spoil these numbers:\n"
                                                "  warning: A=1 is set; unset it\n"
                                                "  warning: turbo is on; turn it off\n\n");
    free(plain);
    free(warned);
    free_run(run);
}

static void print_comparison(const char *path, const struct run *base, const struct run *new)
{
    struct error error = {0};
    struct comparisons comparisons;
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    compare_runs(&base->summaries, &new->summaries, &comparisons, &error);
    assert_no_error(&error);
    table_print_comparison(file, &comparisons);
    assert_int_equal(fclose(file), 0);
    free(comparisons.rows);
}

static void comparisons_are_printed_as_in_the_golden_file(void **state)
{
    struct run *base = make_run(base_cells, COUNT_OF(base_cells));
    struct run *new = make_run(new_cells, COUNT_OF(new_cells));
    char *path = scratch_path(state, "comparison.txt");
    print_comparison(path, base, new);
    check_golden(path, "comparison.txt");
    free(path);
    free_run(new);
    free_run(base);
}

static void a_run_is_no_better_and_no_worse_than_itself(void **state)
{
    struct run *run = make_run(base_cells, COUNT_OF(base_cells));
    char *path = scratch_path(state, "same.txt");
    print_comparison(path, run, run);
    char *text = file_read(path);
    assert_string_equal(text, "1 cells have no interval: fewer than six rounds tell nothing\n"
                              "9 cells compared: 0 worse, 0 better; 0 missing on one side\n");
    free(text);
    free(path);
    free_run(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_are_written_as_in_the_golden_file),
        cmocka_unit_test(summary_is_written_as_in_the_golden_file),
        cmocka_unit_test(crossovers_are_written_as_in_the_golden_file),
        cmocka_unit_test(the_same_comes_from_samples_that_were_read),
        cmocka_unit_test(laws_are_written_as_in_the_golden_file),
        cmocka_unit_test(tables_are_printed_as_in_the_golden_file),
        cmocka_unit_test(laws_stand_below_the_table_and_only_the_smallest_caller_has_sentences),
        cmocka_unit_test(warnings_stand_once_below_the_tables),
        cmocka_unit_test(comparisons_are_printed_as_in_the_golden_file),
        cmocka_unit_test(a_run_is_no_better_and_no_worse_than_itself),
    };
    return cmocka_run_group_tests_name("table", tests, scratch_make, scratch_remove);
}
