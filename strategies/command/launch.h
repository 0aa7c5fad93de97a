#ifndef BREAKEVEN_STRATEGIES_COMMAND_LAUNCH_H
#define BREAKEVEN_STRATEGIES_COMMAND_LAUNCH_H

#include "bench/command/block.h"
#include "strategies/common/relay.h"
#include "strategies/strategy.h"

/* How jobs that are commands are started and what becomes of them. */

/* A descriptor of its own for what commands write: a copy of config->output_fd, or /dev/null. */
int launch_open_output(const struct strategy_config *config, struct error *error);

/* Starts the command of a job by vfork, with its stdout and stderr going to output; a
 * children_launch. Its pid, or -1. */
pid_t launch_command(int output, const struct batch *batch, uint64_t index, struct relay_end end,
                     struct error *error);

/* The same, but what it writes to stdout goes nowhere, unless it has a file of its own for that. */
pid_t launch_for_errors(int output, const struct batch *batch, uint64_t index, struct relay_end end,
                        struct error *error);

/* In a child: becomes the command of a line. Its input is where input is, which may be -1: as it
 * is. Returns the error number where that cannot be. */
int launch_become(const struct command_line *line, int input, int output, pid_t parent);

/* Starts the command of a line by vfork: the child has the caller's memory until it has become the
 * command. Its pid, or -1; *why is 0, or the error number where it could not become it, and then
 * the child is still to be reaped. */
pid_t launch_start(const struct command_line *line, int input, int output, volatile int *why);

/* The command of the batch; false where its input is none. */
bool launch_read(const struct batch *batch, struct command *command);

/* Notes how the command of a job ended in its result. Where failures are ignored it has ended well.
 */
void launch_note_end(struct batch *batch, uint64_t index, struct ended *ended);

#endif
