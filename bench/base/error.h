#ifndef BREAKEVEN_BASE_ERROR_H
#define BREAKEVEN_BASE_ERROR_H

/* What kind of failure an error is. The program's exit status is made of it (exit_status.h). */
enum error_kind {
    ERROR_NONE,
    ERROR_CHECK_FAILED,   /* a verification failed, or a comparison found a regression */
    ERROR_USAGE,          /* an option, a suite or an input file is wrong */
    ERROR_NOT_COMPARABLE, /* nothing to compare, or nothing could be measured */
    ERROR_REFUSED,        /* the system refused: files, memory, processes */
    ERROR_INTERRUPTED,    /* a signal asked for the end */
};

/* The first thing that went wrong. Start from {0}; later failures do not overwrite the first. */
struct error {
    enum error_kind kind;
    char text[512]; /* one line without control characters */
};

/* Records a failure unless one is recorded already. Returns -1, so that callers can return it. */
int fail(struct error *error, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a refused system call: ERROR_REFUSED, and errnum's text is appended, with the limits
 * that can be behind it (limits_describe). */
int fail_errno(struct error *error, int errnum, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
