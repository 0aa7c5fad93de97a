#ifndef BREAKEVEN_CLI_FOLDER_H
#define BREAKEVEN_CLI_FOLDER_H

#include "bench/base/error.h"

#include <limits.h>
#include <stdbool.h>

/* Where a run writes. */
struct run_folder {
    char path[PATH_MAX - 64];
    bool made_up; /* no --out: results/<date>-<suite>, and results/latest points at it */
};

/* What may be in the folder already. */
enum folder_mode { FOLDER_FRESH, FOLDER_RESUME, FOLDER_FORCE };

/* The folder in a comparison's folder that holds the fresh rounds, where there were any. */
#define FOLDER_FRESH_ROUNDS "confirm"

/* Makes the folder (and those above it) and finds out whether it can be written, before anything is
 * measured. out: what --out gave, or NULL. Refuses a folder that holds a run unless the mode allows
 * it (EXIT_USAGE); nothing in it is touched then. */
int folder_open(const char *out, const char *suite, enum folder_mode mode,
                struct run_folder *folder, struct error *error);

/* Removes what an older run has left, so that nothing old stands beside the new; of a run that goes
 * on, only what is half made. */
void folder_clean(const struct run_folder *folder, enum folder_mode mode);

/* Makes the folder that --out names, and those above it, where they are missing, and finds out
 * whether it can be written. What is in it stays. */
int folder_make(const char *path, struct error *error);

/* The same for a trace, which needs a folder that holds no run; one that holds a trace is refused
 * (EXIT_USAGE) unless it is to be overwritten, and then that trace is removed. */
int folder_for_trace(const char *path, bool force, struct error *error);

/* Points results/latest at a made-up folder; does nothing for others. */
int folder_link(const struct run_folder *folder, struct error *error);

#endif
