#ifndef BREAKEVEN_ANALYSE_THRESHOLD_THRESHOLD_H
#define BREAKEVEN_ANALYSE_THRESHOLD_THRESHOLD_H

#include "bench/analyse/crossover/crossover.h"
#include "bench/analyse/speedup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* By what a threshold is chosen where a strategy pays from some size on. */
enum threshold_objective {
    THRESHOLD_BY_CROSSOVER, /* where the median speedup crosses 1 */
    THRESHOLD_BY_LOSS,      /* where the time that is lost over all measured sizes is least */
    THRESHOLD_OBJECTIVES,
};

/* "crossover", "loss", NULL. */
extern const char *const threshold_objectives[THRESHOLD_OBJECTIVES + 1];

/* No size, and no number of jobs: what a strategy that never pays starts at. */
#define THRESHOLD_NEVER UINT64_MAX

/* What is lost by a choice against the better of serial and the strategy, over places that were
 * measured: 0.01 for 1 %. NaN where none was. */
struct threshold_cost {
    double mean, worst;
    uint64_t worst_at; /* on the axis */
};

/* A curve as a rule for a program: run in parallel where from <= place < until, and a place is a
 * size, or a number of jobs. What is not known in ns is NaN. Of a noisy curve nothing is known:
 * from is THRESHOLD_NEVER there. */
struct threshold {
    const char *name;    /* an identifier; NULL until it has one */
    struct key key;      /* along sizes its size means nothing; along jobs its jobs are 0 */
    enum dimension axis; /* DIMENSION_size or DIMENSION_jobs */
    const char *temperature;
    const char *work_path, *strategy_path; /* what they come from; "" where they are built in */
    const char *verdict;                   /* of struct crossover */
    double crossover, crossover_low, crossover_high; /* struct crossover_place, by any objective */
    double roundtrip_ns; /* of the host's mode that it is of (modes.h); NaN: not known */
    uint64_t from, from_low, from_high;
    uint64_t until, until_low, until_high; /* THRESHOLD_NEVER unless it is ahead between two */
    double from_ns, from_low_ns,
        from_high_ns;             /* serial times of one job of that size, or of that many jobs */
    uint64_t least, most, places; /* that were measured: bounds and number */
    struct threshold_cost costs[THRESHOLD_OBJECTIVES];
};

struct thresholds {
    struct threshold *rows;
    size_t count;
};

/* One measured place of a curve. */
struct threshold_point {
    uint64_t at;
    double serial_ns, speedup; /* above 0 */
};

/* The places of the curve that the threshold is of at which something was measured, in ascending
 * order; points has room for all rows. Returns how many there are. */
size_t threshold_points(const struct summaries *summaries, const struct threshold *threshold,
                        struct threshold_point points[]);

/* What the rule loses at these places. */
struct threshold_cost threshold_cost(const struct threshold_point points[], size_t count,
                                     uint64_t from, uint64_t until);

/* The least place that a program compares with: THRESHOLD_NEVER where it is ahead between two only,
 * so that `size >= value` alone is never wrong beyond them. */
uint64_t threshold_value(const struct threshold *threshold);

/* A threshold for each crossover:
 *   always  0
 *   never   THRESHOLD_NEVER
 *   even    THRESHOLD_NEVER, as serial needs no workers for the same time
 *   between from and until
 *   at      the crossover, rounded up, or its high end where it is open below, with its interval
 *           rounded outward; by loss, the size from
 *           which on it should run in parallel for the sum of the batches' times to be least, and
 *           the places between which no measured one tells another choice.
 * The caller frees rows. */
int thresholds_find(const struct summaries *summaries, const struct crossovers *crossovers,
                    enum threshold_objective objective, struct thresholds *out,
                    struct error *error);

#endif
