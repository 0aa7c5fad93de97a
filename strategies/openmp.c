/* OpenMP's parallel for, with its own schedules; the caller is thread 0. */
#include "strategies/common/omp.h"
#include "strategies/common/preflight.h"

#include <limits.h>

#define UNKNOWN_WORKER UINT32_MAX

#ifndef _OPENMP
static int omp_get_thread_num(void)
{
    return 0;
}
#endif

/* job and done are the thread's own copies. */
static inline void run_job(struct omp *omp, struct batch *batch, struct job *job,
                           struct outcome *done, uint64_t index)
{
    if (done->worker == UNKNOWN_WORKER) {
        done->worker = (uint32_t)omp_get_thread_num();
        omp_note_team(omp);
    }
    batch_run(batch, job, index, index + 1, done);
}

/* The schedule is part of the directive: schedule(runtime) would cost a look-up in each region. */
static int openmp_map(void *state, struct batch *batch, struct error *error)
{
    struct omp *omp = state;
    const struct strategy_config *config = &omp->config;
    int workers = (int)config->workers;
    int chunk = config->chunk < INT_MAX ? (int)config->chunk : INT_MAX,
        least = chunk > 0 ? chunk : 1;
    uint64_t jobs = batch->jobs;
    struct job job = batch_job(batch, 0);
    struct outcome done = batch_done_by(batch->map, UNKNOWN_WORKER, batch->pid);
    (void)workers; /* only directives use these */
    (void)least;
    switch (config->schedule) {
    case SCHEDULE_STATIC:
        if (chunk == 0) {
#pragma omp parallel for num_threads(workers) schedule(static) firstprivate(job, done)
            for (uint64_t i = 0; i < jobs; i++)
                run_job(omp, batch, &job, &done, i);
        } else {
#pragma omp parallel for num_threads(workers) schedule(static, chunk) firstprivate(job, done)
            for (uint64_t i = 0; i < jobs; i++)
                run_job(omp, batch, &job, &done, i);
        }
        break;
    case SCHEDULE_DYNAMIC:
#pragma omp parallel for num_threads(workers) schedule(dynamic, least) firstprivate(job, done)
        for (uint64_t i = 0; i < jobs; i++)
            run_job(omp, batch, &job, &done, i);
        break;
    case SCHEDULE_GUIDED:
#pragma omp parallel for num_threads(workers) schedule(guided, least) firstprivate(job, done)
        for (uint64_t i = 0; i < jobs; i++)
            run_job(omp, batch, &job, &done, i);
        break;
    case SCHEDULE_NONE:
    case SCHEDULE_AUTO:
#pragma omp parallel for num_threads(workers) schedule(auto) firstprivate(job, done)
        for (uint64_t i = 0; i < jobs; i++)
            run_job(omp, batch, &job, &done, i);
        break;
    }
    return omp_check_team(omp, error);
}

const struct strategy_ops strategy_openmp = {
    .name = "openmp",
    .summary = "OpenMP's parallel for with the chosen schedule",
    .elsewhere = "",
    .flags = STRATEGY_SCHEDULES | STRATEGY_SHARES_MEMORY | STRATEGY_BINDS_ITSELF,
    .unit = UNIT_REGION,
    .floor = FLOOR_ROUNDTRIP,
    .unavailable = omp_unavailable,
    .runtime = omp_runtime,
    .preflight = preflight_threads,
    .bind = omp_bind,
    .open = omp_open,
    .map = openmp_map,
    .close = omp_close,
};
