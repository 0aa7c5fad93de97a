#include "bench/run/overheads.h"
#include "bench/base/clock.h"
#include "bench/base/text.h"
#include "bench/job/batch.h"
#include "bench/machine/cpus.h"
#include "bench/machine/topology.h"
#include "bench/run/plan.h"
#include "bench/visit/visit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ------------------------------------------------------------------------------- rows */

/* How many messages of a job each a worker gets, where jobs are messages; over hosts each may take
 * milliseconds. */
enum { MESSAGES_A_WORKER = 1000, MESSAGES_OVER_HOSTS = 50 };

/* True where a job of a chunk of its own goes by a message. */
static bool sends_jobs(const struct strategy_ops *strategy)
{
    return strategy->floor == FLOOR_MPI && (strategy->flags & STRATEGY_CHUNKS) != 0;
}

/* host_count: 0 where it runs on this machine alone. */
static struct cell make_cell(const struct strategy_ops *strategy, uint32_t workers,
                             uint32_t host_count)
{
    bool schedules = (strategy->flags & STRATEGY_SCHEDULES) != 0;
    uint64_t messages = host_count > 0 ? MESSAGES_OVER_HOSTS : MESSAGES_A_WORKER;
    uint64_t jobs = workers * (sends_jobs(strategy) ? messages : 1);
    struct cell cell = cell_make(strategy, workers, schedules ? SCHEDULE_STATIC : SCHEDULE_NONE,
                                 work_find("empty"), 1, jobs);
    if (sends_jobs(strategy))
        cell.key.chunk = 1;
    cell.key.hosts = host_count;
    return cell;
}

static void add_row(struct overheads *overheads, const struct strategy_ops *strategy,
                    uint32_t workers, uint32_t host_count)
{
    struct strategy_overhead *row = &overheads->rows[overheads->count++];
    const char *missing = strategy_unavailable_for(strategy, work_find("empty"));
    row->cell = make_cell(strategy, workers, host_count);
    row->unit = sends_jobs(strategy) ? UNIT_JOB : strategy->unit;
    row->floor = floor_under(strategy, workers, overheads->cpus);
    if (missing != NULL) {
        row->status = STATUS_UNAVAILABLE;
        snprintf(row->detail, sizeof row->detail, "%s", missing);
    }
}

static bool is_among(const struct words *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++)
        if (text_equal(words->values[i], word))
            return true;
    return false;
}

static bool is_wanted(const struct overheads_settings *settings,
                      const struct strategy_ops *strategy)
{
    const struct words *named = settings->strategies;
    bool of_all = (strategy->flags & (STRATEGY_BY_NAME | STRATEGY_RUNNER)) == 0;
    if (named == NULL || strategy == strategy_find("serial"))
        return of_all;
    return is_among(named, strategy->name) || (of_all && is_among(named, "all"));
}

static bool is_over_hosts(const struct overheads_settings *settings,
                          const struct strategy_ops *strategy)
{
    return settings->hosts != NULL && (strategy->flags & STRATEGY_HOSTS) != 0;
}

static void add_rows(struct overheads *overheads, const struct overheads_settings *settings)
{
    for (size_t i = 0; i < strategies_count; i++) {
        const struct strategy_ops *strategy = strategies[i];
        if (!is_wanted(settings, strategy))
            continue;
        bool over_hosts = is_over_hosts(settings, strategy);
        uint32_t workers = over_hosts ? settings->host_workers : settings->workers;
        bool waits = (strategy->flags & STRATEGY_CALLER_WAITS) != 0;
        bool differs = waits && floor_under(strategy, 1, overheads->cpus) !=
                                    floor_under(strategy, workers, overheads->cpus);
        if (strategy->unit == UNIT_JOB || differs)
            add_row(overheads, strategy, 1, 0);
        if (strategy->unit == UNIT_REGION)
            add_row(overheads, strategy, workers, over_hosts ? settings->host_count : 0);
    }
}

int overheads_open(struct overheads *overheads, const struct overheads_settings *settings,
                   struct error *error)
{
    size_t most = 2 * strategies_count, rounds = settings->rounds;
    size_t numbers = (4 * most + 1) * rounds;
    *overheads = (struct overheads){
        .cpus = settings->cpus.usable,
        .rounds = rounds,
        .floors_ns = calloc(rounds, sizeof *overheads->floors_ns),
        .rows = calloc(most, sizeof *overheads->rows),
        .numbers = calloc(numbers, sizeof *overheads->numbers),
    };
    if (overheads->floors_ns == NULL || overheads->rows == NULL || overheads->numbers == NULL) {
        overheads_free(overheads);
        return fail(error, ERROR_REFUSED, "--rounds: no memory for %zu", rounds);
    }
    for (size_t i = 0; i < numbers; i++)
        overheads->numbers[i] = NAN;
    overheads->scratch = overheads->numbers + 3 * most * rounds;
    for (size_t i = 0; i < most; i++) {
        overheads->rows[i].map_ns = overheads->numbers + 3 * i * rounds;
        overheads->rows[i].participations = overheads->rows[i].map_ns + rounds;
        overheads->rows[i].roundtrips_ns = overheads->rows[i].participations + rounds;
    }
    add_rows(overheads, settings);
    return 0;
}

void overheads_free(struct overheads *overheads)
{
    free(overheads->floors_ns);
    free(overheads->rows);
    free(overheads->numbers);
    *overheads = (struct overheads){0};
}

/* ------------------------------------------------------------------------------- measuring */

struct overheads_run {
    struct overheads *overheads;
    const struct overheads_settings *settings;
    struct cell_context context;
    struct visit_launch launch;
    uint64_t started_ns, visits;
    struct error *error;
};

static void tell_progress(const struct overheads_run *run, const struct cell *cell, size_t round)
{
    struct measure_progress progress = {
        .cell = cell,
        .round = round + 1,
        .visits = run->visits,
        .elapsed_ns = clock_now_ns() - run->started_ns,
        .done = (double)round / (double)run->settings->rounds,
        .speedup = NAN,
    };
    run->settings->progress(run->settings->user, &progress);
}

static int make_visit(struct overheads_run *run, enum visit_kind kind, const struct cell *cell,
                      struct visit_tally *tally, struct reading readings[READINGS_MOST],
                      uint32_t *count)
{
    run->visits++;
    if (visit_run(kind, cell, &run->context, &run->launch, readings, count, run->error) != 0)
        return -1;
    tally->repeated += readings[0].repeats > 0;
    return cpus_check_same(&run->settings->cpus, run->error);
}

/* Serial's results for as many jobs as any row has: fewer jobs have the first of them. */
static int prepare(struct overheads_run *run)
{
    struct cell cell = make_cell(strategy_find("serial"), 1, 0);
    struct reading readings[READINGS_MOST];
    uint64_t bytes;
    uint32_t count;
    for (size_t i = 0; i < run->overheads->count; i++)
        if (run->overheads->rows[i].cell.key.jobs > cell.key.jobs)
            cell.key.jobs = run->overheads->rows[i].cell.key.jobs;
    if (cell_reference_bytes(&cell, &bytes, run->error) != 0)
        return -1;
    run->context.reference_fd = batch_memory("reference", bytes, run->error);
    if (run->context.reference_fd < 0 ||
        make_visit(run, VISIT_PREPARE, &cell, &run->overheads->floors_tally, readings, &count) != 0)
        return -1;
    if (readings[0].status != STATUS_OK)
        return fail(run->error,
                    readings[0].status == STATUS_REFUSED ? ERROR_REFUSED : ERROR_CHECK_FAILED,
                    "serial reference: %s", readings[0].detail);
    return 0;
}

/* The first reading is the cold one. */
static void take_readings(struct strategy_overhead *row, size_t round,
                          const struct reading readings[], uint32_t count)
{
    double map_ns[READINGS_MOST], participations[READINGS_MOST];
    row->status = (enum status)readings[0].status;
    snprintf(row->detail, sizeof row->detail, "%s", readings[0].detail);
    for (uint32_t i = 1; i < count; i++) {
        map_ns[i - 1] = readings[i].ns_per_map;
        participations[i - 1] = readings[i].participation;
    }
    row->roundtrips_ns[round] = readings[0].roundtrip_ns;
    row->map_ns[round] = stats_median(map_ns, count - 1);
    row->participations[round] = stats_median(participations, count - 1);
}

/* A strategy that measures floors of its own, and has not failed so far; else serial. */
static struct cell cell_of_floors(const struct overheads *overheads)
{
    for (size_t i = 0; overheads->own_floors_status == STATUS_OK && i < overheads->count; i++)
        if (overheads->rows[i].status == STATUS_OK &&
            overheads->rows[i].cell.strategy->floors != NULL)
            return overheads->rows[i].cell;
    return make_cell(strategy_find("serial"), 1, 0);
}

/* What went wrong with floors that a strategy measures, or with the whole visit; they are not
 * measured any more then. */
static void note_own_floors(struct overheads *overheads, const struct cell *cell,
                            const struct reading readings[], uint32_t count)
{
    const struct reading *told = &readings[count == FLOOR_COUNT ? FLOOR_FIRST_OF_STRATEGIES : 0];
    if (cell->strategy->floors == NULL || told->status == STATUS_OK)
        return;
    overheads->own_floors_status = (enum status)told->status;
    snprintf(overheads->own_floors_detail, sizeof overheads->own_floors_detail, "%s", told->detail);
}

/* The floors, in a process like those of the strategies. */
static int measure_floors(struct overheads_run *run, double floors_ns[FLOOR_COUNT])
{
    struct cell cell = cell_of_floors(run->overheads);
    struct reading readings[READINGS_MOST];
    uint32_t count;
    if (make_visit(run, VISIT_FLOORS, &cell, &run->overheads->floors_tally, readings, &count) != 0)
        return -1;
    for (uint32_t i = 0; i < FLOOR_COUNT; i++)
        floors_ns[i] = count == FLOOR_COUNT ? readings[i].ns_per_map : (double)NAN;
    note_own_floors(run->overheads, &cell, readings, count);
    return 0;
}

static int measure_round(struct overheads_run *run, size_t round)
{
    struct overheads *overheads = run->overheads;
    struct reading readings[READINGS_MOST];
    uint32_t count;
    size_t *order = calloc(overheads->count, sizeof *order);
    if (order == NULL)
        return fail(run->error, ERROR_REFUSED, "out of memory");
    plan_order(run->settings->seed, 0, round, overheads->count, order);
    int result = measure_floors(run, overheads->floors_ns[round]);
    for (size_t i = 0; result == 0 && i < overheads->count; i++) {
        struct strategy_overhead *row = &overheads->rows[order[i]];
        if (row->status != STATUS_OK)
            continue;
        tell_progress(run, &row->cell, round);
        result = make_visit(run, VISIT_MEASURE, &row->cell, &row->tally, readings, &count);
        if (result == 0)
            take_readings(row, round, readings, count);
    }
    free(order);
    return result;
}

int overheads_measure(struct overheads *overheads, const struct overheads_settings *settings,
                      struct error *error)
{
    struct overheads_run run = {
        .overheads = overheads,
        .settings = settings,
        .context = {.seed = settings->seed,
                    .cpus = settings->cpus.usable,
                    .input_fd = -1,
                    .reference_fd = -1,
                    .hosts = settings->hosts,
                    .own_host = settings->own_host},
        .launch = {.program = settings->program,
                   .timeout_ns = settings->timeout_ns,
                   .waiting_mask = settings->waiting_mask},
        .started_ns = clock_now_ns(),
        .error = error,
    };
    int order[PLACEMENT_CPUS];
    run.context.order = order;
    run.context.order_count =
        (uint32_t)topology_order(TOPOLOGY_SPREAD, NULL, order, PLACEMENT_CPUS);
    int *pair = run.context.canary_cpus;
    if (!cpus_pair(&pair[0], &pair[1]))
        pair[0] = pair[1] = -1;
    int result = prepare(&run);
    size_t whole = 0;
    for (; result == 0 && whole < settings->rounds; whole += result == 0)
        result = measure_round(&run, whole);
    overheads->rounds = whole;
    if (run.context.reference_fd >= 0)
        close(run.context.reference_fd);
    return result;
}

/* ------------------------------------------------------------------------------- conclusions */

static struct interval known_interval(double values[], size_t count)
{
    return stats_interval(values, stats_keep_known(values, count));
}

static bool is_disturbed(struct disturbances *found, struct visit_tally *tally, double roundtrip_ns)
{
    bool disturbed = roundtrip_ns > DISTURBED_FACTOR * found->roundtrip_ns;
    found->visits += isfinite(roundtrip_ns) ? 1 : 0;
    found->disturbed += disturbed;
    tally->visits += isfinite(roundtrip_ns) ? 1 : 0;
    tally->disturbed += disturbed;
    return disturbed;
}

/* The median canary of all visits; measuring the floors counts as one. */
static double median_roundtrip_ns(const struct overheads *overheads)
{
    size_t count = 0;
    for (size_t i = 0; i < overheads->rounds; i++) {
        overheads->scratch[count++] = overheads->floors_ns[i][FLOOR_ROUNDTRIP];
        for (size_t k = 0; k < overheads->count; k++)
            overheads->scratch[count++] = overheads->rows[k].roundtrips_ns[i];
    }
    return stats_median(overheads->scratch, stats_keep_known(overheads->scratch, count));
}

static void leave_out_disturbed(struct overheads *overheads)
{
    struct disturbances *found = &overheads->disturbances;
    *found = (struct disturbances){.roundtrip_ns = median_roundtrip_ns(overheads)};
    for (size_t i = 0; i < overheads->rounds; i++) {
        if (is_disturbed(found, &overheads->floors_tally, overheads->floors_ns[i][FLOOR_ROUNDTRIP]))
            for (int k = 0; k < FLOOR_COUNT; k++)
                overheads->floors_ns[i][k] = NAN;
        for (size_t k = 0; k < overheads->count; k++)
            if (is_disturbed(found, &overheads->rows[k].tally, overheads->rows[k].roundtrips_ns[i]))
                overheads->rows[k].map_ns[i] = NAN;
    }
}

/* The row's overhead in one round; NaN where it or serial has none. */
static double overhead_ns(const struct overheads *overheads, const struct strategy_overhead *row,
                          size_t round)
{
    const struct strategy_overhead *serial = &overheads->rows[0];
    const struct cell *cell = &row->cell;
    double cpus = fmin((double)cell->key.workers, overheads->cpus);
    double serial_ns = serial->map_ns[round] / (double)serial->cell.key.jobs;
    double beyond_ns = row->map_ns[round] - serial_ns * (double)cell->key.jobs / cpus;
    return row->unit == UNIT_REGION ? beyond_ns : beyond_ns / (double)cell->key.jobs;
}

static void conclude_row(const struct overheads *overheads, struct strategy_overhead *row)
{
    double *values = overheads->scratch;
    size_t rounds = overheads->rounds;
    for (size_t i = 0; i < rounds; i++)
        values[i] = overhead_ns(overheads, row, i);
    row->ns = known_interval(values, rounds);
    for (size_t i = 0; i < rounds; i++)
        values[i] = overhead_ns(overheads, row, i) / overheads->floors_ns[i][row->floor];
    row->multiple = known_interval(values, rounds);
    memcpy(values, row->participations, rounds * sizeof *values);
    row->participation = known_interval(values, rounds).median;
}

void overheads_conclude(struct overheads *overheads)
{
    double *values = overheads->scratch;
    leave_out_disturbed(overheads);
    for (size_t i = 0; i < overheads->count; i++)
        conclude_row(overheads, &overheads->rows[i]);
    for (int k = 0; k < FLOOR_COUNT; k++) {
        for (size_t i = 0; i < overheads->rounds; i++)
            values[i] = overheads->floors_ns[i][k];
        overheads->floors[k] = known_interval(values, overheads->rounds);
    }
}

uint64_t overheads_repeated(const struct overheads *overheads)
{
    uint64_t repeated = overheads->floors_tally.repeated;
    for (size_t i = 0; i < overheads->count; i++)
        repeated += overheads->rows[i].tally.repeated;
    return repeated;
}

/* ------------------------------------------------------------------------------- floors.csv */

/* A row in which nothing but this is known. */
static struct floor_row make_row(const struct overheads *overheads, enum hardware_floor floor,
                                 const struct interval *ns, const struct visit_tally *tally)
{
    return (struct floor_row){
        .floor = floor_words[floor],
        .strategy = "",
        .workers = CSV_UNKNOWN,
        .unit = "",
        .rounds = overheads->rounds,
        .ns = ns->median,
        .ns_low = ns->low,
        .ns_high = ns->high,
        .multiple = NAN,
        .multiple_low = NAN,
        .multiple_high = NAN,
        .participation = NAN,
        .visits = tally->visits,
        .disturbed = tally->disturbed,
        .repeated = tally->repeated,
        .status = status_names[STATUS_OK],
        .detail = "",
        .bytes = CSV_UNKNOWN,
    };
}

static struct floor_row make_floor_row(const struct overheads *overheads, enum hardware_floor floor)
{
    struct floor_row row =
        make_row(overheads, floor, &overheads->floors[floor], &overheads->floors_tally);
    if (floor == FLOOR_MPI)
        row.bytes = 1;
    if (floor == FLOOR_MESSAGE)
        row.bytes = FLOOR_MESSAGE_BYTES;
    if (floor >= FLOOR_FIRST_OF_STRATEGIES) {
        row.status = status_names[overheads->own_floors_status];
        row.detail = overheads->own_floors_detail;
    }
    return row;
}

static struct floor_row make_strategy_row(const struct overheads *overheads,
                                          const struct strategy_overhead *own)
{
    struct floor_row row = make_row(overheads, own->floor, &own->ns, &own->tally);
    row.strategy = own->cell.strategy->name;
    row.workers = own->cell.key.workers;
    row.unit = unit_names[own->unit];
    row.multiple = own->multiple.median;
    row.multiple_low = own->multiple.low;
    row.multiple_high = own->multiple.high;
    row.participation = own->participation;
    row.status = status_names[own->status];
    row.detail = own->detail;
    return row;
}

int overheads_rows(const struct overheads *overheads, struct floor_rows *out, struct error *error)
{
    *out = (struct floor_rows){calloc(FLOOR_COUNT + overheads->count, sizeof *out->rows), 0};
    if (out->rows == NULL)
        return fail(error, ERROR_REFUSED, "floors: out of memory");
    for (int i = FLOOR_NONE + 1; i < FLOOR_COUNT; i++)
        if (i < FLOOR_FIRST_OF_STRATEGIES || isfinite(overheads->floors[i].median) ||
            overheads->own_floors_status != STATUS_OK)
            out->rows[out->count++] = make_floor_row(overheads, (enum hardware_floor)i);
    for (size_t i = 0; i < overheads->count; i++)
        out->rows[out->count++] = make_strategy_row(overheads, &overheads->rows[i]);
    return 0;
}
