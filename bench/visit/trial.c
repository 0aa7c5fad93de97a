#include "bench/visit/trial.h"
#include "bench/process/processes.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { GUARD_BYTES = 4096, GUARD = 0xc3 };

/* How a slot is filled before each of the two runs. */
static const unsigned char fillings[2] = {0xa5, 0x5a};

/* How far beyond its result a job has written, the farthest byte; 0: it has not. Negative: before
 * it. */
static long find_overrun(const unsigned char *slot, size_t result_bytes)
{
    for (size_t i = GUARD_BYTES; i > 0; i--)
        if (slot[GUARD_BYTES + result_bytes + i - 1] != GUARD)
            return (long)i;
    for (size_t i = 0; i < GUARD_BYTES; i++)
        if (slot[i] != GUARD)
            return (long)i - GUARD_BYTES;
    return 0;
}

static int run_guarded(const struct batch *batch, unsigned char *slot, unsigned char filling,
                       struct error *error)
{
    const struct work *work = batch->work;
    struct job job = batch_job(batch, 0);
    memset(slot, GUARD, work->result_bytes + 2 * GUARD_BYTES);
    memset(slot + GUARD_BYTES, filling, work->result_bytes);
    int code = work->run(&job, slot + GUARD_BYTES);
    long beyond = find_overrun(slot, work->result_bytes);
    if (code != 0)
        return fail(error, ERROR_CHECK_FAILED,
                    "%s: job 0 failed with exit code %d when it was run again", work->reference,
                    code);
    if (beyond != 0)
        return fail(error, ERROR_CHECK_FAILED,
                    "%s: job 0 writes %ld byte%s %s its result, which has %zu (result_bytes)",
                    work->reference, labs(beyond), labs(beyond) == 1 ? "" : "s",
                    beyond > 0 ? "beyond" : "before", work->result_bytes);
    return 0;
}

static int compare_runs(const struct batch *batch, const unsigned char *first,
                        const unsigned char *second, struct error *error)
{
    const struct work *work = batch->work;
    if (work->matches != NULL)
        return work->matches(first, second, batch->size)
                   ? 0
                   : fail(error, ERROR_CHECK_FAILED,
                          "%s: job 0 gave two results that do not match each other",
                          work->reference);
    for (size_t i = 0; i < work->result_bytes; i++) {
        if (first[i] == fillings[0] && second[i] == fillings[1])
            return fail(error, ERROR_CHECK_FAILED,
                        "%s: job 0 does not write byte %zu of its result, which has %zu "
                        "(result_bytes)",
                        work->reference, i, work->result_bytes);
        if (first[i] != second[i])
            return fail(error, ERROR_CHECK_FAILED,
                        "%s: job 0 gave other bytes when it was run again (byte %zu of its result: "
                        "0x%02x, 0x%02x); a work whose results differ has the hook matches",
                        work->reference, i, first[i], second[i]);
    }
    return 0;
}

/* 0 where the kernel does not tell. */
static int count_threads(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/task");
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
        count += entry->d_name[0] != '.';
    if (folder != NULL)
        closedir(folder);
    return count;
}

/* A thread that was joined may be seen for a moment. */
static int check_threads(const char *reference, struct error *error)
{
    enum { LOOKS = 100, PAUSE_US = 1000 };
    int count = count_threads();
    for (int i = 0; i < LOOKS && count > 1; i++, count = count_threads())
        usleep(PAUSE_US);
    if (count <= 1)
        return 0;
    return fail(error, ERROR_CHECK_FAILED,
                "%s: leaves %d thread%s running behind its jobs; end them in the job, or in the "
                "hook close",
                reference, count - 1, count == 2 ? "" : "s");
}

/* One that was just killed by the job must be waited for by it, too. */
static int check_processes(const char *reference, struct error *error)
{
    enum { MOST = 64 };
    pid_t found[MOST];
    size_t count = processes_children(getpid(), found, MOST);
    return count == 0 ? 0
                      : fail(error, ERROR_CHECK_FAILED,
                             "%s: leaves %zu process%s behind its jobs; end and reap them in the "
                             "job, or in the hook close",
                             reference, count, count == 1 ? "" : "es");
}

int trial_check(const struct batch *batch, struct error *error)
{
    size_t bytes = batch->work->result_bytes + 2 * GUARD_BYTES;
    bytes += (size_t)(-bytes % BATCH_LINE_BYTES);
    unsigned char *slots[2] = {aligned_alloc(BATCH_LINE_BYTES, bytes),
                               aligned_alloc(BATCH_LINE_BYTES, bytes)};
    int result = slots[0] == NULL || slots[1] == NULL
                     ? fail(error, ERROR_REFUSED, "%s: out of memory", batch->work->reference)
                     : 0;
    for (int i = 0; result == 0 && batch->jobs > 0 && i < 2; i++)
        result = run_guarded(batch, slots[i], fillings[i], error);
    if (result == 0 && batch->jobs > 0)
        result = compare_runs(batch, slots[0] + GUARD_BYTES, slots[1] + GUARD_BYTES, error);
    work_leave();
    free(slots[0]);
    free(slots[1]);
    if (result == 0)
        result = check_processes(batch->work->reference, error);
    return result == 0 ? check_threads(batch->work->reference, error) : -1;
}
