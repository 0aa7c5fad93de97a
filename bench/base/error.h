#ifndef BREAKEVEN_BASE_ERROR_H
#define BREAKEVEN_BASE_ERROR_H

/* The exit status of the program; the command line's contract. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_CHECK_FAILED = 1,   /* a verification failed, or compare found a regression */
    EXIT_USAGE = 2,          /* an option, a suite or an input file is wrong */
    EXIT_NOT_COMPARABLE = 3, /* nothing to compare, or nothing could be measured */
    EXIT_REFUSED = 4,        /* the system refused: files, memory, processes */
    EXIT_INTERRUPTED = 130,
};

/* The first thing that went wrong. Start from {0}; later failures do not overwrite the first. */
struct error {
    enum exit_code code;
    char text[512]; /* one line without control characters */
};

/* Records a failure unless one is recorded already. Returns -1, so that callers can return it. */
int fail(struct error *error, enum exit_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a refused system call: EXIT_REFUSED, and errnum's text is appended, with the limits
 * that can be behind it (limits_describe). */
int fail_errno(struct error *error, int errnum, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
