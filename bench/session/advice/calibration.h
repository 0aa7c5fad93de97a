#ifndef BREAKEVEN_SESSION_ADVICE_CALIBRATION_H
#define BREAKEVEN_SESSION_ADVICE_CALIBRATION_H

#include "bench/analyse/model/model.h"
#include "bench/base/clock.h"
#include "bench/base/error.h"
#include "bench/base/text.h"
#include "bench/machine/cpus.h"

#include <limits.h>
#include <stdbool.h>

/* How long it is measured where nobody says otherwise: five seconds. */
#define CALIBRATION_BUDGET_NS (5 * NS_PER_S)

/* What is to be known of the machine. */
struct calibration_request {
    struct cpus cpus;
    uint64_t budget_ns; /* for measuring, where that must be done; 0: CALIBRATION_BUDGET_NS */
    uint64_t seed;
    const char *python; /* an interpreter whose strategies are meant; NULL: those in C */
    bool anew;          /* measure, whatever the file holds */
    bool quiet;         /* no progress */
    const char *const *command_line; /* ends in NULL */
};

/* The model of this machine. */
struct calibration {
    struct model model;
    struct strings strings; /* the names of the model's strategies */
    char path[PATH_MAX];    /* of its file; "" where none could be kept; of a run: its folder */
    bool measured;          /* now; false: it was read */
    char why[256];      /* it was measured although there is a file: "the kernel is another one" */
    int64_t age_s;      /* of what was read; -1: not known */
    double elapsed_s;   /* that measuring it took */
    uint64_t visits;    /* that it rests on */
    double others_cpus; /* that other programs took meanwhile; NaN: not known */
};

/* True where other programs took so much meanwhile that its numbers are doubtful. */
bool calibration_was_busy(const struct calibration *calibration);

/* Reads the calibration of this machine, or measures it where there is none, or one that is
 * damaged, of another format, or of another kernel, CPU, build or library; then it is kept in
 * $XDG_CACHE_HOME/breakeven (~/.cache/breakeven). Two who measure at once take turns: the second
 * one reads what the first one wrote. The warning is "" or what people must be told, in one line:
 * why what was kept was not used, and that the cache cannot be written, which is no error.
 * Interrupted (ERROR_INTERRUPTED) it leaves nothing behind. Freed with calibration_free, also where
 * it fails. */
int calibration_get(const struct calibration_request *request, struct calibration *out,
                    char *warning, size_t warning_bytes, struct error *error);

/* Reads what is kept, and measures nothing: fails (ERROR_NOT_COMPARABLE) where there is none that
 * holds, and says why. */
int calibration_kept(const struct cpus *cpus, const char *python, struct calibration *out,
                     struct error *error);

/* The same from the folder of a run, which is not changed. */
int calibration_of_run(const char *folder, struct calibration *out, struct error *error);

void calibration_free(struct calibration *calibration);

#endif
