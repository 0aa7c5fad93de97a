#ifndef BREAKEVEN_BASE_LIMITS_H
#define BREAKEVEN_BASE_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The least limit on how many processes and threads may exist at once, and what sets it. */
struct task_limit {
    uint64_t tasks;
    const char *name; /* "/proc/sys/kernel/pid_max" and the like */
};

struct task_limit limits_tasks(void);

#endif
