#include "bench/report/words/verdict.h"
#include "bench/analyse/job_time.h"
#include "bench/base/text.h"

#include <math.h>
#include <stdio.h>

/* Along jobs a place is told as it is. */
double verdict_told(const struct panel *panel, const struct crossover *crossover, double place)
{
    return panel->axis == DIMENSION_jobs ? place
                                         : job_time_ns(panel->summaries, &crossover->key, place);
}

struct verdict_range verdict_range_of(const struct panel *panel, const struct crossover *crossover)
{
    struct crossover_place place = crossover_place_of(crossover);
    struct verdict_range range = {
        .low = isfinite(place.low) ? place.low : (double)panel_least_place(panel),
        .high = place.high,
        .at_told = panel->axis == DIMENSION_jobs ? place.at : crossover->job_ns,
    };
    range.low_told = verdict_told(panel, crossover, range.low);
    range.high_told = verdict_told(panel, crossover, range.high);
    range.censored = crossover_is_censored(crossover);
    range.wide = isfinite(range.low_told) && isfinite(range.high_told) &&
                 range.high > VERDICT_WIDE * range.low;
    /* Between neighbours there is no other number of jobs. */
    if (panel->axis == DIMENSION_jobs && range.high <= range.low + 1)
        range.wide = false;
    return range;
}

/* "256 ns", "14 jobs"; where the second end of two follows, "14". */
static void describe(const struct panel *panel, double value, bool follows, char *text,
                     size_t bytes)
{
    if (panel->axis == DIMENSION_size)
        text_duration(text, bytes, value);
    else if (isnan(value))
        snprintf(text, bytes, "-");
    else
        snprintf(text, bytes, "%.0f%s", value, follows ? "" : value == 1 ? " job" : " jobs");
}

void verdict_describe_job(const struct panel *panel, const struct crossover *crossover, char *text,
                          size_t bytes)
{
    struct verdict_range range = verdict_range_of(panel, crossover);
    char low[32], high[32];
    describe(panel, range.low_told, true, low, sizeof low);
    describe(panel, range.high_told, false, high, sizeof high);
    if (range.censored)
        snprintf(text, bytes, "at most %s", high);
    else if (range.wide)
        snprintf(text, bytes, "somewhere between %s and %s", low, high);
    else
        describe(panel, range.at_told, false, text, bytes);
}

/* From the first size at which it surely is ahead to the last one. */
static void describe_stretch(const struct panel *panel, const struct crossover *crossover,
                             const char *format, char *text, size_t bytes)
{
    struct crossover_place place = crossover_place_of(crossover);
    double from = verdict_range_of(panel, crossover).high_told;
    double until = verdict_told(panel, crossover, crossover->until_low);
    char low[32], high[32], first[32];
    describe(panel, from, false, low, sizeof low);
    describe(panel, from, true, first, sizeof first);
    describe(panel, until, false, high, sizeof high);
    if (crossover_is_censored(crossover) && place.at == place.high)
        snprintf(text, bytes, "up to %s", high);
    else if (text_equal(low, high))
        snprintf(text, bytes, "near %s", low);
    else
        snprintf(text, bytes, format, first, high);
}

void verdict_describe_between(const struct panel *panel, const struct crossover *crossover,
                              char *text, size_t bytes)
{
    describe_stretch(panel, crossover, "between %s and %s", text, bytes);
}

void verdict_describe_place(const struct panel *panel, double place, char *text, size_t bytes)
{
    if (panel->axis == DIMENSION_jobs)
        text_size(text, bytes, place);
    else
        panel_describe_size(panel, place, text, bytes);
}

void verdict_describe_between_places(const struct panel *panel, const struct crossover *crossover,
                                     char *text, size_t bytes)
{
    struct crossover_place place = crossover_place_of(crossover);
    char low[32], high[32];
    verdict_describe_place(panel, place.high, low, sizeof low);
    verdict_describe_place(panel, crossover->until_low, high, sizeof high);
    if (crossover_is_censored(crossover) && place.at == place.high)
        snprintf(text, bytes, "up to %s", high);
    else if (text_equal(low, high))
        snprintf(text, bytes, "near %s only", low);
    else
        snprintf(text, bytes, "between %s and %s", low, high);
}

static void describe_at(const struct panel *panel, const struct crossover *crossover, char *text,
                        size_t bytes)
{
    struct verdict_range range = verdict_range_of(panel, crossover);
    char at[32], low[32], high[32];
    describe(panel, range.at_told, false, at, sizeof at);
    describe(panel, range.low_told, true, low, sizeof low);
    describe(panel, range.high_told, false, high, sizeof high);
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
        if (panel->axis == DIMENSION_jobs)
            describe_at(panel, crossover, text, bytes);
        else
            snprintf(text, bytes, "%s",
                     panel_count_timed(panel) > 1 ? "throughout" : "at this size");
        break;
    case CROSSOVER_NEVER:
        snprintf(text, bytes, "never");
        break;
    case CROSSOVER_EVEN:
        snprintf(text, bytes, "even");
        break;
    case CROSSOVER_BETWEEN:
        describe_stretch(panel, crossover, "%s to %s", stretch, sizeof stretch);
        snprintf(text, bytes, "only %s", stretch);
        break;
    case CROSSOVER_NOISY:
        snprintf(text, bytes, "cannot be told");
        break;
    }
}
