#ifndef BREAKEVEN_STRATEGIES_DISPATCH_STATE_H
#define BREAKEVEN_STRATEGIES_DISPATCH_STATE_H

#include "strategies/common/dispatch.h"
#include "strategies/common/placement.h"
#include "strategies/common/range.h"
#include "strategies/common/spin_policy.h"
#include "strategies/stream/futex.h"
#include "strategies/stream/stream.h"

#include <stdatomic.h>

/* What lies in the memory of a dispatch, and what its parts share; for them alone. How a region
 * goes is told at the head of strategies/common/dispatch.c. */

enum {
    LINE_BYTES = BATCH_LINE_BYTES,
    AUTO_CLAIM_NS = 10000, /* auto claims jobs for about this long at once */
    AUTO_GROWTH = 8,       /* and at most so many times as many as in its last claim */
};

/* What one worker owns. */
struct lane {
    /* Written job by job; others look only when they have no jobs left. */
    _Alignas(LINE_BYTES) struct range unclaimed; /* in units of jobs */
    struct job in_hand;                          /* its index is DISPATCH_NO_JOB between jobs */
    uint64_t left; /* jobs that the worker may run until it is replaced */
    /* Written once a region; the caller watches it. */
    _Alignas(LINE_BYTES) _Atomic uint32_t finished; /* the last region that the worker finished */
    _Atomic uint32_t asleep;                        /* waits for a region in the kernel */
    _Atomic uint32_t gate;                          /* enum gate, where a stream has one */
    _Atomic uint32_t retired;                       /* it has ended, having run all it may */
    _Atomic int cpu;                                /* where it is or sleeps; -1: not known */
    pid_t thread;
    struct strategy_usage usage;
};

struct dispatch {
    /* Written by the caller once a region, and read by everyone; region last. */
    _Alignas(LINE_BYTES) _Atomic uint32_t region; /* counts up from 0; workers sleep on it */
    enum dispatch_command command;
    struct batch *batch;
    uint32_t map;           /* of the batch: its own number lies on a line that the caller writes */
    _Atomic int caller_cpu; /* where the caller is awake; -1: it sleeps while it waits */
    uint64_t unit;          /* jobs a unit of a lane's range: 1 up to 2^32 jobs */
    /* Written by workers that go to sleep, and by the caller when it does. */
    _Alignas(LINE_BYTES) _Atomic uint32_t sleepers;
    _Alignas(LINE_BYTES) _Atomic uint32_t caller_awake;
    /* The caller's own. */
    _Alignas(LINE_BYTES) struct spin_policy caller_spin;
    /* Constant. */
    _Alignas(LINE_BYTES) uint32_t workers;
    struct relay *relay;    /* NULL: payload stays where it is */
    enum schedule schedule; /* SCHEDULE_NONE: jobs are handed out in their order */
    uint64_t chunk;
    struct spin_policy worker_spin; /* with which each worker starts */
    pid_t caller;
    bool caller_works;
    _Atomic int unbound; /* the error number where a worker that must be bound is not; 0: none is */
    bool in_order;       /* jobs are handed out in their order, by the stream */
    enum schedule order_schedule; /* by which they are then: how many at once */
    bool one_by_one;              /* a job is more than its work: batch_run does not do */
    uint64_t jobs_per_worker;     /* UINT64_MAX: no limit */
    bool apart; /* there is a CPU for each that spins: no two of them should share one */
    struct placement placement;
    uint64_t bytes;
    struct stream stream; /* where jobs are handed out in their order */
    struct lane lanes[];
};

/* A worker's part in one region. */
struct turn {
    struct dispatch *dispatch;
    uint32_t worker;
    struct lane *lane;
    struct outcome done; /* of each job that it does */
};

/* Whether jobs are claimed in the region under way, rather than divided before it. */
static inline bool has_claims(const struct dispatch *dispatch)
{
    bool divided = dispatch->command == DISPATCH_RUN && dispatch->schedule == SCHEDULE_STATIC;
    return dispatch->batch != NULL && !divided;
}

static inline int where_caller_is(const struct dispatch *dispatch)
{
    return atomic_load_explicit(&dispatch->caller_cpu, memory_order_relaxed);
}

static inline void wake_caller(struct dispatch *dispatch)
{
    if (atomic_load(&dispatch->caller_awake) == 0 &&
        atomic_exchange(&dispatch->caller_awake, 1) == 0)
        futex_wake_all(&dispatch->caller_awake);
}

/* How many units to claim next under auto: as many as take AUTO_CLAIM_NS at the pace of the last
 * claim, so that tiny jobs go in batches and long ones singly. */
static inline uint64_t auto_claim(uint64_t last_claim, uint64_t last_ns)
{
    uint64_t want = last_claim * AUTO_CLAIM_NS / (last_ns + 1);
    uint64_t most = last_claim * AUTO_GROWTH;
    return want < 1 ? 1 : want < most ? want : most;
}

/* ------------------------------------------------------------------------------- one_by_one.c */

/* The same as batch_run for what is more than that: in a repair only what is not settled yet is
 * run, a payload is carried, and a caller that takes results one by one is told of each. */
void dispatch_run_one_by_one(struct turn *turn, uint64_t first, uint64_t end);

/* The next jobs of the batch, whoever asks, until the region has none left or the worker is to be
 * replaced. */
void dispatch_run_in_order(struct turn *turn, enum schedule schedule, uint64_t chunk);

/* True where the caller of jobs that are handed out in their order has something to do; what: the
 * dispatch. */
bool dispatch_has_news(const void *what, uint32_t region);

/* True where a worker has run as many jobs as it may. */
bool dispatch_any_retired(const struct dispatch *dispatch);

/* ------------------------------------------------------------------------------- deaths.c */

/* The worker has run as many jobs as it may, and ends. */
void dispatch_retire(struct dispatch *dispatch, uint32_t worker);

/* ------------------------------------------------------------------------------- apart.c */

/* Where the worker starts. The caller has worker slot 0 where it works, and where it spins. */
int dispatch_first_cpu(const struct dispatch *dispatch, uint32_t worker);

/* Moves a worker that finds itself on the CPU of the caller or of another worker to one that nobody
 * uses. The kernel puts a worker there at times and, as both then take turns in waiting for each
 * other, leaves it there. */
void dispatch_keep_apart(struct dispatch *dispatch, uint32_t worker);

/* The caller may have come to the CPU on which a worker sleeps: that worker will wake elsewhere. */
void dispatch_make_way(struct dispatch *dispatch, int here);

#endif
