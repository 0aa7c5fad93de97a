#ifndef BREAKEVEN_STRATEGIES_COMMON_LIBRARY_H
#define BREAKEVEN_STRATEGIES_COMMON_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

/* Libraries that only one strategy uses are loaded when it is asked for: linked, they would be
 * loaded at every start of breakeven, so at every visit. */
struct library_function {
    const char *name;
    void **address; /* where to put it */
};

/* Loads the library for the life of the process and finds all of its functions. False where it is
 * not there or lacks one. */
bool library_load(const char *file, const struct library_function functions[], size_t count);

/* The file name, without folders, of the library that a function lies in: "libgomp.so.1"; "" where
 * that is not known. Kept until the process ends. */
const char *library_name(void *function);

#endif
