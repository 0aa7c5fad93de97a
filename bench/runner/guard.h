#ifndef BREAKEVEN_RUNNER_GUARD_H
#define BREAKEVEN_RUNNER_GUARD_H

#include "bench/base/error.h"

#include <sys/types.h>

/* A runner dies with its visit, and the visit with the harness; but workers of other runtimes do
 * not know of that. The guard is a process that waits for the end of the one that has started it,
 * where that leads a process group of its own: then it kills that group, and removes the folder
 * that a runner was started from. It does nothing else, and takes no time. */
struct guard {
    pid_t pid; /* 0: there is none */
    int end;   /* is closed when this process ends */
};

int guard_start(struct guard *guard, struct error *error);

/* It is not needed any more. */
void guard_stop(struct guard *guard);

#endif
