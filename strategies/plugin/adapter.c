#include "strategies/plugin/adapter.h"
#include "bench/base/text.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WHY_BYTES = 400 };

/* ------------------------------------------------------------------------------- the batch */

/* What a library did that its header forbids. */
enum offence {
    NO_OFFENCE,
    RAN_UNKNOWN_WORKER, /* worker, of how many */
    RAN_UNKNOWN_JOBS,   /* first, end */
    RAN_TWO_AT_ONCE,    /* worker */
    RAN_AGAIN,          /* job */
    RAN_OUTSIDE_MAP,    /* worker */
    RAN_BEYOND_MAP,     /* worker */
};

/* What one worker has run since the last check: on lines of its own. */
struct tally {
    _Alignas(BATCH_LINE_BYTES) _Atomic uint64_t jobs;
    _Atomic uint32_t busy; /* a call of run with that number is under way */
};

/* What a library sees of a batch, and what stands behind it; in memory that is shared with
 * processes that are forked later. The first line is written once before and once behind each map.
 */
struct view {
    struct breakeven_batch seen;
    struct batch *batch;
    _Atomic uint32_t map; /* the number of the map under way; 0: none is */
    uint32_t workers;
    /* Written where something is wrong. */
    _Alignas(BATCH_LINE_BYTES) _Atomic uint32_t offence;
    uint64_t offence_first, offence_end; /* what it says of jobs and workers */
    _Atomic uint64_t deaths;             /* that the library told of since the last check */
    uint64_t expected;                   /* jobs of all maps since then */
    uint64_t maps, bytes;
    struct tally tallies[];
};

/* This process, asked for once: a system call more for each claim would be the dearest part of it.
 */
static pid_t own_pid;

static void note_pid(void)
{
    own_pid = getpid();
}

/* Keeps the first. */
static void offend(struct view *view, enum offence offence, uint64_t first, uint64_t end)
{
    uint32_t none = NO_OFFENCE;
    if (!atomic_compare_exchange_strong(&view->offence, &none, offence))
        return;
    view->offence_first = first;
    view->offence_end = end;
}

static struct view *view_of(const struct breakeven_batch *seen)
{
    return (struct view *)(uintptr_t)seen;
}

/* Claims a worker's number for a call of run; false where nothing may be run. */
static inline bool begin_run(struct view *view, uint32_t map, uint64_t first, uint64_t end,
                             uint32_t worker)
{
    if (__builtin_expect(map == 0, 0))
        offend(view, RAN_OUTSIDE_MAP, worker, 0);
    else if (__builtin_expect(worker >= view->workers, 0))
        offend(view, RAN_UNKNOWN_WORKER, worker, view->workers);
    else if (__builtin_expect(first > end || end > view->seen.jobs, 0))
        offend(view, RAN_UNKNOWN_JOBS, first, end);
    else
        return true;
    return false;
}

/* The first and the last job stand for all: what is written in a moment anyway costs nothing to
 * read. */
static inline void look_for_repeats(struct view *view, uint32_t map, uint64_t first, uint64_t end)
{
    const struct outcome *outcomes = view->batch->outcomes;
    if (__builtin_expect(outcomes[first].map == map, 0))
        offend(view, RAN_AGAIN, first, 0);
    else if (__builtin_expect(outcomes[end - 1].map == map, 0))
        offend(view, RAN_AGAIN, end - 1, 0);
}

static void run_jobs(const struct breakeven_batch *seen, uint64_t first, uint64_t end,
                     uint32_t worker)
{
    struct view *view = view_of(seen);
    uint32_t map = atomic_load_explicit(&view->map, memory_order_acquire);
    if (!begin_run(view, map, first, end, worker))
        return;
    struct tally *tally = &view->tallies[worker];
    if (first < end)
        look_for_repeats(view, map, first, end);
    if (atomic_load_explicit(&tally->busy, memory_order_relaxed) != 0)
        offend(view, RAN_TWO_AT_ONCE, worker, 0);
    atomic_store_explicit(&tally->busy, 1, memory_order_relaxed);
    struct job job = batch_job(view->batch, first);
    struct outcome done = batch_done_by(map, worker, own_pid);
    batch_run(view->batch, &job, first, end, &done);
    uint64_t jobs = atomic_load_explicit(&tally->jobs, memory_order_relaxed);
    atomic_store_explicit(&tally->jobs, jobs + (end - first), memory_order_relaxed);
    atomic_store_explicit(&tally->busy, 0, memory_order_relaxed);
    if (atomic_load_explicit(&view->map, memory_order_relaxed) != map)
        offend(view, RAN_BEYOND_MAP, worker, 0);
}

static int is_done(const struct breakeven_batch *seen, uint64_t job)
{
    const struct view *view = view_of(seen);
    return job < seen->jobs && batch_settled(view->batch, job);
}

static void note_death(const struct breakeven_batch *seen, uint64_t job, uint32_t worker,
                       int32_t pid, int wait_status)
{
    struct view *view = view_of(seen);
    struct ended ended = {.worker = worker, .pid = pid, .wait_status = wait_status};
    atomic_fetch_add(&view->deaths, 1);
    if (worker < view->workers)
        atomic_store(&view->tallies[worker].busy, 0);
    if (job < seen->jobs && !batch_settled(view->batch, job))
        batch_settle_ended(view->batch, job, &ended, 0);
}

static struct view *make_view(uint32_t workers)
{
    uint64_t bytes = sizeof(struct view) + workers * sizeof(struct tally);
    void *memory =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
    struct view *view = memory;
    view->seen = (struct breakeven_batch){
        .struct_bytes = sizeof view->seen,
        .run = run_jobs,
        .is_done = is_done,
        .died = note_death,
    };
    view->workers = workers;
    view->bytes = bytes;
    return view;
}

/* ------------------------------------------------------------------------------- hooks */

/* The one that is live in this process. */
static struct {
    const struct breakeven_strategy *declared;
    struct strategy_ops ops;
} live;

struct adapter {
    const struct breakeven_strategy *declared;
    struct view *view;
    void *state; /* of the library */
};

/* What a hook of the library said went wrong. */
static int refused(const char *hook, char *why, struct error *error)
{
    char printable[WHY_BYTES + 1];
    why[WHY_BYTES - 1] = '\0';
    text_printable(printable, sizeof printable, why);
    return fail(error, ERROR_REFUSED, "%s: %s: %s", live.ops.name, hook,
                *printable != '\0' ? printable : "it failed and says nothing of why");
}

static struct breakeven_config config_of(const struct strategy_config *config)
{
    return (struct breakeven_config){
        .struct_bytes = sizeof(struct breakeven_config),
        .workers = config->workers,
        .cpus = config->cpus,
        .options = config->options != NULL ? config->options : "",
        .schedule = (uint32_t)config->schedule,
        .bind = (uint32_t)config->bind,
        .chunk = config->chunk,
        .spin_ns = config->spin_ns,
        .cpu_order = config->order,
        .cpu_count = config->order_count,
        .retries = config->retries,
        .job_timeout_ns = config->job_timeout_ns,
    };
}

_Static_assert((int)BREAKEVEN_SCHEDULE_STATIC == SCHEDULE_STATIC &&
                   (int)BREAKEVEN_SCHEDULE_AUTO == SCHEDULE_AUTO &&
                   (int)BREAKEVEN_BIND_SPREAD == BIND_SPREAD &&
                   (int)BREAKEVEN_FLOOR_ROUNDTRIP == FLOOR_ROUNDTRIP &&
                   (int)BREAKEVEN_FLOOR_THREAD == FLOOR_THREAD &&
                   (int)BREAKEVEN_UNIT_REGION == UNIT_REGION,
               "the numbers of the header are ours");

static int adapter_open(const struct strategy_config *config, void **opened, struct error *error)
{
    static bool watched;
    struct breakeven_config given = config_of(config);
    char why[WHY_BYTES] = "";
    struct adapter *adapter = calloc(1, sizeof *adapter);
    if (!watched && pthread_atfork(NULL, NULL, note_pid) == 0)
        watched = true;
    note_pid();
    if (adapter == NULL || (adapter->view = make_view(config->workers)) == NULL) {
        free(adapter);
        return fail_errno(error, ENOMEM, "%s: %u workers", live.ops.name, config->workers);
    }
    adapter->declared = live.declared;
    if (live.declared->open(&given, &adapter->state, why, sizeof why) != 0) {
        munmap(adapter->view, adapter->view->bytes);
        free(adapter);
        return refused("open", why, error);
    }
    *opened = adapter;
    return 0;
}

static int adapter_map(void *opened, struct batch *batch, struct error *error)
{
    struct adapter *adapter = opened;
    struct view *view = adapter->view;
    char why[WHY_BYTES];
    why[0] = '\0';
    view->batch = batch;
    view->seen.jobs = batch->jobs;
    view->expected += batch->jobs;
    view->maps++;
    atomic_store_explicit(&view->map, batch->map, memory_order_release);
    int result = adapter->declared->map(adapter->state, &view->seen, why, sizeof why);
    atomic_store_explicit(&view->map, 0, memory_order_release);
    return __builtin_expect(result != 0, 0) ? refused("map", why, error) : 0;
}

static void adapter_usage(void *opened, struct strategy_usage *usage)
{
    struct adapter *adapter = opened;
    struct breakeven_usage used = {.struct_bytes = sizeof used};
    adapter->declared->usage(adapter->state, &used);
    strategy_add_usage(usage, &(struct strategy_usage){
                                  .user_ns = used.user_ns,
                                  .sys_ns = used.sys_ns,
                                  .minflt = used.minor_faults,
                                  .majflt = used.major_faults,
                                  .nvcsw = used.voluntary_switches,
                                  .nivcsw = used.involuntary_switches,
                              });
}

static void adapter_close(void *opened)
{
    struct adapter *adapter = opened;
    adapter->declared->close(adapter->state);
    /* The view stays: a thread that is left behind would otherwise end the process. */
    free(adapter);
}

/* ------------------------------------------------------------------------------- checks */

static int tell_offence(const struct view *view, struct error *error)
{
    unsigned long long first = view->offence_first, end = view->offence_end;
    switch ((enum offence)view->offence) {
    case RAN_UNKNOWN_WORKER:
        return fail(error, ERROR_CHECK_FAILED,
                    "%s ran jobs as worker %llu, but its workers are 0 to %llu", live.ops.name,
                    first, end - 1);
    case RAN_UNKNOWN_JOBS:
        return fail(error, ERROR_CHECK_FAILED,
                    "%s ran jobs from %llu to before %llu, but the batch has %llu", live.ops.name,
                    first, end, (unsigned long long)view->seen.jobs);
    case RAN_TWO_AT_ONCE:
        return fail(error, ERROR_CHECK_FAILED,
                    "%s ran jobs twice at once as worker %llu; each worker needs a number of its "
                    "own",
                    live.ops.name, first);
    case RAN_AGAIN:
        return fail(error, ERROR_CHECK_FAILED, "%s ran job %llu more than once in a map",
                    live.ops.name, first);
    case RAN_OUTSIDE_MAP:
        return fail(error, ERROR_CHECK_FAILED,
                    "%s ran jobs as worker %llu while no map was under way", live.ops.name, first);
    case RAN_BEYOND_MAP:
        return fail(error, ERROR_CHECK_FAILED,
                    "the map of %s returned while worker %llu still ran jobs", live.ops.name,
                    first);
    case NO_OFFENCE:
        break;
    }
    return 0;
}

/* The jobs that were run since the last check against those that should have been. */
static int check_count(const struct view *view, uint64_t ran, struct error *error)
{
    unsigned long long maps = view->maps;
    if (ran == view->expected || view->deaths > 0)
        return 0;
    if (ran < view->expected)
        return fail(error, ERROR_CHECK_FAILED, "%s ran %llu jobs of %llu in %llu map%s",
                    live.ops.name, (unsigned long long)ran, (unsigned long long)view->expected,
                    maps, maps == 1 ? "" : "s");
    return fail(error, ERROR_CHECK_FAILED,
                "%s ran jobs more than once: %llu were run in %llu map%s, which had %llu",
                live.ops.name, (unsigned long long)ran, maps, maps == 1 ? "" : "s",
                (unsigned long long)view->expected);
}

static int adapter_audit(void *opened, struct error *error)
{
    struct view *view = ((struct adapter *)opened)->view;
    uint64_t ran = 0;
    for (uint32_t i = 0; i < view->workers; i++) {
        struct tally *tally = &view->tallies[i];
        if (tally->busy != 0 && view->deaths == 0)
            offend(view, RAN_BEYOND_MAP, i, 0);
        ran += atomic_exchange_explicit(&tally->jobs, 0, memory_order_relaxed);
    }
    int result = tell_offence(view, error);
    if (result == 0)
        result = check_count(view, ran, error);
    view->expected = view->maps = 0;
    view->deaths = 0;
    return result;
}

/* ------------------------------------------------------------------------------- the table */

static const struct {
    uint32_t theirs;
    unsigned ours;
} flags[] = {
    {BREAKEVEN_ISOLATES_CRASHES, STRATEGY_ISOLATES_CRASHES},
    {BREAKEVEN_ONE_WORKER, STRATEGY_ONE_WORKER},
    {BREAKEVEN_CALLER_WAITS, STRATEGY_CALLER_WAITS},
    {BREAKEVEN_TAKES_SCHEDULE, STRATEGY_SCHEDULES},
    {BREAKEVEN_TAKES_SPIN, STRATEGY_SPINS},
    {BREAKEVEN_TAKES_BIND, STRATEGY_IS_POOL},
    {BREAKEVEN_KEEPS_THREADS, STRATEGY_KEEPS_THREADS},
};

enum { FLAGS = sizeof flags / sizeof *flags };

static unsigned flags_of(uint32_t theirs)
{
    unsigned ours = STRATEGY_FROM_LIBRARY;
    for (size_t i = 0; i < FLAGS; i++)
        if ((theirs & flags[i].theirs) != 0)
            ours |= flags[i].ours;
    return (theirs & BREAKEVEN_PROCESSES) != 0 ? ours : ours | STRATEGY_SHARES_MEMORY;
}

static bool is_name(const char *name)
{
    const char *allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    size_t length = strlen(name);
    return length > 0 && length <= 32 && name[0] != '-' && strspn(name, allowed) == length;
}

static int check_head(const struct breakeven_strategy *declared, const char *file,
                      struct error *error)
{
    /* Nothing behind these two may be read before they are known. */
    if (declared->abi != BREAKEVEN_STRATEGY_ABI)
        return fail(error, ERROR_USAGE,
                    "%s: its strategy is of ABI %u, this breakeven has %d: build it with this "
                    "breakeven's breakeven/strategy.h",
                    file, declared->abi, BREAKEVEN_STRATEGY_ABI);
    if (declared->struct_bytes < offsetof(struct breakeven_strategy, unavailable))
        return fail(error, ERROR_USAGE,
                    "%s: its struct breakeven_strategy has %u bytes and should have at least %zu; "
                    "begin it with BREAKEVEN_STRATEGY_HEAD",
                    file, declared->struct_bytes, offsetof(struct breakeven_strategy, unavailable));
    return 0;
}

int adapter_check(const struct breakeven_strategy *declared, const char *file, struct error *error)
{
    if (check_head(declared, file, error) != 0)
        return -1;
    if (declared->name == NULL || !is_name(declared->name))
        return fail(error, ERROR_USAGE,
                    "%s: its strategy's name is not 1 to 32 letters, digits, - and _", file);
    const char *lacks = declared->summary == NULL ? "summary"
                        : declared->open == NULL  ? "open"
                        : declared->map == NULL   ? "map"
                        : declared->close == NULL ? "close"
                                                  : NULL;
    if (lacks != NULL)
        return fail(error, ERROR_USAGE, "%s: its strategy '%s' lacks '%s', which is required", file,
                    declared->name, lacks);
    if (declared->unit > BREAKEVEN_UNIT_REGION || declared->floor > BREAKEVEN_FLOOR_THREAD)
        return fail(error, ERROR_USAGE,
                    "%s: its strategy '%s' has unit %u and floor %u, which breakeven/strategy.h "
                    "does not have",
                    file, declared->name, declared->unit, declared->floor);
    return 0;
}

static bool has_unavailable(const struct breakeven_strategy *declared)
{
    return BREAKEVEN_HAS(declared, unavailable) && declared->unavailable != NULL;
}

static bool has_usage(const struct breakeven_strategy *declared)
{
    return BREAKEVEN_HAS(declared, usage) && declared->usage != NULL;
}

const struct strategy_ops *adapter_make(const struct breakeven_strategy *declared, const char *file)
{
    live.declared = declared;
    live.ops = (struct strategy_ops){
        .name = declared->name,
        .summary = declared->summary,
        .elsewhere = declared->elsewhere != NULL ? declared->elsewhere : "",
        .flags = flags_of(declared->flags),
        .reference = file,
        .unit = (enum strategy_unit)declared->unit,
        .floor = (enum hardware_floor)declared->floor,
        .unavailable = has_unavailable(declared) ? declared->unavailable : NULL,
        .open = adapter_open,
        .map = adapter_map,
        .audit = adapter_audit,
        .usage = has_usage(declared) ? adapter_usage : NULL,
        .close = adapter_close,
    };
    return &live.ops;
}
