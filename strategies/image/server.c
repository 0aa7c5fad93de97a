#include "strategies/image/server.h"
#include "bench/base/parse.h"
#include "bench/process/child.h"
#include "bench/process/processes.h"
#include "strategies/command/launch.h"
#include "strategies/common/alive.h"
#include "strategies/image/passing.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct server {
    int socket;
    int output;        /* takes what commands write; -1: jobs are none */
    int child_signals; /* readable when a child has ended */
    struct batch *batch;
    struct slots *slots; /* of the workers; who is free is the client's to know */
    /* Answers that the socket has no room for. The server goes on reading requests meanwhile, so
     * that a client that is still sending never waits for one that is not yet receiving: itself. */
    struct server_answer *queue;
    uint32_t queued, capacity;
};

static void detach(struct server *server)
{
    int input_fd = server->batch != NULL ? server->batch->input_fd : -1;
    batch_free(server->batch);
    if (input_fd >= 0)
        close(input_fd);
    slots_close(server->slots);
    server->batch = NULL;
    server->slots = NULL;
}

static int attach(struct server *server, const struct server_request *request,
                  const struct server_work *work, const int fds[2], struct error *error)
{
    struct batch_request made = {
        .work = work_open(work->name, work->reference, error),
        .jobs = request->jobs,
        .size = request->size,
        .seed = request->seed,
        .input_fd = request->has_input ? fds[1] : -1,
        .traced = (enum tracing)request->traced,
        .payload_in_bytes = request->payload_in_bytes,
        .payload_out_bytes = request->payload_out_bytes,
    };
    detach(server);
    server->output = request->output;
    if (server->output >= 0)
        fcntl(server->output, F_SETFD, FD_CLOEXEC);
    if (made.work == NULL)
        return -1;
    const struct strategy_config config = {.workers = request->workers,
                                           .job_timeout_ns = request->job_timeout_ns};
    server->slots = slots_open(&config, error);
    server->batch = server->slots != NULL ? batch_attach(&made, fds[0], error) : NULL;
    if (server->batch == NULL)
        return fail(error, ERROR_REFUSED, "forkserver: out of memory");
    return 0;
}

/* Sends what the socket has room for. */
static int flush_answers(struct server *server)
{
    uint32_t sent = 0;
    for (; sent < server->queued; sent++) {
        ssize_t bytes = send(server->socket, &server->queue[sent], sizeof *server->queue,
                             MSG_NOSIGNAL | MSG_DONTWAIT);
        if (bytes < 0 && (errno == EAGAIN || errno == EINTR))
            break;
        if (bytes < 0)
            return -1;
    }
    server->queued -= sent;
    memmove(server->queue, server->queue + sent, server->queued * sizeof *server->queue);
    return 0;
}

static int answer(struct server *server, const struct server_answer *message)
{
    if (server->queued == server->capacity) {
        uint32_t capacity = server->capacity > 0 ? 2 * server->capacity : 16;
        struct server_answer *grown = reallocarray(server->queue, capacity, sizeof *grown);
        if (grown == NULL)
            return -1;
        server->queue = grown;
        server->capacity = capacity;
    }
    server->queue[server->queued++] = *message;
    return flush_answers(server);
}

/* Becomes the command of a job. What a shell says of one that cannot be executed is said here. */
static void run_command(const struct server *server, uint64_t index, pid_t parent)
{
    enum { NOT_EXECUTED = 126, NOT_FOUND = 127 };
    struct command command;
    struct command_line line;
    if (!launch_read(server->batch, &command) ||
        !command_line_make(&command, index, server->batch->size, &line))
        _exit(NOT_EXECUTED);
    int why = launch_become(&line, -1, server->output, parent);
    _exit(why == ENOENT ? NOT_FOUND : NOT_EXECUTED);
}

static void run_child(const struct server *server, const struct server_request *request,
                      pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    child_follow_parent(parent);
    if (server->output >= 0)
        run_command(server, request->index, parent);
    struct job job = batch_job(server->batch, request->index);
    int code = relay_execute(request->end, server->batch, &job);
    work_leave();
    _exit(code);
}

static int start_job(struct server *server, const struct server_request *request)
{
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        run_child(server, request, parent);
    if (pid < 0) {
        struct server_answer refusal = {.slot = request->slot, .pid = -1, .wait_status = errno};
        return answer(server, &refusal);
    }
    slots_started(server->slots, request->slot, pid);
    return 0;
}

static int answer_usage(struct server *server)
{
    struct server_answer message = {0};
    strategy_add_rusage(RUSAGE_SELF, &message.usage);
    strategy_add_rusage(RUSAGE_CHILDREN, &message.usage);
    return answer(server, &message);
}

static int reap(struct server *server)
{
    struct signalfd_siginfo info;
    int wait_status;
    pid_t pid;
    if (read(server->child_signals, &info, sizeof info) < 0 && errno != EAGAIN)
        return -1;
    while ((pid = waitpid(-1, &wait_status, WNOHANG)) > 0) {
        struct ended ended;
        if (!slots_ended(server->slots, pid, wait_status, &ended))
            continue;
        struct server_answer message = {.slot = ended.worker,
                                        .pid = pid,
                                        .wait_status = wait_status,
                                        .timed_out = ended.timed_out};
        if (answer(server, &message) != 0)
            return -1;
    }
    return 0;
}

/* Handles one request; 0 to go on, 1 at the end of the conversation, -1 on failure. */
static int serve_request(struct server *server, struct error *error)
{
    struct server_request request = {0};
    struct server_work work;
    int fds[PASSING_MOST_FDS];
    ssize_t got =
        passing_receive(server->socket, &request, sizeof request, &work, sizeof work, fds);
    if (got <= 0)
        return got == 0 ? 1 : fail_errno(error, errno, "forkserver: its socket");
    switch (request.kind) {
    case SERVER_ATTACH:
        return attach(server, &request, &work, fds, error);
    case SERVER_RUN:
        return start_job(server, &request);
    case SERVER_USAGE:
        return answer_usage(server);
    }
    return fail(error, ERROR_USAGE, "forkserver: request %d is not known", (int)request.kind);
}

static int serve(struct server *server, struct error *error)
{
    struct pollfd polled[2] = {{.fd = server->socket, .events = POLLIN},
                               {.fd = server->child_signals, .events = POLLIN}};
    for (int result = 0;;) {
        polled[0].events = server->queued > 0 ? POLLIN | POLLOUT : POLLIN;
        int wait_ms = server->slots != NULL ? slots_kill_overdue(server->slots) : -1;
        if (poll(polled, 2, wait_ms) < 0) {
            if (errno == EINTR)
                continue;
            return fail_errno(error, errno, "forkserver: poll");
        }
        if (polled[1].revents != 0)
            result = reap(server);
        if (result == 0 && (polled[0].revents & POLLOUT) != 0)
            result = flush_answers(server);
        if (result == 0 && (polled[0].revents & ~POLLOUT) != 0)
            result = serve_request(server, error);
        if (result != 0)
            return result > 0 ? 0 : fail(error, ERROR_REFUSED, "forkserver: its client went away");
    }
}

/* Nobody waits for them any more, and one that is stopped would be there for good. */
static void kill_jobs(struct server *server)
{
    bool are_killed = true;
    pid_t reaped;
    for (uint32_t i = 0; server->slots != NULL && i < server->slots->count; i++)
        if (server->slots->slot[i].pid > 0)
            are_killed = process_kill(server->slots->slot[i].pid) && are_killed;
    while ((reaped = waitpid(-1, NULL, are_killed ? 0 : WNOHANG)) > 0 ||
           (reaped < 0 && errno == EINTR))
        ;
}

static int run(int socket, struct error *error)
{
    struct server server = {.socket = socket, .output = -1};
    struct ucred client; /* who made the socket */
    socklen_t bytes = sizeof client;
    sigset_t children;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &client, &bytes) != 0)
        return fail_errno(error, errno, "forkserver: its client");
    child_follow_parent(client.pid);
    fcntl(socket, F_SETFD, FD_CLOEXEC); /* commands must not hold it */
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    sigprocmask(SIG_BLOCK, &children, NULL);
    server.child_signals = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
    if (server.child_signals < 0)
        return fail_errno(error, errno, "forkserver: signalfd4");
    int result = serve(&server, error);
    kill_jobs(&server);
    close(server.child_signals);
    detach(&server);
    free(server.queue);
    return result;
}

int server_main(int count, char *const arguments[], struct error *error)
{
    static const struct number_rule descriptor = {.most = INT_MAX};
    uint64_t socket;
    if (count != 1)
        return fail(error, ERROR_USAGE, "forkserver: started by breakeven only");
    if (parse_number("forkserver", arguments[0], &descriptor, &socket, error) != 0)
        return -1;
    return run((int)socket, error);
}
