#ifndef BREAKEVEN_SUITE_H
#define BREAKEVEN_SUITE_H

#include "bench/base/error.h"
#include "bench/base/parse.h"
#include "bench/job/work.h"

#include <stdbool.h>
#include <stdint.h>

/* Every key of a suite, once: KEY(symbol, name, value, help). Each is an option of `run` too. */
#define SUITE_KEYS                                                                                 \
    KEY(work, "work", "W,..", "works to measure: see `breakeven list work`")                       \
    KEY(sizes, "sizes", "LIST", "job sizes: 1e3,1e4 or 1e2..1e7 or 1e2..1e7:x2")                   \
    KEY(jobs, "jobs", "LIST",                                                                      \
        "jobs in a batch; 4cpus is four for each usable CPU, 4w for each worker")                  \
    KEY(strategies, "strategies", "S,..",                                                          \
        "strategies beside serial, or all but peers: see `breakeven list`")                        \
    KEY(workers, "workers", "LIST", "workers: 1..8 or 1,2,all,2cpus; 0 and -1 mean all")           \
    KEY(schedule, "schedule", "LIST", "for pools and OpenMP: static, dynamic, guided, auto")       \
    KEY(chunk, "chunk", "LIST", "jobs claimed at once; 0 is the schedule's default")               \
    KEY(env, "env", "K=V,..", "values of an environment variable to sweep; may be repeated")       \
    KEY(parent_mib, "parent-mib", "LIST", "MiB that the process holds before it opens a strategy") \
    KEY(parent_pages, "parent-pages", "4k,thp", "the pages which that memory is made of")          \
    KEY(payload, "payload", "LIST", "bytes into and out of each job: 64Ki, or 1Mi/0 for in/out")   \
    KEY(transport, "transport", "shm,pipe", "how payload travels to other processes and back")     \
    KEY(bind, "bind", "none,compact,spread",                                                       \
        "where workers of pools run: roaming, bound next to each other, or far apart")             \
    KEY(spin, "spin", "TIME,..", "how long pools' workers wait awake at most: 50us; 0 is never")   \
    KEY(idle, "idle", "TIME,..", "what the caller sleeps before each map: 10ms; 0 is not at all")  \
    KEY(neighbours, "neighbours", "LIST", "processes that take CPU time beside the visit")         \
    KEY(input, "input", "FILE", "the file that the work deflate compresses")                       \
    KEY(budget, "budget", "TIME", "how long to measure: 60s, 2m")                                  \
    KEY(precision, "precision", "PERCENT", "an interval as narrow as this needs no more rounds")   \
    KEY(rounds, "rounds", "N", "measure exactly N rounds instead of a budget")                     \
    KEY(seed, "seed", "N", "for the order of visits and for the works' inputs")                    \
    KEY(timeout, "timeout", "TIME", "how long one visit may take: 30s")                            \
    KEY(job_timeout, "job-timeout", "TIME",                                                        \
        "kill jobs that take longer, where they are processes; 0 is never")                        \
    KEY(retries, "retries", "N", "run a job that crashed or timed out again, so often at most")

enum suite_key {
#define KEY(symbol, name, value, help) KEY_##symbol,
    SUITE_KEYS
#undef KEY
        SUITE_KEY_COUNT
};

extern const char *const suite_keys[SUITE_KEY_COUNT];

/* Values as they were written, with where that was ("--sizes", "my.ini:7: sizes"); NULL: not given.
 * Repeated env values are joined by newlines. */
struct settings {
    char *values[SUITE_KEY_COUNT];
    char *origins[SUITE_KEY_COUNT];
};

int settings_set(struct settings *settings, enum suite_key key, const char *value,
                 const char *origin, struct error *error);
void settings_free(struct settings *settings);

/* What travels with each job beside the work's own input and result. */
struct payload {
    uint64_t in, out; /* bytes */
};

/* One work and the lists whose product is measured. */
struct series {
    const struct work *work;
    struct numbers sizes, jobs, workers, chunks;
    bool jobs_each;  /* the jobs are for each worker: batches grow with the workers */
    bool jobs_given; /* otherwise a work with an input file takes jobs from it */
    struct words strategies, schedules, transports;
    struct words binds;
    struct numbers spins_ns, idles_ns, neighbours;
    struct numbers parents_mib;
    struct words parent_pages;
    struct payload *payloads; /* at least one */
    size_t payload_count;
    char **envs; /* "K=V;K=V" each; at least one, which may be "" */
    size_t env_count;
};

struct suite {
    char *name; /* "quick" for quick.ini */
    char *title;
    char *input; /* path of the input file; NULL: none */
    uint64_t budget_ns, timeout_ns, seed;
    uint64_t job_timeout_ns; /* 0: none */
    uint32_t retries;
    uint64_t rounds;  /* 0: as many as the budget allows */
    double precision; /* half the width of an interval that needs no more rounds, 0.02 for 2 % */
    struct series *series;
    size_t count;
};

/* Reads the suite `name`: one that is built in, or the path of an .ini file. Options override its
 * keys; the option --work chooses among its works or adds one. cpus: what "all" means. */
int suite_read(const char *name, const struct settings *options, uint32_t cpus, struct suite *suite,
               struct error *error);
void suite_free(struct suite *suite);

/* A duration, or 0, which needs no unit. */
int suite_job_timeout(const char *option, const char *text, uint64_t *ns, struct error *error);

/* The words that values of a key are chosen from, *count of them; NULL where they are not. */
const char *const *suite_words(enum suite_key key, size_t *count);

/* Where a number given for a key must lie. */
struct number_rule suite_number_rule(enum suite_key key, uint32_t cpus);

#endif
