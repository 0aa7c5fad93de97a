#ifndef BREAKEVEN_STRATEGIES_MPI_BECOME_H
#define BREAKEVEN_STRATEGIES_MPI_BECOME_H

#include "bench/base/error.h"

/* What mpirun starts where there are several hosts: becomes the program of the ranks, which is part
 * of this one, with these arguments. Returns where that cannot be, with an error that names the
 * rank and the host. */
int become_rank(int count, char *const arguments[], struct error *error);

#endif
