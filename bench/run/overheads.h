#ifndef BREAKEVEN_RUN_OVERHEADS_H
#define BREAKEVEN_RUN_OVERHEADS_H

#include "bench/analyse/disturbed.h"
#include "bench/base/parse.h"
#include "bench/data/floor_rows.h"
#include "bench/machine/cpus.h"
#include "bench/run/progress.h"
#include "bench/stats/stats.h"
#include "bench/visit/cell.h"
#include "bench/visit/floors.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

/* What became of visits. */
struct visit_tally {
    uint64_t visits;    /* whose canary is known */
    uint64_t disturbed; /* of these */
    uint64_t repeated;  /* that were made again, as they were stopped in between */
};

/* What one strategy takes beyond an empty job, and how many times its floor that is. */
struct strategy_overhead {
    struct cell cell; /* per job: one job, one worker; pools: a region of a job for each worker;
                         where jobs are messages: many, one a message */
    enum strategy_unit unit; /* that its overhead is told of */
    enum hardware_floor floor;
    double *map_ns, *participations; /* of each round; NaN where there is none */
    double *roundtrips_ns;           /* of the canary beside each visit; NaN: not known */
    struct visit_tally tally;
    enum status status; /* why there are no more rounds */
    char detail[READING_DETAIL_BYTES];

    /* What overheads_conclude finds: */
    struct interval ns, multiple;
    double participation;
};

/* The machine's floors and the overhead of every strategy, measured in the same rounds. */
struct overheads {
    uint32_t cpus;
    size_t rounds;                    /* asked for; once they are measured, those that are whole */
    double (*floors_ns)[FLOOR_COUNT]; /* of each round */
    struct strategy_overhead *rows;   /* serial comes first */
    size_t count;
    enum status own_floors_status; /* of floors that strategies measure; ok: nothing went wrong */
    char own_floors_detail[READING_DETAIL_BYTES];
    struct visit_tally floors_tally; /* of the visits that measure floors, and of the first one */
    double *numbers;                 /* that the rows and scratch point into */
    double *scratch;                 /* a number for each round of each row and of the floors */

    /* What overheads_conclude finds: */
    struct interval floors[FLOOR_COUNT];
    struct disturbances disturbances;
};

struct overheads_settings {
    uint32_t workers;               /* of pools */
    const struct words *strategies; /* by their names, "all" among them; NULL: all. Serial is always
                                       measured. */
    /* What strategies that can be are over: "a:4,b:4", how many they are and which of them this
     * machine is (0: none), and how many workers these have. NULL: this machine, the workers above.
     */
    const char *hosts;
    uint32_t host_count, own_host, host_workers;
    struct cpus cpus; /* that all visits must have */
    uint64_t rounds, seed, timeout_ns;
    const char *program;          /* breakeven itself */
    const sigset_t *waiting_mask; /* as visit_launch has it */
    void (*progress)(void *user, const struct measure_progress *progress);
    void *user;
};

/* Makes the rows: one a strategy, and another with one worker for a pool whose caller waits, where
 * that stands on another floor. Strategies that all does not stand for have to be named. Nothing is
 * measured yet. */
int overheads_open(struct overheads *overheads, const struct overheads_settings *settings,
                   struct error *error);
void overheads_free(struct overheads *overheads);

/* Measures rounds: in each all floors in a visit, those of messages where a strategy that can
 * measure them has a row; then every strategy once, in random order, in a visit of its own.
 * Strategies that are unavailable, or of which a visit goes wrong, say so in
 * their status. Fails where no visit can be made, and with ERROR_INTERRUPTED; the rounds that are
 * whole are kept, and no others. */
int overheads_measure(struct overheads *overheads, const struct overheads_settings *settings,
                      struct error *error);

/* The medians and intervals over the rounds. Visits and floors beside which the canary jumped are
 * left out, as in runs: their times become NaN. An overhead is the time of a map less serial's for
 * its share of the jobs, serial / min(workers, CPUs); for one job, or for the region of a pool. A
 * multiple is paired: the overhead over the floor of the same round. */
void overheads_conclude(struct overheads *overheads);

/* The rows of floors.csv, once overheads_conclude is through. They point at the texts of the
 * overheads. The caller frees rows. */
int overheads_rows(const struct overheads *overheads, struct floor_rows *out, struct error *error);

/* All visits that were made again. */
uint64_t overheads_repeated(const struct overheads *overheads);

#endif
