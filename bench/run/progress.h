#ifndef BREAKEVEN_RUN_PROGRESS_H
#define BREAKEVEN_RUN_PROGRESS_H

#include "bench/visit/cell.h"

#include <stdbool.h>
#include <stdint.h>

/* Where measuring stands, told between visits, never during one. */
struct measure_progress {
    const struct cell *cell; /* visited next */
    bool along_jobs;         /* its crossovers are looked for along jobs */
    uint64_t round;
    uint64_t visits; /* made so far */
    uint64_t elapsed_ns;
    double done;    /* share of the run, 0 to 1 */
    double speedup; /* the cell's so far; NaN where it is not known */
};

#endif
