#include "bench/session/job_input.h"
#include "bench/base/input.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int job_input_open(const struct work *work, const char *path, uint64_t *bytes, struct error *error)
{
    *bytes = 0;
    if (path == NULL)
        return fail(error, ERROR_USAGE, "--input: the work %s needs a file; give one with --input",
                    work->name);
    char last;
    int descriptor = input_open_option("--input", path, bytes, error);
    if (descriptor < 0)
        return -1;
    ssize_t got = *bytes > 0 ? pread(descriptor, &last, 1, (off_t)(*bytes - 1)) : 0;
    if (got == 1)
        return descriptor;
    if (got < 0)
        fail(error, ERROR_USAGE, "--input: %s cannot be read: %s", path, strerror(errno));
    else if (*bytes == 0)
        fail(error, ERROR_USAGE, "--input: %s holds nothing: its size is 0 bytes", path);
    else
        fail(error, ERROR_USAGE,
             "--input: %s ends before the %llu bytes that its size tells, as files of /sys do; "
             "give a copy of it",
             path, (unsigned long long)*bytes);
    close(descriptor);
    return -1;
}

int job_input_check(const char *option, uint64_t size, uint64_t jobs, uint64_t bytes,
                    struct error *error)
{
    uint64_t before;
    if (size > bytes)
        return fail(error, ERROR_USAGE,
                    "%s: a slice of %llu bytes is more than the %llu bytes of the input; give "
                    "smaller slices or a larger file",
                    option, (unsigned long long)size, (unsigned long long)bytes);
    if (__builtin_mul_overflow(size, jobs > 0 ? jobs - 1 : 0, &before) || before >= bytes)
        return fail(error, ERROR_USAGE,
                    "--jobs: %llu jobs of %llu bytes are more than the %llu bytes of the input",
                    (unsigned long long)jobs, (unsigned long long)size, (unsigned long long)bytes);
    return 0;
}
