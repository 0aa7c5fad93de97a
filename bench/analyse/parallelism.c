#include "bench/analyse/parallelism.h"

#include <math.h>

double parallelism_busy(const struct visit *serial, uint32_t cpus)
{
    double competitors = (double)serial->key->neighbours / (cpus > 0 ? cpus : 1);
    if (!(serial->cpu_ns > 0) || !(serial->ns > 0))
        return NAN;
    return serial->cpu_ns / serial->ns * (1 + competitors);
}

double parallelism_of(const struct key *key, uint32_t cpus, double busy)
{
    bool waits = busy < PARALLELISM_WAITS; /* false where it is not known */
    bool slots = key->hosts > 0;
    return (double)(waits || slots || key->workers < cpus ? key->workers : cpus);
}
