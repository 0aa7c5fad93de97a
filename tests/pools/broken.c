/* Libraries that cannot be used, by the word that BROKEN is: the header's rules, broken before
 * anything is measured. */
#include "include/breakeven/strategy.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    ABI = 1,
    SHORT,
    OLDER,
    NEWER,
    NO_MAP,
    NO_NAME,
    BAD_UNIT,
    EMPTY,
    NO_LIST,
    BUILT_IN,
    DIES,
    LEAVES,
    HANGS,
    MISSING
};

static int open_nothing(const struct breakeven_config *config, void **state, char *why,
                        size_t why_bytes)
{
    (void)config, (void)state, (void)why, (void)why_bytes;
    return 0;
}

static int map_all(void *state, const struct breakeven_batch *batch, char *why, size_t why_bytes)
{
    (void)state, (void)why, (void)why_bytes;
    batch->run(batch, 0, batch->jobs, 0);
    return 0;
}

static void close_nothing(void *state)
{
    (void)state;
}

/* What an older header's struct ends before, and a newer one's has behind. */
static const struct {
    struct breakeven_strategy known;
    void (*later)(void);
} broken = {
    .known =
        {
            .abi = BROKEN == ABI ? BREAKEVEN_STRATEGY_ABI + 1 : BREAKEVEN_STRATEGY_ABI,
            .struct_bytes = BROKEN == SHORT   ? 16
                            : BROKEN == OLDER ? offsetof(struct breakeven_strategy, unavailable)
                            : BROKEN == NEWER ? sizeof broken
                                              : sizeof(struct breakeven_strategy),
            .name = BROKEN == NO_NAME    ? "two words"
                    : BROKEN == BUILT_IN ? "threadpool"
                                         : "broken",
            .summary = "cannot be used",
            .unit = BROKEN == BAD_UNIT ? 7 : BREAKEVEN_UNIT_REGION,
            .open = open_nothing,
            .map = BROKEN == NO_MAP ? NULL : map_all,
            .close = close_nothing,
            /* of an older header this would be whatever lies behind the struct */
            .unavailable = BROKEN == OLDER ? (const char *(*)(void))1 : NULL,
            .usage = BROKEN == OLDER ? (void (*)(void *, struct breakeven_usage *))1 : NULL,
        },
};

#if BROKEN == 8 /* EMPTY */
const struct breakeven_strategy *const breakeven_strategies[] = {NULL};
#elif BROKEN == 9 /* NO_LIST */
const void *const something_else = &broken;
#else
BREAKEVEN_STRATEGIES(&broken.known)
#endif

static __attribute__((constructor)) void load(void)
{
    if (BROKEN == DIES)
        raise(SIGSEGV);
    if (BROKEN == LEAVES)
        exit(0);
    if (BROKEN == HANGS)
        pause();
}

/* A program, if it is linked as one. */
int main(void)
{
    return 0;
}
