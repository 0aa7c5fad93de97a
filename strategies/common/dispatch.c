#include "strategies/common/dispatch.h"
#include "strategies/common/placement.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    LINE_BYTES = 128, /* two cache lines: the unit that prefetchers of x86 fetch together */
    SPIN_NS = 50000,  /* about what a futex wake costs: waiting longer than that awake is waste */
    SPINS_A_CLOCK_READ = 16,
    AUTO_CLAIM_NS = 10000, /* auto claims jobs for about this long at once */
    AUTO_GROWTH = 8,       /* and at most so many times as many as in its last claim */
};

/* What one worker owns. The range is first << 32 | end, counted in units of jobs. */
struct lane {
    _Alignas(LINE_BYTES) _Atomic uint64_t range;
    _Alignas(LINE_BYTES) _Atomic uint32_t finished; /* the last region that the worker finished */
    _Atomic uint32_t asleep;                        /* waits for a region in the kernel */
    _Atomic uint64_t in_hand;                       /* index + 1 of the job being run; 0: none */
    struct strategy_usage usage;
};

struct dispatch {
    /* Written by the caller once a region, and read by everyone; region last. */
    _Alignas(LINE_BYTES) _Atomic uint32_t region; /* counts up from 0; workers sleep on it */
    enum dispatch_command command;
    struct batch *batch;
    uint64_t unit; /* jobs a unit of a lane's range: 1 up to 2^32 jobs */
    /* Written by workers that go to sleep, and by the caller when it does. */
    _Alignas(LINE_BYTES) _Atomic uint32_t sleepers;
    _Alignas(LINE_BYTES) _Atomic uint32_t caller_asleep;
    /* Constant. */
    _Alignas(LINE_BYTES) uint32_t workers;
    struct carrier *carrier; /* NULL: payload stays where it is */
    uint32_t first_carried;  /* 1 where the caller is worker 0: what it has need not travel */
    enum schedule schedule;
    uint64_t chunk;
    uint64_t worker_spin_ns, caller_spin_ns;
    pid_t caller;
    int first_cpu;       /* where the caller was */
    uint32_t first_seat; /* worker 0's CPU, counted from there: the caller's own unless it spins */
    uint64_t bytes;
    struct lane lanes[];
};

static void futex_wait(_Atomic uint32_t *word, uint32_t expected, uint64_t timeout_ns)
{
    struct timespec timeout = {(time_t)(timeout_ns / NS_PER_S), (long)(timeout_ns % NS_PER_S)};
    syscall(SYS_futex, word, FUTEX_WAIT, expected, timeout_ns > 0 ? &timeout : NULL, NULL, 0);
}

static void futex_wake_all(_Atomic uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

struct dispatch *dispatch_create(const struct strategy_config *config, bool caller_works,
                                 struct carrier *carrier, struct error *error)
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
    dispatch->carrier = carrier;
    dispatch->first_carried = caller_works ? 1 : 0;
    dispatch->schedule = config->schedule == SCHEDULE_NONE ? SCHEDULE_AUTO : config->schedule;
    dispatch->chunk = config->chunk;
    dispatch->bytes = bytes;
    /* Spinning pays only where it takes no CPU from somebody who has work. A caller that waits
     * needs a CPU of its own to spin; asleep, it needs one only for the moment between two regions.
     * A carrier has work whenever a worker has. */
    uint32_t busy = config->workers + (carrier != NULL);
    dispatch->worker_spin_ns = busy <= config->cpus ? SPIN_NS : 0;
    dispatch->caller_spin_ns = busy + !caller_works <= config->cpus ? SPIN_NS : 0;
    dispatch->caller = getpid();
    dispatch->first_cpu = placement_here();
    dispatch->first_seat = !caller_works && dispatch->caller_spin_ns > 0;
    return dispatch;
}

void dispatch_destroy(struct dispatch *dispatch)
{
    munmap(dispatch, dispatch->bytes);
}

/* ------------------------------------------------------------------------------- claiming */

static uint64_t pack(uint64_t first, uint64_t end)
{
    return first << 32 | end;
}

static uint64_t first_of(uint64_t range)
{
    return range >> 32;
}

static uint64_t end_of(uint64_t range)
{
    return range & UINT32_MAX;
}

static uint64_t left_in(uint64_t range)
{
    return end_of(range) - first_of(range);
}

/* Where the equal share of a worker begins when `total` things are divided. */
static uint64_t share_begin(uint64_t total, uint32_t workers, uint32_t worker)
{
    uint64_t rest = total % workers;
    return total / workers * worker + (worker < rest ? worker : rest);
}

/* The caller fills all lanes, so that the share of a worker that wakes late can be stolen. */
static void fill_lanes(struct dispatch *dispatch, uint64_t jobs)
{
    dispatch->unit = jobs / UINT32_MAX + 1;
    uint64_t units = (jobs + dispatch->unit - 1) / dispatch->unit;
    for (uint32_t i = 0; i < dispatch->workers; i++)
        atomic_store_explicit(&dispatch->lanes[i].range,
                              pack(share_begin(units, dispatch->workers, i),
                                   share_begin(units, dispatch->workers, i + 1)),
                              memory_order_relaxed);
}

/* Takes up to want units from the front of the worker's own lane. False: it is empty. */
static bool claim_front(struct lane *lane, uint64_t want, uint64_t *first, uint64_t *end)
{
    uint64_t range = atomic_load_explicit(&lane->range, memory_order_relaxed);
    do {
        if (left_in(range) == 0)
            return false;
        *first = first_of(range);
        *end = *first + (want < left_in(range) ? want : left_in(range));
    } while (!atomic_compare_exchange_weak_explicit(&lane->range, &range, pack(*end, end_of(range)),
                                                    memory_order_relaxed, memory_order_relaxed));
    return true;
}

/* Moves the back half of another lane into the worker's own, which is empty. False: all are empty.
 */
static bool steal(struct dispatch *dispatch, uint32_t worker)
{
    for (uint32_t i = 1; i < dispatch->workers; i++) {
        struct lane *victim = &dispatch->lanes[(worker + i) % dispatch->workers];
        uint64_t range = atomic_load_explicit(&victim->range, memory_order_relaxed);
        while (left_in(range) > 0) {
            uint64_t end = end_of(range), middle = end - (left_in(range) + 1) / 2;
            if (!atomic_compare_exchange_weak_explicit(&victim->range, &range,
                                                       pack(first_of(range), middle),
                                                       memory_order_relaxed, memory_order_relaxed))
                continue;
            atomic_store_explicit(&dispatch->lanes[worker].range, pack(middle, end),
                                  memory_order_relaxed);
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------------------------- running */

/* Runs jobs first to end - 1; in a repair, those that are not settled. */
static void run_jobs(struct dispatch *dispatch, uint32_t worker, pid_t pid, uint64_t first,
                     uint64_t end)
{
    struct batch *batch = dispatch->batch;
    struct lane *lane = &dispatch->lanes[worker];
    struct job job = batch_job(batch, first);
    bool repair = dispatch->command == DISPATCH_REPAIR;
    struct carrier *carrier = worker < dispatch->first_carried ? NULL : dispatch->carrier;
    for (; job.index < end; job.index++) {
        if (repair && batch_settled(batch, job.index))
            continue;
        atomic_store_explicit(&lane->in_hand, job.index + 1, memory_order_release);
        int code = carrier == NULL ? batch_execute(batch, &job)
                                   : carrier_execute_owed(carrier, worker, batch, &job);
        batch_settle(batch, job.index, worker, pid, code);
    }
    atomic_store_explicit(&lane->in_hand, 0, memory_order_release);
}

static void run_units(struct dispatch *dispatch, uint32_t worker, pid_t pid, uint64_t first,
                      uint64_t end)
{
    uint64_t jobs = dispatch->batch->jobs, last = end * dispatch->unit;
    run_jobs(dispatch, worker, pid, first * dispatch->unit, last < jobs ? last : jobs);
}

/* Equal shares in one piece, or chunks in turn: decided before the start, nothing to claim. */
static void run_static(struct dispatch *dispatch, uint32_t worker, pid_t pid)
{
    uint64_t jobs = dispatch->batch->jobs, chunk = dispatch->chunk;
    uint32_t workers = dispatch->workers;
    if (chunk == 0) {
        run_jobs(dispatch, worker, pid, share_begin(jobs, workers, worker),
                 share_begin(jobs, workers, worker + 1));
        return;
    }
    uint64_t chunks = jobs / chunk + (jobs % chunk != 0);
    for (uint64_t turn = worker; turn < chunks; turn += workers) {
        uint64_t first = turn * chunk, left = jobs - first;
        run_jobs(dispatch, worker, pid, first, first + (chunk < left ? chunk : left));
    }
}

/* How many units to claim next under auto: as many as take AUTO_CLAIM_NS at the pace of the last
 * claim, so that tiny jobs go in batches and long ones singly. */
static uint64_t auto_claim(uint64_t last_claim, uint64_t last_ns)
{
    if (last_claim == 0)
        return 1;
    uint64_t want = last_claim * AUTO_CLAIM_NS / (last_ns + 1);
    uint64_t most = last_claim * AUTO_GROWTH;
    return want < 1 ? 1 : want < most ? want : most;
}

/* The most units that one claim may take of a lane: dynamic takes chunks and nothing else; the
 * others leave half of what is left to thieves, but at least a chunk is taken. */
static uint64_t most_claimed(const struct dispatch *dispatch, struct lane *lane)
{
    uint64_t chunk = dispatch->chunk > 0 ? dispatch->chunk : 1;
    if (dispatch->schedule == SCHEDULE_DYNAMIC)
        return chunk;
    uint64_t left = left_in(atomic_load_explicit(&lane->range, memory_order_relaxed));
    return left / 2 > chunk ? left / 2 : chunk;
}

static void run_claimed(struct dispatch *dispatch, uint32_t worker, pid_t pid)
{
    struct lane *lane = &dispatch->lanes[worker];
    bool timed = dispatch->schedule == SCHEDULE_AUTO;
    uint64_t first, end, claimed = 0, elapsed_ns = 0;
    uint64_t then = timed ? clock_now_ns() : 0;
    do {
        for (;;) {
            uint64_t most = most_claimed(dispatch, lane);
            uint64_t want = timed ? auto_claim(claimed, elapsed_ns) : most;
            if (!claim_front(lane, want < most ? want : most, &first, &end))
                break;
            run_units(dispatch, worker, pid, first, end);
            if (timed) {
                uint64_t now = clock_now_ns();
                elapsed_ns = now - then;
                claimed = end - first;
                then = now;
            }
        }
    } while (steal(dispatch, worker));
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
    else if (dispatch->command == DISPATCH_REPAIR || dispatch->schedule != SCHEDULE_STATIC)
        run_claimed(dispatch, worker, pid);
    else
        run_static(dispatch, worker, pid);
}

/* ------------------------------------------------------------------------------- waiting */

static bool all_finished(const struct dispatch *dispatch, uint32_t region)
{
    for (uint32_t i = dispatch->workers; i-- > 0;)
        if (atomic_load(&dispatch->lanes[i].finished) != region)
            return false;
    return true;
}

/* Reports the region as finished. Either the last worker sees here that the caller sleeps, or the
 * caller sees after it said so that all have finished: both orders are sequentially consistent. */
static void finish(struct dispatch *dispatch, uint32_t worker, uint32_t region)
{
    atomic_store(&dispatch->lanes[worker].finished, region);
    if (atomic_load(&dispatch->caller_asleep) != 0 && all_finished(dispatch, region)) {
        atomic_store(&dispatch->caller_asleep, 0);
        futex_wake_all(&dispatch->caller_asleep);
    }
}

/* Spins for a region after `seen`, then sleeps for it in the kernel. */
static uint32_t await_region(struct dispatch *dispatch, struct lane *lane, uint32_t seen)
{
    uint32_t region = atomic_load(&dispatch->region);
    uint64_t until = dispatch->worker_spin_ns > 0 ? clock_now_ns() + dispatch->worker_spin_ns : 0;
    while (region == seen && until > 0 && clock_now_ns() < until)
        for (int i = 0; i < SPINS_A_CLOCK_READ && region == seen; i++) {
            clock_relax();
            region = atomic_load_explicit(&dispatch->region, memory_order_acquire);
        }
    if (region != seen)
        return region;
    /* In this order a worker that is killed in between counts once too often: a needless wake, not
     * a lost one. */
    atomic_fetch_add(&dispatch->sleepers, 1);
    atomic_store(&lane->asleep, 1);
    while ((region = atomic_load(&dispatch->region)) == seen)
        futex_wait(&dispatch->region, seen, 0);
    atomic_store(&lane->asleep, 0);
    atomic_fetch_sub(&dispatch->sleepers, 1);
    return region;
}

void dispatch_serve(struct dispatch *dispatch, uint32_t worker, uint32_t from)
{
    pid_t pid = getpid();
    uint32_t region = from;
    placement_start(dispatch->first_cpu, worker + dispatch->first_seat);
    for (;;) {
        region = await_region(dispatch, &dispatch->lanes[worker], region);
        if (dispatch->command == DISPATCH_STOP)
            return;
        take_part(dispatch, worker, pid);
        finish(dispatch, worker, region);
    }
}

uint32_t dispatch_region(const struct dispatch *dispatch)
{
    return atomic_load(&dispatch->region);
}

void dispatch_begin(struct dispatch *dispatch, enum dispatch_command command, struct batch *batch)
{
    dispatch->command = command;
    dispatch->batch = batch;
    if (command == DISPATCH_REPAIR ||
        (command == DISPATCH_RUN && dispatch->schedule != SCHEDULE_STATIC))
        fill_lanes(dispatch, batch->jobs);
    atomic_fetch_add(&dispatch->region, 1);
    if (atomic_load(&dispatch->sleepers) > 0)
        futex_wake_all(&dispatch->region);
}

void dispatch_work(struct dispatch *dispatch)
{
    take_part(dispatch, 0, dispatch->caller);
    atomic_store(&dispatch->lanes[0].finished, dispatch_region(dispatch));
}

bool dispatch_wait(struct dispatch *dispatch, uint64_t timeout_ns)
{
    uint32_t region = dispatch_region(dispatch);
    uint64_t until = dispatch->caller_spin_ns > 0 ? clock_now_ns() + dispatch->caller_spin_ns : 0;
    bool finished = all_finished(dispatch, region);
    while (!finished && until > 0 && clock_now_ns() < until)
        for (int i = 0; i < SPINS_A_CLOCK_READ && !finished; i++) {
            clock_relax();
            finished = all_finished(dispatch, region);
        }
    if (finished)
        return true;
    atomic_store(&dispatch->caller_asleep, 1);
    finished = all_finished(dispatch, region);
    if (!finished)
        futex_wait(&dispatch->caller_asleep, 1, timeout_ns);
    atomic_store(&dispatch->caller_asleep, 0);
    return finished || all_finished(dispatch, region);
}

void dispatch_bury(struct dispatch *dispatch, uint32_t worker, pid_t pid, int wait_status)
{
    struct lane *lane = &dispatch->lanes[worker];
    struct batch *batch = dispatch->batch;
    uint64_t in_hand = atomic_exchange(&lane->in_hand, 0);
    if (in_hand > 0 && batch != NULL && !batch_settled(batch, in_hand - 1)) {
        batch_settle_waited(batch, in_hand - 1, worker, pid, wait_status);
        if (WIFEXITED(wait_status)) /* a job that ends its worker has failed, whatever it says */
            batch->outcomes[in_hand - 1].status = JOB_FAILED;
    }
    if (atomic_exchange(&lane->asleep, 0) != 0)
        atomic_fetch_sub(&dispatch->sleepers, 1);
    atomic_store(&lane->finished, dispatch_region(dispatch));
}

void dispatch_sum_usage(const struct dispatch *dispatch, uint32_t first,
                        struct strategy_usage *usage)
{
    for (uint32_t i = first; i < dispatch->workers; i++) {
        strategy_add_usage(usage, &dispatch->lanes[i].usage);
    }
}
