#ifndef BREAKEVEN_STRATEGIES_STRATEGY_H
#define BREAKEVEN_STRATEGIES_STRATEGY_H

#include "bench/base/error.h"
#include "bench/job/batch.h"
#include "strategies/usage.h"

#include <stdbool.h>
#include <stdint.h>

/* How a pool or OpenMP divides jobs among workers. SCHEDULE_NONE: the strategy hands out single
 * jobs and has nothing to choose. */
enum schedule {
    SCHEDULE_NONE,
    SCHEDULE_STATIC,  /* equal shares before the start; with a chunk, chunks in turn */
    SCHEDULE_DYNAMIC, /* chunk jobs at a time, as workers become free */
    SCHEDULE_GUIDED,  /* shrinking shares, at least chunk jobs */
    SCHEDULE_AUTO,    /* the strategy's own choice */
};

/* How the payload of jobs travels between the caller and worker processes. TRANSPORT_NONE: the
 * strategy's workers share the caller's memory and there is nothing to choose. */
enum transport {
    TRANSPORT_NONE,
    TRANSPORT_SHM,     /* workers read and write shared memory in place */
    TRANSPORT_PIPE,    /* it is written into pipes and read out of them again */
    TRANSPORT_MESSAGE, /* in the messages of a library, which nobody chooses: STRATEGY_MESSAGES */
};

/* Where the workers of pools run. */
enum bind {
    BIND_NONE,    /* each starts on a CPU of its own and may roam while it is awake */
    BIND_COMPACT, /* bound to CPUs as close to each other as can be: hyperthreads of a core first */
    BIND_SPREAD,  /* bound to CPUs as far from each other as can be: a core each first */
};

/* "none" and so on, in the order of the enum; "" where the strategy is no pool. */
extern const char *const bind_names[];
enum { BIND_NAMES = 3 };

/* The bind of one of these names. */
enum bind bind_find(const char *name);

/* How a runtime starts processes; "default" is its own choice. */
extern const char *const start_method_names[];
enum { START_METHOD_NAMES = 4 };

/* How the caller takes results. */
enum results {
    RESULTS_BATCH,     /* all at once, when the last one is there */
    RESULTS_ORDERED,   /* one by one, in the order of jobs */
    RESULTS_UNORDERED, /* one by one, as they come */
};

/* "batch" and so on, in the order of the enum. */
extern const char *const results_names[];
enum { RESULTS_NAMES = 3 };

/* The way of that name; RESULTS_BATCH where there is none. */
enum results results_find(const char *name);

/* How long pools' workers wait awake unless somebody says otherwise: about what a wake costs. */
#define STRATEGY_SPIN_NS (50 * NS_PER_US)

/* The most CPUs that workers are placed on. */
enum { PLACEMENT_CPUS = 1024 };

struct strategy_config {
    uint32_t workers; /* at least 1 */
    uint32_t cpus;    /* usable CPUs: workers spin while they wait only where there are enough */
    enum schedule schedule;
    uint64_t chunk; /* jobs claimed at once; 0: the schedule's default */
    enum transport transport;
    enum bind bind;          /* of pools */
    uint64_t spin_ns;        /* how long a pool's workers stay awake at most while they wait */
    uint64_t job_timeout_ns; /* after this long a job's process is killed; 0: never */
    uint64_t timeout_ns;     /* of the visit, for what others start for it; 0: none is known */
    uint32_t retries;        /* how often a job that crashed or timed out is run again */
    bool loads_library;      /* the work of its batches lies in one: another image must load it */
    const int *order; /* CPUs, at most PLACEMENT_CPUS, in the order in which workers take them */
    uint32_t order_count; /* 0: all that the caller may use, by number */
    bool runs_commands;   /* the jobs are commands, not functions */
    int output_fd;        /* takes what they write; 0 or less: nobody does */
    bool tells_errors;    /* serial's: output_fd takes their stderr alone, nobody their stdout */
    const char *options;  /* of a strategy from a library, as they were written; NULL: none */
    enum results results;
    uint64_t in_flight;       /* jobs handed out whose results were not taken, at most; 0: all */
    uint64_t jobs_per_worker; /* after so many a worker is replaced; 0: never */
    const char *hosts; /* "a:4,b:4": over the first host_count of these, if any, its workers are */
    uint32_t host_count;
    uint32_t own_host; /* which of all of them this machine is, from 1 on; 0: none */
    /* What the caller does with each result that it takes, or with each job that ended otherwise,
     * where it takes them one by one or counts those in flight. NULL: it reads the result. */
    void (*take)(void *taker, uint64_t job);
    void *taker;
};

enum strategy_flags {
    STRATEGY_ISOLATES_CRASHES = 1,  /* a job's crash ends that job, not the batch */
    STRATEGY_NEEDS_EXEC = 2,        /* jobs run in another image, which has the works of list.h */
    STRATEGY_SCHEDULES = 4,         /* takes a schedule and a chunk */
    STRATEGY_ONE_WORKER = 8,        /* workers is always 1 */
    STRATEGY_SHARES_MEMORY = 16,    /* workers share one address space (threads) */
    STRATEGY_BINDS_ITSELF = 512,    /* its runtime decides where threads run, by its own settings */
    STRATEGY_IS_POOL = 128,         /* workers that are bound and that wait: takes bind */
    STRATEGY_SPINS = 8192,          /* workers wait awake for a while: takes spin_ns */
    STRATEGY_TRANSPORTS = 32,       /* payload travels between processes: takes a transport */
    STRATEGY_CALLER_WAITS = 64,     /* a pool whose caller is not among its workers */
    STRATEGY_PEER = 256,            /* another library's pool: measured by name, not by `all` */
    STRATEGY_RUNS_COMMANDS = 1024,  /* runs jobs that are commands */
    STRATEGY_ONLY_COMMANDS = 2048,  /* and no others */
    STRATEGY_HIDES_WORKERS = 4096,  /* which of its workers ran a job is not known */
    STRATEGY_FROM_LIBRARY = 16384,  /* of a shared library of the user: see strategies/plugin */
    STRATEGY_KEEPS_THREADS = 32768, /* such a one whose runtime keeps threads after close */
    STRATEGY_RUNNER = 1 << 16,      /* another program runs the jobs: see bench/runner */
    STRATEGY_PYTHON = 1 << 17,      /* such a one in Python, by our own script: takes python */
    STRATEGY_STARTS = 1 << 18,      /* its runtime starts processes in several ways: start_method */
    STRATEGY_RECYCLES = 1 << 19,    /* replaces workers: takes jobs_per_worker */
    STRATEGY_STREAMS = 1 << 20,     /* the caller may take results one by one: takes results */
    STRATEGY_LIMITS = 1 << 21,      /* hands out no more than so many jobs: takes in_flight */
    STRATEGY_CHUNKS = 1 << 22,      /* takes a chunk, and no schedule */
    STRATEGY_CHOOSES = 1 << 23,     /* hands jobs to another strategy, which it may start in any
                                       map: measured by name, as peers */
    STRATEGY_LAUNCHED = 1 << 24,    /* workers are started by a launcher, in groups of their own */
    STRATEGY_HOSTS = 1 << 25,       /* workers may be on several hosts: takes hosts */
    STRATEGY_MESSAGES = 1 << 26,    /* payload travels in messages, and in no other way */
};

/* Those that `all` does not stand for. */
#define STRATEGY_BY_NAME (STRATEGY_PEER | STRATEGY_CHOOSES)

/* What handing over costs at least on this machine, whoever does it; `breakeven floors` measures
 * them. */
enum hardware_floor {
    FLOOR_NONE,      /* nothing is handed over */
    FLOOR_ROUNDTRIP, /* a cache line to another CPU and back */
    FLOOR_WAKE,      /* the same between two who sleep until they are woken */
    FLOOR_FORK,      /* fork, _exit and wait */
    FLOOR_VFORK,     /* vfork, _exit and wait */
    FLOOR_SPAWN,     /* posix_spawn of a small program and wait */
    FLOOR_THREAD,    /* pthread_create and join */
    FLOOR_DYNAMIC,   /* posix_spawn of that program, linked dynamically, and wait */
    FLOOR_MPI,       /* a byte from a rank of MPI to another and back */
    FLOOR_MESSAGE,   /* a message of FLOOR_MESSAGE_BYTES from rank to rank */
    FLOOR_COUNT,
    /* Those from here on strategies measure; where none of these is there they have no row. */
    FLOOR_FIRST_OF_STRATEGIES = FLOOR_MPI,
};

enum { FLOOR_MESSAGE_BYTES = 4 << 20 };

/* What a strategy hands over at once, and what its overhead is told of. */
enum strategy_unit {
    UNIT_JOB,    /* each job by itself */
    UNIT_REGION, /* a batch to all workers together, as pools do */
};

/* "job" and "region", in the order of the enum. */
extern const char *const unit_names[];

/* One interchangeable backend. Used by one thread at a time; while a strategy is open no
 * child of the process may end but the strategy's. */
struct strategy_ops {
    const char *name;
    const char *summary;   /* one line for `breakeven list` */
    const char *elsewhere; /* the same idea in other tools; "" where there is none */
    unsigned flags;        /* enum strategy_flags */
    enum strategy_unit unit;
    enum hardware_floor floor; /* under each unit */

    /* Of one from a library of the user (strategies/plugin/): the path of that library, what tells
     * its file from one that takes its place, and why the library says that it cannot be used here,
     * where it does. NULL: it is built in. */
    const char *reference, *identity, *missing;

    /* The strategy that it is compared with, the serial loop of its own runtime; NULL: serial. */
    const char *baseline;

    /* NULL, or why this build or machine lacks the strategy. Not required. */
    const char *(*unavailable)(void);

    /* The library that runs it in this process, "" where that is not known; kept until the process
     * ends. Not required: NULL where breakeven itself runs it. */
    const char *(*runtime)(void);

    /* Fails where the system would refuse threads to a library that cannot say so; to be called
     * before open, apart from what is timed. Not required. */
    int (*preflight)(uint32_t workers, struct error *error);

    /* Binds the calling thread as the runtime did when it was loaded, which main has undone; to be
     * called before open. Not required. */
    void (*bind)(void);

    /* Starts what the strategy keeps between maps. Every batch given to map must exist already,
     * since workers that are started here see only memory that was mapped before. On failure
     * nothing stays behind: no process, no thread, no descriptor. Required. */
    int (*open)(const struct strategy_config *config, void **state, struct error *error);

    /* Runs all jobs of the batch and settles each: results in job order, one outcome a job. Fails
     * only where the system refuses to start workers; nothing that it started runs on then. The
     * caller has called batch_begin. Required. */
    int (*map)(void *state, struct batch *batch, struct error *error);

    /* Looks whether the maps since the last call kept to what outcomes do not show: each job run
     * once, by workers of their own numbers, all of them before map returned. Called beside what is
     * timed. Fails with ERROR_CHECK_FAILED. Not required: for those that are not ours. */
    int (*audit)(void *state, struct error *error);

    /* Adds what living workers have used so far. Not required. */
    void (*usage)(void *state, struct strategy_usage *usage);

    /* Measures the floors that lie under this strategy and that no process can measure alone;
     * leaves the others as they are. It is open, and no map is under way. Not required. */
    int (*floors)(void *state, double ns[FLOOR_COUNT], struct error *error);

    /* Says in words what became of the last map that the strategy looked at, and why. Not required:
     * for those that choose. */
    void (*tell)(void *state, char *text, size_t bytes);

    /* Says who a worker is, "rank 3 on node7". Not required: for those that have more than a number
     * of their own. */
    void (*introduce)(void *state, uint32_t worker, char *text, size_t bytes);

    /* Ends and reaps all that open started. Required. */
    void (*close)(void *state);
};

/* The strategies that are built in and that this program runs itself, in the order of list.h;
 * checked once by strategies_check. */
extern const struct strategy_ops *const strategies[];
extern const size_t strategies_count;

/* All that are built in: those, then Python's. NULL behind the last. */
const struct strategy_ops *strategy_built_in(size_t index);
size_t strategy_built_in_count(void);

enum { STRATEGIES_MOST_REGISTERED = 16 };

/* Makes a strategy known to this process, to its end, by the side of those that are built in; the
 * caller keeps it. Fails (ERROR_USAGE) where another one has its name. */
int strategy_register(const struct strategy_ops *ops, struct error *error);

/* The strategies that were registered, in that order: NULL behind the last. */
const struct strategy_ops *strategy_registered(size_t index);

/* The strategy of that name, built in or registered, or NULL. */
const struct strategy_ops *strategy_find(const char *name);

/* The names of all strategies: those that are built in, then those that were registered. */
const char *const *strategy_names(void);
size_t strategy_names_count(void);

/* True for those that the word `python` stands for: all in Python but what a launcher starts, which
 * takes long and is measured by its name alone. */
bool strategy_is_of_python(const struct strategy_ops *ops);

/* NULL, or why the strategy cannot be used here. */
const char *strategy_unavailable(const struct strategy_ops *ops);

/* The same for jobs of a work: one runs commands alone, most run none; what a runner calls, runners
 * run alone. What a runner lacks is told by the visit that starts it. */
const char *strategy_unavailable_for(const struct strategy_ops *ops, const struct work *work);

/* Calls preflight where the strategy has one. */
int strategy_preflight(const struct strategy_ops *ops, uint32_t workers, struct error *error);

/* Calls bind where the strategy has one; strategy_release undoes it after close. */
void strategy_bind(const struct strategy_ops *ops);
void strategy_release(const struct strategy_ops *ops);

/* Rejects a table in which an entry lacks a required hook; called once at start. */
int strategies_check(struct error *error);

/* "static" and so on; "" for SCHEDULE_NONE. The names are in the order of the enum, from static. */
const char *schedule_name(enum schedule schedule);
extern const char *const schedule_names[];
enum { SCHEDULE_NAMES = 4 };

/* The schedule of that name; SCHEDULE_NONE where there is none. */
enum schedule schedule_find(const char *name);

/* "shm" and so on; "" for TRANSPORT_NONE. The names are in the order of the enum, from shm: first
 * those that can be chosen, of which strategies with STRATEGY_TRANSPORTS take any. */
const char *transport_name(enum transport transport);
extern const char *const transport_names[];
enum { TRANSPORT_CHOICES = 2, TRANSPORT_NAMES = 3 };

/* The transport of that name; TRANSPORT_NONE where there is none. */
enum transport transport_find(const char *name);

#endif
