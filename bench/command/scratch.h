#ifndef BREAKEVEN_COMMAND_SCRATCH_H
#define BREAKEVEN_COMMAND_SCRATCH_H

#include "bench/base/error.h"
#include "bench/command/result.h"

#include <limits.h>
#include <stdint.h>

/* Makes the folder that jobs of a run write into, in the run's own, so that nothing is left
 * elsewhere where the run is killed; what such a run has left there is removed. */
int scratch_make(const char *folder, char path[PATH_MAX], struct error *error);

/* Removes the folder with all that is in it. */
void scratch_remove(const char *path);

/* Fills in the digest of what each job has written: what it wrote to stdout, and each file whose
 * name begins with its {output}, by what is behind that, its length and its bytes; zeros where it
 * has written no file at all. digest_load has been called. */
int scratch_digest(const char *path, struct command_result results[], uint64_t jobs,
                   struct error *error);

#endif
