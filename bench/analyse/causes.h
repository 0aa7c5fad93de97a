#ifndef BREAKEVEN_ANALYSE_CAUSES_H
#define BREAKEVEN_ANALYSE_CAUSES_H

#include "bench/analyse/costs.h"

#include <stdbool.h>

/* What a batch loses time by, beyond its share of the baseline's. */
enum cause_kind {
    CAUSE_HANDOVER,       /* handing jobs over and collecting results */
    CAUSE_PAYLOAD,        /* carrying bytes into jobs and out of them */
    CAUSE_RECYCLING,      /* replacing workers after jobs_per_worker */
    CAUSE_OVERSUBSCRIBED, /* more workers than CPUs: what fewer would save */
    CAUSE_GIL,            /* threads of which one at a time runs */
    CAUSE_SHARED,         /* CPU time beyond the baseline's: waiting awake, memory, caches */
    CAUSE_UNEVEN,         /* CPUs that were idle: uneven shares, waiting asleep */
    CAUSE_START,          /* opening, closing, and a first map that takes longer */
    CAUSE_IMPORTS,        /* the part of it in which new processes import the jobs' module */
    CAUSE_KINDS,
};

struct cause {
    enum cause_kind kind;
    double ns;        /* of the batch's time */
    struct key other; /* of the cell by which it is known */
    double other_ns; /* what is compared with there: the batch; of CAUSE_START the start. NaN: there
                        is no such cell */
};

/* Why a batch takes longer than its share of the baseline's time, at one temperature. */
struct causes {
    double ns;                      /* of the batch; NaN: it was not measured */
    double serial_ns;               /* of the baseline's */
    double share_ns;                /* serial_ns by how many jobs can run at once */
    double at_once;                 /* CPUs that were busy during the warm batch; NaN: not known */
    struct cause rows[CAUSE_KINDS]; /* those that take any time, the longest first */
    size_t count;
};

/* What is asked about. */
struct causes_request {
    const struct key *key;
    const struct costs *costs; /* of key */
    bool has_sizes; /* the curve has several: what handing over takes is known by the smallest */
    uint32_t cpus;
    bool has_gil; /* the workers are threads of a runtime that runs one at a time, or may */
    bool is_process_a_job; /* each job has a new process */
    double import_ns;      /* that a new process takes for the jobs' module; 0: it inherits it */
};

/* The causes of a batch that is handed to an open strategy (temperature "warm"), or that starts
 * cold
 * ("cold"). What one cause takes is known by a cell that differs in nothing else, where there is
 * one: no payload, workers that are not replaced, no more workers than CPUs. Of a curve with one
 * size, what handing over takes is the CPU time beyond the baseline's. */
struct causes causes_of(const struct visits *visits, const struct causes_request *request,
                        const char *temperature, struct error *error);

/* True where the batch takes hardly longer than its share: less than a quarter. */
bool causes_are_small(const struct causes *causes);

#endif
