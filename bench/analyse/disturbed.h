#ifndef BREAKEVEN_ANALYSE_DISTURBED_H
#define BREAKEVEN_ANALYSE_DISTURBED_H

#include "bench/data/samples.h"
#include "bench/stats/modes.h"

#include <stdbool.h>
#include <stddef.h>

/* A visit is disturbed where its canary, the cache-line round trip, took longer than this many
 * times the run's median. */
#define DISTURBED_FACTOR 3.0

/* What the canaries of a run say. */
struct disturbances {
    size_t visits;       /* that have a canary */
    size_t disturbed;    /* of these */
    double roundtrip_ns; /* the run's median; NaN where there is none */
    struct modes modes;  /* in which the host was, by all of them */
};

/* The mode that most of the visits which are not disturbed were in, with its share of these; NaN
 * where there is no canary. */
struct mode disturbances_mode(const struct disturbances *found);

/* From the round trips of all visits, NaN where there is none; their order is lost. */
struct disturbances disturbances_of(double roundtrips_ns[], size_t count);

/* Whether a visit with that canary is disturbed; false where it is not known. */
bool disturbs(const struct disturbances *found, double roundtrip_ns);

/* Marks every row: disturbed becomes 1 or 0, or stays unknown where the visit has no canary. */
int disturbed_mark(struct samples *samples, struct disturbances *found, struct error *error);

#endif
