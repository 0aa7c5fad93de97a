/* Checksums of parts of one block that all jobs share: a work with an input.
 *
 *     cc -std=c17 -O2 -fPIC -shared checksum.c -o libchecksum.so */
#include <breakeven/work.h>

static uint64_t input_bytes(uint64_t size, uint64_t jobs)
{
    uint64_t bytes;
    return __builtin_mul_overflow(size, jobs, &bytes) ? UINT64_MAX : bytes;
}

/* Before any clock starts; the same bytes for the same seed. */
static int prepare(uint64_t size, uint64_t jobs, uint64_t seed, unsigned char *input)
{
    for (uint64_t i = 0; i < size * jobs; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        input[i] = (unsigned char)(seed >> 56);
    }
    return 0;
}

/* FNV-1a of the job's own part. */
static int run(const struct breakeven_job *job, void *result)
{
    const unsigned char *part = job->input + job->index * job->size;
    uint64_t hash = 14695981039346656037u;
    for (uint64_t i = 0; i < job->size; i++)
        hash = (hash ^ part[i]) * 1099511628211u;
    *(uint64_t *)result = hash;
    return 0;
}

const struct breakeven_work breakeven_work = {
    BREAKEVEN_WORK_HEAD,
    .name = "checksum",
    .result_bytes = sizeof(uint64_t),
    .run = run,
    .summary = "FNV-1a of a slice of a shared block",
    .unit = "bytes",
    .sizes = "1e2..1e6",
    .input_bytes = input_bytes,
    .prepare = prepare,
};
