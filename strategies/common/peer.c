#include "strategies/common/peer.h"
#include "bench/process/child.h"

#include <errno.h>
#include <signal.h>
#include <sys/time.h>

/* The longest time between two looks; soon enough for a death that nothing else tells. */
#define LOOK_NS (100 * NS_PER_MS)

int peer_watch(struct peer *peer, struct error *error)
{
    uint64_t interval_ns = watch_interval_ns(&peer->over);
    uint64_t look_ns = peer->over.timeout_ns > 0 && interval_ns < LOOK_NS ? interval_ns : LOOK_NS;
    struct timeval look = {.tv_sec = (time_t)(look_ns / NS_PER_S),
                           .tv_usec = (suseconds_t)(look_ns % NS_PER_S / NS_PER_US + 1)};
    if (setsockopt(peer->socket, SOL_SOCKET, SO_RCVTIMEO, &look, sizeof look) != 0 ||
        setsockopt(peer->socket, SOL_SOCKET, SO_SNDTIMEO, &look, sizeof look) != 0)
        return fail_errno(error, errno, "%s: its socket", peer->who);
    return 0;
}

static int fail_gone(const struct peer *peer, struct error *error)
{
    return fail(error, ERROR_REFUSED, "%s is gone", peer->who);
}

/* After a call that got nowhere: 0 where it should be made again. */
static int look(struct peer *peer, struct error *error)
{
    if (errno == EINTR)
        return 0;
    if (errno == EPIPE || errno == ECONNRESET || (errno == EAGAIN && peer->pid == 0))
        return fail_gone(peer, error);
    if (errno != EAGAIN)
        return fail_errno(error, errno, "%s: its socket", peer->who);
    enum child_state state = child_look(peer->pid);
    if (state == CHILD_IS_GONE)
        return fail_gone(peer, error);
    uint64_t since_ns = watch_look_ns(&peer->over);
    peer->stopped_ns = state == CHILD_IS_STOPPED ? peer->stopped_ns + since_ns : 0;
    if (peer->over.timeout_ns == 0 || peer->stopped_ns < peer->over.timeout_ns)
        return 0;
    kill(peer->pid, SIGKILL);
    return fail(error, ERROR_REFUSED, "%s was stopped for longer than --job-timeout allows",
                peer->who);
}

int peer_send(struct peer *peer, const struct msghdr *message, struct error *error)
{
    while (sendmsg(peer->socket, message, MSG_NOSIGNAL) < 0)
        if (look(peer, error) != 0)
            return -1;
    return 0;
}

int peer_receive(struct peer *peer, void *answer, size_t bytes, struct error *error)
{
    ssize_t got;
    while ((got = recv(peer->socket, answer, bytes, 0)) < 0)
        if (look(peer, error) != 0)
            return -1;
    return got == (ssize_t)bytes ? 0 : fail_gone(peer, error);
}
