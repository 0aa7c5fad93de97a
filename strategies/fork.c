/* One fork per job, at most `workers` alive: a child inherits everything and runs one job. */
#include "bench/process/child.h"
#include "strategies/common/children.h"

#include <errno.h>
#include <unistd.h>

static pid_t launch(int image, const struct batch *batch, uint64_t index, struct relay_end end,
                    struct error *error)
{
    pid_t parent = getpid(), pid = fork();
    (void)image;
    if (pid < 0)
        fail_errno(error, errno, "fork for job %llu", (unsigned long long)index);
    if (pid == 0) {
        child_follow_parent(parent);
        struct job job = batch_job(batch, index);
        int code = relay_execute(end, batch, &job);
        work_leave();
        _exit(code);
    }
    return pid;
}

static int fork_open(const struct strategy_config *config, void **state, struct error *error)
{
    return children_open(launch, -1, config, state, error);
}

const struct strategy_ops strategy_fork = {
    .name = "fork",
    .summary = "one fork per job, at most `workers` alive",
    .elsewhere = "multiprocessing.Process, start method fork",
    .flags = STRATEGY_ISOLATES_CRASHES | STRATEGY_TRANSPORTS,
    .floor = FLOOR_FORK,
    .open = fork_open,
    .map = children_map,
    .usage = children_usage,
    .close = children_close,
};
