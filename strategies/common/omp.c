#include "strategies/common/omp.h"
#include "bench/base/affinity.h"
#include "strategies/common/library.h"
#include "strategies/common/placement.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

/* It answers to libgomp's names too; its own tell it apart. */
static bool is_llvm(void)
{
    return dlsym(RTLD_DEFAULT, "__kmpc_fork_call") != NULL;
}

void omp_bind(void)
{
    if (!is_llvm())
        affinity_take_loaded();
}

/* LLVM's runtime, once it is asked for anything, marks its process by a file in /dev/shm, which
 * only an orderly end takes away. Nobody needs it: it warns of a second copy of the library. */
static void remove_mark(void)
{
#ifdef _OPENMP
    char path[64];
    (void)omp_get_max_threads(); /* is asked for something */
    snprintf(path, sizeof path, "/dev/shm/__KMP_REGISTERED_LIB_%d_%u", (int)getpid(), getuid());
    unlink(path);
#endif
}

/* Starts the runtime's threads and spreads them over the CPUs as the pools spread their workers. */
static void start_team(const struct strategy_config *config)
{
    struct placement placement;
    int workers = (int)config->workers;
    (void)workers;
    placement_open(&placement, config);
    remove_mark();
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
