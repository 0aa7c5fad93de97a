/* Runs a program of the user's: what it is, and for which inputs, is told by the input block. */
#include "bench/base/exit_status.h"
#include "bench/command/result.h"
#include "bench/job/work.h"

#include <stdio.h>

static int run(const struct job *job, void *result)
{
    (void)job;
    (void)result;
    return EXIT_REFUSED;
}

static void result_text(const void *result, char *text, size_t bytes)
{
    const struct command_result *command = result;
    snprintf(text, bytes, "exit code %u, digest %02x%02x%02x%02x", command->exit_code,
             command->digest[0], command->digest[1], command->digest[2], command->digest[3]);
}

const struct work work_command = {
    .name = "command",
    .summary = "runs the program given with --command",
    .unit = "",
    .result_bytes = sizeof(struct command_result),
    .is_command = true,
    .run = run,
    .result_text = result_text,
};
