#include "bench/process/copies.h"
#include "bench/base/clock.h"
#include "bench/base/memory.h"
#include "bench/base/whole.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MFD_EXEC /* Linux 6.3 */
#define MFD_EXEC 0x10u
#endif

/* Copying takes at most one part in so many of the time, but for the first copies: a comparison of
 * few short rounds must have several places, too. */
enum { PARTS = 100, UNCOUNTED = 32 };

/* Above what the standard streams and the pipes of visits are moved to. */
enum { LEAST_DESCRIPTOR = 10 };

static int read_all(int fd, const char *name, char *text, size_t bytes, struct error *error)
{
    for (size_t at = 0; at < bytes;) {
        ssize_t got = pread(fd, text + at, bytes - at, (off_t)at);
        if (got == 0)
            return fail(error, ERROR_REFUSED, "%s: became shorter while it was read", name);
        if (got < 0 && errno != EINTR)
            return fail_errno(error, errno, "%s: cannot be read", name);
        at += got > 0 ? (size_t)got : 0;
    }
    if (bytes < SELFMAG || memcmp(text, ELFMAG, SELFMAG) != 0)
        return fail(error, ERROR_REFUSED, "%s: is a script, which is run where it lies", name);
    return 0;
}

/* All is in memory three times at most: as it was read, as a copy, and as the next one. */
static int take_program(int fd, const char *name, char **text, size_t *bytes, struct error *error)
{
    struct stat status;
    struct rlimit largest;
    if (fstat(fd, &status) != 0)
        return fail_errno(error, errno, "%s: cannot be read", name);
    *bytes = (size_t)status.st_size;
    if (getrlimit(RLIMIT_FSIZE, &largest) == 0 && largest.rlim_cur < *bytes)
        return fail_errno(error, EFBIG, "%s: cannot be copied", name);
    if (memory_check(MEMORY_SHARED, 3 * (uint64_t)*bytes, error, "copies of %s", name) != 0)
        return -1;
    *text = malloc(*bytes + 1);
    if (*text == NULL)
        return fail(error, ERROR_REFUSED, "%s: out of memory", name);
    return read_all(fd, name, *text, *bytes, error);
}

static int read_program(const char *name, char **text, size_t *bytes, struct error *error)
{
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_errno(error, errno, "%s: cannot be read", name);
    int result = take_program(fd, name, text, bytes, error);
    close(fd);
    return result;
}

/* Older kernels do not know the flag, and need none. */
static int make_memfd(void)
{
    int fd = memfd_create("breakeven", MFD_CLOEXEC | MFD_EXEC);
    return fd < 0 && errno == EINVAL ? memfd_create("breakeven", MFD_CLOEXEC) : fd;
}

/* A new copy under the same descriptor, thus the same path; 0 or the error number. */
static int make_copy(struct copies *copies, size_t which)
{
    int fd = make_memfd();
    if (fd < 0)
        return errno;
    int why = whole_put(fd, copies->texts[which], copies->bytes[which]);
    if (why == 0 && copies->fds[which] < 0) {
        copies->fds[which] = fcntl(fd, F_DUPFD_CLOEXEC, LEAST_DESCRIPTOR);
        why = copies->fds[which] < 0 ? errno : 0;
    } else if (why == 0 && dup3(fd, copies->fds[which], O_CLOEXEC) < 0) {
        why = errno;
    }
    close(fd);
    return why;
}

/* In turns the one and the other comes first, as the second may get the memory that the first left.
 */
static int make_copies(struct copies *copies)
{
    uint64_t started = clock_now_ns();
    int why = 0;
    for (size_t i = 0; why == 0 && i < COPIES; i++)
        why = make_copy(copies, (i + copies->times) % COPIES);
    copies->made_ns = clock_now_ns();
    uint64_t cost_ns = copies->made_ns - started;
    if (copies->times == 0 || cost_ns < copies->cost_ns)
        copies->cost_ns = cost_ns;
    copies->times++;
    return why;
}

static int name_copies(struct copies *copies, struct error *error)
{
    for (size_t i = 0; i < COPIES; i++) {
        snprintf(copies->paths[i], sizeof copies->paths[i], "/proc/self/fd/%d", copies->fds[i]);
        if (access(copies->paths[i], X_OK) != 0)
            return fail_errno(error, errno, "%s: cannot be executed", copies->paths[i]);
    }
    if (strlen(copies->paths[0]) != strlen(copies->paths[1]))
        return fail(error, ERROR_REFUSED, "copies: their paths are not of one length");
    return 0;
}

int copies_open(struct copies *copies, const char *const programs[COPIES], struct error *error)
{
    int result = 0;
    *copies = (struct copies){.fds = {-1, -1}};
    for (size_t i = 0; result == 0 && i < COPIES; i++)
        result = read_program(programs[i], &copies->texts[i], &copies->bytes[i], error);
    int why = result == 0 ? make_copies(copies) : 0;
    if (why != 0)
        result = fail_errno(error, why, "copies: memory to execute");
    if (result == 0)
        result = name_copies(copies, error);
    if (result != 0)
        copies_close(copies);
    return result;
}

void copies_renew(struct copies *copies)
{
    if (copies->times < UNCOUNTED || clock_now_ns() - copies->made_ns >= PARTS * copies->cost_ns)
        make_copies(copies);
}

void copies_close(struct copies *copies)
{
    for (size_t i = 0; i < COPIES; i++) {
        if (copies->fds[i] >= 0)
            close(copies->fds[i]);
        free(copies->texts[i]);
        copies->fds[i] = -1;
        copies->texts[i] = NULL;
    }
}
