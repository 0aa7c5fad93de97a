#ifndef BREAKEVEN_STRATEGIES_COMMON_DISPATCH_H
#define BREAKEVEN_STRATEGIES_COMMON_DISPATCH_H

#include "strategies/common/carrier.h"
#include "strategies/strategy.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* How a fixed set of workers is handed the jobs of a batch: the one implementation that forkpool,
 * forkteam and threadpool share. They differ only in how workers are made, watched and buried.
 *
 * A map is a region: the caller publishes it, every worker runs its share and reports, the caller
 * waits until all have. Each worker has a lane: a range of jobs that nobody has claimed yet. Its
 * owner claims from the front; a worker whose lane is empty steals half of another's from the back.
 * The whole dispatch lies in memory that all workers share, so processes are handed work as fast as
 * threads: by a cache line, not by a message. */
struct dispatch;

/* What a worker does in a region. */
enum dispatch_command {
    DISPATCH_RUN,    /* run the batch */
    DISPATCH_REPAIR, /* run what is not settled yet */
    DISPATCH_USAGE,  /* report getrusage */
    DISPATCH_STOP,   /* leave dispatch_serve */
};

/* caller_works: the caller is worker 0 and takes part by dispatch_work. carrier: takes the payload
 * of all other workers' jobs; NULL for none, borrowed. NULL: see error. */
struct dispatch *dispatch_create(const struct strategy_config *config, bool caller_works,
                                 struct carrier *carrier, struct error *error);
void dispatch_destroy(struct dispatch *dispatch);

/* A worker's life: waits for regions and takes part in them until DISPATCH_STOP. `from` is the
 * region that was current when the worker was made (dispatch_region): it starts with the next. */
void dispatch_serve(struct dispatch *dispatch, uint32_t worker, uint32_t from);
uint32_t dispatch_region(const struct dispatch *dispatch);

/* Publishes a region to all workers. batch is NULL for DISPATCH_USAGE and DISPATCH_STOP. */
void dispatch_begin(struct dispatch *dispatch, enum dispatch_command command, struct batch *batch);

/* The caller's own share of the current region, as worker 0. */
void dispatch_work(struct dispatch *dispatch);

/* Waits until every worker has finished the region, at most timeout_ns once it sleeps. True: all
 * have. */
bool dispatch_wait(struct dispatch *dispatch, uint64_t timeout_ns);

/* A worker that has died: settles the job that it held, if any, by its wait status, and counts it
 * as finished, so that nobody waits for it. Its unclaimed jobs can still be stolen. */
void dispatch_bury(struct dispatch *dispatch, uint32_t worker, pid_t pid, int wait_status);

/* What the workers reported in the last DISPATCH_USAGE region, from worker `first` on. */
void dispatch_sum_usage(const struct dispatch *dispatch, uint32_t first,
                        struct strategy_usage *usage);

#endif
