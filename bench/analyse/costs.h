#ifndef BREAKEVEN_ANALYSE_COSTS_H
#define BREAKEVEN_ANALYSE_COSTS_H

#include "bench/analyse/visits.h"

/* Where the time of one batch goes, in ns; medians over the rounds. The parts of the cold batch add
 * up to its time, those of the warm one too; NaN where something was not measured. */
struct costs {
    double serial_ns; /* the batch in a loop */
    double cold_ns;   /* with opening and closing the strategy */
    double warm_ns;   /* on an open strategy */
    double open_ns, close_ns;
    double settling_ns; /* that the first map takes longer than those on an open strategy */
    double share_ns;    /* serial's time by how many jobs can run at once (parallelism_of) */
    double handover_ns; /* warm overhead of the smallest jobs: handing over and collecting */
    double rest_ns;     /* what else the warm batch takes: uneven shares, waiting, memory; below 0
                           where the jobs were done faster than serial does them */
    double cpu_ratio;   /* CPU time of all workers over serial's */
    double participation;
};

/* The median of a field of struct visit, a double at that offset, over the undisturbed rounds of
 * which it is known; numbers has room for all. NaN where there are none. */
double rounds_median(struct rounds rounds, size_t offset, double numbers[]);

/* The costs of a batch of key's cell. least_size is the smallest size of the same curve. */
struct costs costs_of(const struct visits *visits, const struct key *key, uint64_t least_size,
                      uint32_t cpus, struct error *error);

#endif
