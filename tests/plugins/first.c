/* A work as it was written for the first header, of which this is what it had: it must go on
 * working as it is. Nothing is included. */
#include <stdint.h>

struct first_job {
    uint64_t index, jobs, size, seed;
    const unsigned char *input;
    uint64_t input_bytes;
    void *opened;
};

static int run(const struct first_job *job, void *result)
{
    *(uint64_t *)result = job->size + job->index;
    return job->opened != 0;
}

__attribute__((visibility("default"))) const struct {
    uint32_t abi_version, struct_bytes;
    const char *name;
    uint64_t result_bytes;
    int (*run)(const struct first_job *job, void *result);
} breakeven_work = {1, sizeof breakeven_work, "first", 8, run};
