/* A loop in the caller: what every other strategy is measured against. */
#include "strategies/command/launch.h"
#include "strategies/common/children.h"

#include <stdlib.h>

/* Commands: one after the other, each waited for. */
static int open_for_commands(const struct strategy_config *config, void **state,
                             struct error *error)
{
    struct strategy_config one = *config;
    int output = launch_open_output(config, error);
    one.workers = 1;
    return output < 0 ? -1
                      : children_open(config->tells_errors ? launch_for_errors : launch_command,
                                      output, &one, state, error);
}

static int serial_open(const struct strategy_config *config, void **state, struct error *error)
{
    *state = NULL;
    return config->runs_commands ? open_for_commands(config, state, error) : 0;
}

static int serial_map(void *state, struct batch *batch, struct error *error)
{
    if (state != NULL)
        return children_map(state, batch, error);
    struct job job = batch_job(batch, 0);
    struct outcome done = batch_done_by(batch->map, 0, batch->pid);
    batch_run(batch, &job, 0, batch->jobs, &done);
    return 0;
}

static void serial_close(void *state)
{
    if (state != NULL)
        children_close(state);
}

const struct strategy_ops strategy_serial = {
    .name = "serial",
    .summary = "a loop in the caller: the baseline",
    .elsewhere = "a list comprehension",
    .flags = STRATEGY_ONE_WORKER | STRATEGY_SHARES_MEMORY | STRATEGY_RUNS_COMMANDS,
    .open = serial_open,
    .map = serial_map,
    .close = serial_close,
};
