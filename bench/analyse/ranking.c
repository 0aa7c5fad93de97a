#include "bench/analyse/ranking.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A row without which others cannot be compared: not serial's. */
static bool is_ranked(const struct summary *row)
{
    return !key_is_baseline(&row->key) && text_equal(row->status, "ok") &&
           isfinite(row->speedup_low) && isfinite(row->speedup_high);
}

static int compare_rivals(const struct summary *a, const struct summary *b)
{
    struct key x = key_of_baseline(&a->key), y = key_of_baseline(&b->key);
    int order = key_compare(&x, &y);
    order = order ? order : strcmp(a->temperature, b->temperature);
    return order ? order : (a->key.workers > b->key.workers) - (a->key.workers < b->key.workers);
}

static int compare_pointers(const void *a, const void *b)
{
    struct summary *const *x = a, *const *y = b;
    int order = compare_rivals(*x, *y);
    return order ? order : key_compare(&(*x)->key, &(*y)->key);
}

bool ranking_are_rivals(const struct summary *a, const struct summary *b)
{
    return compare_rivals(a, b) == 0;
}

bool ranking_is_tied(const struct summary *row)
{
    return row->behind == 1 || row->behind_low <= 1;
}

/* What the log ratios of time are made in. */
struct room {
    double *log_ratios, *scratch;
};

static size_t pair(const struct visits *visits, const struct summary *row,
                   const struct summary *first, double log_ratios[])
{
    struct rounds own = visits_of(visits, &row->key, row->temperature);
    struct rounds others = visits_of(visits, &first->key, first->temperature);
    size_t count = 0;
    for (size_t i = 0; i < own.count; i++) {
        const struct visit *other = rounds_find(others, own.rows[i].round);
        if (other != NULL && !own.rows[i].disturbed)
            log_ratios[count++] = log(own.rows[i].ns / other->ns);
    }
    return count;
}

/* The ratio of speedups of other rounds, as a logarithm. */
static struct interval compare_speedups(const struct summary *row, const struct summary *first)
{
    double median = log(first->speedup / row->speedup);
    return (struct interval){
        median,
        median -
            hypot(log(first->speedup / first->speedup_low), log(row->speedup_high / row->speedup)),
        median +
            hypot(log(first->speedup_high / first->speedup), log(row->speedup / row->speedup_low)),
    };
}

static void compare_with(const struct visits *visits, struct summary *row,
                         const struct summary *first, struct room *room)
{
    if (row == first) {
        row->behind = 1;
        return;
    }
    size_t count = pair(visits, row, first, room->log_ratios);
    bool paired = stats_rank(count) > 0;
    struct interval found = paired
                                ? stats_interval_over_time(room->log_ratios, room->scratch, count)
                                : compare_speedups(row, first);
    row->behind = exp(found.median);
    row->behind_low = exp(found.low);
    row->behind_high = exp(found.high);
    row->behind_rounds = paired ? count : 0;
}

static void rank(const struct visits *visits, struct summary *const rivals[], size_t count,
                 struct room *room)
{
    const struct summary *first = rivals[0];
    for (size_t i = 1; i < count; i++)
        if (rivals[i]->speedup > first->speedup)
            first = rivals[i];
    for (size_t i = 0; i < count; i++)
        compare_with(visits, rivals[i], first, room);
}

static size_t sort_ranked(struct summaries *summaries, struct summary *sorted[])
{
    size_t count = 0;
    for (size_t i = 0; i < summaries->count; i++)
        if (is_ranked(&summaries->rows[i]))
            sorted[count++] = &summaries->rows[i];
    if (count > 0)
        qsort(sorted, count, sizeof(struct summary *), compare_pointers);
    return count;
}

int ranking_find(const struct visits *visits, struct summaries *summaries, struct error *error)
{
    struct summary **sorted = calloc(summaries->count + 1, sizeof(struct summary *));
    double *numbers = calloc(2 * (visits->count + 1), sizeof *numbers);
    struct room room = {numbers, numbers + visits->count + 1};
    bool enough = sorted != NULL && numbers != NULL;
    size_t count = enough ? sort_ranked(summaries, sorted) : 0;
    for (size_t i = 0, next; i < count; i = next) {
        next = i + 1;
        while (next < count && ranking_are_rivals(sorted[i], sorted[next]))
            next++;
        rank(visits, sorted + i, next - i, &room);
    }
    free(sorted);
    free(numbers);
    return enough ? 0 : fail(error, ERROR_REFUSED, "summary: out of memory");
}
