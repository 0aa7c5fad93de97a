/* A fixed set of forked workers over shared memory. The caller only waits, so that a crash takes
 * nothing along: the worker is replaced and its other jobs are run again. */
#include "strategies/common/team.h"

static int forkpool_open(const struct strategy_config *config, void **state, struct error *error)
{
    return team_open(config, false, state, error);
}

const struct strategy_ops strategy_forkpool = {
    .name = "forkpool",
    .summary = "a fixed set of forked workers over shared memory; the caller waits",
    .elsewhere = "multiprocessing.Pool.map, joblib.Parallel",
    .flags = STRATEGY_ISOLATES_CRASHES | STRATEGY_IS_POOL | STRATEGY_SPINS | STRATEGY_SCHEDULES |
             STRATEGY_TRANSPORTS | STRATEGY_CALLER_WAITS | STRATEGY_RECYCLES | STRATEGY_STREAMS |
             STRATEGY_LIMITS,
    .unit = UNIT_REGION,
    .floor = FLOOR_ROUNDTRIP,
    .open = forkpool_open,
    .map = team_map,
    .usage = team_usage,
    .close = team_close,
};
