#ifndef BREAKEVEN_VISIT_TRACE_H
#define BREAKEVEN_VISIT_TRACE_H

#include "bench/base/error.h"
#include "bench/data/timeline.h"
#include "bench/job/batch.h"
#include "strategies/strategy.h"

#include <signal.h>
#include <stdbool.h>

/* What is traced under each strategy. */
struct trace_request {
    struct batch_request batch;    /* whether it is traced is not looked at */
    struct strategy_config config; /* of a strategy that takes one worker, the workers are 1 */
    uint64_t timeout_ns;           /* of all that a strategy does; 0: it may take for ever */
    const volatile sig_atomic_t *interrupted; /* not 0: it is to end; NULL: nobody asks */
    bool quiet; /* what libraries say on standard error goes nowhere */
    bool cold; /* the first map after open; else one after TRACE_WARM_UP_NS of maps, or after one */
};

#define TRACE_WARM_UP_NS (20 * NS_PER_MS)

/* A batch that was traced under one strategy, and what is known beside its spans. */
struct trace {
    const struct strategy_ops *strategy;
    const struct trace_request *request; /* the caller's */
    struct batch *batch;
    struct stage *stage;
    struct timeline timeline; /* once trace_finish was called */
    char kills[600]; /* what the kernel killed of it for want of memory, behind ": "; "": nothing */
    char *who; /* what the strategy says of each worker, shared with its process; NULL: none */
};

/* Runs the batch once under the strategy, in a child with a process group of its own: no runtime,
 * thread or heap of it meets the next strategy, and whatever it leaves behind ends with it. The
 * caller must not have run one itself, since OpenMP does not work in children of a process in which
 * it has worked. Several are traced first and finished afterwards, so that none runs in a process
 * that holds the timelines of others. Where the config has a job_timeout_ns, a stop for as long
 * that the strategy itself cannot notice is ended too. Fails where nothing was run; trace_free
 * is to be called on failure too. */
int trace_run(const struct strategy_ops *strategy, const struct trace_request *request,
              struct trace *trace, struct error *error);

/* How long the whole took; before or after trace_finish. */
uint64_t trace_total_ns(const struct trace *trace);

/* True where every job is done. */
bool trace_is_done(const struct trace *trace);

/* Makes the timeline. *trouble (may be NULL) is set where the process that ran the strategy died of
 * it: what is known until then is in the timeline. */
int trace_finish(struct trace *trace, struct error *trouble, struct error *error);

void trace_free(struct trace *trace);

#endif
