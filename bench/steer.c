#include "bench/steer.h"
#include "bench/analyse/stats.h"
#include "bench/steer_wants.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
        if (!known_is_open(state) || state->want > want)
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
    return known_is_open(state) && state->want <= other->want &&
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
    known_judge_disturbances(steer);
    for (size_t i = 0; i < steer->curve_count; i++)
        if (want_judge(steer, &steer->curves[i], error) != 0)
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

int steer_note(struct steer *steer, size_t cell, const struct steer_visit *visit,
               struct error *error)
{
    if (known_note(steer, cell, visit) != 0)
        return fail(error, EXIT_REFUSED, "rounds: out of memory");
    return 0;
}

int steer_end(struct steer *steer, const struct sitting *sitting, struct error *error)
{
    known_share_cost(steer, sitting);
    for (size_t i = 0; i < sitting->count; i++)
        if (known_pair(steer, &steer->cells[sitting->cells[i]]) != 0)
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
    if (known_open(steer) != 0) {
        steer_close(steer);
        *opened = NULL;
        return fail(error, EXIT_REFUSED, "plan: out of memory");
    }
    for (size_t i = 0; i < plan->cell_count; i++)
        want_rounds(steer, i, WANT_SURVEY, STEER_LEAST_ROUNDS);
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
    return exp(stats_median(steer->ratios, known_ratios(steer, cell, WARM)));
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
    known_close(steer);
    free(steer);
}
