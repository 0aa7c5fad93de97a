#include "bench/run/steer.h"
#include "bench/run/steer_wants.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Stretches that are told apart: so many in a budget, each no longer than this. */
enum { BUDGET_STRETCHES = 16 };
static const uint64_t LONGEST_STRETCH_NS = 5000000000;

/* ------------------------------------------------------------------------------- choosing */

/* How urgent the cell's want is: less of the same, where its curve gives way. */
static unsigned urgency_of(const struct steer *steer, const struct cell_state *state)
{
    return 2 * (unsigned)state->want + steer->curves[state->curve].gives_way;
}

enum { NOT_URGENT = 2 * WANT_NOTHING };

/* That of the most urgent wants. */
static unsigned most_urgent(const struct steer *steer)
{
    unsigned most = NOT_URGENT;
    for (size_t i = 0; i < steer->cell_count; i++)
        if (known_is_open(&steer->cells[i]) && urgency_of(steer, &steer->cells[i]) < most)
            most = urgency_of(steer, &steer->cells[i]);
    return most;
}

/* How long the pass will last, without serial's visits. */
static uint64_t pass_length_ns(const struct steer *steer)
{
    uint64_t length_ns = 0;
    for (size_t i = 0; i < steer->cell_count; i++)
        if (known_is_open(&steer->cells[i]) &&
            urgency_of(steer, &steer->cells[i]) <= steer->urgency)
            length_ns += known_expected_ns(steer, i);
    return length_ns;
}

/* Takes more into a pass that would be over too soon: rounds of the cells of curves that are not
 * settled, each time of others first. */
static void pad_short_pass(struct steer *steer)
{
    uint64_t length_ns = pass_length_ns(steer);
    for (size_t i = 0; i < steer->curve_count; i++) {
        const struct steer_curve *curve = &steer->curves[(i + steer->passes) % steer->curve_count];
        for (size_t k = 0; k < curve->count && !curve->settled && !curve->serial; k++) {
            const struct cell_state *state = &steer->cells[curve->cells[k]];
            if (known_is_open(state) || state->target == 0 || length_ns >= steer->pass_ns)
                continue;
            want_rounds(steer, curve->cells[k], WANT_PASTIME, state->pairs + 1);
            length_ns += known_expected_ns(steer, curve->cells[k]);
        }
    }
}

/* What it takes until the curve is narrow, as far as can be told; 0 where it wants nothing. */
static double need_of(const struct steer *steer, const struct steer_curve *curve)
{
    double need_ns = 0;
    for (size_t i = 0; i < curve->count; i++) {
        const struct cell_state *state = &steer->cells[curve->cells[i]];
        size_t wanted = state->sufficient > state->target ? state->sufficient : state->target;
        if (known_is_open(state))
            need_ns += (double)(wanted - state->pairs) *
                       (double)(known_expected_ns(steer, curve->cells[i]) +
                                known_expected_ns(steer, state->serial));
    }
    return need_ns;
}

/* Of the curves that give way and want something, the one that needs least; NULL where none is. */
static struct steer_curve *least_needy(struct steer *steer)
{
    struct steer_curve *least = NULL;
    for (size_t i = 0; i < steer->curve_count; i++) {
        struct steer_curve *curve = &steer->curves[i];
        if (curve->gives_way && curve->need_ns > 0 &&
            (least == NULL || curve->need_ns < least->need_ns))
            least = curve;
    }
    return least;
}

/* True where the pass would be over too soon. */
static bool is_short_pass(struct steer *steer)
{
    steer->urgency = most_urgent(steer);
    return steer->urgency >= 2 * WANT_CROSSOVER && pass_length_ns(steer) < steer->pass_ns;
}

/* Lets go first those that need least, as many as what is left of the budget lasts for and as make
 * a pass: shares for all would leave each of them wide. */
static void let_others_give_way(struct steer *steer, uint64_t left_ns)
{
    double left = (double)left_ns;
    for (size_t i = 0; i < steer->curve_count; i++) {
        steer->curves[i].gives_way = true;
        steer->curves[i].need_ns = need_of(steer, &steer->curves[i]);
    }
    for (struct steer_curve *curve = least_needy(steer);
         curve != NULL && (left > 0 || is_short_pass(steer)); curve = least_needy(steer)) {
        curve->gives_way = false;
        left -= curve->need_ns;
    }
}

/* Begins a pass: over all groups, in an order left to chance, with a visit to each cell that has a
 * want of the most urgent kind. One round a pass spreads a curve's rounds over the run, where a
 * burst of them would tell of the moment; a short pass would make one, and takes in all that may
 * ever be of use. False in *any where nothing is wanted. */
static int begin_pass(struct steer *steer, uint64_t left_ns, bool *any, struct error *error)
{
    known_judge_disturbances(steer);
    for (size_t i = 0; i < steer->curve_count; i++)
        if (want_judge(steer, &steer->curves[i], error) != 0)
            return -1;
    let_others_give_way(steer, left_ns);
    if (is_short_pass(steer))
        pad_short_pass(steer);
    if (steer->urgency >= NOT_URGENT)
        steer->urgency = most_urgent(steer);
    steer->passes++;
    steer->pass_at = 0;
    steer->pass_count = steer->group_count;
    plan_order(steer->settings.seed, SIZE_MAX, steer->passes, steer->pass_count, steer->pass);
    *any = steer->urgency < NOT_URGENT;
    return 0;
}

/* True where the pass is made for the cell. */
static bool is_due(const struct steer *steer, const struct cell_state *state)
{
    return known_is_open(state) && state->pass < steer->passes &&
           (state->want == WANT_PASTIME || urgency_of(steer, state) <= steer->urgency);
}

/* True where the cell may be in a block with such as are due: it wants to, or will, as its curve is
 * not narrow yet. What gives way does so only where its own visit takes little more than serial's,
 * which it saves. */
static bool may_join(const struct steer *steer, size_t cell)
{
    const struct cell_state *state = &steer->cells[cell];
    bool dear = 2 * known_expected_ns(steer, cell) > 3 * known_expected_ns(steer, state->serial);
    return state->pass < steer->passes && !(dear && steer->curves[state->curve].gives_way) &&
           (known_is_open(state) || known_lacks(state, state->sufficient));
}

static bool is_in_block(const struct steer *steer, const struct block *block, size_t cell)
{
    for (size_t i = 0; i < block->count; i++)
        if (steer->block[i] == cell)
            return true;
    return false;
}

/* Adds a cell, and the serial cell that it is paired with, where both fit into the budget. */
static bool add_to_block(struct steer *steer, size_t cell, uint64_t *left_ns, struct block *block)
{
    size_t serial = steer->cells[cell].serial;
    bool needs_visit = !is_in_block(steer, block, cell);
    bool serial_needs = serial != cell && !is_in_block(steer, block, serial);
    uint64_t cost_ns = (needs_visit ? known_expected_ns(steer, cell) : 0) +
                       (serial_needs ? known_expected_ns(steer, serial) : 0);
    if (cost_ns > *left_ns || steer->cells[serial].given_up)
        return false;
    *left_ns -= cost_ns;
    if (serial_needs)
        steer->block[block->count++] = serial;
    if (needs_visit)
        steer->block[block->count++] = cell;
    return true;
}

/* A cell that does not fit into the block now never will: the budget only shrinks. */
static void try_to_add(struct steer *steer, size_t cell, uint64_t *left_ns, struct block *block)
{
    struct cell_state *state = &steer->cells[cell];
    if (add_to_block(steer, cell, left_ns, block))
        state->pass = steer->passes;
    else if (steer->cells[state->serial].given_up)
        state->given_up = true; /* nothing is left to compare it with */
    else
        state->unaffordable = true;
}

/* All cells of the group that the pass is made for, and with them, if any, all others that want a
 * visit: they share serial's. */
static void fill_block(struct steer *steer, size_t index, uint64_t left_ns, struct block *block)
{
    const struct group *group = &steer->plan->groups[index];
    *block = (struct block){.group = index};
    for (size_t i = group->first; i < group->first + group->count; i++)
        if (is_due(steer, &steer->cells[i]))
            try_to_add(steer, i, &left_ns, block);
    for (size_t i = group->first; block->count > 0 && i < group->first + group->count; i++)
        if (may_join(steer, i))
            try_to_add(steer, i, &left_ns, block);
}

/* Which of two builds is visited first: chance tells for two rounds at a time, and the second of
 * them has the other order. So each is first equally often, and that the second visit finds what
 * the first has left in caches cannot look like a difference between builds. */
static size_t first_of_counterparts(const struct steer *steer, size_t cell, uint64_t round)
{
    size_t counterpart = plan_counterpart(steer->plan, cell);
    size_t lower = counterpart < cell ? counterpart : cell,
           upper = counterpart < cell ? cell : counterpart, order[2];
    plan_order(steer->settings.seed, lower, SIZE_MAX - (round - 1) / 2, 2, order);
    return (order[0] + round) % 2 == 0 ? lower : upper;
}

/* Of two builds' visits to a cell the second follows the first at once: what lies between two
 * visits is what they differ in by the machine's doing. */
static void bring_counterparts_together(const struct steer *steer, uint64_t round, size_t order[],
                                        size_t count)
{
    for (size_t i = 0; i + 1 < count; i++) {
        size_t cell = order[i], counterpart = plan_counterpart(steer->plan, cell), at = i + 1;
        while (at < count && order[at] != counterpart)
            at++;
        if (counterpart == cell || at == count)
            continue;
        memmove(order + i + 2, order + i + 1, (at - i - 1) * sizeof *order);
        order[i] = first_of_counterparts(steer, cell, round);
        order[i + 1] = plan_counterpart(steer->plan, order[i]);
        i++;
    }
}

/* Puts the block's cells into the order of this round. */
static void begin_block(struct steer *steer, struct block *block)
{
    block->round = ++steer->rounds[block->group];
    plan_order(steer->settings.seed, block->group, block->round, block->count, steer->order);
    for (size_t i = 0; i < block->count; i++) /* as numbers of cells, in that order */
        steer->order[i] = steer->block[steer->order[i]];
    if (steer->settings.every_cell)
        bring_counterparts_together(steer, block->round, steer->order, block->count);
    block->cells = steer->order;
    for (size_t i = 0; i < block->count; i++)
        steer->cells[block->cells[i]].noted = false;
}

/* Rounds that are over for the group, of which a rare one sits out the first and every second. */
static uint64_t rounds_behind(const struct steer *steer, size_t group)
{
    uint64_t rounds = steer->rounds[group];
    return steer->plan->groups[group].is_rare ? 2 * rounds + 1 : rounds;
}

/* In rounds of every cell: those of the group that has had fewest. */
static void next_round(struct steer *steer, uint64_t most_rounds, struct block *block)
{
    size_t index = 0;
    for (size_t i = 1; i < steer->plan->group_count; i++)
        if (rounds_behind(steer, i) < rounds_behind(steer, index))
            index = i;
    *block = (struct block){.group = index};
    if (steer->rounds[index] >= most_rounds)
        return;
    const struct group *group = &steer->plan->groups[index];
    for (size_t i = group->first; i < group->first + group->count; i++)
        if (!steer->cells[i].given_up && !steer->cells[steer->cells[i].serial].given_up)
            steer->block[block->count++] = i;
    begin_block(steer, block);
}

/* The next group of the pass that anybody sits for; of a new pass, where it is over. */
static int next_of_pass(struct steer *steer, uint64_t left_ns, struct block *block,
                        struct error *error)
{
    bool any = left_ns > 0;
    while (any && block->count == 0) {
        if (steer->pass_at < steer->pass_count)
            fill_block(steer, steer->pass[steer->pass_at++], left_ns, block);
        else if (begin_pass(steer, left_ns, &any, error) != 0)
            return -1;
    }
    if (block->count > 0)
        begin_block(steer, block);
    return 0;
}

int steer_next(struct steer *steer, uint64_t elapsed_ns, struct block *block, struct error *error)
{
    uint64_t budget_ns = steer->settings.budget_ns;
    uint64_t left_ns = elapsed_ns < budget_ns ? budget_ns - elapsed_ns : 0;
    *block = (struct block){0};
    if (steer->settings.rounds > 0 || steer->settings.every_cell) {
        uint64_t most = steer->settings.rounds > 0 ? steer->settings.rounds
                        : left_ns > 0              ? STEER_MOST_ROUNDS
                                                   : 0;
        do
            next_round(steer, most, block);
        while (block->count == 0 && block->round > 0); /* a group without cells to visit */
        return 0;
    }
    return next_of_pass(steer, left_ns, block, error);
}

/* ------------------------------------------------------------------------------- learning */

int steer_note(struct steer *steer, size_t cell, const struct steer_visit *visit,
               struct error *error)
{
    if (known_note(steer, cell, visit) != 0)
        return fail(error, ERROR_REFUSED, "rounds: out of memory");
    return 0;
}

int steer_end(struct steer *steer, const struct block *block, struct error *error)
{
    for (size_t i = 0; i < block->count; i++)
        if (known_pair(steer, &steer->cells[block->cells[i]]) != 0)
            return fail(error, ERROR_REFUSED, "rounds: out of memory");
    return 0;
}

/* ------------------------------------------------------------------------------- life */

/* A stretch of the run is a share of the budget, but no longer than what machines drift in; with
 * all the rounds that it may have, one a pass, a cell is seen over the whole budget or as many
 * stretches.
 */
static void cut_into_stretches(struct steer *steer)
{
    uint64_t budget_ns = steer->settings.budget_ns, stretch_ns = budget_ns / BUDGET_STRETCHES;
    steer->stretch_ns = stretch_ns < LONGEST_STRETCH_NS ? stretch_ns : LONGEST_STRETCH_NS;
    steer->pass_ns = steer->stretch_ns * BUDGET_STRETCHES / STEER_MOST_ROUNDS;
}

int steer_open(struct plan *plan, const struct steer_settings *settings, struct steer **opened,
               struct error *error)
{
    struct steer *steer = calloc(1, sizeof *steer);
    *opened = steer;
    if (steer == NULL)
        return fail(error, ERROR_REFUSED, "plan: out of memory");
    steer->plan = plan;
    steer->settings = *settings;
    if (known_open(steer) != 0) {
        steer_close(steer);
        *opened = NULL;
        return fail(error, ERROR_REFUSED, "plan: out of memory");
    }
    cut_into_stretches(steer);
    for (size_t i = 0; i < steer->curve_count; i++) {
        const struct steer_curve *curve = &steer->curves[i];
        for (size_t k = 0; k < curve->count; k++)
            want_rounds(steer, curve->cells[k], k + 1 == curve->count ? WANT_VERDICT : WANT_SURVEY,
                        STEER_LEAST_ROUNDS);
    }
    return 0;
}

uint64_t steer_rounds(const struct steer *steer, size_t group)
{
    return group < steer->group_count ? steer->rounds[group] : 0;
}

static bool is_settled(const struct steer *steer, const struct steer_curve *curve)
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
