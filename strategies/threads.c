/* One pthread per job, at most `workers` alive. */
#include "strategies/common/alive.h"
#include "strategies/strategy.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct threads_state;

/* The thread in one slot and the job it runs. */
struct runner {
    struct threads_state *state;
    struct batch *batch;
    pthread_t thread;
    uint64_t index;
    int code;
};

/* The slots whose threads have run their job queue up in finished, to be joined. */
struct threads_state {
    struct slots *slots;
    pid_t pid;
    struct runner *runners;
    pthread_mutex_t mutex;
    pthread_cond_t some_finished;
    uint32_t *finished;
    uint32_t finished_count;
};

static void *run_one(void *argument)
{
    struct runner *runner = argument;
    struct threads_state *state = runner->state;
    struct job job = batch_job(runner->batch, runner->index);
    runner->code = batch_execute(runner->batch, &job);
    pthread_mutex_lock(&state->mutex);
    state->finished[state->finished_count++] = (uint32_t)(runner - state->runners);
    pthread_cond_signal(&state->some_finished);
    pthread_mutex_unlock(&state->mutex);
    return NULL;
}

static int start(void *opened, struct batch *batch, uint64_t index, uint32_t number,
                 struct error *error)
{
    struct threads_state *state = opened;
    struct runner *runner = &state->runners[number];
    runner->state = state;
    runner->batch = batch;
    runner->index = index;
    int refused = pthread_create(&runner->thread, NULL, run_one, runner);
    if (refused != 0)
        return fail_errno(error, refused, "pthread_create for job %llu", (unsigned long long)index);
    return 0;
}

static int wait_any(void *opened, struct batch *batch, struct ended *ended, struct error *error)
{
    struct threads_state *state = opened;
    (void)batch;
    (void)error;
    pthread_mutex_lock(&state->mutex);
    while (state->finished_count == 0)
        pthread_cond_wait(&state->some_finished, &state->mutex);
    uint32_t number = state->finished[--state->finished_count];
    pthread_mutex_unlock(&state->mutex);
    pthread_join(state->runners[number].thread, NULL);
    /* an exit code, as waitpid reports it */
    *ended = (struct ended){number, state->pid, state->runners[number].code << 8, false};
    return 0;
}

static void threads_close(void *opened)
{
    struct threads_state *state = opened;
    slots_close(state->slots);
    free(state->runners);
    free(state->finished);
    pthread_mutex_destroy(&state->mutex);
    pthread_cond_destroy(&state->some_finished);
    free(state);
}

static int threads_open(const struct strategy_config *config, void **opened, struct error *error)
{
    struct threads_state *state = calloc(1, sizeof *state);
    if (state == NULL)
        return fail_errno(error, ENOMEM, "threads: %u workers", config->workers);
    state->slots = slots_open(config, error);
    state->pid = getpid();
    pthread_mutex_init(&state->mutex, NULL);
    pthread_cond_init(&state->some_finished, NULL);
    state->runners = calloc(config->workers, sizeof *state->runners);
    state->finished = calloc(config->workers, sizeof *state->finished);
    if (state->slots == NULL || state->runners == NULL || state->finished == NULL) {
        threads_close(state);
        return fail_errno(error, ENOMEM, "threads: %u workers", config->workers);
    }
    *opened = state;
    return 0;
}

static int threads_map(void *opened, struct batch *batch, struct error *error)
{
    static const struct starter starter = {start, wait_any};
    struct threads_state *state = opened;
    return alive_map(&starter, state, state->slots, batch, error);
}

const struct strategy_ops strategy_threads = {
    .name = "threads",
    .summary = "one pthread per job, at most `workers` alive",
    .elsewhere = "threading.Thread",
    .flags = STRATEGY_SHARES_MEMORY,
    .floor = FLOOR_THREAD,
    .open = threads_open,
    .map = threads_map,
    .close = threads_close,
};
