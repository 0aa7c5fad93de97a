#ifndef BREAKEVEN_STRATEGIES_COMMON_REHEARSAL_H
#define BREAKEVEN_STRATEGIES_COMMON_REHEARSAL_H

#include "bench/base/error.h"

#include <stdint.h>

/* For libraries that end the process, or wait for ever, where a thread is refused to them: starts
 * as many threads as workers need beside the caller, all alive at once, in a child process, which
 * ends with them. Fails where one is refused. The child counts as a task too: what fits by one is
 * refused. */
int rehearsal_threads(uint32_t workers, struct error *error);

#endif
