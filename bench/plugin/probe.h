#ifndef BREAKEVEN_PLUGIN_PROBE_H
#define BREAKEVEN_PLUGIN_PROBE_H

#include "bench/plugin/describe.h"

#include <stdbool.h>
#include <stdint.h>

/* How long one job of a work takes by its size, for a work that does not say which sizes are worth
 * trying. */

enum { PROBE_MOST_SIZES = 64 };

struct probed {
    uint64_t sizes[PROBE_MOST_SIZES]; /* 1, 2, 5, 10, 20 and so on, but those whose job failed */
    double ns[PROBE_MOST_SIZES];      /* of one job, the least of a few */
    size_t count;
};

/* Asks a process of its own. It goes on until a job takes PROBE_LONG_NS; one that takes a second
 * ends it too, as does one that crashes. Fails as describe_library does. */
#define PROBE_SHORT_NS 50.0
#define PROBE_LONG_NS 10e6
int probe_sizes(const char *path, const char *name, struct probed *probed, struct error *error);

/* Takes the times that a process of its own has told: [[size, ns], ...]. */
void probe_take(const json_t *times, struct probed *probed);

/* The sizes worth trying, as for --sizes: at most so many of those from the one whose job takes
 * short_ns up to PROBE_LONG_NS. False where the size does not tell how long a job takes; then *text
 * is one that is as good as any. */
bool probe_choose(const struct probed *probed, double short_ns, size_t most, char *text,
                  size_t bytes);

/* What the child does: of the kind "sizes". */
json_t *probe_tell(void *library, const char *path, const char *name, struct error *error);

#endif
