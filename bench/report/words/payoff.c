#include "bench/report/words/payoff.h"
#include "bench/analyse/job_time.h"
#include "bench/report/words/verdict.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What pays at every size begins at the left edge. The serial time of a line with an environment of
 * its own may lie beyond an edge, which is that of the first line's. */
static struct payoff_place place_of(const struct panel *panel, const struct crossover *crossover,
                                    double least, double most)
{
    struct payoff_place place = {NAN, NAN, NAN, NAN, NAN};
    enum crossover_kind kind = crossover_kind_of(crossover);
    if (kind == CROSSOVER_ALWAYS)
        return (struct payoff_place){least, least, least, most, INFINITY};
    if ((kind != CROSSOVER_AT && kind != CROSSOVER_BETWEEN) ||
        !(crossover_place_of(crossover).at > 0))
        return place;
    struct verdict_range range = verdict_range_of(panel, crossover);
    bool sure = range.censored || kind == CROSSOVER_BETWEEN;
    place.at = sure ? range.high_told : range.at_told;
    place.at = fmin(fmax(place.at, least), most);
    place.until = most;
    place.until_high = INFINITY;
    if (kind == CROSSOVER_BETWEEN) {
        place.until = fmin(verdict_told(panel, crossover, crossover->until_low), most);
        place.until_high = verdict_told(panel, crossover, crossover->until_high);
    }
    place.low = range.low_told;
    place.high = range.high_told;
    return place;
}

/* By the crossover of the panel's view. */
static double order_of(const struct payoff *row, const struct panel *panel)
{
    double at = panel->axis == DIMENSION_jobs ? row->cold_place.at : row->warm_place.at;
    return isnan(at) ? INFINITY : at;
}

/* Those that pay first by their crossover, then those of which nothing is told. */
static int compare_rows(const void *a, const void *b, void *user)
{
    const struct payoff *x = a, *y = b;
    double left = order_of(x, user), right = order_of(y, user);
    return left != right ? (left > right) - (left < right)
                         : (x->line > y->line) - (x->line < y->line);
}

/* Where a place is shown: what one job of that size takes, or how many jobs there are. */
static double shown(const struct panel *panel, const struct key *key, uint64_t place)
{
    return panel->axis == DIMENSION_jobs ? (double)place
                                         : job_time_ns(panel->summaries, key, (double)place);
}

/* The first line of the same runtime. */
static const struct line *first_like(const struct lines *lines, const struct line *line)
{
    const struct line *first = lines->lines;
    while (!key_same_runtime(&first->key, &line->key))
        first++;
    return first;
}

/* Between what the line's runtime was measured; both are NaN where that is not known. */
static void find_edges(const struct panel *panel, const struct lines *lines, struct payoff *row)
{
    const struct panel *part = panel_part_of(panel, row->line);
    const struct key *key = &first_like(lines, row->line)->key;
    row->least = shown(part, key, panel_next_place(part, 0, true));
    row->most = shown(part, key, panel_most_place(part));
}

int payoffs_find(const struct panel *panel, const struct lines *lines, struct payoffs *payoffs,
                 struct error *error)
{
    *payoffs = (struct payoffs){
        .rows = calloc(lines->count + 1, sizeof *payoffs->rows),
        .least = NAN,
        .most = NAN,
    };
    if (payoffs->rows == NULL)
        return fail(error, ERROR_REFUSED, "report: out of memory");
    for (size_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->lines[i];
        uint64_t workers = panel_full_workers(panel, line);
        struct payoff row = {
            .line = line,
            .warm = panel_crossover(panel, line, workers, "warm"),
            .cold = panel_crossover(panel, line, workers, "cold"),
        };
        find_edges(panel, lines, &row);
        payoffs->least = fmin(payoffs->least, row.least); /* fmin and fmax pass over NaN */
        payoffs->most = fmax(payoffs->most, row.most);
        if (row.warm == NULL && row.cold == NULL)
            continue;
        row.warm_place = place_of(panel, row.warm, row.least, row.most);
        row.cold_place = place_of(panel, row.cold, row.least, row.most);
        payoffs->rows[payoffs->count++] = row;
    }
    if (payoffs->count > 0)
        qsort_r(payoffs->rows, payoffs->count, sizeof *payoffs->rows, compare_rows, (void *)panel);
    return 0;
}

void payoff_describe(const struct panel *panel, const struct payoff *payoff, char *text,
                     size_t bytes)
{
    char warm[48], cold[48];
    verdict_describe_short(panel, payoff->warm, warm, sizeof warm);
    verdict_describe_short(panel, payoff->cold, cold, sizeof cold);
    if (panel->axis == DIMENSION_jobs)
        snprintf(text, bytes, "%s; kept open %s", cold, warm);
    else
        snprintf(text, bytes, "%s; cold %s", warm, cold);
}
