/* A fixed set of pthreads, the caller as worker 0, over the same dispatch as the process pools.
 * Where the caller takes results one by one, it is no worker. */
#include "strategies/threadpool.h"
#include "strategies/common/dispatch.h"
#include "strategies/stream/stream.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct threadpool_state;

struct pool_thread {
    struct threadpool_state *state;
    pthread_t thread;
    uint32_t worker;
};

struct threadpool_state {
    struct dispatch *dispatch;
    uint32_t first;   /* worker that is a thread: 1 where the caller is worker 0 */
    uint32_t started; /* threads that run, from worker `first` on */
    struct pool_thread members[];
};

static void *serve(void *argument)
{
    struct pool_thread *member = argument;
    dispatch_serve(member->state->dispatch, member->worker, 0);
    return NULL;
}

/* The caller takes results while all workers are threads. */
static __attribute__((noinline)) int map_and_take(struct dispatch *dispatch, struct batch *batch,
                                                  struct error *error)
{
    dispatch_begin(dispatch, DISPATCH_RUN, batch);
    while (dispatch_wait(dispatch, 0) != DISPATCH_FINISHED)
        ;
    return dispatch_check_bound(dispatch, error);
}

static int threadpool_map(void *opened, struct batch *batch, struct error *error)
{
    struct threadpool_state *state = opened;
    if (state->first == 0)
        return map_and_take(state->dispatch, batch, error);
    dispatch_begin(state->dispatch, DISPATCH_RUN, batch);
    dispatch_work(state->dispatch);
    while (dispatch_wait(state->dispatch, 0) != DISPATCH_FINISHED)
        ;
    return dispatch_check_bound(state->dispatch, error);
}

int threadpool_map_part(void *opened, struct batch *batch, struct dispatch_part part,
                        struct error *error)
{
    struct threadpool_state *state = opened;
    dispatch_begin_part(state->dispatch, DISPATCH_RUN, batch, part);
    dispatch_work(state->dispatch);
    while (dispatch_wait(state->dispatch, 0) != DISPATCH_FINISHED)
        ;
    return dispatch_check_bound(state->dispatch, error);
}

static void threadpool_close(void *opened)
{
    struct threadpool_state *state = opened;
    dispatch_begin(state->dispatch, DISPATCH_STOP, NULL);
    for (uint32_t i = 0; i < state->started; i++)
        pthread_join(state->members[state->first + i].thread, NULL);
    dispatch_destroy(state->dispatch);
    free(state);
}

static int start_threads(struct threadpool_state *state, uint32_t workers, struct error *error)
{
    for (uint32_t i = state->first; i < workers; i++) {
        struct pool_thread *member = &state->members[i];
        *member = (struct pool_thread){.state = state, .worker = i};
        int refused = pthread_create(&member->thread, NULL, serve, member);
        if (refused != 0)
            return fail_errno(error, refused, "pthread_create of worker %u of %u", i + 1, workers);
        state->started++;
    }
    return 0;
}

static int threadpool_open(const struct strategy_config *config, void **opened, struct error *error)
{
    struct threadpool_state *state =
        calloc(1, sizeof *state + config->workers * sizeof *state->members);
    if (state == NULL)
        return fail_errno(error, ENOMEM, "threadpool: %u workers", config->workers);
    bool caller_takes = stream_is_wanted(config);
    state->first = caller_takes ? 0 : 1;
    state->dispatch = dispatch_create(config, !caller_takes, NULL, error);
    if (state->dispatch == NULL) {
        free(state);
        return -1;
    }
    if (start_threads(state, config->workers, error) != 0) {
        threadpool_close(state);
        return -1;
    }
    *opened = state;
    return 0;
}

const struct strategy_ops strategy_threadpool = {
    .name = "threadpool",
    .summary = "a fixed set of pthreads, the caller among them",
    .elsewhere = "multiprocessing.pool.ThreadPool, joblib backend threading",
    .flags = STRATEGY_IS_POOL | STRATEGY_SPINS | STRATEGY_SCHEDULES | STRATEGY_SHARES_MEMORY |
             STRATEGY_STREAMS | STRATEGY_LIMITS,
    .unit = UNIT_REGION,
    .floor = FLOOR_ROUNDTRIP,
    .open = threadpool_open,
    .map = threadpool_map,
    .close = threadpool_close,
};
