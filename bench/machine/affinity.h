#ifndef BREAKEVEN_MACHINE_AFFINITY_H
#define BREAKEVEN_MACHINE_AFFINITY_H

#include "bench/base/error.h"

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>

/* More than any Linux is built for. */
enum { AFFINITY_MOST_CPUS = 16384 };

/* CPUs that a thread may run on, whatever their number. `bytes` of the set are in use, as the
 * kernel has them; 0 where the mask is not known. */
struct affinity {
    size_t bytes;
    cpu_set_t set[AFFINITY_MOST_CPUS / CPU_SETSIZE];
};

/* Reads the calling thread's mask. Returns 0, or the errno with which that was refused; the mask is
 * not known then. */
int affinity_read(struct affinity *mask);

/* The errno with which threads are refused another mask; 0: they are not. */
int affinity_refused(void);

unsigned affinity_count(const struct affinity *mask);
bool affinity_equal(const struct affinity *a, const struct affinity *b);

/* "0-3,8", as taskset -c takes it; cut off where there is no room. */
void affinity_list(const struct affinity *mask, char *text, size_t bytes);

/* Gives the calling thread the mask that the process was started with. An OpenMP runtime that is
 * to bind threads (OMP_PROC_BIND, OMP_PLACES, GOMP_CPU_AFFINITY) binds the first one as soon as it
 * is loaded, which is before main: all but OpenMP must not be bound by that. */
void affinity_restore(void);

/* Gives the calling thread the mask that it had when affinity_restore was first called: what an
 * OpenMP runtime has made of it, and counts on. */
void affinity_take_loaded(void);

/* Fails where the CPUs of this process cannot be known, or cannot be those that it was started
 * with. Libraries that look at the topology would ask for ever. */
int affinity_check(struct error *error);

#endif
