#ifndef BREAKEVEN_RUNNER_LINE_H
#define BREAKEVEN_RUNNER_LINE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Lines that a child writes to a pipe. Start from {.fd = fd}. */
struct line {
    int fd;
    char *text;
    size_t room, used;
    size_t taken; /* bytes of the line that was read last, its end included */
};

enum line_end {
    LINE_WHOLE,
    LINE_CUT_OFF,  /* the child has ended, or closed its pipe, before the line's end */
    LINE_LATE,     /* it took longer than was allowed */
    LINE_TOO_LONG, /* it is longer than was allowed */
    LINE_NO_MEMORY,
};

/* Waits for the next line of a child, most_ns at most (UINT64_MAX: for ever). That the child ends
 * is noticed by pidfd, where that is not -1, since others may hold its pipe; what it wrote before
 * is still read. The line, without its end and followed by a NUL, is valid until the next call. */
enum line_end line_read(struct line *line, int pidfd, pid_t pid, uint64_t most_ns,
                        size_t most_bytes, const char **text, size_t *length);

/* Frees it, and closes its descriptor. */
void line_free(struct line *line);

#endif
