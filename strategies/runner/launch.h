#ifndef BREAKEVEN_STRATEGIES_RUNNER_LAUNCH_H
#define BREAKEVEN_STRATEGIES_RUNNER_LAUNCH_H

#include "bench/runner/folder.h"
#include "bench/runner/hello.h"

#include <stdint.h>

/* A runner that was started and has said hello. */
struct launched {
    struct runner *runner; /* NULL: it is not running */
    json_t *hello;
    struct runner_folder folder; /* with our scripts, where there are any */
    enum runner_trouble trouble; /* why it could not be started */
};

/* Starts a program of the user's. deadline_ns as in struct runner_program. On failure nothing is
 * left, and launched->trouble says of which kind the error is. */
int launch_runner(const char *path, uint64_t deadline_ns, struct launched *launched,
                  struct error *error);

/* Starts an interpreter of Python, a path or a name in PATH, with our own script. One that is no
 * Python, or too old, is told so. */
int launch_python(const char *interpreter, uint64_t deadline_ns, struct launched *launched,
                  struct error *error);

/* Ends it and removes what it was started from. */
void launched_end(struct launched *launched);

#endif
