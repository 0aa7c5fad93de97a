#ifndef BREAKEVEN_ANALYSE_MODEL_FIT_POINTS_H
#define BREAKEVEN_ANALYSE_MODEL_FIT_POINTS_H

#include "bench/analyse/model/model.h"
#include "bench/analyse/visits.h"

#include <stddef.h>

/* What a point tells: each is measured as the others are, but for this. */
enum fit_use {
    FIT_BASE,  /* jobs that compute, or nothing to do at all */
    FIT_OTHER, /* jobs of which it is not known what they share: where there are no others */
    FIT_SINGLE,
    FIT_SHARED_BYTE,
    FIT_PIPED_BYTE,
    FIT_PAGE,
    FIT_IDLE,
    FIT_MEMORY,
    FIT_ADDRESS_SPACE,
    FIT_USES
};

/* A batch that was measured: a cell at one temperature, over its rounds. */
struct fit_point {
    const struct key *key;
    enum fit_use use;
    struct model_question question; /* what the cell is; job_ns is serial's */
    double ns;                      /* the median */
    double error; /* of its logarithm: one standard deviation, with that of the formulae */
    double open_ns, close_ns; /* medians of a cold one */
    double extra_ns;          /* of a cold one: the first map beyond those that followed it */
    size_t rounds;
};

struct fit_points {
    struct fit_point
        *rows; /* in the order of the visits: by strategy, then workers, within works */
    size_t count, room;
};

/* All points of strategies beside serial that the model has a place for. Start from {0}; the caller
 * frees rows. */
int fit_points_find(const struct visits *visits, struct fit_points *out, struct error *error);

#endif
