#ifndef BREAKEVEN_STRATEGIES_COMMON_IMAGE_H
#define BREAKEVEN_STRATEGIES_COMMON_IMAGE_H

#include "bench/base/error.h"

#include <stddef.h>
#include <sys/types.h>

/* The image (strategies/image/) in a memfd, ready to be started: the one that is linked
 * statically, unless LD_PRELOAD names what only a loader can bring into it. The descriptor is the
 * caller's; -1 where the system refuses memory that can be executed. */
int image_open(struct error *error);

/* posix_spawn of the image with inherited descriptors (-1: none), which keep their numbers. The
 * child's pid, or -1. */
pid_t image_spawn(int image, char *const arguments[], const int fds[], size_t fd_count,
                  struct error *error);

#endif
