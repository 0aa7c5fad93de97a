#include "strategies/common/omp.h"

#include <stdlib.h>

const char *omp_unavailable(void)
{
#ifdef _OPENMP
    return NULL;
#else
    return "this build's compiler has no OpenMP (-fopenmp)";
#endif
}

int omp_open(const struct strategy_config *config, void **state, struct error *error)
{
    struct strategy_config *copy = malloc(sizeof *copy);
    if (copy == NULL)
        return fail(error, EXIT_REFUSED, "openmp: out of memory");
    *copy = *config;
    *state = copy;
    return 0;
}

void omp_close(void *state)
{
    free(state);
}
