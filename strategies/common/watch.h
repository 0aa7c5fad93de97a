#ifndef BREAKEVEN_STRATEGIES_COMMON_WATCH_H
#define BREAKEVEN_STRATEGIES_COMMON_WATCH_H

#include "bench/base/clock.h"

#include <stdint.h>

/* Measures how long jobs take by looking at them now and then. If nobody could look for a long
 * time, for example because everything was stopped, only a little of that time counts: no job is
 * killed for time that it did not have. */
struct watch {
    uint64_t timeout_ns; /* after which a job is killed; 0: never */
    uint64_t looked_ns;  /* when the last look was; 0: there was none */
};

/* The longest time that may pass between two looks, and the most that counts of it. */
static inline uint64_t watch_interval_ns(const struct watch *watch)
{
    return watch->timeout_ns / 4 + 1;
}

/* How much of the time since the last look counts. */
static inline uint64_t watch_unseen_ns(const struct watch *watch)
{
    uint64_t unseen_ns = watch->looked_ns > 0 ? clock_now_ns() - watch->looked_ns : 0;
    uint64_t most_ns = watch_interval_ns(watch);
    return unseen_ns < most_ns ? unseen_ns : most_ns;
}

/* Takes a look. Returns how much of the time since the last one counts. */
static inline uint64_t watch_look_ns(struct watch *watch)
{
    uint64_t unseen_ns = watch_unseen_ns(watch);
    watch->looked_ns = clock_now_ns();
    return unseen_ns;
}

#endif
