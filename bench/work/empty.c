/* Nothing at all: what is left is the cost of handing a job over. The byte proves that it came. */
#include "bench/job/work.h"

#include <stdio.h>

static int run(const struct job *job, void *result)
{
    *(unsigned char *)result = (unsigned char)(job->index + 1);
    return 0;
}

static void result_text(const void *result, char *text, size_t bytes)
{
    snprintf(text, bytes, "%u", *(const unsigned char *)result);
}

const struct work work_empty = {
    .name = "empty",
    .summary = "does nothing: the pure cost of handing a job over",
    .unit = "ignored",
    .result_bytes = 1,
    .run = run,
    .result_text = result_text,
};
