/* One OpenMP task per job, made by one thread of the region and run by all. */
#include "strategies/common/omp.h"
#include "strategies/common/preflight.h"

#ifndef _OPENMP
static int omp_get_thread_num(void)
{
    return 0;
}
#endif

static void run_job(struct batch *batch, uint64_t index)
{
    struct job job = batch_job(batch, index);
    int code = batch_execute(batch, &job);
    struct outcome done = batch_done_by(batch->map, (uint32_t)omp_get_thread_num(), batch->pid);
    batch_settle(batch, index, &done, code);
}

static int openmp_tasks_map(void *state, struct batch *batch, struct error *error)
{
    struct omp *omp = state;
    int workers = (int)omp->config.workers;
    uint64_t jobs = batch->jobs;
    (void)workers;
#pragma omp parallel num_threads(workers)
#pragma omp single
    {
        omp_note_team(omp);
        for (uint64_t i = 0; i < jobs; i++) {
#pragma omp task firstprivate(i)
            run_job(batch, i);
        }
    }
    return omp_check_team(omp, error);
}

const struct strategy_ops strategy_openmp_tasks = {
    .name = "openmp-tasks",
    .summary = "one OpenMP task per job",
    .elsewhere = "",
    .flags = STRATEGY_SHARES_MEMORY | STRATEGY_BINDS_ITSELF,
    .unit = UNIT_REGION,
    .floor = FLOOR_ROUNDTRIP,
    .unavailable = omp_unavailable,
    .runtime = omp_runtime,
    .preflight = preflight_threads,
    .bind = omp_bind,
    .open = omp_open,
    .map = openmp_tasks_map,
    .close = omp_close,
};
