#ifndef BREAKEVEN_PROCESS_COPIES_H
#define BREAKEVEN_PROCESS_COPIES_H

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
    uint64_t made_ns; /* when the last copies were done */
    uint64_t cost_ns; /* how long they take, the least so far */
    size_t times;     /* that copies were made */
};

/* Reads both programs and makes the first copies. Refuses (ERROR_REFUSED) scripts, which look for
 * others by where they lie, and where such memory cannot be had or executed; nothing is left then.
 */
int copies_open(struct copies *copies, const char *const programs[COPIES], struct error *error);

/* Makes new copies in place of the old ones: the first 32 times always, then unless the last were
 * made a moment ago, so that copying takes about a hundredth of the time. Who executes an old copy
 * keeps it. The old copies stay where that fails. */
void copies_renew(struct copies *copies);

void copies_close(struct copies *copies);

#endif
