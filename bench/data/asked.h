#ifndef BREAKEVEN_ASKED_H
#define BREAKEVEN_ASKED_H

#include "bench/run/plan.h"

/* What is measured, in words by which two runs are told apart: the values of each dimension of the
 * plan, and what decides how its jobs are run. How long and how often it is measured, and how long
 * a visit may take, is not among it. */
struct asked {
    struct {
        const char *name; /* of a column of samples.csv, or of a key of a suite */
        char *text;
    } settings[32];
    size_t count;
};

/* Of a plan that was just made. input_fd: of the suite's input file; -1: none. */
int asked_read(const struct suite *suite, const struct plan *plan, int input_fd,
               struct asked *asked, struct error *error);
void asked_free(struct asked *asked);

#endif
