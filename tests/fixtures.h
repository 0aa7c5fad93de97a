/* What the tests of strategies, works, cells and runs share. Include it before other headers:
 * cmocka has a macro `fail` that would hide the function of error.h. */
#ifndef BREAKEVEN_TESTS_FIXTURES_H
#define BREAKEVEN_TESTS_FIXTURES_H

#include "bench/base/error.h"
#include "bench/base/text.h"
#include "bench/job/batch.h"
#include "bench/job/work.h"
#include "bench/machine/cpus.h"
#include "strategies/strategy.h"
#include "tests/support.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIXTURE_SEED = 42, FIXTURE_TEXT_BYTES = 400000 };

/* The program that visits exec. */
static inline const char *fixture_program(void)
{
    const char *program = getenv("BREAKEVEN");
    return program != NULL ? program : "build/breakeven";
}

/* `jobs`, or what BREAKEVEN_TEST_JOBS caps it to. */
static inline uint64_t fixture_jobs(uint64_t jobs)
{
    const char *cap = getenv("BREAKEVEN_TEST_JOBS");
    uint64_t most = cap != NULL ? strtoull(cap, NULL, 10) : UINT64_MAX;
    return jobs < most ? jobs : most;
}

/* False where BREAKEVEN_TEST_STRATEGIES leaves the strategy out, and for those whose start takes
 * half a second where it does not name them: tests/mpi.sh does. */
static inline bool fixture_chosen(const struct strategy_ops *strategy)
{
    const char *chosen = getenv("BREAKEVEN_TEST_STRATEGIES");
    size_t length = strlen(strategy->name);
    if (chosen == NULL)
        return (strategy->flags & STRATEGY_LAUNCHED) == 0;
    for (const char *at = chosen; *at != '\0'; at += *at == ',') {
        size_t word = strcspn(at, ",");
        if (word == length && strncmp(at, strategy->name, length) == 0)
            return true;
        at += word;
    }
    return false;
}

/* Leaves the test unless the strategy can be tested here. */
static inline const struct strategy_ops *fixture_strategy(const char *name)
{
    const struct strategy_ops *strategy = strategy_find(name);
    assert_non_null(strategy);
    if (strategy_unavailable_for(strategy, works[0]) != NULL || !fixture_chosen(strategy))
        skip();
    return strategy;
}

static inline struct strategy_config fixture_config(const struct strategy_ops *strategy,
                                                    uint32_t workers)
{
    return (struct strategy_config){
        .workers = (strategy->flags & STRATEGY_ONE_WORKER) != 0 ? 1 : workers,
        .cpus = cpus_read().usable,
        .spin_ns = STRATEGY_SPIN_NS,
        .schedule = (strategy->flags & STRATEGY_SCHEDULES) != 0 ? SCHEDULE_DYNAMIC : SCHEDULE_NONE,
    };
}

/* A memfd that holds these bytes. */
static inline int fixture_file(const void *bytes, size_t count)
{
    struct error error = {0};
    int fd = batch_memory("fixture", count, &error);
    if (fd < 0 || pwrite(fd, bytes, count, 0) != (ssize_t)count)
        stop_test("a file of %zu bytes: %s", count, error.text);
    return fd;
}

/* Text that deflate makes shorter, and that has no two equal pages. */
static inline void fixture_text(unsigned char *text, size_t bytes)
{
    static const char *const words[] = {"fork ", "pool ", "join ", "wait\n",
                                        "map ",  "steal", "done ", "cell "};
    uint64_t random = FIXTURE_SEED;
    for (size_t at = 0; at < bytes;) {
        const char *word = words[work_random(&random) % COUNT_OF(words)];
        size_t left = bytes - at, length = strlen(word) < left ? strlen(word) : left;
        memcpy(text + at, word, length);
        at += length;
    }
}

/* The input of a batch, as the harness makes it; -1 where the work has none. */
static inline int fixture_input(const struct work *work, uint64_t size, uint64_t jobs)
{
    struct error error = {0};
    uint64_t bytes = work->input_is_file         ? FIXTURE_TEXT_BYTES
                     : work->input_bytes != NULL ? work->input_bytes(size, jobs)
                                                 : 0;
    unsigned char *input = bytes > 0 ? malloc(bytes) : NULL;
    if (input == NULL)
        return -1;
    if (work->input_is_file)
        fixture_text(input, bytes);
    else if (work->prepare(size, jobs, FIXTURE_SEED, input, &error) != 0)
        stop_test("%s", error.text);
    int fd = fixture_file(input, bytes);
    free(input);
    return fd;
}

/* A batch of its own; the input stays the caller's. */
static inline struct batch *fixture_batch(const struct work *work, uint64_t size, uint64_t jobs,
                                          int input_fd, bool traced)
{
    struct batch_request request = {.work = work,
                                    .jobs = jobs,
                                    .size = size,
                                    .seed = FIXTURE_SEED,
                                    .input_fd = input_fd,
                                    .traced = traced};
    struct error error = {0};
    struct batch *batch = batch_create(&request, &error);
    if (batch == NULL)
        stop_test("%s", error.text);
    return batch;
}

/* Valgrind makes a plain fork of what posix_spawn does, so that it cannot tell of a failed exec;
 * and it needs more address space than can be limited. */
static inline bool fixture_under_valgrind(void)
{
    const char *preloaded = getenv("LD_PRELOAD");
    return preloaded != NULL && strstr(preloaded, "valgrind") != NULL;
}

/* -1 with trouble set unless this process has no children. Tests collect trouble first and close
 * what they opened, so that one failure does not spoil the tests behind it. */
static inline int check_childless(struct error *trouble, const char *who)
{
    pid_t pid = waitpid(-1, NULL, WNOHANG);
    if (pid == -1 && errno == ECHILD)
        return 0;
    return fail(trouble, ERROR_CHECK_FAILED, "%s left a child behind (waitpid said %d)", who,
                (int)pid);
}

/* Tests that are made from tables: each has a name and a scenario of its own. */
enum { FIXTURE_MOST_TESTS = 512, FIXTURE_SCENARIO_BYTES = 64 };

struct fixture_tests {
    struct CMUnitTest tests[FIXTURE_MOST_TESTS];
    char names[FIXTURE_MOST_TESTS][96];
    _Alignas(16) unsigned char scenarios[FIXTURE_MOST_TESTS][FIXTURE_SCENARIO_BYTES];
    size_t count;
};

/* Adds a test whose state is a copy of the scenario. Dashes in the name become underscores, so that
 * runners can count names. */
static inline void __attribute__((format(printf, 5, 6)))
fixture_add(struct fixture_tests *list, CMUnitTestFunction test, const void *scenario, size_t bytes,
            const char *format, ...)
{
    size_t at = list->count++;
    va_list arguments;
    if (at >= FIXTURE_MOST_TESTS || bytes > FIXTURE_SCENARIO_BYTES)
        abort(); /* raise the limits above */
    va_start(arguments, format);
    vsnprintf(list->names[at], sizeof list->names[at], format, arguments);
    va_end(arguments);
    for (char *c = list->names[at]; *c != '\0'; c++)
        *c = *c == '-' ? '_' : *c;
    memcpy(list->scenarios[at], scenario, bytes);
    list->tests[at] = (struct CMUnitTest){
        .name = list->names[at], .test_func = test, .initial_state = list->scenarios[at]};
}

/* cmocka goes on with the next test after a crash. In a child it must not: each that crashes would
 * become another runner of all tests. */
static inline void fixture_let_crash(void)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS};
    for (size_t i = 0; i < COUNT_OF(signals); i++)
        signal(signals[i], SIG_DFL);
}

static inline int fixture_run(const struct fixture_tests *list, const char *group,
                              CMFixtureFunction teardown)
{
    pthread_atfork(NULL, NULL, fixture_let_crash);
    return _cmocka_run_group_tests(group, list->tests, list->count, NULL, teardown);
}

#endif
