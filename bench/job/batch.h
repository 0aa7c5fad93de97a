#ifndef BREAKEVEN_JOB_BATCH_H
#define BREAKEVEN_JOB_BATCH_H

#include "bench/base/clock.h"
#include "bench/base/error.h"
#include "bench/job/work.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What two writers never share: two cache lines, which prefetchers of x86 fetch together. */
enum { BATCH_LINE_BYTES = 128 };

/* How a job ended. */
enum job_status {
    JOB_DONE,
    JOB_FAILED,    /* with an exit code of its own */
    JOB_CRASHED,   /* by a signal that it did not get from here */
    JOB_TIMED_OUT, /* it was killed since it had run for too long */
    JOB_AGAIN,     /* it has not: it crashed or timed out, and is to be run again */
};

/* What became of one job in the map numbered `map`. A job whose outcome names an older map has not
 * been run in this one: that is how a lost job shows. Each half is written as one word, since what
 * tiny jobs cost is the number of their stores. */
struct outcome {
    union {
        struct {
            uint32_t worker; /* 0 to workers - 1 */
            int32_t pid;
        };
        uint64_t who;
    };
    union {
        struct {
            uint32_t map;
            uint8_t status; /* enum job_status */
            uint8_t code;   /* exit code of a failed job, signal of one that was killed */
            uint8_t reruns; /* how often it was run again; 255: so often or more */
        };
        uint64_t how;
    };
};

/* What the spans of a batch are taken by. */
enum tracing {
    TRACED_NOT,
    TRACED_BY_CLOCK, /* clock_now_ns */
    TRACED_BY_TSC,   /* the time stamp counter: see clock_is_tsc */
};

/* When a job ran last, and where; written by whoever ran it. In ticks of what the batch is traced
 * by, until batch_spans_to_ns. */
struct span {
    uint64_t start, end; /* end 0: it has not ended */
    int32_t thread;      /* its id to the kernel, as gettid gives it */
    int32_t cpu;         /* on which it started; -1: not known */
};

/* How the caller of a map learns of a job that has ended, where it takes results one by one. */
struct arrival {
    uint64_t next; /* written by who settled it: another one and 1; 0: none */
    uint32_t sent; /* payloads that its worker had sent by then, where they travel */
    uint32_t map;  /* written by the caller: that of the last map in which it knew of it */
};

/* One moment by two clocks. */
struct moment {
    uint64_t ns;    /* clock_now_ns */
    uint64_t ticks; /* of what the batch is traced by */
};

/* The jobs of one map call and all that they share. The struct itself, the results, the outcomes,
 * the spans and the payloads lie in one memfd, the input in another or in a file, so that forked,
 * spawned and served processes all see the same memory. */
struct batch {
    uint64_t id; /* above 0, different for every batch that this process makes */
    const struct work *work;
    uint64_t jobs, size, seed;
    const unsigned char *input; /* NULL where empty */
    uint64_t input_bytes;
    unsigned char *results;                       /* jobs x work->result_bytes, in job order */
    struct outcome *outcomes;                     /* one a job */
    struct span *spans;                           /* one a job where traced, else NULL */
    unsigned char *payload_in, *payload_out;      /* jobs x their bytes, in job order */
    uint64_t payload_in_bytes, payload_out_bytes; /* of one job */
    enum tracing tracing;
    bool plain;   /* neither spans nor payloads: a job is its work and no more */
    pid_t pid;    /* of the process that made or attached it, or that it was handed to */
    int fd;       /* the memfd of everything but the input */
    int input_fd; /* -1 where there is no input */
    uint64_t shared_bytes;
    struct arrival *arrivals; /* one a job where streamed, else NULL */
    /* What changes from map to map, on a line of its own: workers read the rest from their caches.
     */
    _Alignas(BATCH_LINE_BYTES) uint32_t map; /* the number of the map under way, from 1 */
    uint64_t troubles;                       /* jobs of all maps so far that did not end as done */
    uint64_t reruns;                         /* of all their jobs */
    /* From the start of the map until the caller had the first result; 0: it takes all at once. */
    uint64_t first_result_ns;
};

/* What a batch is made of. */
struct batch_request {
    const struct work *work;
    uint64_t jobs, size, seed;
    int input_fd;        /* holds the input; -1 where there is none. The batch borrows it. */
    enum tracing traced; /* batch_create takes what is cheapest here for any but TRACED_NOT */
    uint64_t payload_in_bytes, payload_out_bytes; /* of one job, beside its input and result */
    bool streamed; /* for strategies that are opened for results one by one, or a limit of jobs in
                      flight */
};

/* How many bytes batch_create will reserve; fails where no memory can be that large. */
int batch_bytes(const struct batch_request *request, uint64_t *bytes, struct error *error);

/* What messages call the memory of a batch: it names the option where payload is part of it. */
const char *batch_name(const struct batch_request *request);

/* Makes a batch in a new memfd, all of its memory reserved, and fills the payloads that go into its
 * jobs. NULL: see error. */
struct batch *batch_create(const struct batch_request *request, struct error *error);

/* Maps a batch that another process made, from its descriptors; fd is owned by the batch from here
 * on. The struct is this process's own, to be freed with batch_free. */
struct batch *batch_attach(const struct batch_request *request, int fd, struct error *error);

/* Unmaps, and closes fd. NULL is allowed. */
void batch_free(struct batch *batch);

/* A memfd of that many bytes, all of them reserved so that touching them later cannot fail. More
 * than memory_left is refused. Returns -1 on failure. */
int batch_memory(const char *name, uint64_t bytes, struct error *error);

/* Gives a memfd of no bytes that many, in the same way. */
int batch_reserve(const char *name, int fd, uint64_t bytes, struct error *error);

/* Starts the next map: every outcome becomes one of the past. */
static inline void batch_begin(struct batch *batch)
{
    batch->map++;
}

/* True where the job has an outcome in this map. */
static inline bool batch_settled(const struct batch *batch, uint64_t index)
{
    struct outcome outcome;
    outcome.how = __atomic_load_n(&batch->outcomes[index].how, __ATOMIC_ACQUIRE);
    return outcome.map == batch->map && outcome.status != JOB_AGAIN;
}

/* The job as the work sees it. */
static inline struct job batch_job(const struct batch *batch, uint64_t index)
{
    return (struct job){
        .index = index,
        .jobs = batch->jobs,
        .size = batch->size,
        .seed = batch->seed,
        .input = batch->input,
        .input_bytes = batch->input_bytes,
    };
}

/* Where a job's payloads lie in the batch. */
static inline unsigned char *batch_payload_in(const struct batch *batch, uint64_t index)
{
    return batch->payload_in + index * batch->payload_in_bytes;
}

static inline unsigned char *batch_payload_out(const struct batch *batch, uint64_t index)
{
    return batch->payload_out + index * batch->payload_out_bytes;
}

/* True where bytes go into or out of each job beside its input and result. */
static inline bool batch_has_payload(const struct batch *batch)
{
    return batch->payload_in_bytes > 0 || batch->payload_out_bytes > 0;
}

/* Reads every byte of a job's result and of its payload, as who uses them does. What it returns
 * depends on them all. */
uint64_t batch_read_result(const struct batch *batch, uint64_t index);

/* Runs one job between payloads that lie anywhere: reads every byte of `in`, runs the work into the
 * result slot, and writes every byte of `out`, which depends on all of `in` and on the job. Records
 * the span where traced. Returns the job's exit code; where that is not 0, `out` is not written. */
int batch_execute_between(const struct batch *batch, const struct job *job, const unsigned char *in,
                          unsigned char *out);

/* Runs one job into its result slot, its payloads in place, and records its span where traced.
 * Returns the job's exit code. */
static inline int batch_execute(const struct batch *batch, const struct job *job)
{
    if (batch->plain)
        return batch->work->run(job, batch->results + job->index * batch->work->result_bytes);
    return batch_execute_between(batch, job, batch_payload_in(batch, job->index),
                                 batch_payload_out(batch, job->index));
}

/* The outcome of each job that one worker does in a map. */
static inline struct outcome batch_done_by(uint32_t map, uint32_t worker, pid_t pid)
{
    return (struct outcome){.map = map, .worker = worker, .pid = pid, .status = JOB_DONE};
}

/* Settles a job that returned code; done is the outcome where code is 0. The half with the map's
 * number is written last: a worker that is killed here leaves the job unsettled, not half settled.
 */
static inline void batch_settle(struct batch *batch, uint64_t index, const struct outcome *done,
                                int code)
{
    struct outcome *outcome = &batch->outcomes[index];
    uint64_t how = done->how;
    if (__builtin_expect(code != 0, 0)) {
        struct outcome failed = *done;
        failed.status = JOB_FAILED;
        failed.code = (uint8_t)code;
        how = failed.how;
        __atomic_fetch_add(&batch->troubles, 1, __ATOMIC_RELAXED);
    }
    outcome->who = done->who;
    __atomic_store_n(&outcome->how, how, __ATOMIC_RELEASE);
}

/* Runs jobs first to end - 1 of a map one after the other and settles each. job is the memory that
 * names the job in hand: batch_job of any of them. */
static inline void batch_run(struct batch *batch, struct job *job, uint64_t first, uint64_t end,
                             const struct outcome *done)
{
    const struct work *work = batch->work;
    size_t result_bytes = work->result_bytes;
    unsigned char *result = batch->results + first * result_bytes;
    bool plain = batch->plain; /* tiny jobs take notice of every load */
    for (uint64_t i = first; i < end; i++, result += result_bytes) {
        job->index = i;
        batch_settle(batch, i, done, plain ? work->run(job, result) : batch_execute(batch, job));
    }
}

/* This moment. */
struct moment batch_moment(const struct batch *batch);

/* Makes ns of clock_now_ns of the ticks in the spans of a traced map that lay between two moments;
 * to be called once after it. A span of an earlier map becomes that of a job that never started:
 * all 0, its CPU -1. */
void batch_spans_to_ns(struct batch *batch, const struct moment *begin, const struct moment *end);

/* How the process that ran a job ended. */
struct ended {
    uint32_t worker;
    pid_t pid;
    int wait_status; /* as waitpid gives it */
    bool timed_out;  /* it was killed from here, since the job had run for too long */
};

/* Settles a job whose process has ended. False: it crashed or timed out and has been run again
 * fewer than `retries` times in this map; it is marked to be run once more. */
bool batch_settle_ended(struct batch *batch, uint64_t index, const struct ended *ended,
                        uint32_t retries);

/* The outcome of a job that is run again, where it ends well: `done`, and how often it was run
 * before. */
struct outcome batch_done_again(const struct batch *batch, uint64_t index,
                                const struct outcome *done);

/* What a map came to. */
struct batch_tally {
    uint64_t done, failed, crashed, timed_out, lost;
    uint64_t first_bad;     /* the first job that is not done; jobs where all are */
    uint32_t workers_taken; /* how many different workers settled a job */
};

/* Counts the outcomes of the last map, of which workers took part. */
struct batch_tally batch_count(const struct batch *batch, uint32_t workers);

/* One line for people on the first job that is not done. */
void batch_complaint(const struct batch *batch, const struct batch_tally *tally, char *text,
                     size_t bytes);

#endif
