#include "bench/analyse/crossover/cost_fit.h"
#include "bench/findings/findings.h"
#include "bench/report/table/answer.h"
#include "bench/report/table/table.h"
#include "tests/support.h"

/* Golden files: with BREAKEVEN_UPDATE_GOLDEN=1 in the environment they are written, not compared.
 * Look at what changed before you keep it. */

enum { ROUNDS = 6, MOST_SAMPLES = 2048, MAPS = 10 };

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

/* Jobs of 10 us: started cold a pool that takes 75 us to start pays from 16 jobs on, kept open from
 * two; fork never does. */
static double time_of_jobs(const char *strategy, uint64_t jobs, const char *temperature)
{
    double share = 10000 * (double)((jobs + 1) / 2);
    if (text_equal(strategy, "serial"))
        return 10000 * (double)jobs;
    if (text_equal(strategy, "fork"))
        return 50000 * (double)jobs;
    return share + 500 + (text_equal(temperature, "cold") ? 75000 : 0);
}

/* A run in memory, from samples to crossovers and cost fits. */
struct run {
    struct sample rows[MOST_SAMPLES];
    struct samples samples;
    struct findings found; /* its host is told with it */
};

static const struct host two_cpus = {.cpus_usable = 2};

static bool is_python(const struct made_cell *cell)
{
    return strncmp(cell->strategy, "py-", 3) == 0;
}

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
        .key.options = "",
        .key.baseline = is_python(cell) ? "py-serial" : "",
        .key.python = is_python(cell) ? "python3" : "",
        .key.start_method = "",
        .key.results = "",
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
        .first_result_ns = NAN,
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
    struct cost_fit_pages pages = {4096, 2 << 20};
    struct visits visits;
    visits_reduce(&run->samples, &visits, &error);
    assert_no_error(&error);
    speedup_summarise(&visits, two_cpus.cpus_usable, &run->found.summaries, &error);
    assert_no_error(&error);
    crossover_find(&run->found.summaries, &run->found.crossovers, &error);
    assert_no_error(&error);
    cost_fit_find(&run->found.summaries, &pages, &run->found.cost_fits, &error);
    assert_no_error(&error);
    visits_free(&visits);
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

static struct run *make_run_of_jobs(void)
{
    static const uint64_t numbers[] = {1, 2, 4, 8, 12, 14, 15, 16, 32, 64};
    static const char *const names[] = {"serial", "fork", "threadpool"},
                             *const temperatures_made[] = {"cold", "warm"};
    struct made_cell cells[COUNT_OF(numbers) * COUNT_OF(names) * 2];
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        for (size_t k = 0; k < COUNT_OF(names); k++)
            for (size_t t = 0; t < 2; t++) {
                struct made_cell cell = SERIAL("squares", 100, numbers[i], "", "", 0);
                cell.strategy = names[k];
                cell.workers = k == 0 ? 1 : 2;
                cell.temperature = temperatures_made[t];
                cell.ns = time_of_jobs(names[k], numbers[i], cell.temperature);
                cells[count++] = cell;
            }
    return make_run(cells, count);
}

static void free_run(struct run *run)
{
    findings_free(&run->found);
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
    check_golden_csv(state, "summary.csv", &summary_format, run->found.summaries.rows,
                     run->found.summaries.count);
    free_run(run);
}

static void crossovers_are_written_as_in_the_golden_file(void **state)
{
    struct run *run = make_run(base_cells, COUNT_OF(base_cells));
    check_golden_csv(state, "crossover.csv", &crossover_format, run->found.crossovers.rows,
                     run->found.crossovers.count);
    free_run(run);
}

static void the_same_comes_from_samples_that_were_read(void **state)
{
    struct error error = {0};
    struct run run = {0};
    samples_read("tests/golden/samples.csv", &run.samples, &error);
    assert_no_error(&error);
    analyse(&run);
    check_golden_csv(state, "summary.csv", &summary_format, run.found.summaries.rows,
                     run.found.summaries.count);
    check_golden_csv(state, "crossover.csv", &crossover_format, run.found.crossovers.rows,
                     run.found.crossovers.count);
    findings_free(&run.found);
    samples_free(&run.samples);
}

static void laws_are_written_as_in_the_golden_file(void **state)
{
    struct run *run = make_run_of_callers();
    check_golden_csv(state, "law.csv", &cost_fit_format, run->found.cost_fits.rows,
                     run->found.cost_fits.count);
    free_run(run);
}

typedef int print_function(FILE *file, const struct panels *panels, struct error *error);

/* Prints the tables or the answer of a run on this host. */
static void print_by(print_function *print, FILE *file, const struct run *run,
                     const struct host *host)
{
    struct findings found = run->found;
    struct error error = {0};
    struct panels panels;
    found.host = *host;
    panels_find(&found, &panels, &error);
    assert_no_error(&error);
    print(file, &panels, &error);
    assert_no_error(&error);
    panels_free(&panels);
}

static void check_golden_print(void **state, print_function *print, const struct run *run,
                               const char *name)
{
    char *path = scratch_path(state, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    print_by(print, file, run, &two_cpus);
    assert_int_equal(fclose(file), 0);
    check_golden(path, name);
    free(path);
}

/* The tables of single numbers of jobs are those of any batch. */
static int print_along_jobs(FILE *file, const struct panels *panels, struct error *error)
{
    struct panels along_jobs = *panels;
    along_jobs.count = 0;
    if (table_print(file, &along_jobs, error) != 0)
        return -1;
    return answer_print(file, panels, error);
}

static void tables_and_answer_along_jobs_are_printed_as_in_the_golden_file(void **state)
{
    struct run *run = make_run_of_jobs();
    check_golden_print(state, print_along_jobs, run, "jobs.txt");
    free_run(run);
}

static void tables_are_printed_as_in_the_golden_file(void **state)
{
    struct run *run = make_run(base_cells, COUNT_OF(base_cells));
    assert_int_equal(run->found.cost_fits.count, 0);
    check_golden_print(state, table_print, run, "table.txt");
    free_run(run);
}

static void laws_stand_below_the_table_and_only_the_smallest_caller_has_sentences(void **state)
{
    struct run *run = make_run_of_callers();
    check_golden_print(state, table_print, run, "callers.txt");
    free_run(run);
}

/* What is printed of a run on this host; the caller frees it. */
static char *printed_by(void **state, print_function *print, const struct run *run,
                        const struct host *host)
{
    char *path = scratch_path(state, "table.txt");
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    print_by(print, file, run, host);
    assert_int_equal(fclose(file), 0);
    char *text = file_read(path);
    free(path);
    return text;
}

static char *printed(void **state, const struct run *run, const struct host *host)
{
    return printed_by(state, table_print, run, host);
}

/* Takes a text's folds out: one blank for line ends and several blanks. */
static char *unfold(char *text)
{
    char *out = text;
    for (const char *at = text; *at != '\0'; at++)
        if (*at != '\n' && (*at != ' ' || out == text || out[-1] != ' '))
            *out++ = *at;
        else if (*at == '\n' && out > text && out[-1] != ' ')
            *out++ = ' ';
    *out = '\0';
    return text;
}

/* The sentences of a run, each without its folds. */
static char *told(void **state, const struct made_cell cells[], size_t count)
{
    struct run *run = make_run(cells, count);
    char *text = unfold(printed(state, run, &two_cpus));
    free_run(run);
    return text;
}

static void check_told(void **state, const struct made_cell cells[], size_t count,
                       const char *sentence)
{
    char *text = told(state, cells, count);
    assert_contains(text, sentence);
    free(text);
}

/* Drift makes intervals: from 1.0 to 1.9 times as long is behind in some rounds, ahead in others.
 */
#define DRIFTING(size, temperature, ns, drift)                                                     \
    {                                                                                              \
        "squares", size, 4, "threadpool", 2, "auto", 0, "", temperature, ns, drift, ROUNDS, NULL,  \
            NULL                                                                                   \
    }
#define STEADY(size, temperature, ns)                                                              \
    {                                                                                              \
        "squares", size, 4, "serial", 1, "", CSV_UNKNOWN, "", temperature, ns, 0, ROUNDS, NULL,    \
            NULL                                                                                   \
    }

static void a_sentence_carries_an_interval_that_is_wide(void **state)
{
    /* At size 100 the pool may be ahead or behind. */
    static const struct made_cell cells[] = {
        STEADY(10, "warm", 400),           STEADY(100, "warm", 4000),
        STEADY(10000, "warm", 400000),     DRIFTING(10, "warm", 800, 0),
        DRIFTING(100, "warm", 3000, 0.15), DRIFTING(10000, "warm", 200000, 0),
    };
    check_told(state, cells, COUNT_OF(cells),
               "threadpool beats serial from jobs of somewhere between 100 ns and 100 us on with "
               "2 workers; ");
}

static void what_pays_cold_alone_is_told(void **state)
{
    static const struct made_cell cells[] = {
        STEADY(10, "warm", 400),      STEADY(1000, "warm", 40000),
        STEADY(10, "cold", 400),      STEADY(1000, "cold", 80000),
        DRIFTING(10, "warm", 800, 0), DRIFTING(1000, "warm", 41000, 0),
        DRIFTING(10, "cold", 800, 0), DRIFTING(1000, "cold", 40000, 0),
    };
    check_told(
        state, cells, COUNT_OF(cells),
        "threadpool does not stay ahead of serial here; started cold, from jobs of somewhere "
        "between 100 ns and 10.0 us on with 2 workers; ");
}

/* Serial's first batch takes longer than later ones; the size is one all the same. A batch takes
 * the pool as long as serial's 50 jobs, and half of serial's time. */
static void a_size_has_one_time_warm_and_cold(void **state)
{
    static const struct made_cell cells[] = {
        STEADY(10, "warm", 400),         STEADY(50, "warm", 2000),
        STEADY(200, "warm", 8000),       STEADY(1000, "warm", 40000),
        STEADY(10, "cold", 800),         STEADY(50, "cold", 4000),
        STEADY(200, "cold", 16000),      STEADY(1000, "cold", 80000),
        DRIFTING(10, "warm", 2200, 0),   DRIFTING(50, "warm", 3000, 0),
        DRIFTING(200, "warm", 6000, 0),  DRIFTING(1000, "warm", 22000, 0),
        DRIFTING(10, "cold", 4400, 0),   DRIFTING(50, "cold", 6000, 0),
        DRIFTING(200, "cold", 12000, 0), DRIFTING(1000, "cold", 44000, 0),
    };
    check_told(state, cells, COUNT_OF(cells), "threadpool 2 100 +-0% (1.00 us) 100 +-0% (1.00 us)");
    check_told(state, cells, COUNT_OF(cells),
               "beats serial from jobs of 1.00 us on with 2 workers; started cold, from jobs of "
               "1.00 us on; ");
}

/* The smallest size is ahead in most rounds, not in all: from where on it pays is not known. */
static void what_may_pay_at_every_size_is_told_as_at_most(void **state)
{
    static const struct made_cell cells[] = {
        STEADY(10, "warm", 400),
        STEADY(1000, "warm", 40000),
        DRIFTING(10, "warm", 330, 0.1),
        DRIFTING(1000, "warm", 20000, 0),
    };
    char *text = told(state, cells, COUNT_OF(cells));
    assert_contains(text, "threadpool 2 at most 1k (10.0 us) -");
    assert_contains(text,
                    "threadpool beats serial from jobs of at most 10.0 us on with 2 workers; ");
    assert_null(strstr(text, "+-"));
    free(text);
}

static void what_pays_in_the_middle_alone_is_told(void **state)
{
    static const struct made_cell cells[] = {
        STEADY(10, "warm", 400),          STEADY(100, "warm", 4000),
        STEADY(1000, "warm", 40000),      STEADY(10000, "warm", 400000),
        DRIFTING(10, "warm", 800, 0),     DRIFTING(100, "warm", 2000, 0),
        DRIFTING(1000, "warm", 20000, 0), DRIFTING(10000, "warm", 500000, 0),
    };
    check_told(state, cells, COUNT_OF(cells), "threadpool 2 between 100 and 1k - ");
    check_told(
        state, cells, COUNT_OF(cells),
        "threadpool beats serial with jobs between 1.00 us and 10.0 us only, with 2 workers; ");
}

#define OF_FORKPOOL(size, ns, drift)                                                               \
    {                                                                                              \
        "squares", size, 4, "forkpool", 2, "auto", 0, "", "warm", ns, drift, ROUNDS, NULL, NULL    \
    }

/* At the size with the highest median the rounds are from less than 1 to 20 times as fast as
 * serial. */
static void a_best_beyond_what_surely_pays_is_told_as_such(void **state)
{
    static const struct made_cell cells[] = {
        STEADY(10, "warm", 400),           STEADY(100, "warm", 4000),
        STEADY(1000, "warm", 40000),       STEADY(10000, "warm", 400000),
        STEADY(100000, "warm", 4000000),   DRIFTING(10, "warm", 800, 0),
        DRIFTING(100, "warm", 2667, 0),    DRIFTING(1000, "warm", 26670, 0),
        DRIFTING(10000, "warm", 20000, 5), DRIFTING(100000, "warm", 5000000, 0),
    };
    check_told(state, cells, COUNT_OF(cells),
               "threadpool beats serial with jobs between 1.00 us and 10.0 us only, with 2 "
               "workers; ");
    check_told(state, cells, COUNT_OF(cells),
               ", with jobs of 100 us, where it is not surely ahead.");
}

/* ".." stands where the crossover lies in between. */
static void the_answer_tells_a_stretch_from_an_interval(void **state)
{
    static const struct made_cell cells[] = {
        STEADY(10, "warm", 400),          STEADY(100, "warm", 4000),
        STEADY(1000, "warm", 40000),      STEADY(10000, "warm", 400000),
        DRIFTING(10, "warm", 800, 0),     DRIFTING(100, "warm", 2000, 0),
        DRIFTING(1000, "warm", 20000, 0), DRIFTING(10000, "warm", 500000, 0),
    };
    struct run *run = make_run(cells, COUNT_OF(cells));
    char *text = printed_by(state, answer_print, run, &two_cpus);
    assert_contains(text, "  threadpool    only 1.00 us to 10.0 us (2)  -");
    free(text);
    free_run(run);
}

/* At size 100 the pool of threads surely pays, and the fastest one does not. */
static void the_first_size_that_pays_is_that_of_the_first_crossover(void **state)
{
    static const struct made_cell cells[] = {
        STEADY(10, "warm", 400),        STEADY(100, "warm", 4000),
        STEADY(1000, "warm", 40000),    DRIFTING(10, "warm", 800, 0),
        DRIFTING(100, "warm", 2667, 0), DRIFTING(1000, "warm", 26670, 0),
        OF_FORKPOOL(10, 800, 0),        OF_FORKPOOL(100, 100, 5),
        OF_FORKPOOL(1000, 22000, 0),
    };
    check_told(state, cells, COUNT_OF(cells),
               "At jobs of 1.00 us, the smallest measured at which any pays with 2 workers, ");
}

static void what_makes_no_difference_is_told(void **state)
{
    static const struct made_cell cells[] = {
        STEADY(10, "warm", 400),
        STEADY(1000, "warm", 40000),
        DRIFTING(10, "warm", 404, 0),
        DRIFTING(1000, "warm", 39900, 0),
    };
    check_told(state, cells, COUNT_OF(cells), "threadpool 2 even - ");
    check_told(state, cells, COUNT_OF(cells), "threadpool is as fast as serial here, within 3 %; ");
}

static void of_a_noisy_curve_what_is_known_is_told(void **state)
{
    struct made_cell cells[] = {
        STEADY(10, "warm", 400),
        STEADY(1000, "warm", 40000),
        DRIFTING(10, "warm", 800, 0),
        DRIFTING(1000, "warm", 20000, 0),
    };
    cells[2].rounds = 5;
    check_told(
        state, cells, COUNT_OF(cells),
        "threadpool is ahead of serial from jobs of 10.0 us on with 2 workers, and cannot be "
        "told from it below; ");
    cells[2].rounds = ROUNDS;
    cells[3].status = "timed_out";
    cells[3].detail = "after 30s";
    check_told(state, cells, COUNT_OF(cells),
               "threadpool cannot be told from serial here: its largest size went wrong; ");
}

/* Two of twelve visits of the pool take five times as long, which medians do not see. */
static void slow_visits_that_change_the_answer_are_told(void **state)
{
    struct made_cell cells[] = {
        SERIAL("squares", 10, 4, "", "warm", 400),
        SERIAL("squares", 1000, 4, "", "warm", 40000),
        SERIAL("squares", 100000, 4, "", "warm", 4000000),
        POOL("squares", 10, 4, 2, "warm", 800),
        POOL("squares", 1000, 4, 2, "warm", 30000),
        POOL("squares", 100000, 4, 2, "warm", 2000000),
    };
    for (size_t i = 0; i < COUNT_OF(cells); i++) {
        cells[i].rounds = 2 * ROUNDS;
        cells[i].drift = 0;
    }
    struct run *run = make_run(cells, COUNT_OF(cells));
    for (size_t i = 0; i < run->samples.count; i++)
        if (run->rows[i].round % 5 == 0 && text_equal(run->rows[i].key.strategy, "threadpool"))
            run->rows[i].ns_per_map *= 5;
    free(run->found.summaries.rows);
    free(run->found.crossovers.rows);
    free(run->found.cost_fits.rows);
    analyse(run);
    char *text = unfold(printed(state, run, &two_cpus));
    assert_contains(text,
                    "By mean times, in which slow visits count, it pays from jobs of 126 us on: "
                    "a tenth of its visits took 4.6 times the median or more.");
    free(text);
    free_run(run);
}

static void a_law_tells_which_callers_it_leaves_out(void **state)
{
    struct run *run = make_run_of_callers();
    struct made_cell crash = FORK(10, "cold", NAN);
    crash.status = "crashed";
    crash.detail = "boom";
    add_caller(run, &crash, 4096, "4k");
    free(run->found.summaries.rows);
    free(run->found.crossovers.rows);
    free(run->found.cost_fits.rows);
    analyse(run);
    char *text = printed(state, run, &two_cpus);
    assert_contains(text, "Left out: 1 caller");
    free(text);
    free_run(run);
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

/* ------------------------------------------------------------------------------- the answer */

#define OWN_ANSWER                                                                                 \
    "squares: one job of 1k takes 2.56 us. In a batch of 4: threadpool with 2 workers\n"           \
    "  from 25.6 ns..2.56 us a job (2.00 times as fast at best); fork per job: never.\n"

static void the_answer_is_printed_as_in_the_golden_file(void **state)
{
    struct run *run = make_run(base_cells, COUNT_OF(base_cells));
    check_golden_print(state, answer_print, run, "answer.txt");
    free_run(run);
}

/* Of a work of the user's own a sentence comes first; built-in works have none. */
static void a_work_of_ones_own_is_answered_in_a_sentence(void **state)
{
    struct host host = {.cpus_usable = 2, .work_count = 1};
    snprintf(host.works[0].name, sizeof host.works[0].name, "squares");
    host.works[0].spawn_ns = host.works[0].dynamic_ns = NAN;
    snprintf(host.works[0].path, sizeof host.works[0].path, "/lib/libsquares.so:squares");
    struct run *run = make_run(base_cells, COUNT_OF(base_cells));
    char *text = printed_by(state, answer_print, run, &host);
    char *plain = printed_by(state, answer_print, run, &two_cpus);
    if (strncmp(text, OWN_ANSWER, strlen(OWN_ANSWER)) != 0)
        stop_test("it begins otherwise:\n%s", text);
    assert_string_equal(text + strlen(OWN_ANSWER), plain);
    assert_null(strstr(text, "stream: one job"));
    free(plain);
    free(text);
    free_run(run);
}

/* A cell of a strategy in Python. */
#define PYTHON(strategy, size, workers, ns)                                                        \
    {                                                                                              \
        "task", size, 4, strategy, workers, "", CSV_UNKNOWN, "", "warm", ns, 0.01, ROUNDS, NULL,   \
            NULL                                                                                   \
    }

/* A function in Python has a sentence of its own: in which interpreter, and that threads take
 * turns.
 */
static void a_function_in_python_is_answered_in_a_sentence(void **state)
{
    static const struct made_cell cells[] = {
        PYTHON("py-serial", 10, 1, 4e4),  PYTHON("py-serial", 1000, 1, 4e6),
        PYTHON("py-pool", 10, 2, 4e5),    PYTHON("py-pool", 1000, 2, 2e6),
        PYTHON("py-process", 10, 2, 4e6), PYTHON("py-process", 1000, 2, 8e6),
        PYTHON("py-threads", 10, 2, 1e5), PYTHON("py-threads", 1000, 2, 4.8e6),
    };
    struct host host = {.cpus_usable = 2, .work_count = 1, .runner_count = 1};
    snprintf(host.works[0].name, sizeof host.works[0].name, "task");
    host.works[0].spawn_ns = host.works[0].dynamic_ns = NAN;
    snprintf(host.works[0].path, sizeof host.works[0].path, "/home/m.py:task");
    snprintf(host.runners[0].program, sizeof host.runners[0].program, "python3");
    snprintf(host.runners[0].runtime, sizeof host.runners[0].runtime, "CPython 3.11.2");
    snprintf(host.runners[0].gil, sizeof host.runners[0].gil, "on");
    struct run *run = make_run(cells, COUNT_OF(cells));
    char *text = printed_by(state, answer_print, run, &host);
    unfold(text);
    assert_contains(text,
                    "task: one job of 1k takes 1.02 ms in python3 (CPython 3.11.2). In a batch of "
                    "4: a warm py-pool of 2 workers pays from ");
    assert_contains(text,
                    " a job on (2.00 times as fast at best); a fresh py-process per job never; "
                    "py-threads never (the GIL is on). ");
    free(text);
    free_run(run);
}

/* So many works, in each of which a pool pays, a fork never does, and of the rest nothing is known.
 */
static struct run *make_run_of_works(size_t works)
{
    static char names[32][32];
    struct made_cell cells[32 * 7];
    size_t count = 0;
    assert_true(works <= COUNT_OF(names));
    for (size_t i = 0; i < works; i++) {
        snprintf(names[i], sizeof names[i], "work%zu", i);
        const struct made_cell own[] = {
            SERIAL(names[i], 10, 4, "", "warm", 100),
            SERIAL(names[i], 1000, 4, "", "warm", 10000),
            FORK(10, "warm", 40000),
            FORK(1000, "warm", 40000),
            POOL(names[i], 10, 4, 2, "warm", 200),
            POOL(names[i], 1000, 4, 2, "warm", 5000),
            OPENMP(1000, 9600, 3),
        };
        for (size_t k = 0; k < COUNT_OF(own); k++) {
            cells[count] = own[k];
            cells[count].work = names[i];
            cells[count++].env = "";
        }
    }
    return make_run(cells, count);
}

/* Checks that no line is too long, and returns how many there are. */
static size_t count_short_lines(const char *text)
{
    size_t lines = 0;
    for (const char *line = text; *line != '\0'; lines++) {
        size_t bytes = strcspn(line, "\n");
        if (bytes > ANSWER_COLUMNS)
            stop_test("longer than a line: %s", text);
        line += bytes + (line[bytes] == '\n');
    }
    return lines;
}

static void the_answer_leaves_room_for_what_stands_behind_it(void **state)
{
    struct host host = {.cpus_usable = 2};
    for (size_t i = 0; i < 12; i++)
        snprintf(host.warnings.texts[host.warnings.count++], sizeof *host.warnings.texts, "%s",
                 "a condition that takes more than a line to tell may spoil all that is told here; "
                 "change it");
    for (size_t works = 1; works <= 20; works++) {
        struct run *run = make_run_of_works(works);
        char *text = printed_by(state, answer_print, run, &host);
        if (count_short_lines(text) > ANSWER_MOST_LINES - 3)
            stop_test("%zu works have too long an answer:\n%s", works, text);
        assert_contains(text, "12 warnings, the first: a condition that");
        if (works == 20)
            assert_contains(text, " more batches, which tables.txt has\n");
        free(text);
        free_run(run);
    }
}

static void of_many_works_each_has_what_pays_first_and_what_never_does(void **state)
{
    struct run *run = make_run_of_works(5);
    char *text = printed_by(state, answer_print, run, &two_cpus);
    assert_contains(text, "\nwork4, 4 jobs of 25.6 ns to 2.56 us: at best 2.00 times as fast "
                          "(threadpool)\n"
                          "  kept open     threadpool from 25.6 ns..2.56 us\n"
                          "  never pays: fork; cannot be told: openmp\n");
    free(text);
    free_run(run);
}

static void long_names_are_told_in_short_lines(void **state)
{
    struct made_cell cells[COUNT_OF(base_cells)];
    memcpy(cells, base_cells, sizeof base_cells);
    for (size_t i = 0; i < COUNT_OF(cells); i++)
        if (*cells[i].env != '\0' || text_equal(cells[i].strategy, "serial"))
            cells[i].env = "OMP_WAIT_POLICY=passive;MALLOC_ARENA_MAX=1";
        else
            cells[i].env = "OMP_WAIT_POLICY=active;MALLOC_ARENA_MAX=1";
    for (size_t i = 0; i < COUNT_OF(cells); i++)
        if (text_equal(cells[i].strategy, "threadpool"))
            cells[i].env = "OMP_WAIT_POLICY=passive;MALLOC_ARENA_MAX=1";
    struct run *run = make_run(cells, COUNT_OF(cells));
    char *text = printed_by(state, answer_print, run, &two_cpus);
    assert_true(count_short_lines(text) <= ANSWER_MOST_LINES - 3);
    assert_contains(text, "OMP_WAIT_POLICY=passive");
    assert_contains(text, "  kept open     threadpool");
    free(text);
    free_run(run);
}

static void what_went_wrong_is_counted_and_the_first_is_told(void **state)
{
    struct made_cell cells[COUNT_OF(base_cells) + 1];
    memcpy(cells, base_cells, sizeof base_cells);
    cells[COUNT_OF(base_cells)] = (struct made_cell)CRASH(10, 1);
    struct run *run = make_run(cells, COUNT_OF(cells));
    char *text = unfold(printed_by(state, answer_print, run, &two_cpus));
    assert_contains(text, "2 cells were not measured: forkpool, 2 workers, size 10, "
                          "static,1: crashed: 1 of 4 jobs died of signal 11, \"boom\"; and so on.");
    free(text);
    free_run(run);
}

/* ------------------------------------------------------------------------------- comparisons */

static struct comparison compared(const char *strategy, uint64_t workers, uint64_t size,
                                  const char *quantity, const char *verdict, const char *detail)
{
    return (struct comparison){
        .key.work = "squares",
        .key.size = size,
        .key.jobs = 8,
        .key.strategy = strategy,
        .key.workers = workers,
        .key.schedule = text_equal(strategy, "threadpool") ? "auto" : "",
        .key.chunk = text_equal(strategy, "threadpool") ? 0 : CSV_UNKNOWN,
        .key.env = "",
        .key.parent_pages = "",
        .key.transport = "",
        .key.bind = "",
        .key.spin_ns = CSV_UNKNOWN,
        .key.build = "",
        .key.options = "",
        .key.baseline = "",
        .key.python = "",
        .key.start_method = "",
        .key.results = "",
        .temperature = "warm",
        .quantity = quantity,
        .base = NAN,
        .base_low = NAN,
        .base_high = NAN,
        .new = NAN,
        .new_low = NAN,
        .new_high = NAN,
        .change = NAN,
        .change_low = NAN,
        .change_high = NAN,
        .p = NAN,
        .rounds = 0,
        .fresh_change = NAN,
        .fresh_low = NAN,
        .fresh_high = NAN,
        .fresh_p = NAN,
        .fresh_rounds = CSV_UNKNOWN,
        .threshold = 0.05,
        .verdict = verdict,
        .more_rounds = CSV_UNKNOWN,
        .detail = detail,
    };
}

/* Changes of that size, give or take a hundredth, in twenty rounds. */
static struct comparison changed(struct comparison row, double base, double change)
{
    row.base = base;
    row.base_low = 0.98 * base;
    row.base_high = 1.02 * base;
    row.new = base *(1 + change);
    row.new_low = 0.98 * row.new;
    row.new_high = 1.02 * row.new;
    row.change = change;
    row.change_low = change - 0.01;
    row.change_high = change + 0.01;
    row.p = fabs(change) > 0.05 ? 0.0000217 : 0.35;
    row.rounds = 20;
    return row;
}

static struct comparison confirmed(struct comparison row, double change)
{
    row.fresh_change = change;
    row.fresh_low = change - 0.02;
    row.fresh_high = change + 0.02;
    row.fresh_p = 0.00012;
    row.fresh_rounds = 20;
    return row;
}

static struct comparison wanting(struct comparison row, uint64_t rounds)
{
    row.more_rounds = rounds;
    return row;
}

#define SAME(strategy, size)                                                                       \
    changed(compared(strategy, 2, size, "time", "same", ""), 2e5 * (double)(size), 0.003)

/* One of each kind, and of each quantity. */
static size_t make_comparison(struct comparison rows[], size_t room)
{
    struct comparison made[] = {
        SAME("fork", 1000),
        changed(compared("fork", 2, 1000, "speedup", "same", ""), 0.25, -0.01),
        compared("forkserver", 2, 1000, "time", "crashed",
                 "crashed: 1 of 8 jobs died of signal 11"),
        confirmed(changed(compared("threadpool", 2, 1000, "time", "regression", ""), 1.4e6, 0.123),
                  0.119),
        confirmed(
            changed(compared("threadpool", 2, 1000, "speedup", "regression", ""), 1.97, -0.107),
            -0.104),
        confirmed(changed(compared("serial", 1, 10, "time", "improvement", ""), 950, -0.3), -0.29),
        wanting(changed(compared("threads", 1, 1000, "time", "noisy", ""), 3e4, 0.046), 31),
        wanting(changed(compared("threads", 2, 1000, "time", "noisy",
                                 "not confirmed: fresh rounds do not tell"),
                        3e4, 0.06),
                1),
        compared("glib", 2, 1000, "time", "missing", "new: unavailable: no libglib-2.0.so.0"),
        compared("forkteam", 2, 1000, "time", "new", "base: not visited"),
        changed(compared("fork", 2, 1000, "overhead", "improvement", ""), 14500, -0.31),
        compared("fork", 2, CSV_UNKNOWN, "crossover", "regression", "was 'at', is 'never' now"),
        changed(compared("fork", 2, 10, "instructions", "regression", ""), 1e6, 0.1),
    };
    assert_true(COUNT_OF(made) <= room);
    made[COUNT_OF(made) - 3].p = NAN; /* of two runs: nothing is paired */
    made[COUNT_OF(made) - 2].temperature = "cold";
    memcpy(rows, made, sizeof made);
    return COUNT_OF(made);
}

/* What table_print_comparison says; the caller frees it. */
static char *printed_comparison(void **state, struct comparison rows[], size_t count)
{
    struct comparisons comparisons = {rows, count};
    char *path = scratch_path(state, "comparison.txt");
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    table_print_comparison(file, &comparisons);
    assert_int_equal(fclose(file), 0);
    char *text = file_read(path);
    free(path);
    return text;
}

static void comparisons_are_printed_as_in_the_golden_file(void **state)
{
    struct comparison rows[16];
    size_t count = make_comparison(rows, COUNT_OF(rows));
    char *text = printed_comparison(state, rows, count);
    char *path = scratch_path(state, "comparison.txt");
    check_golden(path, "comparison.txt");
    for (const char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1)
        assert_in_range(end - line, 1, 80);
    free(path);
    free(text);
}

static void comparisons_are_written_as_in_the_golden_file(void **state)
{
    struct comparison rows[16];
    size_t count = make_comparison(rows, COUNT_OF(rows));
    check_golden_csv(state, "comparison.csv", &comparison_format, rows, count);
}

static void the_same_is_printed_of_comparisons_that_were_read(void **state)
{
    struct error error = {0};
    struct strings strings = {0};
    struct comparisons found;
    comparisons_read("tests/golden/comparison.csv", &strings, &found, &error);
    assert_no_error(&error);
    free(printed_comparison(state, found.rows, found.count));
    char *path = scratch_path(state, "comparison.txt");
    check_golden(path, "comparison.txt");
    free(path);
    free(found.rows);
    strings_free(&strings);
}

static const char *last_line(const char *text)
{
    size_t length = strlen(text);
    while (length > 1 && text[length - 2] != '\n')
        length--;
    return text + (length > 0 ? length - 1 : 0);
}

static void the_last_line_is_the_verdict_in_words(void **state)
{
    struct comparison good = SAME("fork", 1000), other = SAME("fork", 2000);
    struct comparison bad =
        changed(compared("fork", 2, 1000, "speedup", "regression", ""), 1, -0.5);
    struct comparison dead = compared("fork", 2, 3000, "time", "crashed", "crashed");
    struct comparison noisy = wanting(compared("fork", 2, 3000, "time", "noisy", ""), 5);
    struct comparison gone = compared("glib", 2, 1000, "time", "missing", "");
    struct comparison curve = compared("fork", 2, CSV_UNKNOWN, "crossover", "same", "");
    struct verdict_case {
        struct comparison rows[4];
        size_t count;
        const char *words;
    } cases[] = {
        {{good, other, gone}, 3, "no regression in 2 quantities of 2 cells\n"},
        {{good, curve}, 2, "no regression in 2 quantities of 1 cell\n"},
        {{good}, 1, "no regression in 1 quantity of 1 cell\n"},
        {{good, bad, other}, 3, "1 regression in 3 quantities of 2 cells\n"},
        {{bad, bad, noisy}, 3, "2 regressions in 3 quantities of 2 cells\n"},
        {{bad, dead}, 2, "1 regression and 1 crashed in 2 quantities of 2 cells\n"},
        {{good, dead}, 2, "no regression, but 1 crashed in 2 quantities of 2 cells\n"},
        {{noisy, gone}, 2, "nothing can be told in 1 quantity of 1 cell\n"},
        {{gone}, 1, "nothing was compared\n"},
        {{gone}, 0, "nothing was compared\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *text = printed_comparison(state, cases[i].rows, cases[i].count);
        assert_string_equal(last_line(text), cases[i].words);
        free(text);
    }
}

static void a_machine_that_cannot_see_the_threshold_is_warned_of(void **state)
{
    struct comparison rows[] = {
        SAME("fork", 1000),
        wanting(changed(compared("fork", 2, 2000, "time", "noisy", ""), 1, 0), 30),
        wanting(changed(compared("fork", 2, 3000, "time", "noisy", ""), 1, 0), 60),
    };
    char *text = printed_comparison(state, rows, 2), *warned = printed_comparison(state, rows, 3);
    assert_null(strstr(text, "warning")); /* one of two is not most */
    assert_contains(warned,
                    "warning: this machine cannot see a change of 5 % in 20 rounds: 2 of 3\n");
    assert_contains(warned, "half of those could be told after 65 rounds\n");
    free(text);
    free(warned);
}

static void of_many_noisy_rows_some_are_shown_and_all_are_counted(void **state)
{
    enum { ROWS = 50 };
    struct comparison rows[ROWS];
    size_t shown = 0;
    for (size_t i = 0; i < ROWS; i++)
        rows[i] = wanting(compared("fork", 2, i, "time", "noisy", ""), 5);
    char *text = printed_comparison(state, rows, ROWS);
    for (const char *at = text; (at = strstr(at, "noisy       time of")) != NULL; at++)
        shown++;
    assert_int_equal(shown, 8);
    assert_contains(text, "noisy       and 42 more\n");
    assert_contains(text, "noisy 50\n");
    free(text);
    for (size_t i = 0; i < ROWS; i++)
        rows[i].verdict = "crashed";
    text = printed_comparison(state, rows, ROWS);
    assert_null(strstr(text, " more\n"));
    free(text);
}

static void a_run_is_no_better_and_no_worse_than_itself(void **state)
{
    struct error error = {0};
    struct run *run = make_run(base_cells, COUNT_OF(base_cells));
    struct compared_run side = {run->found.summaries, run->found.crossovers};
    struct comparisons found;
    compare_runs(&side, &side, 0.25, &found, &error);
    assert_no_error(&error);
    assert_true(comparisons_of(&found, VERDICT_SAME) > 0);
    assert_int_equal(comparisons_of(&found, VERDICT_SAME) + comparisons_of(&found, VERDICT_NOISY),
                     found.count);
    char *text = printed_comparison(state, found.rows, found.count);
    assert_contains(last_line(text), "no regression in ");
    free(text);
    free(found.rows);
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
        cmocka_unit_test(tables_and_answer_along_jobs_are_printed_as_in_the_golden_file),
        cmocka_unit_test(laws_stand_below_the_table_and_only_the_smallest_caller_has_sentences),
        cmocka_unit_test(a_sentence_carries_an_interval_that_is_wide),
        cmocka_unit_test(what_pays_cold_alone_is_told),
        cmocka_unit_test(a_size_has_one_time_warm_and_cold),
        cmocka_unit_test(what_may_pay_at_every_size_is_told_as_at_most),
        cmocka_unit_test(what_pays_in_the_middle_alone_is_told),
        cmocka_unit_test(a_best_beyond_what_surely_pays_is_told_as_such),
        cmocka_unit_test(the_answer_tells_a_stretch_from_an_interval),
        cmocka_unit_test(the_first_size_that_pays_is_that_of_the_first_crossover),
        cmocka_unit_test(what_makes_no_difference_is_told),
        cmocka_unit_test(of_a_noisy_curve_what_is_known_is_told),
        cmocka_unit_test(slow_visits_that_change_the_answer_are_told),
        cmocka_unit_test(a_law_tells_which_callers_it_leaves_out),
        cmocka_unit_test(warnings_stand_once_below_the_tables),
        cmocka_unit_test(the_answer_is_printed_as_in_the_golden_file),
        cmocka_unit_test(a_work_of_ones_own_is_answered_in_a_sentence),
        cmocka_unit_test(a_function_in_python_is_answered_in_a_sentence),
        cmocka_unit_test(the_answer_leaves_room_for_what_stands_behind_it),
        cmocka_unit_test(of_many_works_each_has_what_pays_first_and_what_never_does),
        cmocka_unit_test(long_names_are_told_in_short_lines),
        cmocka_unit_test(what_went_wrong_is_counted_and_the_first_is_told),
        cmocka_unit_test(comparisons_are_printed_as_in_the_golden_file),
        cmocka_unit_test(comparisons_are_written_as_in_the_golden_file),
        cmocka_unit_test(the_same_is_printed_of_comparisons_that_were_read),
        cmocka_unit_test(the_last_line_is_the_verdict_in_words),
        cmocka_unit_test(a_machine_that_cannot_see_the_threshold_is_warned_of),
        cmocka_unit_test(of_many_noisy_rows_some_are_shown_and_all_are_counted),
        cmocka_unit_test(a_run_is_no_better_and_no_worse_than_itself),
    };
    return cmocka_run_group_tests_name("table", tests, scratch_make, scratch_remove);
}
