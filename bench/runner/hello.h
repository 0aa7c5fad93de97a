#ifndef BREAKEVEN_RUNNER_HELLO_H
#define BREAKEVEN_RUNNER_HELLO_H

#include "bench/runner/runner.h"

#include <stdbool.h>
#include <stddef.h>

/* What a runner says of itself. */

enum { RUNNER_NAME_BYTES = 33, RUNNER_MOST_STRATEGIES = 64 };

/* What a strategy of a runner takes beside its workers, as bits. */
enum runner_takes {
    RUNNER_TAKES_WORKERS = 1,
    RUNNER_TAKES_CHUNK = 2,
    RUNNER_TAKES_START_METHOD = 4,
    RUNNER_TAKES_JOBS_PER_WORKER = 8,
    RUNNER_TAKES_RESULTS = 16,
    RUNNER_TAKES_IN_FLIGHT = 32,
    RUNNER_TAKES_PAYLOAD = 64,
};

/* One of them; the texts are the answer's. */
struct runner_strategy {
    const char *name, *summary, *elsewhere; /* "" where nothing is said */
    const char *missing;                    /* why it cannot be used here; NULL: it can */
    unsigned takes;                         /* enum runner_takes */
    bool is_baseline, shares_memory;
};

/* Asks for it and checks it; the caller's reference. NULL: see error and runner_trouble. */
json_t *runner_hello(struct runner *runner, struct error *error);

/* "CPython 3.11.2". */
const char *hello_runtime(const json_t *hello);

/* How many strategies there are, and one of them. */
size_t hello_count(const json_t *hello);
struct runner_strategy hello_strategy(const json_t *hello, size_t index);

/* False where there is no strategy of that name. */
bool hello_find(const json_t *hello, const char *name, struct runner_strategy *found);

/* The name of the strategy that the others are compared with. */
const char *hello_baseline(const json_t *hello);

/* True where the runner has a work of that name; the names of all, with commas between them. */
bool hello_has_work(const json_t *hello, const char *name);
void hello_works(const json_t *hello, char *text, size_t bytes);

#endif
