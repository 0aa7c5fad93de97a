#ifndef BREAKEVEN_PROCESS_HALTS_H
#define BREAKEVEN_PROCESS_HALTS_H

#include "bench/base/error.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Notices while it waits that this process was stopped and went on: by a signal, with its cgroup
 * (the freezer, `docker pause`), or with the machine that was suspended; and that a child was,
 * alone. However short the stop was and however busy the machine is: the kernel ends epoll_wait
 * with EINTR where the process that waits was stopped, though no handler has run (signal(7)), and
 * tells of a child by SIGCHLD. Nothing runs in the child for it.
 *
 * One at a time in a process, which must have no handlers of its own for SIGCHLD and SIGCONT
 * meanwhile. */
struct halts {
    int epoll;
    bool seen;
    struct sigaction child_before, continued_before;
};

int halts_open(struct halts *halts, struct error *error);
int halts_add(struct halts *halts, int fd, struct error *error);
void halts_drop(struct halts *halts, int fd);

/* The child that holds the other ends of the descriptors. */
void halts_watch(pid_t pid);

/* Waits until a descriptor that was added can be read or is at its end, or timeout_ns have passed,
 * rounded up to milliseconds; UINT64_MAX: for ever. As ppoll: how many are ready, or -1. */
int halts_wait(struct halts *halts, uint64_t timeout_ns, const sigset_t *mask);

/* Puts the handlers back that were there before. Returns whether there was a stop. */
bool halts_close(struct halts *halts);

#endif
