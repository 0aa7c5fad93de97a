#ifndef BREAKEVEN_VISIT_RUNNER_CELL_H
#define BREAKEVEN_VISIT_RUNNER_CELL_H

#include "bench/visit/cell.h"

/* Cells whose strategy another program runs (bench/runner/). The visit starts that program before
 * the strategy's clock starts, as each visit is a process of its own before it opens a strategy.
 * All times but those of the canary are by the runner's clock. */

/* As cell_measure. */
uint32_t runner_cell_measure(const struct cell *cell, const struct cell_context *context,
                             struct reading readings[READINGS_MOST]);

/* As cell_prepare, for jobs that only a runner can run: the reference has the SHA-256 of the text
 * of each result, as the cell's strategy gives it, twice the same. */
int runner_cell_prepare(const struct cell *cell, const struct cell_context *context,
                        struct error *error);

#endif
