#include "strategies/common/spin_policy.h"

enum { LEAST_SHARE = 16, WAKES_WORTH = 2 };

/* How often a waiter looks while it spends ten readings of the clock. */
static uint32_t calibrate(void)
{
    enum { READINGS = 16, RELAXES = 64 };
    uint64_t start = clock_now_ns();
    for (int i = 1; i < READINGS; i++)
        clock_now_ns();
    uint64_t read = clock_now_ns();
    for (int i = 0; i < RELAXES; i++)
        clock_relax();
    uint64_t relaxed = clock_now_ns();
    double looks =
        10.0 * (double)(read - start) / READINGS / ((double)(relaxed - read + 1) / RELAXES);
    return looks < 1 ? 1 : looks < 1000 ? (uint32_t)looks : 1000;
}

struct spin_policy spin_policy_new(uint64_t most_ns)
{
    return (struct spin_policy){
        .most_ns = most_ns, .now_ns = most_ns, .looks = most_ns > 0 ? calibrate() : 1};
}

void spin_policy_expect_wake(struct spin_policy *policy)
{
    policy->wake_ns = WAKES_WORTH * policy->most_ns;
}

void spin_policy_learn(struct spin_policy *policy)
{
    if (policy->most_ns == 0)
        return;
    uint64_t least_ns = policy->most_ns / LEAST_SHARE;
    if (clock_now_ns() - policy->began_ns <= policy->most_ns)
        policy->now_ns = policy->most_ns;
    else
        policy->now_ns = policy->now_ns / 2 > least_ns ? policy->now_ns / 2 : least_ns;
}
