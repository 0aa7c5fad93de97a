/* The pool that everybody writes first: threads, a queue, a mutex and two condition variables. */
#include <breakeven/strategy.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t work, idle; /* there are jobs; all jobs are done */
    const struct breakeven_batch *batch;
    uint64_t next, end, running; /* the queue: jobs next to end - 1; and those under way */
    int stop;
    uint32_t count;
    struct worker {
        struct pool *pool;
        pthread_t thread;
        uint32_t number;
    } workers[];
};

static void *serve(void *argument)
{
    struct worker *worker = argument;
    struct pool *pool = worker->pool;
    pthread_mutex_lock(&pool->lock);
    while (!pool->stop) {
        if (pool->next == pool->end) {
            pthread_cond_wait(&pool->work, &pool->lock);
            continue;
        }
        uint64_t job = pool->next++;
        pool->running++;
        pthread_mutex_unlock(&pool->lock);
        pool->batch->run(pool->batch, job, job + 1, worker->number);
        pthread_mutex_lock(&pool->lock);
        if (--pool->running == 0 && pool->next == pool->end)
            pthread_cond_signal(&pool->idle);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

static int queue_map(void *state, const struct breakeven_batch *batch, char *why, size_t why_bytes)
{
    struct pool *pool = state;
    (void)why, (void)why_bytes;
    pthread_mutex_lock(&pool->lock);
    pool->batch = batch;
    pool->next = 0;
    pool->end = batch->jobs;
    pthread_cond_broadcast(&pool->work);
    while (pool->next < pool->end || pool->running > 0)
        pthread_cond_wait(&pool->idle, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
    return 0;
}

static void queue_close(void *state)
{
    struct pool *pool = state;
    pthread_mutex_lock(&pool->lock);
    pool->stop = 1;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (uint32_t i = 0; i < pool->count; i++)
        pthread_join(pool->workers[i].thread, NULL);
    free(pool);
}

static int queue_open(const struct breakeven_config *config, void **state, char *why,
                      size_t why_bytes)
{
    struct pool *pool = calloc(1, sizeof *pool + config->workers * sizeof pool->workers[0]);
    if (pool == NULL)
        return snprintf(why, why_bytes, "no memory for %u workers", (unsigned)config->workers), -1;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->idle, NULL);
    for (; pool->count < config->workers; pool->count++) {
        struct worker *worker = &pool->workers[pool->count];
        *worker = (struct worker){.pool = pool, .number = pool->count};
        if (pthread_create(&worker->thread, NULL, serve, worker) != 0) {
            queue_close(pool);
            return snprintf(why, why_bytes, "thread %u is refused", (unsigned)pool->count), -1;
        }
    }
    *state = pool;
    return 0;
}

static const struct breakeven_strategy queue_pool = {
    BREAKEVEN_STRATEGY_HEAD,
    .name = "queue-pool",
    .summary = "threads that take single jobs from a queue under a mutex",
    .flags = BREAKEVEN_CALLER_WAITS,
    .unit = BREAKEVEN_UNIT_REGION,
    .floor = BREAKEVEN_FLOOR_WAKE,
    .open = queue_open,
    .map = queue_map,
    .close = queue_close,
};
BREAKEVEN_STRATEGIES(&queue_pool)
