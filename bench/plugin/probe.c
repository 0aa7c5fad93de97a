#include "bench/plugin/probe.h"
#include "bench/base/clock.h"
#include "bench/base/memory.h"
#include "bench/job/work.h"
#include "bench/plugin/loaded_work.h"
#include "bench/process/child.h"
#include "bench/process/processes.h"

#include <math.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long the jobs of one size may take, and all of them. */
#define SIZE_NS NS_PER_S
#define ALL_NS (6 * NS_PER_S)
/* How long jobs of one size are repeated for the least time. */
#define REPEATED_NS (2 * NS_PER_MS)
/* Sizes tell how long a job takes where the longest takes so many times as long as the shortest. */
#define LEAST_SPREAD 2.0

enum { REPEATS = 64, LARGEST_POWER = 15, JOBS_A_CPU = 4 };

/* ------------------------------------------------------------------------------- the child */

static uint64_t jobs_of_a_batch(void)
{
    cpu_set_t own;
    return JOBS_A_CPU *
           (sched_getaffinity(0, sizeof own, &own) == 0 ? (uint64_t)CPU_COUNT(&own) : 1);
}

/* The input of a batch with jobs of that size; false where it cannot be made. */
static bool make_input(const struct work *work, struct job *job)
{
    struct error error = {0};
    uint64_t bytes = work->input_bytes != NULL ? work->input_bytes(job->size, job->jobs) : 0;
    if (bytes == 0)
        return true;
    if (bytes > memory_left(MEMORY_SHARED).bytes / 4)
        return false;
    unsigned char *input =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    job->input = input;
    job->input_bytes = bytes;
    return input != MAP_FAILED &&
           work->prepare(job->size, job->jobs, job->seed, input, &error) == 0;
}

/* The least time of one job of that size; NaN where it failed. Short jobs are run many at once. */
static double time_job(const struct work *work, uint64_t size, void *result)
{
    struct job job = {.jobs = jobs_of_a_batch(), .size = size, .seed = 1};
    double least = INFINITY;
    uint64_t batch = 1, start = clock_now_ns();
    if (!make_input(work, &job) || work->run(&job, result) != 0)
        return NAN;
    while (clock_now_ns() - start < REPEATED_NS || isinf(least)) {
        uint64_t before = clock_now_ns();
        for (uint64_t i = 0; i < batch; i++)
            work->run(&job, result);
        double ns = (double)(clock_now_ns() - before) / (double)batch;
        least = fmin(least, ns);
        if (ns * (double)batch < 10e3 && batch < UINT64_C(1) << 20)
            batch *= 2;
    }
    return least;
}

/* The same in a process of its own, which may crash or never end: false then. */
static bool time_apart(const struct work *work, uint64_t size, double *ns)
{
    int ends[2];
    if (pipe(ends) != 0)
        return false;
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        child_follow_parent(parent);
        void *result = aligned_alloc(128, (work->result_bytes + 127) / 128 * 128);
        double own = result != NULL ? time_job(work, size, result) : (double)NAN;
        _exit(write(ends[1], &own, sizeof own) == (ssize_t)sizeof own ? 0 : 1);
    }
    close(ends[1]);
    struct pollfd polled = {.fd = ends[0], .events = POLLIN};
    bool told = pid > 0 && poll(&polled, 1, (int)(SIZE_NS / NS_PER_MS)) > 0 &&
                read(ends[0], ns, sizeof *ns) == (ssize_t)sizeof *ns;
    close(ends[0]);
    if (pid > 0) {
        int status;
        process_end(pid, process_kill(pid), 0, &status);
    }
    return told;
}

json_t *probe_tell(void *library, const char *path, const char *name, struct error *error)
{
    static const unsigned digits[] = {1, 2, 5};
    struct found_work found;
    char reference[WORK_REFERENCE_BYTES];
    if (loaded_work_find(library, path, name, &found, error) != 0)
        return NULL;
    snprintf(reference, sizeof reference, "%s:%s", path, found.work.name);
    const struct work *work = work_open(found.work.name, reference, error);
    if (work == NULL)
        return NULL;
    json_t *times = json_array();
    uint64_t start = clock_now_ns(), power = 1;
    bool goes_on = true;
    for (int i = 0; goes_on && i < 3 * LARGEST_POWER; i++) {
        uint64_t size = digits[i % 3] * power;
        double ns = NAN;
        power *= i % 3 == 2 ? 10 : 1;
        goes_on = time_apart(work, size, &ns) && !(ns >= PROBE_LONG_NS) &&
                  clock_now_ns() - start < ALL_NS;
        if (isfinite(ns))
            json_array_append_new(times, json_pack("[I, f]", (json_int_t)size, ns));
    }
    return json_pack("{s:o}", "times", times);
}

/* ------------------------------------------------------------------------------- the harness */

void probe_take(const json_t *times, struct probed *probed)
{
    *probed = (struct probed){.count = 0};
    for (size_t i = 0; i < json_array_size(times) && i < PROBE_MOST_SIZES; i++) {
        const json_t *pair = json_array_get(times, i);
        probed->sizes[probed->count] = (uint64_t)json_integer_value(json_array_get(pair, 0));
        probed->ns[probed->count++] = json_number_value(json_array_get(pair, 1));
    }
}

int probe_sizes(const char *path, const char *name, struct probed *probed, struct error *error)
{
    json_t *told = describe_library("sizes", path, name, error);
    probe_take(json_object_get(told, "times"), probed);
    json_decref(told);
    return told != NULL ? 0 : -1;
}

bool probe_choose(const struct probed *probed, double short_ns, size_t most, char *text,
                  size_t bytes)
{
    size_t first = 0, end = probed->count, used = 0;
    while (first + 1 < end && probed->ns[first] < short_ns)
        first++;
    *text = '\0';
    if (end > first + 2 && probed->ns[end - 1] > PROBE_LONG_NS)
        end--; /* the step that went beyond */
    if (end == 0 || probed->ns[end - 1] < LEAST_SPREAD * probed->ns[first]) {
        snprintf(text, bytes, "%llu", end > 0 ? (unsigned long long)probed->sizes[0] : 1ULL);
        return false;
    }
    size_t step = (end - first + most - 1) / most;
    for (size_t i = end - 1 - (end - 1 - first) / step * step; i < end && used < bytes; i += step)
        used += (size_t)snprintf(text + used, bytes - used, "%s%llu", used > 0 ? "," : "",
                                 (unsigned long long)probed->sizes[i]);
    return true;
}
