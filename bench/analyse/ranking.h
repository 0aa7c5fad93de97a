#ifndef BREAKEVEN_ANALYSE_RANKING_H
#define BREAKEVEN_ANALYSE_RANKING_H

#include "bench/analyse/speedup.h"

/* Notes in each row how many times as long it takes as the fastest of those that are compared with
 * the same serial, have as many workers and the same temperature: the row with the highest speedup
 * among those with an interval, in which that is 1. It is the median of paired ratios, over the
 * rounds in which both were visited, with its 95 % interval: both speedups share serial's noise, so
 * that their own intervals overlap where the ratio leaves no doubt. Of fewer than six such rounds,
 * it is the ratio of speedups, whose intervals are then of other rounds and add up in quadrature.
 * Rows are in the order of summary_compare. */
int ranking_find(const struct visits *visits, struct summaries *summaries, struct error *error);

/* True where both are compared with the same serial at one temperature, with as many workers. */
bool ranking_are_rivals(const struct summary *a, const struct summary *b);

/* True where the row cannot be told from the fastest. */
bool ranking_is_tied(const struct summary *row);

#endif
