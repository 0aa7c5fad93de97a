#ifndef BREAKEVEN_STRATEGIES_IMAGE_JOB_H
#define BREAKEVEN_STRATEGIES_IMAGE_JOB_H

#include "bench/job/batch.h"
#include "strategies/common/relay.h"

/* What the image is told to do: to run one job for spawn, */
#define JOB_SUBCOMMAND "job"
/* or nothing, the floor under it. */
#define NOTHING_SUBCOMMAND "nothing"

enum { JOB_ARGUMENTS = 14, JOB_NUMBER_BYTES = 24 };

/* A job as a command line: work by name, memory and pipes by descriptor. */
struct job_command {
    char *arguments[JOB_ARGUMENTS + 3]; /* ended by NULL; point into texts and to the work */
    char texts[JOB_ARGUMENTS][JOB_NUMBER_BYTES];
};

/* Fills in the command of one job, which this process starts itself: the job dies with it. */
void job_describe(const struct batch *batch, uint64_t index, struct relay_end end,
                  struct job_command *command);

/* What the image does with the arguments behind JOB_SUBCOMMAND: attaches to the batch that they
 * name and runs the job. Returns the job's exit code; -1 where arguments or memory are wrong. */
int job_run(int count, char *const arguments[], struct error *error);

#endif
