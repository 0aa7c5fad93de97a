#ifndef BREAKEVEN_COMMAND_RESULT_H
#define BREAKEVEN_COMMAND_RESULT_H

#include <stdint.h>

enum { COMMAND_DIGEST_BYTES = 32 };

/* An exit code that whoever ran the command does not tell: xargs says no more than that some have
 * failed. */
#define COMMAND_EXIT_UNTOLD UINT32_MAX

/* The result of a job that is a command. */
struct command_result {
    uint32_t exit_code;                         /* 128 and the signal where one ended it */
    unsigned char digest[COMMAND_DIGEST_BYTES]; /* of what it wrote; zeros where none is taken */
};

#endif
