#include "strategies/mpi/ranks.h"
#include "bench/assets/assets.h"
#include "bench/base/clock.h"
#include "bench/process/child.h"
#include "strategies/image/passing.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ------------------------------------------------------------------------------- talking */

/* Once the ranks have gone every call fails, for the reason that the first one had. */
static int fail_over(struct ranks *ranks, struct error *error)
{
    if (ranks->over.kind == ERROR_NONE)
        launcher_explain(&ranks->launcher, &ranks->over);
    ranks->rank0.pid = 0;
    return fail(error, ranks->over.kind, "%s", ranks->over.text);
}

int ranks_ask(struct ranks *ranks, const struct ranks_request *request,
              const struct ranks_work *work, const int *fds, size_t fd_count,
              struct ranks_answer *answer, struct error *error)
{
    struct passing passing;
    struct error gone = {0};
    passing_make(&passing, request, sizeof *request, work, sizeof *work, fds, fd_count);
    if (ranks->over.kind != ERROR_NONE || peer_send(&ranks->rank0, &passing.message, &gone) != 0 ||
        peer_receive(&ranks->rank0, answer, sizeof *answer, &gone) != 0)
        return fail_over(ranks, error);
    answer->trouble[sizeof answer->trouble - 1] = '\0';
    return *answer->trouble == '\0' ? 0 : fail(error, ERROR_REFUSED, "mpi: %s", answer->trouble);
}

int ranks_ask_facts(struct ranks *ranks, uint32_t rank, struct ranks_facts *facts,
                    struct error *error)
{
    const struct ranks_request request = {.kind = RANKS_FACTS, .map = rank};
    struct ranks_answer answer;
    struct error gone = {0};
    if (ranks_ask(ranks, &request, NULL, NULL, 0, &answer, error) != 0)
        return -1;
    if (peer_receive(&ranks->rank0, facts, sizeof *facts, &gone) != 0)
        return fail_over(ranks, error);
    facts->version[sizeof facts->version - 1] = facts->host[sizeof facts->host - 1] =
        facts->model[sizeof facts->model - 1] = facts->kernel[sizeof facts->kernel - 1] = '\0';
    return 0;
}

/* ------------------------------------------------------------------------------- starting */

/* The program is the user's alone, and may be executed. */
static int put_program(const struct ranks *ranks, struct error *error)
{
    const struct asset *program = &asset_mpi_rank;
    if (runner_folder_put(&ranks->folder, RANKS_PROGRAM, program->text,
                          (size_t)(program->end - program->text), error) != 0)
        return -1;
    if (fchmodat(ranks->folder.fd, RANKS_PROGRAM, S_IRWXU, 0) != 0)
        return fail_errno(error, errno, "%s/" RANKS_PROGRAM, ranks->folder.path);
    return 0;
}

static int listen_for_rank0(struct ranks *ranks, struct error *error)
{
    struct sockaddr_un address;
    ranks->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    ranks_address(ranks->folder.fd, &address);
    if (ranks->listener < 0 ||
        bind(ranks->listener, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(ranks->listener, SOMAXCONN) != 0)
        return fail_errno(error, errno, "%s/" RANKS_SOCKET, ranks->folder.path);
    return 0;
}

/* Waits until the descriptor has something of rank 0. Ranks that have ended before they came can be
 * seen by the launcher's end alone, and those that never come by the time: that is told while the
 * visit still can. */
static int await(struct ranks *ranks, int fd, struct error *error)
{
    enum { LOOK_MS = 50 };
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    for (;;) {
        bool has_ended = child_look(ranks->launcher.pid) == CHILD_IS_GONE;
        int ready = poll(&polled, 1, has_ended ? 0 : LOOK_MS);
        if (ready > 0)
            return 0;
        if (ready < 0 && errno != EINTR)
            return fail_errno(error, errno, "mpi: poll");
        if (has_ended)
            return fail_over(ranks, error);
        if (ranks->patience_ns > 0 && clock_now_ns() - ranks->start_ns > ranks->patience_ns)
            return launcher_give_up(&ranks->launcher, ranks->patience_ns, error);
    }
}

static int await_rank0(struct ranks *ranks, struct error *error)
{
    if (await(ranks, ranks->listener, error) != 0)
        return -1;
    ranks->rank0.socket = accept4(ranks->listener, NULL, NULL, SOCK_CLOEXEC);
    if (ranks->rank0.socket < 0)
        return fail_errno(error, errno, "mpi: the socket of rank 0");
    return peer_watch(&ranks->rank0, error);
}

/* A program of another MPI than mpirun's takes itself for the only rank. */
static int check_hello(const struct ranks *ranks, struct ranks_hello *hello, struct error *error)
{
    uint32_t wanted = ranks->config.workers + 1;
    hello->version[sizeof hello->version - 1] = hello->library[sizeof hello->library - 1] =
        hello->trouble[sizeof hello->trouble - 1] = '\0';
    if (strcmp(hello->version, ranks_version) != 0)
        return fail(error, ERROR_REFUSED, "mpi: the ranks are of breakeven %s, where this is %s",
                    hello->version, ranks_version);
    if (hello->ranks == 1)
        return fail(error, ERROR_REFUSED,
                    "mpi: each rank takes itself for the only one: %s is of another MPI than the "
                    "one that breakeven was built for, %s; %s",
                    ranks->launcher.path, hello->library, launcher_remedy(&ranks->launcher));
    if (hello->ranks != wanted)
        return fail(error, ERROR_REFUSED, "mpi: %s has started %u ranks, where %u were asked for",
                    ranks->launcher.path, hello->ranks, wanted);
    if (*hello->trouble != '\0')
        return fail(error, ERROR_REFUSED, "mpi: %s", hello->trouble);
    return 0;
}

static int greet(struct ranks *ranks, struct error *error)
{
    struct ranks_hello hello;
    struct error gone = {0};
    if (await(ranks, ranks->rank0.socket, error) != 0)
        return -1;
    if (peer_receive(&ranks->rank0, &hello, sizeof hello, &gone) != 0)
        return fail_over(ranks, error);
    return check_hello(ranks, &hello, error);
}

void ranks_close(struct ranks *ranks)
{
    if (ranks->listener >= 0)
        close(ranks->listener);
    if (ranks->rank0.socket >= 0)
        close(
            ranks->rank0.socket); /* rank 0 ends when its client has gone, and the others with it */
    launcher_end(&ranks->launcher);
    runner_folder_remove(&ranks->folder);
    guard_stop(&ranks->guard);
}

static int open_all(struct ranks *ranks, const char *hand_out, struct error *error)
{
    if (guard_start(&ranks->guard, error) != 0 || runner_folder_make(&ranks->folder, error) != 0 ||
        (ranks->config.host_count == 0 && put_program(ranks, error) != 0) ||
        listen_for_rank0(ranks, error) != 0)
        return -1;
    const struct launcher_order order = {ranks->folder.path, hand_out, &ranks->config};
    ranks->start_ns = clock_now_ns();
    ranks->patience_ns = ranks->config.timeout_ns / 4 * 3;
    if (launcher_start(&ranks->launcher, &order, error) != 0)
        return -1;
    ranks->rank0.pid = ranks->launcher.pid;
    return await_rank0(ranks, error) == 0 ? greet(ranks, error) : -1;
}

int ranks_open(struct ranks *ranks, const struct strategy_config *config, const char *hand_out,
               struct error *error)
{
    *ranks = (struct ranks){.config = *config, .listener = -1};
    ranks->launcher.said = ranks->folder.fd = ranks->guard.end = -1;
    ranks->rank0 = (struct peer){
        .socket = -1, .who = "mpi: rank 0", .over.timeout_ns = config->job_timeout_ns};
    if (open_all(ranks, hand_out, error) == 0)
        return 0;
    ranks_close(ranks);
    return -1;
}
