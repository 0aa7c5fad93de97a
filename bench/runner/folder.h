#ifndef BREAKEVEN_RUNNER_FOLDER_H
#define BREAKEVEN_RUNNER_FOLDER_H

#include "bench/base/error.h"

#include <limits.h>
#include <stddef.h>

/* Folders for what runners are started from and write beside it: in TMPDIR, or in /tmp. Who has
 * made one holds it by a lock to its end, so that others can tell those that a killed process has
 * left. */
struct runner_folder {
    char path[PATH_MAX]; /* "": there is none */
    int fd;              /* holds the lock */
};

int runner_folder_make(struct runner_folder *folder, struct error *error);

/* Makes a file in it that holds those bytes. */
int runner_folder_put(const struct runner_folder *folder, const char *name, const char *bytes,
                      size_t count, struct error *error);

/* Removes it with all that is in it. */
void runner_folder_remove(struct runner_folder *folder);

/* Removes those of this user's that nobody holds any more. */
void runner_folder_sweep(void);

#endif
