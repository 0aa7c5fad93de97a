#include "bench/base/input.h"
#include "bench/base/packed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A descriptor; -1 with an error. Where the path leads is looked at first: a pipe that is opened
 * may never be, and to open a device may act. */
static int open_regular(const char *before, const char *path, struct stat *status,
                        struct error *error)
{
    int descriptor = -1;
    bool regular = true;
    if (stat(path, status) == 0 && (regular = S_ISREG(status->st_mode)))
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor >= 0 && fstat(descriptor, status) == 0 && (regular = S_ISREG(status->st_mode)))
        return descriptor;
    if (regular)
        fail(error, ERROR_USAGE, "%s%s: cannot be read: %s", before, path, strerror(errno));
    else
        fail(error, ERROR_USAGE, "%s%s: is not a regular file", before, path);
    if (descriptor >= 0)
        close(descriptor);
    return -1;
}

int input_open_option(const char *option, const char *path, uint64_t *bytes, struct error *error)
{
    char before[64];
    struct stat status;
    snprintf(before, sizeof before, "%s: ", option);
    int descriptor = open_regular(before, path, &status, error);
    *bytes = descriptor >= 0 ? (uint64_t)status.st_size : 0;
    return descriptor;
}

/* No memory, or no descriptor: errno tells. */
static FILE *fail_stream(const char *path, struct error *error)
{
    fail_errno(error, errno, "%s: cannot be opened", path);
    return NULL;
}

FILE *input_open(const char *path, struct error *error)
{
    struct stat status;
    int descriptor = open_regular("", path, &status, error);
    if (descriptor < 0)
        return NULL;
    FILE *file = fdopen(descriptor, "r");
    if (file != NULL)
        return file;
    fail_stream(path, error);
    close(descriptor);
    return NULL;
}

FILE *input_open_packed(const char *path, struct error *error)
{
    struct stat status;
    int descriptor = open_regular("", path, &status, error);
    if (descriptor < 0)
        return NULL;
    FILE *file = packed_open(descriptor);
    return file != NULL ? file : fail_stream(path, error);
}
