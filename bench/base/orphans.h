#ifndef BREAKEVEN_BASE_ORPHANS_H
#define BREAKEVEN_BASE_ORPHANS_H

#include <sys/types.h>

/* Process 1 of a container and subreapers become the parent of processes whose own has ended, and
 * must reap them. These functions do nothing anywhere else. They reap no child that somebody else
 * waits for as long as they are called where no other child is under way. */

/* Reaps all of a process group that was killed, and its orphans as they come. */
void orphans_reap_group(pid_t group);

/* Reaps those that have ended. */
void orphans_reap_ended(void);

#endif
