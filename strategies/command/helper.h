#ifndef BREAKEVEN_STRATEGIES_COMMAND_HELPER_H
#define BREAKEVEN_STRATEGIES_COMMAND_HELPER_H

#include "bench/base/error.h"

/* Where what commands write to stdout is verified, somebody must give each of them a file of its
 * own, which xargs and parallel do not. So they start the image for each job, which opens the file
 * and becomes the command. */

/* What the image is told to do then. */
#define HELPER_SUBCOMMAND "command"

/* The words that start the image for a job, but for the last, the job's number: the image, the
 * subcommand, the path of the block, the size. */
enum { HELPER_WORDS = 4 };

/* In the image, with the arguments behind HELPER_SUBCOMMAND: becomes the command of a job. Returns
 * only where it cannot. */
int helper_main(int count, char *const arguments[], struct error *error);

#endif
