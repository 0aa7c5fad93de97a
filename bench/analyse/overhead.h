#ifndef BREAKEVEN_ANALYSE_OVERHEAD_H
#define BREAKEVEN_ANALYSE_OVERHEAD_H

#include "bench/analyse/speedup.h"

/* What one job costs beyond its share of serial's time. NaN: not known. */
struct overhead {
    double ns;
    double low_ns, high_ns; /* as far from it as the time's interval is from its median, by job */
    double roundtrips;      /* the same in cache-line round trips: the floor of any hand-over */
};

/* The overhead of a row; nothing is known of one that costs no more than serial. */
struct overhead overhead_of_row(const struct summary *row);

/* What one job of a row of serial's takes, in ns. */
double overhead_serial_job_ns(const struct summary *serial);

#endif
