#include "strategies/mpi/rank/manager.h"
#include "strategies/image/passing.h"
#include "strategies/mpi/rank/clocks.h"
#include "strategies/mpi/rank/echo.h"
#include "strategies/mpi/rank/facts.h"
#include "strategies/mpi/rank/hand_out.h"
#include "strategies/mpi/rank/life.h"
#include "strategies/mpi/rank/share_out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* ------------------------------------------------------------------------------- the visit */

static int connect_to_visit(struct manager *manager, const char *path, struct error *error)
{
    struct sockaddr_un address;
    int folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return fail_errno(error, errno, "%s", path);
    ranks_address(folder, &address);
    manager->socket = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    int result = manager->socket >= 0
                     ? connect(manager->socket, (const struct sockaddr *)&address, sizeof address)
                     : -1;
    if (result != 0)
        fail_errno(error, errno, "%s/" RANKS_SOCKET, path);
    else
        life_follow_visit(manager->socket);
    close(folder);
    return result;
}

/* False: the visit has gone, which its socket tells at the next request, too. */
static bool say(const struct manager *manager, const void *bytes, size_t count)
{
    ssize_t sent;
    do
        sent = send(manager->socket, bytes, count, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)count;
}

/* ------------------------------------------------------------------------------- the start */

static void compare_versions(const struct greeting *greetings, int ranks, struct ranks_hello *hello)
{
    for (int i = 1; i < ranks && *hello->trouble == '\0'; i++)
        if (strcmp(greetings[i].facts.version, ranks_version) != 0)
            snprintf(hello->trouble, sizeof hello->trouble,
                     "rank %d on %s is of breakeven %s, where this is %s", i,
                     greetings[i].facts.host, greetings[i].facts.version, ranks_version);
}

static void find_farthest(struct manager *manager, const struct greeting *greetings)
{
    int other = 1;
    while (other < manager->rank->count && are_of_one_host(&greetings[other], &greetings[MANAGER]))
        other++;
    manager->farthest = other < manager->rank->count ? other : 1;
}

/* How far away the workers are, where tasks are handed out by that. */
static int measure_distances(struct manager *manager, struct error *error)
{
    size_t workers = (size_t)manager->rank->count - 1;
    if (manager->rank->is_static || workers == 0)
        return 0;
    manager->round_trips_ns = calloc(workers, sizeof *manager->round_trips_ns);
    if (manager->round_trips_ns == NULL)
        return fail_errno(error, ENOMEM, "%zu workers", workers);
    return echo_all(manager, manager->round_trips_ns, error);
}

static int greet(struct manager *manager, struct error *error)
{
    char library[MPI_MAX_LIBRARY_VERSION_STRING];
    struct ranks_hello hello = {.ranks = (uint32_t)manager->rank->count};
    struct greeting own = facts_greeting(manager->rank);
    struct greeting *all = calloc((size_t)manager->rank->count, sizeof *all);
    int length;
    manager->greetings = all;
    if (all == NULL)
        return fail_errno(error, ENOMEM, "%d ranks", manager->rank->count);
    MPI_Get_library_version(library, &length);
    library[strcspn(library, ",\n")] = '\0'; /* "Open MPI v4.1.4", "MPICH Version:\t4.0.2" */
    for (char *c = library; *c != '\0'; c++)
        *c = *c == '\t' ? ' ' : *c;
    snprintf(hello.version, sizeof hello.version, "%s", ranks_version);
    snprintf(hello.library, sizeof hello.library, "%.70s", library);
    MPI_Gather(&own, sizeof own, MPI_BYTE, all, sizeof own, MPI_BYTE, MANAGER, MPI_COMM_WORLD);
    for (int i = 0; i < manager->rank->count; i++)
        all[i].facts.version[RANKS_VERSION_BYTES - 1] = all[i].facts.host[RANKS_HOST_BYTES - 1] =
            all[i].boot[RANKS_BOOT_BYTES - 1] = '\0';
    compare_versions(all, manager->rank->count, &hello);
    find_farthest(manager, all);
    if (*hello.trouble == '\0' && measure_distances(manager, error) != 0)
        return -1;
    say(manager, &hello, sizeof hello);
    return 0;
}

/* ------------------------------------------------------------------------------- requests */

static void tell_all_one_by_one(const struct manager *manager, const struct task *task)
{
    for (int i = 1; i < manager->rank->count; i++)
        MPI_Send(task, sizeof *task, MPI_BYTE, i, TAG_TASK, MPI_COMM_WORLD);
}

static void tell_all_at_once(const struct manager *manager, const struct task *task)
{
    size_t ranks = (size_t)manager->rank->count;
    struct task own, *tasks = calloc(ranks, sizeof *tasks);
    if (tasks == NULL)
        rank_give_up(manager->rank, "out of memory");
    for (size_t i = 0; i < ranks; i++)
        tasks[i] = *task;
    MPI_Scatter(tasks, sizeof own, MPI_BYTE, &own, sizeof own, MPI_BYTE, MANAGER, MPI_COMM_WORLD);
    free(tasks);
}

void manager_tell_all(const struct manager *manager, enum task_kind kind)
{
    const struct task task = {.kind = kind};
    if (manager->rank->is_static)
        tell_all_at_once(manager, &task);
    else
        tell_all_one_by_one(manager, &task);
}

void manager_settle(const struct manager *manager, uint32_t worker, const struct reply *reply,
                    const unsigned char *codes)
{
    struct batch *batch = manager->batch;
    struct outcome done = batch_done_by(batch->map, worker, reply->pid);
    for (uint64_t i = 0; i < reply->count; i++)
        batch_settle(batch, reply->first + i, &done, codes != NULL ? codes[i] : 0);
}

static void detach(struct manager *manager)
{
    int input_fd = manager->batch != NULL ? manager->batch->input_fd : -1;
    batch_free(manager->batch);
    if (input_fd >= 0)
        close(input_fd);
    manager->batch = NULL;
    manager->job_ns = 0;
}

static int check_sizes(const struct batch *batch, struct error *error)
{
    uint64_t bytes = bytes_of_job(batch);
    return bytes < MOST_MESSAGE_BYTES / 2
               ? 0
               : fail(error, ERROR_REFUSED,
                      "--payload: %llu bytes a job are more than one message of MPI takes (%d)",
                      (unsigned long long)bytes, MOST_MESSAGE_BYTES / 2);
}

/* Takes over the descriptors. The work is looked at for the size of its results alone. */
static int attach_batch(struct manager *manager, const struct attachment *attachment,
                        const int fds[PASSING_MOST_FDS], struct error *error)
{
    const struct work *work = work_open(attachment->work.name, attachment->work.reference, error);
    detach(manager);
    if (work != NULL) {
        struct batch_request request = batch_request_of(&attachment->request, work);
        request.input_fd = attachment->request.has_input != 0 ? fds[1] : -1;
        manager->batch = batch_attach(&request, fds[0], error);
    }
    if (manager->batch != NULL)
        return check_sizes(manager->batch, error);
    for (int i = 0; i < PASSING_MOST_FDS; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    return -1;
}

static void find_trouble(const struct readiness *ready, int ranks, struct ranks_answer *answer)
{
    for (int i = 1; i < ranks && *answer->trouble == '\0'; i++)
        snprintf(answer->trouble, sizeof answer->trouble, "%s", ready[i].trouble);
}

/* Tells the workers of the batch, and sends them its input. */
static int attach_workers(const struct manager *manager, struct attachment *attachment,
                          struct ranks_answer *answer, struct error *error)
{
    const struct batch *batch = manager->batch;
    struct readiness own = {""}, *all = calloc((size_t)manager->rank->count, sizeof *all);
    if (all == NULL)
        return fail_errno(error, ENOMEM, "%d ranks", manager->rank->count);
    attachment->request.input_bytes = batch->input_bytes;
    if (manager->clocks->shifts_ns != NULL)
        attachment->request.traced = TRACED_BY_CLOCK;
    manager_tell_all(manager, TASK_ATTACH);
    rank_broadcast(attachment, sizeof *attachment);
    rank_broadcast((void *)(uintptr_t)batch->input, batch->input_bytes);
    MPI_Gather(&own, sizeof own, MPI_BYTE, all, sizeof own, MPI_BYTE, MANAGER, MPI_COMM_WORLD);
    find_trouble(all, manager->rank->count, answer);
    free(all);
    return 0;
}

static int attach(struct manager *manager, struct attachment *attachment,
                  const int fds[PASSING_MOST_FDS], struct ranks_answer *answer, struct error *error)
{
    if (attach_batch(manager, attachment, fds, error) != 0)
        return -1;
    clocks_free(manager->clocks);
    if (manager->batch->tracing != TRACED_NOT &&
        clocks_compare(manager, manager->clocks, error) != 0)
        return -1;
    return attach_workers(manager, attachment, answer, error);
}

static int map(struct manager *manager, const struct ranks_request *request,
               struct ranks_answer *answer, struct error *error)
{
    struct batch *batch = manager->batch;
    if (batch == NULL)
        return fail(error, ERROR_REFUSED, "no batch is attached");
    uint64_t troubles = batch->troubles;
    batch->map = request->map;
    struct moment begin = batch_moment(batch);
    int result = manager->rank->is_static ? share_out(manager, error)
                                          : hand_out(manager, request->chunk, error);
    if (result == 0 && manager->clocks->shifts_ns != NULL) {
        struct moment end = batch_moment(batch);
        clocks_correct(manager->clocks, batch, &begin, &end);
        answer->clock_error_ns = clocks_error_ns(manager->clocks);
    }
    answer->troubles = batch->troubles - troubles;
    return result;
}

static void ask_usage(const struct manager *manager, struct ranks_answer *answer)
{
    struct strategy_usage own = {0};
    strategy_add_rusage(RUSAGE_SELF, &own);
    manager_tell_all(manager, TASK_USAGE);
    MPI_Reduce(&own, &answer->usage, RANK_USAGE_NUMBERS, MPI_UINT64_T, MPI_SUM, MANAGER,
               MPI_COMM_WORLD);
}

/* What follows the answer to FACTS; of a rank that there is not it is empty. */
static void say_facts(const struct manager *manager, uint32_t rank)
{
    const struct ranks_facts none = {.cpus = 0};
    bool is_there = rank < (uint32_t)manager->rank->count;
    say(manager, is_there ? &manager->greetings[rank].facts : &none, sizeof none);
}

static int measure_floors(const struct manager *manager, struct ranks_answer *answer,
                          struct error *error)
{
    if (manager->rank->is_static)
        return fail(error, ERROR_REFUSED, "floors are measured where tasks are handed out");
    return echo_floors(manager->farthest, &answer->floors, error);
}

/* What cannot be done is told in the answer, since the ranks are as before. */
static void serve(struct manager *manager, struct attachment *asked,
                  const int fds[PASSING_MOST_FDS])
{
    struct ranks_answer answer = {0};
    struct error trouble = {0};
    switch (asked->request.kind) {
    case RANKS_ATTACH:
        attach(manager, asked, fds, &answer, &trouble);
        break;
    case RANKS_MAP:
        map(manager, &asked->request, &answer, &trouble);
        break;
    case RANKS_USAGE:
        ask_usage(manager, &answer);
        break;
    case RANKS_FACTS:
        break;
    case RANKS_FLOORS:
        measure_floors(manager, &answer, &trouble);
        break;
    }
    if (trouble.kind != ERROR_NONE)
        snprintf(answer.trouble, sizeof answer.trouble, "%.390s", trouble.text);
    if (*answer.trouble != '\0')
        detach(manager);
    say(manager, &answer, sizeof answer);
    if (asked->request.kind == RANKS_FACTS)
        say_facts(manager, asked->request.map);
}

int manager_run(const struct rank *rank, const char *folder, struct error *error)
{
    struct clocks clocks = {.error_ns = 0};
    struct manager manager = {.rank = rank, .socket = -1, .clocks = &clocks};
    struct attachment *asked = malloc(sizeof *asked);
    int fds[PASSING_MOST_FDS];
    if (asked == NULL)
        return fail(error, ERROR_REFUSED, "out of memory");
    int result = connect_to_visit(&manager, folder, error);
    if (result == 0)
        result = greet(&manager, error);
    while (result == 0 && passing_receive(manager.socket, &asked->request, sizeof asked->request,
                                          &asked->work, sizeof asked->work, fds) > 0)
        serve(&manager, asked, fds);
    if (result == 0)
        manager_tell_all(&manager, TASK_STOP);
    detach(&manager);
    clocks_free(&clocks);
    free(manager.greetings);
    free(manager.round_trips_ns);
    free(asked);
    return result;
}
