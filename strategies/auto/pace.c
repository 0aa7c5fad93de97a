#include "strategies/auto/pace.h"

void pace_note(struct pace *pace, uint64_t jobs, double ns)
{
    pace->all.jobs += jobs;
    pace->all.ns += ns;
    if (pace->all.jobs < 2 * pace->later.jobs)
        return;
    pace->half = pace->later;
    pace->later = pace->all;
}

double pace_mean_ns(const struct pace *pace)
{
    return pace->all.jobs > 0 ? pace->all.ns / (double)pace->all.jobs : 0;
}

double pace_job_ns(const struct pace *pace)
{
    double mean_ns = pace_mean_ns(pace);
    if (pace->all.jobs == pace->half.jobs)
        return mean_ns;
    double last_ns = pace_seen_ns(pace) / (double)(pace->all.jobs - pace->half.jobs);
    return last_ns < mean_ns ? last_ns : mean_ns;
}

double pace_seen_ns(const struct pace *pace)
{
    return pace->all.ns - pace->half.ns;
}
