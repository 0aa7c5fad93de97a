#ifndef BREAKEVEN_RUN_SUITE_COMMAND_H
#define BREAKEVEN_RUN_SUITE_COMMAND_H

#include "bench/base/parse.h"
#include "bench/command/inputs.h"
#include "bench/command/template.h"
#include "bench/job/work.h"

#include <stdbool.h>

/* The command that a suite measures, as it was asked for. */
struct suite_command {
    struct template words; /* none: the suite measures works */
    struct inputs inputs;
    char *name;              /* of the work: the program's, or another where a work has that */
    char *text;              /* as it was written */
    char *output;            /* "null", "inherit" or a path */
    char *prepare, *cleanup; /* "" for nothing */
    bool for_shell, ignores_failure, digests, by_billionths;
};

/* What was given for the keys of commands; NULL where nothing was. */
struct command_texts {
    const char *command, *inputs, *shell, *verify, *output, *prepare, *cleanup, *ignore_failure;
};

/* Reads them. Fails (ERROR_USAGE) where they do not belong together, and where no command is given
 * but something else of one. */
int suite_command_read(const struct command_texts *texts, struct suite_command *command,
                       struct error *error);
void suite_command_free(struct suite_command *command);

/* Registers the work of the command (work_register), which is kept to the end of the process; NULL:
 * see error. suite_command_sizes has been called, or its unit is not known. */
const struct work *suite_command_register(const struct suite_command *command, struct error *error);

/* The sizes of a command: what {size} stands for, whole numbers or decimals, which count in
 * billionths; one of 1 where it has none. text: as it was given, NULL where it was not. */
int suite_command_sizes(struct suite_command *command, const char *origin, const char *text,
                        struct numbers *sizes, struct error *error);

/* How many commands batches have where nobody says: from one to as many as there are inputs. The
 * text is static or the caller's room. */
enum { SUITE_COMMAND_JOBS_BYTES = 128 };
void suite_command_jobs(const struct suite_command *command, char text[SUITE_COMMAND_JOBS_BYTES]);

#endif
