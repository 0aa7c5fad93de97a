#ifndef BREAKEVEN_MACHINE_TOPOLOGY_H
#define BREAKEVEN_MACHINE_TOPOLOGY_H

#include <hwloc.h>
#include <sched.h>
#include <stddef.h>

/* Orders in which to fill the CPUs that this process may use. */
enum topology_order {
    TOPOLOGY_COMPACT, /* next to each other: the hardware threads of a core, then the next core */
    TOPOLOGY_SPREAD,  /* far apart: one hardware thread of each core, packages in turn, first */
};

/* Writes the numbers of at most `capacity` CPUs of the mask in that order; returns how many. 0
 * where the topology cannot be read. mask is NULL for all that this process may use. */
size_t topology_order(enum topology_order order, const cpu_set_t *mask, int cpus[],
                      size_t capacity);

/* hwloc_topology_load, without a word on stderr: what is not told is not known. */
int topology_load(hwloc_topology_t topology);

#endif
