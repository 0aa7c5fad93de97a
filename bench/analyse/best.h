#ifndef BREAKEVEN_ANALYSE_BEST_H
#define BREAKEVEN_ANALYSE_BEST_H

#include "bench/analyse/speedup.h"

/* Finds the best speedup of each curve and notes it in the fields best_ of that row of the curve
 * whose median is highest among those with an interval; nothing is noted in the other rows. The
 * highest of several medians is too high, so that the best speedup is the median over the rounds of
 * all sizes that cannot be told from that one: those whose interval reaches its median. Its
 * interval is that of this median and that of that size alone, taken together: which sizes are
 * pooled was chosen by what they showed, and some of them may be worse indeed. It is noise where it
 * is above the row's parallelism and its lower end is not. Rows are in the order of
 * summary_compare. */
int best_find(const struct visits *visits, struct summaries *summaries, struct error *error);

#endif
