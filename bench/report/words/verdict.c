#include "bench/report/words/verdict.h"
#include "bench/analyse/job_time.h"
#include "bench/base/text.h"

#include <math.h>
#include <stdio.h>

struct verdict_range verdict_range_of(const struct panel *panel, const struct crossover *crossover)
{
    const struct key *key = &crossover->key;
    uint64_t first = panel->least_size > 0 ? panel->least_size : panel_next_size(panel, 0, false);
    struct verdict_range range = {
        .low = isfinite(crossover->size_low) ? crossover->size_low : (double)first,
        .high = crossover->size_high,
    };
    range.low_ns = job_time_ns(panel->summaries, key, range.low);
    range.high_ns = job_time_ns(panel->summaries, key, range.high);
    range.censored = crossover_is_censored(crossover);
    range.wide =
        isfinite(range.low_ns) && isfinite(range.high_ns) && range.high > VERDICT_WIDE * range.low;
    return range;
}

void verdict_describe_job(const struct panel *panel, const struct crossover *crossover, char *text,
                          size_t bytes)
{
    struct verdict_range range = verdict_range_of(panel, crossover);
    char low[32], high[32];
    text_duration(low, sizeof low, range.low_ns);
    text_duration(high, sizeof high, range.high_ns);
    if (range.censored)
        snprintf(text, bytes, "at most %s", high);
    else if (range.wide)
        snprintf(text, bytes, "somewhere between %s and %s", low, high);
    else
        text_duration(text, bytes, crossover->job_ns);
}

/* From the first size at which it surely is ahead to the last one. */
static void describe_stretch(const struct panel *panel, const struct crossover *crossover,
                             const char *format, char *text, size_t bytes)
{
    char low[32], high[32];
    text_duration(low, sizeof low, verdict_range_of(panel, crossover).high_ns);
    text_duration(high, sizeof high,
                  job_time_ns(panel->summaries, &crossover->key, crossover->until_low));
    if (crossover_is_censored(crossover) && crossover->size == crossover->size_high)
        snprintf(text, bytes, "up to %s", high);
    else if (text_equal(low, high))
        snprintf(text, bytes, "near %s", low);
    else
        snprintf(text, bytes, format, low, high);
}

void verdict_describe_between(const struct panel *panel, const struct crossover *crossover,
                              char *text, size_t bytes)
{
    describe_stretch(panel, crossover, "between %s and %s", text, bytes);
}

static void describe_at(const struct panel *panel, const struct crossover *crossover, char *text,
                        size_t bytes)
{
    struct verdict_range range = verdict_range_of(panel, crossover);
    char at[32], low[32], high[32];
    text_duration(at, sizeof at, crossover->job_ns);
    text_duration(low, sizeof low, range.low_ns);
    text_duration(high, sizeof high, range.high_ns);
    if (range.censored)
        snprintf(text, bytes, "from at most %s", high);
    else if (range.wide)
        snprintf(text, bytes, "from %s..%s", low, high);
    else
        snprintf(text, bytes, "from %s", at);
}

void verdict_describe_short(const struct panel *panel, const struct crossover *crossover,
                            char *text, size_t bytes)
{
    char stretch[80];
    switch (crossover_kind_of(crossover)) {
    case CROSSOVER_AT:
        describe_at(panel, crossover, text, bytes);
        break;
    case CROSSOVER_ALWAYS:
        snprintf(text, bytes, "throughout");
        break;
    case CROSSOVER_NEVER:
        snprintf(text, bytes, "never");
        break;
    case CROSSOVER_EVEN:
        snprintf(text, bytes, "even");
        break;
    case CROSSOVER_BETWEEN:
        describe_stretch(panel, crossover, "%s..%s", stretch, sizeof stretch);
        snprintf(text, bytes, "only %s", stretch);
        break;
    case CROSSOVER_NOISY:
        snprintf(text, bytes, "cannot be told");
        break;
    }
}
