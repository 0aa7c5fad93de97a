#ifndef BREAKEVEN_STRATEGIES_COMMON_OMP_H
#define BREAKEVEN_STRATEGIES_COMMON_OMP_H

#include "strategies/strategy.h"

#ifdef _OPENMP
#include <omp.h>
#endif

/* What the two OpenMP strategies share. OpenMP keeps its threads itself; open starts them, spread
 * over the CPUs unless OMP_PROC_BIND says otherwise, and keeps a copy of the configuration. */
const char *omp_unavailable(void);

/* The file name of the library that runs OpenMP in this process: "libgomp.so.1", or LLVM's where it
 * was put before it by LD_PRELOAD; "" where that is not known. */
const char *omp_runtime(void);

/* libgomp binds the first thread when it is loaded, by OMP_PROC_BIND and the like, and counts on
 * that. LLVM's runtime binds later, to CPUs of the mask that it finds: where it has taken the place
 * of libgomp, it must not find what that one left. */
void omp_bind(void);

/* An open strategy. */
struct omp {
    struct strategy_config config;
    int found; /* threads in a team that was not as large as it must be; 0: all were */
};

int omp_open(const struct strategy_config *config, void **state, struct error *error);

/* For each thread of a region, in it: notes where the runtime has given the region fewer threads
 * than there are workers. */
static inline void omp_note_team(struct omp *omp)
{
#ifdef _OPENMP
    int threads = omp_get_num_threads();
    if (threads != (int)omp->config.workers)
        __atomic_store_n(&omp->found, threads, __ATOMIC_RELAXED);
#else
    (void)omp;
#endif
}

/* Behind a region: fails where it had too few threads, and names what has done it. */
int omp_check_team(const struct omp *omp, struct error *error);

void omp_close(void *state);

#endif
