#ifndef BREAKEVEN_SESSION_OWN_WORK_H
#define BREAKEVEN_SESSION_OWN_WORK_H

#include "bench/run/suite.h"

/* A suite for one work of the user's, with nothing said about how to measure it: `breakeven run
 * ./libmine.so`, `breakeven run mymodule.py:task`. */
struct own_work {
    char *text; /* of the suite */
    char *name; /* of the work, and so of the suite */
};

/* Makes the suite: every strategy that can run the work, and the sizes that are given, else those
 * that the work says, else those that are found, from where a job takes 50 ns (1 us in Python) up
 * to 10 ms. Where the size does not tell how long a job takes, numbers of jobs. Ends with
 * own_work_free, also where it fails. */
int own_work_make(const char *named, const struct settings *given, struct own_work *made,
                  struct error *error);
void own_work_free(struct own_work *made);

#endif
