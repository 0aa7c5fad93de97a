#include "bench/analyse/disturbed.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>

bool disturbs(const struct disturbances *found, double roundtrip_ns)
{
    return roundtrip_ns > DISTURBED_FACTOR * found->roundtrip_ns;
}

struct disturbances disturbances_of(double roundtrips_ns[], size_t count)
{
    struct disturbances found = {0};
    for (size_t i = 0; i < count; i++)
        if (isfinite(roundtrips_ns[i]))
            roundtrips_ns[found.visits++] = roundtrips_ns[i];
    found.roundtrip_ns = stats_median(roundtrips_ns, found.visits);
    for (size_t i = 0; i < found.visits; i++)
        found.disturbed += disturbs(&found, roundtrips_ns[i]);
    found.modes = modes_find(roundtrips_ns, found.visits); /* the median sorted them */
    return found;
}

struct mode disturbances_mode(const struct disturbances *found)
{
    double kept = (double)(found->visits - found->disturbed) / (double)found->visits;
    struct mode main = {.roundtrip_ns = NAN, .share = NAN};
    for (size_t i = 0; i < found->modes.count; i++) {
        const struct mode *mode = &found->modes.modes[i];
        if (!disturbs(found, mode->roundtrip_ns) && !(mode->share <= main.share))
            main = *mode;
    }
    if (found->visits > 0)
        main.share = fmin(1, main.share / kept);
    return main;
}

int disturbed_mark(struct samples *samples, struct disturbances *found, struct error *error)
{
    double *trips_ns = calloc(samples->count + 1, sizeof *trips_ns);
    size_t count = 0;
    if (trips_ns == NULL)
        return fail(error, ERROR_REFUSED, "samples: out of memory");
    for (size_t i = 0; i < samples->count; i++) /* exactly one of a visit's rows is cold */
        if (text_equal(samples->rows[i].temperature, "cold"))
            trips_ns[count++] = samples->rows[i].roundtrip_ns;
    *found = disturbances_of(trips_ns, count);
    free(trips_ns);
    for (size_t i = 0; i < samples->count; i++) {
        struct sample *row = &samples->rows[i];
        bool known = isfinite(row->roundtrip_ns) && found->visits > 0;
        row->disturbed = known ? disturbs(found, row->roundtrip_ns) : CSV_UNKNOWN;
    }
    return 0;
}
