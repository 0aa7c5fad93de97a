#include "bench/report/payoff.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The ends of the interval are sizes, whose serial times are taken to be in proportion. What pays
 * at every size begins at the left edge. A crossover's serial time is of its own rounds: at the
 * smallest or the largest size it may lie beyond the edge. */
static struct payoff_place place_of(const struct crossover *crossover, double least_ns,
                                    double most_ns)
{
    struct payoff_place place = {NAN, NAN, NAN};
    if (crossover == NULL)
        return place;
    if (text_equal(crossover->verdict, "always"))
        return (struct payoff_place){least_ns, least_ns, least_ns};
    if (!text_equal(crossover->verdict, "at") || !(crossover->size > 0))
        return place;
    double ns_per_size = crossover->job_ns / crossover->size;
    place.ns = fmin(fmax(crossover->job_ns, least_ns), most_ns);
    place.low_ns = isfinite(crossover->size_low) ? ns_per_size * crossover->size_low : least_ns;
    place.high_ns = ns_per_size * crossover->size_high;
    return place;
}

/* "from 87.0 ns", "throughout", "never", "cannot be told". */
static void describe(const struct crossover *crossover, char *text, size_t bytes)
{
    char job[32];
    if (crossover == NULL || text_equal(crossover->verdict, "noisy")) {
        snprintf(text, bytes, "cannot be told");
    } else if (text_equal(crossover->verdict, "at")) {
        text_duration(job, sizeof job, crossover->job_ns);
        snprintf(text, bytes, "from %s", job);
    } else {
        snprintf(text, bytes, "%s",
                 text_equal(crossover->verdict, "never") ? "never" : "throughout");
    }
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

/* The serial time of one job of that size; NaN where it was not measured. */
static double job_ns(const struct scene *scene, const struct lines *lines, uint64_t size)
{
    const struct line *serial = &lines->lines[0]; /* first in the table */
    const struct summary *row = lines->count > 0 ? scene_row(scene, serial, 1, size, "warm") : NULL;
    return row != NULL ? row->median_ns / (double)scene->jobs : (double)NAN;
}

int payoffs_find(const struct scene *scene, const struct lines *lines, struct payoffs *payoffs,
                 struct error *error)
{
    *payoffs = (struct payoffs){
        .rows = calloc(lines->count + 1, sizeof *payoffs->rows),
        .least_ns = job_ns(scene, lines, scene->least_size),
        .most_ns = job_ns(scene, lines, scene->most_size),
    };
    if (payoffs->rows == NULL)
        return fail(error, EXIT_REFUSED, "report: out of memory");
    for (size_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->lines[i];
        struct payoff row = {
            .line = line,
            .warm = scene_crossover(scene, line, scene->full_workers, "warm"),
            .cold = scene_crossover(scene, line, scene->full_workers, "cold"),
        };
        if (row.warm == NULL && row.cold == NULL)
            continue;
        row.warm_place = place_of(row.warm, payoffs->least_ns, payoffs->most_ns);
        row.cold_place = place_of(row.cold, payoffs->least_ns, payoffs->most_ns);
        payoffs->rows[payoffs->count++] = row;
    }
    if (payoffs->count > 0)
        qsort(payoffs->rows, payoffs->count, sizeof *payoffs->rows, compare_rows);
    return 0;
}

void payoff_describe(const struct payoff *payoff, char *text, size_t bytes)
{
    char warm[48], cold[48];
    describe(payoff->warm, warm, sizeof warm);
    describe(payoff->cold, cold, sizeof cold);
    snprintf(text, bytes, "%s; cold %s", warm, cold);
}
