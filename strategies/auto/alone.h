#ifndef BREAKEVEN_STRATEGIES_AUTO_ALONE_H
#define BREAKEVEN_STRATEGIES_AUTO_ALONE_H

#include "strategies/auto/pace.h"
#include "strategies/auto/state.h"

/* A batch that is done alone, at first. */
struct alone {
    struct auto_state *state;
    struct belief *belief;
    struct batch *batch;
    struct job job;
    struct outcome by;
    uint64_t begun_ns, seen_ns; /* when it began, and the last look at the clock */
    uint64_t cpu_ns;            /* of the thread when it began; 0: not read */
    uint64_t done;              /* jobs */
    struct pace pace;       /* of those that the caller did, of late where others came between */
    struct pace_look piece; /* what others did while nobody knew whether they help, and how long
                               that took beside a region and their start */
    uint32_t trials;        /* pieces that did not help */
    int64_t faults;         /* of the thread when it began; below 0: they are not counted */
    bool stays;             /* it is not handed over */
    bool is_shared;         /* others did a part of it */
};

/* is_trial: it goes this way to its end. */
struct alone alone_of(struct auto_state *state, struct batch *batch, bool is_trial);

/* Runs the batch in the caller; hands over what is left where that pays. Notes what was learned. */
int alone_run(struct alone *alone, struct error *error);

/* What a job takes alone, in ns, as far as is known. Once others came between, jobs may be uneven.
 */
double alone_job_ns(const struct alone *alone);

#endif
