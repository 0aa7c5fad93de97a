#ifndef BREAKEVEN_STRATEGIES_MPI_LAUNCHER_H
#define BREAKEVEN_STRATEGIES_MPI_LAUNCHER_H

#include "bench/base/error.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* mpirun, which starts the ranks, watches them, and ends them all where one of them dies. */
struct launcher {
    pid_t pid; /* 0: none, or reaped */
    int said;  /* memfd of all that it and the ranks have written; -1: none */
};

/* What is to be started. */
struct launcher_order {
    const char *folder;   /* where the program lies, and where MPI puts its own files */
    const char *hand_out; /* the program's second argument */
    uint32_t workers;     /* ranks beside rank 0 */
    uint32_t cpus;        /* that may be used */
};

/* NULL, or why mpirun cannot be used here. */
const char *launcher_unavailable(void);

/* The path of mpirun; "" where there is none. */
const char *launcher_path(void);

/* Starts mpirun. It dies with this process, and its ranks with it. Fails where there are more
 * workers than mpirun would start. */
int launcher_start(struct launcher *launcher, const struct launcher_order *order,
                   struct error *error);

/* After the ranks have gone: waits for the end of mpirun, kills it if it does not come, and fails
 * with what it or a rank has said of the cause. */
int launcher_explain(struct launcher *launcher, struct error *error);

/* Waits for the end of mpirun, whose rank 0 has been told to end, and kills it if it does not come.
 * What was written goes to stderr. It may be called again, and where nothing was started. */
void launcher_end(struct launcher *launcher);

#endif
