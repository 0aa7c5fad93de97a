#ifndef BREAKEVEN_STRATEGIES_COMMON_PEER_H
#define BREAKEVEN_STRATEGIES_COMMON_PEER_H

#include "bench/base/error.h"
#include "strategies/common/watch.h"

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

/* A child that answers over a SOCK_SEQPACKET pair. The socket does not tell that the child has died
 * as long as a child of the child holds a copy of it, and it never tells that the child is stopped.
 * So whoever waits for an answer looks at the process now and then. */
struct peer {
    int socket;        /* -1: none */
    pid_t pid;         /* 0: reaped, or none */
    const char *who;   /* in errors: "forkserver: the server" */
    struct watch over; /* its timeout_ns: for how long the peer may be stopped; 0: for ever */
    uint64_t stopped_ns;
};

/* Sets how often the caller looks. Call it as soon as there is a socket. */
int peer_watch(struct peer *peer, struct error *error);

/* Send a message, and receive one of exactly `bytes` bytes. Both fail with ERROR_REFUSED if the
 * peer is gone, or if it was stopped for too long, in which case they have killed it. */
int peer_send(struct peer *peer, const struct msghdr *message, struct error *error);
int peer_receive(struct peer *peer, void *answer, size_t bytes, struct error *error);

#endif
