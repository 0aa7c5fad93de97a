#include "bench/analyse/crossover.h"
#include "bench/analyse/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMN(field, type) CSV_COLUMN(struct crossover, field, #field, type)
#define KEY_COLUMN(field, type) CSV_COLUMN(struct crossover, key.field, #field, type)

static const char *const verdicts[] = {"at", "always", "never", "noisy", NULL};

static const struct csv_column columns[] = {
    KEY_COLUMN(work, CSV_KNOWN_TEXT),
    KEY_COLUMN(jobs, CSV_KNOWN_COUNT),
    KEY_COLUMN(strategy, CSV_KNOWN_TEXT),
    KEY_COLUMN(workers, CSV_KNOWN_COUNT),
    KEY_COLUMN(schedule, CSV_TEXT),
    KEY_COLUMN(chunk, CSV_COUNT),
    KEY_COLUMN(env, CSV_TEXT),
    CSV_WORD_COLUMN(struct crossover, temperature, "temperature", temperatures),
    CSV_WORD_COLUMN(struct crossover, verdict, "verdict", verdicts),
    COLUMN(size, CSV_NUMBER),
    COLUMN(size_low, CSV_NUMBER),
    COLUMN(size_high, CSV_NUMBER),
    COLUMN(job_ns, CSV_NUMBER),
    COLUMN(batch_ns, CSV_NUMBER),
    COLUMN(metg50_ns, CSV_NUMBER),
    COLUMN(metg95_ns, CSV_NUMBER),
    KEY_COLUMN(parent_mib, CSV_KNOWN_COUNT),
    KEY_COLUMN(parent_pages, CSV_TEXT),
    KEY_COLUMN(payload_in, CSV_KNOWN_COUNT),
    KEY_COLUMN(payload_out, CSV_KNOWN_COUNT),
    KEY_COLUMN(transport, CSV_TEXT),
    KEY_COLUMN(bind, CSV_TEXT),
    KEY_COLUMN(spin_ns, CSV_COUNT),
    KEY_COLUMN(idle_ns, CSV_KNOWN_COUNT),
    KEY_COLUMN(neighbours, CSV_KNOWN_COUNT),
    KEY_COLUMN(build, CSV_TEXT),
};

const struct csv_format crossover_format = {columns, sizeof columns / sizeof *columns,
                                            sizeof(struct crossover)};

static double value_of(const struct crossover_point *point, enum crossover_curve curve)
{
    switch (curve) {
    case CROSSOVER_MEDIAN:
        return point->speedup;
    case CROSSOVER_LOW:
        return point->low;
    case CROSSOVER_HIGH:
        return point->high;
    case CROSSOVER_EFFICIENCY:
        return point->efficiency;
    }
    return NAN;
}

size_t crossover_above(const struct crossover_point points[], size_t count,
                       enum crossover_curve curve, double level)
{
    size_t first = count;
    while (first > 0 && value_of(&points[first - 1], curve) > level)
        first--;
    return first;
}

/* The size at which the curve rises above the level for good. The first size where it always is
 * above; NaN where it ends below or is not known. */
static double rises_at(const struct crossover_point points[], size_t count,
                       enum crossover_curve curve, double level)
{
    size_t first = crossover_above(points, count, curve, level);
    if (first == count)
        return NAN;
    if (first == 0 || isnan(value_of(&points[first - 1], curve)))
        return points[first].size;
    return stats_log_crossing(points[first - 1].size, value_of(&points[first - 1], curve),
                              points[first].size, value_of(&points[first], curve), level);
}

/* The serial time of one job of that size, between the sizes that were measured. */
static double job_ns_at(const struct crossover_point points[], size_t count, double size)
{
    if (isnan(size) || count == 0)
        return NAN;
    size_t next = 1;
    while (next + 1 < count && points[next].size < size)
        next++;
    if (next >= count)
        return points[0].job_ns;
    return stats_log_value(points[next - 1].size, points[next - 1].job_ns, points[next].size,
                           points[next].job_ns, size);
}

static double metg(const struct crossover_point points[], size_t count, double efficiency)
{
    return job_ns_at(points, count, rises_at(points, count, CROSSOVER_EFFICIENCY, efficiency));
}

static const char *verdict_of(const struct crossover_point points[], size_t count)
{
    if (count == 0 || isnan(points[count - 1].low)) /* without an interval nothing is told */
        return "noisy";
    size_t first = crossover_above(points, count, CROSSOVER_LOW, 1);
    if (points[count - 1].speedup < CROSSOVER_LEAST_GAIN)
        return "never";
    if (first == count)
        return "noisy";
    return first == 0 ? "always" : "at";
}

struct crossover_result crossover_of(const struct crossover_point points[], size_t count)
{
    struct crossover_result result = {verdict_of(points, count), NAN, NAN, NAN, NAN, NAN, NAN};
    bool crosses = text_equal(result.verdict, "at");
    if (crosses) {
        result.size = rises_at(points, count, CROSSOVER_MEDIAN, 1);
        result.size_high = rises_at(points, count, CROSSOVER_LOW, 1);
        if (crossover_above(points, count, CROSSOVER_HIGH, 1) > 0)
            result.size_low = rises_at(points, count, CROSSOVER_HIGH, 1);
    } else if (text_equal(result.verdict, "always")) {
        result.size = result.size_high = points[0].size;
    }
    result.job_ns = job_ns_at(points, count, result.size);
    result.metg50_ns = metg(points, count, 0.50);
    result.metg95_ns = metg(points, count, 0.95);
    return result;
}

static bool has_point(const struct summary *row)
{
    return row->key.size > 0 && row->key.jobs > 0 && text_equal(row->status, "ok") &&
           isfinite(row->speedup) && row->speedup > 0 && row->serial_ns > 0;
}

/* A size that had too few rounds for an interval tells nothing, unless it is the largest: then it
 * leaves open whether the strategy stays ahead. */
static bool has_interval(const struct summary *row)
{
    return isfinite(row->speedup_low) && isfinite(row->speedup_high);
}

/* The crossover of the curve rows[0..count). points holds count entries. */
static struct crossover find_one(const struct summary *rows, size_t count,
                                 struct crossover_point points[])
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        if (has_point(&rows[i]) && (i + 1 == count || has_interval(&rows[i])))
            points[used++] = (struct crossover_point){
                .size = (double)rows[i].key.size,
                .speedup = rows[i].speedup,
                .low = rows[i].speedup_low,
                .high = rows[i].speedup_high,
                .efficiency = rows[i].efficiency,
                .job_ns = rows[i].serial_ns / (double)rows[i].key.jobs,
            };
    struct crossover_result result = crossover_of(points, used);
    return (struct crossover){
        .key = rows->key,
        .temperature = rows->temperature,
        .verdict = used > 0 ? result.verdict : "",
        .size = result.size,
        .size_low = result.size_low,
        .size_high = result.size_high,
        .job_ns = result.job_ns,
        .batch_ns = result.job_ns * (double)rows->key.jobs,
        .metg50_ns = result.metg50_ns,
        .metg95_ns = result.metg95_ns,
    };
}

int crossover_compare(const void *a, const void *b)
{
    const struct crossover *x = a, *y = b;
    int order = key_compare_curve(&x->key, &y->key);
    return order ? order : strcmp(x->temperature, y->temperature);
}

int crossover_find(const struct summaries *summaries, struct crossovers *out, struct error *error)
{
    struct crossover_point *points = calloc(summaries->count + 1, sizeof *points);
    *out = (struct crossovers){calloc(summaries->count + 1, sizeof *out->rows), 0};
    if (points == NULL || out->rows == NULL) {
        free(points);
        free(out->rows);
        return fail(error, EXIT_REFUSED, "crossover: out of memory");
    }
    for (size_t i = 0, next; i < summaries->count; i = next) {
        next = i + 1;
        while (next < summaries->count &&
               summary_compare_curve(&summaries->rows[i], &summaries->rows[next]) == 0)
            next++;
        struct crossover row = find_one(&summaries->rows[i], next - i, points);
        if (!text_equal(row.key.strategy, "serial") && *row.verdict != '\0')
            out->rows[out->count++] = row;
    }
    free(points);
    return 0;
}
