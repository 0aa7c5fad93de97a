#ifndef BREAKEVEN_SESSION_JOB_INPUT_H
#define BREAKEVEN_SESSION_JOB_INPUT_H

#include "bench/base/error.h"
#include "bench/job/work.h"

#include <stdint.h>

/* Opens the file that --input names for the work, which jobs take slices of; its size in *bytes.
 * What is not a regular file, or holds nothing, is refused. A descriptor that the caller closes, or
 * -1 with an error. */
int job_input_open(const struct work *work, const char *path, uint64_t *bytes, struct error *error);

/* Refuses slices of which the file does not hold a whole one, or too few: what was measured would
 * not be of that size. option: the one that gives the size. */
int job_input_check(const char *option, uint64_t size, uint64_t jobs, uint64_t bytes,
                    struct error *error);

#endif
