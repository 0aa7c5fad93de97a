#ifndef BREAKEVEN_BASE_INPUT_H
#define BREAKEVEN_BASE_INPUT_H

#include "bench/base/error.h"

#include <stdio.h>

/* Opens a regular file for reading: what never ends or never begins, such as a pipe, is refused.
 * NULL with an error (EXIT_USAGE) that names it. */
FILE *input_open(const char *path, struct error *error);

#endif
