#ifndef BREAKEVEN_SESSION_FOLDER_H
#define BREAKEVEN_SESSION_FOLDER_H

#include "bench/base/error.h"
#include "bench/base/lock.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* A folder that this process alone writes to. Start from {0}. */
struct run_folder {
    char path[PATH_MAX - 64];
    bool made_up; /* no --out: results/<date>-<suite>, and results/latest points at it */
    struct lock lock;
    int unlocked; /* why its file system gave no lock; 0: it did */
};

/* What may be in the folder already. */
enum folder_mode { FOLDER_FRESH, FOLDER_RESUME, FOLDER_FORCE };

/* The folder in a comparison's folder that holds the fresh rounds, where there were any. */
#define FOLDER_FRESH_ROUNDS "confirm"

/* Makes the folder (and those above it), locks it and finds out whether it can be written, before
 * anything is measured. out: what --out gave; NULL makes up the next name that is free. Refuses a
 * folder that another process writes to, or that holds a run unless the mode allows it
 * (ERROR_USAGE); nothing in it is touched then. */
int folder_open(const char *out, const char *suite, enum folder_mode mode,
                struct run_folder *folder, struct error *error);

/* Gives up the lock. */
void folder_close(struct run_folder *folder);

/* A warning where the folder could not be locked and none is there yet. */
void folder_warn(const struct run_folder *folder, char *warning, size_t bytes);

/* Removes what an older run has left, so that nothing old stands beside the new; of a run that goes
 * on, only what is half made. */
void folder_clean(const struct run_folder *folder, enum folder_mode mode);

/* Locks a folder of which files are made again (ERROR_USAGE where another process writes to it).
 * One that is not there is for the reader of its files to refuse. */
int folder_use(const char *path, struct run_folder *folder, struct error *error);

/* Makes the folder that --out names, and those above it, where they are missing, locks it and finds
 * out whether it can be written. What is in it stays. */
int folder_make(const char *path, struct run_folder *folder, struct error *error);

/* The same for a trace, which needs a folder that holds no run; one that holds a trace is refused
 * (ERROR_USAGE) unless it is to be overwritten, and then that trace is removed. */
int folder_for_trace(const char *path, bool force, struct run_folder *folder, struct error *error);

/* Refuses (ERROR_USAGE) a file in a folder that another process writes a run to. */
int folder_check_file(const char *path, struct error *error);

/* Refuses a part of a folder that is a link, or no folder: nothing is written through it. */
int folder_check_part(const char *path, const char *part, struct error *error);

/* Points results/latest at a made-up folder; does nothing for others. */
int folder_link(const struct run_folder *folder, struct error *error);

#endif
