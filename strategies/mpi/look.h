#ifndef BREAKEVEN_STRATEGIES_MPI_LOOK_H
#define BREAKEVEN_STRATEGIES_MPI_LOOK_H

#include "bench/base/error.h"

/* The subcommand that looks at hosts, in a process of its own, which may be killed with all that it
 * has started. Its arguments: the list of hosts, which of them this machine is (0: none), and the
 * time limit of a visit in ns, of which ranks are waited for as long as a visit would. */
#define LOOK_SUBCOMMAND "hosts"
enum { LOOK_ARGUMENTS = 3 };

/* Starts a rank on each host together, and writes what they say of themselves to stdout, JSON: a
 * list with an object a host, in the order of the list, {"host", "version", "model", "kernel",
 * "memory_bytes", "cpus"}; or, where that cannot be, an object with the text "error". Fails where
 * neither can be written. */
int look_serve(int count, char *const arguments[], struct error *error);

#endif
