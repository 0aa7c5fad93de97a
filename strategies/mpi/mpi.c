/* MPI: the visit is the client of rank 0, which hands jobs to the other ranks and takes what comes
 * back, all by messages. breakeven is not linked with MPI: the ranks run a program of their own
 * (strategies/mpi/rank/), which mpirun starts. */
#include "bench/assets/assets.h"
#include "bench/base/text.h"
#include "strategies/mpi/ranks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct mpi {
    struct ranks ranks;
    uint64_t attached;       /* the id of the batch that the ranks have; 0: none */
    uint64_t clock_error_ns; /* of the last map's spans; 0: all are of this host's clock */
};

static const char *unavailable(void)
{
    if (asset_mpi_rank.text == asset_mpi_rank.end)
        return "this build has no MPI; `make deps-peers all` installs Open MPI (openmpi-bin, "
               "libopenmpi-dev) and builds again";
    return launcher_unavailable();
}

/* ------------------------------------------------------------------------------- maps */

static int attach(struct mpi *mpi, const struct batch *batch, struct error *error)
{
    struct ranks_request request = {
        .kind = RANKS_ATTACH,
        .jobs = batch->jobs,
        .size = batch->size,
        .seed = batch->seed,
        .payload_in_bytes = batch->payload_in_bytes,
        .payload_out_bytes = batch->payload_out_bytes,
        .traced = batch->tracing,
        .has_input = batch->input_fd >= 0,
    };
    struct ranks_work work = {"", ""};
    struct ranks_answer answer;
    const char *reference = batch->work->reference;
    int fds[] = {batch->fd, batch->input_fd};
    snprintf(work.name, sizeof work.name, "%s", batch->work->name);
    snprintf(work.reference, sizeof work.reference, "%s", reference != NULL ? reference : "");
    if (ranks_ask(&mpi->ranks, &request, &work, fds, batch->input_fd >= 0 ? 2 : 1, &answer,
                  error) != 0)
        return -1;
    mpi->attached = batch->id;
    return 0;
}

static int map(void *state, struct batch *batch, struct error *error)
{
    struct mpi *mpi = state;
    struct ranks_request request = {
        .kind = RANKS_MAP, .map = batch->map, .chunk = mpi->ranks.config.chunk};
    struct ranks_answer answer;
    if (mpi->attached != batch->id && attach(mpi, batch, error) != 0)
        return -1;
    if (ranks_ask(&mpi->ranks, &request, NULL, NULL, 0, &answer, error) != 0)
        return -1;
    batch->troubles += answer.troubles;
    mpi->clock_error_ns = answer.clock_error_ns;
    return 0;
}

static void usage(void *state, struct strategy_usage *usage)
{
    struct mpi *mpi = state;
    struct ranks_request request = {.kind = RANKS_USAGE};
    struct ranks_answer answer;
    struct error ignored = {0};
    if (ranks_ask(&mpi->ranks, &request, NULL, NULL, 0, &answer, &ignored) == 0)
        strategy_add_usage(usage, &answer.usage);
}

/* Worker 0 is rank 1. */
static void introduce(void *state, uint32_t worker, char *text, size_t bytes)
{
    struct mpi *mpi = state;
    struct ranks_facts facts = {.host = "an unknown host"};
    struct error ignored = {0};
    if (mpi->ranks.config.host_count == 0)
        gethostname(facts.host, sizeof facts.host - 1);
    else
        ranks_ask_facts(&mpi->ranks, worker + 1, &facts, &ignored);
    snprintf(text, bytes, "rank %u on %s", worker + 1, facts.host);
}

static void tell(void *state, char *text, size_t bytes)
{
    const struct mpi *mpi = state;
    char error[32];
    if (mpi->clock_error_ns == 0)
        return;
    text_duration(error, sizeof error, (double)mpi->clock_error_ns);
    snprintf(text, bytes, "times of other hosts are by this one's clock, within %s", error);
}

static int measure_floors(void *state, double ns[FLOOR_COUNT], struct error *error)
{
    struct mpi *mpi = state;
    struct ranks_request request = {.kind = RANKS_FLOORS};
    struct ranks_answer answer;
    if (ranks_ask(&mpi->ranks, &request, NULL, NULL, 0, &answer, error) != 0)
        return -1;
    ns[FLOOR_MPI] = answer.floors.round_trip_ns;
    ns[FLOOR_MESSAGE] = answer.floors.message_ns;
    return 0;
}

/* ------------------------------------------------------------------------------- starting */

static void close_mpi(void *state)
{
    struct mpi *mpi = state;
    ranks_close(&mpi->ranks);
    free(mpi);
}

static int open_mpi(const struct strategy_config *config, const char *hand_out, void **state,
                    struct error *error)
{
    struct mpi *mpi = calloc(1, sizeof *mpi);
    if (mpi == NULL)
        return fail_errno(error, ENOMEM, "mpi: %u workers", config->workers);
    if (ranks_open(&mpi->ranks, config, hand_out, error) != 0) {
        free(mpi);
        return -1;
    }
    *state = mpi;
    return 0;
}

static int open_dynamic(const struct strategy_config *config, void **state, struct error *error)
{
    return open_mpi(config, RANKS_DYNAMIC, state, error);
}

static int open_static(const struct strategy_config *config, void **state, struct error *error)
{
    return open_mpi(config, RANKS_STATIC, state, error);
}

#define OF_MPI                                                                                     \
    (STRATEGY_NEEDS_EXEC | STRATEGY_CALLER_WAITS | STRATEGY_PEER | STRATEGY_LAUNCHED |             \
     STRATEGY_HOSTS | STRATEGY_MESSAGES)

const struct strategy_ops strategy_mpi = {
    .name = "mpi",
    .summary = "MPI's ranks, started by mpirun; rank 0 hands them jobs as they become free",
    .elsewhere = "mpi4py.futures.MPIPoolExecutor",
    .flags = OF_MPI | STRATEGY_CHUNKS,
    .unit = UNIT_REGION,
    .floor = FLOOR_MPI,
    .unavailable = unavailable,
    .runtime = launcher_path,
    .open = open_dynamic,
    .map = map,
    .usage = usage,
    .introduce = introduce,
    .tell = tell,
    .floors = measure_floors,
    .close = close_mpi,
};

const struct strategy_ops strategy_mpi_static = {
    .name = "mpi-static",
    .summary = "the same, each rank its share at once, by MPI_Scatter and MPI_Gatherv",
    .elsewhere = "what most programs with MPI do",
    .flags = OF_MPI,
    .unit = UNIT_REGION,
    .floor = FLOOR_MPI,
    .unavailable = unavailable,
    .runtime = launcher_path,
    .open = open_static,
    .map = map,
    .usage = usage,
    .introduce = introduce,
    .tell = tell,
    .close = close_mpi,
};
