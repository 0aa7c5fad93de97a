/* One posix_spawn per job: a fresh image that finds the work by its name and the batch by its
 * descriptors, as the start method spawn of Python must. A command is spawned itself. */
#include "strategies/command/launch.h"
#include "strategies/common/children.h"
#include "strategies/common/image.h"
#include "strategies/image/job.h"

static pid_t launch(int image, const struct batch *batch, uint64_t index, struct relay_end end,
                    struct error *error)
{
    const int fds[] = {batch->fd, batch->input_fd, end.down, end.up};
    struct job_command command;
    job_describe(batch, index, end, &command);
    return image_spawn(image, command.arguments, fds, sizeof fds / sizeof *fds, error);
}

static int spawn_open(const struct strategy_config *config, void **state, struct error *error)
{
    if (config->runs_commands) {
        int output = launch_open_output(config, error);
        return output < 0 ? -1 : children_open(launch_command, output, config, state, error);
    }
    int image = image_open(config->loads_library, error);
    return image < 0 ? -1 : children_open(launch, image, config, state, error);
}

const struct strategy_ops strategy_spawn = {
    .name = "spawn",
    .summary = "one posix_spawn of a small program per job: a fresh image each time",
    .elsewhere = "multiprocessing.Process, start method spawn",
    .flags = STRATEGY_ISOLATES_CRASHES | STRATEGY_NEEDS_EXEC | STRATEGY_TRANSPORTS |
             STRATEGY_RUNS_COMMANDS,
    .floor = FLOOR_SPAWN,
    .open = spawn_open,
    .map = children_map,
    .usage = children_usage,
    .close = children_close,
};
