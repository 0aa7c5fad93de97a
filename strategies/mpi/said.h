#ifndef BREAKEVEN_STRATEGIES_MPI_SAID_H
#define BREAKEVEN_STRATEGIES_MPI_SAID_H

#include <stddef.h>

/* What a launcher and its ranks have written, read for what has ended all ranks. */
enum said {
    SAID_NOTHING,     /* of it */
    SAID_BY_RANK,     /* a rank's own word (RANKS_LINE); what else was written may add to it */
    SAID_BY_LAUNCHER, /* Open MPI's mpirun, MPICH's or srun: the rest only says it at length */
};

/* Who tells it; text: which rank, on which host where that is told, and how it ended, or which host
 * was lost. One line, without the names of program and strategy. */
enum said said_tells(const char *said, char *text, size_t bytes);

#endif
