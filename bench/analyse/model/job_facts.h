#ifndef BREAKEVEN_ANALYSE_MODEL_JOB_FACTS_H
#define BREAKEVEN_ANALYSE_MODEL_JOB_FACTS_H

#include "bench/analyse/model/model.h"

/* What one job does while it is done serially, as a visit saw it; NaN: not known. */
struct job_facts {
    struct interval ns;
    double user_ns, sys_ns; /* processor time */
    double busy;            /* its share of the time, in the visit in which that was most */
    double faults;          /* minor page faults */
    double waits;           /* voluntary context switches */
    double bytes;           /* that it reads of an input that caches do not hold; 0: none */
};

/* The share of its time for which it keeps a CPU busy, 0 to 1; 1 where that is not known, and where
 * it hardly ever waits: then others took the CPU from it. */
double job_facts_busy(const struct job_facts *facts);

/* What makes such jobs slower with company, as far as one alone shows it: they wait; or they read
 * more than a byte for each ns; or a twentieth of their processor time goes to page faults, or to
 * the kernel with page faults among it; or they compute. A lock that jobs share does not show. */
enum contention job_facts_contention(const struct job_facts *facts);

/* The share of its time for which a job of that contention only computes, 0 to 1: of one that maps
 * memory what the kernel leaves; of others 0. */
double job_facts_computing(const struct job_facts *facts, enum contention contention);

#endif
