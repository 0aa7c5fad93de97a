#include "bench/base/policy.h"
#include "bench/base/clock.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* musl's sched_getscheduler and its like always fail: the kernel is asked itself. */
static int own_policy(void)
{
    return (int)syscall(SYS_sched_getscheduler, 0);
}

static int set_own_policy(int policy, const struct sched_param *parameters)
{
    return (int)syscall(SYS_sched_setscheduler, 0, policy, parameters);
}

/* With SCHED_RESET_ON_FORK children are ordinary, and the policy is none of these. */
bool policy_is_real_time(void)
{
    int policy = own_policy();
    return policy == SCHED_FIFO || policy == SCHED_RR;
}

bool policy_below(struct sched_param *below)
{
    if (!policy_is_real_time() || syscall(SYS_sched_getparam, 0, below) != 0)
        return false;
    int least = sched_get_priority_min(own_policy());
    struct sched_param above = {.sched_priority = below->sched_priority + 1};
    if (below->sched_priority > least)
        below->sched_priority--;
    else
        policy_set_parameters(&above);
    return true;
}

int policy_set_parameters(const struct sched_param *parameters)
{
    return (int)syscall(SYS_sched_setparam, 0, parameters);
}

bool policy_become_ordinary(void)
{
    static const struct sched_param none;
    int policy = own_policy();
    bool ordinary = policy == SCHED_OTHER || policy == SCHED_BATCH || policy == SCHED_IDLE;
    return (ordinary || set_own_policy(SCHED_OTHER, &none) == 0) &&
           (getpriority(PRIO_PROCESS, 0) >= 0 || setpriority(PRIO_PROCESS, 0, 0) == 0);
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
    return own_policy() == DEADLINE;
}
