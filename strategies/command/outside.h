#ifndef BREAKEVEN_STRATEGIES_COMMAND_OUTSIDE_H
#define BREAKEVEN_STRATEGIES_COMMAND_OUTSIDE_H

#include "bench/command/block.h"
#include "strategies/command/helper.h"
#include "strategies/strategy.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>

/* A program of somebody else's that runs all commands of a batch: xargs, parallel. It is started
 * anew for each map, reads a list of jobs from its stdin, and says by its exit code how it went. */

struct outside {
    const struct outside_program *program;
    char path[PATH_MAX]; /* of the program */
    uint32_t workers;
    uint64_t job_timeout_ns;
    int output;       /* takes what the commands write */
    int image;        /* the helper; -1: it is not needed */
    int list;         /* the memfd of the list; -1: there is none yet */
    uint64_t listed;  /* the id of the batch that it is of; 0: none */
    char **arguments; /* for that batch; ends in NULL */
    size_t argument_count;
    char helper[HELPER_WORDS][64]; /* what starts the helper, which this process must outlive */
};

/* How one of them is asked. */
struct outside_program {
    const char *name;
    const char *missing; /* why it is unavailable, and what to install */

    /* Adds the arguments for a batch by outside_add, and writes the list. */
    int (*ask)(struct outside *outside, const struct batch *batch, const struct command *command,
               FILE *list, struct error *error);

    /* Settles all jobs by the exit code; fails (ERROR_CHECK_FAILED) where it tells of failures. */
    int (*judge)(struct outside *outside, struct batch *batch, const struct command *command,
                 int code, struct error *error);
};

/* NULL where the program is in PATH. */
const char *outside_unavailable(const struct outside_program *program);

/* Its path; "" where it is not in PATH. */
const char *outside_path(const struct outside_program *program);

int outside_open(const struct outside_program *program, const struct strategy_config *config,
                 void **state, struct error *error);
int outside_map(void *state, struct batch *batch, struct error *error);
void outside_close(void *state);

/* Adds an argument, as printf makes it; fails where memory is exhausted. */
int outside_add(struct outside *outside, struct error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* How many words at the beginning of the command are the same for all jobs. */
size_t outside_fixed_words(const struct command *command);

/* Makes the helper ready, and its words in outside->helper. */
int outside_open_helper(struct outside *outside, const struct batch *batch, struct error *error);

/* Settles every job as done with exit code 0. */
void outside_settle_done(struct batch *batch);

/* Settles every job as done, each with its exit code, or COMMAND_EXIT_UNTOLD for all. */
void outside_settle(struct batch *batch, const uint32_t *exit_codes);

#endif
