#ifndef BREAKEVEN_SESSION_RUNNERS_H
#define BREAKEVEN_SESSION_RUNNERS_H

#include "bench/run/plan.h"

#include <jansson.h>

/* What host.json tells of the programs that run strategies of the plan, each once: what is started,
 * its runtime, its facts, and the variables that change what it does; or why it said nothing. Asks
 * interpreters of Python for it. The caller's reference; NULL: the plan needs none. */
json_t *runners_of_plan(const struct plan *plan);

#endif
