#include "bench/run/plan.h"
#include "bench/analyse/crossover/crossover.h"
#include "bench/run/chosen.h"

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

/* The dimensions by which the cells of a strategy are multiplied, the outermost first, and the
 * flags that a strategy needs to take values of the list; without them it has the value of serial.
 */
static const struct nesting {
    enum suite_key key;
    enum dimension dimension;
    unsigned flags; /* enum strategy_flags */
} nesting[] = {
    {KEY_env, DIMENSION_env, 0},
    {KEY_idle, DIMENSION_idle_ns, 0},
    {KEY_neighbours, DIMENSION_neighbours, 0},
#define KEY(symbol, dimension, ...) {KEY_##symbol, DIMENSION_##dimension, 0},
    DIMENSION_KEYS_ADDED(KEY)
#undef KEY
        {KEY_parent_mib, DIMENSION_parent_mib, 0},
    {KEY_parent_pages, DIMENSION_parent_pages, 0},
    {KEY_hosts, DIMENSION_hosts, STRATEGY_HOSTS},
    {KEY_workers, DIMENSION_workers, 0},
    {KEY_schedule, DIMENSION_schedule, STRATEGY_SCHEDULES},
    {KEY_chunk, DIMENSION_chunk, 0},
    {KEY_bind, DIMENSION_bind, STRATEGY_IS_POOL},
    {KEY_spin, DIMENSION_spin_ns, STRATEGY_SPINS},
    {KEY_transport, DIMENSION_transport, STRATEGY_TRANSPORTS},
    {KEY_python, DIMENSION_python, STRATEGY_PYTHON},
    {KEY_start_method, DIMENSION_start_method, STRATEGY_STARTS},
    {KEY_jobs_per_worker, DIMENSION_jobs_per_worker, STRATEGY_RECYCLES},
    {KEY_results, DIMENSION_results, STRATEGY_STREAMS},
    {KEY_in_flight, DIMENSION_in_flight, STRATEGY_LIMITS},
};

enum { NESTING = sizeof nesting / sizeof *nesting };

/* True where the cell takes values of the list. */
static bool takes(const struct cell *cell, const struct nesting *list)
{
    unsigned flags = cell->strategy->flags;
    if ((flags & list->flags) != list->flags)
        return false;
    if (list->key == KEY_workers)
        return (flags & STRATEGY_ONE_WORKER) == 0;
    if (list->key == KEY_chunk)
        return (flags & (STRATEGY_SCHEDULES | STRATEGY_CHUNKS)) != 0;
    if (list->key == KEY_parent_mib) /* a runner is a process of its own, started by a small one */
        return (flags & STRATEGY_RUNNER) == 0;
    if (list->key == KEY_parent_pages)
        return cell->key.parent_mib > 0;
    if (list->key == KEY_transport)
        return cell->key.payload_in > 0 || cell->key.payload_out > 0;
    return true;
}

/* How payload travels where nobody chooses: "" where it need not. */
static const char *own_transport(const struct cell *cell)
{
    bool travels = cell->key.payload_in > 0 || cell->key.payload_out > 0;
    bool by_message = (cell->strategy->flags & STRATEGY_MESSAGES) != 0;
    return transport_name(travels && by_message ? TRANSPORT_MESSAGE : TRANSPORT_NONE);
}

/* What was always done before there was a choice stands in files as it did: as no value. */
static const char *word_of(const struct nesting *list, const char *given)
{
    bool is_none = list->key == KEY_results && results_find(given) == RESULTS_BATCH;
    return is_none ? "" : given;
}

/* True where such a cell has another number of workers than its batch has jobs for, or a host
 * without a worker. */
static bool is_left_out(const struct cell *cell, const struct group *group,
                        const struct nesting *list)
{
    const struct key *key = &cell->key;
    return list->key == KEY_workers &&
           ((group->workers > 0 && key->workers != group->workers) || key->workers < key->hosts);
}

/* All cells of a strategy that differ in the lists from `level` on. */
static int append_nested(struct plan *plan, struct group *group, const struct series *series,
                         struct cell cell, size_t level, struct error *error)
{
    if (level == NESTING)
        return append_cell(plan, group, &cell, error);
    const struct nesting *nested = &nesting[level];
    const struct suite_list *list = &series->lists[nested->key];
    if (!takes(&cell, nested))
        return append_nested(plan, group, series, cell, level + 1, error);
    const struct numbers *numbers =
        nested->key == KEY_workers ? suite_workers(series, cell.key.hosts) : &list->numbers;
    bool is_text = dimension_rows[nested->dimension].is_text;
    for (size_t i = 0; i < (is_text ? list->words.count : numbers->count); i++) {
        if (is_text)
            key_set_text(&cell.key, nested->dimension, word_of(nested, list->words.values[i]));
        else
            key_set_count(&cell.key, nested->dimension, numbers->values[i]);
        if (!is_left_out(&cell, group, nested) &&
            append_nested(plan, group, series, cell, level + 1, error) != 0)
            return -1;
    }
    return 0;
}

/* options: of a strategy from a library; "" for none. */
static int append_strategy(struct plan *plan, struct group *group, const struct series *series,
                           const struct strategy_ops *strategy, const char *options,
                           struct error *error)
{
    struct cell cell = {.key = key_of_nothing(), .work = group->work, .strategy = strategy};
    cell.key.work = group->work->name;
    cell.key.size = group->size;
    cell.key.jobs = group->jobs;
    cell.key.payload_in = group->payload.in;
    cell.key.payload_out = group->payload.out;
    cell.key.transport = own_transport(&cell);
    cell.key.strategy = strategy->name;
    cell.key.options = options;
    cell.key.baseline = strategy->baseline != NULL ? strategy->baseline : "";
    return append_nested(plan, group, series, cell, 0, error);
}

/* Serial first; then every strategy, behind what it is compared with. Of a work that a runner calls
 * there is nothing that our own strategies could run. */
static int append_cells(struct plan *plan, struct group *group, const struct series *series,
                        struct error *error)
{
    const struct words *strategies_given = &series->lists[KEY_strategies].words;
    unsigned needed = series->work->is_of_runner ? STRATEGY_RUNNER : 0;
    if (needed == 0 &&
        append_strategy(plan, group, series, strategy_find("serial"), "", error) != 0)
        return -1;
    for (size_t i = 0; i < strategies_given->count; i++) {
        const char *options;
        const struct strategy_ops *strategy = chosen_find(strategies_given->values[i], &options);
        if ((strategy->flags & needed) != needed)
            continue;
        if (strategy->baseline != NULL &&
            append_strategy(plan, group, series, strategy_find(strategy->baseline), "", error) != 0)
            return -1;
        if (append_strategy(plan, group, series, strategy, options, error) != 0)
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
                cell.key.build = build_names[build];
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

size_t plan_counterpart(const struct plan *plan, size_t cell)
{
    enum build build = cell_build(&plan->cells[cell]);
    return build == BUILD_OWN ? cell : build == BUILD_NEW ? cell + 1 : cell - 1;
}

static bool is_kept(const struct cell *cell, const struct key keys[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct key kept = keys[i], serial;
        kept.build = cell->key.build;
        serial = key_of_baseline(&kept);
        if (key_compare(&cell->key, &kept) == 0 || key_compare(&cell->key, &serial) == 0)
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

int plan_refine(struct plan *plan, size_t like, uint64_t place, size_t *found, struct error *error)
{
    struct group wanted = plan->groups[like];
    if (wanted.axis == DIMENSION_jobs)
        wanted.jobs = place;
    else
        wanted.size = place;
    for (*found = 0; *found < plan->group_count; ++*found)
        if (same_batch(&plan->groups[*found], &wanted))
            return 0;
    if (grow_groups(plan, error) != 0)
        return -1;
    for (size_t i = 0; i < wanted.count; i++) {
        struct cell cell = plan->cells[plan->groups[like].first + i];
        key_set_count(&cell.key, wanted.axis, place);
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

/* The workers on this machine, then those over each number of hosts. */
static const struct numbers *workers_of_list(const struct series *series, size_t list)
{
    return list == 0 ? &series->lists[KEY_workers].numbers : &series->workers_over[list - 1];
}

/* True where a list before that one has the number. */
static bool is_known_before(const struct series *series, size_t list, uint64_t workers)
{
    for (size_t i = 0; i < list; i++) {
        const struct numbers *numbers = workers_of_list(series, i);
        for (size_t k = 0; k < numbers->count; k++)
            if (numbers->values[k] == workers)
                return true;
    }
    return false;
}

/* A batch for each number of workers, which grows with it. */
static int append_growing(struct plan *plan, const struct series *series, uint64_t size,
                          uint64_t input_bytes, struct error *error)
{
    for (size_t list = 0; list <= series->lists[KEY_hosts].numbers.count; list++) {
        const struct numbers *numbers = workers_of_list(series, list);
        for (size_t i = 0; i < numbers->count; i++)
            if (!is_known_before(series, list, numbers->values[i]) &&
                append_jobs(plan, series, size,
                            series->lists[KEY_jobs].numbers.values[0] * numbers->values[i],
                            (uint32_t)numbers->values[i], input_bytes, error) != 0)
                return -1;
    }
    return 0;
}

static int append_series(struct plan *plan, const struct series *series, uint64_t input_bytes,
                         struct error *error)
{
    bool from_file = series->work->input_is_file && !series->jobs_given;
    for (size_t i = 0; i < series->lists[KEY_sizes].numbers.count; i++) {
        uint64_t size = series->lists[KEY_sizes].numbers.values[i];
        if (from_file && append_file_group(plan, series, size, input_bytes, error) != 0)
            return -1;
        if (series->jobs_each) {
            if (append_growing(plan, series, size, input_bytes, error) != 0)
                return -1;
            continue;
        }
        for (size_t k = 0; !from_file && k < series->lists[KEY_jobs].numbers.count; k++)
            if (append_jobs(plan, series, size, series->lists[KEY_jobs].numbers.values[k], 0,
                            input_bytes, error) != 0)
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
static int refuse_repeated_groups(struct group *const sorted[], size_t count, struct error *error)
{
    for (size_t i = 1; i < count; i++)
        if (same_batch(sorted[i - 1], sorted[i]))
            fail(error, ERROR_USAGE,
                 "two sections measure %s of size %llu with %llu jobs; join them or keep them next "
                 "to each other",
                 sorted[i]->work->name, (unsigned long long)sorted[i]->size,
                 (unsigned long long)sorted[i]->jobs);
    return error->kind == ERROR_NONE ? 0 : -1;
}

/* The axis of so many groups of one work. Batches that grow with the workers have no curve along
 * jobs: each strategy has another number of them with other workers. */
static enum dimension axis_of(struct group *const sorted[], size_t count)
{
    size_t numbers = sorted[0]->jobs > 0;
    for (size_t i = 0; i < count; i++) {
        if (sorted[i]->size != sorted[0]->size || sorted[i]->workers > 0)
            return DIMENSION_size;
        numbers += i > 0 && sorted[i]->jobs != sorted[i - 1]->jobs;
    }
    return numbers >= CROSSOVER_LEAST_JOBS ? DIMENSION_jobs : DIMENSION_size;
}

static void choose_axes(struct group *const sorted[], size_t count)
{
    for (size_t i = 0, next; i < count; i = next) {
        next = i + 1;
        while (next < count && sorted[next]->work == sorted[i]->work)
            next++;
        enum dimension axis = axis_of(sorted + i, next - i);
        for (size_t k = i; k < next; k++)
            sorted[k]->axis = axis;
    }
}

/* Looks at the groups in the order of what they measure. */
static int compare_groups(struct plan *plan, struct error *error)
{
    struct group **sorted = calloc(plan->group_count + 1, sizeof *sorted);
    if (sorted == NULL)
        return fail(error, ERROR_REFUSED, "plan: out of memory");
    for (size_t i = 0; i < plan->group_count; i++)
        sorted[i] = &plan->groups[i];
    if (plan->group_count > 0)
        qsort(sorted, plan->group_count, sizeof *sorted, compare_batches);
    choose_axes(sorted, plan->group_count);
    int result = refuse_repeated_groups(sorted, plan->group_count, error);
    free(sorted);
    return result;
}

/* Equal cells are ordered by where they stand, so that the first is kept. */
static int compare_cells(const void *a, const void *b)
{
    const struct cell *const *x = a, *const *y = b;
    int order = key_compare(&(*x)->key, &(*y)->key);
    return order ? order : (*x > *y) - (*x < *y);
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
    const struct cell **sorted = calloc(plan->cell_count + 1, sizeof *sorted);
    bool *repeated = calloc(plan->cell_count + 1, sizeof *repeated);
    bool room = sorted != NULL && repeated != NULL;
    for (size_t i = 0; room && i < plan->cell_count; i++)
        sorted[i] = &plan->cells[i];
    if (room) {
        qsort(sorted, plan->cell_count, sizeof *sorted, compare_cells);
        for (size_t i = 1; i < plan->cell_count; i++)
            repeated[sorted[i] - plan->cells] =
                key_compare(&sorted[i - 1]->key, &sorted[i]->key) == 0;
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
        result = compare_groups(plan, error);
    if (result == 0)
        result = drop_repeated_cells(plan, error);
    if (result != 0)
        plan_free(plan);
    return result;
}

/* ------------------------------------------------------------------------------- of keys */

/* Those of one batch stand together. */
static int compare_keys(const void *a, const void *b)
{
    const struct key *x = *(const struct key *const *)a, *y = *(const struct key *const *)b;
    int order = strcmp(x->work, y->work);
    order = order ? order : compare_counts(x->size, y->size);
    order = order ? order : compare_counts(x->jobs, y->jobs);
    order = order ? order : compare_counts(x->payload_in, y->payload_in);
    order = order ? order : compare_counts(x->payload_out, y->payload_out);
    return order ? order : key_compare(x, y);
}

/* What a strategy takes has a value, and what it does not take has serial's. */
static int check_taken(const struct cell *cell, struct error *error)
{
    struct key none = key_of_nothing();
    none.transport = own_transport(cell);
    for (size_t i = 0; i < NESTING; i++) {
        enum dimension dimension = nesting[i].dimension;
        bool is_none = dimension_rows[dimension].is_text
                           ? text_equal(key_text(&cell->key, dimension), key_text(&none, dimension))
                           : key_count(&cell->key, dimension) == key_count(&none, dimension);
        bool lacks = key_lacks(&cell->key, dimension) && dimension != DIMENSION_env &&
                     dimension != DIMENSION_results;
        if (takes(cell, &nesting[i]) ? lacks : !is_none)
            return fail(error, ERROR_USAGE, "%s, %s: %s is %s", cell->key.work, cell->key.strategy,
                        dimension_rows[dimension].name,
                        lacks ? "missing" : "not for this strategy, or not without another");
    }
    return 0;
}

static int append_key(struct plan *plan, struct group *group, const struct key *key,
                      struct error *error)
{
    for (size_t i = group->first; i < plan->cell_count; i++)
        if (key_compare(&plan->cells[i].key, key) == 0)
            return 0;
    struct cell cell = cell_of(key);
    return check_taken(&cell, error) == 0 ? append_cell(plan, group, &cell, error) : -1;
}

/* The keys of one batch: serial comes first. */
static int append_batch(struct plan *plan, const struct key *const keys[], size_t count,
                        struct error *error)
{
    int result = grow_groups(plan, error);
    if (result != 0)
        return -1;
    struct group *group = &plan->groups[plan->group_count++];
    *group = (struct group){
        .work = work_find(keys[0]->work),
        .size = keys[0]->size,
        .jobs = keys[0]->jobs,
        .payload = {keys[0]->payload_in, keys[0]->payload_out},
        .first = plan->cell_count,
    };
    for (size_t i = 0; result == 0 && i < count; i++) {
        struct key serial = key_of_baseline(keys[i]);
        result = append_key(plan, group, &serial, error);
    }
    for (size_t i = 0; result == 0 && i < count; i++)
        result = append_key(plan, group, keys[i], error);
    return result;
}

static bool are_of_one_batch(const struct key *a, const struct key *b)
{
    return text_equal(a->work, b->work) && a->size == b->size && a->jobs == b->jobs &&
           a->payload_in == b->payload_in && a->payload_out == b->payload_out;
}

int plan_of_keys(const struct key keys[], size_t count, struct plan *plan, struct error *error)
{
    const struct key **sorted = calloc(count + 1, sizeof(struct key *));
    int result = sorted != NULL ? 0 : fail(error, ERROR_REFUSED, "plan: out of memory");
    *plan = (struct plan){0};
    for (size_t i = 0; result == 0 && i < count; i++)
        sorted[i] = &keys[i];
    if (result == 0)
        qsort(sorted, count, sizeof(struct key *), compare_keys);
    for (size_t i = 0, next; result == 0 && i < count; i = next) {
        next = i + 1;
        while (next < count && are_of_one_batch(sorted[i], sorted[next]))
            next++;
        result = append_batch(plan, sorted + i, next - i, error);
    }
    free(sorted);
    if (result == 0)
        result = compare_groups(plan, error);
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
