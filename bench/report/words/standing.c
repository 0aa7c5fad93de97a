#include "bench/report/words/standing.h"
#include "bench/report/words/verdict.h"

#include <math.h>
#include <stdlib.h>

uint64_t standing_workers(const struct panel *panel, const struct line *line,
                          const char *temperature)
{
    double least = INFINITY;
    uint64_t earliest = 0;
    for (uint64_t workers = panel_next_workers(panel, 0); workers != UINT64_MAX;
         workers = panel_next_workers(panel, workers)) {
        const struct crossover *crossover = panel_crossover(panel, line, workers, temperature);
        if (crossover_stays_ahead(crossover) && crossover_place_of(crossover).at < least) {
            least = crossover_place_of(crossover).at;
            earliest = workers;
        }
    }
    return earliest;
}

const struct summary *standing_best(const struct panel *panel, const struct line *line)
{
    const struct summary *best = NULL;
    for (uint64_t workers = panel_next_workers(panel, 0); workers != UINT64_MAX;
         workers = panel_next_workers(panel, workers)) {
        const struct summary *row = panel_best(panel, line, workers, panel_view(panel));
        double own = row != NULL ? panel_best_speedup(panel, row) : (double)NAN;
        if (row != NULL && (best == NULL || !(panel_best_speedup(panel, best) >= own)))
            best = best == NULL || isfinite(own) ? row : best;
    }
    return best;
}

static int telling(const struct crossover *crossover)
{
    switch (crossover_kind_of(crossover)) {
    case CROSSOVER_BETWEEN:
        return 3;
    case CROSSOVER_NOISY:
        return 2;
    case CROSSOVER_EVEN:
        return 1;
    default:
        return 0;
    }
}

const struct crossover *standing_most_telling(const struct panel *panel, const struct line *line,
                                              const char *temperature)
{
    const struct crossover *found = NULL;
    for (uint64_t workers = panel_next_workers(panel, 0); workers != UINT64_MAX;
         workers = panel_next_workers(panel, workers)) {
        const struct crossover *crossover = panel_crossover(panel, line, workers, temperature);
        if (crossover != NULL && (found == NULL || telling(crossover) > telling(found)))
            found = crossover;
    }
    return found;
}

struct standing_place standing_place_of(const struct panel *panel,
                                        const struct crossover *crossover)
{
    if (!crossover_stays_ahead(crossover))
        return (struct standing_place){INFINITY, INFINITY, INFINITY};
    struct verdict_range range = verdict_range_of(panel, crossover);
    double first = crossover_place_of(crossover).at;
    if (crossover_kind_of(crossover) == CROSSOVER_ALWAYS)
        return (struct standing_place){first, first, range.at_told};
    return (struct standing_place){range.low, range.high,
                                   range.censored ? range.high_told : range.at_told};
}

static const struct crossover *crossover_of_line(const struct panel *panel, const struct line *line,
                                                 const char *temperature)
{
    uint64_t workers = standing_workers(panel, line, temperature);
    return workers > 0 ? panel_crossover(panel, line, workers, temperature)
                       : standing_most_telling(panel, line, temperature);
}

/* A row, and what it is sorted by. */
struct sorted {
    struct standing standing;
    double first, second; /* where it pays, at the temperature that is looked at first */
    double best;
};

/* What pays from the same jobs on warm and cold is sorted by its best speedup, then as the lines
 * are. */
static int compare_rows(const void *a, const void *b)
{
    const struct sorted *x = a, *y = b;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    if (x->second != y->second)
        return x->second < y->second ? -1 : 1;
    if (x->best > y->best || x->best < y->best)
        return x->best > y->best ? -1 : 1;
    return (x->standing.line > y->standing.line) - (x->standing.line < y->standing.line);
}

/* An unknown time is behind all that are known. */
static double place_told(const struct panel *panel, const struct crossover *crossover)
{
    double told = standing_place_of(panel, crossover).told;
    return isnan(told) ? INFINITY : told;
}

static size_t find_rows(const struct panel *panel, const struct lines *lines, struct sorted rows[])
{
    uint64_t least_mib = panel_least_caller(panel);
    bool cold = text_equal(panel_view(panel), "cold");
    size_t count = 0;
    for (size_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->lines[i];
        struct standing row = {
            .line = line,
            .warm = crossover_of_line(panel, line, "warm"),
            .cold = crossover_of_line(panel, line, "cold"),
            .best = standing_best(panel, line),
        };
        if (row.best != NULL && line->key.parent_mib == least_mib && !key_is_baseline(&line->key))
            rows[count++] = (struct sorted){row, place_told(panel, cold ? row.cold : row.warm),
                                            place_told(panel, cold ? row.warm : row.cold),
                                            panel_best_speedup(panel, row.best)};
    }
    return count;
}

int standings_find(const struct panel *panel, const struct lines *lines, struct standings *out,
                   struct error *error)
{
    struct sorted *sorted = calloc(lines->count + 1, sizeof *sorted);
    *out = (struct standings){calloc(lines->count + 1, sizeof *out->rows), 0};
    if (sorted == NULL || out->rows == NULL) {
        free(sorted);
        return fail(error, ERROR_REFUSED, "report: out of memory");
    }
    out->count = find_rows(panel, lines, sorted);
    qsort(sorted, out->count, sizeof *sorted, compare_rows);
    for (size_t i = 0; i < out->count; i++)
        out->rows[i] = sorted[i].standing;
    free(sorted);
    return 0;
}
