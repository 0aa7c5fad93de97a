/* The pthreadpool library (of XNNPACK and PyTorch): one call of parallelize_1d a map, the caller as
 * worker 0. It divides jobs evenly and lets workers that are done steal single jobs. */
#include "strategies/common/library.h"
#include "strategies/common/missing.h"
#include "strategies/common/preflight.h"
#include "strategies/common/worker_slots.h"
#include "strategies/strategy.h"

#ifdef HAVE_PTHREADPOOL
#include <errno.h>
#include <pthreadpool.h>
#include <stdlib.h>

#define FUNCTIONS                                                                                  \
    FUNCTION(pthreadpool_create)                                                                   \
    FUNCTION(pthreadpool_parallelize_1d)                                                           \
    FUNCTION(pthreadpool_destroy)

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

struct pthreadpool_state {
    pthreadpool_t pool;
    struct worker_slots slots;
    struct batch *batch;
    uint32_t map; /* of the batch: its own number lies on a line of its own */
};

static const char *pthreadpool_unavailable(void)
{
    if (library_load("libpthreadpool.so.0", functions, FUNCTION_COUNT) ||
        library_load("libpthreadpool.so", functions, FUNCTION_COUNT))
        return NULL;
    return "libpthreadpool.so cannot be loaded; `make deps-peers` installs it";
}

static const char *pthreadpool_runtime(void)
{
    return library_name(*functions[0].address);
}

static void run_job(void *opened, size_t index)
{
    struct pthreadpool_state *state = opened;
    worker_slot_run(state->batch, state->map, index);
}

/* Of as many items as threads each has one at first; the caller has item 0. */
static void take_slot(void *opened, size_t index)
{
    struct pthreadpool_state *state = opened;
    worker_slots_take(&state->slots, (uint32_t)index);
}

static int pthreadpool_open(const struct strategy_config *config, void **opened,
                            struct error *error)
{
    struct pthreadpool_state *state = calloc(1, sizeof *state);
    if (state == NULL)
        return fail_errno(error, ENOMEM, "pthreadpool: %u workers", config->workers);
    if (worker_slots_open(&state->slots, config, error) == 0 &&
        (state->pool = library.pthreadpool_create(config->workers)) == NULL)
        fail_errno(error, ENOMEM, "pthreadpool_create of %u workers", config->workers);
    if (state->pool == NULL) {
        worker_slots_close(&state->slots);
        free(state);
        return -1;
    }
    library.pthreadpool_parallelize_1d(state->pool, take_slot, state, config->workers, 0);
    *opened = state;
    return 0;
}

static int pthreadpool_map(void *opened, struct batch *batch, struct error *error)
{
    struct pthreadpool_state *state = opened;
    (void)error;
    state->batch = batch;
    state->map = batch->map;
    library.pthreadpool_parallelize_1d(state->pool, run_job, state, batch->jobs, 0);
    return 0;
}

static void pthreadpool_close(void *opened)
{
    struct pthreadpool_state *state = opened;
    library.pthreadpool_destroy(state->pool);
    worker_slots_close(&state->slots);
    free(state);
}
#else
static const char *pthreadpool_unavailable(void)
{
    return "this build has no pthreadpool; `make deps-peers all` installs it and builds again";
}
#endif

const struct strategy_ops strategy_pthreadpool = {
    .name = "pthreadpool",
    .summary = "the pthreadpool library, the caller among its threads",
    .elsewhere = "what runs XNNPACK and PyTorch on phones",
    .flags = STRATEGY_SHARES_MEMORY | STRATEGY_PEER,
    .unit = UNIT_REGION,
    .floor = FLOOR_ROUNDTRIP,
    .unavailable = pthreadpool_unavailable,
#ifdef HAVE_PTHREADPOOL
    .runtime = pthreadpool_runtime,
    .preflight = preflight_threads, /* the library waits for ever for a thread it did not get */
    .open = pthreadpool_open,
    .map = pthreadpool_map,
    .close = pthreadpool_close,
#else
    .open = missing_open,
    .map = missing_map,
    .close = missing_close,
#endif
};
