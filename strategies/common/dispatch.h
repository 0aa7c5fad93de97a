#ifndef BREAKEVEN_STRATEGIES_COMMON_DISPATCH_H
#define BREAKEVEN_STRATEGIES_COMMON_DISPATCH_H

#include "strategies/common/relay.h"
#include "strategies/strategy.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* How a fixed set of workers is handed the jobs of a batch: the one implementation that forkpool,
 * forkteam and threadpool share. They differ only in how workers are made, watched and replaced.
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

/* caller_works: the caller is worker 0 and takes part by dispatch_work. relay: takes the payload
 * of all other workers' jobs; NULL for none, borrowed. NULL: see error. */
struct dispatch *dispatch_create(const struct strategy_config *config, bool caller_works,
                                 struct relay *relay, struct error *error);
void dispatch_destroy(struct dispatch *dispatch);

/* Fails where a worker that must be bound to a CPU could not be: known of each once it has finished
 * a region. */
int dispatch_check_bound(const struct dispatch *dispatch, struct error *error);

/* A worker's life: waits for regions and takes part in them until DISPATCH_STOP, from the first
 * behind `from` on: what dispatch_join gave when the worker was made. */
void dispatch_serve(struct dispatch *dispatch, uint32_t worker, uint32_t from);

/* Counts a worker that is about to be made in. It takes part in the region under way where jobs are
 * still claimed in it, else from the next on. Called by the caller. */
uint32_t dispatch_join(struct dispatch *dispatch, uint32_t worker);

/* Publishes a region to all workers. batch is NULL for DISPATCH_USAGE and DISPATCH_STOP. */
void dispatch_begin(struct dispatch *dispatch, enum dispatch_command command, struct batch *batch);

/* Jobs first to end - 1 of a batch. */
struct dispatch_part {
    uint64_t first, end;
};

/* The same for a part of a batch; the other jobs are left alone. Only where jobs are neither
 * divided before the start (SCHEDULE_STATIC) nor handed out in their order. first is a multiple of
 * dispatch_unit(jobs), and so is end, or it is the number of jobs. */
void dispatch_begin_part(struct dispatch *dispatch, enum dispatch_command command,
                         struct batch *batch, struct dispatch_part part);

/* Lanes hold numbers below 2^32: of a batch of more jobs so many go together. */
uint64_t dispatch_unit(uint64_t jobs);

/* The caller's own share of the current region, as worker 0. */
void dispatch_work(struct dispatch *dispatch);

enum dispatch_wake {
    DISPATCH_FINISHED,
    DISPATCH_TIMED_OUT,
    DISPATCH_RETIRED, /* a worker has run as many jobs as it may, and ends */
    DISPATCH_WOKEN, /* for no reason, or since a worker is dying that called dispatch_tell_death */
};

/* Waits until every worker has finished the region, at most timeout_ns once it sleeps; 0: for ever.
 * Takes results meanwhile, where they are taken one by one. */
enum dispatch_wake dispatch_wait(struct dispatch *dispatch, uint64_t timeout_ns);

/* In a worker that is a process: its death is to wake the caller. */
void dispatch_tell_death(struct dispatch *dispatch);

#define DISPATCH_NO_JOB UINT64_MAX

/* The job that a worker has in hand, DISPATCH_NO_JOB where it has none: it waits or claims. */
uint64_t dispatch_in_hand(const struct dispatch *dispatch, uint32_t worker);

/* Whether the worker has run as many jobs as it may: it holds none and ends. */
bool dispatch_has_retired(const struct dispatch *dispatch, uint32_t worker);

/* Whether the worker waits since as many jobs are in flight as may be. */
bool dispatch_is_shut_out(const struct dispatch *dispatch, uint32_t worker);

/* Whether the worker has finished the region under way. */
bool dispatch_has_finished(const struct dispatch *dispatch, uint32_t worker);

/* A worker that has died: settles the job that it held, if any, or marks it to be run again in a
 * repair, as batch_settle_ended does; and counts the worker as finished, so that nobody waits for
 * it. Its unclaimed jobs can still be stolen. */
void dispatch_note_death(struct dispatch *dispatch, const struct ended *ended, uint32_t retries);

/* What the workers reported in the last DISPATCH_USAGE region, from worker `first` on. */
void dispatch_sum_usage(const struct dispatch *dispatch, uint32_t first,
                        struct strategy_usage *usage);

#endif
