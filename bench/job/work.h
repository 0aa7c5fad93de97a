#ifndef BREAKEVEN_JOB_WORK_H
#define BREAKEVEN_JOB_WORK_H

#include "bench/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One job: one independent call of a work. All pointers are valid in the process that runs it. */
struct job {
    uint64_t index; /* 0 to jobs - 1 */
    uint64_t jobs;  /* in the whole batch */
    uint64_t size;  /* how much one job does, in the work's unit */
    uint64_t seed;
    const unsigned char *input; /* the shared input block; NULL where it is empty */
    uint64_t input_bytes;
    void *opened; /* NULL; what a loaded work has for itself in this process */
};

/* A kind of job: data and pure functions, so that every strategy can run it and prove that it ran
 * it right. One file in bench/work/ each; bench/job/list.h lists them. Others come from elsewhere
 * and are registered: what the harness knows of those is a description (name, summary, unit,
 * result_bytes, reference), whose hooks nobody calls; a visit and the image open them by their
 * reference. */
/* What the unit of sizes begins with that were given as decimals: they are measured, and stand in
 * files, as whole billionths. */
#define WORK_BILLIONTHS "1e-9 "

struct work {
    const char *name;
    const char *summary; /* one line for `breakeven list` */
    const char *unit;    /* what size counts */
    size_t result_bytes; /* of one job's result, above 0 */

    /* What a visit and the image open the work by (work_open); NULL: it is built in, by its name.
     */
    const char *reference;
    const char *identity; /* of its file: library_identify, file_identify; NULL: there is none */
    const char *sizes;    /* worth trying, as for --sizes; NULL: nothing is said */

    /* Jobs are calls of a function that only a runner can make (bench/runner/), which finds it by
     * the reference. Their result is the SHA-256 of the text of what they return. The file whose
     * lines they are called with in turn; NULL: each is called with its size. */
    bool is_of_runner;
    const char *arguments;
    double import_ns; /* that its module took to be imported; 0: not known */

    /* How many jobs there are to do; 0: any number. */
    uint64_t usual_jobs;

    /* Jobs are commands, which the input block describes (bench/command/); run is never called. */
    bool is_command;

    /* A job's size means nothing: unless sizes are given, what is asked is how many jobs it takes.
     */
    bool is_sizeless;

    /* Jobs wait for each other by something of their own, which one job alone does not show. */
    bool has_own_lock;

    /* The input block is the file given by --input; input_bytes and prepare are then NULL. */
    bool input_is_file;

    /* How large the shared input block is; UINT64_MAX where that overflows. NULL: no input. */
    uint64_t (*input_bytes)(uint64_t size, uint64_t jobs);

    /* Fills the input block before any clock starts; the same bytes for the same arguments. */
    int (*prepare)(uint64_t size, uint64_t jobs, uint64_t seed, unsigned char *input,
                   struct error *error);

    /* The memory of its own that a job may take while it runs; NULL: 64 KiB at most. */
    uint64_t (*run_bytes)(uint64_t size, uint64_t input_bytes);

    /* Reads the input and writes exactly result_bytes, all of them the same at every run. Returns
     * 0, or the exit code 1 to 255 with which the job failed. Required. */
    int (*run)(const struct job *job, void *result);

    /* False where a result is wrong, beside what serial's was. NULL: each byte must be the same. */
    bool (*matches)(const void *wanted, const void *got, uint64_t size);

    /* The result for people. Required. */
    void (*result_text)(const void *result, char *text, size_t bytes);
};

/* The work of commands, which stands in no list: its name is that of the program. */
extern const struct work work_command;

/* The works that are built in, in the order of list.h. */
extern const struct work *const works[];
extern const size_t works_count;

/* The work of that name, built in or registered, or NULL. */
const struct work *work_find(const char *name);

/* The names of all works: those that are built in, then those that are registered. */
const char *const *work_names(void);
size_t work_names_count(void);

enum { WORK_MOST_REGISTERED = 16, WORK_NAME_BYTES = 64, WORK_REFERENCE_BYTES = 4608 };

/* Makes a work known to this process, to its end, by the side of those that are built in; the
 * caller keeps it, and what it points to, for as long. The same reference under the same name again
 * changes nothing. Fails (ERROR_USAGE) where another work has that name. */
int work_register(const struct work *work, struct error *error);

/* Makes the work of that reference known to this process under that name: a path with a '/' in it
 * is that of a shared library; anything else is the name of a work that is built in. "" is no
 * reference: the work of that name is built in. NULL: see error. */
const struct work *work_open(const char *name, const char *reference, struct error *error);

/* True for works whose code lies in a shared library, which a program must be able to load. */
bool work_is_library(const struct work *work);

/* True for works whose code is the user's: in a shared library, or called by a runner. */
bool work_is_users(const struct work *work);

/* How a library is opened; NULL where this program cannot load any (strategies/image/). */
typedef const struct work *work_library_opener(const char *name, const char *reference,
                                               struct error *error);
extern work_library_opener *work_open_library;

/* What a process calls that has run jobs and ends, its last step before it exits: closes what a
 * loaded work has opened in it. */
extern void (*work_close_opened)(void);
static inline void work_leave(void)
{
    if (work_close_opened != NULL)
        work_close_opened();
}

/* Result texts that several works share: one uint64_t in decimal. */
void work_text_u64(const void *result, char *text, size_t bytes);

/* True in the build that `compare --selftest` slows down (make handicap). There, how much a job of
 * that size does in vain, by the percentage in the environment variable BREAKEVEN_HANDICAP. */
extern const bool work_has_handicap;
uint64_t work_handicap(uint64_t size);

/* Hides a value from the optimiser: it must be computed, and computed here. */
#define WORK_OPAQUE(value) __asm__ volatile("" : "+r"(value))

/* Holds memory writes in place: what was stored must be in memory here. */
#define WORK_TOUCHED(pointer) __asm__ volatile("" : : "r"(pointer) : "memory")

/* The unit of computing that several works count in: the sum of i^2 for i < iterations, modulo
 * 2^64, one multiplication after the other. */
static inline uint64_t work_iterate(uint64_t iterations)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < iterations; i++) {
        uint64_t base = i;
        WORK_OPAQUE(base);
        sum += base * base;
    }
    return sum;
}

/* The next number of a deterministic sequence (splitmix64, Steele, Lea and Flood 2014). */
static inline uint64_t work_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

#endif
