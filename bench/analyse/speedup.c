#include "bench/analyse/speedup.h"
#include "bench/analyse/best.h"
#include "bench/analyse/means.h"
#include "bench/analyse/overhead.h"
#include "bench/analyse/parallelism.h"
#include "bench/analyse/ranking.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define COLUMN(field, type) CSV_COLUMN(struct summary, field, #field, type)
#define KEY_COLUMN(symbol, type, column, ...) KEY_COLUMN_OF(summary, symbol, column)

/* clang-format off */
static const struct csv_column columns[] = {
    DIMENSIONS_WORK(KEY_COLUMN)
    DIMENSIONS_SIZE(KEY_COLUMN)
    DIMENSIONS_BATCH(KEY_COLUMN)
    CSV_WORD_COLUMN(struct summary, temperature, "temperature", temperatures),
    COLUMN(rounds, CSV_KNOWN_COUNT),
    COLUMN(readings, CSV_KNOWN_COUNT),
    COLUMN(median_ns, CSV_AMOUNT),
    COLUMN(low_ns, CSV_AMOUNT),
    COLUMN(high_ns, CSV_AMOUNT),
    COLUMN(cpu_ns, CSV_AMOUNT),
    COLUMN(serial_ns, CSV_AMOUNT),
    COLUMN(speedup, CSV_RATIO),
    COLUMN(speedup_low, CSV_RATIO),
    COLUMN(speedup_high, CSV_RATIO),
    COLUMN(efficiency, CSV_NUMBER),
    COLUMN(overhead_ns_per_job, CSV_NUMBER),
    COLUMN(participation, CSV_SHARE),
    COLUMN(roundtrip_ns, CSV_AMOUNT),
    COLUMN(status, CSV_KNOWN_TEXT),
    COLUMN(detail, CSV_TEXT),
    DIMENSIONS_MEMORY(KEY_COLUMN)
    DIMENSIONS_DATA(KEY_COLUMN)
    COLUMN(disturbed, CSV_COUNT),
    COLUMN(env_speedup, CSV_RATIO),
    COLUMN(env_speedup_low, CSV_RATIO),
    COLUMN(env_speedup_high, CSV_RATIO),
    DIMENSIONS_WAITING(KEY_COLUMN)
    COLUMN(wake_ns, CSV_AMOUNT),
    COLUMN(p99_ns, CSV_NUMBER),
    DIMENSIONS_BUILD(KEY_COLUMN)
    COLUMN(parallelism, CSV_AMOUNT),
    COLUMN(overhead_low_ns_per_job, CSV_NUMBER),
    COLUMN(overhead_high_ns_per_job, CSV_NUMBER),
    COLUMN(best_speedup, CSV_RATIO),
    COLUMN(best_low, CSV_RATIO),
    COLUMN(best_high, CSV_RATIO),
    COLUMN(best_rounds, CSV_COUNT),
    COLUMN(best_sizes, CSV_COUNT),
    COLUMN(best_noise, CSV_COUNT),
    COLUMN(p90_ns, CSV_AMOUNT),
    COLUMN(mean_speedup, CSV_RATIO),
    COLUMN(mean_speedup_low, CSV_RATIO),
    COLUMN(mean_speedup_high, CSV_RATIO),
    COLUMN(behind, CSV_RATIO),
    COLUMN(behind_low, CSV_RATIO),
    COLUMN(behind_high, CSV_RATIO),
    COLUMN(behind_rounds, CSV_COUNT),
    DIMENSIONS_ADDED(KEY_COLUMN)
    COLUMN(first_result_ns, CSV_AMOUNT),
    DIMENSIONS_LATEST(KEY_COLUMN)
};
/* clang-format on */

const struct csv_format summary_format = {columns, sizeof columns / sizeof *columns,
                                          sizeof(struct summary)};

static int compare_counts(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

int summary_compare_curve(const struct summary *a, const struct summary *b)
{
    int order = key_compare_curve(&a->key, &b->key);
    return order ? order : strcmp(a->temperature, b->temperature);
}

int summary_compare(const void *a, const void *b)
{
    const struct summary *x = a, *y = b;
    int order = summary_compare_curve(x, y);
    return order ? order : compare_counts(x->key.size, y->key.size);
}

/* The key of the same cell in the first environment by name that its work was measured in. */
static struct key key_in_first_env(const struct visits *visits, const struct key *key)
{
    struct key first = *key;
    size_t low = 0, high = visits->count; /* visits are in the order of work, then env */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(visits->rows[middle].key->work, key->work) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    first.env = visits->rows[low].key->env;
    return first;
}

/* The numbers that are gathered over the rounds of one cell; each array holds one per visit. */
struct gathered {
    double *ns, *cpu_ns, *participation, *roundtrip_ns, *wake_ns, *serial_ns, *first_result_ns;
    double *log_ratio, *env_log_ratio;
    struct time_pairs pairs;
    double *busy, *scratch; /* what is read off busy, it is room as well */
    double *reading_ns;     /* one a reading, not a visit */
    size_t count, paired, env_paired;
    size_t readings, disturbed;
};

enum { GATHERED_ARRAYS = 14, LEAST_READINGS_OF_P99 = 100 };

/* Whom the visits of a cell are compared with, in the same rounds. */
struct partners {
    struct rounds serial, env;
};

static struct partners partners_of(const struct visits *visits, const struct visit *visit)
{
    struct key serial = key_of_baseline(visit->key), env = key_in_first_env(visits, visit->key);
    return (struct partners){
        .serial = visits_of(visits, &serial, visit->temperature),
        .env = visits_of(visits, &env, visit->temperature),
    };
}

static void pair(const struct partners *partners, const struct visit *visit, uint32_t cpus,
                 struct gathered *gathered)
{
    const struct visit *serial = rounds_find(partners->serial, visit->round);
    if (serial != NULL) {
        gathered->pairs.serial_ns[gathered->paired] = serial->ns;
        gathered->pairs.own_ns[gathered->paired] = visit->ns;
        gathered->busy[gathered->paired] = parallelism_busy(serial, cpus);
        gathered->serial_ns[gathered->paired] = serial->ns;
        gathered->log_ratio[gathered->paired++] = log(serial->ns / visit->ns);
    }
    const struct visit *other = rounds_find(partners->env, visit->round);
    if (other != NULL && other != visit)
        gathered->env_log_ratio[gathered->env_paired++] = log(other->ns / visit->ns);
}

static void gather(const struct visits *visits, struct rounds rounds, uint32_t cpus,
                   struct gathered *gathered)
{
    struct partners partners = partners_of(visits, rounds.rows);
    gathered->count = gathered->paired = gathered->env_paired = 0;
    gathered->readings = gathered->disturbed = 0;
    for (size_t i = 0; i < rounds.count; i++) {
        const struct visit *visit = &rounds.rows[i];
        if (visit->disturbed) {
            gathered->disturbed++;
            continue;
        }
        gathered->ns[gathered->count] = visit->ns;
        gathered->cpu_ns[gathered->count] = visit->cpu_ns;
        gathered->participation[gathered->count] = visit->participation;
        gathered->roundtrip_ns[gathered->count] = visit->roundtrip_ns;
        gathered->first_result_ns[gathered->count] = visit->first_result_ns;
        gathered->wake_ns[gathered->count++] = visit->wake_ns;
        for (size_t k = 0; k < visit->readings; k++)
            gathered->reading_ns[gathered->readings++] = visit->timings[k].ns;
        pair(&partners, visit, cpus, gathered);
    }
    gathered->pairs.count = gathered->paired;
}

static double known_median(double values[], size_t count)
{
    return stats_median(values, stats_keep_known(values, count));
}

static struct summary describe(const struct key *key, const char *temperature)
{
    return (struct summary){
        .key = *key,
        .temperature = temperature,
        .median_ns = NAN,
        .low_ns = NAN,
        .high_ns = NAN,
        .cpu_ns = NAN,
        .serial_ns = NAN,
        .speedup = NAN,
        .speedup_low = NAN,
        .speedup_high = NAN,
        .efficiency = NAN,
        .overhead_ns_per_job = NAN,
        .overhead_low_ns_per_job = NAN,
        .overhead_high_ns_per_job = NAN,
        .parallelism = NAN,
        .p90_ns = NAN,
        .behind = NAN,
        .behind_low = NAN,
        .behind_high = NAN,
        .behind_rounds = CSV_UNKNOWN,
        .mean_speedup = NAN,
        .mean_speedup_low = NAN,
        .mean_speedup_high = NAN,
        .best_speedup = NAN,
        .best_low = NAN,
        .best_high = NAN,
        .best_rounds = CSV_UNKNOWN,
        .best_sizes = CSV_UNKNOWN,
        .best_noise = CSV_UNKNOWN,
        .participation = NAN,
        .roundtrip_ns = NAN,
        .wake_ns = NAN,
        .first_result_ns = NAN,
        .p99_ns = NAN,
        .status = "ok",
        .detail = "",
        .env_speedup = NAN,
        .env_speedup_low = NAN,
        .env_speedup_high = NAN,
    };
}

/* What depends on how many jobs can run at once. */
static void divide_among_workers(struct summary *row, uint32_t cpus, struct gathered *gathered)
{
    double busy = known_median(gathered->busy, gathered->paired);
    row->parallelism = parallelism_of(&row->key, cpus, busy);
    row->efficiency = row->speedup / row->parallelism;
    struct interval overhead = overhead_of_pairs(&gathered->pairs, row->parallelism, row->key.jobs,
                                                 gathered->busy, gathered->scratch);
    row->overhead_ns_per_job = overhead.median;
    row->overhead_low_ns_per_job = overhead.low;
    row->overhead_high_ns_per_job = overhead.high;
}

/* What medians do not tell. */
static void count_slow_visits(struct summary *row, struct gathered *gathered)
{
    struct mean_ratio means = means_of_pairs(&gathered->pairs, gathered->busy, gathered->scratch);
    row->mean_speedup = means.ratio;
    row->mean_speedup_low = means.low;
    row->mean_speedup_high = means.high;
    if (gathered->count >= MEANS_LEAST_VISITS)
        row->p90_ns = stats_quantile(gathered->ns, gathered->count, 0.9);
}

static struct summary summarise_cell(const struct visits *visits, struct rounds rounds,
                                     uint32_t cpus, struct gathered *gathered)
{
    struct summary row = describe(rounds.rows->key, rounds.rows->temperature);
    gather(visits, rounds, cpus, gathered);
    struct interval time = stats_interval(gathered->ns, gathered->count);
    struct interval ratio =
        stats_interval_over_time(gathered->log_ratio, gathered->scratch, gathered->paired);
    struct interval env_ratio =
        stats_interval_over_time(gathered->env_log_ratio, gathered->scratch, gathered->env_paired);
    row.rounds = gathered->count;
    row.readings = gathered->readings;
    row.disturbed = gathered->disturbed;
    row.median_ns = time.median;
    row.low_ns = time.low;
    row.high_ns = time.high;
    row.cpu_ns = known_median(gathered->cpu_ns, gathered->count);
    row.participation = known_median(gathered->participation, gathered->count);
    row.roundtrip_ns = known_median(gathered->roundtrip_ns, gathered->count);
    row.wake_ns = known_median(gathered->wake_ns, gathered->count);
    row.first_result_ns = known_median(gathered->first_result_ns, gathered->count);
    if (gathered->readings >= LEAST_READINGS_OF_P99)
        row.p99_ns = stats_quantile(gathered->reading_ns, gathered->readings, 0.99);
    row.serial_ns = stats_median(gathered->serial_ns, gathered->paired);
    row.speedup = exp(ratio.median);
    row.speedup_low = exp(ratio.low);
    row.speedup_high = exp(ratio.high);
    row.env_speedup = exp(env_ratio.median);
    row.env_speedup_low = exp(env_ratio.low);
    row.env_speedup_high = exp(env_ratio.high);
    divide_among_workers(&row, cpus, gathered);
    count_slow_visits(&row, gathered);
    row.log_skew = stats_skew(gathered->log_ratio, gathered->paired);
    return row;
}

/* Marks the rows of a cell of which a visit went wrong: those among the first `count`, which are in
 * the order of keys. False: it has none. */
static bool mark_rows(struct summary *rows, size_t count, const struct trouble *trouble)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (key_compare(&rows[middle].key, trouble->key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (high = low; high < count && key_compare(&rows[high].key, trouble->key) == 0; high++) {
        rows[high].status = trouble->status;
        rows[high].detail = trouble->detail;
    }
    return high > low;
}

/* Of several troubles of one cell the last is told; a cell that has no row gets one. */
static void add_troubles(const struct visits *visits, struct summaries *out)
{
    size_t count = out->count;
    for (size_t i = 0; i < visits->trouble_count; i++) {
        const struct trouble *trouble = &visits->troubles[i];
        bool last = i + 1 == visits->trouble_count || trouble[1].key != trouble->key;
        if (!last || mark_rows(out->rows, count, trouble))
            continue;
        struct summary *row = &out->rows[out->count++];
        *row = describe(trouble->key, trouble->temperature);
        row->status = trouble->status;
        row->detail = trouble->detail;
    }
}

/* How much room the summary of all visits takes. */
struct extent {
    size_t cells;
    size_t numbers; /* of one cell at most: rounds or readings */
};

static struct extent extent_of(const struct visits *visits)
{
    struct extent extent = {.cells = visits->trouble_count, .numbers = 1};
    for (size_t i = 0; i < visits->count;) {
        struct rounds rounds = visits_from(visits, i);
        size_t readings = 0;
        for (size_t k = 0; k < rounds.count; k++)
            readings += rounds.rows[k].readings;
        extent.numbers = readings > extent.numbers ? readings : extent.numbers;
        extent.cells++;
        i += rounds.count;
    }
    return extent;
}

static void summarise_visits(const struct visits *visits, uint32_t cpus, double *numbers,
                             size_t stride, struct summaries *out)
{
    struct gathered gathered = {
        .ns = numbers,
        .cpu_ns = numbers + stride,
        .participation = numbers + 2 * stride,
        .roundtrip_ns = numbers + 3 * stride,
        .wake_ns = numbers + 4 * stride,
        .serial_ns = numbers + 5 * stride,
        .log_ratio = numbers + 6 * stride,
        .env_log_ratio = numbers + 7 * stride,
        .reading_ns = numbers + 8 * stride,
        .pairs.own_ns = numbers + 9 * stride,
        .pairs.serial_ns = numbers + 10 * stride,
        .busy = numbers + 11 * stride,
        .scratch = numbers + 12 * stride,
        .first_result_ns = numbers + 13 * stride,
    };
    for (size_t i = 0; i < visits->count;) {
        struct rounds rounds = visits_from(visits, i);
        out->rows[out->count++] = summarise_cell(visits, rounds, cpus, &gathered);
        i += rounds.count;
    }
}

int speedup_summarise(const struct visits *visits, uint32_t cpus, struct summaries *out,
                      struct error *error)
{
    struct extent extent = extent_of(visits);
    double *numbers = calloc(extent.numbers, GATHERED_ARRAYS * sizeof *numbers);
    *out = (struct summaries){calloc(extent.cells + 1, sizeof *out->rows), 0};
    if (numbers == NULL || out->rows == NULL) {
        free(numbers);
        free(out->rows);
        *out = (struct summaries){0};
        return fail(error, ERROR_REFUSED, "summary: out of memory");
    }
    summarise_visits(visits, cpus, numbers, extent.numbers, out);
    add_troubles(visits, out);
    qsort(out->rows, out->count, sizeof *out->rows, summary_compare);
    free(numbers);
    if (best_find(visits, out, error) == 0 && ranking_find(visits, out, error) == 0)
        return 0;
    free(out->rows);
    *out = (struct summaries){0};
    return -1;
}

size_t speedup_first_from(const struct summaries *summaries, const struct summary *like)
{
    size_t low = 0, high = summaries->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (summary_compare(&summaries->rows[middle], like) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
