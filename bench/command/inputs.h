#ifndef BREAKEVEN_COMMAND_INPUTS_H
#define BREAKEVEN_COMMAND_INPUTS_H

#include "bench/base/error.h"

#include <limits.h>
#include <stddef.h>

/* The files that a command is run for. */
struct inputs {
    char **paths; /* sorted by their bytes */
    size_t count;
};

/* The paths that a pattern of the shell matches, braces and a tilde too. One that begins with "-"
 * gets "./" before it, so that no command takes it for an option. Fails (ERROR_USAGE) where it
 * matches none. */
int inputs_find(const char *option, const char *pattern, struct inputs *inputs,
                struct error *error);
void inputs_free(struct inputs *inputs);

/* Looks a program up as a shell does, by PATH where its name has no slash. Fails (ERROR_USAGE)
 * where there is none, or it cannot be executed. */
int inputs_find_program(const char *option, const char *name, char path[PATH_MAX],
                        struct error *error);

#endif
