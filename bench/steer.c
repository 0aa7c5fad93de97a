#include "bench/steer.h"
#include "bench/analyse/crossover.h"
#include "bench/analyse/disturbed.h"
#include "bench/analyse/stats.h"

#include <gsl/gsl_rstat.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Between two sizes that are further apart than this, a crossover is looked for in the middle. */
#define WIDEST_STEP 1.9
/* A running median of fewer canaries does not tell a disturbed visit. */
enum { LEAST_CANARIES = 20 };

enum temperature { COLD, WARM, TEMPERATURES };

/* Why a cell is to be visited; what comes first is served first. */
enum want {
    WANT_SURVEY,    /* it has not had the least number of rounds */
    WANT_CROSSOVER, /* a crossover lies beside it */
    WANT_PRECISION, /* it may be above 1 or below */
    WANT_NOTHING,
};

/* What is known of a cell. */
struct cell_state {
    size_t curve, group, serial; /* serial: the cell that it is paired with */
    enum want want;
    uint64_t visits;
    size_t pairs, target;         /* log ratios to serial so far, and wanted */
    double *ratios[TEMPERATURES]; /* pairs of each, in any order */
    size_t room;
    bool given_up, unaffordable;
    uint64_t cost_ns; /* of its last visit; 0: not known */
    bool noted;       /* in the sitting under way: */
    struct steer_visit visit;
};

/* The cells that differ in nothing but size, in ascending order of it. */
struct curve {
    size_t *cells;
    size_t count;
    uint64_t spent_ns;
    bool serial, settled;
};

struct steer {
    struct plan *plan;
    struct steer_settings settings;
    struct cell_state *cells;
    struct curve *curves;
    size_t curve_count, cell_count; /* cell_count: of the plan that is known here */
    uint64_t *rounds;               /* of each group */
    size_t group_count;
    size_t *sitting, *order; /* room for the largest group */
    gsl_rstat_quantile_workspace *canaries;
    struct crossover_point *points; /* room for the longest curve */
    size_t *point_cells;
    size_t points_room;
    uint64_t spent_ns; /* on all curves */
};

/* ------------------------------------------------------------------------------- the table */

/* What is compared with itself. */
static bool is_serial(const struct steer *steer, size_t cell)
{
    return steer->cells[cell].serial == cell;
}

static size_t find_serial(const struct plan *plan, const struct group *group, size_t cell)
{
    struct key own = cell_key(&plan->cells[cell]), wanted = key_of_serial(&own);
    for (size_t i = group->first; i < group->first + group->count; i++) {
        struct key key = cell_key(&plan->cells[i]);
        if (key_compare(&key, &wanted) == 0)
            return i;
    }
    return group->first; /* never: the plan puts serial there for each env and parent */
}

static int compare_cells(const void *a, const void *b, void *user)
{
    const struct plan *plan = user;
    struct key x = cell_key(&plan->cells[*(const size_t *)a]);
    struct key y = cell_key(&plan->cells[*(const size_t *)b]);
    return key_compare(&x, &y);
}

/* Cuts the sorted cells into curves; each owns a copy of its stretch. */
static int make_curves(struct steer *steer, const size_t sorted[])
{
    const struct plan *plan = steer->plan;
    steer->curves = calloc(plan->cell_count + 1, sizeof *steer->curves);
    for (size_t i = 0, next; steer->curves != NULL && i < plan->cell_count; i = next) {
        struct key key = cell_key(&plan->cells[sorted[i]]);
        for (next = i; next < plan->cell_count; next++) {
            struct key other = cell_key(&plan->cells[sorted[next]]);
            if (key_compare_curve(&key, &other) != 0)
                break;
            steer->cells[sorted[next]].curve = steer->curve_count;
        }
        struct curve *curve = &steer->curves[steer->curve_count++];
        curve->serial = is_serial(steer, sorted[i]);
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
    steer->sitting = resize(steer->sitting, largest, sizeof *steer->sitting, &refused);
    steer->order = resize(steer->order, largest, sizeof *steer->order, &refused);
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

static int make_table(struct steer *steer)
{
    struct plan *plan = steer->plan;
    size_t longest = 0;
    size_t *sorted = calloc(plan->cell_count + 1, sizeof *sorted);
    int result = sorted != NULL ? learn_cells(steer) : -1;
    for (size_t i = 0; result == 0 && i < plan->cell_count; i++)
        sorted[i] = i;
    if (result == 0) {
        qsort_r(sorted, plan->cell_count, sizeof *sorted, compare_cells, plan);
        result = make_curves(steer, sorted);
    }
    free(sorted);
    for (size_t i = 0; i < steer->curve_count; i++)
        longest = steer->curves[i].count > longest ? steer->curves[i].count : longest;
    return result == 0 ? make_points_room(steer, longest) : -1;
}

/* ------------------------------------------------------------------------------- asking */

/* Wants so many pairs of a cell, if it can have them. */
static void ask(struct steer *steer, size_t cell, enum want want, size_t target)
{
    struct cell_state *state = &steer->cells[cell];
    if (state->given_up || state->visits >= STEER_MOST_ROUNDS)
        return;
    state->want = want < state->want ? want : state->want;
    state->target = target > state->target ? target : state->target;
    steer->curves[state->curve].settled = false;
}

/* Wants half as many pairs again: intervals are looked at a few times only, not after each round,
 * for a rule that stops at the first narrow one stops too early. */
static void ask_more(struct steer *steer, size_t cell, enum want want)
{
    size_t pairs = steer->cells[cell].pairs;
    ask(steer, cell, want, pairs + (pairs > STEER_LEAST_ROUNDS ? pairs : STEER_LEAST_ROUNDS) / 2);
}

/* Pairs that the cell lacks. */
static bool is_open(const struct cell_state *state)
{
    return !state->given_up && !state->unaffordable && state->pairs < state->target &&
           state->visits < STEER_MOST_ROUNDS;
}

/* ------------------------------------------------------------------------------- judging */

/* The curve's points in one temperature; returns how many cells have an interval. */
static size_t make_points(struct steer *steer, const struct curve *curve, enum temperature at)
{
    size_t count = 0;
    for (size_t i = 0; i < curve->count; i++) {
        struct cell_state *state = &steer->cells[curve->cells[i]];
        const struct cell *cell = &steer->plan->cells[curve->cells[i]];
        if (state->given_up || state->pairs < STEER_LEAST_ROUNDS || cell->size == 0 ||
            cell->jobs == 0)
            continue;
        struct interval interval = stats_interval(state->ratios[at], state->pairs);
        steer->point_cells[count] = curve->cells[i];
        steer->points[count++] = (struct crossover_point){
            .size = (double)steer->plan->cells[curve->cells[i]].size,
            .speedup = exp(interval.median),
            .low = exp(interval.low),
            .high = exp(interval.high),
            .efficiency = NAN,
            .job_ns = NAN,
        };
    }
    return count;
}

/* Above 1 or below it by more than twice what the interval leaves open. */
static bool is_clear(const struct crossover_point *point)
{
    double median = log(point->speedup);
    return 2 * log(point->low) - median > 0 || 2 * log(point->high) - median < 0;
}

static bool is_precise(const struct steer *steer, const struct crossover_point *point)
{
    return expm1(log(point->high / point->low) / 2) <= steer->settings.precision;
}

/* The size in the middle of two in log scale, to three digits; 0 where they are near enough or no
 * whole number lies between them. */
static uint64_t middle_of(double low, double high)
{
    if (high / low <= WIDEST_STEP)
        return 0;
    double middle = sqrt(low * high), digits = pow(10, floor(log10(middle)) - 2);
    middle = digits > 1 ? round(middle / digits) * digits : round(middle);
    return middle > low && middle < high ? (uint64_t)middle : 0;
}

/* The cell of the curve that has the size of that group; false where the group was planned without
 * it, by a section of its own. */
static bool find_cell(const struct steer *steer, size_t group, size_t curve, size_t *cell)
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
    struct curve *curve = &steer->curves[steer->cells[cell].curve];
    const struct cell *cells = steer->plan->cells;
    size_t at = curve->count;
    size_t *grown = reallocarray(curve->cells, curve->count + 1, sizeof *grown);
    if (grown == NULL || make_points_room(steer, curve->count + 1) != 0)
        return -1;
    curve->cells = grown;
    for (; at > 0 && cells[grown[at - 1]].size > cells[cell].size; at--)
        grown[at] = grown[at - 1];
    grown[at] = cell;
    curve->count++;
    return 0;
}

/* Adds a size to the plan, of which each cell belongs to the curve of its model in group `like`. */
static int add_size(struct steer *steer, size_t like, uint64_t size, size_t *found,
                    struct error *error)
{
    if (plan_refine(steer->plan, like, size, found, error) != 0)
        return -1;
    if (*found < steer->group_count)
        return 0;
    if (learn_cells(steer) != 0)
        return fail(error, EXIT_REFUSED, "plan: out of memory");
    const struct group *model = &steer->plan->groups[like], *made = &steer->plan->groups[*found];
    for (size_t i = 0; i < made->count; i++) {
        steer->cells[made->first + i].curve = steer->cells[model->first + i].curve;
        if (insert_cell(steer, made->first + i) != 0)
            return fail(error, EXIT_REFUSED, "plan: out of memory");
    }
    return 0;
}

/* Wants a size between those of two cells of a curve: the middle, or the next one where a group of
 * that size was planned without the curve. False in *asked where there is none. */
static int ask_between(struct steer *steer, size_t below, size_t above, bool *asked,
                       struct error *error)
{
    size_t curve = steer->cells[above].curve, like = steer->cells[above].group, group, cell;
    uint64_t most = steer->plan->cells[above].size;
    uint64_t size = middle_of((double)steer->plan->cells[below].size, (double)most);
    *asked = false;
    if (!plan_can_grow(steer->plan, like))
        return 0;
    for (bool found = false; size > 0 && size < most && !found; size++) {
        if (add_size(steer, like, size, &group, error) != 0)
            return -1;
        found = find_cell(steer, group, curve, &cell);
        *asked = found && !steer->cells[cell].given_up;
        if (*asked)
            ask(steer, cell, WANT_CROSSOVER, STEER_LEAST_ROUNDS);
    }
    return 0;
}

static bool is_narrow(const struct crossover_result *crossover)
{
    double factor = 1 + STEER_CROSSOVER_SHARE;
    return text_equal(crossover->verdict, "at") &&
           crossover->size_high <= factor * crossover->size &&
           crossover->size <= factor * crossover->size_low;
}

/* Where the median rises above 1 for good: at the point *above and the one before; false where it
 * does not. */
static bool find_rise(const struct steer *steer, size_t count, size_t *above)
{
    *above = crossover_above(steer->points, count, CROSSOVER_MEDIAN, 1);
    return steer->points[count - 1].speedup >= CROSSOVER_LEAST_GAIN && *above > 0 && *above < count;
}

/* Wants what makes the crossover narrower: a size in its middle while its neighbours are far away;
 * then rounds beside it, and wherever the interval leaves open on which side of it the cell is. */
static int narrow_crossover(struct steer *steer, size_t count, struct error *error)
{
    struct crossover_result crossover = crossover_of(steer->points, count);
    size_t above;
    bool asked;
    if (!find_rise(steer, count, &above))
        return 0;
    if (ask_between(steer, steer->point_cells[above - 1], steer->point_cells[above], &asked,
                    error) != 0)
        return -1;
    for (size_t i = 0; !asked && !is_narrow(&crossover) && i < count; i++) {
        const struct crossover_point *point = &steer->points[i];
        if (i + 1 == above || i == above || (point->low <= 1 && point->high >= 1))
            ask_more(steer, steer->point_cells[i], WANT_CROSSOVER);
    }
    return 0;
}

/* Wants more rounds of what may be above 1 or below, but for what lies beside the crossover. */
static int sharpen_cells(struct steer *steer, size_t count, struct error *error)
{
    size_t above;
    bool crosses = find_rise(steer, count, &above);
    (void)error;
    for (size_t i = 0; i < count; i++) {
        bool beside = crosses && (i == above || i + 1 == above);
        if (!beside && !is_clear(&steer->points[i]) && !is_precise(steer, &steer->points[i]))
            ask_more(steer, steer->point_cells[i], WANT_PRECISION);
    }
    return 0;
}

typedef int wish_function(struct steer *steer, size_t count, struct error *error);

/* Lets the curve wish in both temperatures. */
static int wish_for(struct steer *steer, const struct curve *curve, wish_function *wish,
                    struct error *error)
{
    for (int at = COLD; at < TEMPERATURES; at++) {
        size_t count = make_points(steer, curve, (enum temperature)at);
        if (count > 0 && wish(steer, count, error) != 0)
            return -1;
    }
    return 0;
}

/* A curve all of whose wishes are fulfilled, but for those that the budget does not last for, says
 * what else it wants: to narrow its crossovers, and nothing else before they are narrow; settled
 * where nothing. */
static int judge(struct steer *steer, struct curve *curve, struct error *error)
{
    for (size_t i = 0; i < curve->count; i++)
        if (is_open(&steer->cells[curve->cells[i]]))
            return 0;
    for (size_t i = 0; i < curve->count; i++)
        steer->cells[curve->cells[i]].want = WANT_NOTHING;
    curve->settled = true;
    if (curve->serial)
        return 0;
    if (wish_for(steer, curve, narrow_crossover, error) != 0)
        return -1;
    return curve->settled ? wish_for(steer, curve, sharpen_cells, error) : 0;
}

/* ------------------------------------------------------------------------------- choosing */

/* What a visit to the cell will take: as long as the last; at least as long as the next smaller
 * size's, where it has had none. */
static uint64_t expected_ns(const struct steer *steer, size_t cell)
{
    const struct curve *curve = &steer->curves[steer->cells[cell].curve];
    uint64_t expected = 0;
    for (size_t i = 0; i < curve->count; i++) {
        uint64_t cost_ns = steer->cells[curve->cells[i]].cost_ns;
        expected = cost_ns > 0 ? cost_ns : expected;
        if (curve->cells[i] == cell)
            break;
    }
    return expected;
}

/* The curve's most urgent want and, of the cells that have it, the one with the fewest pairs. */
static enum want most_urgent(const struct steer *steer, const struct curve *curve, size_t *cell)
{
    enum want want = WANT_NOTHING;
    for (size_t i = 0; i < curve->count; i++) {
        const struct cell_state *state = &steer->cells[curve->cells[i]];
        if (!is_open(state) || state->want > want)
            continue;
        if (state->want < want || state->pairs < steer->cells[*cell].pairs)
            *cell = curve->cells[i];
        want = state->want;
    }
    return want;
}

/* The cell to visit next: of the curves with the most urgent wants the one on which least time was
 * spent. False where nothing is wanted. */
static bool choose_cell(const struct steer *steer, size_t *chosen)
{
    enum want want = WANT_NOTHING;
    uint64_t spent_ns = 0;
    for (size_t i = 0; i < steer->curve_count; i++) {
        const struct curve *curve = &steer->curves[i];
        size_t cell = 0;
        if (curve->settled)
            continue;
        enum want own = most_urgent(steer, curve, &cell);
        if (own < want || (own == want && own < WANT_NOTHING && curve->spent_ns < spent_ns)) {
            want = own;
            spent_ns = curve->spent_ns;
            *chosen = cell;
        }
    }
    return want < WANT_NOTHING;
}

/* True where the cell may sit with the chosen one: it wants to, no less urgently, and no more was
 * spent on its curve than on the average one. */
static bool may_join(const struct steer *steer, size_t cell, size_t chosen)
{
    const struct cell_state *state = &steer->cells[cell], *other = &steer->cells[chosen];
    uint64_t share_ns = steer->spent_ns / steer->curve_count;
    uint64_t spent_ns = steer->curves[state->curve].spent_ns;
    return is_open(state) && state->want <= other->want &&
           (spent_ns <= share_ns || spent_ns <= steer->curves[other->curve].spent_ns);
}

static bool is_seated(const struct steer *steer, const struct sitting *sitting, size_t cell)
{
    for (size_t i = 0; i < sitting->count; i++)
        if (steer->sitting[i] == cell)
            return true;
    return false;
}

/* Adds a cell, and the serial cell that it is paired with, where both fit into the budget. */
static bool seat(struct steer *steer, size_t cell, uint64_t *left_ns, struct sitting *sitting)
{
    size_t serial = steer->cells[cell].serial;
    bool needs_seat = !is_seated(steer, sitting, cell);
    bool serial_needs = serial != cell && !is_seated(steer, sitting, serial);
    uint64_t cost_ns = (needs_seat ? expected_ns(steer, cell) : 0) +
                       (serial_needs ? expected_ns(steer, serial) : 0);
    if (cost_ns > *left_ns || steer->cells[serial].given_up)
        return false;
    *left_ns -= cost_ns;
    if (serial_needs)
        steer->sitting[sitting->count++] = serial;
    if (needs_seat)
        steer->sitting[sitting->count++] = cell;
    return true;
}

/* The chosen cell with all others of its group that want a visit as well: they share serial's. */
static bool seat_group(struct steer *steer, size_t chosen, uint64_t left_ns,
                       struct sitting *sitting)
{
    size_t index = steer->cells[chosen].group;
    const struct group *group = &steer->plan->groups[index];
    *sitting = (struct sitting){.group = index};
    if (!seat(steer, chosen, &left_ns, sitting))
        return false;
    for (size_t i = group->first; i < group->first + group->count; i++)
        if (may_join(steer, i, chosen))
            seat(steer, i, &left_ns, sitting);
    return true;
}

/* Of two builds' visits to a cell the second follows the first at once, which one is left to
 * chance: what lies between two visits is what they differ in by the machine's doing. */
static void bring_twins_together(const struct plan *plan, size_t order[], size_t count)
{
    for (size_t i = 0; i + 1 < count; i++) {
        size_t twin = plan_twin(plan, order[i]), at = i + 1;
        while (at < count && order[at] != twin)
            at++;
        if (twin == order[i] || at == count)
            continue;
        memmove(order + i + 2, order + i + 1, (at - i - 1) * sizeof *order);
        order[++i] = twin;
    }
}

/* Puts the sitting's cells into the order of this round. */
static void begin_sitting(struct steer *steer, struct sitting *sitting)
{
    sitting->round = ++steer->rounds[sitting->group];
    plan_order(steer->settings.seed, sitting->group, sitting->round, sitting->count, steer->order);
    for (size_t i = 0; i < sitting->count; i++) /* as numbers of cells, in that order */
        steer->order[i] = steer->sitting[steer->order[i]];
    if (steer->settings.every_cell)
        bring_twins_together(steer->plan, steer->order, sitting->count);
    sitting->cells = steer->order;
    for (size_t i = 0; i < sitting->count; i++)
        steer->cells[sitting->cells[i]].noted = false;
}

/* In rounds of every cell: those of the group that has had fewest. */
static void next_round(struct steer *steer, uint64_t most_rounds, struct sitting *sitting)
{
    size_t index = 0;
    for (size_t i = 1; i < steer->plan->group_count; i++)
        if (steer->rounds[i] < steer->rounds[index])
            index = i;
    *sitting = (struct sitting){.group = index};
    if (steer->rounds[index] >= most_rounds)
        return;
    const struct group *group = &steer->plan->groups[index];
    for (size_t i = group->first; i < group->first + group->count; i++)
        if (!steer->cells[i].given_up && !steer->cells[steer->cells[i].serial].given_up)
            steer->sitting[sitting->count++] = i;
    begin_sitting(steer, sitting);
}

int steer_next(struct steer *steer, uint64_t elapsed_ns, struct sitting *sitting,
               struct error *error)
{
    uint64_t budget_ns = steer->settings.budget_ns;
    uint64_t left_ns = elapsed_ns < budget_ns ? budget_ns - elapsed_ns : 0;
    size_t chosen = 0;
    *sitting = (struct sitting){0};
    if (steer->settings.rounds > 0 || steer->settings.every_cell) {
        uint64_t most = steer->settings.rounds > 0 ? steer->settings.rounds
                        : left_ns > 0              ? STEER_MOST_ROUNDS
                                                   : 0;
        do
            next_round(steer, most, sitting);
        while (sitting->count == 0 && sitting->round > 0); /* a group without cells to visit */
        return 0;
    }
    for (size_t i = 0; i < steer->curve_count; i++)
        if (!steer->curves[i].settled && judge(steer, &steer->curves[i], error) != 0)
            return -1;
    while (left_ns > 0 && choose_cell(steer, &chosen)) {
        if (seat_group(steer, chosen, left_ns, sitting)) {
            begin_sitting(steer, sitting);
            return 0;
        }
        if (steer->cells[steer->cells[chosen].serial].given_up)
            steer->cells[chosen].given_up = true; /* nothing is left to compare it with */
        else
            steer->cells[chosen].unaffordable = true;
    }
    return 0;
}

/* ------------------------------------------------------------------------------- learning */

void steer_note(struct steer *steer, size_t cell, const struct steer_visit *visit)
{
    struct cell_state *state = &steer->cells[cell];
    state->visit = *visit;
    state->noted = true;
    state->visits++;
    state->cost_ns = visit->cost_ns > 0 ? visit->cost_ns : 1;
    state->given_up = !visit->ok;
    if (isfinite(visit->roundtrip_ns))
        gsl_rstat_quantile_add(visit->roundtrip_ns, steer->canaries);
}

static bool is_disturbed(const struct steer *steer, const struct steer_visit *visit)
{
    return steer->canaries->n >= LEAST_CANARIES &&
           visit->roundtrip_ns > DISTURBED_FACTOR * gsl_rstat_quantile_get(steer->canaries);
}

static int append_pair(struct cell_state *state, double cold, double warm)
{
    if (state->pairs == state->room) {
        size_t room = state->room > 0 ? 2 * state->room : 2 * STEER_LEAST_ROUNDS;
        for (int at = 0; at < TEMPERATURES; at++) {
            double *grown = reallocarray(state->ratios[at], room, sizeof *grown);
            if (grown == NULL)
                return -1;
            state->ratios[at] = grown;
        }
        state->room = room;
    }
    state->ratios[COLD][state->pairs] = cold;
    state->ratios[WARM][state->pairs++] = warm;
    return 0;
}

/* The ratio of this sitting's visit to serial's, where both are there and undisturbed. */
static int pair_with_serial(struct steer *steer, struct cell_state *state)
{
    const struct cell_state *serial = &steer->cells[state->serial];
    const struct steer_visit *own = &state->visit, *base = &serial->visit;
    double cold = log(base->cold_ns / own->cold_ns), warm = log(base->warm_ns / own->warm_ns);
    bool told = state->noted && serial->noted && own->ok && base->ok && isfinite(cold) &&
                isfinite(warm) && !is_disturbed(steer, own) && !is_disturbed(steer, base);
    return told ? append_pair(state, cold, warm) : 0;
}

/* Serial's time is shared by those that it was measured for. */
static void share_cost(struct steer *steer, const struct sitting *sitting)
{
    uint64_t serial_ns = 0;
    size_t others = 0;
    for (size_t i = 0; i < sitting->count; i++) {
        const struct cell_state *state = &steer->cells[sitting->cells[i]];
        if (!state->noted)
            continue;
        steer->curves[state->curve].spent_ns += state->cost_ns;
        steer->spent_ns += state->cost_ns;
        serial_ns += is_serial(steer, sitting->cells[i]) ? state->cost_ns : 0;
        others += !is_serial(steer, sitting->cells[i]);
    }
    for (size_t i = 0; others > 0 && i < sitting->count; i++)
        if (!is_serial(steer, sitting->cells[i]))
            steer->curves[steer->cells[sitting->cells[i]].curve].spent_ns += serial_ns / others;
}

int steer_end(struct steer *steer, const struct sitting *sitting, struct error *error)
{
    share_cost(steer, sitting);
    for (size_t i = 0; i < sitting->count; i++)
        if (pair_with_serial(steer, &steer->cells[sitting->cells[i]]) != 0)
            return fail(error, EXIT_REFUSED, "rounds: out of memory");
    return 0;
}

/* ------------------------------------------------------------------------------- life */

int steer_open(struct plan *plan, const struct steer_settings *settings, struct steer **opened,
               struct error *error)
{
    struct steer *steer = calloc(1, sizeof *steer);
    *opened = steer;
    if (steer == NULL)
        return fail(error, EXIT_REFUSED, "plan: out of memory");
    steer->plan = plan;
    steer->settings = *settings;
    steer->canaries = gsl_rstat_quantile_alloc(0.5);
    if (steer->canaries == NULL || make_table(steer) != 0) {
        steer_close(steer);
        *opened = NULL;
        return fail(error, EXIT_REFUSED, "plan: out of memory");
    }
    for (size_t i = 0; i < plan->cell_count; i++)
        ask(steer, i, WANT_SURVEY, STEER_LEAST_ROUNDS);
    return 0;
}

uint64_t steer_rounds(const struct steer *steer, size_t group)
{
    return group < steer->group_count ? steer->rounds[group] : 0;
}

static bool is_settled(const struct steer *steer, const struct curve *curve)
{
    bool settled = curve->settled;
    for (size_t i = 0; i < curve->count; i++)
        settled = settled && !steer->cells[curve->cells[i]].unaffordable;
    return settled;
}

double steer_speedup(const struct steer *steer, size_t cell)
{
    const struct cell_state *state = &steer->cells[cell];
    return state->pairs > 0 ? exp(stats_median(state->ratios[WARM], state->pairs)) : (double)NAN;
}

struct steer_tally steer_tally(const struct steer *steer)
{
    struct steer_tally tally = {0, 0};
    for (size_t i = 0; i < steer->curve_count; i++) {
        tally.curves += !steer->curves[i].serial;
        tally.settled += !steer->curves[i].serial && is_settled(steer, &steer->curves[i]);
    }
    return tally;
}

void steer_close(struct steer *steer)
{
    if (steer == NULL)
        return;
    for (size_t i = 0; i < steer->cell_count; i++)
        for (int at = 0; at < TEMPERATURES; at++)
            free(steer->cells[i].ratios[at]);
    for (size_t i = 0; i < steer->curve_count; i++)
        free(steer->curves[i].cells);
    if (steer->canaries != NULL)
        gsl_rstat_quantile_free(steer->canaries);
    free(steer->cells);
    free(steer->curves);
    free(steer->rounds);
    free(steer->sitting);
    free(steer->order);
    free(steer->points);
    free(steer->point_cells);
    free(steer);
}
