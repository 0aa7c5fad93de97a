#include "bench/analyse/crossover/crossover.h"
#include "bench/analyse/crossover/metg.h"
#include "bench/analyse/job_time.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMN(field, type) CSV_COLUMN(struct crossover, field, #field, type)
#define KEY_COLUMN(symbol, type, column, ...) KEY_COLUMN_OF(crossover, symbol, column)

static const char *const verdicts[] = {
    [CROSSOVER_AT] = "at",
    [CROSSOVER_ALWAYS] = "always",
    [CROSSOVER_NEVER] = "never",
    [CROSSOVER_NOISY] = "noisy",
    [CROSSOVER_EVEN] = "even",
    [CROSSOVER_BETWEEN] = "between",
    NULL,
};

/* The dimensions that curves run along, by the columns' names. */
static const char *const axes[] = {"size", "jobs", NULL};
static const enum dimension axis_dimensions[] = {DIMENSION_size, DIMENSION_jobs};

/* clang-format off */
static const struct csv_column columns[] = {
    DIMENSIONS_WORK(KEY_COLUMN)
    DIMENSIONS_BATCH(KEY_COLUMN)
    CSV_WORD_COLUMN(struct crossover, temperature, "temperature", temperatures),
    CSV_WORD_COLUMN(struct crossover, verdict, "verdict", verdicts),
    COLUMN(size, CSV_NUMBER),
    COLUMN(size_low, CSV_NUMBER),
    COLUMN(size_high, CSV_NUMBER),
    COLUMN(job_ns, CSV_AMOUNT),
    COLUMN(batch_ns, CSV_AMOUNT),
    COLUMN(metg50_ns, CSV_AMOUNT),
    COLUMN(metg95_ns, CSV_AMOUNT),
    DIMENSIONS_MEMORY(KEY_COLUMN)
    DIMENSIONS_DATA(KEY_COLUMN)
    DIMENSIONS_WAITING(KEY_COLUMN)
    DIMENSIONS_BUILD(KEY_COLUMN)
    COLUMN(metg50_low_ns, CSV_AMOUNT),
    COLUMN(metg50_high_ns, CSV_AMOUNT),
    COLUMN(metg95_low_ns, CSV_AMOUNT),
    COLUMN(metg95_high_ns, CSV_AMOUNT),
    COLUMN(task_bench50_ns, CSV_AMOUNT),
    COLUMN(task_bench95_ns, CSV_AMOUNT),
    COLUMN(mode_ns, CSV_AMOUNT),
    COLUMN(mode_share, CSV_SHARE),
    COLUMN(until, CSV_NUMBER),
    COLUMN(until_low, CSV_NUMBER),
    COLUMN(until_high, CSV_NUMBER),
    COLUMN(jobs_at, CSV_NUMBER),
    COLUMN(jobs_low, CSV_NUMBER),
    COLUMN(jobs_high, CSV_NUMBER),
    CSV_ADDED_WORD_COLUMN(struct crossover, axis, "axis", axes),
    DIMENSIONS_ADDED(KEY_COLUMN)
    DIMENSIONS_LATEST(KEY_COLUMN)
};
/* clang-format on */

const struct csv_format crossover_format = {columns, sizeof columns / sizeof *columns,
                                            sizeof(struct crossover)};

enum crossover_kind crossover_kind(const char *verdict)
{
    for (size_t i = 0; verdict != NULL && verdicts[i] != NULL; i++)
        if (text_equal(verdicts[i], verdict))
            return (enum crossover_kind)i;
    return CROSSOVER_NOISY;
}

enum crossover_kind crossover_kind_of(const struct crossover *crossover)
{
    return crossover_kind(crossover != NULL ? crossover->verdict : NULL);
}

enum dimension crossover_axis(const struct crossover *crossover)
{
    bool jobs =
        crossover != NULL && crossover->axis != NULL && text_equal(crossover->axis, axes[1]);
    return axis_dimensions[jobs];
}

struct crossover_place crossover_place_of(const struct crossover *crossover)
{
    if (crossover_axis(crossover) == DIMENSION_jobs)
        return (struct crossover_place){crossover->jobs_at, crossover->jobs_low,
                                        crossover->jobs_high};
    return (struct crossover_place){crossover->size, crossover->size_low, crossover->size_high};
}

bool crossover_stays_ahead(const struct crossover *crossover)
{
    enum crossover_kind kind = crossover_kind_of(crossover);
    return kind == CROSSOVER_AT || kind == CROSSOVER_ALWAYS;
}

bool crossover_is_censored(const struct crossover *crossover)
{
    enum crossover_kind kind = crossover_kind_of(crossover);
    return (kind == CROSSOVER_AT || kind == CROSSOVER_BETWEEN) &&
           isnan(crossover_place_of(crossover).low);
}

double crossover_job_ns_at(const struct crossover_point points[], size_t count, double size)
{
    const struct crossover_point *below = NULL, *above = NULL;
    for (size_t i = 0; i < count && (above == NULL || above->size < size); i++) {
        if (isnan(points[i].job_ns))
            continue;
        below = above;
        above = &points[i];
    }
    if (isnan(size) || above == NULL)
        return NAN;
    if (below == NULL)
        return above->job_ns;
    return stats_log_value(below->size, below->job_ns, above->size, above->job_ns, size);
}

/* True where the lower bound is known not to be above 1 at some size. */
static bool is_behind_somewhere(const struct crossover_point points[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (crossover_is_known(&points[i]) && points[i].low <= 1)
            return true;
    return false;
}

static bool is_ahead(const struct crossover_point *point)
{
    return crossover_is_known(point) && point->low > 1;
}

/* The first point from which on all are within CROSSOVER_EVEN_SHARE of 1. */
static size_t even_from(const struct crossover_point points[], size_t count)
{
    size_t first = count;
    while (first > 0 && points[first - 1].low >= 1 - CROSSOVER_EVEN_SHARE &&
           points[first - 1].high <= 1 + CROSSOVER_EVEN_SHARE)
        first--;
    return first;
}

/* The last point that is ahead beyond doubt: of many sizes some are above 1 by chance. The count
 * where there is none. */
static size_t last_clearly_ahead(const struct crossover_point points[], size_t count)
{
    for (size_t i = count; i-- > 0;) {
        const struct crossover_point *point = &points[i];
        bool pair = (i > 0 && is_ahead(point - 1)) || (i + 1 < count && is_ahead(point + 1));
        if (is_ahead(point) && point->speedup >= CROSSOVER_LEAST_GAIN &&
            (pair || 2 * log(point->low) > log(point->speedup)))
            return i;
    }
    return count;
}

static enum crossover_kind kind_of(const struct crossover_point points[], size_t count)
{
    if (count == 0 || !crossover_is_known(&points[count - 1]))
        return CROSSOVER_NOISY; /* without an interval nothing is told */
    size_t even = even_from(points, count),
           ahead = crossover_above(points, count, CROSSOVER_LOW, 1);
    const struct crossover_point *last = &points[count - 1];
    bool stretches = even < count && last->size >= CROSSOVER_EVEN_STRETCH * points[even].size;
    if (stretches && even == 0)
        return CROSSOVER_EVEN;
    if (last->high < CROSSOVER_LEAST_GAIN)
        return last_clearly_ahead(points, count) < count ? CROSSOVER_BETWEEN : CROSSOVER_NEVER;
    if (ahead < count && last->speedup >= CROSSOVER_LEAST_GAIN) {
        if (ahead == 0)
            return CROSSOVER_ALWAYS;
        return is_behind_somewhere(points, ahead) ? CROSSOVER_AT : CROSSOVER_NOISY;
    }
    return stretches ? CROSSOVER_EVEN : CROSSOVER_NOISY;
}

/* Where a curve that is ahead at a point is behind again: between the last size that is surely
 * ahead and the first that surely is not, for good. */
static void find_fall(const struct crossover_point points[], size_t count, size_t ahead,
                      struct crossover_result *result)
{
    size_t behind = count, fall = ahead + 1;
    while (behind > ahead + 1 && points[behind - 1].high < CROSSOVER_LEAST_GAIN)
        behind--;
    while (fall < behind && !(points[fall].speedup < 1))
        fall++;
    result->until_low = points[ahead].size;
    result->until_high = points[behind].size;
    result->until = result->until_high;
    if (points[fall].speedup < 1 && !isnan(points[fall - 1].speedup))
        result->until = stats_log_crossing(points[fall - 1].size, points[fall - 1].speedup,
                                           points[fall].size, points[fall].speedup, 1);
}

/* Where a curve of which so many points are looked at rises. */
static void find_rise(const struct crossover_point points[], size_t count,
                      struct crossover_result *result)
{
    struct crossing crossing = crossing_read(points, count);
    result->size = crossing.size;
    result->size_low = crossing.low;
    result->size_high = crossing.high;
    result->bracketed = crossing.bracketed;
}

struct crossover_result crossover_of(const struct crossover_point points[], size_t count)
{
    enum crossover_kind kind = kind_of(points, count);
    struct crossover_result result = {.verdict = verdicts[kind],
                                      .size = NAN,
                                      .size_low = NAN,
                                      .size_high = NAN,
                                      .until = NAN,
                                      .until_low = NAN,
                                      .until_high = NAN};
    size_t ahead = last_clearly_ahead(points, count);
    if (kind == CROSSOVER_AT) {
        find_rise(points, count, &result);
    } else if (kind == CROSSOVER_BETWEEN) {
        find_rise(points, ahead + 1, &result);
        find_fall(points, count, ahead, &result);
    } else if (kind == CROSSOVER_ALWAYS) {
        result.size = result.size_high = points[0].size;
    }
    result.job_ns = crossover_job_ns_at(points, count, result.size);
    return result;
}

/* ------------------------------------------------------------------------------- whole numbers */

/* What lies within rounding of a whole number is that number. */
#define ROUNDING 1e-9

static double whole_from(double value)
{
    return ceil(value * (1 - ROUNDING));
}

static double whole_up_to(double value)
{
    return floor(value * (1 + ROUNDING));
}

struct crossover_result crossover_of_jobs(const struct crossover_point points[], size_t count,
                                          uint64_t workers)
{
    struct crossover_result result = crossover_of(points, count);
    enum crossover_kind kind = crossover_kind(result.verdict);
    if (kind != CROSSOVER_AT && kind != CROSSOVER_BETWEEN)
        return result;
    size_t rise = kind == CROSSOVER_AT ? count : last_clearly_ahead(points, count) + 1;
    double sure = points[crossover_above(points, rise, CROSSOVER_LOW, 1)].size;
    double shares = result.bracketed ? 1 : (double)workers;
    result.size_high = fmin(shares * whole_from(result.size_high / shares), sure);
    result.size = fmin(whole_from(result.size), result.size_high);
    result.size_low = whole_up_to(result.size_low);
    result.until = fmax(whole_up_to(result.until), result.until_low);
    result.job_ns = crossover_job_ns_at(points, count, result.size);
    return result;
}

/* ------------------------------------------------------------------------------- points */

/* The rows of one curve along an axis, of which those from first to end are of one temperature. */
struct curve_rows {
    enum dimension axis;
    const struct summary *const *rows;
    size_t count, first, end;
};

static uint64_t place_on(enum dimension axis, const struct summary *row)
{
    return key_count(&row->key, axis);
}

/* Along jobs a job may have any size. */
static bool has_place(enum dimension axis, const struct summary *row)
{
    return place_on(axis, row) > 0 && row->key.jobs > 0;
}

static bool has_value(enum dimension axis, const struct summary *row)
{
    return has_place(axis, row) && text_equal(row->status, "ok") && isfinite(row->speedup) &&
           row->speedup > 0 && row->serial_ns > 0;
}

/* A size that went wrong, or had too few rounds for an interval, keeps its place: nothing is known
 * there. */
static struct crossover_point point_of(const struct summaries *summaries, enum dimension axis,
                                       const struct summary *row)
{
    struct crossover_point point = {(double)place_on(axis, row), NAN, NAN, NAN, NAN, NAN, false};
    point.unfinished = stats_rank(row->rounds + row->disturbed) == 0;
    point.job_ns = job_time_ns(summaries, &row->key, (double)row->key.size);
    if (isnan(point.job_ns) && row->serial_ns > 0) /* serial's own row is not among them */
        point.job_ns = row->serial_ns / (double)row->key.jobs;
    if (axis == DIMENSION_jobs)
        point.job_ns *= (double)row->key.jobs;
    if (!has_value(axis, row))
        return point;
    point.speedup = row->speedup;
    if (!isfinite(row->speedup_low) || !isfinite(row->speedup_high))
        return point;
    point.low = row->speedup_low;
    point.high = row->speedup_high;
    point.efficiency = row->efficiency;
    return point;
}

/* Where serial itself went wrong there was nothing to compare: that is no size of the curve. */
static bool serial_went_wrong(const struct summaries *summaries, const struct summary *row)
{
    struct summary serial = {.key = key_of_baseline(&row->key)};
    for (size_t i = 0; summaries->count > 0 && temperatures[i] != NULL; i++) {
        serial.temperature = temperatures[i];
        const struct summary *found =
            bsearch(&serial, summaries->rows, summaries->count, sizeof serial, summary_compare);
        if (found != NULL && !text_equal(found->status, "ok"))
            return true;
    }
    return false;
}

static int compare_points(const void *a, const void *b)
{
    const struct crossover_point *x = a, *y = b;
    return (x->size > y->size) - (x->size < y->size);
}

/* Drops the sizes that steering added and the run ended before, where all that was seen of one says
 * what the sizes beside it say with intervals; returns how many are left. */
static size_t drop_unfinished(struct crossover_point points[], size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool same = kept > 0 && i + 1 < count && is_ahead(&points[kept - 1]) &&
                    is_ahead(&points[i + 1]) && points[i].speedup > 1;
        if (!crossover_is_known(&points[i]) && points[i].unfinished && same)
            continue;
        points[kept++] = points[i];
    }
    return kept;
}

static bool has_own_row(const struct curve_rows *curve, uint64_t place)
{
    for (size_t i = curve->first; i < curve->end; i++)
        if (place_on(curve->axis, curve->rows[i]) == place)
            return true;
    return false;
}

/* The points of one temperature. A visit that went wrong may have left its row at the other one
 * alone. */
static size_t make_points(const struct summaries *summaries, const struct curve_rows *curve,
                          struct crossover_point points[])
{
    size_t used = 0;
    for (size_t i = 0; i < curve->count; i++) {
        const struct summary *row = curve->rows[i];
        bool own = i >= curve->first && i < curve->end;
        if (!has_place(curve->axis, row) ||
            (!own &&
             (text_equal(row->status, "ok") || has_own_row(curve, place_on(curve->axis, row)))) ||
            (!has_value(curve->axis, row) && serial_went_wrong(summaries, row)))
            continue;
        points[used++] = point_of(summaries, curve->axis, row);
    }
    if (used > 0)
        qsort(points, used, sizeof *points, compare_points);
    return drop_unfinished(points, used);
}

/* The skew of the curve's log ratios, pooled: that of one size is told by too few rounds. */
static double skew_of(const struct curve_rows *curve)
{
    double sum = 0, rounds = 0;
    for (size_t i = curve->first; i < curve->end; i++) {
        const struct summary *row = curve->rows[i];
        if (!has_value(curve->axis, row) || !isfinite(row->log_skew))
            continue;
        sum += row->log_skew * (double)row->rounds;
        rounds += (double)row->rounds;
    }
    return rounds > 0 ? sum / rounds : 0;
}

/* Where rounds are skewed, the median of ratios is no longer the ratio of medians: it moves towards
 * the longer tail, by about as much as the middle of the quartiles moves from it. Intervals reach
 * that much further to the other side. */
static void allow_for_skew(struct crossover_point points[], size_t count, double skew)
{
    for (size_t i = 0; i < count; i++) {
        points[i].high *= exp(fmax(0, -skew));
        points[i].low *= exp(fmin(0, -skew));
    }
}

/* ------------------------------------------------------------------------------- rows */

/* What rows along both axes have; nothing is known of METG along jobs. */
static struct crossover make_row(const struct summary *like, const struct crossover_result *result)
{
    return (struct crossover){
        .key = like->key,
        .temperature = like->temperature,
        .verdict = result->verdict,
        .size_low = NAN,
        .size_high = NAN,
        .until = result->until,
        .until_low = result->until_low,
        .until_high = result->until_high,
        .metg50_ns = NAN,
        .metg95_ns = NAN,
        .metg50_low_ns = NAN,
        .metg50_high_ns = NAN,
        .metg95_low_ns = NAN,
        .metg95_high_ns = NAN,
        .task_bench50_ns = NAN,
        .task_bench95_ns = NAN,
        .mode_ns = NAN,
        .mode_share = NAN,
        .jobs_at = NAN,
        .jobs_low = NAN,
        .jobs_high = NAN,
    };
}

static struct crossover row_along_jobs(const struct summary *like,
                                       const struct crossover_result *result)
{
    struct crossover row = make_row(like, result);
    row.axis = axes[1];
    row.key.jobs = 0;
    row.size = (double)like->key.size;
    row.jobs_at = result->size;
    row.jobs_low = result->size_low;
    row.jobs_high = result->size_high;
    row.batch_ns = result->job_ns;
    row.job_ns = row.batch_ns / row.jobs_at;
    return row;
}

static struct crossover row_along_sizes(const struct summaries *summaries,
                                        const struct summary *like,
                                        const struct crossover_result *result)
{
    struct crossover row = make_row(like, result);
    double job_ns = job_time_ns(summaries, &like->key, result->size);
    row.axis = axes[0];
    row.size = result->size;
    row.size_low = result->size_low;
    row.size_high = result->size_high;
    row.job_ns = isnan(job_ns) ? result->job_ns : job_ns;
    row.batch_ns = row.job_ns * (double)like->key.jobs;
    return row;
}

static void add_metg(const struct metg *metg50, const struct metg *metg95, struct crossover *row)
{
    row->metg50_ns = metg50->job_ns;
    row->metg95_ns = metg95->job_ns;
    row->metg50_low_ns = metg50->low_ns;
    row->metg50_high_ns = metg50->high_ns;
    row->metg95_low_ns = metg95->low_ns;
    row->metg95_high_ns = metg95->high_ns;
    row->task_bench50_ns = metg50->task_bench_ns;
    row->task_bench95_ns = metg95->task_bench_ns;
}

/* Adds the crossover of the curve in one temperature, where something was measured. points
 * has room for all rows. */
static void append_one(const struct summaries *summaries, const struct curve_rows *curve,
                       struct crossover_point points[], struct crossovers *out)
{
    const struct summary *like = curve->rows[curve->first];
    bool measured = false;
    for (size_t i = curve->first; i < curve->end; i++)
        measured = measured || has_value(curve->axis, curve->rows[i]);
    size_t used = measured ? make_points(summaries, curve, points) : 0;
    if (used == 0)
        return;
    struct crossover *row = &out->rows[out->count++];
    struct metg metg50 = metg_of(points, used, 0.50), metg95 = metg_of(points, used, 0.95);
    allow_for_skew(points, used, skew_of(curve));
    if (curve->axis == DIMENSION_jobs) {
        struct crossover_result result = crossover_of_jobs(points, used, like->key.workers);
        *row = row_along_jobs(like, &result);
    } else {
        struct crossover_result result = crossover_of(points, used);
        *row = row_along_sizes(summaries, like, &result);
        add_metg(&metg50, &metg95, row);
    }
}

int crossover_compare(const void *a, const void *b)
{
    const struct crossover *x = a, *y = b;
    enum dimension axis = crossover_axis(x), other = crossover_axis(y);
    if (axis != other)
        return axis == DIMENSION_size ? -1 : 1;
    int order = axis == DIMENSION_jobs ? key_compare(&x->key, &y->key)
                                       : key_compare_curve(&x->key, &y->key);
    return order ? order : strcmp(x->temperature, y->temperature);
}

void crossovers_complete(struct crossovers *crossovers)
{
    for (size_t i = 0; i < crossovers->count; i++) {
        struct crossover *row = &crossovers->rows[i];
        row->axis = axes[crossover_axis(row) == DIMENSION_jobs];
        if (crossover_axis(row) == DIMENSION_jobs && row->size >= 0 && row->size < 0x1p63)
            row->key.size = (uint64_t)row->size;
    }
}

/* ------------------------------------------------------------------------------- curves */

/* Equal for all rows of one curve along the axis. */
static int compare_curves(const struct summary *a, const struct summary *b, enum dimension axis)
{
    return key_compare_but(&a->key, &b->key, dimension_bit(axis));
}

static int compare_pointers(const void *a, const void *b, void *user)
{
    const struct summary *x = *(const struct summary *const *)a,
                         *y = *(const struct summary *const *)b;
    const enum dimension *axis = user;
    int order = compare_curves(x, y, *axis);
    order = order ? order : strcmp(x->temperature, y->temperature);
    uint64_t left = place_on(*axis, x), right = place_on(*axis, y);
    return order ? order : (left > right) - (left < right);
}

/* Numbers of jobs above 0 that the curve's rows have, or CROSSOVER_LEAST_JOBS where there are more.
 */
static size_t count_jobs(const struct curve_rows *curve)
{
    size_t count = 0;
    for (size_t i = 0; i < curve->count && count < CROSSOVER_LEAST_JOBS; i++) {
        bool known = curve->rows[i]->key.jobs == 0;
        for (size_t k = 0; k < i && !known; k++)
            known = curve->rows[k]->key.jobs == curve->rows[i]->key.jobs;
        count += !known;
    }
    return count;
}

/* The crossovers of one curve, a row for each temperature in which something was measured. */
static void append_curve(const struct summaries *summaries, struct curve_rows *curve,
                         struct crossover_point points[], struct crossovers *out)
{
    if (curve->axis == DIMENSION_jobs && count_jobs(curve) < CROSSOVER_LEAST_JOBS)
        return;
    for (curve->first = 0; curve->first < curve->count; curve->first = curve->end) {
        const struct summary *first = curve->rows[curve->first];
        curve->end = curve->first + 1;
        while (curve->end < curve->count &&
               text_equal(curve->rows[curve->end]->temperature, first->temperature))
            curve->end++;
        append_one(summaries, curve, points, out);
    }
}

/* The crossovers of all curves along the axis. pointers has room for all rows. */
static void append_curves(const struct summaries *summaries, enum dimension axis,
                          const struct summary *pointers[], struct crossover_point points[],
                          struct crossovers *out)
{
    for (size_t i = 0; i < summaries->count; i++)
        pointers[i] = &summaries->rows[i];
    if (summaries->count > 0)
        qsort_r(pointers, summaries->count, sizeof *pointers, compare_pointers, &axis);
    for (size_t i = 0, next; i < summaries->count; i = next) {
        next = i + 1;
        while (next < summaries->count && compare_curves(pointers[i], pointers[next], axis) == 0)
            next++;
        struct curve_rows curve = {.axis = axis, .rows = pointers + i, .count = next - i};
        if (!key_is_baseline(&pointers[i]->key))
            append_curve(summaries, &curve, points, out);
    }
}

int crossover_find(const struct summaries *summaries, struct crossovers *out, struct error *error)
{
    struct crossover_point *points = calloc(summaries->count + 1, sizeof *points);
    const struct summary **pointers = calloc(summaries->count + 1, sizeof *pointers);
    *out = (struct crossovers){calloc(2 * summaries->count + 1, sizeof *out->rows), 0};
    bool room = points != NULL && pointers != NULL && out->rows != NULL;
    for (size_t i = 0; room && axes[i] != NULL; i++)
        append_curves(summaries, axis_dimensions[i], pointers, points, out);
    free(points);
    free(pointers);
    if (room)
        return 0;
    free(out->rows);
    *out = (struct crossovers){0};
    return fail(error, ERROR_REFUSED, "crossover: out of memory");
}
