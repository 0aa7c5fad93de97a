#ifndef BREAKEVEN_ANALYSE_CROSSOVER_CROSSOVER_H
#define BREAKEVEN_ANALYSE_CROSSOVER_CROSSOVER_H

#include "bench/analyse/crossover/crossing.h"
#include "bench/analyse/speedup.h"

#include <stddef.h>
#include <stdint.h>

/* A speedup below this at the largest size is none: it is within what two runs of the same program
 * differ by, and a strategy with one worker approaches 1 from either side. */
#define CROSSOVER_LEAST_GAIN 1.02

/* A speedup is even where it is within this share of 1. */
#define CROSSOVER_EVEN_SHARE 0.03
/* From so many times the size on it is no accident that it is. */
#define CROSSOVER_EVEN_STRETCH 10

/* What is told of a curve; everything but tables of words goes by this. */
enum crossover_kind {
    CROSSOVER_AT,
    CROSSOVER_ALWAYS,
    CROSSOVER_NEVER,
    CROSSOVER_NOISY,
    CROSSOVER_EVEN,
    CROSSOVER_BETWEEN,
};

/* One row of crossover.csv: from which job size, or from how many jobs on a strategy beats serial.
 */
struct crossover {
    struct key key; /* along sizes its size means nothing; along jobs its jobs are 0 */
    const char *temperature;
    const char *verdict; /* the word of a kind */
    /* Along sizes: where the median speedup crosses 1; the first size if always. Along jobs: the
     * size that all of them have. */
    double size;
    double size_low, size_high;  /* where the interval's upper and its lower bound cross 1 */
    double job_ns, batch_ns;     /* serial time of one job and of the batch there */
    double metg50_ns, metg95_ns; /* serial time of the smallest job that runs at that efficiency */
    double metg50_low_ns, metg50_high_ns, metg95_low_ns, metg95_high_ns; /* struct metg */
    double task_bench50_ns, task_bench95_ns;
    double mode_ns, mode_share;   /* the host's mode (modes.h) that it is of: mode_crossovers.h */
    double until;                 /* where the median falls below 1 again, if between */
    double until_low, until_high; /* the last size surely ahead, the first surely not */
    double jobs_at, jobs_low, jobs_high; /* along jobs: as size, size_low and size_high are */
    const char *axis;                    /* "size" or "jobs": the dimension that it runs along */
};

extern const struct csv_format crossover_format;

struct crossover_result {
    const char *verdict;
    double size, size_low, size_high, job_ns;
    bool bracketed; /* struct crossing */
    double until, until_low, until_high;
};

/* The kind of a verdict; noisy for NULL and for other words. */
enum crossover_kind crossover_kind(const char *verdict);

/* The kind of a row; noisy for NULL. */
enum crossover_kind crossover_kind_of(const struct crossover *crossover);

/* Along which dimension it runs: DIMENSION_size or DIMENSION_jobs. */
enum dimension crossover_axis(const struct crossover *crossover);

/* Where it is on its axis, with the interval: a size, or a whole number of jobs. */
struct crossover_place {
    double at, low, high;
};
struct crossover_place crossover_place_of(const struct crossover *crossover);

/* True where it is ahead from some size on up to the largest. */
bool crossover_stays_ahead(const struct crossover *crossover);

/* True where the crossing is at most size_high, and nobody knows how much below. */
bool crossover_is_censored(const struct crossover *crossover);

/* The serial time of one job of that size, between the sizes of which it is known. */
double crossover_job_ns_at(const struct crossover_point points[], size_t count, double size);

/* The crossover of a curve whose points are in ascending order of size. The verdict is
 *   even    where all intervals are within CROSSOVER_EVEN_SHARE of 1, or those of the largest sizes
 *           are and none of the others holds, over a factor of CROSSOVER_EVEN_STRETCH at least,
 *   never   where the upper bound at the largest size is below CROSSOVER_LEAST_GAIN,
 *   between where it is, but a smaller size is ahead beyond doubt: at two neighbours, or at one by
 *           twice what its interval leaves open,
 *   always  where the lower bound of the speedup is above 1 at every size,
 *   at      where it is above 1 from some size on, and known not to be at a smaller one,
 *   noisy   where none of these is known: the largest size may be ahead or behind, or has no
 *           interval, or only sizes without one lie below those that are ahead.
 * A median that is less than CROSSOVER_LEAST_GAIN above 1 at the largest size is not ahead.
 * Where a curve rises, crossing_read tells; a size without an interval is never skipped over: the
 * interval reaches across it. */
struct crossover_result crossover_of(const struct crossover_point points[], size_t count);

/* The same for a curve along jobs, whose points are numbers of them. A crossover is a whole number:
 * the interval is rounded outward, the estimate up, the end of a stretch down. What a law tells
 * holds for whole shares: jobs that do not divide by the workers leave some of them idle, so that
 * the high end is a multiple of the workers, or the number measured that is surely ahead. */
struct crossover_result crossover_of_jobs(const struct crossover_point points[], size_t count,
                                          uint64_t workers);

/* So many numbers of jobs must have been measured for a row along them. */
enum { CROSSOVER_LEAST_JOBS = 3 };

struct crossovers {
    struct crossover *rows;
    size_t count;
};

/* Those along sizes first, in the order of their curves, then of temperatures: that of summaries;
 * then those along jobs in the order of their keys, then of temperatures. */
int crossover_compare(const void *a, const void *b);

/* Completes rows that were read from a file: those of before there was an axis run along sizes. */
void crossovers_complete(struct crossovers *crossovers);

/* The crossovers of all strategies but serial, in that order: along sizes those of all curves, and
 * along jobs those of curves with CROSSOVER_LEAST_JOBS numbers of jobs at least. Of cells that are
 * not ok nothing is known, but where serial's is not ok either, the size does not count; nor does
 * one that the run ended before, where it was ahead so far and the sizes beside it are known to be.
 * The caller frees rows. */
int crossover_find(const struct summaries *summaries, struct crossovers *out, struct error *error);

#endif
