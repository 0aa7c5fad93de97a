#ifndef BREAKEVEN_SESSION_ADVICE_CALIBRATION_H
#define BREAKEVEN_SESSION_ADVICE_CALIBRATION_H

#include "bench/analyse/model/model.h"
#include "bench/base/error.h"
#include "bench/machine/cpus.h"

#include <limits.h>
#include <stdbool.h>

/* Where the file of this machine lies, and what it is for. */
struct calibration_request {
    struct cpus cpus;
    uint64_t budget_ns; /* for measuring, where that must be done; 0: five seconds */
    uint64_t seed;
    bool anew;                       /* measure, whatever the file holds */
    bool quiet;                      /* no progress */
    const char *const *command_line; /* ends in NULL */
};

/* The model of this machine. */
struct calibration {
    struct model model;
    char path[PATH_MAX]; /* of its file; "" where none could be kept */
    bool measured;       /* now; false: it was read */
    char why[256];       /* it was measured although there is a file: "the kernel is another one" */
    int64_t age_s;       /* of what was read */
};

/* Reads the calibration of this machine, or measures it where there is none, or one that is
 * damaged, of another format, or of another kernel, CPU, build or library; then it is kept in
 * $XDG_CACHE_HOME/breakeven (~/.cache/breakeven). Two who measure at once take turns: the second
 * one reads what the first one wrote. A cache that cannot be written is a warning, not an error. */
int calibration_get(const struct calibration_request *request, struct calibration *out,
                    char *warning, size_t warning_bytes, struct error *error);

/* The same from the folder of a run, which is not changed. */
int calibration_of_run(const char *folder, struct calibration *out, struct error *error);

void calibration_free(struct calibration *calibration);

#endif
