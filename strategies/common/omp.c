#include "strategies/common/omp.h"
#include "strategies/common/library.h"
#include "strategies/common/placement.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>

#ifdef _OPENMP
#include <omp.h>
#endif

const char *omp_unavailable(void)
{
#ifdef _OPENMP
    return NULL;
#else
    return "this build's compiler has no OpenMP (-fopenmp)";
#endif
}

const char *omp_runtime(void)
{
    return library_name(dlsym(RTLD_DEFAULT, "omp_get_max_threads"));
}

/* Starts the runtime's threads and spreads them over the CPUs as the pools spread their workers. */
static void start_team(const struct strategy_config *config)
{
    struct placement placement;
    int workers = (int)config->workers;
    (void)workers;
    placement_open(&placement, config);
#ifdef _OPENMP
#pragma omp parallel num_threads(workers)
    if (omp_get_thread_num() > 0 && omp_get_proc_bind() == omp_proc_bind_false)
        placement_move(&placement, placement_cpu(&placement, (uint32_t)omp_get_thread_num()));
#endif
}

int omp_open(const struct strategy_config *config, void **state, struct error *error)
{
    struct strategy_config *copy = malloc(sizeof *copy);
    if (copy == NULL)
        return fail_errno(error, ENOMEM, "openmp: %u workers", config->workers);
    *copy = *config;
    *state = copy;
    start_team(config);
    return 0;
}

void omp_close(void *state)
{
    free(state);
}
