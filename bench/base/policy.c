#include "bench/base/policy.h"
#include "bench/base/clock.h"

#include <sys/resource.h>

/* With SCHED_RESET_ON_FORK children are ordinary, and the policy is none of these. */
bool policy_is_real_time(void)
{
    int policy = sched_getscheduler(0);
    return policy == SCHED_FIFO || policy == SCHED_RR;
}

bool policy_below(struct sched_param *below)
{
    if (!policy_is_real_time() || sched_getparam(0, below) != 0)
        return false;
    int least = sched_get_priority_min(sched_getscheduler(0));
    struct sched_param above = {.sched_priority = below->sched_priority + 1};
    if (below->sched_priority > least)
        below->sched_priority--;
    else
        sched_setparam(0, &above);
    return true;
}

static rlim_t least_of(rlim_t a, rlim_t b)
{
    return a < b ? a : b;
}

void policy_limit(pid_t pid, uint64_t most_ns)
{
    struct rlimit limit;
    rlim_t most_us = most_ns / 1000 + 1000000;
    if (!policy_is_real_time() || prlimit(pid, RLIMIT_RTTIME, NULL, &limit) != 0)
        return;
    limit.rlim_cur = least_of(limit.rlim_cur, most_us);
    limit.rlim_max = least_of(limit.rlim_max, most_us + 1000000);
    prlimit(pid, RLIMIT_RTTIME, &limit, NULL);
}

bool policy_forbids_fork(void)
{
    enum { DEADLINE = 6 }; /* SCHED_DEADLINE, which not every C library names */
    return sched_getscheduler(0) == DEADLINE;
}
