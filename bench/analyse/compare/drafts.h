#ifndef BREAKEVEN_ANALYSE_COMPARE_DRAFTS_H
#define BREAKEVEN_ANALYSE_COMPARE_DRAFTS_H

#include "bench/analyse/compare/comparison.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

/* A row of a comparison while it is made. */
struct draft {
    struct comparison row; /* its detail is not looked at */
    char detail[512];
    bool dropped; /* it does not become a row */
};

/* Start from {0}; ends with drafts_finish or drafts_free. */
struct drafts {
    struct draft *rows;
    size_t count, room;
};

/* Appends a row of which nothing is known, with the verdict "same". The key's build is dropped.
 * NULL where memory is exhausted. What was returned before may have moved. */
struct draft *drafts_add(struct drafts *drafts, const struct key *key, const char *temperature,
                         enum quantity quantity, double threshold, struct error *error);

void draft_judge(struct draft *draft, enum verdict verdict);

/* Appends to the detail; what does not fit is cut. */
void draft_explain(struct draft *draft, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* True where the quantity is better when it is larger. */
bool quantity_is_better_larger(const char *quantity);

/* A regression or an improvement, by the sign of the change's logarithm. */
void draft_judge_change(struct draft *draft, double log_change);

/* Makes the rows of all drafts, in one block of memory with their details. Frees the drafts. */
int drafts_finish(struct drafts *drafts, struct comparisons *out, struct error *error);
void drafts_free(struct drafts *drafts);

#endif
