#ifndef BREAKEVEN_BASE_EXIT_STATUS_H
#define BREAKEVEN_BASE_EXIT_STATUS_H

#include "bench/base/error.h"

/* How the program ends: the command line's contract. The processes that it starts of itself end in
 * the same way, and a job that could not be run ends as one that the system refused. */
enum exit_status {
    EXIT_DONE = 0,
    EXIT_CHECK_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_NOT_COMPARABLE = 3,
    EXIT_REFUSED = 4,
    EXIT_SIGNALLED = 128, /* and the number of the signal that interrupted the program */
};

/* The exit status that tells of an error of that kind. signal_number: the signal that interrupted
 * the program; where none is known (0), an interruption counts as SIGINT. */
int exit_status_of(enum error_kind kind, int signal_number);

#endif
