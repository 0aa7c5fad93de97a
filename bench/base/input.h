#ifndef BREAKEVEN_BASE_INPUT_H
#define BREAKEVEN_BASE_INPUT_H

#include "bench/base/error.h"

#include <stdint.h>
#include <stdio.h>

/* Opens a regular file for reading: what never ends or never begins, such as a pipe, is refused,
 * and not opened. NULL with an error (ERROR_USAGE) that names it. */
FILE *input_open(const char *path, struct error *error);

/* The same for a file that gzip has made: what is read is unpacked. Where it is damaged or cut off,
 * or something else stands behind it, reading fails with EBADMSG. */
FILE *input_open_packed(const char *path, struct error *error);

/* A descriptor for the file that an option names, and its size; -1 with an error that names both.
 */
int input_open_option(const char *option, const char *path, uint64_t *bytes, struct error *error);

#endif
