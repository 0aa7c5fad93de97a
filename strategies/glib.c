/* GLib's GThreadPool, with threads of its own (exclusive): one push a job; the caller waits. */
#include "strategies/common/library.h"
#include "strategies/common/missing.h"
#include "strategies/common/worker_slots.h"
#include "strategies/strategy.h"

#ifdef HAVE_GLIB
#include <errno.h>
#include <glib.h>
#include <pthread.h>
#include <stdlib.h>

#define FUNCTIONS                                                                                  \
    FUNCTION(g_thread_pool_new)                                                                    \
    FUNCTION(g_thread_pool_push)                                                                   \
    FUNCTION(g_thread_pool_free)                                                                   \
    FUNCTION(g_thread_pool_set_max_threads)                                                        \
    FUNCTION(g_thread_pool_set_max_unused_threads)                                                 \
    FUNCTION(g_error_free)

static struct {
#define FUNCTION(name) __typeof__(name) *name;
    FUNCTIONS
#undef FUNCTION
} library;

static const struct library_function functions[] = {
#define FUNCTION(name) {#name, (void **)&library.name},
    FUNCTIONS
#undef FUNCTION
};

enum { FUNCTION_COUNT = sizeof functions / sizeof *functions };

/* What every job reads lies apart from what every job writes. */
struct glib_state {
    GThreadPool *pool;
    struct worker_slots slots;
    struct batch *batch; /* NULL while the threads take their slots */
    uint32_t map;        /* of the batch */
    pthread_mutex_t mutex;
    pthread_cond_t none_left;
    _Alignas(64) uint64_t left; /* jobs of the map that are not settled yet */
};

static const char *glib_unavailable(void)
{
    if (library_load("libglib-2.0.so.0", functions, FUNCTION_COUNT))
        return NULL;
    return "libglib-2.0.so.0 cannot be loaded; `make deps-peers` installs it";
}

static const char *glib_runtime(void)
{
    return library_name(*functions[0].address);
}

static void note_end(struct glib_state *state)
{
    if (__atomic_sub_fetch(&state->left, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    pthread_mutex_lock(&state->mutex);
    pthread_cond_signal(&state->none_left);
    pthread_mutex_unlock(&state->mutex);
}

/* NULL cannot be pushed: the data is the index, of a job or of a slot, and one. */
static void run_job(gpointer data, gpointer opened)
{
    struct glib_state *state = opened;
    uint64_t index = GPOINTER_TO_SIZE(data) - 1;
    if (state->batch == NULL) {
        worker_slots_take(&state->slots, (uint32_t)index);
        return;
    }
    worker_slot_run(state->batch, state->map, index);
    note_end(state);
}

static void wait_for_end(struct glib_state *state)
{
    pthread_mutex_lock(&state->mutex);
    while (__atomic_load_n(&state->left, __ATOMIC_ACQUIRE) > 0)
        pthread_cond_wait(&state->none_left, &state->mutex);
    pthread_mutex_unlock(&state->mutex);
}

static void push_all(struct glib_state *state, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        library.g_thread_pool_push(state->pool, GSIZE_TO_POINTER(i + 1), NULL);
}

static int glib_map(void *opened, struct batch *batch, struct error *error)
{
    struct glib_state *state = opened;
    (void)error;
    state->batch = batch;
    state->map = batch->map;
    __atomic_store_n(&state->left, batch->jobs, __ATOMIC_RELAXED);
    push_all(state, batch->jobs);
    wait_for_end(state);
    return 0;
}

/* GLib waits until its threads have left the pool, and detaches them. */
static void glib_close(void *opened)
{
    struct glib_state *state = opened;
    if (state->pool != NULL)
        library.g_thread_pool_free(state->pool, FALSE, TRUE);
    worker_slots_wait_until_gone(&state->slots);
    worker_slots_close(&state->slots);
    pthread_mutex_destroy(&state->mutex);
    pthread_cond_destroy(&state->none_left);
    free(state);
}

/* Where a thread is refused to a new pool that has others already, GLib 2.84 frees the pool that
 * these wait in. So the pool begins with one, and grows by one: what is refused then leaves it as
 * it was. */
static int start_threads(struct glib_state *state, uint32_t workers, struct error *error)
{
    GError *refused = NULL;
    library.g_thread_pool_set_max_unused_threads(0); /* or some stay for the next pool */
    state->pool = library.g_thread_pool_new(run_job, state, 1, TRUE, &refused);
    uint32_t started = refused == NULL;
    while (refused == NULL && started < workers &&
           library.g_thread_pool_set_max_threads(state->pool, (gint)started + 1, &refused))
        started++;
    if (refused != NULL)
        library.g_error_free(refused);
    if (started < workers) /* EAGAIN is the only error of both */
        return fail_errno(error, EAGAIN, "GLib's start of worker %u of %u", started + 1, workers);
    push_all(state, workers);
    worker_slots_wait_until_taken(&state->slots);
    return 0;
}

static int glib_open(const struct strategy_config *config, void **opened, struct error *error)
{
    struct glib_state *state = aligned_alloc(_Alignof(struct glib_state), sizeof *state);
    if (state == NULL)
        return fail_errno(error, ENOMEM, "glib: %u workers", config->workers);
    *state = (struct glib_state){.mutex = PTHREAD_MUTEX_INITIALIZER,
                                 .none_left = PTHREAD_COND_INITIALIZER};
    if (worker_slots_open(&state->slots, config, error) != 0 ||
        start_threads(state, config->workers, error) != 0) {
        glib_close(state);
        return -1;
    }
    *opened = state;
    return 0;
}
#else
static const char *glib_unavailable(void)
{
    return "this build has no GLib; `make deps-peers all` installs it and builds again";
}
#endif

const struct strategy_ops strategy_glib = {
    .name = "glib",
    .summary = "GLib's GThreadPool with threads of its own; the caller waits",
    .elsewhere = "",
    .flags = STRATEGY_SHARES_MEMORY | STRATEGY_PEER,
    .floor = FLOOR_WAKE,
    .unavailable = glib_unavailable,
#ifdef HAVE_GLIB
    .runtime = glib_runtime,
    .open = glib_open,
    .map = glib_map,
    .close = glib_close,
#else
    .open = missing_open,
    .map = missing_map,
    .close = missing_close,
#endif
};
