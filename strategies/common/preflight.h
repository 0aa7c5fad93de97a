#ifndef BREAKEVEN_STRATEGIES_COMMON_PREFLIGHT_H
#define BREAKEVEN_STRATEGIES_COMMON_PREFLIGHT_H

#include "bench/base/error.h"

#include <stdint.h>

/* Finds out whether the system would refuse threads to a library that then ends the process or
 * waits for ever. It starts as many threads as the workers need beside the caller, all alive at
 * once, in a child process that ends with them, and fails if one of them is refused. The child
 * counts as a task, too, so it also refuses a number of threads that would fit by just one. */
int preflight_threads(uint32_t workers, struct error *error);

#endif
