#include "bench/analyse/best.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>

/* Rows that differ in nothing but size. */
struct size_curve {
    struct summary *rows;
    size_t count;
};

static bool is_candidate(const struct summary *row)
{
    return text_equal(row->status, "ok") && isfinite(row->speedup_low) &&
           isfinite(row->speedup_high);
}

static struct summary *find_highest(struct size_curve curve)
{
    struct summary *highest = NULL;
    for (struct summary *row = curve.rows; row < curve.rows + curve.count; row++)
        if (is_candidate(row) && (highest == NULL || row->speedup > highest->speedup))
            highest = row;
    return highest;
}

/* Appends the log ratios of a row's rounds; returns how many there are then. */
static size_t append_ratios(const struct visits *visits, const struct summary *row,
                            double log_ratios[], size_t count)
{
    struct key key = key_of_baseline(&row->key);
    struct rounds own = visits_of(visits, &row->key, row->temperature);
    struct rounds serial = visits_of(visits, &key, row->temperature);
    for (size_t i = 0; i < own.count; i++) {
        const struct visit *other = rounds_find(serial, own.rows[i].round);
        if (other != NULL && !own.rows[i].disturbed)
            log_ratios[count++] = log(other->ns / own.rows[i].ns);
    }
    return count;
}

static void find_one(const struct visits *visits, struct size_curve curve, double log_ratios[])
{
    struct summary *best = find_highest(curve);
    size_t count = 0;
    if (best == NULL)
        return;
    best->best_sizes = 0;
    for (struct summary *row = curve.rows; row < curve.rows + curve.count; row++) {
        if (!is_candidate(row) || row->speedup_high < best->speedup)
            continue;
        count = append_ratios(visits, row, log_ratios, count);
        best->best_sizes++;
    }
    best->best_rounds = count;
    struct interval pooled = stats_interval(log_ratios, count);
    best->best_speedup = exp(pooled.median);
    best->best_low = fmin(exp(pooled.low), best->speedup_low);
    best->best_high = fmax(exp(pooled.high), best->speedup_high);
    best->best_noise =
        best->best_speedup > best->parallelism && !(best->best_low > best->parallelism);
}

int best_find(const struct visits *visits, struct summaries *summaries, struct error *error)
{
    double *log_ratios = calloc(visits->count + 1, sizeof *log_ratios);
    if (log_ratios == NULL)
        return fail(error, ERROR_REFUSED, "summary: out of memory");
    for (size_t i = 0, next; i < summaries->count; i = next) {
        struct summary *rows = &summaries->rows[i];
        next = i + 1;
        while (next < summaries->count && summary_compare_curve(rows, &summaries->rows[next]) == 0)
            next++;
        find_one(visits, (struct size_curve){rows, next - i}, log_ratios);
    }
    free(log_ratios);
    return 0;
}
