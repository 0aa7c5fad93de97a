/* breakeven trace: who ran which job of one batch, and when. */
#include "bench/base/limits.h"
#include "bench/base/parse.h"
#include "bench/base/text.h"
#include "bench/cli/cli.h"
#include "bench/data/host.h"
#include "bench/machine/affinity.h"
#include "bench/machine/conditions.h"
#include "bench/machine/cpus.h"
#include "bench/machine/own_host.h"
#include "bench/run/chosen.h"
#include "bench/run/named_work.h"
#include "bench/run/suite.h"
#include "bench/session/folder.h"
#include "bench/session/hosts_told.h"
#include "bench/session/job_input.h"
#include "bench/session/signals.h"
#include "bench/session/surroundings.h"
#include "bench/session/traces.h"
#include "bench/visit/visit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
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
    OPTION_TEMPERATURE,
    OPTION_SCHEDULE,
    OPTION_CHUNK,
    OPTION_PAYLOAD,
    OPTION_TRANSPORT,
    OPTION_SEED,
    OPTION_INPUT,
    OPTION_JOB_TIMEOUT,
    OPTION_RETRIES,
    OPTION_HOSTS,
    OPTION_TIMEOUT,
    OPTION_TAKES,
    OPTION_ALL,
    OPTION_OUT,
    OPTION_FORCE,
    OPTION_HELP,
    OPTION_COUNT
};

static const struct option_spec specs[OPTION_COUNT] = {
    [OPTION_STRATEGY] = {"strategy", "S,..", "see `breakeven list`, or all; default forkpool"},
    [OPTION_WORK] = {"work", "W", "see `breakeven list work`; default squares"},
    [OPTION_SIZE] = {"size", "N", "job size; default 1e7"},
    [OPTION_JOBS] = {"jobs", "N", "jobs in the batch; default 4"},
    [OPTION_WORKERS] = {"workers", "N", "workers; default all"},
    [OPTION_TEMPERATURE] =
        {"temperature", "cold|warm",
         "cold: with its start and end; warm: on an open strategy; default cold"},
    [OPTION_SCHEDULE] = {"schedule", "S", "static, dynamic, guided, auto; default auto"},
    [OPTION_CHUNK] = {"chunk", "N", "jobs claimed at once; default 0: the schedule's own"},
    [OPTION_PAYLOAD] = {"payload", "N", "bytes into and out of each job, or IN/OUT; default 0"},
    [OPTION_TRANSPORT] = {"transport", "shm|pipe", "how payload travels: shm, pipe; default shm"},
    [OPTION_SEED] = {"seed", "N", "for the work's input; default 1"},
    [OPTION_INPUT] = {"input", "FILE", "the file that the work deflate compresses"},
    [OPTION_JOB_TIMEOUT] =
        {"job-timeout", "TIME",
         "kill jobs that take longer, where they are processes; default 0: never"},
    [OPTION_RETRIES] = {"retries", "N",
                        "run a job that crashed or timed out again, so often at most; default 0"},
    [OPTION_HOSTS] =
        {"hosts", "HOSTS",
         "what MPI runs over, this machine or others: a:4,b:4, or a file with a host a "
         "line"},
    [OPTION_TIMEOUT] = {"timeout", "TIME",
                        "how long one batch may take, with its start and end; default 30s with "
                        "--hosts, else for ever"},
    [OPTION_TAKES] = {"takes", "N",
                      "batches of each strategy, in turn; the fastest of each is shown; default 1"},
    [OPTION_ALL] = {"all", NULL, "print every job, however many there are"},
    [OPTION_OUT] = {"out", "DIR", "write trace.csv, trace.json (for Perfetto) and a picture"},
    [OPTION_FORCE] = {"force", NULL, "overwrite the trace in DIR"},
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
    [OPTION_STRATEGY] = "forkpool",
    [OPTION_WORK] = "squares",
    [OPTION_SIZE] = "1e7",
    [OPTION_JOBS] = "4",
    [OPTION_WORKERS] = "all",
    [OPTION_TEMPERATURE] = "cold",
    [OPTION_SCHEDULE] = "auto",
    [OPTION_CHUNK] = "0",
    [OPTION_PAYLOAD] = "0",
    [OPTION_TRANSPORT] = "shm",
    [OPTION_SEED] = "1",
    [OPTION_JOB_TIMEOUT] = "0",
    [OPTION_RETRIES] = "0",
    [OPTION_TAKES] = "1",
};

enum { MOST_ARGUMENTS = 64 };

/* Of a host that has gone the kernel tells late, or never. */
#define HOSTS_TIMEOUT "30s"

struct tracing_options {
    const char *values[OPTION_COUNT];
    const char *command_line[MOST_ARGUMENTS];
    struct words strategies;
    struct trace_request request;
    struct hosts hosts;
    char host_list[HOSTS_TEXT_BYTES];
    struct run_folder folder;
    uint64_t takes;
};

/* ------------------------------------------------------------------------------- options */

static int handle_option(void *user, size_t index, const char *value, struct error *error)
{
    struct tracing_options *options = user;
    (void)error;
    options->values[index] = value != NULL ? value : "";
    return 0;
}

static int read_number(const struct tracing_options *options, enum option option,
                       enum suite_key like, uint64_t *out, struct error *error)
{
    char name[32];
    snprintf(name, sizeof name, "--%s", specs[option].name);
    struct number_rule rule = suite_number_rule(like, options->request.config.cpus);
    return parse_number(name, options->values[option], &rule, out, error);
}

static int fail_unknown(const char *option, const char *name, const char *const known[],
                        size_t count, struct error *error)
{
    char suggestion[128];
    text_suggestion(suggestion, sizeof suggestion, name, known, count);
    return fail(error, ERROR_USAGE, "%s: '%s' is not known%s", option, name, suggestion);
}

/* "all" are those that can be used here, but for other libraries' pools. */
static void name_all(char *text, size_t bytes)
{
    *text = '\0';
    for (size_t i = 0; i < strategies_count; i++)
        if ((strategies[i]->flags & STRATEGY_BY_NAME) == 0 &&
            strategy_unavailable_for(strategies[i], work_find("empty")) == NULL)
            snprintf(text + strlen(text), bytes - strlen(text), "%s%s", *text != '\0' ? "," : "",
                     strategies[i]->name);
}

static int find_strategies(struct tracing_options *options, struct error *error)
{
    const char *given = options->values[OPTION_STRATEGY];
    char all[512];
    name_all(all, sizeof all);
    if (chosen_read("--strategy", text_equal(given, "all") ? all : given, NULL,
                    &options->strategies, error) != 0)
        return -1;
    for (size_t i = 0; i < options->strategies.count; i++) {
        const char *name = options->strategies.values[i], *own;
        const struct strategy_ops *strategy = chosen_find(name, &own);
        const char *missing = (strategy->flags & STRATEGY_RUNNER) != 0
                                  ? "another program runs it, which does not tell of single jobs"
                                  : strategy_unavailable_for(strategy, work_find("empty"));
        if (missing != NULL)
            return fail(error, ERROR_NOT_COMPARABLE, "--strategy: %s is unavailable: %s", name,
                        missing);
    }
    return 0;
}

static int find_names(struct tracing_options *options, struct error *error)
{
    const char *const *values = options->values;
    struct trace_request *request = &options->request;
    request->batch.work = work_find(values[OPTION_WORK]);
    request->config.schedule = schedule_find(values[OPTION_SCHEDULE]);
    request->config.transport = transport_find(values[OPTION_TRANSPORT]);
    request->cold = text_equal(values[OPTION_TEMPERATURE], "cold");
    if (named_work_is(values[OPTION_WORK]))
        return fail(error, ERROR_USAGE, "--work: '%.200s': a trace is of works that are built in",
                    values[OPTION_WORK]);
    if (request->batch.work == NULL)
        return fail_unknown("--work", values[OPTION_WORK], work_names(), work_names_count(), error);
    if (request->config.schedule == SCHEDULE_NONE)
        return fail_unknown("--schedule", values[OPTION_SCHEDULE], schedule_names, SCHEDULE_NAMES,
                            error);
    if (request->config.transport == TRANSPORT_NONE ||
        request->config.transport == TRANSPORT_MESSAGE)
        return fail_unknown("--transport", values[OPTION_TRANSPORT], transport_names,
                            TRANSPORT_CHOICES, error);
    if (!request->cold && !text_equal(values[OPTION_TEMPERATURE], "warm"))
        return fail_unknown("--temperature", values[OPTION_TEMPERATURE], temperatures, 2, error);
    return find_strategies(options, error);
}

/* "1Ki", or "1Mi/0": in and out. */
static int read_payload(struct tracing_options *options, struct error *error)
{
    struct number_rule rule = suite_number_rule(KEY_payload, 0);
    struct batch_request *batch = &options->request.batch;
    char *in = strdup(options->values[OPTION_PAYLOAD]), *out = in;
    if (in == NULL)
        return fail(error, ERROR_REFUSED, "trace: out of memory");
    strsep(&out, "/");
    int result = parse_number("--payload", in, &rule, &batch->payload_in_bytes, error);
    if (result == 0)
        result = parse_number("--payload", out != NULL ? out : in, &rule, &batch->payload_out_bytes,
                              error);
    free(in);
    if (batch->payload_in_bytes == 0 && batch->payload_out_bytes == 0)
        options->request.config.transport = TRANSPORT_NONE;
    return result;
}

/* The strategies are known. */
static int find_hosts(struct tracing_options *options, struct error *error)
{
    const char *given = options->values[OPTION_HOSTS];
    struct strategy_config *config = &options->request.config;
    if (given == NULL)
        return 0;
    if (!suite_hosts_serve(&options->strategies))
        return suite_hosts_refuse("--hosts", error);
    if (suite_hosts_read("--hosts", given, NULL, &options->hosts, error) != 0)
        return -1;
    hosts_text(&options->hosts, options->host_list); /* what was read fits */
    config->hosts = options->host_list;
    config->host_count = (uint32_t)options->hosts.count;
    config->own_host = own_host_find(&options->hosts);
    return 0;
}

/* The hosts are known. */
static int read_timeout(struct tracing_options *options, struct error *error)
{
    const char *given = options->values[OPTION_TIMEOUT];
    struct trace_request *request = &options->request;
    if (given == NULL && options->hosts.count > 0)
        given = HOSTS_TIMEOUT;
    if (given != NULL && parse_duration("--timeout", given, &request->timeout_ns, error) != 0)
        return -1;
    request->config.timeout_ns = request->timeout_ns;
    return 0;
}

/* "all" are the CPUs of this machine, or the slots of the hosts. */
static int read_workers(struct tracing_options *options, uint64_t *workers, struct error *error)
{
    struct task_limit limit = limits_tasks();
    const struct hosts *hosts = &options->hosts;
    unsigned all =
        hosts->count > 0 ? hosts_slots(hosts, hosts->count) : options->request.config.cpus;
    struct number_rule rule = suite_number_rule(KEY_workers, all);
    if (parse_number("--workers", options->values[OPTION_WORKERS], &rule, workers, error) != 0)
        return -1;
    if (hosts->count == 0 && *workers > limit.tasks)
        return fail(error, ERROR_REFUSED, "--workers: %llu are more than the %llu that %s allows",
                    (unsigned long long)*workers, (unsigned long long)limit.tasks, limit.name);
    return 0;
}

static int find_numbers(struct tracing_options *options, struct error *error)
{
    static const struct number_rule takes = {.least = 1, .most = 10000};
    struct strategy_config *config = &options->request.config;
    struct batch_request *batch = &options->request.batch;
    uint64_t workers = 0, retries = 0;
    config->cpus = cpus_read().usable;
    config->spin_ns = STRATEGY_SPIN_NS;
    if (read_number(options, OPTION_SIZE, KEY_sizes, &batch->size, error) != 0 ||
        read_number(options, OPTION_JOBS, KEY_jobs, &batch->jobs, error) != 0 ||
        find_hosts(options, error) != 0 || read_timeout(options, error) != 0 ||
        read_workers(options, &workers, error) != 0 ||
        read_number(options, OPTION_CHUNK, KEY_chunk, &config->chunk, error) != 0 ||
        read_number(options, OPTION_SEED, KEY_seed, &batch->seed, error) != 0 ||
        read_number(options, OPTION_RETRIES, KEY_retries, &retries, error) != 0 ||
        parse_number("--takes", options->values[OPTION_TAKES], &takes, &options->takes, error) !=
            0 ||
        suite_job_timeout("--job-timeout", options->values[OPTION_JOB_TIMEOUT],
                          &config->job_timeout_ns, error) != 0 ||
        read_payload(options, error) != 0)
        return -1;
    config->retries = (uint32_t)retries;
    config->workers = (uint32_t)workers;
    return 0;
}

/* Before anything runs. */
static int open_folder(struct tracing_options *options, struct error *error)
{
    bool force = options->values[OPTION_FORCE] != NULL;
    const char *out = options->values[OPTION_OUT];
    if (out == NULL && force)
        return fail(error, ERROR_USAGE, "--force: means something with --out only");
    return out == NULL ? 0 : folder_for_trace(out, force, &options->folder, error);
}

/* Opens the input file, or makes and fills the input block. */
static int make_input(struct tracing_options *options, struct error *error)
{
    struct batch_request *request = &options->request.batch;
    const struct work *work = request->work;
    if (work->input_is_file) {
        uint64_t held;
        request->input_fd = job_input_open(work, options->values[OPTION_INPUT], &held, error);
        return request->input_fd >= 0
                   ? job_input_check("--size", request->size, request->jobs, held, error)
                   : -1;
    }
    uint64_t bytes =
        work->input_bytes != NULL ? work->input_bytes(request->size, request->jobs) : 0;
    if (bytes == 0)
        return 0;
    if (bytes > INT64_MAX)
        return fail(error, ERROR_REFUSED, "--size: the input does not fit into memory");
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

/* As before a run: a host that does not come is told of by its name. */
static int ask_hosts(const struct tracing_options *options, struct error *error)
{
    const struct strategy_config *config = &options->request.config;
    if (config->host_count == 0)
        return 0;
    json_t *told = hosts_told(&options->hosts, config->own_host, config->timeout_ns, error);
    json_decref(told);
    return told != NULL ? 0 : -1;
}

/* ------------------------------------------------------------------------------- files */

static int describe_host(const struct tracing_options *options, const char *folder,
                         struct conditions *conditions, struct host *host, struct error *error)
{
    static const char *const none[] = {NULL};
    char path[PATH_MAX];
    struct host_run facts = {
        .conditions = conditions,
        .seed = options->request.batch.seed,
        .title = "trace",
        .command_line = options->command_line,
        .runtimes = none,
        .elapsed_s = NAN,
    };
    conditions_end(conditions);
    snprintf(path, sizeof path, "%s/host.json", folder);
    return host_write(path, &facts, error) == 0 ? host_read(path, host, error) : -1;
}

static int check_interrupted(struct error *error)
{
    return visit_interrupted == 0 ? 0 : fail(error, ERROR_INTERRUPTED, "interrupted");
}

static int write_files(const char *folder, const struct timelines *timelines,
                       const struct host *host, bool *drawn, struct error *tool,
                       struct error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/trace.csv", folder);
    if (timelines_write_csv(path, timelines, error) != 0 || check_interrupted(error) != 0)
        return -1;
    snprintf(path, sizeof path, "%s/trace.json", folder);
    if (timelines_write_json(path, timelines, host, error) != 0 || check_interrupted(error) != 0)
        return -1;
    return timelines_draw(folder, timelines, host, &picture_formats_default, &visit_interrupted,
                          drawn, tool, error);
}

static void write_out(const struct tracing_options *options, const struct timelines *timelines,
                      struct conditions *conditions, struct ending *ending)
{
    const char *out = options->values[OPTION_OUT];
    struct error tool = {0}, error = {0};
    struct host host;
    char folder[PATH_MAX];
    bool drawn = false;
    sigset_t mask;
    signals_catch(&mask);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    if (describe_host(options, out, conditions, &host, &error) != 0 ||
        write_files(out, timelines, &host, &drawn, &tool, &error) != 0) {
        ending->error = error;
        return;
    }
    if (tool.kind != ERROR_NONE)
        snprintf(ending->warning, sizeof ending->warning, "no picture: %s", tool.text);
    text_printable(folder, sizeof folder, out);
    printf("In %s: trace.csv%s and trace.json, which ui.perfetto.dev and chrome://tracing open.\n",
           folder, drawn ? ", plots/timeline.svg, timeline.png" : "");
}

/* ------------------------------------------------------------------------------- tracing */

static void trace_batch(const struct tracing_options *options, struct ending *ending)
{
    struct traces traces = {0};
    struct error bad = {0}, changed = {0};
    struct cpus cpus = cpus_read();
    struct conditions conditions = {0};
    bool prints_all = options->values[OPTION_ALL] != NULL;
    if (options->values[OPTION_OUT] != NULL)
        conditions = conditions_read(&cpus);
    if (traces_run(&options->request, (const char *const *)options->strategies.values,
                   options->strategies.count, options->takes, 0, &traces, &ending->error) == 0 &&
        traces_finish(&traces, &bad, &ending->error) == 0) {
        struct timelines timelines = traces_timelines(&traces);
        if (cpus_check_same(&cpus, &changed) != 0)
            snprintf(ending->warning, sizeof ending->warning, "%s", changed.text);
        if (timelines_print(stdout, &timelines, prints_all, &ending->error) == 0 &&
            options->values[OPTION_OUT] != NULL)
            write_out(options, &timelines, &conditions, ending);
        if (ending->error.kind == ERROR_NONE)
            ending->error = bad;
    }
    traces_free(&traces);
}

static void print_help(void)
{
    printf("breakeven trace: who ran which job of one batch, and when\n\n");
    cli_print_options(specs, OPTION_COUNT);
}

void cli_trace(int count, char *const arguments[], struct ending *ending)
{
    struct tracing_options options = {.request.batch.input_fd = -1};
    struct error *error = &ending->error;
    memcpy(options.values, defaults, sizeof defaults);
    cli_note_command_line("trace", count, arguments, options.command_line, MOST_ARGUMENTS);
    const char *words[1];
    size_t word_count;
    if (cli_parse(count, arguments, specs, OPTION_COUNT, handle_option, &options, words, 0,
                  &word_count, error) != 0)
        return;
    if (options.values[OPTION_HELP] != NULL) {
        print_help();
        return;
    }
    if (surroundings_check(error) == 0 && affinity_check(error) == 0 &&
        find_names(&options, error) == 0 && find_numbers(&options, error) == 0 &&
        open_folder(&options, error) == 0 && make_input(&options, error) == 0 &&
        ask_hosts(&options, error) == 0)
        trace_batch(&options, ending);
    folder_warn(&options.folder, ending->warning, sizeof ending->warning);
    folder_close(&options.folder);
    words_free(&options.strategies);
    hosts_free(&options.hosts);
    if (options.request.batch.input_fd >= 0)
        close(options.request.batch.input_fd);
}
