/* OpenMP's parallel for, with its own schedules; the caller is thread 0. */
#include "strategies/common/omp.h"

#include <limits.h>

#ifdef _OPENMP
#include <omp.h>
#else
static int omp_get_thread_num(void)
{
    return 0;
}
#endif

static inline void run_job(struct batch *batch, uint64_t index)
{
    struct job job = batch_job(batch, index);
    int code = batch_execute(batch, &job);
    batch_settle(batch, index, (uint32_t)omp_get_thread_num(), batch->pid, code);
}

/* The schedule is part of the directive: schedule(runtime) would cost a look-up in each region. */
static int openmp_map(void *state, struct batch *batch, struct error *error)
{
    const struct strategy_config *config = state;
    int workers = (int)config->workers;
    int chunk = config->chunk < INT_MAX ? (int)config->chunk : INT_MAX,
        least = chunk > 0 ? chunk : 1;
    uint64_t jobs = batch->jobs;
    (void)error;
    (void)workers; /* only directives use these */
    (void)least;
    switch (config->schedule) {
    case SCHEDULE_STATIC:
        if (chunk == 0) {
#pragma omp parallel for num_threads(workers) schedule(static)
            for (uint64_t i = 0; i < jobs; i++)
                run_job(batch, i);
        } else {
#pragma omp parallel for num_threads(workers) schedule(static, chunk)
            for (uint64_t i = 0; i < jobs; i++)
                run_job(batch, i);
        }
        break;
    case SCHEDULE_DYNAMIC:
#pragma omp parallel for num_threads(workers) schedule(dynamic, least)
        for (uint64_t i = 0; i < jobs; i++)
            run_job(batch, i);
        break;
    case SCHEDULE_GUIDED:
#pragma omp parallel for num_threads(workers) schedule(guided, least)
        for (uint64_t i = 0; i < jobs; i++)
            run_job(batch, i);
        break;
    case SCHEDULE_NONE:
    case SCHEDULE_AUTO:
#pragma omp parallel for num_threads(workers) schedule(auto)
        for (uint64_t i = 0; i < jobs; i++)
            run_job(batch, i);
        break;
    }
    return 0;
}

const struct strategy_ops strategy_openmp = {
    .name = "openmp",
    .summary = "OpenMP's parallel for with the chosen schedule",
    .elsewhere = "",
    .flags = STRATEGY_SCHEDULES | STRATEGY_SHARES_MEMORY,
    .floor = FLOOR_ROUNDTRIP,
    .unavailable = omp_unavailable,
    .runtime = omp_runtime,
    .open = omp_open,
    .map = openmp_map,
    .close = omp_close,
};
