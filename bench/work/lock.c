/* Holds one lock while computing size iterations and releases it between jobs: what a global
 * interpreter lock does to threads. Each process has a lock of its own. */
#include "bench/job/work.h"

#include <pthread.h>
#include <string.h>

static pthread_mutex_t process_wide = PTHREAD_MUTEX_INITIALIZER;

static int run(const struct job *job, void *result)
{
    pthread_mutex_lock(&process_wide);
    uint64_t sum = work_iterate(job->size);
    pthread_mutex_unlock(&process_wide);
    memcpy(result, &sum, sizeof sum);
    return 0;
}

const struct work work_lock = {
    .name = "lock",
    .summary = "computes size iterations under one process-wide lock: a global interpreter lock",
    .unit = "iterations",
    .result_bytes = sizeof(uint64_t),
    .has_own_lock = true,
    .run = run,
    .result_text = work_text_u64,
};
