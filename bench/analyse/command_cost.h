#ifndef BREAKEVEN_ANALYSE_COMMAND_COST_H
#define BREAKEVEN_ANALYSE_COMMAND_COST_H

#include "bench/analyse/speedup.h"

/* What one run of a command takes: the time of a batch of the smallest size and the most jobs by
 * its jobs, kept open. */
struct command_cost {
    double serial_ns;           /* one after another; NaN: not known */
    double beyond_ns;           /* of that, beyond a bare posix_spawn; NaN: not known */
    double best_ns;             /* under the strategy that is fastest; NaN: none is known */
    const struct summary *best; /* its row; NULL: none is known */
    uint64_t size;              /* of the batch */
};

/* spawn_ns: what a bare posix_spawn takes; NaN: not known. */
struct command_cost command_cost_of(const struct summaries *summaries, const char *work,
                                    double spawn_ns);

#endif
