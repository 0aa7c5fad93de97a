#include "bench/session/advice/calibration_cells.h"
#include "bench/base/clock.h"
#include "bench/base/memory.h"
#include "bench/base/pages.h"
#include "bench/base/text.h"
#include "bench/visit/cell.h"
#include "strategies/runner/known.h"

#include <stdlib.h>

const char calibration_suite[] = "[suite]\n"
                                 "title = what parallelism costs on this machine\n"
                                 "[empty]\nsizes = 0\n"
                                 "[squares]\nsizes = 1\n"
                                 "[stream]\nsizes = 1\n"
                                 "[mmap]\nsizes = 1\n";

/* Jobs of batches with many, where a job is handed to a pool, and where it is a process or a thread
 * of its own. */
enum {
    MOST_COUNTS = 4,
    POOLS_JOBS = 1000,
    STARTERS_JOBS = 24,
    PYTHON_POOLS_JOBS = 800,
    PYTHON_STARTERS_JOBS = 14,
    IDLE_SIZE = 200000,
    PYTHON_LONG_SIZE = 100000,
};

/* Where cells go. */
struct chooser {
    uint32_t cpus;
    const char *python;           /* NULL: strategies in C */
    uint32_t counts[MOST_COUNTS]; /* of workers, the largest first */
    size_t count_count;
    struct calibration_cells *out;
    size_t room;
    struct error *error;
};

static bool is_pool(const struct strategy_ops *strategy)
{
    return strategy->unit == UNIT_REGION;
}

/* What the interpreter has of Python's strategies. */
static bool is_calibrated_in_python(const struct strategy_ops *strategy, const char *python)
{
    struct error none = {0};
    struct runner_strategy told;
    const json_t *hello = python_hello(python, &none);
    return strategy_is_of_python(strategy) && (strategy->flags & STRATEGY_ONE_WORKER) == 0 &&
           hello != NULL && hello_find(hello, strategy->name, &told) && told.missing == NULL;
}

static bool is_calibrated(const struct strategy_ops *strategy)
{
    unsigned left_out = STRATEGY_BY_NAME | STRATEGY_ONLY_COMMANDS | STRATEGY_ONE_WORKER |
                        STRATEGY_RUNNER | STRATEGY_FROM_LIBRARY;
    return (strategy->flags & left_out) == 0 && strategy_unavailable(strategy) == NULL;
}

/* All CPUs, then powers of two below: each where there are few, every other one where there are
 * many, down to a single worker. */
static void choose_counts(struct chooser *chooser)
{
    uint32_t step = chooser->cpus > 8 ? 4 : 2, below = 1;
    chooser->counts[chooser->count_count++] = chooser->cpus;
    while (step * below < chooser->cpus)
        below *= step;
    while (below > 1 && below < chooser->cpus && chooser->count_count < MOST_COUNTS - 1) {
        chooser->counts[chooser->count_count++] = below;
        below /= step;
    }
    if (chooser->cpus > 1)
        chooser->counts[chooser->count_count++] = 1;
}

static struct cell cell_for(const struct chooser *chooser, const struct strategy_ops *strategy,
                            uint32_t workers, const char *work, uint64_t size, uint64_t jobs)
{
    bool schedules = (strategy->flags & STRATEGY_SCHEDULES) != 0;
    struct cell cell = cell_make(strategy, workers, schedules ? SCHEDULE_AUTO : SCHEDULE_NONE,
                                 work_find(work), size, jobs);
    if (chooser->python == NULL)
        return cell;
    cell.key.python = chooser->python;
    cell.key.baseline = strategy->baseline;
    if ((strategy->flags & STRATEGY_STARTS) != 0)
        cell.key.start_method = start_method_names[0];
    if ((strategy->flags & STRATEGY_CHUNKS) != 0)
        cell.key.chunk = 0;
    return cell;
}

static int add(struct chooser *chooser, const struct key *key)
{
    struct calibration_cells *out = chooser->out;
    if (memory_grow(&out->rows, out->count, &chooser->room, sizeof *out->rows, "calibration",
                    chooser->error) != 0)
        return -1;
    out->rows[out->count++] = *key;
    return 0;
}

/* A cell of empty jobs, or of squares. */
static int add_plain(struct chooser *chooser, const struct strategy_ops *strategy, uint32_t workers,
                     uint64_t squares, uint64_t jobs)
{
    struct cell cell =
        cell_for(chooser, strategy, workers, squares > 0 ? "squares" : "empty", squares, jobs);
    return add(chooser, &cell.key);
}

/* What each job adds where it is handed over by itself. */
static int add_single(struct chooser *chooser, const struct strategy_ops *strategy,
                      uint32_t workers)
{
    struct cell cell = cell_for(chooser, strategy, workers, "empty", 0, POOLS_JOBS);
    cell.key.schedule = schedule_name(SCHEDULE_DYNAMIC);
    cell.key.chunk = 1;
    return (strategy->flags & STRATEGY_SCHEDULES) != 0 && workers > 1 ? add(chooser, &cell.key) : 0;
}

/* Start, region and the cost of a job by empty jobs, few and many; what company costs jobs that
 * compute by squares. With all CPUs there are sizes around the crossovers of each kind of
 * strategy. */
static int add_computing(struct chooser *chooser, const struct strategy_ops *strategy,
                         uint32_t workers)
{
    static const uint64_t of_pools[] = {300, 3000, 300000, 1000000};
    static const uint64_t of_starters[] = {30000, 300000, 1000000};
    const uint64_t *sizes = is_pool(strategy) ? of_pools : of_starters;
    size_t count = is_pool(strategy) ? 4 : 3;
    uint64_t jobs = 4 * (uint64_t)workers;
    if (add_plain(chooser, strategy, workers, 0, jobs) != 0 ||
        add_plain(chooser, strategy, workers, 0, is_pool(strategy) ? POOLS_JOBS : STARTERS_JOBS) !=
            0 ||
        add_single(chooser, strategy, workers) != 0)
        return -1;
    if (workers < chooser->cpus)
        return workers > 1 ? add_plain(chooser, strategy, workers, sizes[count - 2], jobs) : 0;
    for (size_t i = 0; i < count && workers > 1; i++)
        if (add_plain(chooser, strategy, workers, sizes[i], jobs) != 0)
            return -1;
    return 0;
}

/* What company costs jobs that are limited by memory, within and beyond caches, and by the lock of
 * the address space: of one strategy with threads and of one with processes. */
static int add_contended(struct chooser *chooser, const struct strategy_ops *strategy,
                         uint32_t workers)
{
    enum { CACHED_BYTES = 100 * 1000, MEMORY_BYTES = 2 * 1000 * 1000, MAPPED_ROUNDS = 3 };
    static const struct {
        const char *work;
        uint64_t size;
    } rows[] = {{"stream", CACHED_BYTES}, {"stream", MEMORY_BYTES}, {"mmap", MAPPED_ROUNDS}};
    bool is_meant =
        text_equal(strategy->name, "threadpool") || text_equal(strategy->name, "forkteam");
    for (size_t i = 0; i < sizeof rows / sizeof *rows && is_meant && workers > 1; i++) {
        struct cell cell = cell_for(chooser, strategy, workers, rows[i].work, rows[i].size,
                                    4 * (uint64_t)chooser->cpus);
        if (add(chooser, &cell.key) != 0)
            return -1;
    }
    return 0;
}

/* Payload, by each transport that the strategy takes. */
static int add_payload(struct chooser *chooser, const struct strategy_ops *strategy)
{
    enum { BYTES = 64 << 10 };
    bool transports = (strategy->flags & STRATEGY_TRANSPORTS) != 0;
    struct cell cell =
        cell_for(chooser, strategy, chooser->cpus, "empty", 0, 2 * (uint64_t)chooser->cpus);
    cell.key.payload_in = cell.key.payload_out = BYTES;
    for (int i = 0; i < (transports ? TRANSPORT_CHOICES : 1); i++) {
        cell.key.transport = transports ? transport_names[i] : "";
        if (add(chooser, &cell.key) != 0)
            return -1;
    }
    return 0;
}

/* Pages of the caller's memory, which threads share and processes inherit. */
static int add_caller(struct chooser *chooser, const struct strategy_ops *strategy)
{
    enum { MIB = 64 };
    struct cell cell =
        cell_for(chooser, strategy, chooser->cpus, "empty", 0, 2 * (uint64_t)chooser->cpus);
    cell.key.parent_mib = MIB;
    cell.key.parent_pages = pages_names[0];
    return (strategy->flags & STRATEGY_SHARES_MEMORY) == 0 ? add(chooser, &cell.key) : 0;
}

/* The wake of workers that have gone to sleep. */
static int add_idle(struct chooser *chooser, const struct strategy_ops *strategy)
{
    struct cell cell = cell_for(chooser, strategy, chooser->cpus, "squares", IDLE_SIZE,
                                4 * (uint64_t)chooser->cpus);
    cell.key.idle_ns = 2 * NS_PER_MS;
    return is_pool(strategy) ? add(chooser, &cell.key) : 0;
}

static int add_strategy(struct chooser *chooser, const struct strategy_ops *strategy)
{
    for (size_t i = 0; i < chooser->count_count; i++) {
        uint32_t workers = chooser->counts[i];
        if (add_computing(chooser, strategy, workers) != 0 ||
            add_contended(chooser, strategy, workers) != 0)
            return -1;
    }
    if (add_payload(chooser, strategy) != 0 || add_caller(chooser, strategy) != 0)
        return -1;
    return add_idle(chooser, strategy);
}

/* Python's: their visits take long, so that there are few cells. */
static int add_python(struct chooser *chooser, const struct strategy_ops *strategy)
{
    static const uint64_t sizes[] = {10000, PYTHON_LONG_SIZE};
    uint32_t cpus = chooser->cpus;
    if (add_plain(chooser, strategy, cpus, 0, 4 * (uint64_t)cpus) != 0 ||
        add_plain(chooser, strategy, cpus, 0,
                  is_pool(strategy) ? PYTHON_POOLS_JOBS : PYTHON_STARTERS_JOBS) != 0)
        return -1;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes && cpus > 1; i++)
        if (add_plain(chooser, strategy, cpus, sizes[i], 4 * (uint64_t)cpus) != 0)
            return -1;
    return 0;
}

static int add_one(struct chooser *chooser, const struct strategy_ops *strategy)
{
    if (chooser->python == NULL)
        return is_calibrated(strategy) ? add_strategy(chooser, strategy) : 0;
    return is_calibrated_in_python(strategy, chooser->python) ? add_python(chooser, strategy) : 0;
}

int calibration_choose(uint32_t cpus, const char *python, struct calibration_cells *out,
                       struct error *error)
{
    struct chooser chooser = {.cpus = cpus, .python = python, .out = out, .error = error};
    const struct strategy_ops *strategy;
    *out = (struct calibration_cells){0};
    choose_counts(&chooser);
    for (size_t i = 0; (strategy = strategy_built_in(i)) != NULL; i++)
        if (add_one(&chooser, strategy) != 0) {
            free(out->rows);
            *out = (struct calibration_cells){0};
            return -1;
        }
    return 0;
}

bool calibration_is_rare(const struct group *group, uint32_t cpus)
{
    bool has_payload = group->payload.in > 0 || group->payload.out > 0;
    bool is_many = group->jobs == POOLS_JOBS || group->jobs == STARTERS_JOBS;
    bool is_plain = text_equal(group->work->name, "empty") ||
                    (text_equal(group->work->name, "squares") && group->size != IDLE_SIZE &&
                     group->size != PYTHON_LONG_SIZE);
    return has_payload || !is_plain || !(is_many || group->jobs == 4 * (uint64_t)cpus);
}
