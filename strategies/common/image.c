#include "strategies/common/image.h"
#include "bench/base/parse.h"
#include "strategies/common/children.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern char **environ;

/* The arguments behind "job", in this order. */
enum {
    WORK,
    SIZE,
    JOBS,
    SEED,
    INDEX,
    TRACED,
    FD,
    INPUT_FD,
    PARENT,
    PAYLOAD_IN,
    PAYLOAD_OUT,
    DOWN,
    UP,
    JOB_ARGUMENTS
};

enum { NUMBER_BYTES = 24 };

pid_t image_spawn(const char *program, char *const arguments[], const int fds[], size_t fd_count,
                  struct error *error)
{
    posix_spawn_file_actions_t actions;
    pid_t pid = -1;
    int refused = posix_spawn_file_actions_init(&actions);
    if (refused == 0) {
        for (size_t i = 0; refused == 0 && i < fd_count; i++)
            if (fds[i] >= 0) /* onto itself: only close-on-exec goes */
                refused = posix_spawn_file_actions_adddup2(&actions, fds[i], fds[i]);
        if (refused == 0)
            refused = posix_spawn(&pid, program, &actions, NULL, arguments, environ);
        posix_spawn_file_actions_destroy(&actions);
    }
    if (refused != 0) {
        fail_errno(error, refused, "posix_spawn of %s", program);
        return -1;
    }
    return pid;
}

pid_t image_spawn_job(const char *program, const struct batch *batch, uint64_t index,
                      struct carrier_end end, struct error *error)
{
    const int fds[] = {batch->fd, batch->input_fd, end.down, end.up};
    const uint64_t numbers[JOB_ARGUMENTS] = {
        [SIZE] = batch->size,
        [JOBS] = batch->jobs,
        [SEED] = batch->seed,
        [INDEX] = index,
        [TRACED] = batch->spans != NULL,
        [FD] = (uint64_t)batch->fd,
        [INPUT_FD] = (uint64_t)(batch->input_fd + 1), /* 0: none */
        [PARENT] = (uint64_t)getpid(),
        [PAYLOAD_IN] = batch->payload_in_bytes,
        [PAYLOAD_OUT] = batch->payload_out_bytes,
        [DOWN] = (uint64_t)(end.down + 1),
        [UP] = (uint64_t)(end.up + 1),
    };
    char texts[JOB_ARGUMENTS][NUMBER_BYTES];
    char *arguments[JOB_ARGUMENTS + 3] = {"breakeven", IMAGE_JOB,
                                          (char *)(uintptr_t)batch->work->name};
    for (int i = WORK + 1; i < JOB_ARGUMENTS; i++) {
        snprintf(texts[i], sizeof texts[i], "%llu", (unsigned long long)numbers[i]);
        arguments[2 + i] = texts[i];
    }
    return image_spawn(program, arguments, fds, sizeof fds / sizeof *fds, error);
}

int image_run_job(int count, char *const arguments[], struct error *error)
{
    static const struct number_rule any = {.most = UINT64_MAX};
    uint64_t numbers[JOB_ARGUMENTS] = {0};
    if (count != JOB_ARGUMENTS)
        return fail(error, EXIT_USAGE, "job: started by breakeven itself only");
    for (int i = WORK + 1; i < JOB_ARGUMENTS; i++)
        if (parse_number("job", arguments[i], &any, &numbers[i], error) != 0)
            return -1;
    children_follow_parent((pid_t)numbers[PARENT]);
    struct batch_request request = {
        .work = work_find(arguments[WORK]),
        .jobs = numbers[JOBS],
        .size = numbers[SIZE],
        .seed = numbers[SEED],
        .input_fd = (int)numbers[INPUT_FD] - 1,
        .traced = numbers[TRACED] != 0,
        .payload_in_bytes = numbers[PAYLOAD_IN],
        .payload_out_bytes = numbers[PAYLOAD_OUT],
    };
    if (request.work == NULL || numbers[INDEX] >= request.jobs)
        return fail(error, EXIT_USAGE, "job: no job %s of work '%s'", arguments[INDEX],
                    arguments[WORK]);
    struct batch *batch = batch_attach(&request, (int)numbers[FD], error);
    if (batch == NULL)
        return -1;
    struct job job = batch_job(batch, numbers[INDEX]);
    struct carrier_end end = {(int)numbers[DOWN] - 1, (int)numbers[UP] - 1};
    int code = carrier_execute(end, batch, &job);
    batch_free(batch);
    return code;
}
