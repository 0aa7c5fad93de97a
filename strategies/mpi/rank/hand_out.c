#include "strategies/mpi/rank/hand_out.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    IN_FLIGHT = 2,
    CLAIM_NS = 50000, /* auto hands out jobs for about this long at once, */
    CLAIM_TRIPS = 2,  /* or for so many round trips to the worker where those are longer, */
    CLAIM_GROWTH = 8, /* at most so many times as many as before, */
    LEAST_CLAIMS = 4, /* and so few that each worker can come so often for what is left */
    FARTHER = 4,      /* times as far as the nearest worker: what is left may be done without it */
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
    uint64_t round_trip_ns; /* to it and back */
    uint64_t claim;         /* how many jobs auto hands out next */
};

struct hand_out {
    struct manager *manager;
    struct batch *batch;
    uint64_t chunk;    /* 0: auto */
    uint64_t next;     /* the first job that nobody has */
    uint64_t most;     /* jobs a task */
    uint64_t timed_ns; /* of all replies so far, where auto times them */
    double trips_ns;   /* the sum of the round trips to all */
    double nearest_ns; /* the shortest of them */
    uint32_t near;     /* workers that are no farther than FARTHER times that */
    uint32_t workers;  /* of which lanes[0] is rank 1 */
    uint32_t unanswered;
    unsigned char *reply;
    int reply_bytes;
    struct lane lanes[];
};

static uint64_t least(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

/* For how long auto hands out jobs at once. */
static uint64_t claim_ns(const struct lane *lane)
{
    uint64_t trips_ns = CLAIM_TRIPS * lane->round_trip_ns;
    return trips_ns > CLAIM_NS ? trips_ns : CLAIM_NS;
}

static bool is_far(const struct lane *lane)
{
    return claim_ns(lane) > CLAIM_NS;
}

/* The jobs of one of its first tasks with which it ends as all others do: the farther it is, the
 * fewer. */
static uint64_t even_share(const struct hand_out *out, const struct lane *lane)
{
    double jobs = (double)out->batch->jobs, workers = out->workers;
    if (out->manager->job_ns > 0)
        jobs += (out->trips_ns - workers * (double)lane->round_trip_ns) / out->manager->job_ns;
    return jobs > 0 ? (uint64_t)(jobs / (workers * IN_FLIGHT)) + 1 : 1;
}

/* True where the nearest workers have run all that is left before it could answer. */
static bool comes_too_late(const struct hand_out *out, const struct lane *lane, uint64_t left)
{
    double trip_ns = (double)lane->round_trip_ns;
    return trip_ns > FARTHER * out->nearest_ns &&
           (double)left * out->manager->job_ns < trip_ns * out->near;
}

/* So many that all can come again for what is left; but to a worker that is far away no fewer than
 * take a round trip, since it would wait for the next ones, nor more than its share. */
static uint64_t jobs_by_auto(const struct hand_out *out, const struct lane *lane, uint64_t left)
{
    uint64_t fair = left / ((uint64_t)out->workers * LEAST_CLAIMS) + 1;
    if (!is_far(lane))
        return least(lane->claim, fair);
    if (out->manager->job_ns > 0 && comes_too_late(out, lane, left))
        return 0;
    uint64_t share = even_share(out, lane), worthwhile = least(lane->claim / CLAIM_TRIPS, share);
    fair = least(fair, share);
    return least(lane->claim, fair > worthwhile ? fair : worthwhile);
}

static uint64_t jobs_of_next_task(const struct hand_out *out, const struct lane *lane)
{
    uint64_t left = out->batch->jobs - out->next;
    uint64_t want = out->chunk > 0 ? out->chunk : jobs_by_auto(out, lane, left);
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
    uint64_t jobs = jobs_of_next_task(out, lane);
    if (jobs == 0)
        return;
    wait_until_sent(flight); /* it has been answered */
    flight->task = (struct task){
        .kind = TASK_RUN, .is_timed = out->chunk == 0, .first = out->next, .count = jobs};
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

/* As many jobs as take claim_ns at the pace of these. */
static void claim_by_pace(struct lane *lane, const struct reply *reply)
{
    uint64_t want = reply->count * claim_ns(lane) / (reply->ns + 1);
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
    out->timed_ns += reply->ns;
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
static uint64_t most_of_task(const struct manager *manager, uint64_t chunk)
{
    const struct batch *batch = manager->batch;
    uint64_t piece = PIECE_BYTES;
    if (chunk > 0)
        return least(least(chunk, batch->jobs), most_jobs(batch, MOST_MESSAGE_BYTES / 2));
    for (int i = 0; i < manager->rank->count - 1; i++)
        if (is_far(&(struct lane){.round_trip_ns = manager->round_trips_ns[i]}))
            piece = FAR_PIECE_BYTES;
    return most_jobs(batch, piece);
}

/* By the last map of this batch; without one a single job is tried first. */
static uint64_t first_claim(const struct manager *manager, const struct lane *lane)
{
    double want = manager->job_ns > 0 ? (double)claim_ns(lane) / manager->job_ns : 1;
    return want < 1                              ? 1
           : want < (double)manager->batch->jobs ? (uint64_t)want
                                                 : manager->batch->jobs;
}

static void note_distances(struct hand_out *out)
{
    const uint64_t *trips_ns = out->manager->round_trips_ns;
    out->nearest_ns = (double)trips_ns[0];
    for (uint32_t i = 0; i < out->workers; i++) {
        out->trips_ns += (double)trips_ns[i];
        out->nearest_ns = fmin(out->nearest_ns, (double)trips_ns[i]);
    }
    for (uint32_t i = 0; i < out->workers; i++)
        out->near += (double)trips_ns[i] <= FARTHER * out->nearest_ns;
}

static void begin(struct hand_out *out, struct manager *manager, uint64_t chunk, uint64_t most)
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
    note_distances(out);
    for (uint32_t i = 0; i < out->workers; i++) {
        struct lane *lane = &out->lanes[i];
        *lane = (struct lane){.round_trip_ns = manager->round_trips_ns[i]};
        lane->claim = first_claim(manager, lane);
        for (int k = 0; k < IN_FLIGHT; k++)
            lane->flights[k].requests[0] = lane->flights[k].requests[1] = MPI_REQUEST_NULL;
    }
}

/* The first tasks of all. Where nobody knows how long a job takes, a worker that is far away gets
 * more behind the one that is tried: it would be done with any few of them long before more came.
 */
static void send_first_tasks(struct hand_out *out)
{
    for (int k = 0; k < IN_FLIGHT; k++)
        for (uint32_t i = 0; i < out->workers; i++) {
            struct lane *lane = &out->lanes[i];
            if (k > 0 && is_far(lane) && out->manager->job_ns == 0)
                lane->claim = out->batch->jobs / ((uint64_t)out->workers * LEAST_CLAIMS) + 1;
            send_task(out, i);
        }
}

int hand_out(struct manager *manager, uint64_t chunk, struct error *error)
{
    uint32_t workers = (uint32_t)manager->rank->count - 1;
    struct hand_out *out = malloc(sizeof *out + workers * sizeof(struct lane));
    uint64_t most = most_of_task(manager, chunk);
    uint64_t bytes = parts_of(manager->batch, most, true).bytes;
    if (out == NULL || (out->reply = malloc(bytes)) == NULL) {
        free(out);
        return fail_errno(error, ENOMEM, "%llu bytes for replies", (unsigned long long)bytes);
    }
    begin(out, manager, chunk, most);
    send_first_tasks(out);
    while (out->unanswered > 0)
        receive_reply(out);
    wait_for_sends(out);
    if (chunk == 0)
        manager->job_ns = (double)out->timed_ns / (double)manager->batch->jobs;
    free(out->reply);
    free(out);
    return 0;
}
