#ifndef BREAKEVEN_ANALYSE_MEANS_H
#define BREAKEVEN_ANALYSE_MEANS_H

#include "bench/analyse/overhead.h"
#include "bench/analyse/speedup.h"

/* A median says nothing of visits that are slow now and then; who runs many batches pays for them.
 */
#define MEANS_LEAST_VISITS 10 /* fewer do not tell a tenth of them */
#define MEANS_SLOW 1.5        /* what a slow visit takes at least, in medians */

/* Serial's mean time over the strategy's, of the same rounds, with its 95 % interval by Student's t
 * on the linearised ratio (Cochran, Sampling Techniques, 3rd edition, 6.3); not known of fewer than
 * six pairs. Widened as stats_interval_over_time does; values and scratch have room for a number a
 * pair. */
struct mean_ratio {
    double ratio, low, high;
};
struct mean_ratio means_of_pairs(const struct time_pairs *pairs, double values[], double scratch[]);

/* What mean times say of a curve that is ahead by medians. */
struct means_story {
    bool differs;  /* at some size it surely is ahead by medians, and not by means, and a tenth of
                      the visits there are slow */
    double slow;   /* how many medians a tenth of the visits there take at least */
    double size;   /* from which on it is ahead by means; NaN where it is not at the largest */
    double job_ns; /* the serial time of one job of that size */
};

/* Of the curve of that row at its temperature. */
struct means_story means_story_of(const struct summaries *summaries, const struct key *key,
                                  const char *temperature);

#endif
