#include "bench/analyse/threshold/threshold.h"
#include "bench/analyse/job_time.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>

const char *const threshold_objectives[THRESHOLD_OBJECTIVES + 1] = {"crossover", "loss", NULL};

/* What is larger than options take is nowhere. */
#define MOST_PLACE 0x1p62

/* ------------------------------------------------------------------------------- what is lost */

static bool is_measured(const struct summary *row)
{
    return text_equal(row->status, "ok") && isfinite(row->speedup) && row->speedup > 0 &&
           row->serial_ns > 0;
}

static int compare_points(const void *a, const void *b)
{
    const struct threshold_point *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

static bool is_on_curve(const struct threshold *threshold, const struct key *key,
                        const char *temperature)
{
    return key_compare_but(&threshold->key, key, dimension_bit(threshold->axis)) == 0 &&
           text_equal(threshold->temperature, temperature);
}

size_t threshold_points(const struct summaries *summaries, const struct threshold *threshold,
                        struct threshold_point points[])
{
    size_t count = 0;
    for (size_t i = 0; i < summaries->count; i++) {
        const struct summary *row = &summaries->rows[i];
        if (is_measured(row) && is_on_curve(threshold, &row->key, row->temperature))
            points[count++] = (struct threshold_point){key_count(&row->key, threshold->axis),
                                                       row->serial_ns, row->speedup};
    }
    if (count > 0)
        qsort(points, count, sizeof *points, compare_points);
    return count;
}

/* The time of the choice over that of the better one, less 1. */
static double share_lost(const struct threshold_point *point, bool in_parallel)
{
    double gain = in_parallel ? 1 / point->speedup : point->speedup;
    return fmax(0, gain - 1);
}

struct threshold_cost threshold_cost(const struct threshold_point points[], size_t count,
                                     uint64_t from, uint64_t until)
{
    struct threshold_cost cost = {.mean = count > 0 ? 0 : (double)NAN,
                                  .worst = count > 0 ? 0 : (double)NAN};
    for (size_t i = 0; i < count; i++) {
        uint64_t at = points[i].at;
        double lost = share_lost(&points[i], at >= from && at < until);
        cost.mean += lost / (double)count;
        if (i == 0 || lost > cost.worst) {
            cost.worst = lost;
            cost.worst_at = at;
        }
    }
    return cost;
}

static double ns_lost(const struct threshold_point *point, bool in_parallel)
{
    double best_ns = fmin(point->serial_ns, point->serial_ns / point->speedup);
    return best_ns * share_lost(point, in_parallel);
}

/* How many of the first points to run serially for the least sum of times. */
static size_t least_lost(const struct threshold_point points[], size_t count)
{
    double lost_ns = 0, least_ns;
    size_t best = 0;
    for (size_t i = 0; i < count; i++)
        lost_ns += ns_lost(&points[i], true);
    least_ns = lost_ns;
    for (size_t i = 0; i < count; i++) {
        lost_ns += ns_lost(&points[i], false) - ns_lost(&points[i], true);
        if (lost_ns < least_ns) {
            least_ns = lost_ns;
            best = i + 1;
        }
    }
    return best;
}

/* ------------------------------------------------------------------------------- thresholds */

static uint64_t place_of(double place, uint64_t unknown)
{
    return isnan(place) ? unknown : place >= MOST_PLACE ? THRESHOLD_NEVER : (uint64_t)place;
}

/* Between two places: where the crossover is, or else where the line between both crosses 1. */
static uint64_t place_between(const struct threshold_point *below,
                              const struct threshold_point *above, double crossover)
{
    double low = (double)below->at, high = (double)above->at;
    double place = crossover;
    if (!(place > low && place <= high) && low > 0)
        place = stats_log_crossing(low, below->speedup, high, above->speedup, 1);
    uint64_t whole = place_of(ceil(place), above->at);
    return whole > below->at && whole <= above->at ? whole : above->at;
}

static void choose_by_loss(const struct threshold_point points[], size_t count,
                           struct threshold *out, double crossover)
{
    size_t serial = least_lost(points, count);
    out->until = out->until_low = out->until_high = THRESHOLD_NEVER;
    if (serial == count) {
        out->from = out->from_high = THRESHOLD_NEVER;
        out->from_low = count > 0 ? points[count - 1].at : 0;
        return;
    }
    out->from_high = points[serial].at;
    out->from_low = serial > 0 ? points[serial - 1].at + 1 : 0;
    out->from = serial > 0 ? place_between(&points[serial - 1], &points[serial], crossover)
                           : points[serial].at;
}

/* Of a crossover that is open below the high end alone is known to pay. */
static void choose_by_crossover(const struct crossover *crossover, struct threshold *out)
{
    struct crossover_place place = crossover_place_of(crossover);
    double at = crossover_is_censored(crossover) ? place.high : place.at;
    out->from = place_of(ceil(at), THRESHOLD_NEVER);
    out->from_low = place_of(floor(place.low), 0);
    out->from_high = place_of(ceil(place.high), THRESHOLD_NEVER);
    if (crossover_kind_of(crossover) != CROSSOVER_BETWEEN)
        return;
    out->until = place_of(ceil(crossover->until), THRESHOLD_NEVER);
    out->until_low = place_of(floor(crossover->until_low), 0);
    out->until_high = place_of(ceil(crossover->until_high), THRESHOLD_NEVER);
}

/* By the verdict, and by the objective where that leaves a choice. */
static void choose(const struct threshold_point points[], size_t count,
                   const struct crossover *crossover, enum threshold_objective objective,
                   struct threshold *out)
{
    enum crossover_kind kind = crossover_kind_of(crossover);
    out->from = out->from_low = out->from_high = THRESHOLD_NEVER;
    out->until = out->until_low = out->until_high = THRESHOLD_NEVER;
    if (kind == CROSSOVER_ALWAYS) {
        out->from = out->from_low = 0;
        out->from_high = out->least;
    } else if (kind == CROSSOVER_NEVER) {
        out->from_low = out->most;
    } else if (kind == CROSSOVER_NOISY) {
        out->from_low = 0;
    } else if (kind == CROSSOVER_AT || kind == CROSSOVER_BETWEEN) {
        if (objective == THRESHOLD_BY_LOSS)
            choose_by_loss(points, count, out, crossover_place_of(crossover).at);
        else
            choose_by_crossover(crossover, out);
    }
}

/* What serial takes there: for one job, or for so many. */
static double serial_ns_at(const struct summaries *summaries, const struct threshold *threshold,
                           uint64_t place)
{
    const struct key *key = &threshold->key;
    if (place == 0)
        return 0;
    if (place == THRESHOLD_NEVER)
        return NAN;
    if (threshold->axis == DIMENSION_size)
        return job_time_ns(summaries, key, (double)place);
    for (size_t i = 0; i < summaries->count; i++) {
        const struct summary *row = &summaries->rows[i];
        if (is_on_curve(threshold, &row->key, row->temperature) && row->key.jobs > 0)
            return (double)place * job_time_ns(summaries, &row->key, (double)key->size);
    }
    return NAN;
}

static struct threshold make(const struct summaries *summaries, const struct crossover *crossover,
                             enum threshold_objective objective, struct threshold_point points[])
{
    struct crossover_place place = crossover_place_of(crossover);
    struct threshold made = {
        .work_path = "",
        .strategy_path = "",
        .roundtrip_ns = crossover->mode_ns,
        .crossover = place.at,
        .crossover_low = place.low,
        .crossover_high = place.high,
        .key = crossover->key,
        .axis = crossover_axis(crossover),
        .temperature = crossover->temperature,
        .verdict = crossover->verdict,
    };
    size_t count = threshold_points(summaries, &made, points);
    made.places = count;
    made.least = count > 0 ? points[0].at : 0;
    made.most = count > 0 ? points[count - 1].at : 0;
    for (int i = 0; i < THRESHOLD_OBJECTIVES; i++) {
        choose(points, count, crossover, (enum threshold_objective)i, &made);
        made.costs[i] = threshold_cost(points, count, made.from, made.until);
    }
    choose(points, count, crossover, objective, &made);
    made.from_ns = serial_ns_at(summaries, &made, made.from);
    made.from_low_ns = serial_ns_at(summaries, &made, made.from_low);
    made.from_high_ns = serial_ns_at(summaries, &made, made.from_high);
    return made;
}

uint64_t threshold_value(const struct threshold *threshold)
{
    return threshold->until == THRESHOLD_NEVER ? threshold->from : THRESHOLD_NEVER;
}

int thresholds_find(const struct summaries *summaries, const struct crossovers *crossovers,
                    enum threshold_objective objective, struct thresholds *out, struct error *error)
{
    struct threshold_point *points = calloc(summaries->count + 1, sizeof *points);
    *out = (struct thresholds){calloc(crossovers->count + 1, sizeof *out->rows), 0};
    if (points == NULL || out->rows == NULL) {
        free(points);
        free(out->rows);
        *out = (struct thresholds){0};
        return fail(error, ERROR_REFUSED, "thresholds: out of memory");
    }
    for (size_t i = 0; i < crossovers->count; i++)
        out->rows[out->count++] = make(summaries, &crossovers->rows[i], objective, points);
    free(points);
    return 0;
}
