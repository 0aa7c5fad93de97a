#include "strategies/mpi/rank/hand_out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    IN_FLIGHT = 2,
    CLAIM_NS = 50000, /* auto hands out jobs for about this long at once, */
    CLAIM_GROWTH = 8, /* at most so many times as many as before, */
    LEAST_CLAIMS = 4, /* and so few that each worker can come so often for what is left */
};

/* A task that a worker has not answered yet. */
struct flight {
    struct task task;
    MPI_Request requests[2]; /* of the task, and of its payload */
};

/* What the manager knows of a worker. */
struct lane {
    struct flight flights[IN_FLIGHT];
    uint32_t next; /* of them: the one that is to be used next, since answers come in their order */
    uint64_t claim; /* how many jobs auto hands out next */
};

struct hand_out {
    const struct manager *manager;
    struct batch *batch;
    uint64_t chunk;   /* 0: auto */
    uint64_t next;    /* the first job that nobody has */
    uint64_t most;    /* jobs a task */
    uint32_t workers; /* of which lanes[0] is rank 1 */
    uint32_t unanswered;
    unsigned char *reply;
    int reply_bytes;
    struct lane lanes[];
};

static uint64_t least(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

static uint64_t jobs_of_next_task(const struct hand_out *out, const struct lane *lane)
{
    uint64_t left = out->batch->jobs - out->next, want = out->chunk;
    if (out->chunk == 0) {
        uint64_t fair = left / ((uint64_t)out->workers * LEAST_CLAIMS) + 1;
        want = least(lane->claim, fair);
    }
    return least(least(want, out->most), left);
}

/* One by one: what MPICH has for no statuses at all is an address that gcc takes for an array. */
static void wait_until_sent(struct flight *flight)
{
    MPI_Wait(&flight->requests[0], MPI_STATUS_IGNORE);
    MPI_Wait(&flight->requests[1], MPI_STATUS_IGNORE);
}

/* Hands the next jobs to a worker, where there are any left. */
static void send_task(struct hand_out *out, uint32_t worker)
{
    struct lane *lane = &out->lanes[worker];
    struct flight *flight = &lane->flights[lane->next];
    const struct batch *batch = out->batch;
    if (out->next == batch->jobs)
        return;
    wait_until_sent(flight); /* it has been answered */
    flight->task = (struct task){.kind = TASK_RUN,
                                 .is_timed = out->chunk == 0,
                                 .first = out->next,
                                 .count = jobs_of_next_task(out, lane)};
    MPI_Isend(&flight->task, sizeof flight->task, MPI_BYTE, (int)worker + 1, TAG_TASK,
              MPI_COMM_WORLD, &flight->requests[0]);
    if (batch->payload_in_bytes > 0)
        MPI_Isend(batch_payload_in(batch, out->next),
                  (int)(flight->task.count * batch->payload_in_bytes), MPI_BYTE, (int)worker + 1,
                  TAG_PAYLOAD, MPI_COMM_WORLD, &flight->requests[1]);
    out->next += flight->task.count;
    out->unanswered++;
    lane->next = (lane->next + 1) % IN_FLIGHT;
}

/* Copies what a reply brings to where it belongs. */
static void take(const struct hand_out *out, uint32_t worker, const struct reply *reply)
{
    const struct batch *batch = out->batch;
    struct parts parts = parts_of(batch, reply->count, reply->failed > 0);
    const unsigned char *bytes = out->reply;
    size_t result_bytes = batch->work->result_bytes;
    memcpy(batch->results + reply->first * result_bytes, bytes + parts.results,
           reply->count * result_bytes);
    if (batch->tracing != TRACED_NOT)
        memcpy(&batch->spans[reply->first], bytes + parts.spans,
               reply->count * sizeof(struct span));
    if (batch->payload_out_bytes > 0)
        memcpy(batch_payload_out(batch, reply->first), bytes + parts.payload,
               reply->count * batch->payload_out_bytes);
    manager_settle(out->manager, worker, reply, reply->failed > 0 ? bytes + parts.codes : NULL);
}

/* As many jobs as take CLAIM_NS at the pace of these. */
static void claim_by_pace(struct lane *lane, const struct reply *reply)
{
    uint64_t want = reply->count * CLAIM_NS / (reply->ns + 1);
    want = least(want, reply->count * CLAIM_GROWTH);
    lane->claim = want > 1 ? want : 1;
}

static void receive_reply(struct hand_out *out)
{
    const struct reply *reply = (const struct reply *)(const void *)out->reply;
    MPI_Status status;
    MPI_Recv(out->reply, out->reply_bytes, MPI_BYTE, MPI_ANY_SOURCE, TAG_REPLY, MPI_COMM_WORLD,
             &status);
    uint32_t worker = (uint32_t)status.MPI_SOURCE - 1;
    out->unanswered--;
    if (out->chunk == 0)
        claim_by_pace(&out->lanes[worker], reply);
    send_task(out, worker); /* it is to wait as shortly as can be */
    take(out, worker, reply);
}

static void wait_for_sends(struct hand_out *out)
{
    for (uint32_t i = 0; i < out->workers; i++)
        for (int k = 0; k < IN_FLIGHT; k++)
            wait_until_sent(&out->lanes[i].flights[k]);
}

/* How many jobs a task may have; a chunk that was asked for may be larger than a piece. */
static uint64_t most_of_task(const struct batch *batch, uint64_t chunk)
{
    uint64_t most = MOST_MESSAGE_BYTES / 2 / bytes_of_job(batch);
    return chunk == 0 ? most_jobs(batch) : least(least(chunk, batch->jobs), most);
}

static void begin(struct hand_out *out, const struct manager *manager, uint64_t chunk,
                  uint64_t most)
{
    *out = (struct hand_out){
        .manager = manager,
        .batch = manager->batch,
        .chunk = chunk,
        .most = most,
        .workers = (uint32_t)manager->rank->count - 1,
        .reply = out->reply,
    };
    out->reply_bytes = (int)parts_of(out->batch, out->most, true).bytes;
    for (uint32_t i = 0; i < out->workers; i++) {
        out->lanes[i] = (struct lane){.claim = 1};
        for (int k = 0; k < IN_FLIGHT; k++)
            out->lanes[i].flights[k].requests[0] = out->lanes[i].flights[k].requests[1] =
                MPI_REQUEST_NULL;
    }
}

int hand_out(const struct manager *manager, uint64_t chunk, struct error *error)
{
    uint32_t workers = (uint32_t)manager->rank->count - 1;
    struct hand_out *out = malloc(sizeof *out + workers * sizeof(struct lane));
    uint64_t most = most_of_task(manager->batch, chunk);
    uint64_t bytes = parts_of(manager->batch, most, true).bytes;
    if (out == NULL || (out->reply = malloc(bytes)) == NULL) {
        free(out);
        return fail_errno(error, ENOMEM, "%llu bytes for replies", (unsigned long long)bytes);
    }
    begin(out, manager, chunk, most);
    for (int k = 0; k < IN_FLIGHT; k++)
        for (uint32_t i = 0; i < workers; i++)
            send_task(out, i);
    while (out->unanswered > 0)
        receive_reply(out);
    wait_for_sends(out);
    free(out->reply);
    free(out);
    return 0;
}
