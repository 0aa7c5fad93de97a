#ifndef BREAKEVEN_SESSION_COMMAND_INPUT_H
#define BREAKEVEN_SESSION_COMMAND_INPUT_H

#include "bench/base/error.h"
#include "bench/run/suite_command.h"
#include "bench/visit/cell.h"

#include <limits.h>
#include <signal.h>

/* What visits need to run a suite's command. Start from {.block_fd = -1, .output_fd = -1}. */
struct command_input {
    int block_fd;           /* the input of all groups; -1: no command is measured */
    int output_fd;          /* takes what commands write; -1: nobody does */
    char program[PATH_MAX]; /* to execute; "": it is the first word of each job */
    char scratch[PATH_MAX]; /* the folder that they write into; "": none */
};

/* Finds the program and opens the output. Fails where the command cannot be run at all. */
int command_input_open(const struct suite_command *command, struct command_input *input,
                       struct error *error);

/* Makes the scratch folder in the run's folder, and writes the block. */
int command_input_place(const struct suite_command *command, const char *folder,
                        struct command_input *input, struct error *error);

/* Closes what is open and removes the scratch folder. */
void command_input_close(struct command_input *input);

#endif
