#ifndef BREAKEVEN_SESSION_FLOORS_H
#define BREAKEVEN_SESSION_FLOORS_H

#include "bench/run/overheads.h"
#include "bench/session/folder.h"

/* The floors of this machine, measured into a folder. */
struct floors_request {
    struct overheads_settings settings; /* what to measure; how it is watched is the session's */
    const char *out;                    /* NULL: results/<date>-floors */
    bool force;                         /* overwrite what the folder holds */
    const char *const *command_line;    /* ends in NULL */
};

/* Opens the folder and measures floors.csv and host.json into it; where that is interrupted, of
 * the rounds until then, if there are any. Fails (ERROR_INTERRUPTED) where it was interrupted.
 * *written: floors.csv is there. The caller closes the folder on every path. */
int floors_run(const struct floors_request *request, struct run_folder *folder, bool *written,
               struct error *error);

#endif
