#ifndef BREAKEVEN_COMMAND_BLOCK_HEADER_H
#define BREAKEVEN_COMMAND_BLOCK_HEADER_H

#include <stdint.h>

#define COMMAND_MAGIC UINT64_C(0x646e616d6d6f6331)

/* What a block begins with; then where each input begins, and the texts. */
struct command_header {
    uint64_t magic, bytes, flags, descriptors, word_count, input_count;
    uint64_t program, scratch, prepare, cleanup, words; /* where each begins */
};

#endif
