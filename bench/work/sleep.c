/* Blocks size nanoseconds: jobs that wait, not compute, gain from more workers than CPUs. */
#include "bench/base/clock.h"
#include "bench/job/work.h"

#include <string.h>

static int run(const struct job *job, void *result)
{
    if (job->size > 0 && clock_sleep_ns(job->size) != 0)
        return 1;
    memcpy(result, &job->size, sizeof job->size);
    return 0;
}

const struct work work_sleep = {
    .name = "sleep",
    .summary = "blocks size nanoseconds: jobs that wait",
    .unit = "ns",
    .result_bytes = sizeof(uint64_t),
    .run = run,
    .result_text = work_text_u64,
};
