#include "bench/report/words/payoff.h"
#include "bench/analyse/job_time.h"
#include "bench/report/words/verdict.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What pays at every size begins at the left edge. The serial time of a line with an environment of
 * its own may lie beyond an edge, which is that of the first line's. */
static struct payoff_place place_of(const struct panel *panel, const struct crossover *crossover,
                                    double least_ns, double most_ns)
{
    struct payoff_place place = {NAN, NAN, NAN, NAN, NAN};
    enum crossover_kind kind = crossover_kind_of(crossover);
    if (kind == CROSSOVER_ALWAYS)
        return (struct payoff_place){least_ns, least_ns, least_ns, most_ns, INFINITY};
    if ((kind != CROSSOVER_AT && kind != CROSSOVER_BETWEEN) || !(crossover->size > 0))
        return place;
    struct verdict_range range = verdict_range_of(panel, crossover);
    place.ns = range.censored ? range.high_ns : crossover->job_ns;
    place.ns = fmin(fmax(place.ns, least_ns), most_ns);
    place.until_ns = most_ns;
    place.until_high_ns = INFINITY;
    if (kind == CROSSOVER_BETWEEN) {
        const struct key *key = &crossover->key;
        place.until_ns = fmin(job_time_ns(panel->summaries, key, crossover->until_low), most_ns);
        place.until_high_ns = job_time_ns(panel->summaries, key, crossover->until_high);
    }
    place.low_ns = range.low_ns;
    place.high_ns = range.high_ns;
    return place;
}

/* Those that pay first by their crossover, then those of which nothing is told. */
static int compare_rows(const void *a, const void *b)
{
    const struct payoff *x = a, *y = b;
    double left = isnan(x->warm_place.ns) ? INFINITY : x->warm_place.ns;
    double right = isnan(y->warm_place.ns) ? INFINITY : y->warm_place.ns;
    return left != right ? (left > right) - (left < right)
                         : (x->line > y->line) - (x->line < y->line);
}

/* What one job of that size takes; NaN where there is no line. */
static double job_ns(const struct panel *panel, const struct lines *lines, uint64_t size)
{
    return lines->count > 0 ? job_time_ns(panel->summaries, &lines->lines[0].key, (double)size)
                            : (double)NAN;
}

int payoffs_find(const struct panel *panel, const struct lines *lines, struct payoffs *payoffs,
                 struct error *error)
{
    *payoffs = (struct payoffs){
        .rows = calloc(lines->count + 1, sizeof *payoffs->rows),
        .least_ns = job_ns(panel, lines, panel->least_size),
        .most_ns = job_ns(panel, lines, panel->most_size),
    };
    if (payoffs->rows == NULL)
        return fail(error, ERROR_REFUSED, "report: out of memory");
    for (size_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->lines[i];
        struct payoff row = {
            .line = line,
            .warm = panel_crossover(panel, line, panel->full_workers, "warm"),
            .cold = panel_crossover(panel, line, panel->full_workers, "cold"),
        };
        if (row.warm == NULL && row.cold == NULL)
            continue;
        row.warm_place = place_of(panel, row.warm, payoffs->least_ns, payoffs->most_ns);
        row.cold_place = place_of(panel, row.cold, payoffs->least_ns, payoffs->most_ns);
        payoffs->rows[payoffs->count++] = row;
    }
    if (payoffs->count > 0)
        qsort(payoffs->rows, payoffs->count, sizeof *payoffs->rows, compare_rows);
    return 0;
}

void payoff_describe(const struct panel *panel, const struct payoff *payoff, char *text,
                     size_t bytes)
{
    char warm[48], cold[48];
    verdict_describe_short(panel, payoff->warm, warm, sizeof warm);
    verdict_describe_short(panel, payoff->cold, cold, sizeof cold);
    snprintf(text, bytes, "%s; cold %s", warm, cold);
}
