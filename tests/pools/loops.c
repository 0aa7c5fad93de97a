/* What calling run costs: serial's loop as a strategy, by one call for all jobs and by one each; a
 * pool of threads that spin, each of which runs an equal share by one call. */
#include "include/breakeven/strategy.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static int open_nothing(const struct breakeven_config *config, void **state, char *why,
                        size_t why_bytes)
{
    (void)config, (void)state, (void)why, (void)why_bytes;
    return 0;
}

static void close_nothing(void *state)
{
    (void)state;
}

static int map_at_once(void *state, const struct breakeven_batch *batch, char *why,
                       size_t why_bytes)
{
    (void)state, (void)why, (void)why_bytes;
    batch->run(batch, 0, batch->jobs, 0);
    return 0;
}

static int map_singly(void *state, const struct breakeven_batch *batch, char *why, size_t why_bytes)
{
    (void)state, (void)why, (void)why_bytes;
    for (uint64_t i = 0; i < batch->jobs; i++)
        batch->run(batch, i, i + 1, 0);
    return 0;
}

struct pool;

struct member {
    _Alignas(128) struct pool *pool;
    pthread_t thread;
    uint32_t number;
    _Atomic uint32_t finished;
};

struct pool {
    _Alignas(128) _Atomic uint32_t region;
    const struct breakeven_batch *batch; /* NULL: end */
    _Alignas(128) uint32_t workers;
    struct member members[];
};

static void run_share(const struct pool *pool, const struct breakeven_batch *batch, uint32_t number)
{
    uint64_t first = batch->jobs * number / pool->workers,
             end = batch->jobs * (number + 1) / pool->workers;
    if (first < end)
        batch->run(batch, first, end, number);
}

static void *serve(void *argument)
{
    struct member *member = argument;
    struct pool *pool = member->pool;
    for (uint32_t region = 0;;) {
        while (atomic_load_explicit(&pool->region, memory_order_acquire) == region)
            ;
        region++;
        if (pool->batch == NULL)
            return NULL;
        run_share(pool, pool->batch, member->number);
        atomic_store_explicit(&member->finished, region, memory_order_release);
    }
}

static int map_spinning(void *state, const struct breakeven_batch *batch, char *why,
                        size_t why_bytes)
{
    struct pool *pool = state;
    (void)why, (void)why_bytes;
    pool->batch = batch;
    uint32_t region = atomic_fetch_add_explicit(&pool->region, 1, memory_order_release) + 1;
    run_share(pool, batch, 0);
    for (uint32_t i = 1; i < pool->workers; i++)
        while (atomic_load_explicit(&pool->members[i].finished, memory_order_acquire) != region)
            ;
    return 0;
}

static int open_spinning(const struct breakeven_config *config, void **state, char *why,
                         size_t why_bytes)
{
    struct pool *pool = aligned_alloc(128, sizeof *pool + config->workers * sizeof(struct member));
    (void)why, (void)why_bytes;
    if (pool == NULL)
        return -1;
    pool->workers = config->workers;
    pool->region = 0;
    for (uint32_t i = 1; i < config->workers; i++) {
        pool->members[i] = (struct member){.pool = pool, .number = i};
        if (pthread_create(&pool->members[i].thread, NULL, serve, &pool->members[i]) != 0)
            return -1;
    }
    *state = pool;
    return 0;
}

static void close_spinning(void *state)
{
    struct pool *pool = state;
    pool->batch = NULL;
    atomic_fetch_add(&pool->region, 1);
    for (uint32_t i = 1; i < pool->workers; i++)
        pthread_join(pool->members[i].thread, NULL);
    free(pool);
}

static const struct breakeven_strategy at_once = {
    BREAKEVEN_STRATEGY_HEAD,       .name = "at-once",    .summary = "serial's loop by one call",
    .flags = BREAKEVEN_ONE_WORKER, .open = open_nothing, .map = map_at_once,
    .close = close_nothing,
};
static const struct breakeven_strategy singly = {
    BREAKEVEN_STRATEGY_HEAD,
    .name = "singly",
    .summary = "serial's loop by one call each",
    .flags = BREAKEVEN_ONE_WORKER,
    .open = open_nothing,
    .map = map_singly,
    .close = close_nothing,
};
static const struct breakeven_strategy spinning = {
    BREAKEVEN_STRATEGY_HEAD,
    .name = "spinning",
    .summary = "threads that spin, an equal share each",
    .unit = BREAKEVEN_UNIT_REGION,
    .floor = BREAKEVEN_FLOOR_ROUNDTRIP,
    .open = open_spinning,
    .map = map_spinning,
    .close = close_spinning,
};
BREAKEVEN_STRATEGIES(&at_once, &singly, &spinning)
