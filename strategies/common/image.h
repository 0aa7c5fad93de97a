#ifndef BREAKEVEN_STRATEGIES_COMMON_IMAGE_H
#define BREAKEVEN_STRATEGIES_COMMON_IMAGE_H

#include "bench/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Writes the image (strategies/image/) into a memfd, ready to be started. It takes the image that
 * is linked statically, unless it is to load a library, or LD_PRELOAD names one: only a loader can
 * bring those into it.
 * Returns a descriptor that the caller owns, or -1 if the system refuses memory that can be
 * executed. */
int image_open(bool loads_library, struct error *error);

/* Starts the image by posix_spawn. The child inherits the descriptors in fds under the same
 * numbers; -1 stands for none. Returns the child's pid, or -1. */
pid_t image_spawn(int image, char *const arguments[], const int fds[], size_t fd_count,
                  struct error *error);

#endif
