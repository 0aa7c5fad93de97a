#ifndef BREAKEVEN_SESSION_THRESHOLDS_CHECK_H
#define BREAKEVEN_SESSION_THRESHOLDS_CHECK_H

#include "bench/analyse/threshold/check.h"
#include "bench/findings/claims.h"
#include "bench/findings/findings.h"
#include "bench/run/suite.h"
#include "bench/session/folder.h"

/* Thresholds of a file that are measured again; strings are borrowed. */
struct check_request {
    const char *path;
    const char *libraries; /* with works of the file, with commas between them; NULL: where the file
                              says that they lie */
    const char *only;      /* names with commas between them; NULL: all */
    struct settings settings; /* of the run; of the lists, sizes and jobs alone: places to measure
                                 at in place of those that are chosen */
    const char *out;          /* NULL: a folder is made up */
    enum folder_mode mode;
    bool quiet;
    const char *const *command_line; /* ends in NULL */
    double limit;                    /* a change this large counts: 0.25 */
};

/* What came of it. Start from {0}; free it in any case. */
struct check_result {
    struct claims claims;
    const char **reasons;  /* of each claim: why it cannot be measured; NULL: it can, or is noisy */
    struct findings found; /* of the rounds */
    struct checks checks;  /* one a threshold of the file that was asked for */
    double elapsed_s;      /* of the measuring */
    bool other_model;      /* the file is of another model of CPU */
};

/* Reads the file, measures around each of its thresholds into the folder, and judges them: writes
 * check.csv beside the files of the run. What this build lacks is not measured. Refuses
 * (ERROR_NOT_COMPARABLE) a file of another architecture or number of CPUs, and one of which nothing
 * can be measured. Where the measuring was interrupted, what was measured until then is judged, and
 * the error stays. The folder's lock is the caller's, also where this fails. */
int check_thresholds(const struct check_request *request, struct run_folder *folder,
                     struct check_result *result, struct error *error);
void check_free(struct check_result *result);

#endif
