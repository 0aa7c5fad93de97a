#ifndef BREAKEVEN_RUN_SUITE_H
#define BREAKEVEN_RUN_SUITE_H

#include "bench/base/error.h"
#include "bench/base/parse.h"
#include "bench/data/key.h"
#include "bench/job/work.h"
#include "bench/run/suite_command.h"
#include "bench/run/suite_hosts.h"

#include <stdbool.h>
#include <stdint.h>

/* Every key of a suite, once: those of dimensions, and what holds for a run as a whole (READ is
 * RUN). Each is an option of `run` too. */
#define SUITE_KEYS                                                                                 \
    DIMENSION_KEYS(KEY)                                                                            \
    KEY(input, none, "input", "FILE", "the file that the work deflate compresses", NULL, RUN)      \
    KEY(arguments, none, "arguments", "FILE",                                                      \
        "a function in Python is called with the lines of this file, JSON, one a job", NULL, RUN)  \
    KEY(budget, none, "budget", "TIME", "how long to measure: 60s, 2m", "60s", RUN)                \
    KEY(precision, none, "precision", "PERCENT",                                                   \
        "an interval as narrow as this needs no more rounds", "2%", RUN)                           \
    KEY(rounds, none, "rounds", "N", "measure exactly N rounds instead of a budget", "0", RUN)     \
    KEY(seed, none, "seed", "N", "for the order of visits and for the works' inputs", "1", RUN)    \
    KEY(timeout, none, "timeout", "TIME", "how long one visit may take: 30s", "30s", RUN)          \
    KEY(job_timeout, none, "job-timeout", "TIME",                                                  \
        "kill jobs that take longer, where they are processes; 0 is never", "0", RUN)              \
    KEY(retries, none, "retries", "N",                                                             \
        "run a job that crashed or timed out again, so often at most", "0", RUN_NUMBERS(0, 100))   \
    KEY(command, none, "command", "COMMAND",                                                       \
        "run this program as the job: {input} {output} {size} {index}", NULL, RUN)                 \
    KEY(inputs, none, "inputs", "PATTERN", "the files that {input} stands for: 'photos/*.png'",    \
        NULL, RUN)                                                                                 \
    KEY(shell, none, "shell", NULL, "run the command by a shell", NULL, RUN)                       \
    KEY(verify, none, "verify", "exit|sha256",                                                     \
        "what of a command must be as serial has it: its exit code, or what it writes too",        \
        "exit", RUN)                                                                               \
    KEY(output, none, "output", "FILE",                                                            \
        "where commands write: null, inherit (to stderr), or a file", "null", RUN)                 \
    KEY(prepare, none, "prepare", "COMMAND", "run by a shell before each batch, untimed", NULL,    \
        RUN)                                                                                       \
    KEY(cleanup, none, "cleanup", "COMMAND", "run by a shell after each batch, untimed", NULL,     \
        RUN)                                                                                       \
    KEY(ignore_failure, none, "ignore-failure", NULL,                                              \
        "a command that fails is done, as long as it fails as under serial", NULL, RUN)            \
    KEY(runner, none, "runner", "PATH,..",                                                         \
        "programs whose strategies are measured, too: see docs/runners.md", NULL, RUN)             \
    KEY(hosts, none, "hosts", "HOSTS",                                                             \
        "what MPI runs over, this machine or others: a:4,b:4, or a file with a host a line", NULL, \
        RUN)

enum suite_key {
#define KEY(symbol, ...) KEY_##symbol,
    SUITE_KEYS
#undef KEY
        SUITE_KEY_COUNT
};

extern const char *const suite_keys[SUITE_KEY_COUNT];

/* What a key without a value is set to. */
#define SUITE_YES "yes"

/* Values as they were written, with where that was ("--sizes", "my.ini:7: sizes"); NULL: not given.
 * Repeated env values are joined by newlines. */
struct settings {
    char *values[SUITE_KEY_COUNT];
    char *origins[SUITE_KEY_COUNT];
};

/* value: NULL for a key that takes none, which is set to SUITE_YES. */
int settings_set(struct settings *settings, enum suite_key key, const char *value,
                 const char *origin, struct error *error);
void settings_free(struct settings *settings);

/* What travels with each job beside the work's own input and result. */
struct payload {
    uint64_t in, out; /* bytes */
};

/* The values of a key: numbers or words, at least one, but for payload's. */
struct suite_list {
    struct numbers numbers;
    struct words words;
};

/* One work and the lists whose product is measured. */
struct series {
    const struct work *work;
    bool jobs_each;  /* the jobs are for each worker: batches grow with the workers */
    bool jobs_given; /* otherwise a work with an input file takes jobs from it */
    struct suite_list lists[SUITE_KEY_COUNT]; /* those of dimensions, and how many hosts */
    struct numbers
        *workers_over;        /* over each number of hosts, in their order: all is their slots */
    struct payload *payloads; /* at least one */
    size_t payload_count;
};

struct suite {
    char *name; /* "quick" for quick.ini */
    char *title;
    char *input;        /* path of the input file; NULL: none */
    struct hosts hosts; /* that MPI runs over; none: this machine alone */
    uint64_t budget_ns, timeout_ns, seed;
    uint64_t job_timeout_ns; /* 0: none */
    uint32_t retries;
    uint64_t rounds; /* 0: as many as the budget allows */
    struct suite_command command;
    double precision; /* half the width of an interval that needs no more rounds, 0.02 for 2 % */
    struct series *series;
    size_t count;
};

/* Reads the suite `name`: one that is built in, or the path of an .ini file. Options override its
 * keys; the option --work chooses among its works or adds one. cpus: what "all" means. */
int suite_read(const char *name, const struct settings *options, uint32_t cpus, struct suite *suite,
               struct error *error);
void suite_free(struct suite *suite);

/* The same for a text, whose lines all end, and which goes by that name. */
int suite_read_text(const char *name, const char *text, const struct settings *options,
                    uint32_t cpus, struct suite *suite, struct error *error);

/* The workers of cells over so many hosts, 0 or one of the list; of 0 hosts the key's own list. */
const struct numbers *suite_workers(const struct series *series, uint64_t hosts);

/* Refuses (ERROR_USAGE) a key with a value that no suite could have. origin: what the error names.
 */
int suite_check_key(const char *origin, const struct key *key, struct error *error);

/* A duration, or 0, which needs no unit. */
int suite_job_timeout(const char *option, const char *text, uint64_t *ns, struct error *error);

/* The words that values of a key are chosen from, *count of them; NULL where they are not. */
const char *const *suite_words(enum suite_key key, size_t *count);

/* Where a number given for a key must lie. */
struct number_rule suite_number_rule(enum suite_key key, uint32_t cpus);

/* What holds for a key where nobody says otherwise; NULL: nothing. */
const char *suite_default(enum suite_key key);

/* The sizes that a work from a library tells; errors name the library. To be freed with
 * numbers_free. */
int suite_sizes_of_work(const struct work *work, uint32_t cpus, struct numbers *sizes,
                        struct error *error);

#endif
