#include "bench/analyse/threshold/check.h"
#include "bench/analyse/compare/compare.h"
#include "bench/data/samples.h"

#include <math.h>
#include <stdlib.h>

#define COLUMN(field, type) CSV_COLUMN(struct check, field, #field, type)
#define KEY_COLUMN(symbol, type, column, ...) KEY_COLUMN_OF(check, symbol, column)

const char *const check_verdicts[CHECK_VERDICTS + 1] = {"held", "drifted", "untold", NULL};

/* clang-format off */
static const struct csv_column columns[] = {
    COLUMN(name, CSV_KNOWN_TEXT),
    DIMENSIONS_WORK(KEY_COLUMN)
    CSV_COLUMN(struct check, key.size, "size", CSV_COUNT),
    CSV_COLUMN(struct check, key.jobs, "jobs", CSV_COUNT),
    CSV_COLUMN(struct check, key.strategy, "strategy", CSV_KNOWN_TEXT),
    CSV_COLUMN(struct check, key.workers, "workers", CSV_KNOWN_POSITIVE),
    CSV_COLUMN(struct check, key.schedule, "schedule", CSV_TEXT),
    CSV_COLUMN(struct check, key.chunk, "chunk", CSV_COUNT),
    CSV_COLUMN(struct check, key.env, "env", CSV_TEXT),
    DIMENSIONS_MEMORY(KEY_COLUMN)
    DIMENSIONS_DATA(KEY_COLUMN)
    DIMENSIONS_WAITING(KEY_COLUMN)
    CSV_WORD_COLUMN(struct check, temperature, "temperature", temperatures),
    COLUMN(axis, CSV_KNOWN_TEXT),
    CSV_WORD_COLUMN(struct check, verdict, "verdict", check_verdicts),
    COLUMN(was, CSV_KNOWN_TEXT),
    COLUMN(now, CSV_TEXT),
    COLUMN(was_at, CSV_NUMBER),
    COLUMN(was_low, CSV_NUMBER),
    COLUMN(was_high, CSV_NUMBER),
    COLUMN(now_at, CSV_NUMBER),
    COLUMN(now_low, CSV_NUMBER),
    COLUMN(now_high, CSV_NUMBER),
    COLUMN(threshold, CSV_COUNT),
    COLUMN(places, CSV_COUNT),
    COLUMN(mean_cost, CSV_NUMBER),
    COLUMN(worst_cost, CSV_NUMBER),
    COLUMN(worst_at, CSV_COUNT),
    COLUMN(now_mean_cost, CSV_NUMBER),
    COLUMN(now_worst_cost, CSV_NUMBER),
    COLUMN(detail, CSV_TEXT),
    DIMENSIONS_ADDED(KEY_COLUMN)
    DIMENSIONS_LATEST(KEY_COLUMN)
};
/* clang-format on */

const struct csv_format check_format = {columns, sizeof columns / sizeof *columns,
                                        sizeof(struct check)};

/* ------------------------------------------------------------------------------- places */

/* How far to either side of a crossover it is measured, and how many places a factor of ten has. */
#define REACH 10
#define PLACES_IN_TEN 4
enum { LEAST_PLACES = 5 };

static void reach_of(const struct threshold *claim, double *low, double *high)
{
    double least = fmax(1, (double)claim->least), most = fmax(least, (double)claim->most);
    switch (crossover_kind(claim->verdict)) {
    case CROSSOVER_ALWAYS:
        *low = least;
        *high = least * REACH;
        break;
    case CROSSOVER_NEVER:
    case CROSSOVER_EVEN:
        *low = most / REACH;
        *high = most;
        break;
    default:
        *low = claim->crossover / REACH;
        *high = claim->crossover * REACH;
        if (claim->until != THRESHOLD_NEVER)
            *high = (double)claim->until * REACH;
    }
    *low = fmin(most, fmax(least, *low));
    *high = fmax(*low, fmin(most, *high));
}

static bool claims_anything(const struct threshold *claim)
{
    return crossover_kind(claim->verdict) != CROSSOVER_NOISY;
}

size_t check_places(const struct thresholds *claims, const char *work, enum dimension axis,
                    uint64_t places[CHECK_MOST_PLACES])
{
    double low = NAN, high = NAN, own_low, own_high;
    for (size_t i = 0; i < claims->count; i++) {
        const struct threshold *claim = &claims->rows[i];
        if (!claims_anything(claim) || claim->axis != axis || !text_equal(claim->key.work, work))
            continue;
        reach_of(claim, &own_low, &own_high);
        low = fmin(low, own_low); /* of NaN and a number, the number */
        high = fmax(high, own_high);
    }
    if (isnan(low) || isnan(high))
        return 0;
    double wanted = ceil(PLACES_IN_TEN * log10(high / low)) + 1;
    size_t count = (size_t)fmin(CHECK_MOST_PLACES, fmax(LEAST_PLACES, wanted)), used = 0;
    for (size_t i = 0; i < count; i++) {
        double share = (double)i / (double)(count - 1);
        uint64_t place = (uint64_t)fmin(0x1p62, round(low * pow(high / low, share)));
        if (used == 0 || place > places[used - 1])
            places[used++] = place;
    }
    return used;
}

/* ------------------------------------------------------------------------------- verdicts */

/* Where a curve begins to pay: a value with its interval; open above where that is beyond the
 * places measured. */
struct beginning {
    double value[3];
    bool open;
};

/* The one that was measured now. */
static struct beginning beginning_of(const struct threshold *threshold)
{
    double least = (double)threshold->least, most = (double)threshold->most;
    double low = isnan(threshold->crossover_low) ? 0 : threshold->crossover_low;
    switch (crossover_kind(threshold->verdict)) {
    case CROSSOVER_ALWAYS:
        return (struct beginning){{least, 0, least}, false};
    case CROSSOVER_NEVER:
    case CROSSOVER_EVEN:
        return (struct beginning){{most, most, INFINITY}, true};
    default:
        return (struct beginning){{threshold->crossover, low, threshold->crossover_high}, false};
    }
}

/* The one that is claimed, as programs take it: exactly there, however wide its interval was. */
static struct beginning beginning_claimed(const struct threshold *claim)
{
    struct beginning beginning = beginning_of(claim);
    beginning.value[1] = beginning.value[2] = beginning.value[0];
    return beginning;
}

static bool is_between(const struct threshold *threshold)
{
    return crossover_kind(threshold->verdict) == CROSSOVER_BETWEEN;
}

static enum check_verdict tell(struct check *row, enum check_verdict verdict, const char *detail)
{
    row->verdict = check_verdicts[verdict];
    row->detail = detail;
    return verdict;
}

static enum check_verdict compare_values(struct check *row, double was, const double now[3],
                                         double limit)
{
    if (!(was > 0 && now[0] > 0 && now[2] > 0))
        return tell(row, CHECK_UNTOLD, "a crossover has no interval");
    struct compare_change change = compare_intervals((double[]){was, was, was}, now, limit);
    if (change.differs || change.same)
        return tell(row, change.same ? CHECK_HELD : CHECK_DRIFTED, "");
    return tell(row, CHECK_UNTOLD, "its interval now is wide; measure longer");
}

/* One of both begins to pay beyond what was measured, if anywhere. */
static enum check_verdict compare_open(struct check *row, const struct beginning *was,
                                       const struct beginning *now, double limit)
{
    const struct beginning *open = was->open ? was : now, *other = was->open ? now : was;
    if (was->open && now->open)
        return tell(row, CHECK_HELD, "");
    if (other->value[2] < open->value[0] && other->value[0] * (1 + limit) < open->value[0])
        return tell(row, CHECK_DRIFTED, "");
    return tell(row, CHECK_UNTOLD, "the crossover is near the largest that was measured");
}

static bool is_in_another_mode(const struct threshold *was, const struct threshold *now)
{
    double ratio = now->roundtrip_ns / was->roundtrip_ns; /* NaN: not known */
    return ratio > CHECK_MODE_RATIO || ratio < 1 / CHECK_MODE_RATIO;
}

static void judge(struct check *row, const struct threshold *was, const struct threshold *now,
                  double limit)
{
    struct beginning before = beginning_claimed(was), after = beginning_of(now);
    enum check_verdict verdict;
    if (is_between(was) != is_between(now))
        tell(row, CHECK_DRIFTED, "");
    else if (before.open || after.open)
        compare_open(row, &before, &after, limit);
    else {
        verdict = compare_values(row, before.value[0], after.value, limit);
        if (verdict == CHECK_HELD && was->until != THRESHOLD_NEVER && now->until != THRESHOLD_NEVER)
            compare_values(
                row, (double)was->until,
                (double[]){(double)now->until, (double)now->until_low, (double)now->until_high},
                limit);
    }
}

/* ------------------------------------------------------------------------------- rows */

static bool is_planned(const struct check_measured *measured, const struct threshold *claim,
                       uint64_t at)
{
    for (size_t i = 0; i < measured->planned_count; i++)
        if (key_count(&measured->planned[i], claim->axis) == at &&
            key_compare_but(&measured->planned[i], &claim->key, dimension_bit(claim->axis)) == 0)
            return true;
    return false;
}

/* Notes what the old value costs now, and what the new one would; points has room for all rows. */
static void note_costs(struct check *row, const struct check_measured *measured,
                       const struct threshold *claim, const struct threshold *now,
                       struct threshold_point points[])
{
    size_t all = threshold_points(measured->summaries, claim, points), count = 0;
    for (size_t i = 0; i < all; i++)
        if (is_planned(measured, claim, points[i].at))
            points[count++] = points[i];
    struct threshold_cost old = threshold_cost(points, count, claim->from, claim->until);
    row->places = count;
    row->mean_cost = old.mean;
    row->worst_cost = old.worst;
    row->worst_at = count > 0 ? old.worst_at : CSV_UNKNOWN;
    if (now == NULL || !claims_anything(now))
        return;
    struct threshold_cost fresh = threshold_cost(points, count, now->from, now->until);
    row->now_mean_cost = fresh.mean;
    row->now_worst_cost = fresh.worst;
}

static struct check begin(const struct threshold *claim)
{
    uint64_t value = threshold_value(claim);
    struct check row = {
        .name = claim->name,
        .key = claim->key,
        .temperature = claim->temperature,
        .axis = dimension_rows[claim->axis].name,
        .verdict = check_verdicts[CHECK_UNTOLD],
        .was = claim->verdict,
        .now = "",
        .was_at = claim->crossover,
        .was_low = claim->crossover_low,
        .was_high = claim->crossover_high,
        .now_at = NAN,
        .now_low = NAN,
        .now_high = NAN,
        .threshold = claims_anything(claim) ? value : CSV_UNKNOWN,
        .mean_cost = NAN,
        .worst_cost = NAN,
        .worst_at = CSV_UNKNOWN,
        .now_mean_cost = NAN,
        .now_worst_cost = NAN,
        .detail = "",
    };
    key_set_count(&row.key, claim->axis, CSV_UNKNOWN);
    return row;
}

/* Why nothing is known of the curve: what its visits say. */
static const char *find_reason(const struct summaries *summaries, const struct threshold *claim)
{
    for (size_t i = 0; i < summaries->count; i++) {
        const struct summary *row = &summaries->rows[i];
        if (key_compare_but(&row->key, &claim->key, dimension_bit(claim->axis)) == 0 &&
            !text_equal(row->status, "ok"))
            return *row->detail != '\0' ? row->detail : row->status;
    }
    return "it was not measured";
}

static struct check check_one(const struct threshold *claim, const struct thresholds *all,
                              const struct check_measured *measured,
                              struct threshold_point points[])
{
    struct check row = begin(claim);
    const struct threshold *now = NULL;
    for (size_t i = 0; i < all->count && now == NULL; i++)
        if (all->rows[i].axis == claim->axis &&
            key_compare_but(&all->rows[i].key, &claim->key, dimension_bit(claim->axis)) == 0 &&
            text_equal(all->rows[i].temperature, claim->temperature))
            now = &all->rows[i];
    if (now != NULL) {
        row.now = now->verdict;
        row.now_at = now->crossover;
        row.now_low = now->crossover_low;
        row.now_high = now->crossover_high;
    }
    if (claims_anything(claim))
        note_costs(&row, measured, claim, now, points);
    if (!claims_anything(claim))
        row.detail = "it was too noisy when it was exported";
    else if (now == NULL)
        row.detail = find_reason(measured->summaries, claim);
    else if (!claims_anything(now))
        row.detail = "it is too noisy now; measure longer";
    else
        judge(&row, claim, now, measured->limit);
    if (now != NULL && measured->same_model && is_in_another_mode(claim, now) &&
        text_equal(row.verdict, check_verdicts[CHECK_DRIFTED]))
        tell(&row, CHECK_UNTOLD, "the host is in another mode than it was");
    return row;
}

int check_find(const struct thresholds *claims, const struct check_measured *measured,
               struct checks *out, struct error *error)
{
    struct threshold_point *points = calloc(measured->summaries->count + 1, sizeof *points);
    struct thresholds all = {0};
    *out = (struct checks){calloc(claims->count + 1, sizeof *out->rows), 0};
    int result = points != NULL && out->rows != NULL
                     ? thresholds_find(measured->summaries, measured->crossovers,
                                       measured->objective, &all, error)
                     : fail(error, ERROR_REFUSED, "check: out of memory");
    for (size_t i = 0; result == 0 && i < claims->count; i++)
        out->rows[out->count++] = check_one(&claims->rows[i], &all, measured, points);
    free(all.rows);
    free(points);
    return result;
}

size_t checks_of(const struct checks *checks, enum check_verdict verdict)
{
    size_t count = 0;
    for (size_t i = 0; i < checks->count; i++)
        count += text_equal(checks->rows[i].verdict, check_verdicts[verdict]);
    return count;
}
