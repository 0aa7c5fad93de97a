#ifndef BREAKEVEN_BASE_POLICY_H
#define BREAKEVEN_BASE_POLICY_H

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* True where this process and what it starts are under SCHED_FIFO or SCHED_RR: they hold their CPU
 * against each other for as long as they like. */
bool policy_is_real_time(void);

/* Under such a policy, the priority for a process that this one must be able to end: one below its
 * own. Where nothing is below, this process rises by one, if it may. False under any other policy.
 */
bool policy_below(struct sched_param *below);

/* As sched_setparam(2) of this process: 0, or -1 and errno. Async-signal-safe. */
int policy_set_parameters(const struct sched_param *parameters);

/* Gives up such a policy, and a priority above the usual one; false where that is refused. Load
 * that kept them would starve whoever is to end it. Async-signal-safe. */
bool policy_become_ordinary(void);

/* Has the kernel end the process, and what it will start, when one of them holds a CPU under such a
 * policy for a second longer than this without ever sleeping. Does nothing under any other policy.
 */
void policy_limit(pid_t pid, uint64_t most_ns);

/* True where this process and what it starts are under SCHED_DEADLINE, which may not fork. */
bool policy_forbids_fork(void);

#endif
