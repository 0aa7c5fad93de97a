#ifndef BREAKEVEN_ANALYSE_PARALLELISM_H
#define BREAKEVEN_ANALYSE_PARALLELISM_H

#include "bench/analyse/visits.h"

#include <stdint.h>

/* A job that keeps a CPU busy for less than this share of its time waits. Jobs that compute are
 * above 0.9; those of the work sleep are below 0.2 from the shortest sleep on. */
#define PARALLELISM_WAITS 0.25

/* The share of its time for which a visit of serial keeps a CPU busy, as if no neighbours took CPU
 * time from it on so many CPUs. NaN where no processor time was counted. */
double parallelism_busy(const struct visit *serial, uint32_t cpus);

/* How many jobs of a cell can run at once: its workers where jobs wait, or where they run over a
 * list of hosts, each in a slot; else the smaller of workers and CPUs. What speedups are divided by
 * for efficiency, and serial's time for overhead. busy is the share for which serial's jobs keep a
 * CPU busy; where it is not known they compute. */
double parallelism_of(const struct key *key, uint32_t cpus, double busy);

#endif
