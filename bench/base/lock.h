#ifndef BREAKEVEN_BASE_LOCK_H
#define BREAKEVEN_BASE_LOCK_H

#include <stdbool.h>

/* A folder that one process at a time writes to, for as long as that holds the lock or lives.
 * Neither children that it forks nor programs that it starts keep it. */
struct lock {
    bool held;
    int fd;
};

enum lock_outcome {
    LOCK_TAKEN,
    LOCK_BUSY, /* another process has it */
    LOCK_NONE, /* the file system has no locks; errno tells what it said */
};

/* Takes the folder's lock, which another may have for a moment. No file is made or changed. */
enum lock_outcome lock_take(struct lock *lock, const char *folder);
void lock_release(struct lock *lock);

/* True where another process has the folder's lock. */
bool lock_is_busy(const char *folder);

#endif
