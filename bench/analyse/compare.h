#ifndef BREAKEVEN_ANALYSE_COMPARE_H
#define BREAKEVEN_ANALYSE_COMPARE_H

#include "bench/analyse/speedup.h"

#include <stddef.h>

/* A cell is worse where its speedup fell by more than this share and the intervals are apart. */
#define COMPARE_THRESHOLD 0.10

enum comparison_verdict {
    COMPARED_SAME,
    COMPARED_WORSE,
    COMPARED_BETTER,
    COMPARED_BROKEN,       /* was ok and now is not */
    COMPARED_UNTOLD,       /* measured on both sides, but without an interval on one */
    COMPARED_MISSING_BASE, /* only the new run has the cell */
    COMPARED_MISSING_NEW,  /* only the base has it */
};

/* One cell that either run has. */
struct comparison {
    const struct summary *base, *new; /* NULL on the side that lacks it */
    enum comparison_verdict verdict;
    double change; /* of the speedup, -0.2 where it fell by a fifth; NaN where not comparable */
};

struct comparisons {
    struct comparison *rows;
    size_t count;
    size_t compared;      /* cells that both have with a speedup, or that broke */
    size_t worse, better; /* broken ones count as worse */
    size_t untold, missing;
};

/* Compares two runs on their ratio to serial, never on nanoseconds. Serial itself is left out. Both
 * must be in the order of summary_compare. The caller frees rows. */
int compare_runs(const struct summaries *base, const struct summaries *new, struct comparisons *out,
                 struct error *error);

#endif
