#ifndef BREAKEVEN_COMMAND_BLOCK_H
#define BREAKEVEN_COMMAND_BLOCK_H

#include "bench/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The shared input block of commands: all that a job needs to know but its index and size. The
 * harness writes it once for a run; visits and the image read it where it is mapped. */

enum command_flags {
    COMMAND_IGNORES_FAILURE = 1, /* a job whose command failed is done */
    COMMAND_DIGESTS = 2,         /* what commands wrote is verified, beside their exit codes */
    COMMAND_BY_BILLIONTHS = 4,   /* a size of 1 stands for a {size} of 0.000000001 */
    COMMAND_WRITES_OUTPUT = 8,   /* it has an {output} */
};

/* What a block is made of. Every text is written, "" where there is nothing. */
struct command_parts {
    unsigned flags;
    uint64_t descriptors; /* that a command may open: RLIMIT_NOFILE as the user has it */
    const char *program;  /* the path to execute; "" where it is the first word of the job */
    const char *scratch;  /* the folder of what jobs write */
    const char *prepare;  /* run by a shell before each batch */
    const char *cleanup;  /* and after it */
    char *const *words;   /* of the template */
    size_t word_count;    /* at least 1 */
    const char *const *inputs;
    size_t input_count; /* 0: there is no {input} */
};

/* Writes the block into a new memfd; the descriptor, or -1. */
int command_block_make(const struct command_parts *parts, struct error *error);

/* A block that was read. All points into it. */
struct command {
    unsigned flags;
    uint64_t descriptors;
    const char *program, *scratch, *prepare, *cleanup, *words;
    size_t word_count, input_count;
    const uint64_t *inputs; /* where each begins in the block */
    const char *block;
};

/* False where the bytes are no such block. */
bool command_read(const unsigned char *block, uint64_t bytes, struct command *out);

/* The command line of one job, in one piece of memory. */
struct command_line {
    char **arguments; /* ends in NULL; the line is freed by freeing this */
    const char *program;
    uint64_t descriptors;    /* that it may open; 0: as many as this process */
    const char *stdout_path; /* where its stdout goes; NULL: where all others' goes */
    char **environment;      /* ends in NULL; NULL: this process's */
};

/* False where memory is exhausted. */
bool command_line_make(const struct command *command, uint64_t index, uint64_t size,
                       struct command_line *line);
void command_line_free(struct command_line *line);

/* A {size} as the command has it: "12", "0.01". */
enum { COMMAND_SIZE_BYTES = 40 };
void command_size_text(uint64_t size, bool by_billionths, char text[COMMAND_SIZE_BYTES]);

/* In the scratch folder the names of what a job writes begin with one of these letters and the
 * number of the job: the file that is its {output}, and what it wrote to stdout. */
#define COMMAND_OUTPUT_LETTER 'o'
#define COMMAND_STDOUT_LETTER 's'

#endif
