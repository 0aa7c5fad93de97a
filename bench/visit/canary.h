#ifndef BREAKEVEN_VISIT_CANARY_H
#define BREAKEVEN_VISIT_CANARY_H

#include <stdint.h>

/* The median time in ns for a cache line to travel from CPU `here` to CPU `there` and back, between
 * this process and a child: the floor of any hand-over, and the sign of a disturbed machine. NaN
 * where it cannot be measured. The calling process has no threads before and after, and its
 * affinity is as it was. */
double canary_roundtrip_ns(int here, int there);

/* The same where both sides sleep in the kernel until the other wakes them (futex): the floor of
 * any hand-over to somebody who does not spin. Before each trip the caller idles for idle_ns, so
 * that the CPUs are as far asleep as after that long a wait; 0: no longer than the child needs to
 * fall asleep. Trips in which one side was still awake are left out. Takes about 2 ms, or
 * nine times the idling, twice where that is 100 ms or longer. */
double canary_wake_ns(int here, int there, uint64_t idle_ns);

#endif
