/* SPDX-License-Identifier: MIT
 *
 * A strategy for breakeven in a shared library of your own: a thread pool, say, that is measured
 * beside those that breakeven has.
 *
 *     breakeven run --strategies threadpool,./libmine.so
 *
 * Everything that a library and breakeven say to each other is in this file, which needs no other.
 * It is C17 and C++17. A library exports one symbol, the list that BREAKEVEN_STRATEGIES makes:
 *
 *     static const struct breakeven_strategy mine = {
 *         BREAKEVEN_STRATEGY_HEAD, .name = "mine", .summary = "a pool of my own", ...
 *     };
 *     BREAKEVEN_STRATEGIES(&mine)
 *
 * Structs begin with their size. Later versions of this file may add fields at their ends, and each
 * side reads only the fields that the other one has: an older library runs in a newer breakeven,
 * and the other way round. What cannot be reconciled has another number in BREAKEVEN_STRATEGY_ABI
 * and is refused. */
#ifndef BREAKEVEN_STRATEGY_H
#define BREAKEVEN_STRATEGY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BREAKEVEN_STRATEGY_ABI 1

/* True where the struct that a pointer leads to has the field. */
#define BREAKEVEN_HAS(pointer, field)                                                              \
    ((pointer)->struct_bytes >=                                                                    \
     (size_t)((const char *)&(pointer)->field - (const char *)(pointer)) +                         \
         sizeof((pointer)->field))

/* The jobs of one map call. It lies in memory that is shared with all processes that are forked
 * from this one, and stays where it is until close. */
struct breakeven_batch {
    uint64_t struct_bytes;
    uint64_t jobs; /* numbered from 0 */

    /* Runs jobs first to end - 1 one after the other and records that they are done. Call it from
     * any thread, or from any process that was forked after open was called. Each job must be run
     * once. worker is the number of who runs them: 0 to workers - 1, and one at a time. Returns
     * when they have been run. */
    void (*run)(const struct breakeven_batch *batch, uint64_t first, uint64_t end, uint32_t worker);

    /* For pools of processes that outlive a job's crash (BREAKEVEN_ISOLATES_CRASHES): not 0 where
     * the job has been run in this map. */
    int (*is_done)(const struct breakeven_batch *batch, uint64_t job);

    /* For the same: records that the job was run by a process that has ended with this status, as
     * waitpid gives it. The jobs behind it that the process was to run are not done yet. */
    void (*died)(const struct breakeven_batch *batch, uint64_t job, uint32_t worker, int32_t pid,
                 int wait_status);
};

/* How jobs are divided among workers; for those that take it (BREAKEVEN_TAKES_SCHEDULE). */
enum {
    BREAKEVEN_SCHEDULE_NONE,
    BREAKEVEN_SCHEDULE_STATIC,  /* equal shares before the start; with a chunk, chunks in turn */
    BREAKEVEN_SCHEDULE_DYNAMIC, /* chunk jobs at a time, as workers become free */
    BREAKEVEN_SCHEDULE_GUIDED,  /* shrinking shares, at least chunk jobs */
    BREAKEVEN_SCHEDULE_AUTO     /* the strategy's own choice */
};

/* Where workers run; for those that take it (BREAKEVEN_TAKES_BIND). */
enum {
    BREAKEVEN_BIND_NONE,    /* wherever the kernel puts them */
    BREAKEVEN_BIND_COMPACT, /* each on the CPU of its number in cpu_order, which is near the last */
    BREAKEVEN_BIND_SPREAD   /* the same; cpu_order has CPUs that are far from each other */
};

/* What a strategy is opened with. */
struct breakeven_config {
    uint64_t struct_bytes;
    uint32_t workers;    /* how many jobs may run at the same moment, at least 1 */
    uint32_t cpus;       /* that this process may use */
    const char *options; /* what stood behind the ? of ./libmine.so?threads=busy; "" for nothing */
    uint32_t schedule;   /* BREAKEVEN_SCHEDULE_... */
    uint32_t bind;       /* BREAKEVEN_BIND_... */
    uint64_t chunk;      /* jobs claimed at once; 0: as the schedule does by default */
    uint64_t spin_ns; /* how long workers wait awake at most; for those with BREAKEVEN_TAKES_SPIN */
    const int *cpu_order;    /* the CPUs in the order in which workers should take them */
    uint32_t cpu_count;      /* of cpu_order; 0: it is not known */
    uint32_t retries;        /* how often a job whose process died may be run again */
    uint64_t job_timeout_ns; /* after which a job's process should be killed; 0: never */
};

/* Processor time of workers that live, which getrusage of the caller does not see. */
struct breakeven_usage {
    uint64_t struct_bytes;
    uint64_t user_ns, sys_ns;
    uint64_t minor_faults, major_faults, voluntary_switches, involuntary_switches;
};

enum {
    BREAKEVEN_PROCESSES = 1,        /* workers are processes; without it they are threads */
    BREAKEVEN_ISOLATES_CRASHES = 2, /* a job that crashes ends that job, and not the batch */
    BREAKEVEN_ONE_WORKER = 4,       /* there is but one worker, whatever was asked for */
    BREAKEVEN_CALLER_WAITS = 8,     /* who calls map is not among the workers */
    BREAKEVEN_TAKES_SCHEDULE = 16,  /* takes schedule and chunk */
    BREAKEVEN_TAKES_SPIN = 32,      /* takes spin_ns */
    BREAKEVEN_TAKES_BIND = 64,      /* takes bind */
    BREAKEVEN_KEEPS_THREADS = 128   /* its runtime keeps threads even after close, as OpenMP does */
};

/* What is handed over at once. */
enum {
    BREAKEVEN_UNIT_JOB,   /* each job by itself: a process a job, say */
    BREAKEVEN_UNIT_REGION /* a batch to all workers together, as pools do */
};

/* What handing over one of these costs at least on the machine, whoever does it. */
enum {
    BREAKEVEN_FLOOR_NONE,      /* not known */
    BREAKEVEN_FLOOR_ROUNDTRIP, /* a cache line to another CPU and back: workers that wait awake */
    BREAKEVEN_FLOOR_WAKE,      /* the same between two who sleep until they are woken */
    BREAKEVEN_FLOOR_FORK,      /* fork, _exit and wait */
    BREAKEVEN_FLOOR_VFORK,     /* vfork, _exit and wait */
    BREAKEVEN_FLOOR_SPAWN,     /* posix_spawn of a small program and wait */
    BREAKEVEN_FLOOR_THREAD     /* pthread_create and join */
};

/* A strategy. Hooks are called by one thread, in a process that measures this strategy alone; no
 * other process loads the library but one that asks what it holds, which calls `unavailable` and no
 * more. Hooks that can fail return 0, or -1 with the reason in `why`, a text of at most why_bytes
 * with its 0. */
struct breakeven_strategy {
    uint32_t abi; /* BREAKEVEN_STRATEGY_HEAD sets these two */
    uint32_t struct_bytes;
    const char *name;      /* letters, digits, - and _; other than those of `breakeven list` */
    const char *summary;   /* one line */
    const char *elsewhere; /* the same idea in other tools; NULL: nothing */
    uint32_t flags;        /* of the above */
    uint32_t unit;         /* BREAKEVEN_UNIT_... */
    uint32_t floor;        /* BREAKEVEN_FLOOR_... */
    uint32_t reserved;     /* 0 */

    /* Starts what is kept between maps: the workers of a pool. On failure it leaves nothing behind.
     * The time that it takes is a part of what a cold start costs. Required. */
    int (*open)(const struct breakeven_config *config, void **state, char *why, size_t why_bytes);

    /* Has every job of the batch run, and returns when all of them have been: no call of
     * batch->run is under way then. Required. */
    int (*map)(void *state, const struct breakeven_batch *batch, char *why, size_t why_bytes);

    /* Ends all that open started, and waits for its end. Required. */
    void (*close)(void *state);

    /* NULL, or why the strategy cannot be used here; a text that stays. May be NULL. */
    const char *(*unavailable)(void);

    /* Adds what living workers have used so far. May be NULL. */
    void (*usage)(void *state, struct breakeven_usage *usage);
};

/* The first two fields of a struct breakeven_strategy. */
#define BREAKEVEN_STRATEGY_HEAD BREAKEVEN_STRATEGY_ABI, (uint32_t)sizeof(struct breakeven_strategy)

#if defined(__GNUC__)
#define BREAKEVEN_STRATEGY_EXPORT __attribute__((visibility("default")))
#else
#define BREAKEVEN_STRATEGY_EXPORT
#endif

/* The one symbol that a library exports: its strategies, and a NULL behind the last. */
extern BREAKEVEN_STRATEGY_EXPORT const struct breakeven_strategy *const breakeven_strategies[];

/* Stands once in a library, outside of any function. */
#ifdef __cplusplus
#define BREAKEVEN_STRATEGIES(...)                                                                  \
    extern "C" {                                                                                   \
    const struct breakeven_strategy *const breakeven_strategies[] = {__VA_ARGS__, nullptr};        \
    }
#else
#define BREAKEVEN_STRATEGIES(...)                                                                  \
    const struct breakeven_strategy *const breakeven_strategies[] = {__VA_ARGS__, NULL};
#endif

#ifdef __cplusplus
}
#endif

#endif
