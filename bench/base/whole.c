#include "bench/base/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define PARTIAL ".partial"

enum { DIGITS = 16 };

int whole_partial_name(char *name, size_t bytes, const char *before)
{
    uint64_t chance;
    if (getrandom(&chance, sizeof chance, 0) != (ssize_t)sizeof chance)
        return errno;
    int used =
        snprintf(name, bytes, "%s.%0*llx" PARTIAL, before, DIGITS, (unsigned long long)chance);
    return used < 0 || (size_t)used >= bytes ? ENAMETOOLONG : 0;
}

bool whole_is_partial(const char *name)
{
    size_t length = strlen(name), behind = 1 + DIGITS + strlen(PARTIAL);
    const char *dot = length > behind ? name + length - behind : NULL;
    return dot != NULL && *dot == '.' && strspn(dot + 1, "0123456789abcdef") == DIGITS &&
           strcmp(dot + 1 + DIGITS, PARTIAL) == 0;
}

int whole_put(int fd, const void *bytes, size_t count)
{
    const char *next = bytes;
    while (count > 0) {
        ssize_t put = write(fd, next, count);
        if (put < 0 && errno != EINTR)
            return errno;
        next += put > 0 ? put : 0;
        count -= put > 0 ? (size_t)put : 0;
    }
    return 0;
}

/* The stream of a descriptor that belongs to its folder. */
static FILE *open_stream(int fd, const char *path, int flags, struct error *error)
{
    struct stat status;
    FILE *file = NULL;
    if (fstat(fd, &status) != 0)
        fail_errno(error, errno, "%s: cannot be looked at", path);
    else if (!S_ISREG(status.st_mode))
        fail(error, ERROR_REFUSED, "%s: is not a regular file", path);
    else if ((file = fdopen(fd, (flags & O_ACCMODE) == O_RDONLY ? "r" : "a")) == NULL)
        fail_errno(error, errno, "%s: cannot be opened", path);
    return file;
}

FILE *whole_open_own(const char *path, int flags, struct error *error)
{
    int fd = open(path, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    if (fd < 0 && errno == ELOOP)
        fail(error, ERROR_REFUSED, "%s: is a link; nothing is written through it", path);
    else if (fd < 0)
        fail_errno(error, errno, "%s: cannot be %s", path,
                   (flags & O_ACCMODE) == O_RDONLY ? "read" : "written");
    FILE *file = fd >= 0 ? open_stream(fd, path, flags, error) : NULL;
    if (file == NULL && fd >= 0) {
        close(fd);
        if ((flags & O_EXCL) != 0)
            unlink(path);
    }
    return file;
}

int whole_create(int folder, const char *name, const void *bytes, size_t count)
{
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return errno;
    int why = whole_put(fd, bytes, count);
    if (close(fd) != 0 && why == 0) /* some file systems tell only now */
        why = errno;
    if (why != 0)
        unlinkat(folder, name, 0);
    return why;
}

int whole_write(const char *path, const void *bytes, size_t count, struct error *error)
{
    char partial[PATH_MAX];
    int why = whole_partial_name(partial, sizeof partial, path);
    if (why == 0)
        why = whole_create(AT_FDCWD, partial, bytes, count);
    if (why == 0 && rename(partial, path) != 0) {
        why = errno;
        unlink(partial);
    }
    return why == 0 ? 0 : fail_errno(error, why, "%s: cannot be written", path);
}

int whole_open(struct whole *whole, const char *path, struct error *error)
{
    *whole = (struct whole){.path = path};
    whole->stream = open_memstream(&whole->text, &whole->bytes);
    return whole->stream != NULL ? 0 : fail(error, ERROR_REFUSED, "%s: out of memory", path);
}

int whole_open_large(struct whole *whole, const char *path, struct error *error)
{
    char partial[PATH_MAX];
    int why = whole_partial_name(partial, sizeof partial, path);
    int fd = why == 0 ? open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666) : -1;
    if (fd < 0)
        return fail_errno(error, why != 0 ? why : errno, "%s: cannot be written", path);
    *whole = (struct whole){.path = path, .stream = fdopen(fd, "w"), .partial = strdup(partial)};
    if (whole->stream != NULL && whole->partial != NULL)
        return 0;
    fail_errno(error, errno, "%s: cannot be written", path);
    whole->stream != NULL ? fclose(whole->stream) : close(fd);
    unlink(partial);
    free(whole->partial);
    return -1;
}

/* What could not be written is tried once more by fflush: that tells why. */
static int close_large(struct whole *whole, struct error *error)
{
    int why = fflush(whole->stream) != 0 ? errno : ferror(whole->stream) ? EIO : 0;
    if (fclose(whole->stream) != 0 && why == 0)
        why = errno;
    if (why == 0 && rename(whole->partial, whole->path) != 0)
        why = errno;
    if (why != 0)
        unlink(whole->partial);
    return why == 0 ? 0 : fail_errno(error, why, "%s: cannot be written", whole->path);
}

static int close_small(struct whole *whole, struct error *error)
{
    bool lost = ferror(whole->stream);
    lost = fclose(whole->stream) != 0 || lost;
    int result = lost ? fail(error, ERROR_REFUSED, "%s: out of memory", whole->path)
                      : whole_write(whole->path, whole->text, whole->bytes, error);
    free(whole->text);
    return result;
}

int whole_close(struct whole *whole, struct error *error)
{
    int result = whole->partial != NULL ? close_large(whole, error) : close_small(whole, error);
    free(whole->partial);
    *whole = (struct whole){0};
    return result;
}

void whole_drop(struct whole *whole)
{
    fclose(whole->stream);
    if (whole->partial != NULL)
        unlink(whole->partial);
    free(whole->partial);
    free(whole->text);
    *whole = (struct whole){0};
}
