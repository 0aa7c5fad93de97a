#include "bench/analyse/means.h"
#include "bench/analyse/job_time.h"
#include "bench/stats/stats.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics.h>
#include <math.h>

enum { LEAST_PAIRS = 6 };

struct mean_ratio means_of_pairs(const struct time_pairs *pairs, double values[], double scratch[])
{
    double n = (double)pairs->count, squares = 0;
    if (pairs->count == 0)
        return (struct mean_ratio){NAN, NAN, NAN};
    double own_ns = gsl_stats_mean(pairs->own_ns, 1, pairs->count);
    double ratio = gsl_stats_mean(pairs->serial_ns, 1, pairs->count) / own_ns;
    if (pairs->count < LEAST_PAIRS)
        return (struct mean_ratio){ratio, NAN, NAN};
    for (size_t i = 0; i < pairs->count; i++) {
        values[i] = pairs->serial_ns[i] - ratio * pairs->own_ns[i];
        squares += values[i] * values[i];
    }
    double error = sqrt(squares / (n - 1) / n) / own_ns / ratio; /* of its logarithm */
    double width = gsl_cdf_tdist_Pinv((1 + STATS_CONFIDENCE) / 2, n - 1) * error *
                   stats_widening(values, scratch, pairs->count);
    return (struct mean_ratio){ratio, ratio * exp(-width), ratio * exp(width)};
}

static bool is_known(const struct summary *row)
{
    return text_equal(row->status, "ok") && row->mean_speedup > 0 && row->key.size > 0;
}

static bool differs(const struct summary *row)
{
    return row->speedup_low > 1 && row->mean_speedup < 1 &&
           row->p90_ns > MEANS_SLOW * row->median_ns;
}

struct means_story means_story_of(const struct summaries *summaries, const struct key *key,
                                  const char *temperature)
{
    struct means_story story = {.size = NAN, .job_ns = NAN, .slow = NAN};
    struct summary like = {.key = *key, .temperature = temperature};
    const struct summary *below = NULL; /* the last size known before */
    like.key.size = 0;
    for (size_t i = speedup_first_from(summaries, &like);
         i < summaries->count && summary_compare_curve(&summaries->rows[i], &like) == 0; i++) {
        const struct summary *row = &summaries->rows[i];
        if (!is_known(row))
            continue;
        if (differs(row)) {
            story.differs = true;
            story.slow = row->p90_ns / row->median_ns;
        }
        if (row->mean_speedup <= 1)
            story.size = NAN;
        else if (isnan(story.size))
            story.size = below == NULL
                             ? (double)row->key.size
                             : stats_log_crossing((double)below->key.size, below->mean_speedup,
                                                  (double)row->key.size, row->mean_speedup, 1);
        below = row;
    }
    story.job_ns = job_time_ns(summaries, key, story.size);
    return story;
}
