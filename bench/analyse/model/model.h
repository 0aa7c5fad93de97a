#ifndef BREAKEVEN_ANALYSE_MODEL_MODEL_H
#define BREAKEVEN_ANALYSE_MODEL_MODEL_H

#include "bench/stats/stats.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The model of a batch: what it takes under a strategy, by a few parameters that a calibration (or
 * a run) tells. Pure: no clock, no file. docs/method.md has the formulae and their sources. */

/* The parameters of a strategy with a number of workers: PARAMETER(symbol, unit, what it is). Their
 * names are those in calibration files. */
#define MODEL_PARAMETERS(PARAMETER)                                                                \
    PARAMETER(open_ns, "ns", "to open the strategy")                                               \
    PARAMETER(close_ns, "ns", "to close it")                                                       \
    PARAMETER(first_ns, "ns", "that the first map takes beyond those that follow, of tiny jobs")   \
    PARAMETER(late_ns, "ns", "the same of long jobs, which wait for workers that come late")       \
    PARAMETER(region_ns, "ns", "that a map of tiny jobs takes, however few they are")              \
    PARAMETER(join_ns, "ns", "the same of long jobs: until all workers take part")                 \
    PARAMETER(job_ns, "ns", "that each job adds, by the strategy's own schedule")                  \
    PARAMETER(single_ns, "ns", "that each job adds where it is handed over by itself")             \
    PARAMETER(worker_ns, "ns", "that each job takes in the worker more: of a process a job")       \
    PARAMETER(wake_ns, "ns", "that a map takes more once the workers sleep")                       \
    PARAMETER(shared_byte_ns, "ns", "for each byte of payload, by shared memory")                  \
    PARAMETER(piped_byte_ns, "ns", "for each byte of payload, by pipes")                           \
    PARAMETER(open_page_ns, "ns", "for each page of the caller's memory, once, at the start")      \
    PARAMETER(job_page_ns, "ns", "for each page of the caller's memory, with each job")

enum model_parameter {
#define PARAMETER(symbol, ...) MODEL_##symbol,
    MODEL_PARAMETERS(PARAMETER)
#undef PARAMETER
        MODEL_PARAMETER_COUNT
};

/* What the jobs have in common that makes them slower with company. */
enum contention {
    CONTENTION_NONE,          /* they wait: sleep, another machine */
    CONTENTION_COMPUTE,       /* they compute: hyperthreads, turbo, a quota */
    CONTENTION_MEMORY,        /* they read and write more memory than caches hold */
    CONTENTION_ADDRESS_SPACE, /* they map memory: one lock of each address space */
    CONTENTION_UNKNOWN,       /* anything up to a lock that all jobs hold: wide intervals */
    CONTENTION_COUNT,
};

/* "none" and so on, in the order of the enum. */
extern const char *const contention_names[CONTENTION_COUNT];

/* What a strategy is by its nature, whatever it was measured to take. */
struct model_traits {
    bool shares_memory;   /* its workers are threads: the address space is shared */
    bool starts_each_job; /* a process or a thread a job, which the caller starts in turn */
    bool caller_helps;    /* the caller runs jobs that late workers have not taken */
    bool divides;         /* jobs are shared out before the start, in equal parts */
};

/* A strategy with a number of workers. */
struct model_line {
    const char *strategy; /* its name; the owner of the model keeps it */
    uint32_t workers;
    struct model_traits traits;
    struct interval
        parameters[MODEL_PARAMETER_COUNT]; /* NaN: not known, which widens what needs it */
    /* How many times as long a job takes beside those of the other workers as alone: from 1 on. */
    struct interval company[CONTENTION_COUNT];
};

struct model {
    struct model_line *lines;
    size_t count;
    uint32_t cpus;     /* that can be used: affinity and quota */
    double page_bytes; /* of the caller's pages */
};

/* What is asked. */
struct model_question {
    struct interval job_ns; /* one job, done serially; a number is an interval of that width 0 */
    uint64_t jobs;          /* at least 1 */
    double spread;          /* the longest job over the mean one; 1: all take the same */
    double payload_in, payload_out; /* bytes a job */
    double caller_bytes;            /* that the caller's process holds */
    double busy;                    /* share of its time for which a job keeps a CPU busy */
    enum contention contention;
    double computing; /* share of its time for which a job only computes, whatever the contention */
    bool by_pipe;     /* payload travels by pipes */
    bool each_itself; /* jobs are handed over one by one: chunk 1 */
    bool is_cold;     /* opened and closed for this batch alone */
    bool is_idle;     /* the workers sleep when it comes */
};

/* The time of the batch in a loop, in ns. */
struct interval model_serial_ns(const struct model_question *question);

/* The time of the batch, in ns, with an interval that holds what is not known; all NaN where the
 * model says nothing of it. */
struct interval model_batch_ns(const struct model *model, const struct model_line *line,
                               const struct model_question *question);

/* How many times as fast as in a loop. */
struct interval model_speedup(const struct model *model, const struct model_line *line,
                              const struct model_question *question);

/* The serial time of one job from which on it pays, all else as asked, in ns: 0 where it always
 * does, INFINITY where it never does. */
struct interval model_crossover_job_ns(const struct model *model, const struct model_line *line,
                                       const struct model_question *question);

/* The number of jobs from which on it pays, likewise. */
struct interval model_crossover_jobs(const struct model *model, const struct model_line *line,
                                     const struct model_question *question);

/* A question's answer for one line. */
struct model_choice {
    const struct model_line *line; /* NULL: serial */
    struct interval ns, speedup;
};

/* All lines and serial, the fastest median first; what the model says nothing of stands last.
 * choices has room for one more than there are lines; how many were written. */
size_t model_rank(const struct model *model, const struct model_question *question,
                  struct model_choice choices[]);

void model_free(struct model *model);

#endif
