#ifndef BREAKEVEN_VISIT_BACKGROUND_LOAD_H
#define BREAKEVEN_VISIT_BACKGROUND_LOAD_H

#include "bench/base/error.h"

#include <stdint.h>
#include <sys/types.h>

/* Processes that do nothing but take CPU time, as other programs on a machine do: never under a
 * real-time policy and never at a nice value below 0, whatever this process has. No waitpid(-1)
 * reaps them, so that their pids stay theirs until background_load_stop. */
struct background_load {
    pid_t *pids;
    uint32_t count;
};

/* Starts count of them. They die with this process, and each by itself when it has used most_ns of
 * CPU time, rounded up to whole seconds; 0: never. On failure none is left. */
int background_load_start(struct background_load *load, uint32_t count, uint64_t most_ns,
                          struct error *error);

/* Ends and reaps them. Fails where one had ended or was stopped before: what was measured beside it
 * had less load than it should have had. */
int background_load_stop(struct background_load *load, struct error *error);

#endif
