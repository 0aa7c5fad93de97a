/* size rounds of allocate, touch and free. A job keeps 32 blocks alive and replaces a random one
 * each round; sizes are mixed, 16 to 1024 bytes, most of them small. What threads contend for here
 * is the allocator. */
#include "bench/job/work.h"

#include <stdlib.h>
#include <string.h>

enum { LIVE_BLOCKS = 32, LEAST_BYTES = 16 };

static size_t mixed_size(uint64_t random)
{
    unsigned magnitude = (unsigned)(random & 7);
    size_t spread = (size_t)LEAST_BYTES << (magnitude < 6 ? magnitude / 2 : magnitude - 2);
    return spread + ((random >> 8) & (spread - 1));
}

/* Replaces a random block; returns a number that depends on what was replaced. */
static bool replace_block(unsigned char *blocks[], uint64_t random, uint64_t *sum)
{
    unsigned char **slot = &blocks[(random >> 32) % LIVE_BLOCKS];
    size_t bytes = mixed_size(random);
    if (*slot != NULL)
        *sum += (*slot)[0];
    free(*slot);
    *slot = malloc(bytes);
    if (*slot == NULL)
        return false;
    (*slot)[0] = (unsigned char)bytes;
    (*slot)[bytes - 1] = (unsigned char)random;
    WORK_TOUCHED(*slot);
    return true;
}

static int run(const struct job *job, void *result)
{
    unsigned char *blocks[LIVE_BLOCKS] = {NULL};
    uint64_t random = job->seed ^ job->index, sum = 0;
    bool alive = true;
    for (uint64_t i = 0; alive && i < job->size; i++)
        alive = replace_block(blocks, work_random(&random), &sum);
    for (size_t i = 0; i < LIVE_BLOCKS; i++)
        free(blocks[i]);
    memcpy(result, &sum, sizeof sum);
    return alive ? 0 : 1;
}

const struct work work_malloc = {
    .name = "malloc",
    .summary = "size rounds of allocate, touch, free: contention in the allocator",
    .unit = "rounds",
    .result_bytes = sizeof(uint64_t),
    .run = run,
    .result_text = work_text_u64,
};
