#ifndef BREAKEVEN_STRATEGIES_COMMON_IMAGE_H
#define BREAKEVEN_STRATEGIES_COMMON_IMAGE_H

#include "bench/batch.h"
#include "strategies/common/carrier.h"

#include <stddef.h>
#include <sys/types.h>

/* breakeven as a child of itself: the hidden subcommands that `spawn` and `forkserver` exec. */
#define IMAGE_JOB "job"
#define IMAGE_FORKSERVER "forkserver"

/* posix_spawn of program with inherited descriptors (-1: none), which keep their numbers. The
 * child's pid, or -1. */
pid_t image_spawn(const char *program, char *const arguments[], const int fds[], size_t fd_count,
                  struct error *error);

/* posix_spawn of program to run one job of the batch: work by name, memory and pipes by descriptor.
 */
pid_t image_spawn_job(const char *program, const struct batch *batch, uint64_t index,
                      struct carrier_end end, struct error *error);

/* What `breakeven job ...` does: attaches to the batch that the arguments of image_spawn_job name
 * and runs the job. Returns the job's exit code; -1 where the arguments or the memory are wrong. */
int image_run_job(int count, char *const arguments[], struct error *error);

#endif
