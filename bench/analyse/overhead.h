#ifndef BREAKEVEN_ANALYSE_OVERHEAD_H
#define BREAKEVEN_ANALYSE_OVERHEAD_H

#include "bench/analyse/speedup.h"
#include "bench/stats/stats.h"

/* The times of a batch and of serial's in the same rounds. */
struct time_pairs {
    double *own_ns, *serial_ns;
    size_t count;
};

/* The overhead of one job with its interval: the median over rounds of what the batch takes beyond
 * its share of serial's time in the same round, by jobs. values and scratch have
 * room for a number a pair. NaN where there are no jobs or no pairs. */
struct interval overhead_of_pairs(const struct time_pairs *pairs, double parallelism, uint64_t jobs,
                                  double values[], double scratch[]);

/* What one job costs beyond its share of serial's time. NaN: not known. */
struct overhead {
    double ns;
    double low_ns, high_ns; /* its 95 % interval */
    double roundtrips;      /* the same in cache-line round trips: the floor of any hand-over */
};

/* The overhead of a row; nothing is known of one that costs no more than serial. */
struct overhead overhead_of_row(const struct summary *row);

/* What one job of a row of serial's takes, in ns. */
double overhead_serial_job_ns(const struct summary *serial);

#endif
