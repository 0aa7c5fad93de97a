/* A strategy that breaks one rule, which its options name: it does so in its second map. Two
 * threads, the caller among them, each of which runs half of a batch. */
#include "include/breakeven/strategy.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct liar {
    char lie[32];
    _Atomic int maps, begun;
    uint64_t first, end;
    const struct breakeven_batch *batch;
    int lags; /* the thread waits for the next map */
    uint32_t worker;
};

static int lies(const struct liar *liar, const char *lie)
{
    return liar->maps == 2 && strcmp(liar->lie, lie) == 0;
}

static void *run_half(void *argument)
{
    struct liar *liar = argument;
    const struct breakeven_batch *batch = liar->batch;
    uint64_t first = liar->first, end = liar->end;
    for (int i = 0; liar->lags && liar->maps == 2 && i < 1000; i++)
        usleep(100);
    liar->begun = 1;
    batch->run(batch, first, end, liar->worker);
    return NULL;
}

static int lie_map(void *state, const struct breakeven_batch *batch, char *why, size_t why_bytes)
{
    struct liar *liar = state;
    uint64_t half = batch->jobs / 2;
    pthread_t thread;
    liar->maps++;
    liar->batch = batch;
    liar->first = half;
    liar->end = batch->jobs;
    liar->worker = 1;
    liar->begun = 0;
    liar->lags = lies(liar, "early");
    if (lies(liar, "lost"))
        liar->end--;
    if (lies(liar, "twice"))
        liar->first--;
    if (lies(liar, "beyond"))
        liar->end++;
    if (lies(liar, "stranger"))
        liar->worker = 2;
    int same = liar->maps > 1 && strcmp(liar->lie, "same") == 0;
    if (same)
        liar->worker = 0;
    if (lies(liar, "crash"))
        raise(SIGSEGV);
    if (lies(liar, "exit"))
        exit(0);
    if (lies(liar, "_exit"))
        _exit(3);
    if (lies(liar, "hang"))
        pause();
    if (lies(liar, "refuse")) {
        snprintf(why, why_bytes, "no jobs\ntoday");
        return -1;
    }
    if (lies(liar, "late"))
        batch->run(batch, 0, half, 0);
    if (pthread_create(&thread, NULL, run_half, liar) != 0)
        return -1;
    if (lies(liar, "early") || lies(liar, "late")) {
        pthread_detach(thread);
        if (lies(liar, "early"))
            batch->run(batch, 0, half, 0);
        while (lies(liar, "late") && !liar->begun)
            usleep(10);
        return 0;
    }
    while (same && !liar->begun)
        usleep(10);
    batch->run(batch, 0, half, 0);
    pthread_join(thread, NULL);
    return 0;
}

static int lie_open(const struct breakeven_config *config, void **state, char *why,
                    size_t why_bytes)
{
    struct liar *liar = calloc(1, sizeof *liar);
    if (liar == NULL || strcmp(config->options, "no-open") == 0) {
        snprintf(why, why_bytes, "it does not open");
        free(liar);
        return -1;
    }
    snprintf(liar->lie, sizeof liar->lie, "%s", config->options);
    *state = liar;
    return 0;
}

static void *stay(void *argument)
{
    pause();
    return argument;
}

static void lie_close(void *state)
{
    struct liar *liar = state;
    pthread_t thread;
    if (strcmp(liar->lie, "thread") == 0 && pthread_create(&thread, NULL, stay, NULL) == 0)
        pthread_detach(thread);
    if (strcmp(liar->lie, "process") == 0 && fork() == 0)
        _exit(0);
    if (strcmp(liar->lie, "daemon") == 0 && fork() == 0) {
        setsid();
        sleep(60);
        _exit(0);
    }
    static struct liar *kept; /* its thread may still read it */
    kept = strcmp(liar->lie, "early") == 0 || strcmp(liar->lie, "late") == 0 ? liar : NULL;
    if (kept == NULL)
        free(liar);
}

static const struct breakeven_strategy liar = {
    BREAKEVEN_STRATEGY_HEAD,
    .name = "liar",
    .summary = "breaks the rule that its options name",
    .unit = BREAKEVEN_UNIT_REGION,
    .floor = BREAKEVEN_FLOOR_ROUNDTRIP,
    .open = lie_open,
    .map = lie_map,
    .close = lie_close,
};
BREAKEVEN_STRATEGIES(&liar)
