/* Works that are right: one of each kind. */
#include <breakeven/work.h>

#include <stdio.h>
#include <string.h>

static uint64_t sum_below(uint64_t size)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < size; i++) {
        uint64_t base = i;
        __asm__ volatile("" : "+r"(base));
        sum += base * base;
    }
    return sum;
}

static int run_plain(const struct breakeven_job *job, void *result)
{
    uint64_t sum = sum_below(job->size) + job->index;
    memcpy(result, &sum, sizeof sum);
    return 0;
}

/* Reads all of the input. */
static uint64_t bytes(uint64_t size, uint64_t jobs)
{
    return size * jobs;
}

static int fill(uint64_t size, uint64_t jobs, uint64_t seed, unsigned char *input)
{
    for (uint64_t i = 0; i < size * jobs; i++)
        input[i] = (unsigned char)(seed + i);
    return 0;
}

static int run_input(const struct breakeven_job *job, void *result)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < job->size; i++)
        sum += job->input[job->index * job->size + i];
    memcpy(result, &sum, sizeof sum);
    return job->input_bytes == job->size * job->jobs ? 0 : 1;
}

/* Needs what open has made, in the process that opened it. */
static int model;

static int open_model(void **opened)
{
    model++;
    *opened = &model;
    return model == 1 ? 0 : 9; /* once a process */
}

static void close_model(void *opened)
{
    *(int *)opened = 0;
}

static int run_opened(const struct breakeven_job *job, void *result)
{
    if (job->opened != &model || model != 1)
        return 5;
    return run_plain(job, result);
}

/* Is another number each time, by less than matters. */
static int run_rounded(const struct breakeven_job *job, void *result)
{
    static double last;
    double sum = (double)sum_below(job->size) + (last = last < 0.5 ? last + 0.001 : 0);
    memcpy(result, &sum, sizeof sum);
    return 0;
}

static int matches(const void *wanted, const void *got, uint64_t size)
{
    double a, b;
    (void)size;
    memcpy(&a, wanted, sizeof a);
    memcpy(&b, got, sizeof b);
    return a - b < 1 && b - a < 1;
}

static void text(const void *result, char *out, size_t room)
{
    double sum;
    memcpy(&sum, result, sizeof sum);
    snprintf(out, room, "about %.0f", sum);
}

static const struct breakeven_work plain = {
    BREAKEVEN_WORK_HEAD,           .name = "plain",  .result_bytes = 8, .run = run_plain,
    .summary = "a sum of squares", .unit = "rounds", .sizes = "100,1e3"};
static const struct breakeven_work reader = {
    BREAKEVEN_WORK_HEAD, .name = "reader",     .result_bytes = 8, .run = run_input,
    .sizes = "100",      .input_bytes = bytes, .prepare = fill};
static const struct breakeven_work opener = {
    BREAKEVEN_WORK_HEAD, .name = "opener",   .result_bytes = 8,   .run = run_opened,
    .sizes = "100",      .open = open_model, .close = close_model};
static const struct breakeven_work rounded = {
    BREAKEVEN_WORK_HEAD, .name = "rounded",  .result_bytes = 8,  .run = run_rounded,
    .sizes = "100",      .matches = matches, .result_text = text};
static const struct breakeven_work refused = {BREAKEVEN_WORK_HEAD, .name = "squares",
                                              .result_bytes = 8, .run = run_plain};

const struct breakeven_work *const breakeven_works[] = {&plain,   &reader,  &opener,
                                                        &rounded, &refused, NULL};

/* For those who have no time to fill a struct. */
int bare(uint64_t size, void *result);

int bare(uint64_t size, void *result)
{
    uint64_t sum = sum_below(size);
    memcpy(result, &sum, sizeof sum);
    return 0;
}
