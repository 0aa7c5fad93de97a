#ifndef BREAKEVEN_CELL_H
#define BREAKEVEN_CELL_H

#include "bench/base/error.h"
#include "bench/data/key.h"
#include "bench/data/stages.h"
#include "bench/job/work.h"
#include "strategies/strategy.h"

#include <stdint.h>

/* What pages the memory of a cell's process is made of. */
enum pages {
    PAGES_NONE,
    PAGES_4K,  /* as small as the machine has them */
    PAGES_THP, /* transparent huge pages */
};

/* "4k" and "thp"; "" for PAGES_NONE. The names are in the order of the enum, from 4k. */
const char *pages_name(enum pages pages);
extern const char *const pages_names[];
enum { PAGES_NAMES = 2 };

/* The pages of that name; PAGES_NONE where there are none. */
enum pages pages_find(const char *name);

/* Which program visits a cell: this one, or one of two that are compared. */
enum build {
    BUILD_OWN,
    BUILD_BASE,
    BUILD_NEW,
    BUILD_COUNT,
};

/* "", "base", "new": in the order of the enum. */
extern const char *const build_names[BUILD_COUNT];

/* One combination that is measured: its key, and what that names. */
struct cell {
    struct key key;
    const struct work *work;
    const struct strategy_ops *strategy;
};

/* The cell of a key whose work and strategy are known. */
struct cell cell_of(const struct key *key);

/* A cell for which nothing else is said: everything else is as it usually is. SCHEDULE_NONE where
 * the strategy takes none. */
struct cell cell_make(const struct strategy_ops *strategy, uint32_t workers, enum schedule schedule,
                      const struct work *work, uint64_t size, uint64_t jobs);

/* Whose program visits it. */
enum build cell_build(const struct cell *cell);

/* What came of a reading or a visit. */
enum status {
    STATUS_OK,
    STATUS_WRONG,       /* results differ from serial's, or a job was lost */
    STATUS_FAILED,      /* a job failed with an exit code, or the load beside it vanished */
    STATUS_CRASHED,     /* a job or the visit died of a signal */
    STATUS_TIMED_OUT,   /* the visit's deadline passed */
    STATUS_REFUSED,     /* the system refused memory, processes, threads */
    STATUS_UNAVAILABLE, /* this build or machine lacks the strategy */
    STATUS_COUNT,
};

/* "ok", "wrong" and so on, in the order of the enum. */
extern const char *const status_names[STATUS_COUNT];

/* Room for what a visit has written before it died, and a few words before that. */
enum { CELL_MESSAGE_BYTES = 1024, CELL_DETAIL_BYTES = CELL_MESSAGE_BYTES + 176 };

/* One reading, as a visit sends it. Numbers that are not known are NaN. */
struct reading {
    uint32_t cold;    /* 1: open, first map and close; 0: maps on an open strategy */
    uint32_t reading; /* from 0 within the visit */
    uint64_t maps;    /* timed as one */
    double ns_per_map;
    double open_ns, close_ns;   /* of the visit's only open and close; cold only */
    struct strategy_usage used; /* by all processes and threads, over all maps of the reading */
    uint64_t maxrss_kib;        /* of the largest process of the visit */
    uint32_t usage_unknown;     /* 1: getrusage is refused; used and maxrss_kib are nothing */
    double participation;       /* share of the workers that ran a job in the last map */
    double roundtrip_ns;        /* of a cache line between two CPUs, measured before */
    double wake_ns;       /* of a futex wake after the cell's idling; NaN where it does not idle */
    uint64_t steal_ticks; /* stolen by the hypervisor during the whole visit; or CSV_UNKNOWN */
    uint32_t status;      /* enum status; where it is not ok, ns_per_map is NaN */
    char detail[CELL_DETAIL_BYTES]; /* what went wrong, also where it was mended; "": nothing */
    char runtime[32];               /* the library that ran OpenMP; "" where that is not used */
    uint32_t repeats;     /* the harness's: visits before this one that were dropped, as they were
                             stopped in between; of a visit's first reading */
    struct stages stages; /* of the whole visit; in its first reading alone */
};

/* What a visit needs beside its cell. */
struct cell_context {
    uint64_t seed;
    uint64_t job_timeout_ns; /* 0: none */
    uint64_t timeout_ns;     /* of the visit, for what must end by itself; 0: none */
    uint32_t retries;        /* of a job that crashed or timed out */
    uint32_t cpus;           /* usable CPUs */
    int input_fd;            /* the prepared input; -1: none */
    int reference_fd;        /* serial's results, then its payloads: cell_reference_bytes */
    const int *order;        /* CPUs in the order in which workers take them; borrowed */
    uint32_t order_count;
    int canary_cpus[2];         /* between which the round trip is measured; -1: not measured */
    const char *program;        /* breakeven itself, or a build of it that is compared */
    const char *environment;    /* "K=V;K=V" of that build, before the cell's; NULL: none */
    uint64_t maps;              /* that a visit makes whose instructions are counted; 0 elsewhere */
    const char *const *wrapper; /* what starts the program: arguments before it, the first looked
                                   for in PATH, up to a NULL. NULL: nothing */
};

enum { CELL_MOST_READINGS = 8, CELL_MOST_WRAPPING = 8 };

/* How many bytes serial's results and payloads take; fails where no memory can be that large. */
int cell_reference_bytes(const struct cell *cell, uint64_t *bytes, struct error *error);

/* How many bytes a visit takes beside input and reference, estimated from above; fails where no
 * memory can be that large. */
int cell_memory_bytes(const struct cell *cell, const struct cell_context *context, uint64_t *bytes,
                      struct error *error);

/* Fills the input (unless it is a file) and the reference from the cell's work, run serially in
 * this process. */
int cell_prepare(const struct cell *cell, const struct cell_context *context, struct error *error);

/* Measures the cell in this process: canary, the memory that it holds, cold open and map,
 * verification against the reference, warm-up, readings, close. Returns how many readings it made:
 * where anything went wrong, one that says so. Never fails otherwise. */
uint32_t cell_measure(const struct cell *cell, const struct cell_context *context,
                      struct reading readings[CELL_MOST_READINGS]);

/* Opens the strategy, makes context->maps maps in a row, verifies the last and closes, for somebody
 * who counts instructions from outside: no clock, no canary, no warm-up, nothing whose work depends
 * on time or chance, and all that is not the maps is the same for any number of them. Idling,
 * neighbours and the caller's memory, which cost a map no instructions, are left out. The reading
 * says whether all went well; it has no time. */
void cell_count(const struct cell *cell, const struct cell_context *context,
                struct reading *reading);

#endif
