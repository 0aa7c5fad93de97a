#ifndef BREAKEVEN_STRATEGIES_COMMON_LIBRARY_H
#define BREAKEVEN_STRATEGIES_COMMON_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

/* A library that only one strategy uses is loaded when that strategy is asked for. If breakeven
 * were linked with it, it would be loaded at every start, and so in every visit. */
struct library_function {
    const char *name;
    void **address; /* where to put it */
};

/* Loads the library for the life of the process and finds all of these functions. Returns false if
 * the library is not there or lacks one of them. */
bool library_load(const char *file, const struct library_function functions[], size_t count);

/* Returns the file name, without folders, of the library that a function lies in, such as
 * "libgomp.so.1"; "" if it is not known. The text stays valid until the process ends. */
const char *library_name(void *function);

#endif
