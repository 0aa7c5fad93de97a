#ifndef BREAKEVEN_STRATEGIES_MPI_SAID_H
#define BREAKEVEN_STRATEGIES_MPI_SAID_H

#include <stdbool.h>
#include <stddef.h>

/* What a launcher and its ranks have written, read for what has ended all ranks. */
enum said {
    SAID_NOTHING,   /* of it */
    SAID_IN_SHORT,  /* by a rank (RANKS_LINE) or a launcher; what else was written may add to it */
    SAID_AT_LENGTH, /* by Open MPI's mpirun: the rest only says it again */
};

/* How it is told; text: which rank, on which host where that is told, and how it ended, or which
 * host was lost. One line, without the names of program and strategy. */
enum said said_tells(const char *said, char *text, size_t bytes);

/* Where ranks over hosts have not come up, and that tells nothing: what was written first, as by
 * ssh. False where nothing was. */
bool said_tells_of_start(const char *said, char *text, size_t bytes);

#endif
