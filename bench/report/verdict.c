#include "bench/report/verdict.h"
#include "bench/analyse/job_time.h"
#include "bench/base/text.h"

#include <math.h>
#include <stdio.h>

struct verdict_range verdict_range_of(const struct scene *scene, const struct crossover *crossover)
{
    const struct key *key = &crossover->key;
    uint64_t first = scene->least_size > 0 ? scene->least_size : scene_next_size(scene, 0, false);
    struct verdict_range range = {
        .low = isfinite(crossover->size_low) ? crossover->size_low : (double)first,
        .high = crossover->size_high,
    };
    range.low_ns = job_time_ns(scene->summaries, key, range.low);
    range.high_ns = job_time_ns(scene->summaries, key, range.high);
    range.wide =
        isfinite(range.low_ns) && isfinite(range.high_ns) && range.high > VERDICT_WIDE * range.low;
    return range;
}

void verdict_describe_job(const struct scene *scene, const struct crossover *crossover, char *text,
                          size_t bytes)
{
    struct verdict_range range = verdict_range_of(scene, crossover);
    char low[32], high[32];
    text_duration(low, sizeof low, range.low_ns);
    text_duration(high, sizeof high, range.high_ns);
    if (range.wide)
        snprintf(text, bytes, "somewhere between %s and %s", low, high);
    else
        text_duration(text, bytes, crossover->job_ns);
}

void verdict_describe_short(const struct scene *scene, const struct crossover *crossover,
                            char *text, size_t bytes)
{
    if (crossover == NULL || text_equal(crossover->verdict, "noisy")) {
        snprintf(text, bytes, "cannot be told");
    } else if (text_equal(crossover->verdict, "at")) {
        struct verdict_range range = verdict_range_of(scene, crossover);
        char at[32], low[32], high[32];
        text_duration(at, sizeof at, crossover->job_ns);
        text_duration(low, sizeof low, range.low_ns);
        text_duration(high, sizeof high, range.high_ns);
        snprintf(text, bytes, "from %s%s%s", range.wide ? low : at, range.wide ? ".." : "",
                 range.wide ? high : "");
    } else {
        snprintf(text, bytes, "%s",
                 text_equal(crossover->verdict, "never") ? "never" : "throughout");
    }
}
