#ifndef BREAKEVEN_SESSION_SURROUNDINGS_H
#define BREAKEVEN_SESSION_SURROUNDINGS_H

#include "bench/base/error.h"

/* Fails where the stack is limited to less than any command needs: to be called before it is used.
 */
int surroundings_check_stack(struct error *error);

/* Fails where a process that is started is in another PID namespace than this one, and so is none
 * of its own. */
int surroundings_check_processes(struct error *error);

/* Fails where nothing can be measured, and says what is missing and what helps. */
int surroundings_check(struct error *error);

/* The same where it is measured by visits, which need /proc and /dev/null. */
int surroundings_check_for_visits(struct error *error);

#endif
