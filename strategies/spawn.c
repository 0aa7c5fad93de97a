/* One posix_spawn of breakeven itself per job: a fresh image that finds the work by its name and
 * the batch by its descriptors, as the start method spawn of Python must. */
#include "strategies/common/children.h"
#include "strategies/common/image.h"

static pid_t launch(const struct strategy_config *config, const struct batch *batch, uint64_t index,
                    struct carrier_end end, struct error *error)
{
    return image_spawn_job(config->program, batch, index, end, error);
}

static int spawn_open(const struct strategy_config *config, void **state, struct error *error)
{
    return children_open(launch, config, state, error);
}

const struct strategy_ops strategy_spawn = {
    .name = "spawn",
    .summary = "one posix_spawn of breakeven itself per job: a fresh image each time",
    .elsewhere = "multiprocessing.Process, start method spawn",
    .flags = STRATEGY_ISOLATES_CRASHES | STRATEGY_NEEDS_EXEC | STRATEGY_TRANSPORTS,
    .floor = FLOOR_SPAWN,
    .open = spawn_open,
    .map = children_map,
    .usage = children_usage,
    .close = children_close,
};
