/* Runs in scripted time: a fake clock, and fake visits whose times, noise and failures are known,
 * so that the adaptive plan, the budget and the crossovers can be checked without real time. */
#include "tests/support.h"

#include "bench/analyse/crossover/crossover.h"
#include "bench/analyse/disturbed.h"
#include "bench/analyse/speedup.h"
#include "bench/base/text.h"
#include "bench/run/measure.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

enum { MOST_CELLS = 4096, JOBS = 8, WORKERS = 2 };

/* What a strategy's visits take: a job of size s runs s ns serially; a batch of them takes its
 * share of that and the overhead, cold a start more. */
struct script {
    const char *strategy;
    double overhead_ns, start_ns; /* of a batch */
    uint64_t visit_ns;            /* that the fake clock goes on by, whatever is measured */
};

static const struct script scripts[] = {
    {"serial", 0, 0, 1000000},        {"fork", 900000, 0, 5000000},
    {"threads", 40000, 0, 2000000},   {"threadpool", 700, 90000, 1000000},
    {"spawn", 6000000, 0, 500000000}, /* slow: it takes what a hundred others do */
    {"openmp", 2000, 0, 1000000},     {"openmp-tasks", 9000, 0, 1000000},
    {"forkteam", 600000, 0, 1000000}, {"forkpool", 400000, 0, 1000000},
};

/* The world of a run: its time and its chances. */
struct world {
    struct measure_world calls;
    uint64_t now_ns;
    double noise; /* standard deviation of the log of a time */
    double
        disturbed_share; /* of the visits: they take ten times as long, and so do their canaries */
    double drift;        /* of the log of parallel times: a wave */
    uint64_t drift_ns;   /* of so long a period */
    double fork_noise;   /* of what forks, where it has more; 0: the same */
    uint64_t visits, interrupt_at; /* interrupted instead of that visit, counted from 1; 0: never */
    const char *crashing;          /* the strategy whose visits crash; NULL: none */
    uint64_t endless_size;         /* from this size on a visit does not end by itself; 0: none */
    unsigned long seed;
    double
        steep_at; /* what is not serial is from 0.3 to 1.8 times as fast, 1 there; 0: as scripts */
    double tail;  /* of what is not serial, the mean of a tail of slow visits; its median stays */
};

static const struct script *script_of(const char *strategy)
{
    for (size_t i = 0; i < COUNT_OF(scripts); i++)
        if (text_equal(scripts[i].strategy, strategy))
            return &scripts[i];
    stop_test("no script for %s", strategy);
    return NULL;
}

static double batch_ns(const struct script *script, uint64_t jobs, double size)
{
    uint64_t share = text_equal(script->strategy, "serial") ? jobs : (jobs + WORKERS - 1) / WORKERS;
    return (double)share * size + script->overhead_ns;
}

/* Where the script's strategy beats serial, by its model. */
static double true_crossover(const char *strategy, bool cold)
{
    const struct script *script = script_of(strategy);
    double overhead_ns = script->overhead_ns + (cold ? script->start_ns : 0);
    return overhead_ns / JOBS / (1 - 1.0 / WORKERS);
}

/* From how many jobs of a size it does. */
static uint64_t true_jobs(const char *strategy, double size, bool cold)
{
    const struct script *script = script_of(strategy);
    uint64_t jobs = 1;
    while (batch_ns(script, jobs, size) + (cold ? script->start_ns : 0) >= (double)jobs * size)
        jobs++;
    return jobs;
}

/* Of a size by that at which it is 1: 0.3 at small ones, 1.8 at large ones, within a factor of 2.
 */
static double steep_speedup(double size)
{
    double half = log(6) / log(1 / 0.3) - 1; /* so that it is 1 at 1 */
    return 0.3 * pow(6, 1 / (1 + half * pow(size, -4)));
}

static uint64_t fake_now_ns(void *user)
{
    const struct world *world = user;
    return world->now_ns;
}

/* The chances of a visit depend on how many were made before: the same run has the same ones. */
static void draw_reading(const struct world *world, const struct cell *cell, gsl_rng *random,
                         bool cold, double factor, struct reading *reading)
{
    const struct script *script = script_of(cell->strategy->name);
    double ns =
        batch_ns(script, cell->key.jobs, (double)cell->key.size) + (cold ? script->start_ns : 0);
    bool serial = text_equal(script->strategy, "serial");
    bool forks = strncmp(script->strategy, "fork", 4) == 0;
    double noise = forks && world->fork_noise > 0 ? world->fork_noise : world->noise;
    if (!serial && world->steep_at > 0)
        ns =
            JOBS * (double)cell->key.size / steep_speedup((double)cell->key.size / world->steep_at);
    if (!serial && world->tail > 0)
        ns *= exp(gsl_ran_exponential(random, world->tail) - world->tail * M_LN2);
    if (world->drift_ns > 0 && !text_equal(script->strategy, "serial"))
        ns *= exp(world->drift * sin(2 * M_PI * (double)world->now_ns / (double)world->drift_ns));
    *reading = (struct reading){
        .cold = cold,
        .maps = 1,
        .ns_per_map = factor * ns * exp(gsl_ran_gaussian(random, noise)),
        .open_ns = NAN,
        .close_ns = NAN,
        .participation = 1,
        .roundtrip_ns = 100 * factor,
    };
}

static int fake_visit(void *user, enum visit_kind kind, const struct cell *cell,
                      const struct cell_context *context, const struct visit_launch *launch,
                      struct reading readings[READINGS_MOST], uint32_t *count, struct error *error)
{
    struct world *world = user;
    uint64_t cost_ns = script_of(cell->strategy->name)->visit_ns;
    (void)context;
    *count = 1;
    readings[0] = (struct reading){.status = STATUS_OK};
    if (kind == VISIT_PREPARE)
        return 0;
    if (world->interrupt_at == world->visits + 1)
        return fail(error, ERROR_INTERRUPTED, "interrupted");
    world->visits++;
    bool endless = world->endless_size > 0 && cell->key.size >= world->endless_size;
    if (endless || cost_ns > launch->timeout_ns) {
        world->now_ns += launch->timeout_ns;
        readings[0] = (struct reading){
            .cold = 1, .ns_per_map = NAN, .roundtrip_ns = NAN, .status = STATUS_TIMED_OUT};
        return 0;
    }
    world->now_ns += cost_ns;
    if (world->crashing != NULL && text_equal(world->crashing, cell->strategy->name)) {
        readings[0] = (struct reading){
            .cold = 1, .ns_per_map = NAN, .roundtrip_ns = NAN, .status = STATUS_CRASHED};
        return 0;
    }
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, world->seed * 1000003 + world->visits);
    double factor = gsl_rng_uniform(random) < world->disturbed_share ? 10 : 1;
    draw_reading(world, cell, random, true, factor, &readings[0]);
    draw_reading(world, cell, random, false, factor, &readings[1]);
    gsl_rng_free(random);
    *count = 2;
    return 0;
}

/* ------------------------------------------------------------------------------- a run */

struct trial {
    struct suite suite;
    struct plan plan;
    struct world world;
    struct measure_settings settings;
    struct measure_result result;
    char *rows; /* what samples.csv would hold */
    size_t rows_bytes;
};

static int fake_check_cpus(void *user, const struct cpus *planned, struct error *error)
{
    (void)user;
    (void)planned;
    (void)error;
    return 0;
}

static void trial_open(void **state, struct trial *trial, const char *suite_text)
{
    struct settings none = {0};
    struct error error = {0};
    char *path = scratch_file(state, "suite.ini", suite_text);
    *trial = (struct trial){.world = {.noise = 0.02, .seed = 1}};
    suite_read(path, &none, WORKERS, &trial->suite, &error);
    assert_no_error(&error);
    plan_make(&trial->suite, 0, &trial->plan, &error);
    assert_no_error(&error);
    trial->world.calls =
        (struct measure_world){fake_visit, fake_now_ns, fake_check_cpus, &trial->world};
    trial->settings = (struct measure_settings){
        .seed = trial->suite.seed,
        .timeout_ns = trial->suite.timeout_ns,
        .budget_ns = trial->suite.budget_ns,
        .rounds = trial->suite.rounds,
        .precision = trial->suite.precision,
        .cpus = {.usable = WORKERS},
        .input_fd = -1,
        .programs = {"/proc/self/exe"},
        .world = &trial->world.calls,
    };
    free(path);
}

static void trial_close(struct trial *trial)
{
    free(trial->rows);
    plan_free(&trial->plan);
    suite_free(&trial->suite);
}

static void read_rows(void **state, const struct trial *trial, struct samples *samples)
{
    struct error error = {0};
    char *path = scratch_path(state, "samples.csv");
    file_write(path, trial->rows, trial->rows_bytes);
    samples_read(path, samples, &error);
    assert_no_error(&error);
    free(path);
}

static void take_rows(struct trial *trial, FILE *file)
{
    fseek(file, 0, SEEK_END);
    trial->rows_bytes = (size_t)ftell(file);
    trial->rows = malloc(trial->rows_bytes + 1);
    assert_non_null(trial->rows);
    rewind(file);
    assert_int_equal(fread(trial->rows, 1, trial->rows_bytes, file), trial->rows_bytes);
    trial->rows[trial->rows_bytes] = '\0';
}

/* Runs, going on with the rows that are there; the exit code. */
static enum error_kind trial_run(void **state, struct trial *trial)
{
    struct samples before = {0};
    struct error error = {0};
    char *rows = trial->rows;
    size_t bytes = trial->rows_bytes;
    if (rows != NULL)
        read_rows(state, trial, &before);
    FILE *file = tmpfile(); /* rows are written past the stream, by its descriptor */
    assert_non_null(file);
    if (rows != NULL)
        fwrite(rows, 1, bytes, file);
    else
        csv_write_header(file, &samples_format);
    fflush(file);
    measure_run(&trial->plan, &trial->settings, &before, file, &trial->result, &error);
    take_rows(trial, file);
    assert_int_equal(fclose(file), 0);
    samples_free(&before);
    free(rows);
    return error.kind;
}

/* What a report makes of the rows. */
struct findings {
    struct samples samples;
    struct summaries summaries;
    struct crossovers crossovers;
};

static struct findings analyse(void **state, const struct trial *trial)
{
    struct error error = {0};
    struct disturbances found;
    struct findings findings;
    struct visits visits;
    read_rows(state, trial, &findings.samples);
    disturbed_mark(&findings.samples, &found, &error);
    visits_reduce(&findings.samples, &visits, &error);
    speedup_summarise(&visits, WORKERS, &findings.summaries, &error);
    crossover_find(&findings.summaries, &findings.crossovers, &error);
    assert_no_error(&error);
    visits_free(&visits);
    return findings;
}

static void findings_free(struct findings *findings)
{
    free(findings->crossovers.rows);
    free(findings->summaries.rows);
    samples_free(&findings->samples);
}

/* How often the cell was visited. */
static uint64_t visits_to(const struct samples *samples, const char *strategy, uint64_t size)
{
    uint64_t count = 0;
    for (size_t i = 0; i < samples->count; i++)
        count += text_equal(samples->rows[i].key.strategy, strategy) &&
                 samples->rows[i].key.size == size &&
                 text_equal(samples->rows[i].temperature, "cold");
    return count;
}

static const char squares[] = "[suite]\njobs = 8\nworkers = 2\nbudget = 60s\n"
                              "strategies = fork,threads,threadpool\n"
                              "[squares]\nsizes = 1e1..1e7\n";

/* ------------------------------------------------------------------------------- answers */

static void crossovers_are_found_and_narrow(void **state)
{
    struct trial trial;
    trial_open(state, &trial, squares);
    assert_int_equal(trial_run(state, &trial), ERROR_NONE);
    struct findings findings = analyse(state, &trial);
    assert_int_equal(findings.crossovers.count, 6); /* three strategies, cold and warm */
    assert_int_equal(trial.result.steered.curves, 3);
    assert_int_equal(trial.result.steered.settled, 3);
    for (size_t i = 0; i < findings.crossovers.count; i++) {
        const struct crossover *row = &findings.crossovers.rows[i];
        double wanted = true_crossover(row->key.strategy, text_equal(row->temperature, "cold"));
        if (!text_equal(row->verdict, "at") || fabs(log(row->size / wanted)) > log(1.1) ||
            row->size_high > 1.1 * row->size || row->size > 1.1 * row->size_low)
            stop_test("%s %s: %s %g [%g, %g] where %g is true", row->key.strategy, row->temperature,
                      row->verdict, row->size, row->size_low, row->size_high, wanted);
    }
    findings_free(&findings);
    trial_close(&trial);
}

static void sizes_are_added_around_crossovers_only(void **state)
{
    struct trial trial;
    struct samples samples;
    trial_open(state, &trial, squares);
    trial_run(state, &trial);
    read_rows(state, &trial, &samples);
    for (size_t i = 0; i < samples.count; i++) {
        const struct key *key = &samples.rows[i].key;
        double size = (double)key->size, decade = log10(size);
        bool added = fabs(decade - round(decade)) > 1e-9,
             near = text_equal(key->strategy, "serial");
        for (int cold = 0; cold < 2; cold++) {
            double crossover = true_crossover(key->strategy, cold != 0);
            near = near || fabs(log10(size / crossover)) < 1;
        }
        if (added && !near)
            stop_test("%s was measured at %g", key->strategy, size);
    }
    samples_free(&samples);
    trial_close(&trial);
}

/* And one more in each of the stretches of the run that they lack; what is left of the budget when
 * all is narrow they may have. */
static void cells_far_from_a_crossover_get_the_least_rounds(void **state)
{
    struct trial trial;
    struct samples samples;
    trial_open(state, &trial, squares);
    trial.world.noise = 0.3;
    trial.settings.budget_ns = NS_PER_S;
    trial_run(state, &trial);
    read_rows(state, &trial, &samples);
    assert_true(visits_to(&samples, "fork", 10) <= STEER_LEAST_ROUNDS + 3);
    assert_true(visits_to(&samples, "threadpool", 10000000) <= STEER_LEAST_ROUNDS + 3);
    assert_true(visits_to(&samples, "threads", 10000) > 2 * STEER_LEAST_ROUNDS);
    samples_free(&samples);
    trial_close(&trial);
}

/* The middle of what one section measures may be a size of another, whose cells are not the same.
 */
static void a_size_of_another_section_is_left_to_it_and_the_next_is_added(void **state)
{
    struct trial trial;
    struct samples samples;
    trial_open(state, &trial,
               "[suite]\njobs = 8\nworkers = 2\nbudget = 60s\n"
               "[one]\nwork = squares\nsizes = 1e3,1e5,1e7\nstrategies = threads\n"
               "[other]\nwork = squares\nsizes = 1e4\nstrategies = fork\n");
    assert_int_equal(trial_run(state, &trial), ERROR_NONE);
    read_rows(state, &trial, &samples);
    assert_int_equal(visits_to(&samples, "threads", 10000), 0);
    assert_true(visits_to(&samples, "threads", 10001) >= STEER_LEAST_ROUNDS);
    samples_free(&samples);
    trial_close(&trial);
}

/* Sizes are added to short curves and long ones alike, whichever comes first. */
static void works_with_few_sizes_and_with_many_are_steered_side_by_side(void **state)
{
    struct trial trial;
    trial_open(state, &trial,
               "[suite]\njobs = 8\nworkers = 2\nbudget = 60s\nstrategies = fork,threads\n"
               "[squares]\nsizes = 1e1..1e7:x2\n[sleep]\nsizes = 1e2,1e7\n"
               "[empty]\nsizes = 1e3,1e6\n[lock]\nsizes = 1e1..1e7\n");
    assert_int_equal(trial_run(state, &trial), ERROR_NONE);
    assert_int_equal(trial.result.steered.settled, trial.result.steered.curves);
    trial_close(&trial);
}

/* A strategy as fast as serial: nothing but its precision can settle it. */
static void what_lies_near_1_is_narrowed_to_the_precision(void **state)
{
    struct trial trial;
    trial_open(state, &trial,
               "[suite]\njobs = 8\nworkers = 2\nbudget = 600s\nstrategies = threadpool\n"
               "precision = 3%\n[squares]\nsizes = 175,176\n");
    trial.world.noise = 0.05;
    trial_run(state, &trial);
    struct findings findings = analyse(state, &trial);
    for (size_t i = 0; i < findings.summaries.count; i++) {
        const struct summary *row = &findings.summaries.rows[i];
        if (text_equal(row->key.strategy, "threadpool") && text_equal(row->temperature, "warm")) {
            assert_true(log(row->speedup_high / row->speedup_low) / 2 <= log(1.0301));
            assert_true(row->rounds > 2 * STEER_LEAST_ROUNDS);
        }
    }
    findings_free(&findings);
    trial_close(&trial);
}

/* Over many runs of chance, the printed intervals hold the truth nearly as often as they say: a
 * rule that looks and stops is bound to lose some of it. */
static void intervals_of_crossovers_hold_the_truth(void **state)
{
    size_t held = 0, all = 0;
    for (unsigned long seed = 1; seed <= test_worlds(100); seed++) {
        struct trial trial;
        trial_open(state, &trial, squares);
        trial.settings.budget_ns = 6 * NS_PER_S;
        trial.world.seed = seed;
        trial.world.noise = 0.04;
        trial_run(state, &trial);
        struct findings findings = analyse(state, &trial);
        for (size_t i = 0; i < findings.crossovers.count; i++) {
            const struct crossover *row = &findings.crossovers.rows[i];
            double truth = true_crossover(row->key.strategy, text_equal(row->temperature, "cold"));
            held += row->size_low <= truth && truth <= row->size_high;
            all++;
        }
        findings_free(&findings);
        trial_close(&trial);
    }
    if ((double)held < 0.88 * (double)all)
        stop_test("%zu of %zu intervals hold the true crossover", held, all);
}

/* The parallel side is by a third slower, then faster, for seconds: a burst of rounds would tell of
 * the moment, narrowly and wrongly. */
static void intervals_hold_the_truth_where_the_machine_drifts_for_seconds(void **state)
{
    enum { RUNS = 12 };
    size_t held = 0, all = 0;
    for (unsigned long seed = 1; seed <= RUNS; seed++) {
        struct trial trial;
        trial_open(state, &trial,
                   "[suite]\njobs = 8\nworkers = 2\nbudget = 60s\nstrategies = threads\n"
                   "[squares]\nsizes = 1e1..1e7\n");
        trial.world.seed = seed;
        trial.world.noise = 0.04;
        trial.world.drift = 0.3;
        trial.world.drift_ns = 2 * NS_PER_S + seed * NS_PER_S / 8;
        trial_run(state, &trial);
        struct findings findings = analyse(state, &trial);
        for (size_t i = 0; i < findings.crossovers.count; i++) {
            const struct crossover *row = &findings.crossovers.rows[i];
            double truth = true_crossover("threads", text_equal(row->temperature, "cold"));
            held += row->size_low <= truth && truth <= row->size_high;
            all++;
        }
        findings_free(&findings);
        trial_close(&trial);
    }
    if ((double)held < 0.93 * (double)all)
        stop_test("%zu of %zu intervals hold the true crossover", held, all);
}

/* The first rounds and the last of what lies beside a crossover are far apart in the budget. */
static void rounds_beside_a_crossover_are_spread_over_the_run(void **state)
{
    struct trial trial;
    struct samples samples;
    double at_ns = 0, first_ns = 0, last_ns = 0;
    trial_open(state, &trial, squares);
    assert_int_equal(trial_run(state, &trial), ERROR_NONE);
    assert_int_equal(trial.result.steered.settled, trial.result.steered.curves);
    read_rows(state, &trial, &samples);
    for (size_t i = 0; i < samples.count; i++) {
        const struct sample *row = &samples.rows[i];
        if (!text_equal(row->temperature, "cold"))
            continue;
        at_ns += row->visit_ns;
        if (!text_equal(row->key.strategy, "threads") || row->key.size != 10000)
            continue;
        first_ns = first_ns > 0 ? first_ns : at_ns;
        last_ns = at_ns;
    }
    assert_true(last_ns - first_ns >= 2 * 60e9 / 16); /* three stretches of sixteen */
    samples_free(&samples);
    trial_close(&trial);
}

/* A world in which intervals must hold the truth as often as they say. */
struct truth {
    const char *name;
    bool steep;
    double noise, tail;
    uint64_t rounds; /* of every size; 0: as many as are needed */
};

/* Whether the warm crossover is told so that it holds the truth, which lies elsewhere between the
 * sizes for each seed. */
static bool holds(void **state, const struct truth *world, unsigned long seed)
{
    struct trial trial;
    double wanted = 1000 * pow(100, fmod((double)seed * 0.618, 1));
    trial_open(state, &trial,
               "[suite]\njobs = 8\nworkers = 2\nbudget = 60s\n"
               "strategies = threads\n[squares]\nsizes = 1e1..1e7\n");
    trial.world.seed = seed;
    trial.world.noise = world->noise;
    trial.world.tail = world->tail;
    trial.world.steep_at = world->steep ? wanted : 0;
    trial.settings.rounds = world->rounds;
    trial_run(state, &trial);
    struct findings findings = analyse(state, &trial);
    const struct crossover *row = &findings.crossovers.rows[findings.crossovers.count - 1];
    double truth = world->steep ? wanted : true_crossover("threads", false);
    bool held = text_equal(row->temperature, "warm") && crossover_kind_of(row) == CROSSOVER_AT &&
                !(row->size_low > truth) && truth <= row->size_high;
    findings_free(&findings);
    trial_close(&trial);
    return held;
}

static void what_lies_between_two_sizes_is_held_wherever_it_lies(void **state)
{
    const unsigned long runs = test_worlds(60);
    const unsigned long least = TESTS_ARE_LONG ? 54 : runs * 8 / 10; /* 95 %, but for so few */
    static const struct truth worlds[] = {
        {"a steep curve", true, 0.04, 0, 0},
        {"a steep curve, twelve rounds of decades", true, 0.04, 0, 12},
        {"a batch, twelve rounds of decades", false, 0.04, 0, 12},
        {"skewed noise", false, 0.08, 0.24, 0},
    };
    for (size_t i = 0; i < COUNT_OF(worlds); i++) {
        unsigned long held = 0;
        for (unsigned long seed = 1; seed <= runs; seed++)
            held += holds(state, &worlds[i], seed);
        if (held < least)
            stop_test("%s: %lu of %lu intervals hold the truth", worlds[i].name, held, runs);
    }
}

/* ------------------------------------------------------------------------------- along jobs */

static const char jobs_of_11_us[] = "[suite]\nworkers = 2\nbudget = 60s\n"
                                    "strategies = fork,threads,threadpool\n"
                                    "[squares]\nsizes = 11000\njobs = 1..4096:x2\n";

/* The rows along jobs; they stand last. */
static size_t first_along_jobs(const struct findings *findings)
{
    size_t first = 0;
    while (first < findings->crossovers.count &&
           crossover_axis(&findings->crossovers.rows[first]) == DIMENSION_size)
        first++;
    return first;
}

static bool is_cold(const struct crossover *row)
{
    return text_equal(row->temperature, "cold");
}

static void crossovers_along_jobs_are_found_and_narrow(void **state)
{
    struct trial trial;
    trial_open(state, &trial, jobs_of_11_us);
    assert_int_equal(trial_run(state, &trial), ERROR_NONE);
    struct findings findings = analyse(state, &trial);
    size_t first = first_along_jobs(&findings);
    assert_int_equal(findings.crossovers.count - first, 6); /* three strategies, cold and warm */
    assert_int_equal(trial.result.steered.curves, 3);
    assert_int_equal(trial.result.steered.settled, 3);
    for (size_t i = first; i < findings.crossovers.count; i++) {
        const struct crossover *row = &findings.crossovers.rows[i];
        double wanted = (double)true_jobs(row->key.strategy, 11000, is_cold(row));
        bool narrow =
            row->jobs_high <= row->jobs_low + 3 ||
            (row->jobs_high <= 1.11 * row->jobs_at && row->jobs_at <= 1.11 * row->jobs_low);
        if (!text_equal(row->verdict, "at") || !narrow || row->jobs_low > wanted ||
            row->jobs_high < wanted)
            stop_test("%s %s: %s %g [%g, %g] where %g is true", row->key.strategy, row->temperature,
                      row->verdict, row->jobs_at, row->jobs_low, row->jobs_high, wanted);
    }
    findings_free(&findings);
    trial_close(&trial);
}

static void numbers_of_jobs_are_added_around_crossovers_only(void **state)
{
    struct trial trial;
    struct samples samples;
    size_t added = 0;
    trial_open(state, &trial, jobs_of_11_us);
    trial_run(state, &trial);
    read_rows(state, &trial, &samples);
    for (size_t i = 0; i < samples.count; i++) {
        const struct key *key = &samples.rows[i].key;
        bool planned = (key->jobs & (key->jobs - 1)) == 0,
             near = text_equal(key->strategy, "serial");
        assert_int_equal(key->size, 11000);
        assert_in_range(key->jobs, 1, 4096);
        for (int cold = 0; cold < 2; cold++)
            near = near || fabs(log2((double)key->jobs /
                                     (double)true_jobs(key->strategy, 11000, cold != 0))) < 3;
        if (!planned && !near)
            stop_test("%s was measured with %llu jobs", key->strategy,
                      (unsigned long long)key->jobs);
        added += !planned;
    }
    assert_true(added > 0);
    samples_free(&samples);
    trial_close(&trial);
}

static void intervals_along_jobs_hold_the_truth(void **state)
{
    size_t held = 0, all = 0;
    for (unsigned long seed = 1; seed <= test_worlds(40); seed++) {
        struct trial trial;
        trial_open(state, &trial, jobs_of_11_us);
        trial.settings.budget_ns = 8 * NS_PER_S;
        trial.world.seed = seed;
        trial.world.noise = 0.04;
        trial_run(state, &trial);
        struct findings findings = analyse(state, &trial);
        for (size_t i = first_along_jobs(&findings); i < findings.crossovers.count; i++) {
            const struct crossover *row = &findings.crossovers.rows[i];
            double truth = (double)true_jobs(row->key.strategy, 11000, is_cold(row));
            held += !(row->jobs_low > truth) && truth <= row->jobs_high;
            all++;
        }
        findings_free(&findings);
        trial_close(&trial);
    }
    assert_true(all > 0);
    if ((double)held < 0.90 * (double)all)
        stop_test("%zu of %zu intervals hold the true number of jobs", held, all);
}

static void where_both_are_several_sizes_are_added_and_no_numbers_of_jobs(void **state)
{
    struct trial trial;
    struct samples samples;
    size_t added = 0;
    trial_open(state, &trial,
               "[suite]\nworkers = 2\nbudget = 60s\nstrategies = threads\n"
               "[squares]\nsizes = 1e2,1e4,1e6\njobs = 2,8,32\n");
    assert_int_equal(trial_run(state, &trial), ERROR_NONE);
    read_rows(state, &trial, &samples);
    for (size_t i = 0; i < samples.count; i++) {
        uint64_t jobs = samples.rows[i].key.jobs, size = samples.rows[i].key.size;
        assert_true(jobs == 2 || jobs == 8 || jobs == 32);
        added += size != 100 && size != 10000 && size != 1000000;
    }
    assert_true(added > 0);
    samples_free(&samples);
    struct findings findings = analyse(state, &trial);
    size_t along_jobs = findings.crossovers.count - first_along_jobs(&findings);
    assert_true(along_jobs >= 6); /* of each planned size, cold and warm */
    findings_free(&findings);
    trial_close(&trial);
}

/* ------------------------------------------------------------------------------- budgets */

static void a_budget_is_kept_within_a_tenth(void **state)
{
    static const char *const budgets[] = {"1s", "5s", "20s", "300s"};
    for (size_t i = 0; i < COUNT_OF(budgets); i++)
        for (uint64_t endless = 0; endless <= 100000; endless += 100000) {
            struct trial trial;
            char text[256];
            snprintf(text, sizeof text,
                     "[suite]\njobs = 8\nworkers = 2\nbudget = %s\ntimeout = 1000s\n"
                     "strategies = fork,spawn,threads\n[squares]\nsizes = 1e1..1e7\n",
                     budgets[i]);
            trial_open(state, &trial, text);
            trial.world.endless_size = endless;
            assert_int_equal(trial_run(state, &trial), ERROR_NONE);
            uint64_t most = trial.settings.budget_ns + trial.settings.budget_ns / 10;
            if (trial.world.now_ns > most)
                stop_test("a budget of %s: %.2f s", budgets[i], (double)trial.world.now_ns / 1e9);
            trial_close(&trial);
        }
}

/* 20 s are 40 visits of spawn: less than its survey needs. */
static void no_strategy_goes_without_a_verdict_because_another_is_slow(void **state)
{
    struct trial trial;
    struct samples samples;
    trial_open(state, &trial,
               "[suite]\njobs = 8\nworkers = 2\nbudget = 20s\nstrategies = fork,spawn,threads\n"
               "[squares]\nsizes = 1e1..1e7\n");
    trial_run(state, &trial);
    read_rows(state, &trial, &samples);
    for (uint64_t size = 10; size <= 10000000; size *= 10) {
        assert_true(visits_to(&samples, "fork", size) >= STEER_LEAST_ROUNDS);
        assert_true(visits_to(&samples, "threads", size) >= STEER_LEAST_ROUNDS);
        assert_true(visits_to(&samples, "spawn", size) >= 1);
    }
    samples_free(&samples);
    trial_close(&trial);
}

/* With so much noise every crossover could be narrowed for longer than the budget lasts: then each
 * gets half of an equal share of it at least, and not one strategy all. */
static void no_strategy_stays_wide_because_another_is_noisy(void **state)
{
    static const char *const strategies_measured[] = {"threads", "threadpool", "openmp"};
    struct trial trial;
    struct samples samples;
    trial_open(state, &trial,
               "[suite]\njobs = 8\nworkers = 2\nbudget = 3s\n"
               "strategies = threads,threadpool,openmp\n[squares]\nsizes = 1e1..1e7\n");
    trial.world.noise = 0.3;
    trial_run(state, &trial);
    read_rows(state, &trial, &samples);
    for (size_t i = 0; i < COUNT_OF(strategies_measured); i++) {
        double spent_ns = 0;
        for (size_t k = 0; k < samples.count; k++)
            spent_ns += text_equal(samples.rows[k].key.strategy, strategies_measured[i]) &&
                                text_equal(samples.rows[k].temperature, "cold")
                            ? samples.rows[k].visit_ns
                            : 0;
        if (spent_ns < 0.3e9)
            stop_test("%s got %.2f s", strategies_measured[i], spent_ns / 1e9);
    }
    samples_free(&samples);
    trial_close(&trial);
}

/* It says whether a strategy ever pays: whatever else a budget lasts for. */
static void the_largest_size_is_surveyed_first(void **state)
{
    struct trial trial;
    struct samples samples;
    trial_open(state, &trial, squares);
    trial.settings.budget_ns = 60 * NS_PER_MS; /* of the 54 ms that six rounds of one size take */
    trial_run(state, &trial);
    read_rows(state, &trial, &samples);
    assert_int_equal(visits_to(&samples, "fork", 10000000), STEER_LEAST_ROUNDS);
    assert_int_equal(visits_to(&samples, "threads", 10000000), STEER_LEAST_ROUNDS);
    samples_free(&samples);
    trial_close(&trial);
}

static void count_serial(const struct samples *samples, uint64_t *serial, uint64_t *visits)
{
    for (size_t i = 0; i < samples->count; i++) {
        bool one = text_equal(samples->rows[i].temperature, "cold"); /* row of each visit */
        *visits += one;
        *serial += one && text_equal(samples->rows[i].key.strategy, "serial");
    }
}

static void all_that_want_a_size_sit_with_one_serial(void **state)
{
    struct trial trial;
    struct samples samples;
    uint64_t serial = 0, visits = 0;
    trial_open(state, &trial,
               "[suite]\njobs = 8\nworkers = 2\nbudget = 400ms\n" /* of the survey's 420 */
               "strategies = fork,threads,threadpool,openmp\n[squares]\nsizes = 1e1..1e7\n");
    trial_run(state, &trial);
    read_rows(state, &trial, &samples);
    count_serial(&samples, &serial, &visits);
    if (10 * serial > 3 * visits) /* a fifth at best: one of five */
        stop_test("%llu of %llu visits are serial's", (unsigned long long)serial,
                  (unsigned long long)visits);
    samples_free(&samples);
    trial_close(&trial);
}

/* Seven strategies, of which those that fork have more noise. */
static void open_seven(void **state, unsigned long seed, uint64_t budget_ns, double fork_noise,
                       struct trial *trial)
{
    trial_open(state, trial,
               "[suite]\njobs = 8\nworkers = 2\nstrategies = "
               "fork,forkteam,forkpool,threads,threadpool,openmp,openmp-tasks\n"
               "[squares]\nsizes = 1e1..1e7\n");
    trial->world.seed = seed;
    trial->world.noise = 0.06;
    trial->world.fork_noise = fork_noise;
    trial->settings.budget_ns = budget_ns;
}

/* The survey takes 0.6 s. What comes then is wanted at sizes of each strategy's own, where others
 * that are not narrow may sit, too. */
static void what_is_not_narrow_yet_shares_serial_with_what_is_due(void **state)
{
    enum { RUNS = 5 };
    uint64_t serial = 0, visits = 0;
    for (unsigned long seed = 1; seed <= RUNS; seed++) {
        struct trial trial;
        struct samples samples;
        open_seven(state, seed, 800 * NS_PER_MS, 0, &trial);
        trial_run(state, &trial);
        read_rows(state, &trial, &samples);
        count_serial(&samples, &serial, &visits);
        samples_free(&samples);
        trial_close(&trial);
    }
    if (100 * serial > 24 * visits)
        stop_test("%llu of %llu visits are serial's", (unsigned long long)serial,
                  (unsigned long long)visits);
}

/* The budget does not last for what forks with so much noise: equal shares would leave the others
 * wide, too. */
static void what_cannot_be_narrow_gives_way_to_what_can(void **state)
{
    enum { RUNS = 10, OTHERS = 4 };
    size_t narrow = 0;
    for (unsigned long seed = 1; seed <= RUNS; seed++) {
        struct trial trial;
        open_seven(state, seed, 2 * NS_PER_S, 0.5, &trial);
        trial_run(state, &trial);
        struct findings findings = analyse(state, &trial);
        for (size_t i = 0; i < findings.crossovers.count; i++) {
            const struct crossover *row = &findings.crossovers.rows[i];
            narrow += row->size_high <= 1.1 * row->size && row->size <= 1.1 * row->size_low;
        }
        findings_free(&findings);
        trial_close(&trial);
    }
    if (narrow < 52) /* 42 with equal shares */
        stop_test("%zu of %d crossovers are narrow", narrow, 2 * RUNS * OTHERS);
}

/* Whether what forks pays is open at the largest size, where six rounds tell little: a few more
 * decide it, and are not left to what is over when everything else is narrow. */
static void what_may_pay_is_decided_while_crossovers_are_still_wide(void **state)
{
    enum { RUNS = 10, FORKING = 3 };
    size_t noisy = 0;
    for (unsigned long seed = 1; seed <= RUNS; seed++) {
        struct trial trial;
        trial_open(state, &trial,
                   "[suite]\njobs = 8\nworkers = 2\nstrategies = "
                   "fork,forkteam,forkpool,threads,threadpool,openmp,openmp-tasks\n"
                   "[squares]\nsizes = 1e2..1e5\n");
        trial.world.seed = seed;
        trial.world.noise = 0.2;
        trial.world.fork_noise = 0.5;
        trial.settings.budget_ns = NS_PER_S;
        trial_run(state, &trial);
        struct findings findings = analyse(state, &trial);
        for (size_t i = 0; i < findings.crossovers.count; i++)
            noisy += text_equal(findings.crossovers.rows[i].verdict, "noisy");
        findings_free(&findings);
        trial_close(&trial);
    }
    if (noisy > 34) /* 43 where it is left over */
        stop_test("%zu of %d verdicts are noisy", noisy, 2 * RUNS * FORKING);
}

static void a_run_ends_when_nothing_more_is_wanted(void **state)
{
    struct trial trial;
    trial_open(state, &trial, squares);
    trial.settings.budget_ns = 3600 * NS_PER_S;
    trial_run(state, &trial);
    assert_true(trial.world.now_ns < 600 * NS_PER_S);
    assert_int_equal(trial.result.steered.settled, trial.result.steered.curves);
    trial_close(&trial);
}

/* Against as many sizes as it takes without looking: a full grid, with as many rounds as the
 * adaptive run gave to what lies beside its crossovers. */
static void steering_takes_a_third_of_the_time_of_a_grid(void **state)
{
    struct trial adaptive, grid;
    struct samples samples;
    uint64_t rounds = 0;
    trial_open(state, &adaptive, squares);
    adaptive.settings.budget_ns = 4 * NS_PER_S;
    trial_run(state, &adaptive);
    read_rows(state, &adaptive, &samples);
    for (size_t i = 0; i < samples.count; i++)
        rounds =
            visits_to(&samples, samples.rows[i].key.strategy, samples.rows[i].key.size) > rounds &&
                    !text_equal(samples.rows[i].key.strategy, "serial")
                ? visits_to(&samples, samples.rows[i].key.strategy, samples.rows[i].key.size)
                : rounds;
    samples_free(&samples);
    trial_open(
        state, &grid,
        "[suite]\njobs = 8\nworkers = 2\nstrategies = fork,threads,threadpool\n"
        "[squares]\nsizes = "
        "10,18,33,61,111,202,367,670,1222,2228,4062,7406,"
        "13503,24621,44893,81855,149250,272134,496195,904736,1649648,3007883,5484417,10000000\n");
    grid.settings.rounds = rounds;
    assert_int_equal(grid.plan.group_count, 24);
    trial_run(state, &grid);
    if (3 * adaptive.world.now_ns > grid.world.now_ns)
        stop_test("%.1f s against %.1f s with %llu rounds", (double)adaptive.world.now_ns / 1e9,
                  (double)grid.world.now_ns / 1e9, (unsigned long long)rounds);
    trial_close(&adaptive);
    trial_close(&grid);
}

/* ------------------------------------------------------------------------------- pairing */

/* Each visit has one to serial of the same size in its round; nothing is visited twice in one. */
static void every_visit_has_serials_beside_it(void **state)
{
    struct trial trial;
    struct samples samples;
    trial_open(state, &trial, squares);
    trial_run(state, &trial);
    read_rows(state, &trial, &samples);
    for (size_t i = 0; i < samples.count; i++) {
        const struct sample *row = &samples.rows[i];
        struct key serial = key_of_baseline(&row->key);
        size_t beside = 0, twice = 0;
        for (size_t k = 0; k < samples.count; k++) {
            const struct sample *other = &samples.rows[k];
            bool same = other->round == row->round && text_equal(other->temperature, "cold");
            beside += same && key_compare(&other->key, &serial) == 0;
            twice += same && key_compare(&other->key, &row->key) == 0;
        }
        assert_int_equal(beside, 1);
        assert_int_equal(twice, 1);
    }
    samples_free(&samples);
    trial_close(&trial);
}

/* Visits whose canary tells of a disturbance are made again and do not count. */
static void disturbed_visits_do_not_spoil_the_crossovers(void **state)
{
    struct trial trial;
    uint64_t disturbed = 0;
    trial_open(state, &trial, squares);
    trial.world.disturbed_share = 0.15;
    trial_run(state, &trial);
    struct findings findings = analyse(state, &trial);
    for (size_t i = 0; i < findings.summaries.count; i++)
        disturbed += findings.summaries.rows[i].disturbed;
    assert_true(disturbed > 0);
    for (size_t i = 0; i < findings.crossovers.count; i++) {
        const struct crossover *row = &findings.crossovers.rows[i];
        double wanted = true_crossover(row->key.strategy, text_equal(row->temperature, "cold"));
        assert_string_equal(row->verdict, "at");
        assert_true(fabs(log(row->size / wanted)) < log(1.1));
    }
    findings_free(&findings);
    trial_close(&trial);
}

/* Where the slow ones are not known until many canaries are, a cell must not end with pairs that
 * the report leaves out: all that is settled has its interval there. */
static void what_is_settled_is_told_by_the_report_too(void **state)
{
    for (int percent = 0; percent <= 30; percent += 15) {
        size_t noisy = 0, all = 0;
        for (unsigned long seed = 1; seed <= test_worlds(30); seed++) {
            struct trial trial;
            trial_open(state, &trial,
                       "[suite]\njobs = 8\nworkers = 2\nbudget = 20s\n"
                       "strategies = fork,threads,threadpool,openmp\n[squares]\nsizes = 1e7\n");
            trial.world.seed = seed;
            trial.world.noise = 0.04;
            trial.world.disturbed_share = percent / 100.0;
            trial_run(state, &trial);
            struct findings findings = analyse(state, &trial);
            assert_int_equal(trial.result.steered.settled, trial.result.steered.curves);
            for (size_t i = 0; i < findings.crossovers.count; i++)
                noisy += text_equal(findings.crossovers.rows[i].verdict, "noisy");
            all += findings.crossovers.count;
            findings_free(&findings);
            trial_close(&trial);
        }
        if (50 * noisy > all)
            stop_test("with %d %% slow canaries %zu of %zu are noisy", percent, noisy, all);
    }
}

static void what_crashes_is_visited_once_and_the_rest_goes_on(void **state)
{
    struct trial trial;
    struct samples samples;
    trial_open(state, &trial, squares);
    trial.world.crashing = "threads";
    assert_int_equal(trial_run(state, &trial), ERROR_NONE);
    read_rows(state, &trial, &samples);
    for (uint64_t size = 10; size <= 10000000; size *= 10) {
        assert_int_equal(visits_to(&samples, "threads", size), 1);
        assert_true(visits_to(&samples, "fork", size) >= STEER_LEAST_ROUNDS);
    }
    assert_int_equal(trial.result.cells_given_up, 7);
    samples_free(&samples);
    trial_close(&trial);
}

static void without_serial_nothing_is_measured(void **state)
{
    struct trial trial;
    struct samples samples;
    trial_open(state, &trial, squares);
    trial.world.crashing = "serial";
    assert_int_equal(trial_run(state, &trial), ERROR_NONE);
    read_rows(state, &trial, &samples);
    for (uint64_t size = 10; size <= 10000000; size *= 10)
        assert_true(visits_to(&samples, "fork", size) <= 1);
    samples_free(&samples);
    trial_close(&trial);
}

/* ------------------------------------------------------------------------------- fixed rounds */

static void fixed_rounds_visit_every_cell_as_often_and_add_nothing(void **state)
{
    struct trial trial;
    struct samples samples;
    trial_open(state, &trial, squares);
    trial.settings.rounds = 9;
    trial.settings.budget_ns = 1; /* means nothing then */
    assert_int_equal(trial_run(state, &trial), ERROR_NONE);
    read_rows(state, &trial, &samples);
    assert_int_equal(trial.plan.group_count, 7);
    assert_int_equal(samples.count, 2 * 9 * trial.plan.cell_count);
    for (size_t i = 0; i < trial.plan.cell_count; i++)
        assert_int_equal(
            visits_to(&samples, trial.plan.cells[i].strategy->name, trial.plan.cells[i].key.size),
            9);
    samples_free(&samples);
    trial_close(&trial);
}

/* In rounds of every cell. */
static void rare_batches_come_behind_the_others_and_in_every_second_round(void **state)
{
    struct trial trial;
    struct samples samples;
    trial_open(state, &trial,
               "[suite]\nbudget = 1s\njobs = 8\nworkers = 4\nstrategies = fork\n"
               "[squares]\nsizes = 1e2,1e3\n");
    trial.settings.every_cell = true;
    trial.plan.groups[0].is_rare = true;
    assert_int_equal(trial_run(state, &trial), ERROR_NONE);
    read_rows(state, &trial, &samples);
    size_t rare = visits_to(&samples, "fork", 100), others = visits_to(&samples, "fork", 1000);
    assert_int_equal(samples.rows[0].key.size, 1000);
    assert_true(others > 20);
    assert_in_range(2 * rare, others - 2, others + 2);
    samples_free(&samples);
    trial_close(&trial);
}

/* ------------------------------------------------------------------------------- going on */

/* A new process makes the plan again and knows no added sizes. */
/* How many visits the rows tell of; each has one cold row. */
static size_t count_visits(const struct samples *samples, uint64_t round, const char *build)
{
    size_t count = 0;
    for (size_t i = 0; i < samples->count; i++)
        count += samples->rows[i].round == round && text_equal(samples->rows[i].key.build, build) &&
                 text_equal(samples->rows[i].temperature, "cold");
    return count;
}

/* 1 where the base's visit to the strategy was the first of the two in that round, else 0. */
static size_t base_is_first(const struct samples *samples, const char *strategy, uint64_t round)
{
    for (size_t i = 0; i < samples->count; i++)
        if (samples->rows[i].round == round && text_equal(samples->rows[i].key.strategy, strategy))
            return text_equal(samples->rows[i].key.build, "base");
    stop_test("no visit to %s in round %llu", strategy, (unsigned long long)round);
    return 0;
}

/* That the second of two visits finds warm caches must favour neither build. */
static void each_build_is_visited_first_equally_often(void **state)
{
    static const char *const names[] = {"serial", "fork", "threads"};
    enum { ROUNDS = 40 };
    struct trial trial;
    struct samples samples;
    struct error error = {0};
    size_t of_odd_rounds = 0;
    trial_open(state, &trial,
               "[suite]\nrounds = 40\njobs = 8\nworkers = 4\nstrategies = fork,threads\n"
               "[squares]\nsizes = 1e3\n");
    assert_int_equal(plan_for_both_builds(&trial.plan, &error), 0);
    trial.settings.every_cell = true;
    assert_int_equal(trial_run(state, &trial), ERROR_NONE);
    read_rows(state, &trial, &samples);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        for (uint64_t round = 1; round < ROUNDS; round += 2) {
            size_t first = base_is_first(&samples, names[i], round);
            assert_int_equal(first + base_is_first(&samples, names[i], round + 1), 1);
            of_odd_rounds += first;
        }
    assert_in_range(of_odd_rounds, 15, 45); /* of 60: left to chance */
    samples_free(&samples);
    trial_close(&trial);
}

static void another_order_visits_the_same_cells(void **state)
{
    struct trial trial;
    struct samples samples[2];
    struct error error = {0};
    size_t differing = 0;
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        trial_open(state, &trial,
                   "[suite]\nrounds = 20\njobs = 8\nworkers = 4\nstrategies = fork,threads\n"
                   "[squares]\nsizes = 1e3\n");
        assert_int_equal(plan_for_both_builds(&trial.plan, &error), 0);
        trial.settings.every_cell = true;
        trial.settings.reorder = i;
        assert_int_equal(trial_run(state, &trial), ERROR_NONE);
        read_rows(state, &trial, &samples[i]);
        trial_close(&trial);
    }
    assert_int_equal(samples[0].count, samples[1].count);
    for (size_t i = 0; i < samples[0].count; i++)
        differing += !text_equal(samples[0].rows[i].key.build, samples[1].rows[i].key.build);
    assert_true(differing > samples[0].count / 4);
    samples_free(&samples[0]);
    samples_free(&samples[1]);
}

static void two_builds_share_every_round_until_the_budget_ends(void **state)
{
    struct trial trial;
    struct samples samples;
    struct error error = {0};
    trial_open(state, &trial,
               "[suite]\nbudget = 1s\njobs = 8\nworkers = 4\nstrategies = fork,threads\n"
               "[squares]\nsizes = 1e3\n");
    assert_int_equal(plan_for_both_builds(&trial.plan, &error), 0);
    trial.settings.every_cell = true;
    assert_int_equal(trial_run(state, &trial), ERROR_NONE);
    read_rows(state, &trial, &samples);
    uint64_t rounds = 0;
    for (size_t i = 0; i < samples.count; i++)
        rounds = samples.rows[i].round > rounds ? samples.rows[i].round : rounds;
    assert_true(rounds > 20);
    for (uint64_t round = 1; round < rounds; round++) { /* the budget may cut the last one short */
        assert_int_equal(count_visits(&samples, round, "base"), 3);
        assert_int_equal(count_visits(&samples, round, "new"), 3);
    }
    for (size_t i = 0; i + 3 < samples.count; i += 4) { /* two rows a visit */
        const struct sample *first = &samples.rows[i], *second = &samples.rows[i + 2];
        assert_string_equal(first->key.strategy, second->key.strategy);
        assert_string_not_equal(first->key.build, second->key.build);
    }
    assert_true(trial.result.elapsed_ns > NS_PER_S * 9 / 10);
    assert_true(trial.result.elapsed_ns < NS_PER_S * 12 / 10);
    samples_free(&samples);
    trial_close(&trial);
}

static void plan_again(struct trial *trial)
{
    struct error error = {0};
    plan_free(&trial->plan);
    plan_make(&trial->suite, 0, &trial->plan, &error);
    assert_no_error(&error);
}

/* The rows of a run that is interrupted before each of these visits and goes on each time. */
static void run_in_parts(void **state, struct trial *trial, const uint64_t interrupts[],
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        trial->world.interrupt_at = interrupts[i];
        assert_int_equal(trial_run(state, trial), ERROR_INTERRUPTED);
        plan_again(trial);
    }
    trial->world.interrupt_at = 0;
    assert_int_equal(trial_run(state, trial), ERROR_NONE);
}

static void an_interrupted_run_ends_with_the_rows_of_one_that_was_not(void **state)
{
    static const uint64_t interrupts[][3] = {{1, 2, 3}, {7, 50, 51}, {120, 180, 260}};
    for (size_t i = 0; i < COUNT_OF(interrupts); i++) {
        struct trial whole, parts;
        trial_open(state, &whole, squares);
        trial_run(state, &whole);
        trial_open(state, &parts, squares);
        run_in_parts(state, &parts, interrupts[i], COUNT_OF(interrupts[i]));
        assert_true(whole.world.visits > 260);
        assert_int_equal(parts.world.visits, whole.world.visits);
        assert_string_equal(parts.rows, whole.rows);
        assert_int_equal(parts.result.elapsed_ns, whole.result.elapsed_ns);
        trial_close(&whole);
        trial_close(&parts);
    }
}

static void an_interrupted_run_along_jobs_ends_with_the_same_rows(void **state)
{
    static const uint64_t interrupts[] = {3, 150, 290};
    struct trial whole, parts;
    trial_open(state, &whole, jobs_of_11_us);
    trial_run(state, &whole);
    trial_open(state, &parts, jobs_of_11_us);
    run_in_parts(state, &parts, interrupts, COUNT_OF(interrupts));
    assert_true(whole.world.visits > 290);
    assert_string_equal(parts.rows, whole.rows);
    trial_close(&whole);
    trial_close(&parts);
}

static void a_finished_run_that_goes_on_adds_nothing(void **state)
{
    struct trial trial;
    trial_open(state, &trial, squares);
    trial_run(state, &trial);
    uint64_t visits = trial.world.visits;
    plan_again(&trial);
    trial_run(state, &trial);
    assert_int_equal(trial.world.visits, visits);
    trial_close(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crossovers_are_found_and_narrow),
        cmocka_unit_test(sizes_are_added_around_crossovers_only),
        cmocka_unit_test(cells_far_from_a_crossover_get_the_least_rounds),
        cmocka_unit_test(a_size_of_another_section_is_left_to_it_and_the_next_is_added),
        cmocka_unit_test(works_with_few_sizes_and_with_many_are_steered_side_by_side),
        cmocka_unit_test(what_lies_near_1_is_narrowed_to_the_precision),
        cmocka_unit_test(intervals_of_crossovers_hold_the_truth),
        cmocka_unit_test(what_lies_between_two_sizes_is_held_wherever_it_lies),
        cmocka_unit_test(intervals_hold_the_truth_where_the_machine_drifts_for_seconds),
        cmocka_unit_test(rounds_beside_a_crossover_are_spread_over_the_run),
        cmocka_unit_test(crossovers_along_jobs_are_found_and_narrow),
        cmocka_unit_test(numbers_of_jobs_are_added_around_crossovers_only),
        cmocka_unit_test(intervals_along_jobs_hold_the_truth),
        cmocka_unit_test(where_both_are_several_sizes_are_added_and_no_numbers_of_jobs),
        cmocka_unit_test(an_interrupted_run_along_jobs_ends_with_the_same_rows),
        cmocka_unit_test(the_largest_size_is_surveyed_first),
        cmocka_unit_test(all_that_want_a_size_sit_with_one_serial),
        cmocka_unit_test(a_budget_is_kept_within_a_tenth),
        cmocka_unit_test(no_strategy_goes_without_a_verdict_because_another_is_slow),
        cmocka_unit_test(no_strategy_stays_wide_because_another_is_noisy),
        cmocka_unit_test(what_is_not_narrow_yet_shares_serial_with_what_is_due),
        cmocka_unit_test(what_cannot_be_narrow_gives_way_to_what_can),
        cmocka_unit_test(what_may_pay_is_decided_while_crossovers_are_still_wide),
        cmocka_unit_test(a_run_ends_when_nothing_more_is_wanted),
        cmocka_unit_test(steering_takes_a_third_of_the_time_of_a_grid),
        cmocka_unit_test(every_visit_has_serials_beside_it),
        cmocka_unit_test(disturbed_visits_do_not_spoil_the_crossovers),
        cmocka_unit_test(what_is_settled_is_told_by_the_report_too),
        cmocka_unit_test(what_crashes_is_visited_once_and_the_rest_goes_on),
        cmocka_unit_test(without_serial_nothing_is_measured),
        cmocka_unit_test(fixed_rounds_visit_every_cell_as_often_and_add_nothing),
        cmocka_unit_test(rare_batches_come_behind_the_others_and_in_every_second_round),
        cmocka_unit_test(each_build_is_visited_first_equally_often),
        cmocka_unit_test(another_order_visits_the_same_cells),
        cmocka_unit_test(two_builds_share_every_round_until_the_budget_ends),
        cmocka_unit_test(an_interrupted_run_ends_with_the_rows_of_one_that_was_not),
        cmocka_unit_test(a_finished_run_that_goes_on_adds_nothing),
    };
    return cmocka_run_group_tests_name("steering", tests, scratch_make, scratch_remove);
}
