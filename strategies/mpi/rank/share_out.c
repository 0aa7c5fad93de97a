#include "strategies/mpi/rank/share_out.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

/* What each rank has of a batch; rank 0 has nothing. */
struct shares {
    int ranks;
    struct task *tasks;
    struct reply *replies;
    int *counts, *firsts; /* in jobs */
};

static void free_shares(struct shares *shares)
{
    free(shares->tasks);
    free(shares->replies);
    free(shares->counts);
    free(shares->firsts);
}

static int make_shares(struct shares *shares, const struct manager *manager, struct error *error)
{
    size_t ranks = (size_t)manager->rank->count;
    uint64_t jobs = manager->batch->jobs, workers = ranks - 1, first = 0;
    *shares = (struct shares){.ranks = (int)ranks,
                              .tasks = calloc(ranks, sizeof *shares->tasks),
                              .replies = calloc(ranks, sizeof *shares->replies),
                              .counts = calloc(ranks, sizeof *shares->counts),
                              .firsts = calloc(ranks, sizeof *shares->firsts)};
    if (shares->tasks == NULL || shares->replies == NULL || shares->counts == NULL ||
        shares->firsts == NULL)
        return fail_errno(error, ENOMEM, "shares of %zu ranks", ranks);
    for (uint64_t i = 1; i < ranks; i++) {
        uint64_t count = jobs / workers + (i <= jobs % workers);
        shares->tasks[i] = (struct task){.kind = TASK_RUN, .first = first, .count = count};
        shares->firsts[i] = (int)first;
        shares->counts[i] = (int)count;
        first += count;
    }
    return 0;
}

static void scatter(const struct shares *shares, const void *bytes, uint64_t bytes_of_one)
{
    MPI_Datatype type = rank_type(bytes_of_one);
    MPI_Scatterv(bytes, shares->counts, shares->firsts, type, NULL, 0, type, MANAGER,
                 MPI_COMM_WORLD);
    MPI_Type_free(&type);
}

static void gather(const struct shares *shares, void *bytes, uint64_t bytes_of_one)
{
    MPI_Datatype type = rank_type(bytes_of_one);
    MPI_Gatherv(NULL, 0, type, bytes, shares->counts, shares->firsts, type, MANAGER,
                MPI_COMM_WORLD);
    MPI_Type_free(&type);
}

/* Who has failed jobs sends the exit codes of its share. */
static int settle(const struct manager *manager, const struct shares *shares, struct error *error)
{
    unsigned char *codes = NULL;
    for (int i = 1; i < shares->ranks; i++) {
        const struct reply *reply = &shares->replies[i];
        if (reply->failed > 0) {
            codes = malloc((size_t)shares->counts[i]);
            if (codes == NULL)
                return fail_errno(error, ENOMEM, "exit codes of %d jobs", shares->counts[i]);
            MPI_Recv(codes, shares->counts[i], MPI_BYTE, i, TAG_CODES, MPI_COMM_WORLD,
                     MPI_STATUS_IGNORE);
        }
        manager_settle(manager, (uint32_t)i - 1, reply, codes);
        free(codes);
        codes = NULL;
    }
    return 0;
}

static int run(const struct manager *manager, const struct shares *shares, struct error *error)
{
    const struct batch *batch = manager->batch;
    struct task own;
    MPI_Scatter(shares->tasks, sizeof own, MPI_BYTE, &own, sizeof own, MPI_BYTE, MANAGER,
                MPI_COMM_WORLD);
    if (batch->payload_in_bytes > 0)
        scatter(shares, batch->payload_in, batch->payload_in_bytes);
    MPI_Gather(&(struct reply){0}, sizeof(struct reply), MPI_BYTE, shares->replies,
               sizeof(struct reply), MPI_BYTE, MANAGER, MPI_COMM_WORLD);
    gather(shares, batch->results, batch->work->result_bytes);
    if (batch->tracing != TRACED_NOT)
        gather(shares, batch->spans, sizeof(struct span));
    if (batch->payload_out_bytes > 0)
        gather(shares, batch->payload_out, batch->payload_out_bytes);
    return settle(manager, shares, error);
}

int share_out(const struct manager *manager, struct error *error)
{
    struct shares shares;
    if (manager->batch->jobs > INT_MAX)
        return fail(error, ERROR_REFUSED, "mpi-static: %llu jobs are more than MPI can count (%d)",
                    (unsigned long long)manager->batch->jobs, INT_MAX);
    int result = make_shares(&shares, manager, error);
    if (result == 0)
        result = run(manager, &shares, error);
    free_shares(&shares);
    return result;
}
