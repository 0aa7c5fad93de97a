#include "strategies/common/dispatch.h"
#include "strategies/dispatch/state.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* How a region goes, and who wakes whom. Read this before you change anything below.
 *
 * The states
 *
 *     the caller                                   a worker, with its lane
 *
 *  +-> between two regions                      +-> AWAKE: spins until `region` has changed
 *  |      | dispatch_begin: fills the lanes,    |     |                  | spun long enough
 *  |      |   then counts `region` up by 1 - - -|- -> |                  v
 *  |      | dispatch_work, if it is worker 0    |     |   ASLEEP: in the kernel, on `region`
 *  |      v                                     |     |                  | woken
 *  |   AWAKE: spins until every lane            |     v                  v
 *  |      |     has finished                    |  RUNS: claims from the front of its own lane;
 *  |      |                                     |     |   if that is empty, steals from the back
 *  |      | spun long enough                    |     |   of another one
 *  |      v                                     |     | no lane has a job left
 *  |   ASLEEP: in the kernel,                   |     v
 *  |      |    on `caller_awake`  < - - - - - - |- stores `region` in its lane's `finished`
 *  |      | every lane has finished             |     |
 *  +------+                                     +-----+   (DISPATCH_STOP: ends dispatch_serve)
 *
 * A region is over when `finished` of every lane equals `region`. Numbers are only compared for
 * equality, so the counter may wrap. Between two regions no worker touches the jobs of a lane, the
 * command or the batch, so the caller writes them without a lock. The caller publishes what it
 * wrote when it counts `region` up; a worker does so when it stores `finished`.
 *
 * How the caller wakes workers. Each side writes first and reads afterwards:
 *
 *     the caller                               a worker that is about to sleep
 *     1. counts `region` up                    1. counts `sleepers` up
 *     2. reads `sleepers`: if it is not 0,     2. reads `region`: if it is still the old one,
 *        wakes all who sleep on `region`          sleeps on `region` while it stays the same
 *
 * All four are sequentially consistent, so at least one side sees what the other has written:
 * either the worker does not go to sleep, or the caller wakes it. The kernel compares `region` once
 * more when the worker goes to sleep, so that a wake between its step 2 and its sleep is not lost.
 *
 * How the last worker wakes the caller. This is the same in the other direction:
 *
 *     a worker that has finished               the caller that is about to sleep
 *     1. stores `finished`                     1. sets `caller_awake` to 0
 *     2. reads `caller_awake`: if it is 0      2. reads every `finished`: if one is missing,
 *        and all have finished, sets it           sleeps on `caller_awake` while it is 0
 *        to 1 and wakes the caller
 *
 * How a death wakes the caller. A process that dies stores no `finished`. The kernel wakes the
 * caller in its stead (dispatch_tell_death), and dispatch_wait returns DISPATCH_WOKEN. Where the
 * kernel does not, the timeout of dispatch_wait ends the sleep. The owner of the pool then looks
 * for the dead and calls dispatch_note_death, which settles the job in hand and stores `finished`
 * for the dead worker. dispatch_join lets another worker take its lane over, and takes `finished`
 * back where the new worker can still claim jobs of this region. What the dead worker had claimed
 * but not begun, and what is to be run again, is run in a region of its own, DISPATCH_REPAIR.
 *
 * Where jobs are handed out in their order (stream.h) lanes hold none: all claim from one front.
 * The caller then also wakes, by `caller_awake`, for jobs that have ended and for workers that have
 * run as many as they may: such a worker sets `retired` in its lane in place of `finished` and
 * ends. Its successor goes on in the same region (dispatch_join).
 *
 * What must stay true
 *  - While a region runs, only its owner fills a lane, and only when it is empty. The others take
 *    from it by compare-and-swap. The jobs that a thief moves are in no lane for a moment: a third
 *    worker may then find nothing and finish early, but no job is lost or run twice.
 *  - `sleepers` may be too high but never too low. A worker counts itself in before it sets
 *    `asleep`, and resets `asleep` before it counts itself out; dispatch_note_death counts out a
 *    dead worker that had `asleep` set. If a worker is killed in between, later wakes may be in
 *    vain.
 *  - As long as its lane has jobs, a worker writes to no line that another one keeps writing to:
 *    only to its lane, and to the results and outcomes of its jobs. */

struct dispatch *dispatch_create(const struct strategy_config *config, bool caller_works,
                                 struct relay *relay, struct error *error)
{
    uint64_t bytes = sizeof(struct dispatch) + config->workers * sizeof(struct lane);
    void *memory =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory == MAP_FAILED) {
        fail_errno(error, errno, "no shared memory for %u workers", config->workers);
        return NULL;
    }
    struct dispatch *dispatch = memory;
    dispatch->workers = config->workers;
    dispatch->relay = relay;
    dispatch->chunk = config->chunk;
    dispatch->bytes = bytes;
    dispatch->in_order = stream_is_wanted(config);
    enum schedule schedule = config->schedule == SCHEDULE_NONE ? SCHEDULE_AUTO : config->schedule;
    dispatch->schedule = dispatch->in_order ? SCHEDULE_NONE : schedule;
    dispatch->order_schedule = schedule;
    dispatch->one_by_one = relay != NULL || dispatch->in_order;
    dispatch->jobs_per_worker = config->jobs_per_worker > 0 ? config->jobs_per_worker : UINT64_MAX;
    stream_open(&dispatch->stream, config, relay);
    /* Spinning pays only where it takes no CPU from somebody who has work. A caller that waits
     * needs a CPU of its own to spin; asleep, it needs one only for the moment between two regions.
     * A relay has work whenever a worker has. */
    uint32_t busy = config->workers + (relay != NULL);
    dispatch->worker_spin = spin_policy_new(busy <= config->cpus ? config->spin_ns : 0);
    dispatch->caller_spin =
        spin_policy_new(busy + !caller_works <= config->cpus ? config->spin_ns : 0);
    dispatch->caller = getpid();
    dispatch->caller_works = caller_works;
    dispatch->caller_awake = 1;
    dispatch->apart = config->bind == BIND_NONE && busy <= config->cpus;
    for (uint32_t i = 0; i < config->workers; i++) {
        dispatch->lanes[i].in_hand.index = DISPATCH_NO_JOB;
        dispatch->lanes[i].cpu = -1;
        dispatch->lanes[i].left = dispatch->jobs_per_worker;
    }
    placement_open(&dispatch->placement, config);
    if (config->bind != BIND_NONE && caller_works)
        dispatch->unbound =
            placement_move(&dispatch->placement, placement_cpu(&dispatch->placement, 0));
    if (dispatch_check_bound(dispatch, error) != 0) {
        munmap(memory, bytes);
        return NULL;
    }
    return dispatch;
}

int dispatch_check_bound(const struct dispatch *dispatch, struct error *error)
{
    int refused = atomic_load_explicit(&dispatch->unbound, memory_order_relaxed);
    return refused == 0
               ? 0
               : fail_errno(error, refused, "--bind %s: a worker cannot be bound to its CPU",
                            bind_names[dispatch->placement.bind]);
}

void dispatch_destroy(struct dispatch *dispatch)
{
    if (dispatch->placement.bind != BIND_NONE && dispatch->caller_works)
        placement_free(&dispatch->placement);
    munmap(dispatch, dispatch->bytes);
}

/* ------------------------------------------------------------------------------- claiming */

/* Where the equal share of a worker begins when `total` things are divided. */
static uint64_t share_begin(uint64_t total, uint32_t workers, uint32_t worker)
{
    uint64_t rest = total % workers;
    return total / workers * worker + (worker < rest ? worker : rest);
}

uint64_t dispatch_unit(uint64_t jobs)
{
    return jobs < UINT32_MAX ? 1 : jobs / UINT32_MAX + 1;
}

/* How many units so many jobs are. Nearly always they are one job each, and nothing is divided. */
static uint64_t units_of(uint64_t jobs, uint64_t unit)
{
    return unit == 1 ? jobs : (jobs + unit - 1) / unit;
}

/* The caller fills all lanes, so that the share of a worker that wakes late can be stolen. */
static void fill_lanes(struct dispatch *dispatch, uint64_t jobs, struct dispatch_part part)
{
    uint64_t unit = dispatch_unit(jobs), from = units_of(part.first, unit);
    uint64_t units = units_of(part.end, unit) - from;
    dispatch->unit = unit;
    for (uint32_t i = 0; i < dispatch->workers; i++)
        range_fill(&dispatch->lanes[i].unclaimed, from + share_begin(units, dispatch->workers, i),
                   from + share_begin(units, dispatch->workers, i + 1));
}

static void hand_out(struct dispatch *dispatch, enum dispatch_command command, struct batch *batch,
                     struct dispatch_part part)
{
    if (dispatch->in_order)
        stream_begin(&dispatch->stream, batch, command == DISPATCH_REPAIR);
    else
        fill_lanes(dispatch, batch->jobs, part);
}

/* Moves the back half of another lane into the worker's own, which is empty. False: all are empty.
 */
static bool steal(struct dispatch *dispatch, uint32_t worker)
{
    for (uint32_t i = 1; i < dispatch->workers; i++) {
        struct lane *victim = &dispatch->lanes[(worker + i) % dispatch->workers];
        uint64_t first, end;
        if (range_take_back(&victim->unclaimed, &first, &end)) {
            range_fill(&dispatch->lanes[worker].unclaimed, first, end);
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------------------------- running */

/* Runs jobs first to end - 1. */
static void run_jobs(struct turn *turn, uint64_t first, uint64_t end)
{
    struct dispatch *dispatch = turn->dispatch;
    if (dispatch->command == DISPATCH_REPAIR || dispatch->one_by_one)
        dispatch_run_one_by_one(turn, first, end);
    else
        batch_run(dispatch->batch, &turn->lane->in_hand, first, end, &turn->done);
}

static void run_units(struct turn *turn, uint64_t first, uint64_t end)
{
    uint64_t unit = turn->dispatch->unit, jobs = turn->dispatch->batch->jobs, last = end * unit;
    run_jobs(turn, first * unit, last < jobs ? last : jobs);
}

/* Equal shares in one piece, or chunks in turn: decided before the start, nothing to claim. */
static void run_static(struct turn *turn)
{
    uint64_t jobs = turn->dispatch->batch->jobs, chunk = turn->dispatch->chunk;
    uint32_t workers = turn->dispatch->workers;
    if (chunk == 0) {
        run_jobs(turn, share_begin(jobs, workers, turn->worker),
                 share_begin(jobs, workers, turn->worker + 1));
        return;
    }
    uint64_t chunks = jobs / chunk + (jobs % chunk != 0);
    for (uint64_t next = turn->worker; next < chunks; next += workers) {
        uint64_t first = next * chunk, left = jobs - first;
        run_jobs(turn, first, first + (chunk < left ? chunk : left));
    }
}

/* Chunks of the worker's own lane, then of what it steals. */
static void run_dynamic(struct turn *turn, uint64_t chunk)
{
    uint64_t first, end;
    do {
        while (range_take_front(&turn->lane->unclaimed, chunk, &first, &end))
            run_units(turn, first, end);
    } while (steal(turn->dispatch, turn->worker));
}

/* The most units that one claim may take: half of what is left, so that thieves find something, but
 * at least a chunk. */
static uint64_t most_claimed(const struct turn *turn, uint64_t chunk)
{
    uint64_t half = range_left(&turn->lane->unclaimed) / 2;
    return half > chunk ? half : chunk;
}

static void run_guided(struct turn *turn, uint64_t chunk)
{
    uint64_t first, end;
    do {
        while (range_take_front(&turn->lane->unclaimed, most_claimed(turn, chunk), &first, &end))
            run_units(turn, first, end);
    } while (steal(turn->dispatch, turn->worker));
}

static void run_auto(struct turn *turn, uint64_t chunk)
{
    uint64_t first, end, want = chunk, then = clock_now_ns();
    do {
        for (;;) {
            uint64_t most = most_claimed(turn, chunk);
            if (!range_take_front(&turn->lane->unclaimed, want < most ? want : most, &first, &end))
                break;
            run_units(turn, first, end);
            uint64_t now = clock_now_ns();
            want = auto_claim(end - first, now - then);
            then = now;
        }
    } while (steal(turn->dispatch, turn->worker));
}

/* What is not settled yet, a few jobs at a time. */
static __attribute__((noinline)) void run_repair(struct turn *turn)
{
    if (turn->dispatch->in_order)
        dispatch_run_in_order(turn, SCHEDULE_AUTO, 1);
    else
        run_auto(turn, 1);
}

static void run_batch(struct dispatch *dispatch, uint32_t worker, pid_t pid)
{
    struct lane *lane = &dispatch->lanes[worker];
    struct turn turn = {dispatch, worker, lane, batch_done_by(dispatch->map, worker, pid)};
    uint64_t chunk = dispatch->chunk > 0 ? dispatch->chunk : 1;
    lane->in_hand = batch_job(dispatch->batch, DISPATCH_NO_JOB);
    if (dispatch->command == DISPATCH_REPAIR)
        run_repair(&turn);
    else if (dispatch->schedule == SCHEDULE_DYNAMIC)
        run_dynamic(&turn, chunk);
    else if (dispatch->schedule == SCHEDULE_STATIC)
        run_static(&turn);
    else if (dispatch->schedule == SCHEDULE_GUIDED)
        run_guided(&turn, chunk);
    else if (dispatch->schedule == SCHEDULE_AUTO)
        run_auto(&turn, chunk);
    else
        dispatch_run_in_order(&turn, dispatch->order_schedule, chunk);
    lane->in_hand.index = DISPATCH_NO_JOB;
}

static void report_usage(struct lane *lane)
{
    lane->usage = (struct strategy_usage){0};
    strategy_add_rusage(RUSAGE_SELF, &lane->usage);
}

static void take_part(struct dispatch *dispatch, uint32_t worker, pid_t pid)
{
    if (dispatch->command == DISPATCH_USAGE)
        report_usage(&dispatch->lanes[worker]);
    else
        run_batch(dispatch, worker, pid);
}

/* ------------------------------------------------------------------------------- waiting */

static bool all_finished(const void *what, uint32_t region)
{
    const struct dispatch *dispatch = what;
    for (uint32_t i = dispatch->workers; i-- > 0;)
        if (atomic_load(&dispatch->lanes[i].finished) != region)
            return false;
    return true;
}

/* Reports the region as finished. Either the last worker sees here that the caller sleeps, or the
 * caller sees after it said so that all have finished: each writes and then reads, and all four are
 * sequentially consistent. */
static void finish(struct dispatch *dispatch, uint32_t worker, uint32_t region)
{
    atomic_store(&dispatch->lanes[worker].finished, region);
    if (atomic_load(&dispatch->caller_awake) == 0 && all_finished(dispatch, region)) {
        atomic_store(&dispatch->caller_awake, 1);
        futex_wake_all(&dispatch->caller_awake);
    }
}

/* True where a region after `seen` has begun. */
static bool has_begun(const void *what, uint32_t seen)
{
    const struct dispatch *dispatch = what;
    return atomic_load_explicit(&dispatch->region, memory_order_acquire) != seen;
}

/* Spins for a region after `seen`, then sleeps for it in the kernel. */
static uint32_t await_region(struct dispatch *dispatch, uint32_t worker, uint32_t seen,
                             struct spin_policy *policy)
{
    struct lane *lane = &dispatch->lanes[worker];
    if (spin_policy_spin(policy, has_begun, dispatch, seen))
        return atomic_load_explicit(&dispatch->region, memory_order_relaxed);
    /* In this order a worker that is killed in between counts once too often: needless wakes, not
     * lost ones. */
    uint32_t region;
    if (dispatch->apart) {
        placement_stay(&dispatch->placement);
        atomic_store(&lane->cpu, placement_here());
    }
    atomic_fetch_add(&dispatch->sleepers, 1);
    atomic_store(&lane->asleep, 1);
    while ((region = atomic_load(&dispatch->region)) == seen)
        futex_wait(&dispatch->region, seen, 0);
    atomic_store(&lane->asleep, 0);
    atomic_fetch_sub(&dispatch->sleepers, 1);
    spin_policy_learn(policy);
    if (dispatch->apart) {
        placement_free(&dispatch->placement);
        dispatch_keep_apart(dispatch, worker);
    }
    return region;
}

/* From the first region behind `from` on; inlined, so that a pool whose workers stay looks after
 * nothing else. */
static inline __attribute__((always_inline)) void serve(struct dispatch *dispatch, uint32_t worker,
                                                        uint32_t from, bool retires)
{
    pid_t pid = getpid();
    uint32_t region = from;
    struct spin_policy policy = dispatch->worker_spin;
    for (;;) {
        region = await_region(dispatch, worker, region, &policy);
        if (dispatch->command == DISPATCH_STOP)
            return;
        take_part(dispatch, worker, pid);
        if (retires && dispatch->lanes[worker].left == 0) {
            dispatch_retire(dispatch, worker);
            return;
        }
        finish(dispatch, worker, region);
        if (dispatch->apart && placement_here() == where_caller_is(dispatch))
            dispatch_keep_apart(dispatch, worker);
    }
}

void dispatch_serve(struct dispatch *dispatch, uint32_t worker, uint32_t from)
{
    int refused = placement_move(&dispatch->placement, dispatch_first_cpu(dispatch, worker));
    if (refused != 0)
        atomic_store(&dispatch->unbound, refused);
    dispatch->lanes[worker].thread = (pid_t)syscall(SYS_gettid);
    atomic_store(&dispatch->lanes[worker].cpu, placement_here());
    if (dispatch->in_order)
        serve(dispatch, worker, from, true);
    else
        serve(dispatch, worker, from, false);
}

uint64_t dispatch_in_hand(const struct dispatch *dispatch, uint32_t worker)
{
    return __atomic_load_n(&dispatch->lanes[worker].in_hand.index, __ATOMIC_RELAXED);
}

bool dispatch_has_finished(const struct dispatch *dispatch, uint32_t worker)
{
    return atomic_load(&dispatch->lanes[worker].finished) == atomic_load(&dispatch->region);
}

/* Inlined, so that nothing is computed of a part that is the whole batch. */
static inline __attribute__((always_inline)) void begin(struct dispatch *dispatch,
                                                        enum dispatch_command command,
                                                        struct batch *batch,
                                                        struct dispatch_part part)
{
    dispatch->command = command;
    dispatch->batch = batch;
    int here = dispatch->caller_works || dispatch->caller_spin.most_ns > 0 ? placement_here() : -1;
    atomic_store_explicit(&dispatch->caller_cpu, here, memory_order_relaxed);
    dispatch->map = batch != NULL ? batch->map : 0;
    if (has_claims(dispatch))
        hand_out(dispatch, command, batch, part);
    if (dispatch->apart && here >= 0 && atomic_load(&dispatch->sleepers) > 0)
        dispatch_make_way(dispatch, here);
    atomic_fetch_add(&dispatch->region, 1);
    if (atomic_load(&dispatch->sleepers) > 0) {
        spin_policy_expect_wake(&dispatch->caller_spin);
        futex_wake_all(&dispatch->region);
    }
}

void dispatch_begin(struct dispatch *dispatch, enum dispatch_command command, struct batch *batch)
{
    uint64_t jobs = batch != NULL ? batch->jobs : 0;
    begin(dispatch, command, batch, (struct dispatch_part){0, jobs});
}

void dispatch_begin_part(struct dispatch *dispatch, enum dispatch_command command,
                         struct batch *batch, struct dispatch_part part)
{
    begin(dispatch, command, batch, part);
}

void dispatch_work(struct dispatch *dispatch)
{
    take_part(dispatch, 0, dispatch->caller);
    atomic_store_explicit(&dispatch->lanes[0].finished, atomic_load(&dispatch->region),
                          memory_order_release);
}

/* The caller sleeps where it is, as workers do: the kernel would wake it on the CPU of the worker
 * that wakes it, and both would take turns there, map after map. False where the time was over. */
static bool sleep_until_woken(struct dispatch *dispatch, uint64_t timeout_ns)
{
    bool stays = dispatch->apart && where_caller_is(dispatch) >= 0;
    if (stays)
        placement_stay(&dispatch->placement);
    bool woken = futex_wait(&dispatch->caller_awake, 0, timeout_ns);
    if (stays)
        placement_free(&dispatch->placement);
    return woken;
}

/* Waits until ready(dispatch, region), at most timeout_ns once it sleeps; 0: for ever.
 * DISPATCH_FINISHED: it is. Inlined, so that nothing is called between two looks. */
static inline __attribute__((always_inline)) enum dispatch_wake
wait_until(struct dispatch *dispatch, bool (*ready)(const void *, uint32_t), uint32_t region,
           uint64_t timeout_ns)
{
    if (spin_policy_spin(&dispatch->caller_spin, ready, dispatch, region))
        return DISPATCH_FINISHED;
    atomic_store(&dispatch->caller_awake, 0);
    bool is_ready = ready(dispatch, region), woken = true;
    if (!is_ready)
        woken = sleep_until_woken(dispatch, timeout_ns);
    atomic_store(&dispatch->caller_awake, 1);
    spin_policy_learn(&dispatch->caller_spin);
    if (is_ready || ready(dispatch, region))
        return DISPATCH_FINISHED;
    return woken ? DISPATCH_WOKEN : DISPATCH_TIMED_OUT;
}

/* The same as dispatch_wait where jobs are handed out in their order. All have finished before the
 * last results are taken: what is taken then is all. However much comes, the caller looks after
 * workers as often as it would while it sleeps. */
static __attribute__((noinline)) enum dispatch_wake wait_in_order(struct dispatch *dispatch,
                                                                  uint64_t timeout_ns)
{
    uint32_t region = atomic_load(&dispatch->region);
    uint64_t since_ns = timeout_ns > 0 ? clock_now_ns() : 0;
    for (;;) {
        bool finished = all_finished(dispatch, region);
        uint64_t taken = stream_take(&dispatch->stream);
        if (finished)
            return DISPATCH_FINISHED;
        if (dispatch_any_retired(dispatch))
            return DISPATCH_RETIRED;
        if (taken > 0 && timeout_ns > 0 && clock_now_ns() - since_ns > timeout_ns)
            return DISPATCH_TIMED_OUT;
        enum dispatch_wake wake = wait_until(dispatch, dispatch_has_news, region, timeout_ns);
        if (wake != DISPATCH_FINISHED)
            return wake;
    }
}

enum dispatch_wake dispatch_wait(struct dispatch *dispatch, uint64_t timeout_ns)
{
    if (dispatch->in_order)
        return wait_in_order(dispatch, timeout_ns);
    return wait_until(dispatch, all_finished, atomic_load(&dispatch->region), timeout_ns);
}

void dispatch_sum_usage(const struct dispatch *dispatch, uint32_t first,
                        struct strategy_usage *usage)
{
    for (uint32_t i = first; i < dispatch->workers; i++) {
        strategy_add_usage(usage, &dispatch->lanes[i].usage);
    }
}
