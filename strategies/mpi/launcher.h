#ifndef BREAKEVEN_STRATEGIES_MPI_LAUNCHER_H
#define BREAKEVEN_STRATEGIES_MPI_LAUNCHER_H

#include "strategies/strategy.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* mpirun, or srun within an allocation of Slurm, which starts the ranks, watches them, and ends
 * them all where one of them dies. */
struct launcher {
    const char *name; /* as errors tell it */
    const char *path; /* "": there is none; kept until the process ends */
    pid_t pid;        /* 0: none, or reaped */
    int said;         /* memfd of all that it and the ranks have written; -1: none */
    bool is_over_hosts;
};

/* What is to be started. */
struct launcher_order {
    const char *folder;   /* where the program lies, and where MPI puts its own files */
    const char *hand_out; /* the program's second argument */
    const struct strategy_config *config; /* its workers are the ranks beside rank 0; its hosts */
};

/* NULL, or why neither can be used here. */
const char *launcher_unavailable(void);

/* The path of the one that was started last, which over hosts is always mpirun; before that, of the
 * one that would be used on this host alone. "": there is none. */
const char *launcher_path(void);

/* What to do where it starts ranks that do not find each other. */
const char *launcher_remedy(const struct launcher *launcher);

/* Where breakeven is on hosts that do not have it where this one has. */
#define LAUNCHER_PROGRAM "BREAKEVEN_RANK"

/* Starts it. It dies with this process, and its ranks with it. Fails where there are more workers
 * than mpirun would start. Over hosts it starts breakeven there, by the path that it has here or
 * that the variable LAUNCHER_PROGRAM says. */
int launcher_start(struct launcher *launcher, const struct launcher_order *order,
                   struct error *error);

/* After the ranks have gone: waits for the end of the launcher, kills it if it does not come, and
 * fails with what it or a rank has said of the cause. */
int launcher_explain(struct launcher *launcher, struct error *error);

/* Where the ranks do not come: ends the launcher, and fails with how long they were waited for. */
int launcher_give_up(struct launcher *launcher, uint64_t after_ns, struct error *error);

/* Waits for the end of the launcher, whose rank 0 has been told to end, and kills it if it does not
 * come. What was written goes to stderr. It may be called again, and where nothing was started. */
void launcher_end(struct launcher *launcher);

#endif
