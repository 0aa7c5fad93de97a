/* Blocks size nanoseconds: jobs that wait, not compute, gain from more workers than CPUs. */
#include "bench/base/clock.h"
#include "bench/work.h"

#include <errno.h>
#include <string.h>

static int run(const struct job *job, void *result)
{
    struct timespec left = {.tv_sec = (time_t)(job->size / NS_PER_S),
                            .tv_nsec = (long)(job->size % NS_PER_S)};
    while (job->size > 0 && clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
        ;
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
