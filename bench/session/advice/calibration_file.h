#ifndef BREAKEVEN_SESSION_ADVICE_CALIBRATION_FILE_H
#define BREAKEVEN_SESSION_ADVICE_CALIBRATION_FILE_H

#include "bench/analyse/model/model.h"
#include "bench/base/error.h"
#include "bench/base/text.h"
#include "bench/session/advice/calibration_facts.h"

#include <stdint.h>

/* Files of another format are not read. */
#define CALIBRATION_FORMAT 1

/* A longer file is refused. */
#define CALIBRATION_MOST_BYTES (4 << 20)

/* How a calibration was measured. */
struct calibration_measured {
    int64_t at_s; /* seconds since 1970 */
    uint64_t budget_ns, seed, visits;
    double elapsed_s;
    double others_cpus; /* that other programs took meanwhile; NaN: not known */
};

/* A file's content. */
struct calibration_content {
    struct model model;
    struct strings strings; /* the names of the model's strategies */
    struct calibration_measured measured;
};

/* Why a file is not used. */
enum calibration_state {
    CALIBRATION_FINE,
    CALIBRATION_MISSING,
    CALIBRATION_OLD,     /* of another kernel, microcode, build or library */
    CALIBRATION_UNUSABLE /* damaged, of another format, or of another machine */
};

/* Writes the model as a whole file, in JSON. */
int calibration_write(const char *path, const struct calibration_facts *facts,
                      const struct calibration_measured *measured, const struct model *model,
                      struct error *error);

/* Reads a file strictly: what is missing, unknown or out of its range is damage. Where it is not
 * CALIBRATION_FINE the error says why: of one that is old "the kernel is another one", of one that
 * cannot be used "PATH:LINE: ...". facts: of here; NULL: they are not compared. Freed with
 * calibration_content_free, also where it could not be read. */
enum calibration_state calibration_read(const char *path, const struct calibration_facts *facts,
                                        struct calibration_content *out, struct error *error);

void calibration_content_free(struct calibration_content *content);

#endif
