#ifndef BREAKEVEN_PROCESS_PROGRAM_H
#define BREAKEVEN_PROCESS_PROGRAM_H

#include "bench/base/error.h"

#include <signal.h>
#include <stdint.h>

/* A program of somebody else's, from PATH, that is run to its end: without input, and with a
 * process group of its own. */
struct program {
    const char *const *arguments; /* its name first; ends in NULL */
    const char *shown_name;       /* in messages; NULL: as it is started */
    const char *remedy;           /* where it cannot be started */
    const char *const *without;   /* variables that are kept from it, ends in NULL; "GNUPLOT_*"
                                   * stands for all that begin so. NULL: none */
    const char *const *with;      /* "NAME=value" in their place, ends in NULL. NULL: none */
    int folder;                   /* descriptor of the folder that it runs in */
    int output;                   /* descriptor that takes its output; 0: nowhere */
    uint64_t output_most;         /* bytes; 0: any number */
    uint64_t timeout_ns;          /* then it is killed with all that it has started */
    const volatile sig_atomic_t *interrupted; /* no longer 0: it is killed too. NULL: never */
};

/* This program, for starting itself. */
#define PROGRAM_SELF "/proc/self/exe"

/* Runs it. Fails (ERROR_REFUSED) where it cannot be started, takes too long, dies or ends with
 * another exit code than 0; the error has the last line that it wrote to stderr. Fails with
 * ERROR_INTERRUPTED where it was interrupted. It does not outlive the caller. */
int program_run(const struct program *program, struct error *error);

#endif
