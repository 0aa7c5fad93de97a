#include "bench/analyse/overhead.h"

#include <math.h>

struct interval overhead_of_pairs(const struct time_pairs *pairs, double parallelism, uint64_t jobs,
                                  double values[], double scratch[])
{
    for (size_t i = 0; i < pairs->count; i++)
        values[i] = (pairs->own_ns[i] - pairs->serial_ns[i] / parallelism) / (double)jobs;
    return stats_interval_over_time(values, scratch, jobs > 0 ? pairs->count : 0);
}

struct overhead overhead_of_row(const struct summary *row)
{
    double ns = row->overhead_ns_per_job, low_ns = row->overhead_low_ns_per_job;
    if (!(ns > 0))
        return (struct overhead){NAN, NAN, NAN, NAN};
    return (struct overhead){
        .ns = ns,
        .low_ns = low_ns < 0 ? 0 : low_ns,
        .high_ns = row->overhead_high_ns_per_job,
        .roundtrips = row->roundtrip_ns > 0 ? ns / row->roundtrip_ns : (double)NAN,
    };
}

double overhead_serial_job_ns(const struct summary *serial)
{
    return serial->key.jobs > 0 ? serial->median_ns / (double)serial->key.jobs : (double)NAN;
}
