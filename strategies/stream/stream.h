#ifndef BREAKEVEN_STRATEGIES_STREAM_STREAM_H
#define BREAKEVEN_STRATEGIES_STREAM_STREAM_H

#include "strategies/common/relay.h"
#include "strategies/common/spin_policy.h"
#include "strategies/strategy.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* How a dispatch hands jobs out in their order, and how their results come back one by one. It is
 * used where the caller takes results as they come, where only so many jobs may be in flight, and
 * where workers are replaced: then no worker has a share of its own, since jobs may have to wait,
 * and whoever is there takes the next ones.
 *
 * All workers claim from one front. The caller says how far they may go; whoever finds nothing that
 * it may claim waits at the gate until the caller has taken a result. A worker that has settled a
 * job puts it on a stack, by one compare-and-swap, so that a worker that is killed leaves it whole.
 * The caller takes the whole stack at once and finds in it what has come, in that order. It looks
 * at all outcomes after a death, since the dead may have settled a job that it did not announce.
 *
 * It lies in memory that the caller and all workers share. */
struct stream {
    /* Written by workers that claim. */
    _Alignas(BATCH_LINE_BYTES) _Atomic uint64_t front; /* the first job that nobody has claimed */
    /* Written by workers that announce jobs: the last one and 1; 0: there is none. */
    _Alignas(BATCH_LINE_BYTES) _Atomic uint64_t announced;
    /* Written by the caller. */
    _Alignas(BATCH_LINE_BYTES) _Atomic uint64_t allowed; /* jobs before this one may be claimed */
    _Atomic uint64_t end;     /* of the jobs that the region hands out; 0: it was ended early */
    _Atomic uint64_t awaited; /* the job for which the caller is woken; STREAM_ANY: any */
    _Atomic uint32_t turn;    /* counts the changes of allowed; workers sleep on it */
    /* Written by workers that go to sleep at the gate: how many do. */
    _Alignas(BATCH_LINE_BYTES) _Atomic uint32_t sleepers;
    /* The caller's own. */
    _Alignas(BATCH_LINE_BYTES) struct batch *batch; /* of the last region that ran jobs */
    uint64_t next;                                  /* to be taken, where results are ordered */
    uint64_t began_ns;                              /* the map */
    uint64_t touched;                               /* what was read of results */
    bool looks;                                     /* somebody died: look at all outcomes */
    /* Constant. */
    bool announces; /* the caller takes results one by one, or counts them */
    enum results results;
    uint64_t in_flight; /* 0: no limit */
    uint64_t most;      /* jobs that one claim may take */
    struct relay *relay;
    void (*take)(void *taker, uint64_t job);
    void *taker;
};

#define STREAM_ANY UINT64_MAX

/* True where a strategy of this config hands jobs out in their order. */
bool stream_is_wanted(const struct strategy_config *config);

/* relay: takes payload, NULL for none, borrowed. */
void stream_open(struct stream *stream, const struct strategy_config *config, struct relay *relay);

/* ------------------------------------------------------------------------------- the caller */

/* Before a region that runs jobs: all of the batch, or what a region that was ended early has left
 * of it. */
void stream_begin(struct stream *stream, struct batch *batch, bool is_repair);

/* True where there is something to take; seen before a sleep that the announcement of it ends. */
bool stream_has_come(const struct stream *stream);

/* Takes all results that may be taken, each as soon as it may: it reads their bytes, or calls the
 * config's own function; then others may be claimed. Returns how many there were. */
uint64_t stream_take(struct stream *stream);

/* A worker has died: no job is claimed any more in this region. */
void stream_end_early(struct stream *stream);

/* True where the region has no job left to claim. */
bool stream_is_over(const struct stream *stream);

/* ------------------------------------------------------------------------------- workers */

/* A worker at the gate. */
enum gate { GATE_PASSED, GATE_AWAITED, GATE_ASLEEP };

/* Claims up to `want` jobs, 1 at least. Waits where none may be claimed yet, by that policy, and
 * says so in *gate. False: the region has none left. */
bool stream_claim(struct stream *stream, uint64_t want, struct spin_policy *policy,
                  _Atomic uint32_t *gate, uint64_t *first, uint64_t *end);

/* How many jobs nobody has claimed. */
uint64_t stream_unclaimed(const struct stream *stream);

/* Announces a job that the worker has settled. True where the caller waits for it, should it sleep.
 */
bool stream_announce(struct stream *stream, struct batch *batch, uint32_t worker, uint64_t job);

/* A worker that has died at its gate. Returns whether it was there. */
bool stream_leave_gate(struct stream *stream, _Atomic uint32_t *gate);

/* True where a worker at that gate could claim nothing. */
bool stream_is_shut(const struct stream *stream, const _Atomic uint32_t *gate);

#endif
