/* Jobs of very different lengths: the costs of a batch follow a Pareto distribution with shape 1.5
 * (finite mean, infinite variance), fixed by the seed and scaled so that their mean is exactly size
 * iterations. The input holds each job's iterations. */
#include "bench/job/work.h"

#include <math.h>
#include <string.h>

static const double shape = 1.5;

static uint64_t input_bytes(uint64_t size, uint64_t jobs)
{
    uint64_t bytes, total;
    (void)size;
    if (__builtin_mul_overflow(size, jobs, &total))
        return UINT64_MAX;
    return __builtin_mul_overflow(jobs, sizeof(uint64_t), &bytes) ? UINT64_MAX : bytes;
}

/* The next number of a Pareto distribution above 1: its distribution function inverted at a number
 * above 0 and up to 1. */
static double next_cost(uint64_t *random)
{
    double uniform = ((double)(work_random(random) >> 11) + 1) * 0x1p-53;
    return pow(uniform, -1 / shape);
}

/* The costs are the steps of the rounded running total, so that they add up to size x jobs. */
static int prepare(uint64_t size, uint64_t jobs, uint64_t seed, unsigned char *input,
                   struct error *error)
{
    uint64_t *iterations = (uint64_t *)(void *)input;
    double total = 0, running = 0;
    uint64_t random = seed;
    (void)error;
    for (uint64_t i = 0; i < jobs; i++)
        total += next_cost(&random);
    random = seed;
    uint64_t spent = 0;
    for (uint64_t i = 0; i < jobs; i++) {
        running += next_cost(&random);
        uint64_t reached = i + 1 == jobs
                               ? size * jobs
                               : (uint64_t)((double)size * (double)jobs * (running / total));
        iterations[i] = reached > spent ? reached - spent : 0;
        spent += iterations[i];
    }
    return 0;
}

static int run(const struct job *job, void *result)
{
    uint64_t iterations, sum;
    memcpy(&iterations, job->input + job->index * sizeof iterations, sizeof iterations);
    sum = work_iterate(iterations);
    memcpy(result, &sum, sizeof sum);
    return 0;
}

const struct work work_skewed = {
    .name = "skewed",
    .summary = "computing of heavy-tailed length, mean size iterations: load balance",
    .unit = "iterations on average",
    .result_bytes = sizeof(uint64_t),
    .input_bytes = input_bytes,
    .prepare = prepare,
    .run = run,
    .result_text = work_text_u64,
};
