#ifndef BREAKEVEN_ANALYSE_COMPARE_COUNTS_H
#define BREAKEVEN_ANALYSE_COMPARE_COUNTS_H

#include "bench/analyse/compare/drafts.h"

/* What a change of a count must reach where nobody says otherwise, and how near two countings of
 * one build are where nothing but the maps was counted. */
#define COUNTS_THRESHOLD 0.01
#define COUNTS_REPEAT 0.001

/* How often the instructions of one map are counted with each build. */
enum { COUNTS_COUNTINGS = 2 };

enum counts_state {
    COUNTS_KNOWN,
    COUNTS_MISSING, /* the build has no such strategy or cannot be asked to count */
    COUNTS_WRONG,   /* a visit of it went wrong */
};

/* What came of counting one cell with one build. */
struct counts {
    enum counts_state state;
    double per_map[COUNTS_COUNTINGS]; /* above 0; where they are known */
    char trouble[256];                /* why they are not */
};

/* Adds the row of a cell that was counted with two builds. base and new are the middles of their
 * countings, low and high the least and the greatest; change_low and change_high lie between the
 * nearest and between the farthest countings. It is a regression or an improvement where even the
 * nearest reach the threshold, or where the middles do and no build's countings are farther apart
 * than COUNTS_REPEAT; where they are, and the nearest do not reach it, it is noisy. What both lack
 * has no row; what went wrong in both is noisy. Fails where memory is exhausted. */
int counts_compare(struct drafts *drafts, const struct key *key, const struct counts *base,
                   const struct counts *new, double threshold, struct error *error);

#endif
