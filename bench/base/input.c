#include "bench/base/input.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* A descriptor; -1 with an error. */
static int open_regular(const char *path, struct error *error)
{
    struct stat status;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe without a writer */
    if (descriptor < 0 || fstat(descriptor, &status) != 0)
        fail(error, EXIT_USAGE, "%s: cannot be read: %s", path, strerror(errno));
    else if (!S_ISREG(status.st_mode))
        fail(error, EXIT_USAGE, "%s: is not a regular file", path);
    else
        return descriptor;
    if (descriptor >= 0)
        close(descriptor);
    return -1;
}

static FILE *fail_memory(const char *path, struct error *error)
{
    fail(error, EXIT_REFUSED, "%s: out of memory", path);
    return NULL;
}

FILE *input_open(const char *path, struct error *error)
{
    int descriptor = open_regular(path, error);
    if (descriptor < 0)
        return NULL;
    FILE *file = fdopen(descriptor, "r");
    if (file != NULL)
        return file;
    close(descriptor);
    return fail_memory(path, error);
}

/* zlib hands out what it could unpack of a file that is cut off, and tells at its end. */
static ssize_t read_packed(void *packed, char *bytes, size_t count)
{
    int problem = Z_OK;
    int got = gzread(packed, bytes, count < INT_MAX ? (unsigned)count : INT_MAX);
    if (got <= 0)
        gzerror(packed, &problem);
    if (problem == Z_OK || problem == Z_STREAM_END)
        return got;
    errno = problem == Z_ERRNO ? errno : EBADMSG;
    return -1;
}

static int close_packed(void *packed)
{
    return gzclose_r(packed) == Z_OK ? 0 : EOF;
}

FILE *input_open_packed(const char *path, struct error *error)
{
    static const cookie_io_functions_t unpacking = {.read = read_packed, .close = close_packed};
    int descriptor = open_regular(path, error);
    if (descriptor < 0)
        return NULL;
    gzFile packed = gzdopen(descriptor, "r");
    if (packed == NULL) {
        close(descriptor);
        return fail_memory(path, error);
    }
    FILE *file = fopencookie(packed, "r", unpacking);
    if (file != NULL)
        return file;
    gzclose_r(packed);
    return fail_memory(path, error);
}
