#ifndef BREAKEVEN_ANALYSE_PAYLOAD_H
#define BREAKEVEN_ANALYSE_PAYLOAD_H

#include "bench/analyse/speedup.h"

#include <stddef.h>

/* What handing over one job costs a strategy with one payload, warm, by each way it can travel.
 * NaN: not measured. */
struct payload_cost {
    struct key key;    /* its transport means nothing */
    double shm_ns;     /* overhead per job where payload stays in memory that workers share */
    double pipe_ns;    /* the same where it travels by pipe */
    double ratio;      /* pipe_ns / shm_ns; NaN where either is lost in the noise: not above 0 */
    double message_ns; /* the same where it travels by message, as it then always does */
};

struct payload_costs {
    struct payload_cost *rows; /* in the order of summary_compare */
    size_t count;
};

/* One row for each cell but serial's of the works that were measured with any payload. The caller
 * frees rows. */
int payload_costs_find(const struct summaries *summaries, struct payload_costs *out,
                       struct error *error);

#endif
