#ifndef BREAKEVEN_SESSION_COMMAND_INPUT_H
#define BREAKEVEN_SESSION_COMMAND_INPUT_H

#include "bench/base/error.h"
#include "bench/run/suite_command.h"

#include <limits.h>

/* What visits need to run a suite's command. Start from {.block_fd = -1, .output_fd = -1}. */
struct command_input {
    int block_fd;           /* the input of all groups; -1: no command is measured */
    int output_fd;          /* takes what commands write; -1: nobody does */
    char scratch[PATH_MAX]; /* the folder that they write into; "": none */
};

/* Finds the program, makes the scratch folder, opens the output, and writes the block. Fails where
 * the command cannot be run at all. */
int command_input_open(const struct suite_command *command, struct command_input *input,
                       struct error *error);

/* Closes what is open and removes the scratch folder. */
void command_input_close(struct command_input *input);

#endif
