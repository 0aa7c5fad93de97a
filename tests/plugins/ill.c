/* Works that are wrong: -DHOW=... says in what. */
#include <breakeven/work.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CRASHES_WHILE_LOADED = 1,
    EXITS_WHILE_LOADED,
    HANGS_WHILE_LOADED,
    LACKS_RUN,
    LACKS_INPUT_BYTES,
    HAS_NO_NAME,
    HAS_NO_RESULT,
    IS_OF_A_LATER_VERSION,
    HAS_A_LATER_HOOK,
    SAYS_NO_SIZE,
    HAS_BAD_SIZES,
    WRITES_BEYOND,
    WRITES_BEFORE,
    WRITES_TOO_LITTLE,
    WRITES_OTHER_BYTES,
    LEAVES_A_THREAD,
    LEAVES_A_PROCESS,
    CALLS_EXIT,
    CALLS__EXIT,
    CALLS__EXIT_WITH_4,
    CRASHES,
    FAILS,
    FAILS_TO_OPEN,
    FAILS_TO_PREPARE,
    IS_NEVER_DONE,
    CRASHES_WHERE_LARGE,
};

static __attribute__((constructor)) void begin(void)
{
    if (HOW == CRASHES_WHILE_LOADED)
        abort();
    if (HOW == EXITS_WHILE_LOADED)
        exit(0);
    while (HOW == HANGS_WHILE_LOADED)
        pause();
}

static void *wait_for_ever(void *argument)
{
    pause();
    return argument;
}

static int run(const struct breakeven_job *job, void *result)
{
    static uint64_t calls;
    unsigned char *out = result;
    uint64_t value = job->size;
    pthread_t thread;
    memcpy(out, &value, HOW == WRITES_TOO_LITTLE ? 4 : sizeof value);
    if (HOW == WRITES_BEYOND)
        out[8] = 1;
    if (HOW == WRITES_BEFORE)
        out[-1] = 1;
    if (HOW == WRITES_OTHER_BYTES)
        out[0] = (unsigned char)++calls;
    if (HOW == LEAVES_A_THREAD)
        pthread_create(&thread, NULL, wait_for_ever, NULL);
    if (HOW == CALLS_EXIT)
        exit(0);
    if (HOW == CALLS__EXIT)
        _exit(0);
    if (HOW == CALLS__EXIT_WITH_4)
        _exit(4);
    if (HOW == LEAVES_A_PROCESS && fork() == 0) {
        sleep(60);
        _exit(0);
    }
    if (HOW == CRASHES || (HOW == CRASHES_WHERE_LARGE && job->size >= 10000))
        abort();
    while (HOW == IS_NEVER_DONE)
        pause();
    return HOW == FAILS ? 7 : 0;
}

static int open_nothing(void **opened)
{
    (void)opened;
    return 3;
}

static uint64_t bytes(uint64_t size, uint64_t jobs)
{
    return size * jobs;
}

static int fill(uint64_t size, uint64_t jobs, uint64_t seed, unsigned char *input)
{
    (void)size, (void)jobs, (void)seed, (void)input;
    return -2;
}

struct later {
    struct breakeven_work known;
    int (*hook)(void);
};

static int later_hook(void)
{
    return 0;
}

extern const struct later breakeven_work_later __asm__("breakeven_work");
__attribute__((visibility("default"))) const struct later breakeven_work_later = {
    .known =
        {
            .abi_version = BREAKEVEN_WORK_ABI + (HOW == IS_OF_A_LATER_VERSION),
            .struct_bytes = HOW == SAYS_NO_SIZE       ? 0
                            : HOW == HAS_A_LATER_HOOK ? sizeof(struct later)
                                                      : sizeof(struct breakeven_work),
            .name = HOW == HAS_NO_NAME ? "no name/at all" : "ill",
            .result_bytes = HOW == HAS_NO_RESULT ? 0 : 8,
            .run = HOW == LACKS_RUN ? NULL : run,
            .sizes = HOW == HAS_BAD_SIZES ? "banana" : "10",
            .input_bytes = HOW == FAILS_TO_PREPARE ? bytes : NULL,
            .prepare = HOW == LACKS_INPUT_BYTES || HOW == FAILS_TO_PREPARE ? fill : NULL,
            .open = HOW == FAILS_TO_OPEN ? open_nothing : NULL,
        },
    .hook = later_hook,
};

/* No function. */
int number = 5;
