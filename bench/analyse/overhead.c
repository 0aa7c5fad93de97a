#include "bench/analyse/overhead.h"

#include <math.h>

struct overhead overhead_of_row(const struct summary *row)
{
    double ns = row->overhead_ns_per_job, jobs = (double)row->key.jobs;
    if (!(ns > 0))
        return (struct overhead){NAN, NAN, NAN, NAN};
    double low_ns = ns - (row->median_ns - row->low_ns) / jobs;
    return (struct overhead){
        .ns = ns,
        .low_ns = low_ns < 0 ? 0 : low_ns,
        .high_ns = ns + (row->high_ns - row->median_ns) / jobs,
        .roundtrips = row->roundtrip_ns > 0 ? ns / row->roundtrip_ns : (double)NAN,
    };
}

double overhead_serial_job_ns(const struct summary *serial)
{
    return serial->key.jobs > 0 ? serial->median_ns / (double)serial->key.jobs : (double)NAN;
}
