#ifndef BREAKEVEN_SESSION_ADVICE_CALIBRATION_CELLS_H
#define BREAKEVEN_SESSION_ADVICE_CALIBRATION_CELLS_H

#include "bench/base/error.h"
#include "bench/data/key.h"
#include "bench/run/plan.h"

#include <stdint.h>

/* The cells that a calibration measures, and a suite with their works. */
struct calibration_cells {
    struct key *rows;
    size_t count;
};

/* A suite that names the works of all cells; the cells are not its own. */
extern const char calibration_suite[];

/* Chooses them for so many usable CPUs: every strategy that is built in, can be used here and is no
 * peer, with all CPUs and a few counts of workers below. python: an interpreter whose own
 * strategies are meant in place of these, with all CPUs alone; it is borrowed. NULL: none. The
 * caller frees the rows. */
int calibration_choose(uint32_t cpus, const char *python, struct calibration_cells *out,
                       struct error *error);

/* True for batches of which fewer rounds suffice, for so many usable CPUs. */
bool calibration_is_rare(const struct group *group, uint32_t cpus);

#endif
