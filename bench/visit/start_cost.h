#ifndef BREAKEVEN_VISIT_START_COST_H
#define BREAKEVEN_VISIT_START_COST_H

#include "bench/visit/visit.h"

/* What a bare posix_spawn takes, in ns: of a program that is linked statically, and dynamically.
 * NaN where it is not known. */
struct start_cost {
    double static_ns, dynamic_ns;
};

/* The medians of a few visits, with the signals blocked that visit_run wants blocked. Fails where
 * there is no /dev/null, and with ERROR_INTERRUPTED. */
int start_cost_measure(const struct visit_launch *launch, struct start_cost *cost,
                       struct error *error);

#endif
