#include "strategies/common/missing.h"

int missing_open(const struct strategy_config *config, void **state, struct error *error)
{
    (void)config;
    (void)state;
    return fail(error, ERROR_REFUSED, "this build lacks the strategy");
}

int missing_map(void *state, struct batch *batch, struct error *error)
{
    (void)state;
    (void)batch;
    return fail(error, ERROR_REFUSED, "this build lacks the strategy");
}

void missing_close(void *state)
{
    (void)state;
}
