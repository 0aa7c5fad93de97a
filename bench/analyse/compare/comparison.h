#ifndef BREAKEVEN_ANALYSE_COMPARE_COMPARISON_H
#define BREAKEVEN_ANALYSE_COMPARE_COMPARISON_H

#include "bench/base/csv.h"
#include "bench/data/key.h"

#include <stddef.h>
#include <stdint.h>

/* What of a cell is compared. */
enum quantity {
    QUANTITY_TIME,         /* ns of one map, with all its overhead */
    QUANTITY_SPEEDUP,      /* over the serial of the same build */
    QUANTITY_OVERHEAD,     /* of one map, in round trips of a cache line */
    QUANTITY_CROSSOVER,    /* serial time of the smallest job that pays, in round trips */
    QUANTITY_INSTRUCTIONS, /* of one map in the caller */
    QUANTITY_COUNT,
};

enum verdict {
    VERDICT_SAME,        /* no change as large as the threshold */
    VERDICT_REGRESSION,  /* worse, beyond chance, and again in fresh rounds */
    VERDICT_IMPROVEMENT, /* the same, better */
    VERDICT_NOISY,       /* more rounds are needed to tell: see more_rounds */
    VERDICT_MISSING,     /* only the base has it */
    VERDICT_NEW,         /* only the new one has it */
    VERDICT_CRASHED,     /* the base had it; the new one's visit went wrong: see detail */
    VERDICT_COUNT,
};

/* In the order of the enums, each up to a NULL. */
extern const char *const quantity_names[QUANTITY_COUNT + 1];
extern const char *const verdict_names[VERDICT_COUNT + 1];

/* One row of comparison.csv: one quantity of one cell, base against new. Numbers that are not known
 * are NaN or CSV_UNKNOWN; texts are never NULL. */
struct comparison {
    struct key key;                   /* of the cell; its build is "" */
    const char *temperature;          /* "cold", "warm"; "" where it has none */
    const char *quantity;             /* of quantity_names */
    double base, base_low, base_high; /* median and 95 % interval, in the quantity's unit */
    double new, new_low, new_high;
    double change, change_low, change_high; /* new / base - 1, paired within the rounds */
    double p;        /* of no change: the sign test's, corrected for the number of rows (Holm) */
    uint64_t rounds; /* in which both were visited */
    double fresh_change, fresh_low, fresh_high; /* in the rounds that were to confirm it */
    double fresh_p;
    uint64_t fresh_rounds;
    double threshold;     /* a change this large counts: 0.05 */
    const char *verdict;  /* of verdict_names */
    uint64_t more_rounds; /* where it is noisy: that it would take to tell */
    const char *detail;   /* what went wrong; "" where nothing did */
};

extern const struct csv_format comparison_format;

struct comparisons {
    struct comparison *rows;
    size_t count;
};

/* Reads a comparison.csv; texts are kept in strings. What a file does not hold, the key's build, is
 * "" then, so use this and not csv_read_file alone. The caller frees rows. */
int comparisons_read(const char *path, struct strings *strings, struct comparisons *out,
                     struct error *error);

/* How many rows have that verdict; and how many tell anything: all but noisy, missing and new ones.
 */
size_t comparisons_of(const struct comparisons *comparisons, enum verdict verdict);
size_t comparisons_told(const struct comparisons *comparisons);

#endif
