#include "strategies/image/job.h"
#include "bench/base/parse.h"
#include "bench/process/child.h"

#include <stdio.h>
#include <unistd.h>

/* The arguments behind JOB_SUBCOMMAND, in this order. */
enum {
    WORK,
    REFERENCE, /* of the work; "" where it is built in */
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
    UP
};

_Static_assert(UP + 1 == JOB_ARGUMENTS, "job.h has room for all arguments");

void job_describe(const struct batch *batch, uint64_t index, struct relay_end end,
                  struct job_command *command)
{
    const uint64_t numbers[JOB_ARGUMENTS] = {
        [SIZE] = batch->size,
        [JOBS] = batch->jobs,
        [SEED] = batch->seed,
        [INDEX] = index,
        [TRACED] = batch->tracing,
        [FD] = (uint64_t)batch->fd,
        [INPUT_FD] = (uint64_t)(batch->input_fd + 1), /* 0: none */
        [PARENT] = (uint64_t)getpid(),
        [PAYLOAD_IN] = batch->payload_in_bytes,
        [PAYLOAD_OUT] = batch->payload_out_bytes,
        [DOWN] = (uint64_t)(end.down + 1),
        [UP] = (uint64_t)(end.up + 1),
    };
    command->arguments[0] = "breakeven";
    command->arguments[1] = JOB_SUBCOMMAND;
    const char *reference = batch->work->reference;
    command->arguments[2 + WORK] = (char *)(uintptr_t)batch->work->name;
    command->arguments[2 + REFERENCE] = (char *)(uintptr_t)(reference != NULL ? reference : "");
    for (int i = REFERENCE + 1; i < JOB_ARGUMENTS; i++) {
        snprintf(command->texts[i], JOB_NUMBER_BYTES, "%llu", (unsigned long long)numbers[i]);
        command->arguments[2 + i] = command->texts[i];
    }
    command->arguments[2 + JOB_ARGUMENTS] = NULL;
}

int job_run(int count, char *const arguments[], struct error *error)
{
    static const struct number_rule any = {.most = UINT64_MAX};
    uint64_t numbers[JOB_ARGUMENTS] = {0};
    if (count != JOB_ARGUMENTS)
        return fail(error, ERROR_USAGE, "job: started by breakeven only");
    for (int i = REFERENCE + 1; i < JOB_ARGUMENTS; i++)
        if (parse_number("job", arguments[i], &any, &numbers[i], error) != 0)
            return -1;
    child_follow_parent((pid_t)numbers[PARENT]);
    struct batch_request request = {
        .work = work_open(arguments[WORK], arguments[REFERENCE], error),
        .jobs = numbers[JOBS],
        .size = numbers[SIZE],
        .seed = numbers[SEED],
        .input_fd = (int)numbers[INPUT_FD] - 1,
        .traced = (enum tracing)numbers[TRACED],
        .payload_in_bytes = numbers[PAYLOAD_IN],
        .payload_out_bytes = numbers[PAYLOAD_OUT],
    };
    if (request.work == NULL || numbers[INDEX] >= request.jobs)
        return fail(error, ERROR_USAGE, "job: there is no job %s", arguments[INDEX]);
    struct batch *batch = batch_attach(&request, (int)numbers[FD], error);
    if (batch == NULL)
        return -1;
    struct job job = batch_job(batch, numbers[INDEX]);
    struct relay_end end = {(int)numbers[DOWN] - 1, (int)numbers[UP] - 1};
    int code = relay_execute(end, batch, &job);
    work_leave();
    batch_free(batch);
    return code;
}
