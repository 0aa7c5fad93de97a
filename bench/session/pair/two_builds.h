#ifndef BREAKEVEN_SESSION_TWO_BUILDS_H
#define BREAKEVEN_SESSION_TWO_BUILDS_H

#include "bench/findings/findings.h"
#include "bench/session/pair/ab.h"

/* What was found of two builds, and what its rows point into. Start from {0}; free it in any case.
 */
struct two_builds {
    struct findings first, fresh; /* of the rounds, and of the fresh ones */
    bool confirmed;               /* there are fresh rounds */
    struct comparisons times, counts;
    struct comparisons all; /* both */
};

/* What is compared. */
struct two_builds_metrics {
    bool times, instructions;
};

/* Measures and counts what is asked for, and compares; the folder where it lies. What can count is
 * looked for first. Where the measuring was interrupted, what was measured until then is compared
 * all the same, and the error stays. */
int two_builds_compare(const struct ab *ab, struct two_builds_metrics metrics,
                       struct run_folder *folder, struct two_builds *found, struct error *error);
void two_builds_free(struct two_builds *found);

/* What only the base has, no suite of the new build can name; "" where there is nothing. */
void two_builds_warn_of_lost(const struct ab *ab, char *warning, size_t bytes);

#endif
