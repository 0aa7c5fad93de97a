#ifndef BREAKEVEN_STRATEGIES_COMMON_SPIN_POLICY_H
#define BREAKEVEN_STRATEGIES_COMMON_SPIN_POLICY_H

#include "bench/base/clock.h"

#include <stdbool.h>
#include <stdint.h>

/* How long one waiter stays awake before it sleeps in the kernel. Being awake for as long as a wake
 * costs is at most twice as dear as knowing the wait beforehand (Karlin et al. 1990); waits that
 * were long lately make it shorter, since they are likely to be long again. */
struct spin_policy {
    uint64_t most_ns;  /* 0: it sleeps at once */
    uint64_t now_ns;   /* for the next wait: most_ns down to a sixteenth of it */
    uint64_t wake_ns;  /* more for the next wait only, since it holds a wake */
    uint64_t began_ns; /* when the wait under way first looked at the clock */
    uint32_t looks;    /* between two readings of the clock, which then take a tenth of the time */
};

/* Measures how dear the clock is here, some microseconds, unless most_ns is 0. */
struct spin_policy spin_policy_new(uint64_t most_ns);

/* To be called after a sleep: makes the next wait longer or shorter. */
void spin_policy_learn(struct spin_policy *policy);

/* To be called by who wakes those for whom it then waits: that wait holds a wake, and a sleep would
 * only add a second one. */
void spin_policy_expect_wake(struct spin_policy *policy);

/* Looks until ready(what, value), at most for now_ns and wake_ns; false where it never was. The
 * clock is not read before the first looks are over. Always inlined, so that nothing is called
 * between two. */
static inline __attribute__((always_inline)) bool
spin_policy_spin(struct spin_policy *policy, bool (*ready)(const void *, uint32_t),
                 const void *what, uint32_t value)
{
    uint64_t now_ns = 0;
    if (ready(what, value))
        return true;
    if (policy->most_ns == 0)
        return false;
    policy->began_ns = 0;
    uint64_t limit_ns = policy->now_ns + policy->wake_ns;
    policy->wake_ns = 0;
    while (now_ns - policy->began_ns <= limit_ns) {
        for (uint32_t i = 0; i < policy->looks; i++) {
            clock_relax();
            if (ready(what, value))
                return true;
        }
        now_ns = clock_now_ns();
        if (policy->began_ns == 0)
            policy->began_ns = now_ns;
    }
    return false;
}

#endif
