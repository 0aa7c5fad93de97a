#ifndef BREAKEVEN_SESSION_ADVICE_ADVISE_H
#define BREAKEVEN_SESSION_ADVICE_ADVISE_H

#include "bench/base/parse.h"
#include "bench/report/table/advice.h"
#include "bench/session/advice/calibration.h"
#include "bench/session/advice/timed_job.h"

/* What is asked; strings are borrowed. */
struct advise_request {
    struct cpus cpus;
    const char *from;               /* the folder of a run; NULL: the calibration of this machine */
    struct model_question question; /* without the time, the contention and busy of a timed job */
    bool has_contention;            /* the question's is to be used, whatever a timed job shows */
    struct numbers workers;         /* those alone; none: all that the model has */
    bool times_job;
    struct timed_job_request job; /* where times_job */
    bool all_break_evens;
    bool checks;                     /* the first three and serial are measured, too */
    const char *const *command_line; /* ends in NULL */
};

enum { ADVISE_CHECKED = 4 };

struct advise_answer {
    struct calibration calibration;
    struct model model; /* its lines that can run the job; the calibration's but for the list */
    struct timed_job job;
    struct advice advice;
    bool *keeps_workers; /* of each row of the advice */
    struct advice_check checks[ADVISE_CHECKED];
    struct advice_told told; /* what there is to print; it borrows from the rest */
};

/* Times the job where that is asked for, reads or makes the calibration, and answers; then measures
 * what is to be checked. warning: what the user should know beside it, or "". advise_free is to be
 * called also where this fails. */
int advise(const struct advise_request *request, struct advise_answer *out, char *warning,
           size_t warning_bytes, struct error *error);

void advise_free(struct advise_answer *answer);

#endif
