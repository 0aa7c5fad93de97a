#ifndef BREAKEVEN_PLUGIN_LIBRARY_H
#define BREAKEVEN_PLUGIN_LIBRARY_H

#include "bench/base/error.h"

#include <limits.h>
#include <stdbool.h>

/* Shared libraries of the user. Looking at one (library_place, library_identify) is harmless, and
 * so is what the harness does. Loading one runs its code: only a process that may die of it does
 * (a visit, the image, the child of describe.h).
 *
 * Failures are ERROR_USAGE: one line that begins with the path and names the cause. */

enum { LIBRARY_NAME_BYTES = 64, LIBRARY_IDENTITY_BYTES = 96 };

/* What a user names by "./libmine.so" or "./libmine.so:NAME". */
struct library_place {
    char path[PATH_MAX];           /* absolute */
    char name[LIBRARY_NAME_BYTES]; /* ""; or what of it is meant */
};

/* True for texts that name a library rather than something that is built in: a '/' is in them. */
bool library_is_named_by(const char *text);

/* True where a text that may name something else, as a suite's file, is meant as a library: by the
 * ending of its name, or since the file begins as one. */
bool library_is_meant_by(const char *text);

/* Takes the text apart. A path that is not absolute begins in `folder`, and that, or where it is
 * NULL the path, in the working directory. */
int library_place(const char *text, const char *folder, struct library_place *place,
                  struct error *error);

/* Looks at the file without loading it: that it can be read and is a shared library for this
 * machine. Fills in what tells this file from one that takes its place. */
int library_identify(const char *path, char identity[LIBRARY_IDENTITY_BYTES], struct error *error);

/* Refuses (ERROR_REFUSED) a file that is no longer the one of that identity. */
int library_check_same(const char *path, const char *identity, struct error *error);

/* Both for a file of any kind that can be read, which messages call by `what` it should be: "a
 * Python file". */
int file_identify(const char *path, const char *what, char identity[LIBRARY_IDENTITY_BYTES],
                  struct error *error);
int file_check_same(const char *path, const char *what, const char *identity, struct error *error);

/* Loads it, all its symbols bound, for as long as the process lives. NULL: see error. */
void *library_open(const char *path, struct error *error);

/* The address of a symbol, or NULL where the library has none of that name. */
void *library_symbol(void *library, const char *name);

#endif
