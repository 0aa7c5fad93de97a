#ifndef BREAKEVEN_RUN_MEASURE_H
#define BREAKEVEN_RUN_MEASURE_H

#include "bench/data/host.h"
#include "bench/data/samples.h"
#include "bench/machine/cpus.h"
#include "bench/process/copies.h"
#include "bench/run/plan.h"
#include "bench/run/progress.h"
#include "bench/run/steer.h"
#include "bench/visit/visit.h"

#include <stdint.h>
#include <stdio.h>

/* How a run makes visits, tells the time and looks after the CPUs: as visit_run, clock_now_ns and
 * cpus_check_same do. Tests script all three. */
struct measure_world {
    int (*visit)(void *user, enum visit_kind kind, const struct cell *cell,
                 const struct cell_context *context, const struct visit_launch *launch,
                 struct reading readings[READINGS_MOST], uint32_t *count, struct error *error);
    uint64_t (*now_ns)(void *user);
    int (*check_cpus)(void *user, const struct cpus *planned, struct error *error);
    void *user;
};

struct measure_settings {
    uint64_t seed, timeout_ns;
    uint64_t reorder;        /* another number: the same seed's jobs in another order of visits */
    uint64_t job_timeout_ns; /* 0: none */
    uint32_t retries;        /* of a job that crashed or timed out */
    uint64_t budget_ns;      /* used where rounds is 0 */
    uint64_t rounds;         /* exactly so many; 0: as many as are needed within the budget */
    double precision;        /* half the width of an interval that needs no more rounds */
    struct cpus cpus;        /* that all visits must have */
    int input_fd;            /* of the suite's input file; -1: none */
    int output_fd;           /* takes what commands write; 0 or less: nobody does */
    const char *hosts;       /* "a:4,b:4": of cells over hosts; NULL: there are none */
    uint32_t own_host;       /* which of these this machine is, from 1 on; 0: none */
    const char *path;        /* of the file of rows; NULL: not looked after */
    bool every_cell; /* without rounds: rounds of every cell for as long as the budget lasts */
    const char *programs[BUILD_COUNT]; /* that visit: breakeven itself, and what is compared */
    struct copies *copies; /* that two builds are run as, made again before blocks; NULL: none */
    const char *environments[BUILD_COUNT]; /* "K=V;K=V" of each, before the cells'; NULL: none */
    void (*progress)(void *user, const struct measure_progress *progress); /* NULL: untold */
    void *user;
    const struct measure_world *world; /* NULL: real visits in real time */
};

/* What a run came to. */
struct measure_result {
    uint64_t visits, rows;      /* rows: those that the file had already among them */
    uint64_t visits_repeated;   /* that were made again, as the first was stopped in between */
    uint64_t rows_ok;           /* rows that hold a time */
    uint64_t rows_refused;      /* rows that say that the system refused */
    uint64_t cells_given_up;    /* whose visit went wrong; unavailable ones are not counted */
    uint64_t groups_unvisited;  /* for which the budget did not last */
    struct steer_tally steered; /* crossovers that were sought and that are narrow enough */
    uint64_t elapsed_ns;        /* what was spent before is counted in */
    uint64_t spent_before_ns;   /* on visits that the file had already */
    struct stage_clock clock;   /* where the time of this part of the run went */
    char first_trouble[READING_MESSAGE_BYTES];  /* what the first row without a time says; "" */
    struct host_first firsts[HOST_MOST_FIRSTS]; /* of built-in works with one size */
    size_t first_count;
    struct error cut_short; /* why the run ended before it was done; ERROR_NONE: it did not */
};

/* Visits the plan's cells in blocks, as the steering decides, and appends one row a reading to
 * file, those of a visit at once. `before` holds the rows that the file has already: a visit that
 * it holds is not made again but taken from there, so that a run that was interrupted goes on where
 * it was. The plan grows by the sizes that are added around crossovers. Without fixed rounds, a
 * visit that would outlast the budget by more than a tenth is cut off and leaves no row.
 *
 * Ends where the CPUs are no longer those of the settings, and *result says so: visits before and
 * behind that could not be compared. The visit beside which it was noticed leaves no row.
 *
 * Fails with ERROR_INTERRUPTED where visit_interrupted was set, and where the file cannot be
 * written or is no longer at its path; the rows so far are kept, whole visits of them. */
int measure_run(struct plan *plan, const struct measure_settings *settings,
                const struct samples *before, FILE *file, struct measure_result *result,
                struct error *error);

#endif
