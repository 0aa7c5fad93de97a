#ifndef BREAKEVEN_STRATEGIES_COMMON_PEER_H
#define BREAKEVEN_STRATEGIES_COMMON_PEER_H

#include "bench/base/error.h"
#include "strategies/common/watch.h"

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

/* A child that answers over a SOCK_SEQPACKET pair. The end of the socket does not tell its death
 * where a child of its own still holds a copy, and tells nothing of one that is stopped: so whoever
 * waits for an answer looks at the process now and then. */
struct peer {
    int socket;        /* -1: none */
    pid_t pid;         /* 0: reaped, or none */
    const char *who;   /* in errors: "forkserver: the server" */
    struct watch over; /* its timeout_ns: for how long the peer may be stopped; 0: for ever */
    uint64_t stopped_ns;
};

/* Sets how often is looked; to be called once there is a socket. */
int peer_watch(struct peer *peer, struct error *error);

/* Sends a message, and receives one that is as long as that. They fail with ERROR_REFUSED where the
 * peer is gone, or has been stopped for too long; then it was killed. */
int peer_send(struct peer *peer, const struct msghdr *message, struct error *error);
int peer_receive(struct peer *peer, void *answer, size_t bytes, struct error *error);

#endif
