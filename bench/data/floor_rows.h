#ifndef BREAKEVEN_DATA_FLOOR_ROWS_H
#define BREAKEVEN_DATA_FLOOR_ROWS_H

#include "bench/base/csv.h"

/* The words of the column floor, up to a NULL: "none", "roundtrip" and so on. */
extern const char *const floor_words[];

/* One row of floors.csv: a floor of the machine, or what a strategy takes beyond an empty job and
 * how many times its floor that is. Numbers are medians over the rounds with their 95 % intervals;
 * NaN or CSV_UNKNOWN where they are not known. */
struct floor_row {
    const char *floor;    /* that the row is of, or that the strategy stands on */
    const char *strategy; /* "": the row is the floor's own */
    uint64_t workers;
    const char *unit; /* "job", or of a pool "region": a job for each worker */
    uint64_t rounds;  /* that are whole */
    double ns, ns_low, ns_high;
    double multiple, multiple_low, multiple_high;
    double participation;
    uint64_t visits;    /* whose canary is known; all floors are measured in the same visits */
    uint64_t disturbed; /* of these, which count in no median */
    uint64_t repeated;  /* visits that were made again, as they were stopped in between */
    const char *status, *detail; /* why there are not more rounds */
    uint64_t bytes;              /* that the floor's message has; CSV_UNKNOWN: it is none */
};

extern const struct csv_format floor_format;

/* Floors first, then the strategies. */
struct floor_rows {
    struct floor_row *rows;
    size_t count;
};

#endif
