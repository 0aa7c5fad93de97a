/* The interface between breakeven and a work of yours: a shared library that exports
 * `breakeven_work` (one work) or `breakeven_works` (a list that ends in NULL).
 *
 *     #include <breakeven/work.h>
 *
 *     static int run(const struct breakeven_job *job, void *result)
 *     {
 *         *(uint64_t *)result = my_function(job->size);
 *         return 0;
 *     }
 *
 *     const struct breakeven_work breakeven_work = {
 *         BREAKEVEN_WORK_HEAD,
 *         .name = "mine",
 *         .result_bytes = sizeof(uint64_t),
 *         .run = run,
 *     };
 *
 *     cc -O2 -shared -fPIC -o libmine.so mine.c && breakeven run ./libmine.so
 *
 * It is C17 and C++17 and needs nothing else of breakeven. In C++, too, `struct` is to be written:
 * the variable has the struct's name. Build with `c++ -std=c++20` or GNU's extensions where fields
 * are named.
 *
 * SPDX-License-Identifier: MIT */
#ifndef BREAKEVEN_WORK_H
#define BREAKEVEN_WORK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface. breakeven runs works of this version and of earlier ones, and
 * refuses later ones by name. Fields are only ever added at the end of the structs; a work says by
 * struct_bytes how many it has, and breakeven reads no others. */
#define BREAKEVEN_WORK_ABI 1

/* One job: one independent call of `run`. breakeven owns all that it points to. */
struct breakeven_job {
    uint64_t index;             /* 0 to jobs - 1 */
    uint64_t jobs;              /* in the whole batch */
    uint64_t size;              /* how much this job does, in the work's unit: --sizes */
    uint64_t seed;              /* --seed: the same number, the same jobs */
    const unsigned char *input; /* the block that `prepare` has filled; all jobs read the same */
    uint64_t input_bytes;       /* of the block; 0, and input is NULL, where there is none */
    void *opened;               /* what `open` made in this process; NULL without `open` */
};

struct breakeven_work {
    uint32_t abi_version;  /* BREAKEVEN_WORK_ABI */
    uint32_t struct_bytes; /* sizeof(struct breakeven_work) */

    /* Required: 1 to 47 letters, digits, '-', '_' or '.'. Tables, files and options call it so. */
    const char *name;

    /* Required: how many bytes a job writes as its result, 1 to 1 MiB. */
    uint64_t result_bytes;

    /* Required: does one job and writes result_bytes to result, which is aligned for any type where
     * result_bytes is a multiple of its size. Returns 0, or 1 to 255 for a job that failed. Jobs
     * run at the same time, in threads and in processes: it changes nothing that another job reads.
     * It writes the same bytes for the same job at every call, but for works with `matches`. */
    int (*run)(const struct breakeven_job *job, void *result);

    /* All that follows is optional: NULL or 0 where it is not needed. */

    const char *summary; /* a line about the work */
    const char *unit;    /* what size counts, in the plural: "bytes", "rows" */
    const char *sizes;   /* those worth trying, as for --sizes: "1e2..1e6" or "64,256,1024" */

    /* The input that all jobs of a batch share: how many bytes it has, and what fills it, before
     * any clock starts; the same bytes for the same arguments. prepare returns 0, or what went
     * wrong as any other number. Both or neither. */
    uint64_t (*input_bytes)(uint64_t size, uint64_t jobs);
    int (*prepare)(uint64_t size, uint64_t jobs, uint64_t seed, unsigned char *input);

    /* What a process needs before its first job: a model, a connection. It is called once in each
     * process that runs a job, by the job that comes first there, while that process's other jobs
     * wait; what it costs is part of what a strategy costs that starts many processes. It puts what
     * it made into *opened, which each job has, and returns 0, or 1 to 255: then the job fails.
     * close is called with that at the end of a process that ends of itself; one that is killed
     * calls nothing. */
    int (*open)(void **opened);
    void (*close)(void *opened);

    /* For results that are right without being the same in each byte, as sums of floating point in
     * another order: nonzero where `got` is as good as `wanted`, which serial made. */
    int (*matches)(const void *wanted, const void *got, uint64_t size);

    /* Writes a result for people, as snprintf does: at most `bytes`, with a NUL. */
    void (*result_text)(const void *result, char *text, size_t bytes);
};

/* The first two fields, in a list of initializers. */
#define BREAKEVEN_WORK_HEAD BREAKEVEN_WORK_ABI, (uint32_t)sizeof(struct breakeven_work)

#ifdef __GNUC__
#define BREAKEVEN_WORK_EXPORT __attribute__((visibility("default")))
#else
#define BREAKEVEN_WORK_EXPORT
#endif

/* A library defines one of these. */
extern BREAKEVEN_WORK_EXPORT const struct breakeven_work breakeven_work;
extern BREAKEVEN_WORK_EXPORT const struct breakeven_work *const breakeven_works[];

#ifdef __cplusplus
}
#endif

#endif
