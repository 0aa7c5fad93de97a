/* Scaling on made-up machines whose truth is known: how often do intervals hold it, and how often
 * is the cause the right one? BREAKEVEN_SCALING_RUNS (80) is the number of runs of each machine;
 * with 500, the shares of each are printed, too. */
#include "bench/analyse/scaling/scaling.h"
#include "tests/samples.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#ifndef ROUNDS
#define ROUNDS 20
#endif

enum { MOST_SAMPLES = 4000, JOBS = 1024, SMALL = 10, LARGE = 100000, TICK_NS = 10000000 };

#define SERIAL_NS 1e7
#define SMALL_SERIAL_NS 1e3
#define VISIT_NS 3e8

/* What keeps a made-up machine from being as fast as its workers are many. */
enum limit { AMDAHL, USL, BANDWIDTH, LOCK, STEAL };

struct world {
    const char *name;
    enum limit limit;
    double contention, coherence; /* of AMDAHL and USL */
    double ceiling;               /* speedup that BANDWIDTH and LOCK allow at most */
    uint32_t cpus;
    const char *law, *cause;
};

static const struct world worlds[] = {
    {"Amdahl 2 %, 16", AMDAHL, 0.02, 0, 0, 16, "amdahl", "serial-part"},
    {"Amdahl 2 %, 64", AMDAHL, 0.02, 0, 0, 64, "usl", "serial-part"},
    {"Amdahl 20 %, 16", AMDAHL, 0.20, 0, 0, 16, "amdahl", "serial-part"},
    {"Amdahl 20 %, 64", AMDAHL, 0.20, 0, 0, 64, "usl", "serial-part"},
    {"USL, 16", USL, 0.01, 0.002, 0, 16, "usl", "hand-over"},
    {"USL, 64", USL, 0.01, 0.0004, 0, 64, "usl", "hand-over"},
    {"bandwidth, 16", BANDWIDTH, 0, 0, 6, 16, NULL, "bandwidth"},
    {"bandwidth, 64", BANDWIDTH, 0, 0, 20, 64, NULL, "bandwidth"},
    {"lock, 16", LOCK, 0, 0, 8, 16, NULL, "lock"},
    {"lock, 64", LOCK, 0, 0, 30, 64, NULL, "lock"},
    {"steal, 16", STEAL, 0, 0, 0, 16, NULL, "steal"},
    {"steal, 64", STEAL, 0, 0, 0, 64, NULL, "steal"},
};

/* The last one has more workers than any machine has CPUs. */
static const uint64_t few_counts[] = {1, 2, 4, 8, 16, 32}; /* Amdahl's law alone is fitted */
static const uint64_t counts_of_16[] = {1, 2, 3, 4, 6, 8, 12, 16, 32};
static const uint64_t counts_of_64[] = {1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 128};

struct machine {
    const struct world *world;
    const uint64_t *counts;
    size_t count;
    gsl_rng *random;
    struct sample *rows;
    size_t used;
};

/* ------------------------------------------------------------------------------- the truth */

/* The share of the machine's CPU time that the hypervisor takes from so many workers. */
static double stolen_share(double workers)
{
    return 0.004 * workers / (1 + 0.004 * workers);
}

/* A speedup that is one for each worker up to the ceiling, and bends there. */
static double bent(double workers, double ceiling)
{
    return workers / pow(1 + pow(workers / ceiling, 4), 0.25);
}

static double speedup_of(const struct world *world, double workers)
{
    double running = fmin(workers, world->cpus);
    switch (world->limit) {
    case AMDAHL:
    case USL:
        return running /
               (1 + world->contention * (running - 1) + world->coherence * running * (running - 1));
    case BANDWIDTH:
    case LOCK:
        return bent(running, world->ceiling);
    case STEAL:
        return running * (1 - stolen_share(running));
    }
    return NAN;
}

static double peak_of(const struct world *world)
{
    return sqrt((1 - world->contention) / world->coherence);
}

/* ------------------------------------------------------------------------------- its samples */

/* Visits are slower at times, never much faster. */
static double noise(const struct machine *machine)
{
    return exp(gsl_ran_gaussian(machine->random, 0.02) +
               gsl_ran_exponential(machine->random, 0.02));
}

static struct sample *add(struct machine *machine, uint64_t round, const char *work, uint64_t size,
                          const char *strategy, uint64_t workers, double ns)
{
    assert_true(machine->used < MOST_SAMPLES);
    struct sample *row = &machine->rows[machine->used++];
    *row = warm_sample(round, strategy, ns * noise(machine));
    row->key.work = work;
    row->key.size = size;
    row->key.jobs = JOBS;
    row->key.workers = workers;
    row->user_ns = ns;
    row->participation = 1;
    row->roundtrip_ns = 200;
    row->visit_ns = VISIT_NS;
    return row;
}

/* One visit of the large batch, with what the kernel counts beside it. */
static void add_large(struct machine *machine, uint64_t round, uint64_t workers)
{
    const struct world *world = machine->world;
    double running = fmin((double)workers, world->cpus),
           ns = SERIAL_NS / speedup_of(world, running);
    struct sample *row = add(machine, round, "squares", LARGE, "threadpool", workers, ns);
    row->user_ns = SERIAL_NS;
    row->nvcsw = 2 * workers;
    if (world->limit == BANDWIDTH)
        row->user_ns = running * ns;
    if (world->limit == LOCK) {
        row->nvcsw = JOBS;
        row->sys_ns = 0.02 * SERIAL_NS;
    }
    if (world->limit == STEAL) /* the whole machine's, of which the batch has a part */
        row->steal_ticks = (uint64_t)(stolen_share(running) * running / world->cpus * VISIT_NS *
                                      world->cpus / TICK_NS * noise(machine));
}

/* One round: serial once, which all worker counts are compared with; a fifth of the cells is not
 * visited. */
static void add_round(struct machine *machine, uint64_t round)
{
    const struct world *world = machine->world;
    add(machine, round, "squares", SMALL, "serial", 1, SMALL_SERIAL_NS);
    add(machine, round, "squares", LARGE, "serial", 1, SERIAL_NS);
    add(machine, round, "stream", LARGE, "serial", 1, SERIAL_NS);
    for (size_t i = 0; i < machine->count; i++) {
        double workers = (double)machine->counts[i];
        double handover = 2000 + world->coherence * (workers - 1) * SERIAL_NS;
        double memory = world->limit == BANDWIDTH ? world->ceiling : world->cpus / 2.0;
        if (gsl_rng_uniform(machine->random) < 0.2)
            continue;
        add(machine, round, "squares", SMALL, "threadpool", machine->counts[i],
            handover + SMALL_SERIAL_NS / fmin(workers, world->cpus));
        add(machine, round, "stream", LARGE, "threadpool", machine->counts[i],
            SERIAL_NS / bent(fmin(workers, world->cpus), memory));
        add_large(machine, round, machine->counts[i]);
    }
}

/* ------------------------------------------------------------------------------- the tally */

enum kind { SHARE, RATE, CONTENTION, COHERENCE, PEAK, FITTED, PREDICTED, KINDS };

static const char *const kind_names[KINDS] = {"serial share", "rate",   "contention", "coherence",
                                              "peak",         "fitted", "predicted"};

struct tally {
    size_t asked[KINDS], held[KINDS];
    size_t causes, laws, runs;
};

static void count(struct tally *tally, enum kind kind, double truth, double low, double high)
{
    if (isnan(low) || isnan(high))
        return;
    tally->asked[kind]++;
    tally->held[kind] += low <= truth && truth <= high;
}

static void count_row(struct tally *tally, const struct world *world, const struct scaling *row)
{
    double workers = (double)row->key.workers, speedup = speedup_of(world, workers);
    if (row->key.workers > world->cpus)
        return;
    if (workers > 1)
        count(tally, SHARE, scaling_serial_share(speedup, workers), row->serial_share_low,
              row->serial_share_high);
    if (world->law == NULL)
        return;
    count(tally, FITTED, speedup, row->fitted_low, row->fitted_high);
    count(tally, PREDICTED, speedup, row->predicted_low, row->predicted_high);
    if (row->key.workers != world->cpus)
        return;
    count(tally, RATE, 1, row->rate_low, row->rate_high);
    count(tally, CONTENTION, world->contention, row->contention_low, row->contention_high);
    if (world->limit == USL) {
        count(tally, COHERENCE, world->coherence, row->coherence_low, row->coherence_high);
        count(tally, PEAK, peak_of(world), row->peak_low, row->peak_high);
    }
}

static void count_all(struct tally *tally, const struct world *world,
                      const struct scalings *scalings)
{
    tally->runs++;
    for (size_t i = 0; i < scalings->count; i++) {
        const struct scaling *row = &scalings->rows[i];
        if (!text_equal(row->key.work, "squares"))
            continue;
        count_row(tally, world, row);
        if (row->key.workers != world->cpus)
            continue;
        tally->causes += text_equal(row->cause, world->cause);
        tally->laws += world->law == NULL || text_equal(row->law, world->law);
        if (getenv("BREAKEVEN_SCALING_TELL") != NULL)
            printf("%s: %s, %s; %s, p %.3g, shares %.2f %.2f %.2f %.2f %.2f\n", world->name,
                   row->trend, row->cause, row->law, row->fit_p, row->handover_share,
                   row->steal_share, row->system_share, row->stall_share, row->idle_share);
    }
}

static void run_once(struct machine *machine, struct tally *tally)
{
    const struct world *world = machine->world;
    struct scaling_machine cpus = {world->cpus, world->cpus, world->cpus, NAN};
    struct error error = {0};
    struct visits visits;
    struct summaries summaries;
    struct scalings scalings;
    machine->used = 0;
    for (uint64_t round = 1; round <= ROUNDS; round++)
        add_round(machine, round);
    struct samples samples = {.rows = machine->rows, .count = machine->used};
    visits_reduce(&samples, &visits, &error);
    speedup_summarise(&visits, world->cpus, &summaries, &error);
    scaling_find(&visits, &summaries, &cpus, &scalings, &error);
    assert_no_error(&error);
    count_all(tally, world, &scalings);
    free(scalings.rows);
    free(summaries.rows);
    visits_free(&visits);
}

static size_t runs_wanted(void)
{
    const char *wanted = getenv("BREAKEVEN_SCALING_RUNS");
    return wanted != NULL ? strtoul(wanted, NULL, 10) : 80;
}

static struct tally run_world(const struct world *world)
{
    bool large = world->cpus > 16, few = !large && world->limit == AMDAHL;
    struct tally tally = {.runs = 0};
    struct machine machine = {
        .world = world,
        .counts = large ? counts_of_64
                  : few ? few_counts
                        : counts_of_16,
        .count = large ? COUNT_OF(counts_of_64)
                 : few ? COUNT_OF(few_counts)
                       : COUNT_OF(counts_of_16),
        .random = gsl_rng_alloc(gsl_rng_mt19937),
        .rows = calloc(MOST_SAMPLES, sizeof *machine.rows),
    };
    gsl_rng_set(machine.random, 15);
    for (size_t i = 0; i < runs_wanted(); i++)
        run_once(&machine, &tally);
    gsl_rng_free(machine.random);
    free(machine.rows);
    return tally;
}

static void print_tally(const struct world *world, const struct tally *tally)
{
    printf("%-16s cause %5.1f %%, law %5.1f %%; intervals:", world->name,
           100.0 * (double)tally->causes / (double)tally->runs,
           100.0 * (double)tally->laws / (double)tally->runs);
    for (int kind = 0; kind < KINDS; kind++)
        if (tally->asked[kind] > 0)
            printf(" %s %.1f %% (%zu);", kind_names[kind],
                   100.0 * (double)tally->held[kind] / (double)tally->asked[kind],
                   tally->asked[kind]);
    printf("\n");
}

/* So few of the asked as chance leaves in one of a thousand tests of 95 %. */
static double least_held(size_t asked)
{
    return 0.95 - 3.3 * sqrt(0.95 * 0.05 / (double)asked);
}

static void intervals_hold_the_truth_and_causes_are_right(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(worlds); i++) {
        struct tally tally = run_world(&worlds[i]);
        double runs = (double)tally.runs;
        if (tally.runs > 100)
            print_tally(&worlds[i], &tally);
        if ((double)tally.causes < 0.9 * runs || (double)tally.laws < 0.9 * runs)
            stop_test("%s: %zu causes and %zu laws of %zu are right", worlds[i].name, tally.causes,
                      tally.laws, tally.runs);
        for (int kind = 0; kind < KINDS; kind++)
            if (tally.asked[kind] > 0 &&
                (double)tally.held[kind] < least_held(tally.runs) * (double)tally.asked[kind])
                stop_test("%s: %zu of %zu intervals of the %s hold it", worlds[i].name,
                          tally.held[kind], tally.asked[kind], kind_names[kind]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_hold_the_truth_and_causes_are_right),
    };
    return cmocka_run_group_tests_name("scaling_truth", tests, NULL, NULL);
}
