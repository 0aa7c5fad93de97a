#ifndef BREAKEVEN_NEIGHBOURS_H
#define BREAKEVEN_NEIGHBOURS_H

#include "bench/base/error.h"

#include <stdint.h>
#include <sys/types.h>

/* Processes that do nothing but take CPU time, as other programs on a machine do. */
struct neighbours {
    pid_t *pids;
    uint32_t count;
};

/* Starts count of them; they die with this process. On failure none is left. */
int neighbours_start(struct neighbours *neighbours, uint32_t count, struct error *error);

/* Ends and reaps them. */
void neighbours_stop(struct neighbours *neighbours);

#endif
