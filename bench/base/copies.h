#ifndef BREAKEVEN_BASE_COPIES_H
#define BREAKEVEN_BASE_COPIES_H

#include "bench/base/error.h"

#include <stddef.h>
#include <stdint.h>

/* Two programs that are compared are executed as copies in memory, made alike: they differ neither
 * in the length of their paths nor in their file systems, and where each lies in memory changes
 * from copy to copy, so that it is noise of the rounds and no difference between the programs. */

enum { COPIES = 2 };

struct copies {
    char paths[COPIES][32]; /* to execute, of one length; they stay the same */
    int fds[COPIES];        /* closed when executing; -1: not open */
    char *texts[COPIES];    /* the programs, as they were at first */
    size_t bytes[COPIES];
    uint64_t made_ns, cost_ns; /* when the last copies were done, how long they took */
    size_t times;              /* that copies were made */
};

/* Reads both programs and makes the first copies. Refuses (EXIT_REFUSED) scripts, which look for
 * others by where they lie, and where such memory cannot be had or executed; nothing is left then.
 */
int copies_open(struct copies *copies, const char *const programs[COPIES], struct error *error);

/* Makes new copies in place of the old ones, unless those were made a moment ago: copying takes at
 * most a hundredth of the time. Nobody may be executing the paths. The old copies stay where that
 * fails. */
void copies_renew(struct copies *copies);

void copies_close(struct copies *copies);

#endif
