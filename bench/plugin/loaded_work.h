#ifndef BREAKEVEN_PLUGIN_LOADED_WORK_H
#define BREAKEVEN_PLUGIN_LOADED_WORK_H

#include "bench/base/error.h"

#include <breakeven/work.h>
#include <stdbool.h>

/* A work of a shared library that this process has loaded. One a process: its hooks find what they
 * need by it. */

/* What is found in a library, checked: its own fields where it has them, else 0. */
struct found_work {
    struct breakeven_work work; /* of a bare function: its name and result_bytes alone */
    int (*bare)(uint64_t size, void *result); /* NULL: the work is whole */
};

/* How many bytes a bare function may write: one cache line, of 0 before it is called. */
enum { BARE_RESULT_BYTES = 64, WORK_MOST_RESULT_BYTES = 1 << 20 };

/* Finds the work of that name; "": the only one. A name that none of the library's works has may be
 * that of a function. Fails (ERROR_USAGE) where there is none, or it is not whole, or of another
 * version of the ABI. */
int loaded_work_find(void *library, const char *path, const char *name, struct found_work *found,
                     struct error *error);

/* Checks the work number `at` of a library, from 0, as loaded_work_find does; 1: it has no more. */
int loaded_work_at(void *library, const char *path, size_t at, struct found_work *found,
                   struct error *error);

#endif
