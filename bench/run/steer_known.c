#include "bench/run/steer_known.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------------------- the table */

bool known_is_serial(const struct steer *steer, size_t cell)
{
    return steer->cells[cell].serial == cell;
}

static size_t find_serial(const struct plan *plan, const struct group *group, size_t cell)
{
    struct key wanted = key_of_baseline(&plan->cells[cell].key);
    for (size_t i = group->first; i < group->first + group->count; i++)
        if (key_compare(&plan->cells[i].key, &wanted) == 0)
            return i;
    return group->first; /* never: the plan puts serial there for each env and caller memory */
}

static enum dimension axis_of(const struct steer *steer, size_t cell)
{
    return steer->plan->groups[steer->cells[cell].group].axis;
}

uint64_t known_place(const struct steer *steer, size_t cell)
{
    return key_count(&steer->plan->cells[cell].key, axis_of(steer, cell));
}

/* The cells of one work have one axis, so that all cells have one order. */
static int compare_curves(const struct steer *steer, size_t a, size_t b)
{
    return key_compare_but(&steer->plan->cells[a].key, &steer->plan->cells[b].key,
                           dimension_bit(axis_of(steer, a)));
}

static int compare_cells(const void *a, const void *b, void *user)
{
    const struct steer *steer = user;
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    int order = compare_curves(steer, x, y);
    uint64_t left = known_place(steer, x), right = known_place(steer, y);
    return order ? order : (left > right) - (left < right);
}

/* Cuts the sorted cells into curves; each owns a copy of its stretch. */
static int make_curves(struct steer *steer, const size_t sorted[])
{
    const struct plan *plan = steer->plan;
    steer->curves = calloc(plan->cell_count + 1, sizeof *steer->curves);
    for (size_t i = 0, next; steer->curves != NULL && i < plan->cell_count; i = next) {
        for (next = i;
             next < plan->cell_count && compare_curves(steer, sorted[i], sorted[next]) == 0; next++)
            steer->cells[sorted[next]].curve = steer->curve_count;
        struct steer_curve *curve = &steer->curves[steer->curve_count++];
        curve->axis = axis_of(steer, sorted[i]);
        curve->serial = known_is_serial(steer, sorted[i]);
        curve->count = next - i;
        curve->cells = calloc(curve->count, sizeof *curve->cells);
        if (curve->cells == NULL)
            return -1;
        memcpy(curve->cells, sorted + i, curve->count * sizeof *curve->cells);
    }
    return steer->curves != NULL ? 0 : -1;
}

/* Memory for one item more than count; the old memory, and *refused, where there is none. */
static void *resize(void *memory, size_t count, size_t item_bytes, bool *refused)
{
    void *grown = reallocarray(memory, count + 1, item_bytes);
    if (grown != NULL)
        return grown;
    *refused = true;
    return memory;
}

static size_t largest_group(const struct plan *plan)
{
    size_t largest = 0;
    for (size_t i = 0; i < plan->group_count; i++)
        largest = plan->groups[i].count > largest ? plan->groups[i].count : largest;
    return largest;
}

/* Learns of the plan's groups and cells from those on that it does not know yet. */
static int learn_cells(struct steer *steer)
{
    const struct plan *plan = steer->plan;
    size_t largest = largest_group(plan);
    bool refused = false;
    steer->cells = resize(steer->cells, plan->cell_count, sizeof *steer->cells, &refused);
    steer->rounds = resize(steer->rounds, plan->group_count, sizeof *steer->rounds, &refused);
    steer->block = resize(steer->block, largest, sizeof *steer->block, &refused);
    steer->order = resize(steer->order, largest, sizeof *steer->order, &refused);
    steer->pass = resize(steer->pass, plan->group_count, sizeof *steer->pass, &refused);
    if (refused)
        return -1;
    for (; steer->group_count < plan->group_count; steer->group_count++) {
        const struct group *group = &plan->groups[steer->group_count];
        steer->rounds[steer->group_count] = 0;
        for (size_t i = group->first; i < group->first + group->count; i++)
            steer->cells[i] = (struct cell_state){.group = steer->group_count,
                                                  .serial = find_serial(plan, group, i),
                                                  .want = WANT_NOTHING};
        steer->cell_count = group->first + group->count;
    }
    return 0;
}

static int make_points_room(struct steer *steer, size_t count)
{
    bool refused = false;
    if (count < steer->points_room) /* a longer curve has made it */
        return 0;
    steer->points = resize(steer->points, count, sizeof *steer->points, &refused);
    steer->point_cells = resize(steer->point_cells, count, sizeof *steer->point_cells, &refused);
    steer->points_room = refused ? 0 : count + 1;
    return refused ? -1 : 0;
}

/* Room for one canary more, and for as many ratios. */
static int make_roundtrips_room(struct steer *steer)
{
    bool refused = false;
    size_t room = steer->roundtrip_count + 1;
    if (room < steer->roundtrips_room)
        return 0;
    room *= 2;
    steer->roundtrips_ns = resize(steer->roundtrips_ns, room, sizeof(double), &refused);
    steer->ratios = resize(steer->ratios, room, sizeof(double), &refused);
    steer->scratch = resize(steer->scratch, room, sizeof(double), &refused);
    steer->roundtrips_room = refused ? 0 : room;
    return refused ? -1 : 0;
}

int known_open(struct steer *steer)
{
    struct plan *plan = steer->plan;
    size_t longest = 0;
    size_t *sorted = calloc(plan->cell_count + 1, sizeof *sorted);
    int result = sorted != NULL ? learn_cells(steer) : -1;
    for (size_t i = 0; result == 0 && i < plan->cell_count; i++)
        sorted[i] = i;
    if (result == 0) {
        qsort_r(sorted, plan->cell_count, sizeof *sorted, compare_cells, steer);
        result = make_curves(steer, sorted);
    }
    free(sorted);
    for (size_t i = 0; i < steer->curve_count; i++)
        longest = steer->curves[i].count > longest ? steer->curves[i].count : longest;
    return result == 0 && make_roundtrips_room(steer) == 0 ? make_points_room(steer, longest) : -1;
}

size_t known_points(struct steer *steer, const struct steer_curve *curve, enum temperature at)
{
    size_t count = 0;
    for (size_t i = 0; i < curve->count; i++) {
        struct cell_state *state = &steer->cells[curve->cells[i]];
        const struct cell *cell = &steer->plan->cells[curve->cells[i]];
        uint64_t place = known_place(steer, curve->cells[i]);
        if (state->given_up || state->pairs < STEER_LEAST_ROUNDS || place == 0 ||
            cell->key.jobs == 0)
            continue;
        size_t pairs = known_ratios(steer, curve->cells[i], at);
        struct interval interval = stats_interval_over_time(steer->ratios, steer->scratch, pairs);
        steer->point_cells[count] = curve->cells[i];
        steer->points[count++] = (struct crossover_point){
            .size = (double)place,
            .speedup = exp(interval.median),
            .low = exp(interval.low),
            .high = exp(interval.high),
            .efficiency = NAN,
            .job_ns = NAN,
        };
    }
    return count;
}

struct crossover_result known_crossover(const struct steer *steer, size_t count)
{
    size_t cell = steer->point_cells[0];
    if (axis_of(steer, cell) == DIMENSION_jobs)
        return crossover_of_jobs(steer->points, count, steer->plan->cells[cell].key.workers);
    return crossover_of(steer->points, count);
}

/* ------------------------------------------------------------------------------- added sizes */

bool known_find(const struct steer *steer, size_t group, size_t curve, size_t *cell)
{
    const struct group *found = &steer->plan->groups[group];
    for (*cell = found->first; *cell < found->first + found->count; ++*cell)
        if (steer->cells[*cell].curve == curve)
            return true;
    return false;
}

/* Puts the cell into its curve, behind all smaller sizes. */
static int insert_cell(struct steer *steer, size_t cell)
{
    struct steer_curve *curve = &steer->curves[steer->cells[cell].curve];
    size_t at = curve->count;
    size_t *grown = reallocarray(curve->cells, curve->count + 1, sizeof *grown);
    if (grown == NULL || make_points_room(steer, curve->count + 1) != 0)
        return -1;
    curve->cells = grown;
    for (; at > 0 && known_place(steer, grown[at - 1]) > known_place(steer, cell); at--)
        grown[at] = grown[at - 1];
    grown[at] = cell;
    curve->count++;
    return 0;
}

int known_add_place(struct steer *steer, size_t like, uint64_t place, size_t *found,
                    struct error *error)
{
    if (plan_refine(steer->plan, like, place, found, error) != 0)
        return -1;
    if (*found < steer->group_count)
        return 0;
    if (learn_cells(steer) != 0)
        return fail(error, ERROR_REFUSED, "plan: out of memory");
    const struct group *model = &steer->plan->groups[like], *made = &steer->plan->groups[*found];
    for (size_t i = 0; i < made->count; i++) {
        steer->cells[made->first + i].curve = steer->cells[model->first + i].curve;
        if (insert_cell(steer, made->first + i) != 0)
            return fail(error, ERROR_REFUSED, "plan: out of memory");
    }
    return 0;
}

/* ------------------------------------------------------------------------------- learning */

bool known_lacks(const struct cell_state *state, size_t pairs)
{
    return !state->given_up && !state->unaffordable && state->pairs < pairs &&
           state->visits < STEER_MOST_ROUNDS;
}

bool known_is_open(const struct cell_state *state)
{
    return known_lacks(state, state->target);
}

int known_note(struct steer *steer, size_t cell, const struct steer_visit *visit)
{
    struct cell_state *state = &steer->cells[cell];
    state->visit = *visit;
    state->noted = true;
    state->visits++;
    state->cost_ns = visit->cost_ns > 0 ? visit->cost_ns : 1;
    steer->clock_ns += state->cost_ns;
    state->given_up = !visit->ok;
    if (make_roundtrips_room(steer) != 0)
        return -1;
    steer->roundtrips_ns[steer->roundtrip_count++] = visit->roundtrip_ns;
    return 0;
}

static bool is_disturbed(const struct steer *steer, const struct pair *pair)
{
    return disturbs(&steer->disturbances, pair->roundtrip_ns) ||
           disturbs(&steer->disturbances, pair->serial_roundtrip_ns);
}

/* Counts the cell's undisturbed pairs and the stretches of the run that they lie in. */
static void count_pairs(const struct steer *steer, struct cell_state *state)
{
    state->pairs = state->stretches = 0;
    state->apart_ns = 0;
    for (size_t i = 0; i < state->made_count; i++) {
        const struct pair *pair = &state->made[i];
        if (is_disturbed(steer, pair))
            continue;
        state->pairs++;
        if (pair->at_ns < state->apart_ns)
            continue;
        state->stretches++;
        state->apart_ns = pair->at_ns + steer->stretch_ns;
    }
}

void known_judge_disturbances(struct steer *steer)
{
    double *scratch_ns = steer->ratios;
    memcpy(scratch_ns, steer->roundtrips_ns, steer->roundtrip_count * sizeof *scratch_ns);
    steer->disturbances = disturbances_of(scratch_ns, steer->roundtrip_count);
    for (size_t i = 0; i < steer->cell_count; i++)
        count_pairs(steer, &steer->cells[i]);
}

size_t known_ratios(const struct steer *steer, size_t cell, enum temperature at)
{
    const struct cell_state *state = &steer->cells[cell];
    size_t count = 0;
    for (size_t i = 0; i < state->made_count; i++)
        if (!is_disturbed(steer, &state->made[i]))
            steer->ratios[count++] = state->made[i].log_ratios[at];
    return count;
}

int known_pair(struct steer *steer, struct cell_state *state)
{
    const struct cell_state *serial = &steer->cells[state->serial];
    const struct steer_visit *own = &state->visit, *base = &serial->visit;
    struct pair pair = {
        .log_ratios = {log(base->cold_ns / own->cold_ns), log(base->warm_ns / own->warm_ns)},
        .roundtrip_ns = own->roundtrip_ns,
        .serial_roundtrip_ns = base->roundtrip_ns,
        .at_ns = steer->clock_ns,
    };
    if (!state->noted || !serial->noted || !own->ok || !base->ok ||
        !isfinite(pair.log_ratios[COLD]) || !isfinite(pair.log_ratios[WARM]))
        return 0;
    if (state->made_count == state->room) {
        size_t room = state->room > 0 ? 2 * state->room : 2 * STEER_LEAST_ROUNDS;
        struct pair *grown = reallocarray(state->made, room, sizeof *grown);
        if (grown == NULL)
            return -1;
        state->made = grown;
        state->room = room;
    }
    state->made[state->made_count++] = pair;
    return 0;
}

uint64_t known_expected_ns(const struct steer *steer, size_t cell)
{
    const struct steer_curve *curve = &steer->curves[steer->cells[cell].curve];
    uint64_t expected = 0;
    for (size_t i = 0; i < curve->count; i++) {
        uint64_t cost_ns = steer->cells[curve->cells[i]].cost_ns;
        expected = cost_ns > 0 ? cost_ns : expected;
        if (curve->cells[i] == cell)
            break;
    }
    return expected;
}

void known_close(struct steer *steer)
{
    for (size_t i = 0; i < steer->cell_count; i++)
        free(steer->cells[i].made);
    for (size_t i = 0; i < steer->curve_count; i++)
        free(steer->curves[i].cells);
    free(steer->roundtrips_ns);
    free(steer->ratios);
    free(steer->scratch);
    free(steer->cells);
    free(steer->curves);
    free(steer->rounds);
    free(steer->pass);
    free(steer->block);
    free(steer->order);
    free(steer->points);
    free(steer->point_cells);
}
