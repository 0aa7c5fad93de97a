#ifndef BREAKEVEN_BASE_FOLDERS_FOLDERS_H
#define BREAKEVEN_BASE_FOLDERS_FOLDERS_H

#include <limits.h>
#include <sys/types.h>

/* Where folders for a while are made: TMPDIR, where that is an absolute path, else /tmp. */
const char *folders_for_a_while(void);

/* Makes the folder and those above it, where they are missing, by that mode. 0 or the error number;
 * failed: the folder that could not be made. */
int folders_make(const char *path, mode_t mode, char failed[PATH_MAX]);

/* Removes all that is in the folder, through no link and on no other file system; the folder stays.
 * What cannot be removed stays, too. */
void folders_empty(const char *path);

#endif
