#ifndef BREAKEVEN_PROCESS_ORPHANS_H
#define BREAKEVEN_PROCESS_ORPHANS_H

#include <sys/types.h>

/* Process 1 of a container and subreapers become the parent of processes whose own has ended, and
 * must reap them: nobody else has any. These functions reap no child that somebody else
 * waits for as long as they are called where no other child is under way. */

/* Kills a child's process group, whether it is stopped or not, and reaps the child and all that is
 * this process's to reap; the child's wait status. Where the kill is refused none is waited for
 * longer than a second. */
int orphans_end_group(pid_t child);

/* From now on those are this process's whose parent ends, whatever group they have gone to; and the
 * end of all of them, which is to be called where no other child is under way. */
void orphans_take(void);
void orphans_end_all(void);

/* Reaps those that have ended. */
void orphans_reap_ended(void);

#endif
