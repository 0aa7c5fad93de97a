#include "bench/analyse/disturbed.h"
#include "bench/analyse/stats.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* All rows of a visit hold its canary; exactly one of them is its cold reading. */
static bool counts_for_its_visit(const struct sample *row)
{
    return isfinite(row->roundtrip_ns) && text_equal(row->temperature, "cold");
}

int disturbed_mark(struct samples *samples, struct disturbances *found, struct error *error)
{
    double *trips_ns = calloc(samples->count + 1, sizeof *trips_ns);
    *found = (struct disturbances){.roundtrip_ns = NAN};
    if (trips_ns == NULL)
        return fail(error, EXIT_REFUSED, "samples: out of memory");
    for (size_t i = 0; i < samples->count; i++)
        if (counts_for_its_visit(&samples->rows[i]))
            trips_ns[found->visits++] = samples->rows[i].roundtrip_ns;
    found->roundtrip_ns = stats_median(trips_ns, found->visits);
    free(trips_ns);
    for (size_t i = 0; i < samples->count; i++) {
        struct sample *row = &samples->rows[i];
        bool known = isfinite(row->roundtrip_ns) && found->visits > 0;
        bool beyond = known && row->roundtrip_ns > DISTURBED_FACTOR * found->roundtrip_ns;
        row->disturbed = known ? beyond : CSV_UNKNOWN;
        found->disturbed += beyond && counts_for_its_visit(row);
    }
    return 0;
}
