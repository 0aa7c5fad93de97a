#include "strategies/common/relay.h"
#include "bench/base/exit_status.h"
#include "bench/process/child.h"
#include "bench/process/processes.h"
#include "strategies/common/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    LINE_BYTES = 128,
    EVENTS_AT_ONCE = 16,
    FROM_CALLER = -1, /* an event's number where it is not that of a slot */
};

/* What both sides know of a slot: so many jobs were started, of so many all payload has moved. */
struct account {
    _Alignas(LINE_BYTES) _Atomic uint64_t expected;
    _Alignas(LINE_BYTES) _Atomic uint64_t moved;
};

struct shared {
    const struct batch *batch; /* of the map under way, at the caller's address */
    _Atomic int refused;       /* why the relay has ended; 0: it was not that it could not wait */
    struct account accounts[];
};

/* What the relay does for a slot's worker. */
enum step { WAITS_FOR_INDEX, SENDS_PAYLOAD, RECEIVES_PAYLOAD };

/* The relay's ends of a slot's pipes. Those that it uses never block; spare is the worker's own
 * end of the pipe down, from which the relay takes what a dead worker has not read. */
struct channel {
    int down, up, spare;
    enum step step;
    uint64_t index; /* of the worker's job */
    uint64_t done;  /* bytes of this step */
};

struct relay {
    uint32_t workers;
    struct peer peer; /* the relay's process, and the caller's end of the socket to it */
    int relay_socket, epoll;
    struct shared *shared;
    uint64_t shared_bytes;
    int *ends; /* of the workers: down and up of each slot; -1: not made */
    struct channel *channels;
};

/* What the caller asks of the relay over a SOCK_SEQPACKET pair, and the answer. */
struct request {
    uint32_t first, count;  /* move all that is in the pipes of these slots */
    uint32_t usage;         /* 1: and what have you used? */
    uint32_t fetches, sent; /* 1: only as much of slot first as had been sent by then */
};

struct answer {
    uint64_t torn; /* slots in which a message was not whole */
    struct strategy_usage usage;
};

/* ------------------------------------------------------------------------------- workers */

static bool write_all(int fd, const void *bytes, uint64_t count)
{
    for (uint64_t done = 0; done < count;) {
        ssize_t put = write(fd, (const char *)bytes + done, count - done);
        if (put < 0 && errno != EINTR)
            return false;
        done += put > 0 ? (uint64_t)put : 0;
    }
    return true;
}

static bool read_all(int fd, void *bytes, uint64_t count)
{
    for (uint64_t done = 0; done < count;) {
        ssize_t got = read(fd, (char *)bytes + done, count - done);
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        done += got > 0 ? (uint64_t)got : 0;
    }
    return true;
}

/* A job that fails sends zeros: its slot stays in step. */
static int execute_between(struct relay_end end, const struct batch *batch, const struct job *job,
                           unsigned char *in, unsigned char *out)
{
    if (!write_all(end.up, &job->index, sizeof job->index) ||
        !read_all(end.down, in, batch->payload_in_bytes))
        return EXIT_REFUSED;
    int code = batch_execute_between(batch, job, in, out);
    if (code != 0)
        memset(out, 0, batch->payload_out_bytes);
    return write_all(end.up, out, batch->payload_out_bytes) ? code : EXIT_REFUSED;
}

/* The memory is new for every job, as what is unpickled is. */
int relay_execute(struct relay_end end, const struct batch *batch, const struct job *job)
{
    if (end.down < 0 || !batch_has_payload(batch))
        return batch_execute(batch, job);
    unsigned char *memory = malloc(batch->payload_in_bytes + batch->payload_out_bytes);
    if (memory == NULL)
        return EXIT_REFUSED;
    int code = execute_between(end, batch, job, memory, memory + batch->payload_in_bytes);
    free(memory);
    return code;
}

int relay_expect_and_execute(struct relay *relay, uint32_t slot, const struct batch *batch,
                             const struct job *job)
{
    relay_expect(relay, slot);
    return relay_execute(relay_end(relay, slot), batch, job);
}

/* ------------------------------------------------------------------------------- the relay */

/* Goes to the channel's next step, which begins with no byte done. */
static void enter(struct channel *channel, enum step step)
{
    channel->step = step;
    channel->done = 0;
}

/* Reads or writes what remains of a step. True: the step is complete. */
static bool move(struct channel *channel, int fd, void *bytes, uint64_t count)
{
    bool writes = channel->step == SENDS_PAYLOAD;
    while (channel->done < count) {
        char *at = (char *)bytes + channel->done;
        size_t left = count - channel->done;
        ssize_t moved = writes ? write(fd, at, left) : read(fd, at, left);
        if (moved == 0 || (moved < 0 && errno != EINTR))
            return false; /* full or empty for now */
        channel->done += moved > 0 ? (uint64_t)moved : 0;
    }
    return true;
}

/* Serves a slot until its pipes are full or empty or one job's payload has moved. True: it has. */
static bool serve(const struct batch *batch, struct channel *channel, struct account *account)
{
    if (channel->step == WAITS_FOR_INDEX) {
        if (!move(channel, channel->up, &channel->index, sizeof channel->index))
            return false;
        enter(channel, SENDS_PAYLOAD);
    }
    if (channel->index >= batch->jobs) /* nothing that a worker says leads out of the batch */
        _exit(EXIT_CHECK_FAILED);
    if (channel->step == SENDS_PAYLOAD) {
        if (!move(channel, channel->down, batch_payload_in(batch, channel->index),
                  batch->payload_in_bytes))
            return false;
        enter(channel, RECEIVES_PAYLOAD);
    }
    if (!move(channel, channel->up, batch_payload_out(batch, channel->index),
              batch->payload_out_bytes))
        return false;
    enter(channel, WAITS_FOR_INDEX);
    atomic_fetch_add_explicit(&account->moved, 1, memory_order_release);
    return true;
}

/* Takes back what was sent to a worker that has not read it. */
static void empty(int fd)
{
    char bytes[4096];
    int left = 0;
    while (ioctl(fd, FIONREAD, &left) == 0 && left > 0)
        if (read(fd, bytes, (size_t)left < sizeof bytes ? (size_t)left : sizeof bytes) <= 0)
            return;
}

/* Moves all that the slot's worker has written, which writes no more. Returns whether a message was
 * torn; what there is of it is dropped. */
static bool settle(const struct batch *batch, struct channel *channel, struct account *account)
{
    while (serve(batch, channel, account))
        ;
    bool torn = channel->step != WAITS_FOR_INDEX || channel->done > 0;
    enter(channel, WAITS_FOR_INDEX);
    empty(channel->spare);
    atomic_store_explicit(&account->moved, atomic_load(&account->expected), memory_order_release);
    return torn;
}

/* True where the relay has moved less than had been sent by then. */
static bool has_less(const struct account *account, uint32_t sent)
{
    uint32_t moved = (uint32_t)atomic_load_explicit(&account->moved, memory_order_acquire);
    return (int32_t)(moved - sent) < 0;
}

/* What had been sent by then lies in the pipe as a whole, since the job has ended. */
static void fetch(const struct batch *batch, struct channel *channel, struct account *account,
                  uint32_t sent)
{
    while (has_less(account, sent) && serve(batch, channel, account))
        ;
}

/* False: the caller is gone. */
static bool serve_caller(struct relay *relay)
{
    struct request request;
    struct answer answer = {0};
    ssize_t got;
    do
        got = recv(relay->relay_socket, &request, sizeof request, 0);
    while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof request)
        return false;
    if (request.fetches != 0)
        fetch(relay->shared->batch, &relay->channels[request.first],
              &relay->shared->accounts[request.first], request.sent);
    for (uint32_t i = request.first; i < request.first + request.count; i++)
        answer.torn +=
            settle(relay->shared->batch, &relay->channels[i], &relay->shared->accounts[i]);
    if (request.usage != 0)
        strategy_add_rusage(RUSAGE_SELF, &answer.usage);
    return send(relay->relay_socket, &answer, sizeof answer, MSG_NOSIGNAL) ==
           (ssize_t)sizeof answer;
}

static void carry(struct relay *relay)
{
    struct epoll_event events[EVENTS_AT_ONCE];
    for (;;) {
        int count = epoll_wait(relay->epoll, events, EVENTS_AT_ONCE, -1);
        if (count < 0 && errno != EINTR) {
            atomic_store(&relay->shared->refused, errno);
            return;
        }
        for (int i = 0; i < count; i++) {
            int slot = events[i].data.fd;
            if (slot != FROM_CALLER)
                serve(relay->shared->batch, &relay->channels[slot], &relay->shared->accounts[slot]);
            else if (!serve_caller(relay))
                return;
        }
    }
}

/* ------------------------------------------------------------------------------- opening */

static int watch(const struct relay *relay, int fd, uint32_t events, int number,
                 struct error *error)
{
    struct epoll_event event = {.events = events, .data = {.fd = number}};
    if (epoll_ctl(relay->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        return fail_errno(error, errno, "--transport pipe: epoll");
    return 0;
}

/* Makes the pipes of a slot. The relay is told once when a full pipe has room again, but as long
 * as a pipe holds anything: it may leave some of it for later. */
static int make_slot(struct relay *relay, uint32_t slot, struct error *error)
{
    struct channel *channel = &relay->channels[slot];
    int down[2], up[2];
    if (pipe2(down, O_CLOEXEC) != 0)
        return fail_errno(error, errno, "--transport pipe: pipes of worker %u of %u", slot + 1,
                          relay->workers);
    relay->ends[2 * slot] = channel->spare = down[0];
    channel->down = down[1];
    if (pipe2(up, O_CLOEXEC) != 0)
        return fail_errno(error, errno, "--transport pipe: pipes of worker %u of %u", slot + 1,
                          relay->workers);
    channel->up = up[0];
    relay->ends[2 * slot + 1] = up[1];
    if (fcntl(channel->down, F_SETFL, O_NONBLOCK) != 0 ||
        fcntl(channel->up, F_SETFL, O_NONBLOCK) != 0)
        return fail_errno(error, errno, "--transport pipe: a pipe that must not block");
    if (watch(relay, channel->up, EPOLLIN, (int)slot, error) != 0)
        return -1;
    return watch(relay, channel->down, EPOLLOUT | EPOLLET, (int)slot, error);
}

static int make_socket(struct relay *relay, struct error *error)
{
    int sockets[2];
    relay->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (relay->epoll < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0)
        return fail_errno(error, errno, "--transport pipe: the relay's socket");
    relay->peer.socket = sockets[0];
    relay->relay_socket = sockets[1];
    if (peer_watch(&relay->peer, error) != 0)
        return -1;
    return watch(relay, relay->relay_socket, EPOLLIN, FROM_CALLER, error);
}

static int make_shared(struct relay *relay, struct error *error)
{
    void *memory =
        mmap(NULL, relay->shared_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return fail_errno(error, errno, "--transport pipe: no shared memory for %u workers",
                          relay->workers);
    relay->shared = memory;
    return 0;
}

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* The relay's own ends must be in no other process: its death is the end of its pipes, by which
 * workers see it. */
static void close_relay_ends(struct relay *relay)
{
    for (uint32_t i = 0; i < relay->workers; i++) {
        close_end(&relay->channels[i].down);
        close_end(&relay->channels[i].up);
    }
    close_end(&relay->relay_socket);
    close_end(&relay->epoll);
}

static int start(struct relay *relay, struct error *error)
{
    fflush(NULL); /* the relay inherits no unwritten output */
    pid_t caller = getpid(), pid = fork();
    if (pid < 0)
        return fail_errno(error, errno, "--transport pipe: fork of the relay");
    if (pid == 0) {
        child_follow_parent(caller);
        close_end(&relay->peer.socket);
        for (uint32_t i = 0; i < relay->workers; i++)
            close_end(&relay->ends[2 * i + 1]);
        carry(relay);
        _exit(0);
    }
    relay->peer.pid = pid;
    return 0;
}

static struct relay *allocate(const struct strategy_config *config)
{
    uint32_t workers = config->workers;
    struct relay *relay = calloc(1, sizeof *relay);
    if (relay == NULL)
        return NULL;
    *relay = (struct relay){
        .workers = workers,
        .peer = {.socket = -1,
                 .who = "--transport pipe: the relay",
                 .over.timeout_ns = config->job_timeout_ns},
        .relay_socket = -1,
        .epoll = -1,
        .shared_bytes = sizeof(struct shared) + workers * sizeof(struct account),
        .ends = calloc(2 * (size_t)workers, sizeof *relay->ends),
        .channels = calloc(workers, sizeof *relay->channels),
    };
    for (uint32_t i = 0; relay->ends != NULL && i < 2 * workers; i++)
        relay->ends[i] = -1;
    for (uint32_t i = 0; relay->channels != NULL && i < workers; i++)
        relay->channels[i] = (struct channel){.down = -1, .up = -1, .spare = -1};
    return relay;
}

int relay_open(const struct strategy_config *config, struct relay **out, struct error *error)
{
    *out = NULL;
    if (config->transport != TRANSPORT_PIPE)
        return 0;
    struct relay *relay = allocate(config);
    if (relay == NULL || relay->ends == NULL || relay->channels == NULL) {
        relay_close(relay);
        return fail_errno(error, ENOMEM, "--transport pipe: no memory for %u workers",
                          config->workers);
    }
    int result = make_socket(relay, error);
    if (result == 0)
        result = make_shared(relay, error);
    for (uint32_t i = 0; result == 0 && i < config->workers; i++)
        result = make_slot(relay, i, error);
    if (result == 0)
        result = start(relay, error);
    close_relay_ends(relay);
    if (result != 0) {
        relay_close(relay);
        return -1;
    }
    *out = relay;
    return 0;
}

/* ------------------------------------------------------------------------------- the caller */

/* Workers may hold copies of the caller's socket: only shutdown is its end for all. */
void relay_close(struct relay *relay)
{
    if (relay == NULL)
        return;
    int wait_status;
    if (relay->peer.socket >= 0)
        shutdown(relay->peer.socket, SHUT_RDWR);
    if (relay->peer.pid > 0)
        process_await_end(relay->peer.pid, &wait_status);
    close_end(&relay->peer.socket);
    for (uint32_t i = 0; relay->ends != NULL && i < 2 * relay->workers; i++)
        close_end(&relay->ends[i]);
    if (relay->channels != NULL)
        close_relay_ends(relay);
    if (relay->shared != NULL)
        munmap(relay->shared, relay->shared_bytes);
    free(relay->ends);
    free(relay->channels);
    free(relay);
}

struct relay_end relay_end(const struct relay *relay, uint32_t slot)
{
    if (relay == NULL)
        return (struct relay_end){-1, -1};
    return (struct relay_end){relay->ends[2 * slot], relay->ends[2 * slot + 1]};
}

const int *relay_descriptors(const struct relay *relay, size_t *count)
{
    *count = relay == NULL ? 0 : 2 * (size_t)relay->workers;
    return relay == NULL ? NULL : relay->ends;
}

void relay_begin(struct relay *relay, const struct batch *batch)
{
    if (relay != NULL)
        relay->shared->batch = batch;
}

void relay_expect(struct relay *relay, uint32_t slot)
{
    if (relay != NULL && batch_has_payload(relay->shared->batch))
        atomic_fetch_add_explicit(&relay->shared->accounts[slot].expected, 1, memory_order_relaxed);
}

static int ask(struct relay *relay, const struct request *request, struct answer *answer,
               struct error *error)
{
    struct iovec body = {(void *)(uintptr_t)request, sizeof *request};
    struct msghdr message = {.msg_iov = &body, .msg_iovlen = 1};
    struct error own = {0};
    if (peer_send(&relay->peer, &message, &own) == 0 &&
        peer_receive(&relay->peer, answer, sizeof *answer, &own) == 0)
        return 0;
    int refused = atomic_load(&relay->shared->refused);
    if (refused != 0)
        return fail_errno(error, refused, "%s: epoll_wait", relay->peer.who);
    return fail(error, own.kind, "%s", own.text);
}

/* True where a payload of the slot is still on its way. */
static bool is_behind(const struct relay *relay, uint32_t slot)
{
    const struct account *account = &relay->shared->accounts[slot];
    return atomic_load_explicit(&account->moved, memory_order_acquire) !=
           atomic_load_explicit(&account->expected, memory_order_relaxed);
}

int relay_settle(struct relay *relay, struct error *error)
{
    struct answer answer;
    uint32_t workers = relay != NULL ? relay->workers : 0, first = 0;
    while (first < workers && !is_behind(relay, first))
        first++;
    if (first == workers)
        return 0;
    return ask(relay, &(struct request){.first = first, .count = workers - first}, &answer, error);
}

int relay_clear(struct relay *relay, uint32_t slot, int *wait_status, struct error *error)
{
    struct answer answer;
    if (relay == NULL || (*wait_status == 0 && !is_behind(relay, slot)))
        return 0;
    if (ask(relay, &(struct request){.first = slot, .count = 1}, &answer, error) != 0)
        return -1;
    if (answer.torn > 0 && *wait_status == 0)
        *wait_status = EXIT_REFUSED << 8;
    return 0;
}

uint32_t relay_sent(const struct relay *relay, uint32_t slot)
{
    if (relay == NULL)
        return 0;
    return (uint32_t)atomic_load_explicit(&relay->shared->accounts[slot].expected,
                                          memory_order_relaxed);
}

void relay_fetch(struct relay *relay, uint32_t slot, uint32_t sent)
{
    struct answer answer;
    struct error ignored = {0};
    if (relay != NULL && has_less(&relay->shared->accounts[slot], sent))
        ask(relay, &(struct request){.first = slot, .fetches = 1, .sent = sent}, &answer, &ignored);
}

void relay_usage(struct relay *relay, struct strategy_usage *usage)
{
    struct answer answer;
    struct error ignored = {0};
    if (relay != NULL && ask(relay, &(struct request){.usage = 1}, &answer, &ignored) == 0)
        strategy_add_usage(usage, &answer.usage);
}

void relay_note_reaped(struct relay *relay, pid_t pid)
{
    if (relay != NULL && relay->peer.pid == pid)
        relay->peer.pid = 0;
}
