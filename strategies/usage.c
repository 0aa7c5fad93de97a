#include "strategies/usage.h"
#include "bench/base/clock.h"

#include <sys/resource.h>

static uint64_t timeval_ns(struct timeval time)
{
    return (uint64_t)time.tv_sec * NS_PER_S + (uint64_t)time.tv_usec * NS_PER_US;
}

void strategy_add_usage(struct strategy_usage *sum, const struct strategy_usage *more)
{
    sum->user_ns += more->user_ns;
    sum->sys_ns += more->sys_ns;
    sum->minflt += more->minflt;
    sum->majflt += more->majflt;
    sum->nvcsw += more->nvcsw;
    sum->nivcsw += more->nivcsw;
}

void strategy_add_rusage(int who, struct strategy_usage *usage)
{
    struct rusage used = {0};
    getrusage(who, &used);
    usage->user_ns += timeval_ns(used.ru_utime);
    usage->sys_ns += timeval_ns(used.ru_stime);
    usage->minflt += (uint64_t)used.ru_minflt;
    usage->majflt += (uint64_t)used.ru_majflt;
    usage->nvcsw += (uint64_t)used.ru_nvcsw;
    usage->nivcsw += (uint64_t)used.ru_nivcsw;
}
