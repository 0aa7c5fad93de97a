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

struct patience patience_new(uint64_t most_ns)
{
    return (struct patience){
        .most_ns = most_ns, .now_ns = most_ns, .looks = most_ns > 0 ? calibrate() : 1};
}

void patience_expect_wake(struct patience *patience)
{
    patience->wake_ns = WAKES_WORTH * patience->most_ns;
}

void patience_learn(struct patience *patience)
{
    if (patience->most_ns == 0)
        return;
    uint64_t least_ns = patience->most_ns / LEAST_SHARE;
    if (clock_now_ns() - patience->began_ns <= patience->most_ns)
        patience->now_ns = patience->most_ns;
    else
        patience->now_ns = patience->now_ns / 2 > least_ns ? patience->now_ns / 2 : least_ns;
}
