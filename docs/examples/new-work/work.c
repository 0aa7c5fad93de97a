/* A work for breakeven, as `breakeven new work @NAME@` wrote it. `make` builds it and says from
 * which size on it pays to run such jobs in parallel on this machine, and how.
 *
 * What stands in run is an example: put your function there. breakeven/work.h has all that a work
 * may say. */
#include <breakeven/work.h>

/* Does one job. Jobs run at the same time, in threads and in processes: each writes its own result
 * and nothing that another one reads. */
static int run(const struct breakeven_job *job, void *result)
{
    uint64_t *sum = result, word = job->seed + job->index;
    *sum = 0;
    for (uint64_t i = 0; i < job->size; i++) {
        word = word * 6364136223846793005u + 1442695040888963407u;
        *sum += word >> 33;
    }
    return 0; /* 1 to 255: the job failed */
}

/* Fields that are left out are 0: what they are for is not needed. */
const struct breakeven_work breakeven_work = {
    BREAKEVEN_WORK_HEAD,
    .name = "@NAME@",
    .result_bytes = sizeof(uint64_t), /* all of them are compared with what serial gave */
    .run = run,
    .summary = "a sum of random numbers",
    .unit = "numbers", /* what size counts */
    /* .sizes = "1e2..1e6", those worth trying; without it they are found
     * .input_bytes, .prepare: what all jobs read
     * .open, .close: what each process needs first
     * .matches: for results that differ in their last digits */
};
