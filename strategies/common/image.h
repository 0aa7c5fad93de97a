#ifndef BREAKEVEN_STRATEGIES_COMMON_IMAGE_H
#define BREAKEVEN_STRATEGIES_COMMON_IMAGE_H

#include "bench/base/error.h"

#include <stddef.h>
#include <sys/types.h>

/* Writes the image (strategies/image/) into a memfd, ready to be started. It takes the image that
 * is linked statically, unless LD_PRELOAD names a library, which only a loader can bring into it.
 * Returns a descriptor that the caller owns, or -1 if the system refuses memory that can be
 * executed. */
int image_open(struct error *error);

/* Starts the image by posix_spawn. The child inherits the descriptors in fds under the same
 * numbers; -1 stands for none. Returns the child's pid, or -1. */
pid_t image_spawn(int image, char *const arguments[], const int fds[], size_t fd_count,
                  struct error *error);

#endif
