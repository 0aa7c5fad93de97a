/* The forkpool with the caller as worker 0: the fastest hand-over, but a job that crashes in worker
 * 0 takes the caller along. */
#include "strategies/common/team.h"

static int forkteam_open(const struct strategy_config *config, void **state, struct error *error)
{
    return team_open(config, true, state, error);
}

const struct strategy_ops strategy_forkteam = {
    .name = "forkteam",
    .summary = "forked workers and the caller as worker 0: no isolation from its crashes",
    .elsewhere = "",
    .flags = STRATEGY_IS_POOL | STRATEGY_SPINS | STRATEGY_SCHEDULES | STRATEGY_TRANSPORTS,
    .unit = UNIT_REGION,
    .floor = FLOOR_ROUNDTRIP,
    .open = forkteam_open,
    .map = team_map,
    .usage = team_usage,
    .close = team_close,
};
