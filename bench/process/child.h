#ifndef BREAKEVEN_PROCESS_CHILD_H
#define BREAKEVEN_PROCESS_CHILD_H

#include "bench/base/error.h"

#include <sys/types.h>

/* In a child: dies with its parent, so that nothing outlives a killed run; at once where that is
 * refused. */
void child_follow_parent(pid_t parent);

/* Fails where child_follow_parent would be refused. */
int child_check_following(struct error *error);

/* Has a child that should answer been stopped, or is it gone? */
enum child_state { CHILD_RUNS, CHILD_IS_STOPPED, CHILD_IS_GONE };
enum child_state child_look(pid_t pid);

#endif
