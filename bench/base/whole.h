#ifndef BREAKEVEN_BASE_WHOLE_H
#define BREAKEVEN_BASE_WHOLE_H

#include "bench/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A file that appears whole or not at all: what goes to the stream stays in memory until the file
 * is closed. */
struct whole {
    const char *path; /* the caller's; lives until whole_close */
    FILE *stream;
    char *text;
    size_t bytes;
    char *partial; /* of one too large for memory: where it is until it is complete; else NULL */
};

int whole_open(struct whole *whole, const char *path, struct error *error);

/* The same for what is too large for memory: it goes to a file beside path, as whole_write's. */
int whole_open_large(struct whole *whole, const char *path, struct error *error);

/* Writes what went to the stream as whole_write does. Frees it on every path. */
int whole_close(struct whole *whole, struct error *error);

/* Forgets what went to the stream: no file appears. */
void whole_drop(struct whole *whole);

/* Writes the bytes beside path, under a name that nobody can foresee, and renames that. Where path
 * is a link it is replaced, never followed; on failure what was there before stays and nothing is
 * left beside it. */
int whole_write(const char *path, const void *bytes, size_t count, struct error *error);

/* Makes a new file in a folder (or AT_FDCWD) that holds the bytes, by the user's umask and through
 * no link. 0, or the error number, and then there is no file. */
int whole_create(int folder, const char *name, const void *bytes, size_t count);

/* Opens a file that belongs to its folder: nothing is read or written through a link or a pipe.
 * flags as open takes them, with O_RDONLY or with O_WRONLY | O_APPEND; what O_EXCL has made is not
 * left where this fails. NULL with an error that names the path. */
FILE *whole_open_own(const char *path, int flags, struct error *error);

/* Writes all of the bytes; 0 or the error number. */
int whole_put(int fd, const void *bytes, size_t count);

/* "BEFORE.<16 digits that nobody can foresee>.partial", for what is renamed when it is complete; 0
 * or the error number. */
int whole_partial_name(char *name, size_t bytes, const char *before);

/* True for the names of whole_partial_name: what a killed program has left. */
bool whole_is_partial(const char *name);

#endif
