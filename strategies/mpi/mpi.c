/* MPI: the visit is the client of rank 0, which hands jobs to the other ranks and takes what comes
 * back, all by messages. breakeven is not linked with MPI: the ranks run a program of their own
 * (strategies/mpi/rank/), which mpirun starts. */
#include "bench/assets/assets.h"
#include "bench/base/clock.h"
#include "bench/process/child.h"
#include "bench/runner/folder.h"
#include "bench/runner/guard.h"
#include "strategies/common/peer.h"
#include "strategies/image/passing.h"
#include "strategies/mpi/launcher.h"
#include "strategies/mpi/protocol.h"
#include "strategies/strategy.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct mpi {
    struct strategy_config config;
    struct runner_folder folder;
    struct guard guard;
    struct launcher launcher;
    struct peer rank0;
    int listener;
    uint64_t start_ns, patience_ns; /* how long the ranks may take to come; 0: for ever */
    uint64_t attached;              /* the id of the batch that the ranks have; 0: none */
    struct error over;              /* why there are no ranks any more */
};

static const char *unavailable(void)
{
    if (asset_mpi_rank.text == asset_mpi_rank.end)
        return "this build has no MPI; `make deps-peers all` installs Open MPI (openmpi-bin, "
               "libopenmpi-dev) and builds again";
    return launcher_unavailable();
}

/* ------------------------------------------------------------------------------- talking */

/* Once the ranks have gone every call fails, for the reason that the first one had. */
static int fail_over(struct mpi *mpi, struct error *error)
{
    if (mpi->over.kind == ERROR_NONE)
        launcher_explain(&mpi->launcher, &mpi->over);
    mpi->rank0.pid = 0;
    return fail(error, mpi->over.kind, "%s", mpi->over.text);
}

static int ask(struct mpi *mpi, const struct ranks_request *request, const struct ranks_work *work,
               const int *fds, size_t fd_count, struct ranks_answer *answer, struct error *error)
{
    struct passing passing;
    struct error gone = {0};
    passing_make(&passing, request, sizeof *request, work, sizeof *work, fds, fd_count);
    if (mpi->over.kind != ERROR_NONE || peer_send(&mpi->rank0, &passing.message, &gone) != 0 ||
        peer_receive(&mpi->rank0, answer, sizeof *answer, &gone) != 0)
        return fail_over(mpi, error);
    answer->trouble[sizeof answer->trouble - 1] = '\0';
    return *answer->trouble == '\0' ? 0 : fail(error, ERROR_REFUSED, "mpi: %s", answer->trouble);
}

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
    if (ask(mpi, &request, &work, fds, batch->input_fd >= 0 ? 2 : 1, &answer, error) != 0)
        return -1;
    mpi->attached = batch->id;
    return 0;
}

static int map(void *state, struct batch *batch, struct error *error)
{
    struct mpi *mpi = state;
    struct ranks_request request = {
        .kind = RANKS_MAP, .map = batch->map, .chunk = mpi->config.chunk};
    struct ranks_answer answer;
    if (mpi->attached != batch->id && attach(mpi, batch, error) != 0)
        return -1;
    if (ask(mpi, &request, NULL, NULL, 0, &answer, error) != 0)
        return -1;
    batch->troubles += answer.troubles;
    return 0;
}

static void usage(void *state, struct strategy_usage *usage)
{
    struct mpi *mpi = state;
    struct ranks_request request = {.kind = RANKS_USAGE};
    struct ranks_answer answer;
    struct error ignored = {0};
    if (ask(mpi, &request, NULL, NULL, 0, &answer, &ignored) == 0)
        strategy_add_usage(usage, &answer.usage);
}

/* Worker 0 is rank 1. */
static void introduce(void *state, uint32_t worker, char *text, size_t bytes)
{
    char host[RANKS_HOST_BYTES] = "an unknown host";
    (void)state;
    gethostname(host, sizeof host - 1);
    snprintf(text, bytes, "rank %u on %s", worker + 1, host);
}

/* ------------------------------------------------------------------------------- starting */

/* The program is the user's alone, and may be executed. */
static int put_program(const struct mpi *mpi, struct error *error)
{
    const struct asset *program = &asset_mpi_rank;
    if (runner_folder_put(&mpi->folder, RANKS_PROGRAM, program->text,
                          (size_t)(program->end - program->text), error) != 0)
        return -1;
    if (fchmodat(mpi->folder.fd, RANKS_PROGRAM, S_IRWXU, 0) != 0)
        return fail_errno(error, errno, "%s/" RANKS_PROGRAM, mpi->folder.path);
    return 0;
}

static int listen_for_rank0(struct mpi *mpi, struct error *error)
{
    struct sockaddr_un address;
    mpi->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    ranks_address(mpi->folder.fd, &address);
    if (mpi->listener < 0 ||
        bind(mpi->listener, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(mpi->listener, SOMAXCONN) != 0)
        return fail_errno(error, errno, "%s/" RANKS_SOCKET, mpi->folder.path);
    return 0;
}

/* Waits until the descriptor has something of rank 0. Ranks that have ended before they came can be
 * seen by the launcher's end alone, and those that never come by the time: that is told while the
 * visit still can. */
static int await(struct mpi *mpi, int fd, struct error *error)
{
    enum { LOOK_MS = 50 };
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    for (;;) {
        bool has_ended = child_look(mpi->launcher.pid) == CHILD_IS_GONE;
        int ready = poll(&polled, 1, has_ended ? 0 : LOOK_MS);
        if (ready > 0)
            return 0;
        if (ready < 0 && errno != EINTR)
            return fail_errno(error, errno, "mpi: poll");
        if (has_ended)
            return fail_over(mpi, error);
        if (mpi->patience_ns > 0 && clock_now_ns() - mpi->start_ns > mpi->patience_ns)
            return launcher_give_up(&mpi->launcher, mpi->patience_ns, error);
    }
}

static int await_rank0(struct mpi *mpi, struct error *error)
{
    if (await(mpi, mpi->listener, error) != 0)
        return -1;
    mpi->rank0.socket = accept4(mpi->listener, NULL, NULL, SOCK_CLOEXEC);
    if (mpi->rank0.socket < 0)
        return fail_errno(error, errno, "mpi: the socket of rank 0");
    return peer_watch(&mpi->rank0, error);
}

/* A program of another MPI than mpirun's takes itself for the only rank. */
static int check_hello(const struct mpi *mpi, struct ranks_hello *hello, struct error *error)
{
    uint32_t wanted = mpi->config.workers + 1;
    hello->version[sizeof hello->version - 1] = hello->library[sizeof hello->library - 1] =
        hello->trouble[sizeof hello->trouble - 1] = '\0';
    if (strcmp(hello->version, ranks_version) != 0)
        return fail(error, ERROR_REFUSED, "mpi: the ranks are of breakeven %s, where this is %s",
                    hello->version, ranks_version);
    if (hello->ranks == 1)
        return fail(error, ERROR_REFUSED,
                    "mpi: each rank takes itself for the only one: %s is of another MPI than the "
                    "one that breakeven was built for, %s; %s",
                    launcher_path(), hello->library, launcher_remedy());
    if (hello->ranks != wanted)
        return fail(error, ERROR_REFUSED, "mpi: %s has started %u ranks, where %u were asked for",
                    launcher_path(), hello->ranks, wanted);
    if (*hello->trouble != '\0')
        return fail(error, ERROR_REFUSED, "mpi: %s", hello->trouble);
    return 0;
}

static int greet(struct mpi *mpi, struct error *error)
{
    struct ranks_hello hello;
    struct error gone = {0};
    if (await(mpi, mpi->rank0.socket, error) != 0)
        return -1;
    if (peer_receive(&mpi->rank0, &hello, sizeof hello, &gone) != 0)
        return fail_over(mpi, error);
    return check_hello(mpi, &hello, error);
}

static void close_mpi(void *state)
{
    struct mpi *mpi = state;
    if (mpi->listener >= 0)
        close(mpi->listener);
    if (mpi->rank0.socket >= 0)
        close(mpi->rank0.socket); /* rank 0 ends when its client has gone, and the others with it */
    launcher_end(&mpi->launcher);
    runner_folder_remove(&mpi->folder);
    guard_stop(&mpi->guard);
    free(mpi);
}

static int open_all(struct mpi *mpi, const char *hand_out, struct error *error)
{
    if (guard_start(&mpi->guard, error) != 0 || runner_folder_make(&mpi->folder, error) != 0 ||
        put_program(mpi, error) != 0 || listen_for_rank0(mpi, error) != 0)
        return -1;
    const struct launcher_order order = {mpi->folder.path, hand_out, mpi->config.workers,
                                         mpi->config.cpus, mpi->config.timeout_ns};
    mpi->start_ns = clock_now_ns();
    mpi->patience_ns = mpi->config.timeout_ns / 4 * 3;
    if (launcher_start(&mpi->launcher, &order, error) != 0)
        return -1;
    mpi->rank0.pid = mpi->launcher.pid;
    return await_rank0(mpi, error) == 0 ? greet(mpi, error) : -1;
}

static int open_mpi(const struct strategy_config *config, const char *hand_out, void **state,
                    struct error *error)
{
    struct mpi *mpi = calloc(1, sizeof *mpi);
    if (mpi == NULL)
        return fail_errno(error, ENOMEM, "mpi: %u workers", config->workers);
    mpi->config = *config;
    mpi->listener = mpi->launcher.said = mpi->folder.fd = mpi->guard.end = -1;
    mpi->rank0 = (struct peer){
        .socket = -1, .who = "mpi: rank 0", .over.timeout_ns = config->job_timeout_ns};
    if (open_all(mpi, hand_out, error) != 0) {
        close_mpi(mpi);
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
    .floor = FLOOR_ROUNDTRIP,
    .unavailable = unavailable,
    .runtime = launcher_path,
    .open = open_dynamic,
    .map = map,
    .usage = usage,
    .introduce = introduce,
    .close = close_mpi,
};

const struct strategy_ops strategy_mpi_static = {
    .name = "mpi-static",
    .summary = "the same, each rank its share at once, by MPI_Scatter and MPI_Gatherv",
    .elsewhere = "what most programs with MPI do",
    .flags = OF_MPI,
    .unit = UNIT_REGION,
    .floor = FLOOR_ROUNDTRIP,
    .unavailable = unavailable,
    .runtime = launcher_path,
    .open = open_static,
    .map = map,
    .usage = usage,
    .introduce = introduce,
    .close = close_mpi,
};
