#include "strategies/mpi/rank/worker.h"
#include "bench/base/clock.h"
#include "strategies/mpi/rank/death.h"
#include "strategies/mpi/rank/echo.h"
#include "strategies/mpi/rank/facts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define NO_JOB UINT64_MAX

/* Memory that grows, and keeps nothing when it does. */
struct room {
    unsigned char *bytes;
    uint64_t size;
};

struct worker {
    const struct rank *rank;
    struct batch batch; /* of the jobs in hand alone: results, spans and payloads are the reply's */
    struct job job;     /* the one in hand; its index is NO_JOB between jobs */
    unsigned char *input;
    uint64_t input_bytes;
    struct room payload, reply, codes;
    MPI_Datatype result, span, payload_in, payload_out; /* of one job, where shares are static */
    bool has_types;
};

static int make_room(struct room *room, uint64_t bytes, struct error *error)
{
    uint64_t size = (bytes + BATCH_LINE_BYTES - 1) / BATCH_LINE_BYTES * BATCH_LINE_BYTES;
    if (size <= room->size)
        return 0;
    free(room->bytes);
    room->size = 0;
    room->bytes = aligned_alloc(BATCH_LINE_BYTES, size);
    if (room->bytes == NULL)
        return fail_errno(error, ENOMEM, "%llu bytes for jobs", (unsigned long long)size);
    room->size = size;
    return 0;
}

/* ------------------------------------------------------------------------------- attaching */

static void forget_input(struct worker *worker)
{
    if (worker->input != NULL)
        munmap(worker->input, worker->input_bytes);
    worker->input = NULL;
    worker->input_bytes = 0;
}

/* The input is this rank's own copy. All take part in its broadcast, also who cannot use it. */
static int take_input(struct worker *worker, uint64_t bytes, struct error *error)
{
    forget_input(worker);
    if (bytes == 0)
        return 0;
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return fail_errno(error, errno, "%llu bytes of input", (unsigned long long)bytes);
    worker->input = memory;
    worker->input_bytes = bytes;
    rank_broadcast(memory, bytes);
    return 0;
}

static void describe(struct worker *worker, const struct batch_request *request)
{
    worker->batch = (struct batch){
        .work = request->work,
        .jobs = request->jobs,
        .size = request->size,
        .seed = request->seed,
        .input = worker->input,
        .input_bytes = worker->input_bytes,
        .payload_in_bytes = request->payload_in_bytes,
        .payload_out_bytes = request->payload_out_bytes,
        .tracing = request->traced,
        .plain = request->traced == TRACED_NOT && request->payload_in_bytes == 0 &&
                 request->payload_out_bytes == 0,
        .pid = getpid(),
        .fd = -1,
        .input_fd = -1,
    };
    worker->job = batch_job(&worker->batch, NO_JOB);
}

/* A work that this rank does not have is told; what keeps it from taking part in a broadcast ends
 * all. */
static int attach(struct worker *worker, struct error *error)
{
    struct attachment attachment;
    struct readiness ready = {""};
    struct error trouble = {0};
    rank_broadcast(&attachment, sizeof attachment);
    if (take_input(worker, attachment.request.input_bytes, error) != 0)
        return -1;
    const struct work *work = work_open(attachment.work.name, attachment.work.reference, &trouble);
    if (work != NULL) {
        struct batch_request request = batch_request_of(&attachment.request, work);
        describe(worker, &request);
    } else {
        snprintf(ready.trouble, sizeof ready.trouble, "rank %d on %s: %.300s", worker->rank->number,
                 worker->rank->host, trouble.text);
    }
    MPI_Gather(&ready, sizeof ready, MPI_BYTE, NULL, 0, MPI_BYTE, MANAGER, MPI_COMM_WORLD);
    return 0;
}

/* ------------------------------------------------------------------------------- running */

/* Where item 0 of an array would lie whose item `first` is at `at`: jobs write by their number. */
static void *origin(unsigned char *at, uint64_t first, uint64_t bytes)
{
    return (void *)((uintptr_t)at - (uintptr_t)(first * bytes));
}

/* The parts of the batch that these jobs use become those of the reply. */
static struct parts place(struct worker *worker, const struct task *task)
{
    struct batch *batch = &worker->batch;
    struct parts parts = parts_of(batch, task->count, false);
    unsigned char *reply = worker->reply.bytes;
    batch->results = origin(reply + parts.results, task->first, batch->work->result_bytes);
    batch->payload_out = origin(reply + parts.payload, task->first, batch->payload_out_bytes);
    batch->payload_in = origin(worker->payload.bytes, task->first, batch->payload_in_bytes);
    if (batch->tracing != TRACED_NOT)
        batch->spans = origin(reply + parts.spans, task->first, sizeof(struct span));
    return parts;
}

/* Makes room for the jobs of a task, their exit codes included. */
static int prepare(struct worker *worker, const struct task *task, struct error *error)
{
    const struct batch *batch = &worker->batch;
    struct parts parts = parts_of(batch, task->count, true);
    if (make_room(&worker->reply, parts.bytes, error) != 0)
        return -1;
    return make_room(&worker->payload, task->count * batch->payload_in_bytes, error);
}

static void note_failure(struct worker *worker, const struct task *task, struct reply *reply,
                         unsigned char *codes, int code)
{
    if (reply->failed++ == 0)
        memset(codes, 0, task->count);
    codes[worker->job.index - task->first] = (unsigned char)code;
    if (worker->batch.payload_out_bytes > 0)
        memset(batch_payload_out(&worker->batch, worker->job.index), 0,
               worker->batch.payload_out_bytes);
}

/* Runs the jobs of a task one after the other; their reply. */
static struct reply *run(struct worker *worker, const struct task *task)
{
    struct parts parts = place(worker, task);
    struct reply *reply = (struct reply *)(void *)worker->reply.bytes;
    unsigned char *codes = worker->reply.bytes + parts.codes;
    uint64_t begin = task->is_timed ? clock_now_ns() : 0, end = task->first + task->count;
    *reply = (struct reply){.first = task->first, .count = task->count, .pid = worker->batch.pid};
    for (uint64_t i = task->first; i < end; i++) {
        worker->job.index = i;
        int code = batch_execute(&worker->batch, &worker->job);
        if (__builtin_expect(code != 0, 0))
            note_failure(worker, task, reply, codes, code);
    }
    worker->job.index = NO_JOB;
    reply->ns = task->is_timed ? clock_now_ns() - begin : 0;
    return reply;
}

static int serve(struct worker *worker, const struct task *task, struct error *error)
{
    if (prepare(worker, task, error) != 0)
        return -1;
    uint64_t in_bytes = task->count * worker->batch.payload_in_bytes;
    if (in_bytes > 0)
        MPI_Recv(worker->payload.bytes, (int)in_bytes, MPI_BYTE, MANAGER, TAG_PAYLOAD,
                 MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    const struct reply *reply = run(worker, task);
    struct parts parts = parts_of(&worker->batch, task->count, reply->failed > 0);
    MPI_Send(reply, (int)parts.bytes, MPI_BYTE, MANAGER, TAG_REPLY, MPI_COMM_WORLD);
    return 0;
}

/* ------------------------------------------------------------------------------- shares */

static void free_types(struct worker *worker)
{
    if (!worker->has_types)
        return;
    MPI_Type_free(&worker->result);
    MPI_Type_free(&worker->span);
    MPI_Type_free(&worker->payload_in);
    MPI_Type_free(&worker->payload_out);
    worker->has_types = false;
}

static void make_types(struct worker *worker)
{
    const struct batch *batch = &worker->batch;
    free_types(worker);
    worker->result = rank_type(batch->work->result_bytes);
    worker->span = rank_type(sizeof(struct span));
    worker->payload_in = rank_type(batch->payload_in_bytes);
    worker->payload_out = rank_type(batch->payload_out_bytes);
    worker->has_types = true;
}

static void gather(const void *bytes, uint64_t count, MPI_Datatype type)
{
    MPI_Gatherv(bytes, (int)count, type, NULL, NULL, NULL, type, MANAGER, MPI_COMM_WORLD);
}

/* All take part in each of these, whatever their share is. */
static int serve_share(struct worker *worker, const struct task *task, struct error *error)
{
    const struct batch *batch = &worker->batch;
    if (prepare(worker, task, error) != 0)
        return -1;
    if (batch->payload_in_bytes > 0)
        MPI_Scatterv(NULL, NULL, NULL, worker->payload_in, worker->payload.bytes, (int)task->count,
                     worker->payload_in, MANAGER, MPI_COMM_WORLD);
    const struct reply *reply = run(worker, task);
    struct parts parts = parts_of(batch, task->count, false);
    const unsigned char *bytes = worker->reply.bytes;
    MPI_Gather(reply, sizeof *reply, MPI_BYTE, NULL, 0, MPI_BYTE, MANAGER, MPI_COMM_WORLD);
    gather(bytes + parts.results, task->count, worker->result);
    if (batch->tracing != TRACED_NOT)
        gather(bytes + parts.spans, task->count, worker->span);
    if (batch->payload_out_bytes > 0)
        gather(bytes + parts.payload, task->count, worker->payload_out);
    if (reply->failed > 0)
        MPI_Send(bytes + parts.codes, (int)task->count, MPI_BYTE, MANAGER, TAG_CODES,
                 MPI_COMM_WORLD);
    return 0;
}

/* ------------------------------------------------------------------------------- living */

static void tell_usage(void)
{
    struct strategy_usage usage = {0};
    strategy_add_rusage(RUSAGE_SELF, &usage);
    MPI_Reduce(&usage, NULL, RANK_USAGE_NUMBERS, MPI_UINT64_T, MPI_SUM, MANAGER, MPI_COMM_WORLD);
}

static void tell_time(void)
{
    for (int i = 0; i < CLOCK_TRIPS; i++) {
        MPI_Recv(NULL, 0, MPI_BYTE, MANAGER, TAG_CLOCK, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        uint64_t now_ns = clock_now_ns();
        MPI_Send(&now_ns, 1, MPI_UINT64_T, MANAGER, TAG_CLOCK, MPI_COMM_WORLD);
    }
}

static struct task next_task(const struct worker *worker)
{
    struct task task;
    if (worker->rank->is_static)
        MPI_Scatter(NULL, 0, MPI_BYTE, &task, sizeof task, MPI_BYTE, MANAGER, MPI_COMM_WORLD);
    else
        MPI_Recv(&task, sizeof task, MPI_BYTE, MANAGER, TAG_TASK, MPI_COMM_WORLD,
                 MPI_STATUS_IGNORE);
    return task;
}

static int live(struct worker *worker, struct error *error)
{
    for (;;) {
        struct task task = next_task(worker);
        int result = 0;
        switch ((enum task_kind)task.kind) {
        case TASK_RUN:
            result = worker->rank->is_static ? serve_share(worker, &task, error)
                                             : serve(worker, &task, error);
            break;
        case TASK_ATTACH:
            result = attach(worker, error);
            if (result == 0 && worker->rank->is_static && worker->batch.work != NULL)
                make_types(worker);
            break;
        case TASK_USAGE:
            tell_usage();
            break;
        case TASK_CLOCK:
            tell_time();
            break;
        case TASK_ECHO:
            result = echo_serve(&task, error);
            break;
        case TASK_STOP:
            return 0;
        default:
            return fail(error, ERROR_REFUSED, "a task of an unknown kind, %u", task.kind);
        }
        if (result != 0)
            return -1;
    }
}

int worker_run(const struct rank *rank, struct error *error)
{
    struct worker *worker = aligned_alloc(BATCH_LINE_BYTES, sizeof *worker);
    struct greeting greeting = facts_greeting(rank);
    if (worker == NULL)
        return fail(error, ERROR_REFUSED, "out of memory");
    *worker = (struct worker){.rank = rank, .job = {.index = NO_JOB}};
    death_tell(rank, &worker->job);
    MPI_Gather(&greeting, sizeof greeting, MPI_BYTE, NULL, 0, MPI_BYTE, MANAGER, MPI_COMM_WORLD);
    int result = live(worker, error);
    if (result == 0) {
        free_types(worker);
        forget_input(worker);
        work_leave();
    }
    return result;
}
