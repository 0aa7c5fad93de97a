/* A small process of its own forks each job. It is a fresh image, started by open, so
 * it never holds any of the caller's memory: a fork costs the same however large the caller is. */
#include "bench/base/exit_status.h"
#include "bench/process/processes.h"
#include "strategies/command/launch.h"
#include "strategies/common/alive.h"
#include "strategies/common/image.h"
#include "strategies/common/peer.h"
#include "strategies/common/relay.h"
#include "strategies/image/passing.h"
#include "strategies/image/server.h"
#include "strategies/strategy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct forkserver_state {
    struct slots *slots;
    struct peer server;
    struct relay *relay; /* NULL: payload stays in shared memory */
    uint64_t attached;   /* the id of the batch that the server has; 0: none */
    int output;          /* takes what commands write; -1: jobs are none */
};

/* work: NULL but for ATTACH. */
static int send_request(struct forkserver_state *state, const struct server_request *request,
                        const struct server_work *work, const int *fds, size_t fd_count,
                        struct error *error)
{
    struct passing passing;
    passing_make(&passing, request, sizeof *request, work, sizeof *work, fds, fd_count);
    return peer_send(&state->server, &passing.message, error);
}

static int start(void *opened, struct batch *batch, uint64_t index, uint32_t slot,
                 struct error *error)
{
    struct forkserver_state *state = opened;
    struct server_request request = {
        .kind = SERVER_RUN, .index = index, .slot = slot, .end = relay_end(state->relay, slot)};
    (void)batch;
    relay_expect(state->relay, slot);
    return send_request(state, &request, NULL, NULL, 0, error);
}

static int wait_any(void *opened, struct batch *batch, struct ended *ended, struct error *error)
{
    struct forkserver_state *state = opened;
    struct server_answer answer;
    if (peer_receive(&state->server, &answer, sizeof answer, error) != 0)
        return -1;
    *ended = (struct ended){answer.slot, answer.pid, answer.wait_status, answer.timed_out != 0};
    if (answer.pid < 0) {
        ended->wait_status = EXIT_REFUSED << 8;
        fail_errno(error, answer.wait_status, "forkserver: fork");
    }
    if (state->output >= 0)
        launch_note_end(batch, state->slots->slot[ended->worker].job, ended);
    relay_clear(state->relay, ended->worker, &ended->wait_status, error);
    return 0;
}

static int attach(struct forkserver_state *state, const struct batch *batch, struct error *error)
{
    struct server_request request = {
        .kind = SERVER_ATTACH,
        .jobs = batch->jobs,
        .size = batch->size,
        .seed = batch->seed,
        .workers = state->slots->count,
        .traced = batch->tracing,
        .has_input = batch->input_fd >= 0,
        .output = state->output,
        .payload_in_bytes = batch->payload_in_bytes,
        .payload_out_bytes = batch->payload_out_bytes,
        .job_timeout_ns = state->slots->watch.timeout_ns,
    };
    int fds[2] = {batch->fd, batch->input_fd};
    struct server_work work = {"", ""};
    const char *reference = batch->work->reference;
    snprintf(work.name, sizeof work.name, "%s", batch->work->name);
    snprintf(work.reference, sizeof work.reference, "%s", reference != NULL ? reference : "");
    if (send_request(state, &request, &work, fds, batch->input_fd >= 0 ? 2 : 1, error) != 0)
        return -1;
    state->attached = batch->id;
    return 0;
}

static int forkserver_map(void *opened, struct batch *batch, struct error *error)
{
    static const struct starter starter = {start, wait_any};
    struct forkserver_state *state = opened;
    if (state->attached != batch->id && attach(state, batch, error) != 0)
        return -1;
    relay_begin(state->relay, batch);
    return alive_map(&starter, state, state->slots, batch, error);
}

static void forkserver_usage(void *opened, struct strategy_usage *usage)
{
    struct forkserver_state *state = opened;
    struct server_request request = {.kind = SERVER_USAGE};
    struct server_answer answer;
    struct error ignored = {0};
    if (send_request(state, &request, NULL, NULL, 0, &ignored) == 0 &&
        peer_receive(&state->server, &answer, sizeof answer, &ignored) == 0)
        strategy_add_usage(usage, &answer.usage);
    relay_usage(state->relay, usage);
}

static void forkserver_close(void *opened)
{
    struct forkserver_state *state = opened;
    int wait_status;
    if (state->server.socket >= 0)
        close(state->server.socket); /* the server ends when its client has gone */
    if (state->server.pid > 0)
        process_await_end(state->server.pid, &wait_status);
    relay_close(state->relay);
    slots_close(state->slots);
    if (state->output >= 0)
        close(state->output);
    free(state);
}

/* Starts the server with its end of the socket and the workers' ends of all pipes. */
static int start_server(struct forkserver_state *state, int image, struct error *error)
{
    int sockets[2];
    char number[16];
    char *arguments[] = {"breakeven", SERVER_SUBCOMMAND, number, NULL};
    size_t count;
    const int *ends = relay_descriptors(state->relay, &count);
    int *fds = calloc(count + 2, sizeof *fds);
    if (fds == NULL || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
        free(fds);
        return fail_errno(error, errno, "forkserver: socketpair");
    }
    snprintf(number, sizeof number, "%d", sockets[1]);
    fds[0] = sockets[1];
    fds[1] = state->output;
    if (count > 0)
        memcpy(fds + 2, ends, count * sizeof *fds);
    state->server.socket = sockets[0];
    state->server.pid = image_spawn(image, arguments, fds, count + 2, error);
    close(sockets[1]);
    free(fds);
    return state->server.pid < 0 ? -1 : peer_watch(&state->server, error);
}

static int forkserver_open(const struct strategy_config *config, void **opened, struct error *error)
{
    struct forkserver_state *state = calloc(1, sizeof *state);
    if (state == NULL)
        return fail_errno(error, ENOMEM, "forkserver: %u workers", config->workers);
    state->server = (struct peer){
        .socket = -1, .who = "forkserver: the server", .over.timeout_ns = config->job_timeout_ns};
    state->output = config->runs_commands ? launch_open_output(config, error) : -1;
    state->slots = slots_open(config, error);
    int image = image_open(config->loads_library, error), result = -1;
    bool is_ready = state->output >= 0 || !config->runs_commands;
    if (is_ready && state->slots != NULL && image >= 0 &&
        relay_open(config, &state->relay, error) == 0)
        result = start_server(state, image, error);
    if (image >= 0)
        close(image);
    if (result != 0)
        forkserver_close(state);
    else
        *opened = state;
    return result;
}

const struct strategy_ops strategy_forkserver = {
    .name = "forkserver",
    .summary = "a small server process forks each job: flat in the caller's size",
    .elsewhere = "multiprocessing.Process, start method forkserver",
    .flags = STRATEGY_ISOLATES_CRASHES | STRATEGY_NEEDS_EXEC | STRATEGY_TRANSPORTS |
             STRATEGY_RUNS_COMMANDS,
    .floor = FLOOR_FORK,
    .open = forkserver_open,
    .map = forkserver_map,
    .usage = forkserver_usage,
    .close = forkserver_close,
};
