#ifndef BREAKEVEN_STATS_MODES_H
#define BREAKEVEN_STATS_MODES_H

#include <stddef.h>

/* The modes of the host: it moves a virtual machine's CPUs between the threads of a core, cores and
 * sockets, and a cache line takes several times as long on one way as on another. They are told by
 * the canaries, the cache-line round trips beside the visits, which stand in clusters. */

enum { MODES_MOST = 4 };

/* Fewer canaries are one mode, and a smaller share of them is none of its own. */
#define MODES_LEAST_CANARIES 40
#define MODES_LEAST_SHARE 0.02

struct mode {
    double roundtrip_ns;   /* the median of its canaries */
    double from_ns, to_ns; /* it holds from_ns <= canary < to_ns; the first from 0, the last to
                              infinity */
    double share;          /* of the canaries */
};

/* By ascending round trip; none where there is no canary. */
struct modes {
    struct mode modes[MODES_MOST];
    size_t count;
};

/* The modes of ascending round trips. Between two of them there is a valley in the density of the
 * logarithms that is less than half as high as the lower of both. */
struct modes modes_find(const double roundtrips_ns[], size_t count);

/* The mode that a canary is of; count where there is none. */
size_t modes_of(const struct modes *modes, double roundtrip_ns);

/* The mode with the largest share; count where there is none. */
size_t modes_main(const struct modes *modes);

#endif
