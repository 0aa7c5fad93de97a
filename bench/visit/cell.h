#ifndef BREAKEVEN_VISIT_CELL_H
#define BREAKEVEN_VISIT_CELL_H

#include "bench/base/error.h"
#include "bench/data/key.h"
#include "bench/job/work.h"
#include "bench/visit/reading.h"
#include "strategies/strategy.h"

#include <stdint.h>

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

/* What a visit needs beside its cell. */
struct cell_context {
    uint64_t seed;
    uint64_t job_timeout_ns; /* 0: none */
    uint64_t timeout_ns;     /* of the visit, for what must end by itself; 0: none */
    uint32_t retries;        /* of a job that crashed or timed out */
    uint32_t cpus;           /* usable CPUs */
    int input_fd;            /* the prepared input; -1: none */
    int output_fd;           /* takes what commands write; 0 or less: nobody does */
    int reference_fd;        /* serial's results, then its payloads: cell_reference_bytes */
    const int *order;        /* CPUs in the order in which workers take them; borrowed */
    uint32_t order_count;
    int canary_cpus[2]; /* between which the round trip is measured; -1: not measured */
    const char *hosts;  /* "a:4,b:4": of which cells over hosts use the first ones; NULL: none */
    uint32_t own_host;  /* which of these this machine is, from 1 on; 0: none */
    uint64_t maps;      /* that a visit makes whose instructions are counted; 0 elsewhere */
};

/* How many bytes serial's results and payloads take; fails where no memory can be that large. */
int cell_reference_bytes(const struct cell *cell, uint64_t *bytes, struct error *error);

/* How many bytes a visit takes beside input and reference, estimated from above; fails where no
 * memory can be that large. */
int cell_memory_bytes(const struct cell *cell, const struct cell_context *context, uint64_t *bytes,
                      struct error *error);

/* Fills the input (unless it is a file) and the reference from the cell's work, run serially in
 * this process. The input of a work that is not built in has no bytes yet: it gets them here. */
int cell_prepare(const struct cell *cell, const struct cell_context *context, struct error *error);

/* Measures the cell in this process: canary, the memory that it holds, cold open and map,
 * verification against the reference, warm-up, readings, close; what chooses is closed after the
 * cold map, too, and opened again. Returns how many readings it made: where anything went wrong,
 * one that says so. Never fails otherwise. */
uint32_t cell_measure(const struct cell *cell, const struct cell_context *context,
                      struct reading readings[READINGS_MOST]);

/* Adds the floors that the cell's strategy measures, where it is open with the cell's workers, to
 * those in ns. They stay as they are where it measures none. Fails where it cannot be opened, or
 * cannot measure them. */
int cell_floors(const struct cell *cell, const struct cell_context *context, double ns[FLOOR_COUNT],
                struct error *error);

/* Opens the strategy, makes context->maps maps in a row, verifies the last and closes, for somebody
 * who counts instructions from outside: no clock, no canary, no warm-up, nothing whose work depends
 * on time or chance, and all that is not the maps is the same for any number of them. Idling,
 * background load and the caller's memory, which cost a map no instructions, are left out. The
 * reading says whether all went well; it has no time. */
void cell_count(const struct cell *cell, const struct cell_context *context,
                struct reading *reading);

#endif
