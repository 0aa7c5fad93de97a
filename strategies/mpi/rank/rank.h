#ifndef BREAKEVEN_STRATEGIES_MPI_RANK_RANK_H
#define BREAKEVEN_STRATEGIES_MPI_RANK_RANK_H

#include "bench/base/error.h"
#include "bench/job/batch.h"
#include "strategies/mpi/protocol.h"

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What the ranks say to each other. Rank 0 is the manager: it talks with the visit, shares the
 * batch's memory with it, and runs no jobs. The others are workers, and share memory with nobody.
 * All ranks are started from one program on machines of one kind, so that structs travel as they
 * are. */

enum { MANAGER = 0 };

enum rank_tag { TAG_TASK, TAG_PAYLOAD, TAG_REPLY, TAG_CODES, TAG_CLOCK, TAG_ECHO };

enum task_kind {
    TASK_STOP = 0,
    TASK_RUN,    /* run jobs first to first + count - 1 */
    TASK_ATTACH, /* a broadcast of struct attachment follows, then of the input */
    TASK_USAGE,  /* a reduction of struct strategy_usage follows */
    TASK_CLOCK,  /* CLOCK_TRIPS messages of TAG_CLOCK follow; each is answered by the time */
    TASK_ECHO,   /* send back what comes, up to count bytes each (echo.h) */
};

/* What a worker waits for: a message of TAG_TASK, or where shares are static, a scatter. Of
 * TASK_RUN the payload of its jobs follows, where there is any. */
struct task {
    uint32_t kind;
    uint32_t is_timed; /* the reply is to tell how long its jobs took */
    uint64_t first, count;
};

struct attachment {
    struct ranks_request request;
    struct ranks_work work;
};

/* How a worker answers an attachment, by a gather. */
struct readiness {
    char trouble[RANKS_TEXT_BYTES]; /* ""; it is ready */
};

/* What a reply begins with. Its parts follow (struct parts). */
struct reply {
    uint64_t first, count;
    uint64_t ns;     /* that the jobs took, where the task is timed */
    uint64_t failed; /* how many of them did not return 0; 0: there are no exit codes */
    int32_t pid;
    int32_t unused;
};

/* Where the parts of a reply lie behind each other: results, spans, payloads and exit codes of its
 * jobs, each aligned. */
struct parts {
    uint64_t results, spans, payload, codes, bytes;
};

/* What a rank tells of itself at the start, by a gather. It has as many bytes in all versions, so
 * that another one is known. */
enum { GREETING_BYTES = 1024, RANKS_BOOT_BYTES = 40, CLOCK_TRIPS = 16 };
struct greeting {
    struct ranks_facts facts;
    char boot[RANKS_BOOT_BYTES]; /* of its host: machines of the same name differ by it; "": not
                                    known */
    char unused[GREETING_BYTES - sizeof(struct ranks_facts) - RANKS_BOOT_BYTES];
};

/* Hosts that share one kernel have one boot, and differ by their names. */
static inline bool are_of_one_host(const struct greeting *one, const struct greeting *other)
{
    return strcmp(one->facts.host, other->facts.host) == 0 && strcmp(one->boot, other->boot) == 0;
}

/* How large a piece of a batch goes at once where several jobs fit into it: message and reply. By
 * TCP Open MPI sends at once what is below 64 KiB, and asks first whether it may send more. To a
 * rank that is far away more goes at once, so that small jobs are enough for the way there. */
enum { PIECE_BYTES = 60 << 10, FAR_PIECE_BYTES = 1 << 20 };

/* Counts of MPI are ints: nothing larger goes in one message. */
enum { MOST_MESSAGE_BYTES = 1 << 30 };

/* A part begins at a cache line. */
static inline uint64_t part_after(uint64_t at, uint64_t count, uint64_t bytes)
{
    return (at + count * bytes + 63) & ~UINT64_C(63);
}

/* has_codes: exit codes are among them, a byte a job. */
static inline struct parts parts_of(const struct batch *batch, uint64_t count, bool has_codes)
{
    struct parts parts = {.results = part_after(0, 1, sizeof(struct reply))};
    parts.spans = part_after(parts.results, count, batch->work->result_bytes);
    parts.payload =
        part_after(parts.spans, batch->tracing != TRACED_NOT ? count : 0, sizeof(struct span));
    parts.codes = part_after(parts.payload, count, batch->payload_out_bytes);
    parts.bytes = parts.codes + (has_codes ? count : 0);
    return parts;
}

/* What one job adds to message and reply. */
static inline uint64_t bytes_of_job(const struct batch *batch)
{
    return batch->work->result_bytes + batch->payload_in_bytes + batch->payload_out_bytes +
           (batch->tracing != TRACED_NOT ? sizeof(struct span) : 0) + 1;
}

/* How many jobs may go in one message of so many bytes: at least one. */
static inline uint64_t most_jobs(const struct batch *batch, uint64_t bytes)
{
    uint64_t most = bytes / bytes_of_job(batch);
    return most > 0 ? most : 1;
}

/* What such a batch is made of, but for its descriptors. */
static inline struct batch_request batch_request_of(const struct ranks_request *request,
                                                    const struct work *work)
{
    return (struct batch_request){
        .work = work,
        .jobs = request->jobs,
        .size = request->size,
        .seed = request->seed,
        .input_fd = -1,
        .traced = (enum tracing)request->traced,
        .payload_in_bytes = request->payload_in_bytes,
        .payload_out_bytes = request->payload_out_bytes,
    };
}

/* This rank, and what all of them are. */
struct rank {
    int number, count;
    bool is_static;
    char host[RANKS_HOST_BYTES];
};

/* Writes a line that names the rank, and ends all ranks. */
void rank_give_up(const struct rank *rank, const char *why);

/* Broadcasts memory of any size from the manager. */
void rank_broadcast(void *bytes, uint64_t count);

/* A datatype of so many bytes, at most MOST_MESSAGE_BYTES, so that jobs can be counted. The caller
 * frees it. */
MPI_Datatype rank_type(uint64_t bytes);

/* The numbers that a struct strategy_usage is made of, for sums. */
enum { RANK_USAGE_NUMBERS = sizeof(struct strategy_usage) / sizeof(uint64_t) };

#endif
