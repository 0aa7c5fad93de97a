#ifndef BREAKEVEN_BASE_LIMITS_H
#define BREAKEVEN_BASE_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

/* What glibc takes for a resource is an enum of its own. */
#ifdef __GLIBC__
typedef __rlimit_resource_t resource_type;
#else
typedef int resource_type;
#endif

/* The least limit on how many processes and threads may exist at once, and what sets it. */
struct task_limit {
    uint64_t tasks;
    const char *name; /* "RLIMIT_NPROC", "/proc/sys/kernel/pid_max" and the like */
};

struct task_limit limits_tasks(void);

/* The limits that can be behind a system call's refusal, with their values: " (RLIMIT_NPROC is
 * 40)". Empty where the error is not that of a limit, or none is set. */
void limits_describe(int errnum, char *text, size_t bytes);

/* True where what this process starts is in another PID namespace, which ends with the first
 * process in it: `unshare --pid` without --fork. */
bool limits_children_are_elsewhere(void);

/* True where this process may open so many more descriptors. */
bool limits_leave_descriptors(unsigned count);

#endif
