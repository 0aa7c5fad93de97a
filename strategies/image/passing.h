#ifndef BREAKEVEN_STRATEGIES_IMAGE_PASSING_H
#define BREAKEVEN_STRATEGIES_IMAGE_PASSING_H

#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

/* Messages over a SOCK_SEQPACKET socket that carry descriptors. */

enum { PASSING_MOST_FDS = 2 };

/* What a message is made of: up to two pieces of memory, which are the caller's, and descriptors.
 */
struct passing {
    struct msghdr message; /* what sendmsg takes; it points into this struct */
    struct iovec body[2];
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(PASSING_MOST_FDS * sizeof(int))];
};

/* Fills in a message that is to be sent. second: NULL where there is one piece. */
void passing_make(struct passing *passing, const void *first, size_t first_bytes,
                  const void *second, size_t second_bytes, const int *fds, size_t fd_count);

/* Receives into up to two pieces. fds: what came with the message, closed when executing; -1 where
 * nothing did. Returns as recvmsg, but is never interrupted. */
ssize_t passing_receive(int socket, void *first, size_t first_bytes, void *second,
                        size_t second_bytes, int fds[PASSING_MOST_FDS]);

#endif
