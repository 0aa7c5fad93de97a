/* A loop in the caller: what every other strategy is measured against. */
#include "strategies/strategy.h"

#include <stdlib.h>

static int serial_open(const struct strategy_config *config, void **state, struct error *error)
{
    (void)config;
    (void)error;
    *state = NULL;
    return 0;
}

static int serial_map(void *state, struct batch *batch, struct error *error)
{
    struct job job = batch_job(batch, 0);
    struct outcome done = batch_done_by(batch->map, 0, batch->pid);
    (void)state;
    (void)error;
    batch_run(batch, &job, 0, batch->jobs, &done);
    return 0;
}

static void serial_close(void *state)
{
    (void)state;
}

const struct strategy_ops strategy_serial = {
    .name = "serial",
    .summary = "a loop in the caller: the baseline",
    .elsewhere = "a list comprehension",
    .flags = STRATEGY_ONE_WORKER | STRATEGY_SHARES_MEMORY,
    .open = serial_open,
    .map = serial_map,
    .close = serial_close,
};
