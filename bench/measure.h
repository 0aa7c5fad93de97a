#ifndef BREAKEVEN_MEASURE_H
#define BREAKEVEN_MEASURE_H

#include "bench/plan.h"
#include "bench/samples.h"

#include <stdint.h>
#include <stdio.h>

/* Where a run stands, told between visits, never during one. */
struct measure_progress {
    const struct cell *cell; /* visited next */
    uint64_t round;
    uint64_t visits; /* made so far */
    uint64_t elapsed_ns;
    double done; /* share of the run, 0 to 1 */
};

struct measure_settings {
    uint64_t seed, timeout_ns;
    uint64_t budget_ns; /* used where rounds is 0 */
    uint64_t rounds;    /* exactly so many; 0: as many as the budget allows */
    uint32_t cpus;
    int input_fd;        /* of the suite's input file; -1: none */
    const char *program; /* breakeven itself */
    void (*progress)(void *user, const struct measure_progress *progress); /* NULL: untold */
    void *user;
};

/* What a run came to. */
struct measure_result {
    uint64_t visits, rows;
    uint64_t rows_ok;          /* rows that hold a time */
    uint64_t rows_refused;     /* rows that say that the system refused */
    uint64_t cells_given_up;   /* whose visit went wrong; unavailable ones are not counted */
    uint64_t groups_unvisited; /* for which the budget did not last */
    uint64_t elapsed_ns;
};

/* Visits the plan's cells in rounds and appends one row a reading to file, flushed as they come.
 * Rounds go first to the groups that have fewest, until each has MEASURE_LEAST_ROUNDS; then to the
 * group on which least time was spent. `before` holds the rows that the file has already: rounds
 * that it covers are not repeated. Fails with EXIT_INTERRUPTED where visit_interrupted was set, and
 * where the file cannot be written; the rows so far are kept. */
int measure_run(const struct plan *plan, const struct measure_settings *settings,
                const struct samples *before, FILE *file, struct measure_result *result,
                struct error *error);

/* With twelve rounds the 95 % interval ends at the third value from either side, so that two visits
 * that the machine spoilt do not widen it. */
enum { MEASURE_LEAST_ROUNDS = 12 };

#endif
