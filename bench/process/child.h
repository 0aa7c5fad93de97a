#ifndef BREAKEVEN_PROCESS_CHILD_H
#define BREAKEVEN_PROCESS_CHILD_H

#include "bench/base/error.h"

#include <sys/types.h>

/* Called in a child: from now on it dies with its parent, so that nothing outlives a killed run. If
 * the system refuses that, or the parent is gone already, the child ends at once (EXIT_REFUSED). */
void child_follow_parent(pid_t parent);

/* Fails if the system would refuse child_follow_parent. */
int child_check_following(struct error *error);

/* What has become of a child that should answer. */
enum child_state { CHILD_RUNS, CHILD_IS_STOPPED, CHILD_IS_GONE };

/* Looks at a child without reaping it. */
enum child_state child_look(pid_t pid);

#endif
