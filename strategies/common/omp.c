#include "strategies/common/omp.h"
#include "bench/machine/affinity.h"
#include "strategies/common/library.h"
#include "strategies/common/placement.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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
static void start_team(struct omp *omp)
{
    struct placement placement;
    int workers = (int)omp->config.workers;
    (void)workers;
    placement_open(&placement, &omp->config);
    remove_mark();
#ifdef _OPENMP
#pragma omp parallel num_threads(workers)
    {
        omp_note_team(omp);
        if (omp_get_thread_num() > 0 && omp_get_proc_bind() == omp_proc_bind_false)
            placement_move(&placement, placement_cpu(&placement, (uint32_t)omp_get_thread_num()));
    }
#endif
}

static const char *if_set(const char *variable)
{
    return getenv(variable) != NULL ? variable : NULL;
}

/* The variable that keeps a region below so many threads; NULL where none is known to. */
static const char *limiting_variable(int workers)
{
    const char *found = NULL;
#ifdef _OPENMP
    if (omp_get_thread_limit() < workers)
        found = if_set("OMP_THREAD_LIMIT");
    else if (omp_get_max_active_levels() < 1)
        found = if_set("OMP_MAX_ACTIVE_LEVELS");
    else if (omp_get_dynamic())
        found = if_set("OMP_DYNAMIC");
#endif
    (void)workers;
    if (found == NULL && is_llvm())
        found = if_set("KMP_ALL_THREADS");
    if (found == NULL && is_llvm())
        found = if_set("KMP_DEVICE_THREAD_LIMIT");
    return found;
}

int omp_check_team(const struct omp *omp, struct error *error)
{
    if (omp->found == 0)
        return 0;
    const char *variable = limiting_variable((int)omp->config.workers);
    const char *value = variable != NULL ? getenv(variable) : NULL;
    return fail(error, ERROR_REFUSED,
                "%s%s%s: OpenMP runs a region of %u workers with %d thread%s; %suse --workers %d",
                variable != NULL ? variable : "openmp", value != NULL ? "=" : "",
                value != NULL ? value : "", omp->config.workers, omp->found,
                omp->found == 1 ? "" : "s", value != NULL ? "unset it, or " : "", omp->found);
}

int omp_open(const struct strategy_config *config, void **state, struct error *error)
{
    struct omp *omp = malloc(sizeof *omp);
    if (omp == NULL)
        return fail_errno(error, ENOMEM, "openmp: %u workers", config->workers);
    *omp = (struct omp){.config = *config};
    start_team(omp);
    if (omp_check_team(omp, error) != 0) {
        free(omp);
        return -1;
    }
    *state = omp;
    return 0;
}

void omp_close(void *state)
{
    free(state);
}
