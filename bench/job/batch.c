#include "bench/job/batch.h"
#include "bench/base/memory.h"
#include "bench/base/text.h"
#include "bench/process/processes.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What is larger than this is reserved by a process of its own. */
#define LARGE_BYTES (16 << 20)
/* What is smaller than this fits where a process does. */
#define SMALL_BYTES (1 << 20)

/* Where the parts of a batch lie in its memfd. */
struct layout {
    uint64_t results, outcomes, spans, payload_in, payload_out, arrivals, bytes;
};

/* Appends count items and aligns what follows to a cache line; false on overflow. */
static bool append(uint64_t *end, uint64_t count, uint64_t item_bytes)
{
    uint64_t bytes;
    return !__builtin_mul_overflow(count, item_bytes, &bytes) &&
           !__builtin_add_overflow(bytes, 127u, &bytes) &&
           !__builtin_add_overflow(*end, bytes & ~UINT64_C(127), end);
}

static int lay_out(const struct batch_request *request, struct layout *layout, struct error *error)
{
    uint64_t end = 0;
    bool fits = append(&end, 1, sizeof(struct batch));
    layout->results = end;
    fits = fits && append(&end, request->jobs, request->work->result_bytes);
    layout->outcomes = end;
    fits = fits && append(&end, request->jobs, sizeof(struct outcome));
    layout->spans = end;
    fits = fits &&
           append(&end, request->traced != TRACED_NOT ? request->jobs : 0, sizeof(struct span));
    layout->arrivals = end;
    fits = fits && append(&end, request->streamed ? request->jobs : 0, sizeof(struct arrival));
    if (!fits || end > INT64_MAX)
        return fail(error, ERROR_REFUSED, "%llu jobs: their results do not fit into memory",
                    (unsigned long long)request->jobs);
    layout->payload_in = end;
    fits = append(&end, request->jobs, request->payload_in_bytes);
    layout->payload_out = end;
    fits = fits && append(&end, request->jobs, request->payload_out_bytes);
    layout->bytes = end;
    if (!fits || end > INT64_MAX)
        return fail(error, ERROR_REFUSED,
                    "--payload: %llu jobs with %llu bytes in and %llu bytes out do not fit into "
                    "memory",
                    (unsigned long long)request->jobs,
                    (unsigned long long)request->payload_in_bytes,
                    (unsigned long long)request->payload_out_bytes);
    return 0;
}

int batch_bytes(const struct batch_request *request, uint64_t *bytes, struct error *error)
{
    struct layout layout;
    int result = lay_out(request, &layout, error);
    *bytes = result == 0 ? layout.bytes : UINT64_MAX;
    return result;
}

const char *batch_name(const struct batch_request *request)
{
    return request->payload_in_bytes > 0 || request->payload_out_bytes > 0 ? "batch with --payload"
                                                                           : "batch";
}

/* Memory that is not there is given all the same, until the kernel kills who takes it: that had
 * better not be the harness. 0 or the error number; *signal is what the process died of. */
static int reserve_apart(int fd, uint64_t bytes, int *signal)
{
    int status = 0;
    pid_t parent = getpid(), pid = fork();
    if (pid < 0)
        return posix_fallocate(fd, 0, (off_t)bytes);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        memory_offer(0);
        _exit(getppid() == parent ? posix_fallocate(fd, 0, (off_t)bytes) : EINTR);
    }
    if (process_await_end(pid, &status) != pid)
        return errno;
    *signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return *signal != 0 ? ENOMEM : WEXITSTATUS(status);
}

/* Not all limits can be seen: a process more for what is large. */
static int reserve(const char *name, int fd, uint64_t bytes, struct error *error)
{
    char why[600] = "";
    int signal = 0;
    bool apart = bytes >= LARGE_BYTES && !memory_is_offered();
    uint64_t kills = apart ? memory_kills() : 0;
    int refused = bytes == 0 ? 0
                  : apart    ? reserve_apart(fd, bytes, &signal)
                             : posix_fallocate(fd, 0, (off_t)bytes);
    if (refused == 0)
        return 0;
    if (signal == 0)
        return fail_errno(error, refused, "%s: %llu bytes of shared memory", name,
                          (unsigned long long)bytes);
    memory_tell_kills(kills, why, sizeof why);
    return fail(error, ERROR_REFUSED, "%s: %llu bytes of shared memory: %s%s", name,
                (unsigned long long)bytes,
                *why != '\0' ? why : "the process that reserved them died: ",
                *why != '\0' ? "" : strsignal(signal));
}

int batch_reserve(const char *name, int fd, uint64_t bytes, struct error *error)
{
    if (bytes > INT64_MAX)
        return fail(error, ERROR_REFUSED, "the bytes of the %s do not fit into memory", name);
    if (bytes >= SMALL_BYTES && memory_check(MEMORY_SHARED, bytes, error, "%s", name) != 0)
        return -1;
    return reserve(name, fd, bytes, error);
}

int batch_memory(const char *name, uint64_t bytes, struct error *error)
{
    int fd = memfd_create(name, MFD_CLOEXEC);
    if (fd < 0)
        return fail_errno(error, errno, "%s: memfd_create", name);
    if (batch_reserve(name, fd, bytes, error) == 0)
        return fd;
    close(fd);
    return -1;
}

static int map_input(struct batch *batch, int input_fd, struct error *error)
{
    struct stat status;
    batch->input_fd = input_fd;
    if (input_fd < 0)
        return 0;
    if (fstat(input_fd, &status) != 0)
        return fail_errno(error, errno, "input: its size");
    batch->input_bytes = (uint64_t)status.st_size;
    if (batch->input_bytes == 0)
        return 0;
    void *input = mmap(NULL, batch->input_bytes, PROT_READ, MAP_SHARED, input_fd, 0);
    if (input == MAP_FAILED)
        return fail_errno(error, errno, "input: %llu bytes cannot be mapped",
                          (unsigned long long)batch->input_bytes);
    batch->input = input;
    return 0;
}

/* The calling thread's id, asked for once a thread, since that is a system call. */
static __thread pid_t thread_id; /* 0: not asked yet */

static void forget_thread(void)
{
    thread_id = 0;
}

/* A child of fork begins with what its parent knew of itself. */
static void forget_threads_in_children(void)
{
    static bool told;
    if (!told && pthread_atfork(NULL, NULL, forget_thread) == 0)
        told = true;
}

/* Maps fd and fills in *batch, which the caller placed. */
static int describe(struct batch *batch, const struct batch_request *request,
                    const struct layout *layout, unsigned char *base, int fd, struct error *error)
{
    static uint64_t last_id;
    if (request->traced != TRACED_NOT)
        forget_threads_in_children();
    *batch = (struct batch){
        .id = ++last_id,
        .work = request->work,
        .jobs = request->jobs,
        .size = request->size,
        .seed = request->seed,
        .results = base + layout->results,
        .outcomes = (struct outcome *)(void *)(base + layout->outcomes),
        .spans =
            request->traced != TRACED_NOT ? (struct span *)(void *)(base + layout->spans) : NULL,
        .arrivals = request->streamed ? (struct arrival *)(void *)(base + layout->arrivals) : NULL,
        .payload_in = base + layout->payload_in,
        .payload_out = base + layout->payload_out,
        .payload_in_bytes = request->payload_in_bytes,
        .payload_out_bytes = request->payload_out_bytes,
        .tracing = request->traced,
        .plain = request->traced == TRACED_NOT && request->payload_in_bytes == 0 &&
                 request->payload_out_bytes == 0,
        .pid = getpid(),
        .fd = fd,
        .shared_bytes = layout->bytes,
    };
    return map_input(batch, request->input_fd, error);
}

static unsigned char *map_shared(int fd, uint64_t bytes, struct error *error)
{
    void *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (base == MAP_FAILED) {
        fail_errno(error, errno, "batch: %llu bytes cannot be mapped", (unsigned long long)bytes);
        return NULL;
    }
    return base;
}

/* The payloads of all jobs: one deterministic sequence. */
static void fill_payload(const struct batch *batch)
{
    uint64_t random = batch->seed, bytes = batch->jobs * batch->payload_in_bytes;
    for (uint64_t at = 0; at < bytes; at += sizeof random) {
        uint64_t word = work_random(&random), left = bytes - at;
        memcpy(batch->payload_in + at, &word, left < sizeof word ? left : sizeof word);
    }
}

struct batch *batch_create(const struct batch_request *wanted, struct error *error)
{
    struct layout layout;
    struct batch_request chosen = *wanted, *request = &chosen;
    if (wanted->traced != TRACED_NOT)
        chosen.traced = clock_is_tsc() ? TRACED_BY_TSC : TRACED_BY_CLOCK;
    if (lay_out(request, &layout, error) != 0)
        return NULL;
    int fd = batch_memory(batch_name(request), layout.bytes, error);
    unsigned char *base = fd < 0 ? NULL : map_shared(fd, layout.bytes, error);
    if (base == NULL) {
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    struct batch *batch = (struct batch *)(void *)base;
    if (describe(batch, request, &layout, base, fd, error) != 0) {
        batch_free(batch);
        return NULL;
    }
    fill_payload(batch);
    return batch;
}

struct batch *batch_attach(const struct batch_request *request, int fd, struct error *error)
{
    struct layout layout;
    struct stat status;
    struct batch *batch = aligned_alloc(BATCH_LINE_BYTES, sizeof *batch);
    if (batch == NULL || lay_out(request, &layout, error) != 0) {
        free(batch);
        fail(error, ERROR_REFUSED, "batch: out of memory");
        return NULL;
    }
    if (fstat(fd, &status) != 0 || (uint64_t)status.st_size < layout.bytes) {
        free(batch);
        fail(error, ERROR_REFUSED, "batch: descriptor %d does not hold it", fd);
        return NULL;
    }
    unsigned char *base = map_shared(fd, layout.bytes, error);
    if (base == NULL || describe(batch, request, &layout, base, fd, error) != 0) {
        if (base != NULL)
            munmap(base, layout.bytes);
        free(batch);
        return NULL;
    }
    return batch;
}

/* The mapping starts with the creator's struct; an attached batch has one of its own before it. */
static unsigned char *mapping_of(const struct batch *batch)
{
    uint64_t header = 0;
    append(&header, 1, sizeof *batch);
    return batch->results - header;
}

void batch_free(struct batch *batch)
{
    if (batch == NULL)
        return;
    unsigned char *base = mapping_of(batch);
    uint64_t bytes = batch->shared_bytes;
    if (batch->input != NULL)
        munmap((void *)(uintptr_t)batch->input, batch->input_bytes);
    close(batch->fd);
    if ((unsigned char *)batch != base)
        free(batch);
    munmap(base, bytes);
}

/* Two sums over the words of a payload, the second over the first's values, so that their order
 * counts too (Fletcher 1982). */
static uint64_t read_payload(const unsigned char *in, uint64_t bytes)
{
    uint64_t sum = 0, sums = 0, word;
    for (; bytes >= sizeof word; in += sizeof word, bytes -= sizeof word) {
        memcpy(&word, in, sizeof word);
        sum += word;
        sums += sum;
    }
    word = 0;
    memcpy(&word, in, bytes);
    return sums + sum + word;
}

uint64_t batch_read_result(const struct batch *batch, uint64_t index)
{
    size_t bytes = batch->work->result_bytes;
    return read_payload(batch->results + index * bytes, bytes) +
           read_payload(batch_payload_out(batch, index), batch->payload_out_bytes);
}

/* Words that count up from a start in large odd steps: no two are the same. */
static void write_payload(unsigned char *out, uint64_t bytes, uint64_t start)
{
    uint64_t word = work_random(&start);
    for (; bytes >= sizeof word; out += sizeof word, bytes -= sizeof word) {
        memcpy(out, &word, sizeof word);
        word += UINT64_C(0x9e3779b97f4a7c15);
    }
    memcpy(out, &word, bytes);
}

/* The start is written last: a span whose start is of this map is of this map in all. */
static void span_begin(struct span *span, enum tracing tracing)
{
    if (thread_id == 0)
        thread_id = gettid();
    span->end = 0;
    span->thread = thread_id;
    span->cpu = sched_getcpu();
    __atomic_store_n(&span->start, tracing == TRACED_BY_TSC ? clock_tsc_begin() : clock_now_ns(),
                     __ATOMIC_RELEASE);
}

static void span_end(struct span *span, enum tracing tracing)
{
    span->end = tracing == TRACED_BY_TSC ? clock_tsc_end() : clock_now_ns();
}

static int run_between(const struct batch *batch, const struct job *job, const unsigned char *in,
                       unsigned char *out)
{
    unsigned char *result = batch->results + job->index * batch->work->result_bytes;
    if (!batch_has_payload(batch))
        return batch->work->run(job, result);
    uint64_t sum = read_payload(in, batch->payload_in_bytes);
    int code = batch->work->run(job, result);
    if (code == 0)
        write_payload(out, batch->payload_out_bytes, sum ^ job->index);
    return code;
}

int batch_execute_between(const struct batch *batch, const struct job *job, const unsigned char *in,
                          unsigned char *out)
{
    if (batch->spans == NULL)
        return run_between(batch, job, in, out);
    struct span *span = &batch->spans[job->index];
    span_begin(span, batch->tracing);
    int code = run_between(batch, job, in, out);
    span_end(span, batch->tracing);
    return code;
}

struct moment batch_moment(const struct batch *batch)
{
    uint64_t ns = clock_now_ns();
    return (struct moment){ns, batch->tracing == TRACED_BY_TSC ? clock_tsc_end() : ns};
}

/* What lay between the moments keeps its order, and stays between them. */
static uint64_t ticks_to_ns(uint64_t ticks, const struct moment *begin, const struct moment *end)
{
    if (end->ticks == begin->ticks)
        return begin->ns;
    long double passed = (long double)(ticks - begin->ticks) / (end->ticks - begin->ticks);
    uint64_t ns = begin->ns + (uint64_t)(passed * (long double)(end->ns - begin->ns));
    return ns < end->ns ? ns : end->ns;
}

void batch_spans_to_ns(struct batch *batch, const struct moment *begin, const struct moment *end)
{
    for (uint64_t i = 0; i < batch->jobs; i++) {
        struct span *span = &batch->spans[i];
        if (span->start < begin->ticks)
            *span = (struct span){.cpu = -1};
        if (span->start != 0)
            span->start = ticks_to_ns(span->start, begin, end);
        if (span->end != 0)
            span->end = ticks_to_ns(span->end, begin, end);
    }
}

static uint8_t reruns_of(const struct batch *batch, uint64_t index)
{
    const struct outcome *outcome = &batch->outcomes[index];
    return outcome->map == batch->map ? outcome->reruns : 0;
}

struct outcome batch_done_again(const struct batch *batch, uint64_t index,
                                const struct outcome *done)
{
    struct outcome again = *done;
    again.reruns = reruns_of(batch, index);
    return again;
}

bool batch_settle_ended(struct batch *batch, uint64_t index, const struct ended *ended,
                        uint32_t retries)
{
    struct outcome outcome = batch_done_by(batch->map, ended->worker, ended->pid);
    bool killed = WIFSIGNALED(ended->wait_status);
    outcome.reruns = reruns_of(batch, index);
    if (!killed) {
        batch_settle(batch, index, &outcome, WEXITSTATUS(ended->wait_status));
        return true;
    }
    outcome.code = (uint8_t)WTERMSIG(ended->wait_status);
    outcome.status = ended->timed_out ? JOB_TIMED_OUT : JOB_CRASHED;
    if (outcome.reruns < retries) {
        outcome.status = JOB_AGAIN;
        outcome.reruns = (uint8_t)(outcome.reruns + (outcome.reruns < UINT8_MAX));
        __atomic_fetch_add(&batch->reruns, 1, __ATOMIC_RELAXED);
    } else {
        __atomic_fetch_add(&batch->troubles, 1, __ATOMIC_RELAXED);
    }
    batch->outcomes[index] = outcome;
    return outcome.status != JOB_AGAIN;
}

static void count_outcome(struct batch_tally *tally, const struct outcome *outcome)
{
    switch ((enum job_status)outcome->status) {
    case JOB_DONE:
        tally->done++;
        break;
    case JOB_FAILED:
        tally->failed++;
        break;
    case JOB_CRASHED:
        tally->crashed++;
        break;
    case JOB_TIMED_OUT:
        tally->timed_out++;
        break;
    case JOB_AGAIN:
        break;
    }
}

struct batch_tally batch_count(const struct batch *batch, uint32_t workers)
{
    struct batch_tally tally = {.first_bad = batch->jobs};
    unsigned char *seen = calloc(workers, 1);
    for (uint64_t i = 0; i < batch->jobs; i++) {
        const struct outcome *outcome = &batch->outcomes[i];
        bool settled = batch_settled(batch, i);
        if (settled)
            count_outcome(&tally, outcome);
        else
            tally.lost++;
        if (seen != NULL && settled && outcome->worker < workers && !seen[outcome->worker]) {
            seen[outcome->worker] = 1;
            tally.workers_taken++;
        }
        if (tally.first_bad == batch->jobs && (!settled || outcome->status != JOB_DONE))
            tally.first_bad = i;
    }
    free(seen);
    return tally;
}

void batch_complaint(const struct batch *batch, const struct batch_tally *tally, char *text,
                     size_t bytes)
{
    if (tally->first_bad >= batch->jobs) {
        snprintf(text, bytes, "%s", "");
        return;
    }
    unsigned long long bad = batch->jobs - tally->done, first = tally->first_bad;
    const struct outcome *outcome = &batch->outcomes[tally->first_bad];
    if (!batch_settled(batch, tally->first_bad))
        snprintf(text, bytes, "%llu job%s not done; job %llu was lost", bad, text_plural(bad),
                 first);
    else if (outcome->status == JOB_CRASHED)
        snprintf(text, bytes, "%llu job%s not done; job %llu crashed with signal %d (%s)", bad,
                 text_plural(bad), first, outcome->code, strsignal(outcome->code));
    else if (outcome->status == JOB_TIMED_OUT)
        snprintf(text, bytes, "%llu job%s not done; job %llu timed out", bad, text_plural(bad),
                 first);
    else
        snprintf(text, bytes, "%llu job%s not done; job %llu failed with exit code %d", bad,
                 text_plural(bad), first, outcome->code);
}
