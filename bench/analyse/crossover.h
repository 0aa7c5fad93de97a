#ifndef BREAKEVEN_ANALYSE_CROSSOVER_H
#define BREAKEVEN_ANALYSE_CROSSOVER_H

#include "bench/analyse/crossing.h"
#include "bench/analyse/speedup.h"

#include <stddef.h>
#include <stdint.h>

/* A speedup below this at the largest size is none: it is within what two runs of the same program
 * differ by, and a strategy with one worker approaches 1 from either side. */
#define CROSSOVER_LEAST_GAIN 1.02

/* One row of crossover.csv: from which job size on a strategy beats serial. */
struct crossover {
    struct key key; /* its size means nothing */
    const char *temperature;
    const char *verdict;         /* "at", "always", "never" or "noisy" */
    double size;                 /* where the median speedup crosses 1; the first size if always */
    double size_low, size_high;  /* where the interval's upper and its lower bound cross 1 */
    double job_ns, batch_ns;     /* job_time_ns of that size, and of the batch */
    double metg50_ns, metg95_ns; /* serial time of the smallest job that runs at that efficiency */
    double metg50_low_ns, metg50_high_ns, metg95_low_ns, metg95_high_ns; /* struct metg */
    double task_bench50_ns, task_bench95_ns;
    double mode_ns, mode_share; /* the host's mode (modes.h) that it is of: mode_crossovers.h */
};

extern const struct csv_format crossover_format;

struct crossover_result {
    const char *verdict;
    double size, size_low, size_high, job_ns;
    bool bracketed; /* struct crossing */
};

/* The serial time of one job of that size, between the sizes of which it is known. */
double crossover_job_ns_at(const struct crossover_point points[], size_t count, double size);

/* The crossover of a curve whose points are in ascending order of size. The verdict is
 *   always  where the lower bound of the speedup is above 1 at every size,
 *   at      where it is above 1 from some size on, and known not to be at a smaller one,
 *   never   where the speedup at the largest size is below CROSSOVER_LEAST_GAIN,
 *   noisy   where none of these is known: the lower bound is not above 1 at the largest size, or
 *           that size has no interval, or only sizes without one lie below those that are ahead.
 * Where it is "at", crossing_read tells; a size without an interval is never skipped over: the
 * interval reaches across it. */
struct crossover_result crossover_of(const struct crossover_point points[], size_t count);

struct crossovers {
    struct crossover *rows;
    size_t count;
};

/* The order of their curves, then of temperatures: that of summaries. */
int crossover_compare(const void *a, const void *b);

/* The crossovers of all strategies but serial, in that order. Of cells that are not ok nothing is
 * known, but where serial's is not ok either, the size does not count; nor does one that the run
 * ended before, where it was ahead so far and the sizes beside it are known to be. The caller frees
 * rows. */
int crossover_find(const struct summaries *summaries, struct crossovers *out, struct error *error);

#endif
