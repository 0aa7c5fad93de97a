#ifndef BREAKEVEN_BASE_LIMITS_H
#define BREAKEVEN_BASE_LIMITS_H

#include <stdint.h>

/* The least limit on how many processes and threads may exist at once, and what sets it. */
struct task_limit {
    uint64_t tasks;
    const char *name; /* "/proc/sys/kernel/pid_max" and the like */
};

struct task_limit limits_tasks(void);

/* How many bytes of memory can be taken without swapping or killing somebody: what /proc/meminfo
 * calls available, less a twentieth. UINT64_MAX where that is not told. */
uint64_t limits_memory_bytes(void);

#endif
