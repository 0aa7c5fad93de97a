/* One large input that all jobs share, each summing its own slice of size bytes: what joblib does
 * with a memory-mapped array. The sum is of 64-bit words, so memory is the limit, not adding. */
#include "bench/job/work.h"

#include <string.h>

static uint64_t input_bytes(uint64_t size, uint64_t jobs)
{
    uint64_t bytes;
    return __builtin_mul_overflow(size, jobs, &bytes) ? UINT64_MAX : bytes;
}

static int prepare(uint64_t size, uint64_t jobs, uint64_t seed, unsigned char *input,
                   struct error *error)
{
    uint64_t bytes = size * jobs, word, at = 0;
    (void)error;
    for (; at + sizeof word <= bytes; at += sizeof word) {
        word = work_random(&seed);
        memcpy(input + at, &word, sizeof word);
    }
    word = work_random(&seed);
    memcpy(input + at, &word, bytes - at);
    return 0;
}

static int run(const struct job *job, void *result)
{
    const unsigned char *slice = job->input + job->index * job->size;
    uint64_t sum = 0, word, at = 0;
    for (; at + sizeof word <= job->size; at += sizeof word) {
        memcpy(&word, slice + at, sizeof word);
        sum += word;
    }
    for (; at < job->size; at++)
        sum += slice[at];
    memcpy(result, &sum, sizeof sum);
    return 0;
}

const struct work work_stream = {
    .name = "stream",
    .summary = "sums size bytes of one large shared input: memory bandwidth",
    .unit = "bytes",
    .result_bytes = sizeof(uint64_t),
    .input_bytes = input_bytes,
    .prepare = prepare,
    .run = run,
    .result_text = work_text_u64,
};
