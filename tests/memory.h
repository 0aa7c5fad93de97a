#ifndef BREAKEVEN_TESTS_MEMORY_H
#define BREAKEVEN_TESTS_MEMORY_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* The path of a file in memory that holds these bytes, for readers that take a path; the next call
 * writes another into it. Ends the process where the system refuses. */
static inline const char *memory_file(const void *bytes, size_t count)
{
    static char path[64];
    static int file = -1;
    if (file < 0) {
        file = memfd_create("input", MFD_CLOEXEC);
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    if (file < 0 || ftruncate(file, 0) != 0 || pwrite(file, bytes, count, 0) != (ssize_t)count) {
        perror("memfd");
        abort();
    }
    return path;
}

#endif
