#ifndef BREAKEVEN_CANARY_H
#define BREAKEVEN_CANARY_H

/* The median time in ns for a cache line to travel from CPU `here` to CPU `there` and back, between
 * this process and a child: the floor of any hand-over, and the sign of a disturbed machine. NaN
 * where it cannot be measured. The calling process has no threads before and after, and its
 * affinity is as it was. */
double canary_roundtrip_ns(int here, int there);

#endif
