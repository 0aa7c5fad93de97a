#include "bench/visit/trace.h"
#include "bench/base/clock.h"
#include "bench/base/exit_status.h"
#include "bench/base/memory.h"
#include "bench/base/policy.h"
#include "bench/base/text.h"
#include "bench/process/child.h"
#include "bench/process/orphans.h"
#include "bench/process/processes.h"
#include "strategies/memory.h"
#include "strategies/plugin/plugin.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* How the process of a strategy has come to its end. */
enum ending_of_stage { BY_ITSELF, TIME_WAS_UP, WAS_STOPPED, WAS_INTERRUPTED };

/* When what happened, in memory that the process of the strategy shares. */
struct stage {
    uint64_t open_ns;
    struct moment map, mapped; /* map.ns 0: it was not reached */
    uint64_t closed_ns;        /* 0: it was not reached */
    int wait_status;           /* of the process; 0: it ended well */
    enum ending_of_stage ending;
    char kills[600]; /* what the kernel killed of it for want of memory; "": nothing */
    char told[500];  /* what the strategy says of the map; "": nothing */
    struct error error;
};

/* ------------------------------------------------------------------------------- running */

static struct strategy_config config_of(const struct trace *trace)
{
    struct strategy_config config = trace->request->config;
    if ((trace->strategy->flags & STRATEGY_ONE_WORKER) != 0)
        config.workers = 1;
    if ((trace->strategy->flags & STRATEGY_TRANSPORTS) == 0)
        config.transport = TRANSPORT_NONE;
    return config;
}

static size_t who_bytes(const struct trace *trace)
{
    return (size_t)config_of(trace).workers * TIMELINE_WHO_BYTES;
}

/* Names come from other hosts; how long it took to ask for them. */
static uint64_t note_who(const struct trace *trace, void *state)
{
    char text[TIMELINE_WHO_BYTES];
    uint64_t begun_ns = clock_now_ns();
    for (uint32_t i = 0; trace->who != NULL && i < config_of(trace).workers; i++) {
        trace->strategy->introduce(state, i, text, sizeof text);
        text_printable(trace->who + (size_t)i * sizeof text, sizeof text, text);
    }
    return clock_now_ns() - begun_ns;
}

static int warm_up(struct trace *trace, void *state, struct error *error)
{
    uint64_t begun_ns = clock_now_ns();
    int result;
    do {
        batch_begin(trace->batch);
        result = trace->strategy->map(state, trace->batch, error);
    } while (result == 0 && clock_now_ns() - begun_ns < TRACE_WARM_UP_NS);
    return result;
}

/* In the process that runs it. */
static int load_strategy(struct trace *trace)
{
    const struct strategy_ops *known = trace->strategy;
    if (known->reference != NULL)
        trace->strategy =
            plugin_load(known->name, known->reference, known->identity, &trace->stage->error);
    return trace->strategy != NULL ? 0 : -1;
}

static void run_stage(struct trace *trace)
{
    struct stage *stage = trace->stage;
    struct strategy_config config = config_of(trace);
    uint64_t asked_ns = 0; /* is no part of what is traced */
    void *state;
    if (strategy_preflight(trace->strategy, config.workers, &stage->error) != 0)
        return;
    strategy_bind(trace->strategy);
    stage->open_ns = clock_now_ns();
    if (trace->strategy->open(&config, &state, &stage->error) != 0) {
        strategy_release(trace->strategy);
        return;
    }
    if (trace->request->cold || warm_up(trace, state, &stage->error) == 0) {
        batch_begin(trace->batch);
        stage->map = batch_moment(trace->batch);
        trace->strategy->map(state, trace->batch, &stage->error);
        stage->mapped = batch_moment(trace->batch);
        if (trace->strategy->tell != NULL)
            trace->strategy->tell(state, stage->told, sizeof stage->told);
        asked_ns = note_who(trace, state);
    }
    trace->strategy->close(state);
    stage->closed_ns = clock_now_ns() - asked_ns;
    strategy_release(trace->strategy);
}

/* How often a deadline is looked at; as in visits, what a look takes beyond what was asked for is
 * not counted. */
enum { LOOKS = 16, LOOKS_FOR_STOPPED = 4 };

/* How often who has no descriptor looks whether the process has ended. */
#define LOOK_WITHOUT_NS (5 * NS_PER_MS)

static uint64_t least_of(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The time between two looks at the process; UINT64_MAX: none is needed. */
static uint64_t look_ns(const struct trace_request *request, bool has_descriptor)
{
    uint64_t timeout_ns = request->timeout_ns, job_timeout_ns = request->config.job_timeout_ns;
    uint64_t look = timeout_ns > 0 ? timeout_ns / LOOKS + 1 : UINT64_MAX;
    uint64_t for_stopped = job_timeout_ns > 0 ? job_timeout_ns / LOOKS_FOR_STOPPED + 1 : UINT64_MAX;
    return least_of(has_descriptor ? UINT64_MAX : LOOK_WITHOUT_NS, least_of(look, for_stopped));
}

/* What a library says on standard error is for nobody. */
static void silence(void)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere >= 0)
        dup2(nowhere, STDERR_FILENO);
}

/* Waits for the end of the process, of which `end` is a descriptor; -1: there is none. Jobs that
 * are stopped are the strategy's to notice; but it cannot where it is stopped itself, or waits in
 * the kernel for a stopped child to execute its program. */
static enum ending_of_stage watch_over(const struct trace_request *request, pid_t pid, int end)
{
    struct stopped stopped = {.count = 0};
    struct pollfd polled = {.fd = end, .events = POLLIN};
    uint64_t left = request->timeout_ns > 0 ? request->timeout_ns : UINT64_MAX;
    uint64_t asked = look_ns(request, end >= 0), before = clock_now_ns();
    struct timespec timeout = {(time_t)(asked / NS_PER_S), (long)(asked % NS_PER_S)};
    while (ppoll(&polled, 1, asked != UINT64_MAX ? &timeout : NULL, NULL) <= 0) {
        if (request->interrupted != NULL && *request->interrupted != 0)
            return WAS_INTERRUPTED;
        if (end < 0 && process_has_ended(pid))
            return BY_ITSELF;
        uint64_t now = clock_now_ns(), passed = now - before < asked ? now - before : asked;
        before = now;
        if (request->timeout_ns > 0 && (left -= passed < left ? passed : left) == 0)
            return TIME_WAS_UP;
        if (request->config.job_timeout_ns > 0 &&
            processes_kill_stopped(&stopped, pid, passed, request->config.job_timeout_ns))
            return WAS_STOPPED;
    }
    return BY_ITSELF;
}

/* The batch is handed to a child, which is as small as this process, alone, and has a group of its
 * own. */
static int run_apart(struct trace *trace, struct error *error)
{
    struct stage *stage = trace->stage;
    struct sched_param below;
    bool lowers = policy_below(&below); /* its deadline is held by this process */
    fflush(NULL);                       /* no child inherits unwritten output */
    pid_t parent = getpid(), child = fork();
    if (child < 0)
        return fail_errno(error, errno, "trace: a process for %s", trace->strategy->name);
    if (child == 0) {
        setpgid(0, 0);
        child_follow_parent(parent);
        if (lowers)
            policy_set_parameters(&below);
        if (trace->request->timeout_ns > 0)
            policy_limit(0, trace->request->timeout_ns);
        memory_offer(0);
        if (trace->request->quiet)
            silence();
        trace->batch->pid = getpid();
        if (load_strategy(trace) == 0)
            run_stage(trace);
        _exit(0);
    }
    setpgid(child, child); /* on both sides, so that the group is there at once */
    int end = (int)syscall(SYS_pidfd_open, child, 0); /* -1: not known here, or refused */
    stage->ending = watch_over(trace->request, child, end);
    stage->wait_status = orphans_end_group(child);
    if (end >= 0)
        close(end);
    if (stage->ending == WAS_INTERRUPTED)
        return fail(error, ERROR_INTERRUPTED, "interrupted");
    if (stage->wait_status != 0 && stage->map.ns != 0 && stage->mapped.ns == 0)
        stage->mapped = batch_moment(trace->batch);
    return 0;
}

/* True, and *error says so, where the process that ran the strategy died. */
static bool has_died(const struct trace *trace, struct error *error)
{
    const char *name = trace->strategy->name;
    int status = trace->stage->wait_status;
    char limit[32];
    text_duration(limit, sizeof limit, (double)trace->request->timeout_ns);
    if (trace->stage->ending == TIME_WAS_UP)
        fail(error, ERROR_CHECK_FAILED, "trace: %s took longer than %s", name, limit);
    else if (trace->stage->ending == WAS_STOPPED)
        fail(error, ERROR_CHECK_FAILED,
             "trace: the process of %s was stopped for longer than --job-timeout allows", name);
    else if (WIFSIGNALED(status))
        fail(error, ERROR_CHECK_FAILED, "trace: the process of %s was killed by signal %d (%s)%s",
             name, WTERMSIG(status), strsignal(WTERMSIG(status)), trace->kills);
    else if (status != 0)
        /* 4: a limit of the system ended it, which it has told; a job that exits is its own affair
         */
        fail(error, WEXITSTATUS(status) == EXIT_REFUSED ? ERROR_REFUSED : ERROR_CHECK_FAILED,
             "trace: the process of %s ended with exit code %d%s", name, WEXITSTATUS(status),
             trace->kills);
    return error->kind != ERROR_NONE;
}

/* What trace_finish takes. */
static uint64_t timeline_bytes(const struct batch_request *request)
{
    return memory_times(memory_add(request->jobs, 1), sizeof(struct ran_job));
}

/* Zeroed memory that the process of the strategy shares; NULL where there is none. */
static void *share(size_t bytes, struct error *error)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED)
        return memory;
    fail_errno(error, errno, "trace: shared memory");
    return NULL;
}

static int prepare(struct trace *trace, struct error *error)
{
    struct batch_request request = trace->request->batch;
    struct strategy_config config = config_of(trace);
    request.traced = TRACED_BY_CLOCK;
    if (strategy_check_memory(trace->strategy, &config, &request, timeline_bytes(&request),
                              " and the timeline", error) != 0)
        return -1;
    trace->stage = share(sizeof *trace->stage, error);
    bool introduces = trace->strategy->introduce != NULL;
    trace->who = introduces && trace->stage != NULL ? share(who_bytes(trace), error) : NULL;
    if (trace->stage == NULL || (introduces && trace->who == NULL))
        return -1;
    trace->batch = batch_create(&request, error);
    return trace->batch != NULL ? 0 : -1;
}

static void note_kills(struct trace *trace, uint64_t before)
{
    char why[sizeof trace->kills - 2];
    memory_tell_kills(before, why, sizeof why);
    snprintf(trace->kills, sizeof trace->kills, "%s%s", *why != '\0' ? ": " : "", why);
}

int trace_run(const struct strategy_ops *strategy, const struct trace_request *request,
              struct trace *trace, struct error *error)
{
    uint64_t kills = memory_kills();
    *trace = (struct trace){.strategy = strategy, .request = request};
    if (child_check_following(error) != 0 || prepare(trace, error) != 0 ||
        run_apart(trace, error) != 0)
        return -1;
    if (!trace_is_done(trace))
        note_kills(trace, kills);
    if (trace->stage->error.kind != ERROR_NONE)
        return fail(error, trace->stage->error.kind, "%s", trace->stage->error.text);
    if (trace->stage->map.ns == 0)
        has_died(trace, error);
    return trace->stage->map.ns != 0 ? 0 : -1;
}

uint64_t trace_total_ns(const struct trace *trace)
{
    const struct stage *stage = trace->stage;
    return trace->request->cold ? stage->closed_ns - stage->open_ns
                                : stage->mapped.ns - stage->map.ns;
}

bool trace_is_done(const struct trace *trace)
{
    return trace->stage->wait_status == 0 &&
           batch_count(trace->batch, config_of(trace).workers).done == trace->batch->jobs;
}

/* ------------------------------------------------------------------------------- the timeline */

static enum ran ran_as(const struct batch *batch, uint64_t index)
{
    static const enum ran meant[] = {
        [JOB_DONE] = RAN_DONE,           [JOB_FAILED] = RAN_FAILED, [JOB_CRASHED] = RAN_CRASHED,
        [JOB_TIMED_OUT] = RAN_TIMED_OUT, [JOB_AGAIN] = RAN_LOST,
    };
    return batch_settled(batch, index) ? meant[batch->outcomes[index].status] : RAN_LOST;
}

static uint64_t since(uint64_t ns, uint64_t zero_ns)
{
    return ns != 0 ? ns - zero_ns : TIMELINE_NO_TIME;
}

static struct ran_job describe_job(const struct batch *batch, uint64_t index, uint64_t zero_ns)
{
    const struct outcome *outcome = &batch->outcomes[index];
    const struct span *span = &batch->spans[index];
    enum ran ran = ran_as(batch, index);
    struct ran_job job = {
        .start_ns = since(span->start, zero_ns),
        .end_ns = since(span->end, zero_ns),
        .worker = TIMELINE_NO_WORKER,
        .thread = span->thread,
        .cpu = span->cpu,
        .ran = (uint8_t)ran,
    };
    if (ran == RAN_LOST)
        return job;
    job.worker = outcome->worker;
    job.pid = outcome->pid;
    job.code = outcome->code;
    job.reruns = outcome->reruns;
    return job;
}

int trace_finish(struct trace *trace, struct error *trouble, struct error *error)
{
    struct batch *batch = trace->batch;
    const struct stage *stage = trace->stage;
    bool cold = trace->request->cold;
    uint64_t zero_ns = cold ? stage->open_ns : stage->map.ns;
    uint64_t mapped_ns = stage->mapped.ns - zero_ns;
    if (memory_check(MEMORY_PRIVATE, timeline_bytes(&trace->request->batch), error,
                     "--jobs: the timeline of %llu jobs", (unsigned long long)batch->jobs) != 0)
        return -1;
    struct ran_job *jobs = calloc(batch->jobs + 1, sizeof *jobs);
    if (jobs == NULL)
        return fail(error, ERROR_REFUSED, "trace: out of memory");
    batch_spans_to_ns(batch, &stage->map, &stage->mapped);
    for (uint64_t i = 0; i < batch->jobs; i++)
        jobs[i] = describe_job(batch, i, zero_ns);
    trace->timeline = (struct timeline){
        .strategy = trace->strategy->name,
        .work = batch->work->name,
        .size = batch->size,
        .workers = config_of(trace).workers,
        .cold = cold,
        .map_ns = stage->map.ns - zero_ns,
        .mapped_ns = mapped_ns,
        .closed_ns = cold && stage->closed_ns != 0 ? stage->closed_ns - zero_ns : mapped_ns,
        .jobs = jobs,
        .count = batch->jobs,
        .results = batch->results,
        .result_bytes = batch->work->result_bytes,
        .result_text = batch->work->result_text,
        .told = stage->told,
        .who = trace->who,
    };
    if (trouble != NULL)
        has_died(trace, trouble);
    return 0;
}

void trace_free(struct trace *trace)
{
    free(trace->timeline.jobs);
    batch_free(trace->batch);
    if (trace->stage != NULL)
        munmap(trace->stage, sizeof *trace->stage);
    if (trace->who != NULL)
        munmap(trace->who, who_bytes(trace));
    *trace = (struct trace){0};
}
