/* One runtime beside another: what its jobs take, and from which on they pay. */
#ifndef BREAKEVEN_REPORT_WORDS_BESIDE_H
#define BREAKEVEN_REPORT_WORDS_BESIDE_H

#include "bench/report/words/standing.h"

#include <stdio.h>

/* A panel, its lines and how they stand. */
struct beside {
    const struct panel *panel;
    const struct lines *lines;
    const struct standings *standings;
};

/* How many times as long as serial a panel's baseline takes, over all places that both have: the
 * least and the most; NaN where there is none, and of a panel whose baseline is serial. */
struct beside_ratio {
    double least, most;
};
struct beside_ratio beside_ratio_of(const struct panel *panel, const struct lines *lines);

/* "60 times as long", "31 to 60 times as long", "as long"; "" where that is not known. */
void beside_describe_ratio(struct beside_ratio ratio, char *text, size_t bytes);

/* "py-serial takes 60 times as long as serial", "py-serial takes 31 to 60 times as long as serial";
 * false where nothing is said. */
bool beside_write_ratio(FILE *file, const struct panel *panel, const struct lines *lines);

/* "; kept open, py-pool pays from 316 us on, threadpool from 91.4 ns": which strategy pays first in
 * each runtime, at the temperature that is looked at first. Nothing where none of
 * `own` begins to pay somewhere, or none of serial's pays. */
void beside_write_first(FILE *file, struct beside own, struct beside serial);

#endif
