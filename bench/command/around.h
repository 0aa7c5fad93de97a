#ifndef BREAKEVEN_COMMAND_AROUND_H
#define BREAKEVEN_COMMAND_AROUND_H

#include "bench/base/error.h"
#include "bench/command/block.h"
#include "bench/command/result.h"

/* What goes before and after each batch of commands, untimed. output: a descriptor that takes what
 * --prepare and --cleanup write; -1: nowhere. Both fail with ERROR_CHECK_FAILED where what they run
 * fails. */

/* Removes what the batch before has written, and runs --prepare. */
int around_begin(const struct command *command, int output, struct error *error);

/* Takes the digests where they are asked for, and runs --cleanup. */
int around_end(const struct command *command, int output, struct command_result results[],
               uint64_t jobs, struct error *error);

#endif
