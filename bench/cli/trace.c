/* breakeven trace: who ran which job of one batch, and when. */
#include "bench/base/cpus.h"
#include "bench/base/limits.h"
#include "bench/base/text.h"
#include "bench/batch.h"
#include "bench/cli/cli.h"
#include "bench/suite.h"
#include "strategies/strategy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum option {
    OPTION_STRATEGY,
    OPTION_WORK,
    OPTION_SIZE,
    OPTION_JOBS,
    OPTION_WORKERS,
    OPTION_SCHEDULE,
    OPTION_CHUNK,
    OPTION_SEED,
    OPTION_INPUT,
    OPTION_JOB_TIMEOUT,
    OPTION_RETRIES,
    OPTION_HELP,
    OPTION_COUNT
};

static const struct option_spec specs[OPTION_COUNT] = {
    [OPTION_STRATEGY] = {"strategy", "S", "see `breakeven list`; default forkpool"},
    [OPTION_WORK] = {"work", "W", "see `breakeven list work`; default squares"},
    [OPTION_SIZE] = {"size", "N", "job size; default 1e7"},
    [OPTION_JOBS] = {"jobs", "N", "jobs in the batch; default 4"},
    [OPTION_WORKERS] = {"workers", "N", "workers; default all"},
    [OPTION_SCHEDULE] = {"schedule", "S", "static, dynamic, guided, auto; default auto"},
    [OPTION_CHUNK] = {"chunk", "N", "jobs claimed at once; default 0: the schedule's own"},
    [OPTION_SEED] = {"seed", "N", "for the work's input; default 1"},
    [OPTION_INPUT] = {"input", "FILE", "the file that the work deflate compresses"},
    [OPTION_JOB_TIMEOUT] =
        {"job-timeout", "TIME",
         "kill jobs that take longer, where they are processes; default 0: never"},
    [OPTION_RETRIES] = {"retries", "N",
                        "run a job that crashed or timed out again, so often at most; default 0"},
    [OPTION_HELP] = {"help", NULL, "this text"},
};

static void offer_values(const char *name, const struct offer *offer)
{
    if (text_equal(name, specs[OPTION_STRATEGY].name))
        offer_strategies(offer);
}

const struct command_options cli_trace_options = {specs, OPTION_COUNT, .words = "",
                                                  .offer_values = offer_values};

static const char *const defaults[OPTION_COUNT] = {
    [OPTION_STRATEGY] = "forkpool", [OPTION_WORK] = "squares",
    [OPTION_SIZE] = "1e7",          [OPTION_JOBS] = "4",
    [OPTION_WORKERS] = "all",       [OPTION_SCHEDULE] = "auto",
    [OPTION_CHUNK] = "0",           [OPTION_SEED] = "1",
    [OPTION_JOB_TIMEOUT] = "0",     [OPTION_RETRIES] = "0",
};

struct trace {
    const char *values[OPTION_COUNT];
    const struct strategy_ops *strategy;
    struct strategy_config config;
    struct batch_request request;
};

static int handle_option(void *user, size_t index, const char *value, struct error *error)
{
    struct trace *trace = user;
    (void)error;
    trace->values[index] = value != NULL ? value : "";
    return 0;
}

static int read_number(const struct trace *trace, enum option option, enum suite_key like,
                       uint64_t *out, struct error *error)
{
    char name[32];
    snprintf(name, sizeof name, "--%s", specs[option].name);
    struct number_rule rule = suite_number_rule(like, trace->config.cpus);
    return parse_number(name, trace->values[option], &rule, out, error);
}

static int fail_unknown(const char *option, const char *name, const char *const known[],
                        size_t count, struct error *error)
{
    char suggestion[128];
    text_suggestion(suggestion, sizeof suggestion, name, known, count);
    return fail(error, EXIT_USAGE, "%s: '%s' is not known%s", option, name, suggestion);
}

static int find_names(struct trace *trace, struct error *error)
{
    const char *strategy = trace->values[OPTION_STRATEGY], *work = trace->values[OPTION_WORK];
    const char *schedule = trace->values[OPTION_SCHEDULE];
    trace->strategy = strategy_find(strategy);
    trace->request.work = work_find(work);
    trace->config.schedule = schedule_find(schedule);
    if (trace->strategy == NULL)
        return fail_unknown("--strategy", strategy, strategy_names(), strategies_count, error);
    if (trace->request.work == NULL)
        return fail_unknown("--work", work, work_names(), works_count, error);
    if (trace->config.schedule == SCHEDULE_NONE)
        return fail_unknown("--schedule", schedule, schedule_names, SCHEDULE_NAMES, error);
    const char *missing = strategy_unavailable(trace->strategy);
    if (missing != NULL)
        return fail(error, EXIT_NOT_COMPARABLE, "--strategy: %s is unavailable: %s", strategy,
                    missing);
    return 0;
}

static int find_numbers(struct trace *trace, struct error *error)
{
    struct task_limit limit = limits_tasks();
    uint64_t workers = 0, retries = 0;
    trace->config.cpus = cpus_read().usable;
    trace->config.spin_ns = STRATEGY_SPIN_NS;
    if (read_number(trace, OPTION_SIZE, KEY_sizes, &trace->request.size, error) != 0 ||
        read_number(trace, OPTION_JOBS, KEY_jobs, &trace->request.jobs, error) != 0 ||
        read_number(trace, OPTION_WORKERS, KEY_workers, &workers, error) != 0 ||
        read_number(trace, OPTION_CHUNK, KEY_chunk, &trace->config.chunk, error) != 0 ||
        read_number(trace, OPTION_SEED, KEY_seed, &trace->request.seed, error) != 0 ||
        read_number(trace, OPTION_RETRIES, KEY_retries, &retries, error) != 0 ||
        suite_job_timeout("--job-timeout", trace->values[OPTION_JOB_TIMEOUT],
                          &trace->config.job_timeout_ns, error) != 0)
        return -1;
    trace->config.retries = (uint32_t)retries;
    if (workers > limit.tasks)
        return fail(error, EXIT_REFUSED, "--workers: %llu are more than the %llu that %s allows",
                    (unsigned long long)workers, (unsigned long long)limit.tasks, limit.name);
    trace->config.workers = (trace->strategy->flags & STRATEGY_ONE_WORKER) ? 1 : (uint32_t)workers;
    return 0;
}

/* Opens the input file, or makes and fills the input block. */
static int make_input(struct trace *trace, struct error *error)
{
    struct batch_request *request = &trace->request;
    const struct work *work = request->work;
    if (work->input_is_file) {
        const char *path = trace->values[OPTION_INPUT];
        if (path == NULL)
            return fail(error, EXIT_USAGE, "--input: the work %s needs a file", work->name);
        request->input_fd = open(path, O_RDONLY | O_CLOEXEC);
        return request->input_fd >= 0 ? 0
                                      : fail(error, EXIT_USAGE, "--input: %s cannot be read: %s",
                                             path, strerror(errno));
    }
    uint64_t bytes =
        work->input_bytes != NULL ? work->input_bytes(request->size, request->jobs) : 0;
    if (bytes == 0)
        return 0;
    if (bytes > INT64_MAX)
        return fail(error, EXIT_REFUSED, "--size: the input does not fit into memory");
    request->input_fd = batch_memory("input", bytes, error);
    if (request->input_fd < 0)
        return -1;
    void *input = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, request->input_fd, 0);
    if (input == MAP_FAILED)
        return fail_errno(error, errno, "input: it cannot be mapped");
    int result = work->prepare(request->size, request->jobs, request->seed, input, error);
    munmap(input, bytes);
    return result;
}

/* A job that crashed may have no start or no end. */
static void print_time(uint64_t ns, uint64_t start_ns)
{
    if (ns < start_ns)
        printf("%12s ", "-");
    else
        printf("%12.1f ", (double)(ns - start_ns) / 1e3);
}

static void print_job(const struct batch *batch, uint64_t index, uint64_t start_ns)
{
    const struct outcome *outcome = &batch->outcomes[index];
    const struct span *span = &batch->spans[index];
    char result[128];
    if (!batch_settled(batch, index)) {
        printf("%6llu  lost\n", (unsigned long long)index);
        return;
    }
    if (outcome->status == JOB_DONE)
        batch->work->result_text(batch->results + index * batch->work->result_bytes, result,
                                 sizeof result);
    else if (outcome->status == JOB_CRASHED)
        snprintf(result, sizeof result, "crashed: signal %d (%s)", outcome->code,
                 strsignal(outcome->code));
    else if (outcome->status == JOB_TIMED_OUT)
        snprintf(result, sizeof result, "timed out");
    else
        snprintf(result, sizeof result, "failed: exit code %d", outcome->code);
    printf("%6llu %7u %8d ", (unsigned long long)index, outcome->worker, outcome->pid);
    print_time(span->start_ns, start_ns);
    print_time(span->end_ns, start_ns);
    printf(" %s\n", result);
}

static int compare_pids(const void *a, const void *b)
{
    const int32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static size_t count_pids(const struct batch *batch)
{
    size_t count = 0;
    int32_t *pids = calloc(batch->jobs + 1, sizeof *pids);
    for (uint64_t i = 0; pids != NULL && i < batch->jobs; i++)
        pids[i] = batch->outcomes[i].pid;
    if (pids != NULL)
        qsort(pids, batch->jobs, sizeof *pids, compare_pids);
    for (uint64_t i = 0; pids != NULL && i < batch->jobs; i++)
        count += i == 0 || pids[i] != pids[i - 1];
    free(pids);
    return count;
}

static void print_batch(const struct trace *trace, const struct batch *batch, uint64_t start_ns,
                        uint64_t elapsed_ns, struct error *error)
{
    struct batch_tally tally = batch_count(batch, trace->config.workers);
    char elapsed[32], complaint[160];
    printf("%6s %7s %8s %12s %12s  %s\n", "job", "worker", "pid", "start us", "end us", "result");
    for (uint64_t i = 0; i < batch->jobs; i++)
        print_job(batch, i, start_ns);
    text_duration(elapsed, sizeof elapsed, (double)elapsed_ns);
    printf("%llu jobs by %u of %u workers in %zu processes: %s\n", (unsigned long long)batch->jobs,
           tally.workers_taken, trace->config.workers, count_pids(batch), elapsed);
    batch_complaint(batch, &tally, complaint, sizeof complaint);
    if (tally.done < batch->jobs)
        fail(error, EXIT_CHECK_FAILED, "trace: %s", complaint);
}

static void run_batch(const struct trace *trace, struct batch *batch, struct error *error)
{
    void *state;
    if (strategy_rehearse(trace->strategy, trace->config.workers, error) != 0 ||
        trace->strategy->open(&trace->config, &state, error) != 0)
        return;
    batch_begin(batch);
    uint64_t start_ns = clock_now_ns();
    int result = trace->strategy->map(state, batch, error);
    uint64_t elapsed_ns = clock_now_ns() - start_ns;
    trace->strategy->close(state);
    if (result == 0)
        print_batch(trace, batch, start_ns, elapsed_ns, error);
}

void cli_trace(int count, char *const arguments[], struct ending *ending)
{
    struct trace trace = {.request = {.input_fd = -1, .traced = true}};
    memcpy(trace.values, defaults, sizeof defaults);
    const char *words[1];
    size_t word_count;
    if (cli_parse(count, arguments, specs, OPTION_COUNT, handle_option, &trace, words, 0,
                  &word_count, &ending->error) != 0)
        return;
    if (trace.values[OPTION_HELP] != NULL) {
        printf("breakeven trace: who ran which job of one batch, and when\n\n");
        cli_print_options(specs, OPTION_COUNT);
        return;
    }
    if (find_names(&trace, &ending->error) != 0 || find_numbers(&trace, &ending->error) != 0)
        return;
    struct batch *batch = NULL;
    if (make_input(&trace, &ending->error) == 0)
        batch = batch_create(&trace.request, &ending->error);
    if (batch != NULL)
        run_batch(&trace, batch, &ending->error);
    batch_free(batch);
    if (trace.request.input_fd >= 0)
        close(trace.request.input_fd);
}
