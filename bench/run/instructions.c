#include "bench/run/instructions.h"
#include "bench/base/clock.h"
#include "bench/job/batch.h"
#include "bench/machine/cpus.h"
#include "bench/machine/topology.h"
#include "bench/visit/visit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a visit makes beside the maps that are counted: the first ones do what is done once. */
enum { FEWEST_MAPS = 10 };

enum { SEED = 1 };

/* ------------------------------------------------------------------------------- cells */

/* One that is compared, by name. */
struct chosen {
    const char *strategy;
    enum schedule schedule;
    const char *work;
    uint64_t size, jobs, maps;
};

static const struct chosen chosen[] = {
    {"serial", SCHEDULE_NONE, "empty", 1, 2, 20000},
    {"serial", SCHEDULE_NONE, "empty", 1, 1000, 200},
    {"serial", SCHEDULE_NONE, "squares", 1000, 4, 200},
    {"threadpool", SCHEDULE_STATIC, "empty", 1, 2, 20000},
    {"threadpool", SCHEDULE_DYNAMIC, "empty", 1, 2, 20000},
    {"threadpool", SCHEDULE_DYNAMIC, "empty", 1, 1000, 200},
    {"forkteam", SCHEDULE_STATIC, "empty", 1, 2, 20000},
    /* libgomp allocates a team of one in each region, which takes 200 instructions more or less as
     * the heap stands: too few to show beside so many jobs. */
    {"openmp", SCHEDULE_STATIC, "empty", 1, 20000, 10},
    {"forkserver", SCHEDULE_NONE, "empty", 1, 2, 2000},
};

enum { CHOSEN = sizeof chosen / sizeof *chosen };

static struct counted_cell make_cell(const struct chosen *one)
{
    struct cell cell = cell_make(strategy_find(one->strategy), 1, one->schedule,
                                 work_find(one->work), one->size, one->jobs);
    return (struct counted_cell){cell, one->maps};
}

int instructions_cells(struct counted_cell **cells, size_t *count, struct error *error)
{
    *count = 0;
    *cells = calloc(CHOSEN, sizeof **cells);
    if (*cells == NULL)
        return fail(error, ERROR_REFUSED, "instructions: out of memory");
    for (; *count < CHOSEN; ++*count)
        (*cells)[*count] = make_cell(&chosen[*count]);
    return 0;
}

/* ------------------------------------------------------------------------------- counting */

/* One cell with one build. */
struct session {
    const struct counting *counting;
    const struct counted_cell *cell;
    struct cell_context context;
    struct visit_launch launch;
    int order[PLACEMENT_CPUS];
    struct counts *counts;
    struct error *error;
};

/* A visit; 1 where it went well, 0 where the counts say what went wrong, -1 on failure. */
static int visit(struct session *session, enum visit_kind kind)
{
    struct reading readings[READINGS_MOST];
    struct counts *counts = session->counts;
    uint32_t count;
    if (visit_run(kind, &session->cell->cell, &session->context, &session->launch, readings, &count,
                  session->error) != 0)
        return -1;
    if (readings[0].status == STATUS_OK)
        return 1;
    counts->state = readings[0].status == STATUS_UNAVAILABLE ? COUNTS_MISSING : COUNTS_WRONG;
    snprintf(counts->trouble, sizeof counts->trouble, "%s%s: %.200s",
             kind == VISIT_PREPARE ? "serial's reference: " : "", status_names[readings[0].status],
             readings[0].detail);
    return 0;
}

/* Serial's results, by the build itself and not counted. As visit. */
static int prepare(struct session *session)
{
    uint64_t bytes;
    if (cell_reference_bytes(&session->cell->cell, &bytes, session->error) != 0)
        return -1;
    session->context.reference_fd = batch_memory("reference", bytes, session->error);
    return session->context.reference_fd >= 0 ? visit(session, VISIT_PREPARE) : -1;
}

/* The instructions of a visit of so many maps. As visit. */
static int count_visit(struct session *session, uint64_t maps, double *instructions)
{
    struct counter *counter = session->counting->counter;
    struct error ignored = {0};
    if (counter_begin(counter, session->error) != 0)
        return -1;
    session->launch.wrapper = counter->wrapper;
    session->context.maps = maps;
    int result = visit(session, VISIT_COUNT);
    if (counter_end(counter, instructions, result > 0 ? session->error : &ignored) != 0 &&
        result > 0)
        return -1;
    return result;
}

/* As visit. */
static int count_map(struct session *session, double *per_map)
{
    uint64_t maps = session->cell->maps;
    double few, many;
    int result = count_visit(session, FEWEST_MAPS, &few);
    if (result > 0)
        result = count_visit(session, FEWEST_MAPS + maps, &many);
    if (result <= 0)
        return result;
    *per_map = (many - few) / (double)maps;
    if (*per_map > 0)
        return 1;
    session->counts->state = COUNTS_WRONG;
    snprintf(session->counts->trouble, sizeof session->counts->trouble,
             "its maps need no instructions");
    return 0;
}

int instructions_count(const struct counting *counting, const struct counted_build *build,
                       const struct counted_cell *cell, struct counts *counts, struct error *error)
{
    struct session session = {
        .counting = counting,
        .cell = cell,
        .context = {.seed = SEED,
                    .cpus = cpus_read().usable,
                    .input_fd = -1,
                    .reference_fd = -1,
                    .canary_cpus = {-1, -1}},
        .launch = {.program = build->program,
                   .environment = build->environment,
                   .timeout_ns = counting->timeout_ns,
                   .waiting_mask = counting->waiting_mask},
        .counts = counts,
        .error = error,
    };
    session.context.order = session.order;
    session.context.order_count =
        (uint32_t)topology_order(TOPOLOGY_SPREAD, NULL, session.order, PLACEMENT_CPUS);
    *counts = (struct counts){.state = COUNTS_KNOWN};
    int result = prepare(&session);
    for (int i = 0; result > 0 && i < COUNTS_COUNTINGS; i++)
        result = count_map(&session, &counts->per_map[i]);
    if (session.context.reference_fd >= 0)
        close(session.context.reference_fd);
    return result < 0 ? -1 : 0;
}

/* ------------------------------------------------------------------------------- comparing */

/* Where a comparison stands. */
struct tour {
    const struct counting *counting;
    const struct counted_build *builds[2];
    const struct counted_cell *cells;
    size_t count;
    uint64_t started_ns;
    size_t compared; /* cells that were counted with both */
    char trouble[256];
    struct drafts drafts;
};

static void tell_progress(const struct tour *tour, size_t cell, uint64_t build)
{
    if (tour->counting->progress == NULL)
        return;
    struct measure_progress progress = {
        .cell = &tour->cells[cell].cell,
        .round = 1,
        .visits = 2 * cell + build,
        .elapsed_ns = clock_now_ns() - tour->started_ns,
        .done = (double)(2 * cell + build) / (double)(2 * tour->count),
        .speedup = NAN,
    };
    tour->counting->progress(tour->counting->user, &progress);
}

static int compare_cell(struct tour *tour, size_t cell, double threshold, struct error *error)
{
    struct counts counts[2];
    for (uint64_t build = 0; build < 2; build++) {
        tell_progress(tour, cell, build);
        if (instructions_count(tour->counting, tour->builds[build], &tour->cells[cell],
                               &counts[build], error) != 0)
            return -1;
        if (counts[build].state != COUNTS_KNOWN && *tour->trouble == '\0')
            snprintf(tour->trouble, sizeof tour->trouble, "%s", counts[build].trouble);
    }
    tour->compared += counts[0].state == COUNTS_KNOWN && counts[1].state == COUNTS_KNOWN;
    return counts_compare(&tour->drafts, &tour->cells[cell].cell.key, &counts[0], &counts[1],
                          threshold, error);
}

int instructions_compare(const struct counting *counting, const struct counted_build *base,
                         const struct counted_build *new, double threshold, struct comparisons *out,
                         struct error *error)
{
    struct tour tour = {.counting = counting, .builds = {base, new}, .started_ns = clock_now_ns()};
    struct counted_cell *cells;
    int result = instructions_cells(&cells, &tour.count, error);
    tour.cells = cells;
    for (size_t i = 0; result == 0 && i < tour.count; i++)
        result = compare_cell(&tour, i, threshold, error);
    free(cells);
    if (result == 0 && tour.compared == 0)
        result = fail(error, ERROR_NOT_COMPARABLE,
                      "instructions: no cell could be counted with both builds; the first: %s",
                      tour.trouble);
    if (result == 0)
        return drafts_finish(&tour.drafts, out, error);
    drafts_free(&tour.drafts);
    return -1;
}
