#ifndef BREAKEVEN_ANALYSE_MODEL_ADVICE_H
#define BREAKEVEN_ANALYSE_MODEL_ADVICE_H

#include "bench/analyse/model/model.h"
#include "bench/base/error.h"

/* What follows from a model for somebody who asks. Pure, as the model is. */

/* A strategy is worth its trouble where the model holds it to be this many times as fast as a loop:
 * what is given away below it is little. */
#define ADVICE_WORTH_IT 1.05

/* What gains less than this must be sure not to lose more than so much. */
#define ADVICE_GAINS_MUCH 1.25
#define ADVICE_LEAST_SPEEDUP 0.95

/* Of strategies that cannot be told apart, a simpler one may be slower by this share. */
#define ADVICE_SIMPLER_SHARE 0.02

/* A strategy with a number of workers. */
struct advice_row {
    const struct model_line *line; /* NULL: serial */
    struct interval ns, speedup;   /* all NaN: the model says nothing of it */
    bool is_best;                  /* the fastest of its strategy's numbers of workers */
    bool is_like_chosen;           /* another strategy that cannot be told from the chosen one */
    struct interval even_job_ns;   /* model_crossover_job_ns; NaN unless it was asked for */
    struct interval even_jobs;     /* model_crossover_jobs, likewise */
};

/* False where the model says nothing of it. */
bool advice_is_known(const struct advice_row *row);

enum advice_verdict {
    ADVICE_PARALLEL, /* run them by rows[chosen] */
    ADVICE_SERIAL,   /* run them in a loop, which rows[chosen] is */
    ADVICE_UNTOLD,   /* it hangs on their contention: rows[chosen] is what pays if they compute */
    ADVICE_VERDICT_COUNT,
};

/* "parallel", "serial" and "untold", in the order of the enum. */
extern const char *const advice_verdicts[ADVICE_VERDICT_COUNT];

struct advice {
    struct model_question question;
    struct advice_row *rows; /* the fastest first, serial among them; what is not known is last */
    size_t count;
    size_t serial;  /* of rows */
    size_t chosen;  /* of rows */
    size_t nearest; /* of rows: the parallel one that is chosen, or the fastest of those; count:
                       there is none of which anything is known */
    enum advice_verdict verdict;
    /* Untold: the chosen one's speedup for jobs that only compute; else NaN. */
    struct interval if_computing;
};

/* Answers the question by the model, which must outlive the answer. all_break_evens: of every row;
 * else of the nearest alone. Freed with advice_free. Never advises what the model holds to be
 * slower than a loop. */
int advice_make(const struct model *model, const struct model_question *question,
                bool all_break_evens, struct advice *out, struct error *error);

void advice_free(struct advice *advice);

#endif
