#include "bench/base/input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

FILE *input_open(const char *path, struct error *error)
{
    struct stat status;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe without a writer */
    FILE *file = descriptor >= 0 ? fdopen(descriptor, "r") : NULL;
    if (file == NULL || fstat(descriptor, &status) != 0)
        fail(error, EXIT_USAGE, "%s: cannot be read: %s", path, strerror(errno));
    else if (!S_ISREG(status.st_mode))
        fail(error, EXIT_USAGE, "%s: is not a regular file", path);
    else
        return file;
    if (file != NULL)
        fclose(file);
    else if (descriptor >= 0)
        close(descriptor);
    return NULL;
}
