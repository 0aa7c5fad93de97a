#include "bench/base/lock.h"
#include "bench/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

/* The descriptors of locks that are held, which forked children close; -1: none. A comparison's
 * folder and the one in it are held at once. */
enum { MOST_HELD = 4 };

static int held[MOST_HELD] = {-1, -1, -1, -1};

static void drop_in_child(void)
{
    for (int i = 0; i < MOST_HELD; i++) {
        if (held[i] >= 0)
            close(held[i]);
        held[i] = -1;
    }
}

static void note(int was, int is)
{
    static bool watching;
    if (!watching)
        watching = pthread_atfork(NULL, NULL, drop_in_child) == 0;
    for (int i = 0; i < MOST_HELD; i++)
        if (held[i] == was) {
            held[i] = is;
            return;
        }
}

static int open_folder(const char *folder)
{
    return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* The lock of an open folder, or of one that somebody only looks at. */
static enum lock_outcome try(int fd, int kind)
{
    while (flock(fd, kind | LOCK_NB) != 0)
        if (errno != EINTR)
            return errno == EWOULDBLOCK ? LOCK_BUSY : LOCK_NONE;
    return LOCK_TAKEN;
}

enum lock_outcome lock_take(struct lock *lock, const char *folder)
{
    enum { TRIES = 10 };
    const struct timespec pause = {0, 20 * NS_PER_MS};
    enum lock_outcome outcome = LOCK_NONE;
    *lock = (struct lock){.fd = open_folder(folder)};
    if (lock->fd < 0)
        return LOCK_NONE;
    for (int i = 0; i < TRIES && (outcome = try(lock->fd, LOCK_EX)) == LOCK_BUSY; i++)
        nanosleep(&pause, NULL);
    if (outcome == LOCK_TAKEN) {
        lock->held = true;
        note(-1, lock->fd);
    } else {
        int why = errno;
        close(lock->fd);
        errno = why;
    }
    return outcome;
}

void lock_release(struct lock *lock)
{
    if (!lock->held)
        return;
    note(lock->fd, -1);
    close(lock->fd);
    lock->held = false;
}

bool lock_is_busy(const char *folder)
{
    int fd = open_folder(folder);
    bool busy = fd >= 0 && try(fd, LOCK_SH) == LOCK_BUSY;
    if (fd >= 0)
        close(fd);
    return busy;
}
