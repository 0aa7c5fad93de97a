#ifndef BREAKEVEN_VISIT_COMPANY_H
#define BREAKEVEN_VISIT_COMPANY_H

#include "bench/base/error.h"

#include <stddef.h>

/* Who is there beside the calling thread: so that a strategy which leaves workers behind is told.
 */
struct company {
    size_t threads;  /* of this process; 0: not known */
    size_t children; /* that it has started and not reaped */
};

void company_count(struct company *company);

/* Fails (ERROR_CHECK_FAILED) where there are more now than before, and still are a moment later: a
 * thread that has been joined needs one to be gone. who: what left them behind. */
int company_check(const struct company *before, const char *who, struct error *error);

#endif
