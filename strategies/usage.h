#ifndef BREAKEVEN_STRATEGIES_USAGE_H
#define BREAKEVEN_STRATEGIES_USAGE_H

#include <stdint.h>

/* Processor time of workers that are alive and that getrusage of the caller cannot see. */
struct strategy_usage {
    uint64_t user_ns, sys_ns;
    uint64_t minflt, majflt, nvcsw, nivcsw;
};

void strategy_add_usage(struct strategy_usage *sum, const struct strategy_usage *more);

/* Adds what getrusage(who) says: RUSAGE_SELF, RUSAGE_CHILDREN. */
void strategy_add_rusage(int who, struct strategy_usage *usage);

#endif
