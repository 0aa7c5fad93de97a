#ifndef BREAKEVEN_DATA_HOST_H
#define BREAKEVEN_DATA_HOST_H

#include "bench/base/error.h"
#include "bench/data/stages.h"
#include "bench/machine/conditions.h"
#include "bench/stats/modes.h"

#include <stddef.h>
#include <stdint.h>

/* What is measured, in words by which two runs are told apart: the values of each dimension of the
 * plan, and what decides how its jobs are run. How long and how often it is measured, and how long
 * a visit may take, is not among it. */
struct asked {
    struct {
        const char *name; /* of a column of samples.csv, or of a key of a suite */
        char *text;
    } settings[48];
    size_t count;
};

enum { HOST_MOST_RUNNERS = 8 };

/* A program that ran strategies, an interpreter of Python for one, as it said of itself. */
struct host_runner {
    char program[256]; /* as it was given: "python3" */
    char runtime[64];  /* "CPython 3.11.2"; "" where it said nothing */
    char gil[16];      /* "on" or "off"; "" where there is none */
};

/* A work of a run that is not built in, as it said of itself. */
struct host_work {
    char name[64], unit[48];
    char summary[160];
    char path[256]; /* of its library, or what else it comes from */
    /* Of a command, and of a work from a library that spawn runs: what a bare posix_spawn takes
     * here, of a program that is linked statically, and dynamically; NaN: not known. */
    double spawn_ns, dynamic_ns;
    double import_ns; /* that the module of a function took to be imported; NaN: not known */
};

enum { HOST_MOST_WORKS = 16 };

/* A strategy of a run that is not built in, as it said of itself. */
struct host_strategy {
    char name[64], summary[160];
    char path[256]; /* of its library */
};

enum { HOST_MOST_STRATEGIES = 16 };

/* What the first job of a work that was measured at one size returned. */
struct host_first {
    char work[64], text[64];
    uint64_t size;
};

enum { HOST_MOST_FIRSTS = 8 };

/* What a run adds to what the machine says of itself. */
struct host_run {
    const struct conditions *conditions;
    uint64_t seed;
    const char *suite, *title;
    const char *const *command_line; /* ends in NULL */
    const char *const *runtimes;     /* libraries that ran OpenMP or a peer; ends in NULL */
    const char *base, *new;          /* the builds that are compared, in words; NULL: none */
    uint64_t samples;                /* rows of samples.csv; 0 while the run goes on */
    double elapsed_s;                /* NaN while the run goes on */
    struct modes modes;              /* of the host; none while the run goes on */
    struct stages stages;            /* where the time went so far */
    uint64_t wall_ns;                /* what they add up to; 0 where it is not known */
    const struct host_work *works;   /* that are not built in */
    size_t work_count;
    const struct host_strategy *strategies; /* that are not built in */
    size_t strategy_count;
    const struct host_first *firsts;
    size_t first_count;
    const struct json_t *runners; /* programs that run strategies, as they told; NULL: none */
    const struct json_t *hosts;   /* that MPI runs over, as they told; NULL: this machine alone */
    const struct asked *asked;    /* what is measured; NULL: not to be gone on with */
};

/* Writes host.json: the machine, the build, the run and its conditions; what is not known is null.
 * Replaces the file as a whole. */
int host_write(const char *path, const struct host_run *run, struct error *error);

/* What reports need of host.json. */
struct host {
    uint32_t cpus_usable;
    uint32_t affinity,
        cores;    /* CPUs of the affinity mask, cores that these belong to; 0: not known */
    double quota; /* CPUs that the cgroup's quota amounts to; NaN: none */
    uint64_t seed;
    uint64_t samples; /* rows that the run left in samples.csv; 0 where it did not end */
    double page_bytes, huge_page_bytes;
    struct stages stages; /* where the run's time went; all 0 where it is not known */
    uint64_t wall_ns;     /* of the whole run, reports among it; 0 where it is not known */
    char model[128], architecture[32], kernel[128], hypervisor[64];
    char started[32]; /* "2026-11-22 13:14 UTC" */
    char suite[128], title[256];
    char base[256], new[256]; /* the builds that were compared, in words */
    char commit[64];          /* of the build that measured */
    char governor[32];
    double load_average;                     /* at the start; NaN where it is not known */
    struct warnings warnings;                /* what may spoil the numbers */
    struct host_work works[HOST_MOST_WORKS]; /* that are not built in */
    size_t work_count;
    struct host_strategy strategies[HOST_MOST_STRATEGIES]; /* that are not built in */
    size_t strategy_count;
    struct host_first firsts[HOST_MOST_FIRSTS];
    size_t first_count;
    struct host_runner runners[HOST_MOST_RUNNERS];
    size_t runner_count;
};

/* What the run tells of the program that was given so, or NULL. */
const struct host_runner *host_find_runner(const struct host *host, const char *program);

/* What the run tells of a work that is not built in, or NULL. */
const struct host_work *host_find_work(const struct host *host, const char *name);

/* What was measured, for people: "suite quick: squares over three decades", or, of a run that no
 * suite describes, "gzip -c {input}". Without its title where `briefly`: "suite quick", "gzip". */
void host_describe_suite(const struct host *host, bool briefly, char *text, size_t bytes);

/* A longer host.json is refused. */
#define HOST_MOST_BYTES (1 << 20)

int host_read(const char *path, struct host *host, struct error *error);

/* Refuses (ERROR_USAGE) a run to go on with, of the folder with that host.json, that was begun by
 * another machine, system or build, or that measures something else, and says what differs. What
 * its host.json does not tell, as one of an older build, is not compared. */
int host_check_same(const char *path, const char *folder, const struct host_run *run,
                    struct error *error);

/* A file that lost its last rows is a whole file; only the run knows how many it wrote. Refuses
 * another number of rows in the samples at that path. */
int host_check_samples(const struct host *host, const char *path, size_t samples,
                       struct error *error);

/* What this program was made of. */
struct build_facts {
    const char *version, *commit, *compiler, *flags;
    const char *openmp; /* "libgomp", "libomp"; "" where it was built without */
    char allocator[64]; /* that malloc comes from now */
};

void host_read_build(struct build_facts *build);

/* The build in one line: version, commit, compiler, OpenMP runtime. */
void host_build(char *text, unsigned long bytes);

#endif
