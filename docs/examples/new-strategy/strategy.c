/* A strategy for breakeven, as `breakeven new strategy @NAME@` wrote it: it runs the jobs one after
 * the other. Replace what open, map and close do by your pool.
 *
 *     make && breakeven run --strategies threadpool,./@NAME@.so
 *
 * breakeven/strategy.h says what each hook must do, and what the flags mean. */
#include <breakeven/strategy.h>

#include <stdio.h>
#include <stdlib.h>

/* What you keep between maps: threads, queues. */
struct pool {
    uint32_t workers;
};

/* Starts the workers. The time that it takes is a part of what a cold start costs. */
static int open_pool(const struct breakeven_config *config, void **state, char *why,
                     size_t why_bytes)
{
    struct pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL) {
        snprintf(why, why_bytes, "no memory for %u workers", (unsigned)config->workers);
        return -1;
    }
    pool->workers = config->workers;
    *state = pool;
    return 0;
}

/* Has every job run once, and returns when all have been. Any thread may call batch->run, with the
 * number of its worker: 0 to workers - 1, each of them in one thread at a time. */
static int map_batch(void *state, const struct breakeven_batch *batch, char *why, size_t why_bytes)
{
    (void)state, (void)why, (void)why_bytes;
    batch->run(batch, 0, batch->jobs, 0);
    return 0;
}

/* Ends the workers and waits for their end. */
static void close_pool(void *state)
{
    free(state);
}

static const struct breakeven_strategy strategy = {
    BREAKEVEN_STRATEGY_HEAD,
    .name = "@NAME@",
    .summary = "a pool of my own",
    .flags = 0, /* BREAKEVEN_CALLER_WAITS where who calls map is not among the workers, ... */
    .unit = BREAKEVEN_UNIT_REGION,
    .floor = BREAKEVEN_FLOOR_ROUNDTRIP,
    .open = open_pool,
    .map = map_batch,
    .close = close_pool,
};
BREAKEVEN_STRATEGIES(&strategy)
