#ifndef BREAKEVEN_RUN_INSTRUCTIONS_H
#define BREAKEVEN_RUN_INSTRUCTIONS_H

#include "bench/analyse/compare/comparison.h"
#include "bench/analyse/compare/counts.h"
#include "bench/run/progress.h"
#include "bench/visit/cell.h"
#include "bench/visit/counter.h"

#include <signal.h>

/* A cell whose instructions repeat, and how many maps of it are counted: so many that what differs
 * from start to start, some hundred instructions, is not seen. */
struct counted_cell {
    struct cell cell;
    uint64_t maps;
};

/* Those that are compared: serial's path, and a region's dispatch with one worker where the caller
 * is that worker, or where it waits for others in the kernel alone. Left out is what does not
 * repeat: the schedule auto looks at the clock; forkpool, threads and glib have somebody awake
 * beside the caller; LLVM's tasks and spawn differ from start to start. Also fork, of which
 * callgrind makes a few a second, and pthreadpool, a library of others. The caller frees *cells. */
int instructions_cells(struct counted_cell **cells, size_t *count, struct error *error);

/* How counting goes on. */
struct counting {
    struct counter *counter;      /* open */
    uint64_t timeout_ns;          /* of a visit; counted ones take up to a hundred times longer */
    const sigset_t *waiting_mask; /* as visit_launch has it */
    void (*progress)(void *user, const struct measure_progress *progress); /* NULL: untold */
    void *user;
};

/* A build of breakeven whose visits are counted. */
struct counted_build {
    const char *program;
    const char *environment; /* "K=V;K=V"; NULL: none */
};

/* Counts the instructions of one map of the cell, COUNTS_COUNTINGS times: each is the difference of
 * two visits that differ in the number of their maps, so that all else cancels. A visit that goes
 * wrong is told in counts. Fails where nothing can be counted (ERROR_REFUSED), and with
 * ERROR_INTERRUPTED. No process and no file outlives it. */
int instructions_count(const struct counting *counting, const struct counted_build *build,
                       const struct counted_cell *cell, struct counts *counts, struct error *error);

/* Counts the cells of instructions_cells with both builds, and compares: one row a cell that any of
 * them has, with the quantity "instructions". Fails as instructions_count does, and with
 * ERROR_NOT_COMPARABLE where no cell could be counted with both. The rows' texts live as long as
 * rows, which the caller frees. */
int instructions_compare(const struct counting *counting, const struct counted_build *base,
                         const struct counted_build *new, double threshold, struct comparisons *out,
                         struct error *error);

#endif
