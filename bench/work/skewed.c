/* Jobs of very different lengths: the costs of a batch follow a Pareto distribution with shape 1.5
 * (finite mean, infinite variance), fixed by the seed and scaled so that their mean is exactly size
 * iterations. The input holds each job's iterations. */
#include "bench/work.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
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

/* The costs are the steps of the rounded running total, so that they add up to size x jobs. */
static int prepare(uint64_t size, uint64_t jobs, uint64_t seed, unsigned char *input,
                   struct error *error)
{
    uint64_t *iterations = (uint64_t *)(void *)input;
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    if (random == NULL)
        return fail(error, EXIT_REFUSED, "skewed: out of memory");
    double total = 0, running = 0;
    gsl_rng_set(random, (unsigned long)seed);
    for (uint64_t i = 0; i < jobs; i++)
        total += gsl_ran_pareto(random, shape, 1);
    gsl_rng_set(random, (unsigned long)seed);
    uint64_t spent = 0;
    for (uint64_t i = 0; i < jobs; i++) {
        running += gsl_ran_pareto(random, shape, 1);
        uint64_t reached = i + 1 == jobs
                               ? size * jobs
                               : (uint64_t)((double)size * (double)jobs * (running / total));
        iterations[i] = reached > spent ? reached - spent : 0;
        spent += iterations[i];
    }
    gsl_rng_free(random);
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
