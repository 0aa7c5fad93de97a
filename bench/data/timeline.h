#ifndef BREAKEVEN_DATA_TIMELINE_H
#define BREAKEVEN_DATA_TIMELINE_H

#include "bench/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is not known of a job. */
#define TIMELINE_NO_TIME UINT64_MAX
#define TIMELINE_NO_WORKER UINT32_MAX

/* What is said of one worker. */
enum { TIMELINE_WHO_BYTES = 112 };

enum ran {
    RAN_DONE,
    RAN_FAILED,
    RAN_CRASHED,
    RAN_TIMED_OUT,
    RAN_LOST,
    RAN_COUNT,
};

/* "done", "failed", "crashed", "timed_out", "lost": in the order of the enum. */
extern const char *const ran_names[RAN_COUNT];

/* One job of a traced batch. Times count from the timeline's beginning. */
struct ran_job {
    uint64_t start_ns, end_ns; /* of its last run; TIMELINE_NO_TIME: it did not begin, or not end */
    uint32_t worker;
    int32_t pid, thread; /* of who ran it; 0: not known */
    int32_t cpu;         /* on which it started; -1: not known */
    uint8_t ran;         /* enum ran */
    uint8_t code;        /* exit code of a failed job, signal of one that crashed */
    uint8_t reruns;      /* how often it was run again; 255: so often or more */
};

/* One batch under one strategy, in ns. Cold: open, map and close, from the beginning of open. Warm:
 * a map on an open strategy, from its own beginning. */
struct timeline {
    const char *strategy, *work;
    uint64_t size;
    uint32_t workers;
    bool cold;
    uint64_t map_ns;      /* when map began: when open was done, where cold */
    uint64_t mapped_ns;   /* when map had returned */
    uint64_t closed_ns;   /* when close had returned; mapped_ns where warm */
    struct ran_job *jobs; /* in job order */
    uint64_t count;
    const unsigned char *results; /* count x result_bytes; borrowed */
    size_t result_bytes;
    void (*result_text)(const void *result, char *text, size_t bytes);
    const char *told; /* what a strategy that chooses says of the map; "": nothing; borrowed */
    const char *who;  /* workers x TIMELINE_WHO_BYTES: what a strategy says of each, "rank 3 on
                         node7"; NULL: they have nothing but their numbers; borrowed */
};

/* What is said of a worker, "" where that is nothing. */
const char *timeline_who(const struct timeline *timeline, uint32_t worker);

/* "cold" or "warm". */
const char *timeline_temperature(const struct timeline *timeline);

/* True where the job has a worker, a start and an end. */
bool ran_whole(const struct ran_job *job);

/* When the last job of the batch ended; map_ns where none did. */
uint64_t timeline_last_end_ns(const struct timeline *timeline);

/* How many different processes ran its jobs. 0 where memory is short, too. */
size_t timeline_processes(const struct timeline *timeline);

/* How many workers ran a job. */
uint32_t timeline_workers_taken(const struct timeline *timeline);

/* The timeline of serial, the first where there are several; NULL where it is not among them. */
const struct timeline *timeline_serial(const struct timeline timelines[], size_t count);

/* How many times as fast as serial the whole is; NaN where serial is NULL or that is not known. */
double timeline_speedup(const struct timeline *timeline, const struct timeline *serial);

/* What one worker did. */
struct shift {
    uint64_t jobs;
    uint64_t busy_ns;             /* in jobs that ended */
    uint64_t first_ns, last_ns;   /* first start, last end; TIMELINE_NO_TIME: none */
    int32_t pid, thread;          /* of its first job in job order; 0: none */
    bool many_pids, many_threads; /* there are others */
};

/* One for each worker; the caller frees *shifts. */
int timeline_shifts(const struct timeline *timeline, struct shift **shifts, struct error *error);

/* The share of the map in which a worker ran no job that ended, 0 to 1; NaN for a map of no time.
 */
double shift_idle(const struct timeline *timeline, const struct shift *shift);

/* A stretch of a worker's time that is drawn as one: a job, or many that are too short to be seen.
 */
struct stretch {
    double start_ns, end_ns;
    uint32_t worker;
    double busy;  /* share of it that jobs ran; 1 for a single job */
    double index; /* of the job; the mean of many, weighted by their time */
    bool single;  /* it is one job */
};

struct stretches {
    struct stretch *stretches;
    size_t count;
};

/* The jobs that ended, in the order of workers and, of each, of time. Those shorter than grain_ns
 * (above 0) are merged by bins of that width, and bins side by side that look alike are joined.
 * The caller frees stretches->stretches. */
int timeline_stretches(const struct timeline *timeline, double grain_ns,
                       struct stretches *stretches, struct error *error);

#endif
