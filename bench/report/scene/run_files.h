#ifndef BREAKEVEN_REPORT_RUN_FILES_H
#define BREAKEVEN_REPORT_RUN_FILES_H

#include "bench/analyse/visits.h"
#include "bench/data/host.h"

#include <limits.h>

/* What a run left in its folder. Start from {0}; ends with run_files_free. */
struct run_files {
    struct host host;
    struct visits visits;
    struct disturbances disturbances;
};

/* The path of a file in the folder; refuses (EXIT_USAGE) one that is too long. */
int run_files_path(const char *folder, const char *name, char path[PATH_MAX], struct error *error);

/* Reads host.json and samples.csv, or its packed form, and refuses a run that is not whole. Every
 * reader of a run comes by here, so that all give the same answer. */
int run_files_read(const char *folder, struct run_files *files, struct error *error);

/* The same check for who reads the folder's other tables, whose host.json is known: where samples
 * were not kept there is nothing to check. */
int run_files_check(const char *folder, const struct host *host, struct error *error);

void run_files_free(struct run_files *files);

#endif
