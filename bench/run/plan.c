#include "bench/run/plan.h"
#include "bench/base/text.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_CELLS = 100000 };

static int push_cell(struct plan *plan, const struct cell *cell, struct error *error)
{
    if (plan->cell_count == MOST_CELLS)
        return fail(error, ERROR_USAGE, "the lists multiply to more than %d cells; shorten one",
                    MOST_CELLS);
    if ((plan->cell_count & (plan->cell_count - 1)) == 0) { /* full at each power of two */
        size_t capacity = plan->cell_count > 0 ? 2 * plan->cell_count : 1;
        struct cell *grown = reallocarray(plan->cells, capacity, sizeof *grown);
        if (grown == NULL)
            return fail(error, ERROR_REFUSED, "plan: out of memory");
        plan->cells = grown;
    }
    plan->cells[plan->cell_count++] = *cell;
    return 0;
}

static int append_cell(struct plan *plan, struct group *group, const struct cell *cell,
                       struct error *error)
{
    if (push_cell(plan, cell, error) != 0)
        return -1;
    group->count++;
    return 0;
}

/* The lists that only some strategies take have one value for the others. */
static int append_transports(struct plan *plan, struct group *group, const struct series *series,
                             struct cell cell, struct error *error)
{
    bool travels = (cell.strategy->flags & STRATEGY_TRANSPORTS) != 0 &&
                   (cell.payload_in > 0 || cell.payload_out > 0);
    if (!travels)
        return append_cell(plan, group, &cell, error);
    for (size_t i = 0; i < series->transports.count; i++) {
        cell.transport = transport_find(series->transports.values[i]);
        if (append_cell(plan, group, &cell, error) != 0)
            return -1;
    }
    return 0;
}

static int append_pools(struct plan *plan, struct group *group, const struct series *series,
                        struct cell cell, struct error *error)
{
    if ((cell.strategy->flags & STRATEGY_IS_POOL) == 0)
        return append_transports(plan, group, series, cell, error);
    for (size_t i = 0; i < series->binds.count; i++)
        for (size_t k = 0; k < series->spins_ns.count; k++) {
            cell.bind = bind_find(series->binds.values[i]);
            cell.spin_ns = series->spins_ns.values[k];
            if (append_transports(plan, group, series, cell, error) != 0)
                return -1;
        }
    return 0;
}

static int append_schedules(struct plan *plan, struct group *group, const struct series *series,
                            struct cell cell, struct error *error)
{
    if ((cell.strategy->flags & STRATEGY_SCHEDULES) == 0)
        return append_pools(plan, group, series, cell, error);
    for (size_t i = 0; i < series->schedules.count; i++)
        for (size_t k = 0; k < series->chunks.count; k++) {
            cell.schedule = schedule_find(series->schedules.values[i]);
            cell.chunk = series->chunks.values[k];
            if (append_pools(plan, group, series, cell, error) != 0)
                return -1;
        }
    return 0;
}

static int append_workers(struct plan *plan, struct group *group, const struct series *series,
                          struct cell cell, struct error *error)
{
    bool one_worker = (cell.strategy->flags & STRATEGY_ONE_WORKER) != 0;
    for (size_t i = 0; i < (one_worker ? 1 : series->workers.count); i++) {
        cell.workers = one_worker ? 1 : (uint32_t)series->workers.values[i];
        if (group->workers > 0 && !one_worker && cell.workers != group->workers)
            continue;
        if (append_schedules(plan, group, series, cell, error) != 0)
            return -1;
    }
    return 0;
}

/* A strategy with every size of the process that runs it. */
static int append_parents(struct plan *plan, struct group *group, const struct series *series,
                          struct cell cell, struct error *error)
{
    for (size_t i = 0; i < series->parents_mib.count; i++)
        for (size_t k = 0; k < series->parent_pages.count; k++) {
            cell.parent_mib = series->parents_mib.values[i];
            cell.parent_pages =
                cell.parent_mib > 0 ? pages_find(series->parent_pages.values[k]) : PAGES_NONE;
            if (append_workers(plan, group, series, cell, error) != 0)
                return -1;
        }
    return 0;
}

/* A strategy in every environment, after every idling and beside all neighbours. */
static int append_strategy(struct plan *plan, struct group *group, const struct series *series,
                           struct cell cell, struct error *error)
{
    for (size_t env = 0; env < series->env_count; env++)
        for (size_t i = 0; i < series->idles_ns.count; i++)
            for (size_t k = 0; k < series->neighbours.count; k++) {
                cell.env = series->envs[env];
                cell.idle_ns = series->idles_ns.values[i];
                cell.neighbours = (uint32_t)series->neighbours.values[k];
                if (append_parents(plan, group, series, cell, error) != 0)
                    return -1;
            }
    return 0;
}

/* Serial first; then every strategy. */
static int append_cells(struct plan *plan, struct group *group, const struct series *series,
                        struct error *error)
{
    struct cell cell = {
        .work = group->work,
        .size = group->size,
        .jobs = group->jobs,
        .payload_in = group->payload.in,
        .payload_out = group->payload.out,
        .strategy = strategy_find("serial"),
    };
    if (append_strategy(plan, group, series, cell, error) != 0)
        return -1;
    for (size_t i = 0; i < series->strategies.count; i++) {
        cell.strategy = strategy_find(series->strategies.values[i]);
        if (append_strategy(plan, group, series, cell, error) != 0)
            return -1;
    }
    return 0;
}

static bool same_batch(const struct group *a, const struct group *b)
{
    return a->work == b->work && a->size == b->size && a->jobs == b->jobs &&
           a->payload.in == b->payload.in && a->payload.out == b->payload.out;
}

/* Room for one more group at the end. */
static int grow_groups(struct plan *plan, struct error *error)
{
    if ((plan->group_count & (plan->group_count - 1)) != 0)
        return 0; /* full at each power of two */
    size_t capacity = plan->group_count > 0 ? 2 * plan->group_count : 1;
    struct group *grown = reallocarray(plan->groups, capacity, sizeof *grown);
    if (grown == NULL)
        return fail(error, ERROR_REFUSED, "plan: out of memory");
    plan->groups = grown;
    return 0;
}

static int append_group(struct plan *plan, const struct series *series, struct group wanted,
                        struct error *error)
{
    if (grow_groups(plan, error) != 0)
        return -1;
    struct group *last = plan->group_count > 0 ? &plan->groups[plan->group_count - 1] : NULL;
    if (last == NULL || !same_batch(last, &wanted)) {
        last = &plan->groups[plan->group_count++];
        *last = wanted;
        last->first = plan->cell_count;
        last->count = 0;
    }
    return append_cells(plan, last, series, error);
}

int plan_for_both_builds(struct plan *plan, struct error *error)
{
    struct plan doubled = {.groups = plan->groups, .group_count = plan->group_count};
    for (size_t i = 0; i < plan->group_count; i++) {
        struct group *group = &plan->groups[i];
        size_t first = doubled.cell_count;
        for (size_t k = 0; k < group->count; k++)
            for (enum build build = BUILD_NEW; build > BUILD_OWN; build--) {
                struct cell cell = plan->cells[group->first + k];
                cell.build = build;
                if (push_cell(&doubled, &cell, error) != 0) {
                    free(doubled.cells);
                    return -1;
                }
            }
        group->first = first;
        group->count = doubled.cell_count - first;
    }
    free(plan->cells);
    *plan = doubled;
    return 0;
}

size_t plan_twin(const struct plan *plan, size_t cell)
{
    if (plan->cells[cell].build == BUILD_OWN)
        return cell;
    return plan->cells[cell].build == BUILD_NEW ? cell + 1 : cell - 1;
}

static bool is_kept(const struct cell *cell, const struct key keys[], size_t count)
{
    struct key own = cell_key(cell);
    for (size_t i = 0; i < count; i++) {
        struct key kept = keys[i], serial;
        kept.build = own.build;
        serial = key_of_serial(&kept);
        if (key_compare(&own, &kept) == 0 || key_compare(&own, &serial) == 0)
            return true;
    }
    return false;
}

void plan_keep(struct plan *plan, const struct key keys[], size_t count)
{
    size_t cells = 0, groups = 0;
    for (size_t i = 0; i < plan->group_count; i++) {
        struct group group = plan->groups[i];
        size_t first = cells;
        for (size_t k = group.first; k < group.first + group.count; k++)
            if (is_kept(&plan->cells[k], keys, count))
                plan->cells[cells++] = plan->cells[k];
        group.first = first;
        group.count = cells - first;
        if (group.count > 0)
            plan->groups[groups++] = group;
    }
    plan->cell_count = cells;
    plan->group_count = groups;
}

bool plan_can_grow(const struct plan *plan, size_t like)
{
    return plan->cell_count + plan->groups[like].count <= MOST_CELLS;
}

int plan_refine(struct plan *plan, size_t like, uint64_t size, size_t *found, struct error *error)
{
    struct group wanted = plan->groups[like];
    wanted.size = size;
    for (*found = 0; *found < plan->group_count; ++*found)
        if (same_batch(&plan->groups[*found], &wanted))
            return 0;
    if (grow_groups(plan, error) != 0)
        return -1;
    for (size_t i = 0; i < wanted.count; i++) {
        struct cell cell = plan->cells[plan->groups[like].first + i];
        cell.size = size;
        if (push_cell(plan, &cell, error) != 0)
            return -1;
    }
    wanted.first = plan->cell_count - wanted.count;
    plan->groups[plan->group_count++] = wanted;
    return 0;
}

/* A batch of that size with every payload; workers as in struct group. */
static int append_groups(struct plan *plan, const struct series *series, uint64_t size,
                         uint64_t jobs, uint32_t workers, struct error *error)
{
    for (size_t i = 0; i < series->payload_count; i++) {
        struct group wanted = {.work = series->work,
                               .size = size,
                               .jobs = jobs,
                               .payload = series->payloads[i],
                               .workers = workers};
        if (append_group(plan, series, wanted, error) != 0)
            return -1;
    }
    return 0;
}

/* The jobs that a file of that many bytes makes. */
static int append_file_group(struct plan *plan, const struct series *series, uint64_t size,
                             uint64_t input_bytes, struct error *error)
{
    if (size == 0)
        return fail(error, ERROR_USAGE,
                    "--sizes: slices of 0 bytes never cover the input; give "
                    "sizes above 0, or --jobs");
    uint64_t jobs = input_bytes / size + (input_bytes % size != 0);
    return append_groups(plan, series, size, jobs, 0, error);
}

/* The jobs that were asked for, which a file must have. */
static int append_jobs(struct plan *plan, const struct series *series, uint64_t size, uint64_t jobs,
                       uint32_t workers, uint64_t input_bytes, struct error *error)
{
    uint64_t bytes;
    if (series->work->input_is_file &&
        (__builtin_mul_overflow(size, jobs > 0 ? jobs - 1 : 0, &bytes) ||
         (bytes > 0 && bytes >= input_bytes)))
        return fail(error, ERROR_USAGE,
                    "--jobs: %llu jobs of %llu bytes are more than the %llu bytes of the input",
                    (unsigned long long)jobs, (unsigned long long)size,
                    (unsigned long long)input_bytes);
    return append_groups(plan, series, size, jobs, workers, error);
}

/* A batch for each number of workers, which grows with it. */
static int append_growing(struct plan *plan, const struct series *series, uint64_t size,
                          uint64_t input_bytes, struct error *error)
{
    for (size_t i = 0; i < series->workers.count; i++) {
        uint64_t workers = series->workers.values[i];
        if (append_jobs(plan, series, size, series->jobs.values[0] * workers, (uint32_t)workers,
                        input_bytes, error) != 0)
            return -1;
    }
    return 0;
}

static int append_series(struct plan *plan, const struct series *series, uint64_t input_bytes,
                         struct error *error)
{
    bool from_file = series->work->input_is_file && !series->jobs_given;
    for (size_t i = 0; i < series->sizes.count; i++) {
        uint64_t size = series->sizes.values[i];
        if (from_file && append_file_group(plan, series, size, input_bytes, error) != 0)
            return -1;
        if (series->jobs_each) {
            if (append_growing(plan, series, size, input_bytes, error) != 0)
                return -1;
            continue;
        }
        for (size_t k = 0; !from_file && k < series->jobs.count; k++)
            if (append_jobs(plan, series, size, series->jobs.values[k], 0, input_bytes, error) != 0)
                return -1;
    }
    return 0;
}

/* ------------------------------------------------------------------------------- what is there
 * twice
 */

static int compare_counts(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_batches(const void *a, const void *b)
{
    const struct group *x = *(const struct group *const *)a, *y = *(const struct group *const *)b;
    int order = strcmp(x->work->name, y->work->name);
    order = order ? order : compare_counts(x->size, y->size);
    order = order ? order : compare_counts(x->jobs, y->jobs);
    order = order ? order : compare_counts(x->payload.in, y->payload.in);
    return order ? order : compare_counts(x->payload.out, y->payload.out);
}

/* Rounds of one batch stand together; sorted, as pairs of up to 100000 groups would take minutes.
 */
static int refuse_repeated_groups(const struct plan *plan, struct error *error)
{
    const struct group **sorted = calloc(plan->group_count + 1, sizeof *sorted);
    if (sorted == NULL)
        return fail(error, ERROR_REFUSED, "plan: out of memory");
    for (size_t i = 0; i < plan->group_count; i++)
        sorted[i] = &plan->groups[i];
    qsort(sorted, plan->group_count, sizeof *sorted, compare_batches);
    for (size_t i = 1; i < plan->group_count; i++)
        if (same_batch(sorted[i - 1], sorted[i]))
            fail(error, ERROR_USAGE,
                 "two sections measure %s of size %llu with %llu jobs; join them or keep them next "
                 "to each other",
                 sorted[i]->work->name, (unsigned long long)sorted[i]->size,
                 (unsigned long long)sorted[i]->jobs);
    free(sorted);
    return error->kind == ERROR_NONE ? 0 : -1;
}

/* A cell and where it stands, so that of equal ones the first is kept. */
struct place {
    struct key key;
    size_t index;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    int order = key_compare(&x->key, &y->key);
    return order ? order : compare_counts(x->index, y->index);
}

/* Keeps the cells that are not marked, in their order. */
static void keep_cells(struct plan *plan, const bool repeated[])
{
    size_t kept = 0;
    for (size_t i = 0; i < plan->group_count; i++) {
        struct group *group = &plan->groups[i];
        size_t from = group->first, end = group->first + group->count;
        group->first = kept;
        for (; from < end; from++)
            if (!repeated[from])
                plan->cells[kept++] = plan->cells[from];
        group->count = kept - group->first;
    }
    plan->cell_count = kept;
}

/* Drops the cells that a group has twice: serial where it is among the strategies, callers that
 * hold nothing in every kind of pages, what two sections have in common. */
static int drop_repeated_cells(struct plan *plan, struct error *error)
{
    struct place *sorted = calloc(plan->cell_count + 1, sizeof *sorted);
    bool *repeated = calloc(plan->cell_count + 1, sizeof *repeated);
    bool room = sorted != NULL && repeated != NULL;
    for (size_t i = 0; room && i < plan->cell_count; i++)
        sorted[i] = (struct place){cell_key(&plan->cells[i]), i};
    if (room) {
        qsort(sorted, plan->cell_count, sizeof *sorted, compare_places);
        for (size_t i = 1; i < plan->cell_count; i++)
            repeated[sorted[i].index] = key_compare(&sorted[i - 1].key, &sorted[i].key) == 0;
        keep_cells(plan, repeated);
    }
    free(sorted);
    free(repeated);
    return room ? 0 : fail(error, ERROR_REFUSED, "plan: out of memory");
}

/* ------------------------------------------------------------------------------- the plan */

int plan_make(const struct suite *suite, uint64_t input_bytes, struct plan *plan,
              struct error *error)
{
    int result = 0;
    *plan = (struct plan){0};
    for (size_t i = 0; result == 0 && i < suite->count; i++)
        result = append_series(plan, &suite->series[i], input_bytes, error);
    if (result == 0)
        result = refuse_repeated_groups(plan, error);
    if (result == 0)
        result = drop_repeated_cells(plan, error);
    if (result != 0)
        plan_free(plan);
    return result;
}

void plan_free(struct plan *plan)
{
    free(plan->cells);
    free(plan->groups);
    *plan = (struct plan){0};
}

void plan_order(uint64_t seed, size_t group, uint64_t round, size_t count, size_t order[])
{
    uint64_t state = seed;
    state = work_random(&state) ^ group;
    state = work_random(&state) ^ round;
    for (size_t i = 0; i < count; i++) {
        size_t k = (size_t)(work_random(&state) % (i + 1));
        order[i] = order[k];
        order[k] = i;
    }
}
