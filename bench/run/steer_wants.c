#include "bench/run/steer_wants.h"

#include <math.h>

/* Between two sizes that are further apart than this, a crossover is looked for in the middle:
 * where a law tells what is between them, and where none does. */
#define WIDEST_STEP 1.9
#define WIDEST_BRACKET ((1 + STEER_CROSSOVER_SHARE) * (1 + STEER_CROSSOVER_SHARE))

/* ------------------------------------------------------------------------------- asking */

void want_rounds(struct steer *steer, size_t cell, enum want want, size_t target)
{
    struct cell_state *state = &steer->cells[cell];
    if (state->given_up || state->visits >= STEER_MOST_ROUNDS)
        return;
    state->want = want < state->want ? want : state->want;
    state->target = target > state->target ? target : state->target;
    steer->curves[state->curve].settled = false;
}

/* Notes how many pairs of a cell will do, where half the width of an interval in log scale is so
 * many times what it may be: widths shrink with the root of the rounds. */
static void expect(struct steer *steer, size_t cell, double times_too_wide)
{
    struct cell_state *state = &steer->cells[cell];
    double factor = fmin(times_too_wide * times_too_wide, STEER_MOST_ROUNDS);
    size_t pairs = (size_t)ceil((double)state->pairs * factor);
    state->sufficient = pairs > state->sufficient ? pairs : state->sufficient;
}

/* Wants half as many pairs again: intervals are looked at a few times only, not after each round,
 * for a rule that stops at the first narrow one stops too early. */
static void ask_more(struct steer *steer, size_t cell, enum want want)
{
    size_t pairs = steer->cells[cell].pairs;
    want_rounds(steer, cell, want,
                pairs + (pairs > STEER_LEAST_ROUNDS ? pairs : STEER_LEAST_ROUNDS) / 2);
}

/* ------------------------------------------------------------------------------- judging */

/* Above 1 or below it by more than twice what the interval leaves open. */
static bool is_clear(const struct crossover_point *point)
{
    double median = log(point->speedup);
    return 2 * log(point->low) - median > 0 || 2 * log(point->high) - median < 0;
}

/* Half the width of an interval in log scale. */
static double half_width(const struct crossover_point *point)
{
    return log(point->high / point->low) / 2;
}

/* So many times too wide to tell on which side of 1 it is. */
static double times_too_wide(const struct crossover_point *point)
{
    return half_width(point) / fmax(fabs(log(point->speedup)), 1e-9);
}

/* The size in the middle of two in log scale, to three digits; 0 where they are near enough or no
 * whole number lies between them. */
static uint64_t middle_of(double low, double high, double widest)
{
    if (high / low <= widest)
        return 0;
    double middle = sqrt(low * high), digits = pow(10, floor(log10(middle)) - 2);
    middle = digits > 1 ? round(middle / digits) * digits : round(middle);
    return middle > low && middle < high ? (uint64_t)middle : 0;
}

/* Wants a size between a point's and the one's before: the middle, or the next one where a group of
 * that size was planned without the curve. False in *asked where there is none. */
static int ask_before(struct steer *steer, size_t point, double widest, bool *asked,
                      struct error *error)
{
    size_t below = steer->point_cells[point - 1], above = steer->point_cells[point];
    size_t curve = steer->cells[above].curve, like = steer->cells[above].group, group, cell;
    uint64_t most = known_place(steer, above);
    uint64_t place = middle_of((double)known_place(steer, below), (double)most, widest);
    *asked = false;
    if (!plan_can_grow(steer->plan, like))
        return 0;
    for (bool found = false; place > 0 && place < most && !found; place++) {
        if (known_add_place(steer, like, place, &group, error) != 0)
            return -1;
        found = known_find(steer, group, curve, &cell);
        *asked = found && !steer->cells[cell].given_up;
        if (*asked)
            want_rounds(steer, cell, WANT_CROSSOVER, STEER_LEAST_ROUNDS);
    }
    return 0;
}

/* Wants sizes around the crossing before a point: in its middle; where no law tells what is there
 * (of jobs: not whether shares are whole), beside it, for a law that fails over decades holds over
 * less; then as near as it has to be. */
static int ask_around(struct steer *steer, size_t count, size_t above, bool open, bool *asked,
                      struct error *error)
{
    bool below = false, beyond = false;
    if (ask_before(steer, above, WIDEST_STEP, asked, error) != 0)
        return -1;
    if (*asked || !open)
        return 0;
    if ((above > 1 && ask_before(steer, above - 1, WIDEST_STEP, &below, error) != 0) ||
        (above + 1 < count && ask_before(steer, above + 1, WIDEST_STEP, &beyond, error) != 0))
        return -1;
    *asked = below || beyond;
    return *asked ? 0 : ask_before(steer, above, WIDEST_BRACKET, asked, error);
}

/* So many times as wide as is narrow enough; NaN where an end is not known. */
static double crossover_width(enum dimension axis, const struct crossover_result *crossover)
{
    if (crossover_kind(crossover->verdict) != CROSSOVER_AT || isnan(crossover->size_low))
        return NAN;
    if (axis == DIMENSION_jobs && crossover->size_high <= crossover->size_low + 1)
        return 0; /* no whole number lies between */
    return log(fmax(crossover->size_high / crossover->size,
                    crossover->size / crossover->size_low)) /
           log1p(STEER_CROSSOVER_SHARE);
}

/* Of so few jobs one share more or less is more than is narrow enough: no law tells of them. */
static bool has_coarse_shares(const struct steer *steer, enum dimension axis,
                              const struct crossover_result *crossover)
{
    uint64_t workers = steer->plan->cells[steer->point_cells[0]].key.workers;
    return axis == DIMENSION_jobs && STEER_CROSSOVER_SHARE * crossover->size < (double)workers;
}

/* Where the median rises above 1 for good: at the point *above and the one before; false where it
 * does not. */
static bool find_rise(const struct steer *steer, size_t count, size_t *above)
{
    *above = crossover_above(steer->points, count, CROSSOVER_MEDIAN, 1);
    return steer->points[count - 1].speedup >= CROSSOVER_LEAST_GAIN && *above > 0 && *above < count;
}

/* It was asked for, all its rounds lie close together, and it can have more. */
static bool is_crowded(const struct cell_state *state)
{
    return state->target > 0 && state->stretches < LEAST_STRETCHES && !state->given_up &&
           !state->unaffordable && state->visits < STEER_MOST_ROUNDS;
}

/* Wants one round more of a cell whose rounds all lie close together, once it would lie apart. */
static void ask_apart(struct steer *steer, size_t cell, enum want want)
{
    const struct cell_state *state = &steer->cells[cell];
    if (is_crowded(state) && steer->clock_ns >= state->apart_ns)
        want_rounds(steer, cell, want, state->pairs + 1);
}

/* Wants rounds of the largest size, where nobody knows yet whether the curve pays there. */
static void decide_verdict(struct steer *steer, size_t count,
                           const struct crossover_result *crossover)
{
    const struct crossover_point *last = &steer->points[count - 1];
    if (crossover_kind(crossover->verdict) != CROSSOVER_NOISY || is_clear(last))
        return;
    ask_more(steer, steer->point_cells[count - 1], WANT_CROSSOVER);
    expect(steer, steer->point_cells[count - 1], times_too_wide(last));
}

/* Wants what tells whether there is a crossover, and what makes it narrower: sizes around it while
 * its neighbours are far away; then rounds beside it, and wherever the interval leaves open on
 * which side of it the cell is. */
static int narrow_crossover(struct steer *steer, size_t count, struct error *error)
{
    struct crossover_result crossover = known_crossover(steer, count);
    enum dimension axis = steer->curves[steer->cells[steer->point_cells[0]].curve].axis;
    double width = crossover_width(axis, &crossover);
    bool open = crossover.bracketed || (width > 1 && has_coarse_shares(steer, axis, &crossover));
    size_t above;
    bool asked;
    decide_verdict(steer, count, &crossover);
    if (!find_rise(steer, count, &above))
        return 0;
    if (ask_around(steer, count, above, open, &asked, error) != 0)
        return -1;
    for (size_t i = 0; !asked && i < count; i++) {
        const struct crossover_point *point = &steer->points[i];
        size_t cell = steer->point_cells[i];
        if (i + 1 != above && i != above && (point->low > 1 || point->high < 1))
            continue;
        if (width <= 1) {
            ask_apart(steer, cell, WANT_CROSSOVER);
            continue;
        }
        ask_more(steer, cell, WANT_CROSSOVER);
        expect(steer, cell, isnan(width) ? times_too_wide(point) : width);
    }
    return 0;
}

/* Wants more rounds of what may be above 1 or below, but for what lies beside the crossover. */
static int sharpen_cells(struct steer *steer, size_t count, struct error *error)
{
    double enough = log1p(steer->settings.precision);
    size_t above;
    bool crosses = find_rise(steer, count, &above);
    (void)error;
    for (size_t i = 0; i < count; i++) {
        const struct crossover_point *point = &steer->points[i];
        if ((crosses && (i == above || i + 1 == above)) || is_clear(point) ||
            half_width(point) <= enough)
            continue;
        ask_more(steer, steer->point_cells[i], WANT_PRECISION);
        expect(steer, steer->point_cells[i],
               fmin(half_width(point) / enough, 2 * times_too_wide(point)));
    }
    return 0;
}

typedef int wish_function(struct steer *steer, size_t count, struct error *error);

/* Lets the curve wish in both temperatures. */
static int wish_for(struct steer *steer, const struct steer_curve *curve, wish_function *wish,
                    struct error *error)
{
    for (int at = COLD; at < TEMPERATURES; at++) {
        size_t count = known_points(steer, curve, (enum temperature)at);
        if (count > 0 && wish(steer, count, error) != 0)
            return -1;
    }
    return 0;
}

/* A curve that wants nothing else wants to have been seen in several stretches of the run; where
 * these are still to come, it waits. */
static void wish_apart(struct steer *steer, struct steer_curve *curve)
{
    curve->due_ns = UINT64_MAX;
    for (size_t i = 0; i < curve->count; i++) {
        const struct cell_state *state = &steer->cells[curve->cells[i]];
        if (!is_crowded(state))
            continue;
        curve->due_ns = state->apart_ns < curve->due_ns ? state->apart_ns : curve->due_ns;
        ask_apart(steer, curve->cells[i], WANT_PRECISION);
    }
    curve->waits = curve->settled && curve->due_ns < UINT64_MAX;
    curve->settled = curve->settled && !curve->waits;
}

static size_t count_curve_pairs(const struct steer *steer, const struct steer_curve *curve)
{
    size_t pairs = 0;
    for (size_t i = 0; i < curve->count; i++)
        pairs += steer->cells[curve->cells[i]].pairs;
    return pairs;
}

/* Only time has to pass, as when the curve was judged: it is not looked at again before. */
static bool still_waits(const struct steer *steer, const struct steer_curve *curve, size_t pairs)
{
    bool crowded = false;
    for (size_t i = 0; i < curve->count; i++)
        crowded = crowded || is_crowded(&steer->cells[curve->cells[i]]);
    return curve->waits && crowded && pairs >= curve->judged_pairs &&
           steer->clock_ns < curve->due_ns;
}

static bool has_open_wishes(const struct steer *steer, const struct steer_curve *curve)
{
    for (size_t i = 0; i < curve->count; i++)
        if (known_is_open(&steer->cells[curve->cells[i]]))
            return true;
    return false;
}

int want_judge(struct steer *steer, struct steer_curve *curve, struct error *error)
{
    size_t pairs = count_curve_pairs(steer, curve);
    bool open = has_open_wishes(steer, curve); /* again, where pairs turned out to be disturbed */
    curve->settled = curve->settled && !open;
    if (open || curve->settled || still_waits(steer, curve, pairs))
        return 0;
    for (size_t i = 0; i < curve->count; i++) {
        steer->cells[curve->cells[i]].want = WANT_NOTHING;
        steer->cells[curve->cells[i]].sufficient = 0;
    }
    curve->settled = true;
    curve->waits = false;
    curve->judged_pairs = pairs;
    if (curve->serial)
        return 0;
    if (wish_for(steer, curve, narrow_crossover, error) != 0 ||
        (curve->settled && wish_for(steer, curve, sharpen_cells, error) != 0))
        return -1;
    if (curve->settled)
        wish_apart(steer, curve);
    return 0;
}
