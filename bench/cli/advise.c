/* breakeven advise: what to run jobs by, before anything is measured. */
#include "bench/session/advice/advise.h"
#include "bench/base/limits.h"
#include "bench/base/parse.h"
#include "bench/base/text.h"
#include "bench/cli/cli.h"
#include "bench/job/work.h"
#include "bench/run/suite.h"
#include "strategies/strategy.h"

#include <stdio.h>
#include <string.h>

enum {
    OPTION_JOB,
    OPTION_JOBS,
    OPTION_SPREAD,
    OPTION_PAYLOAD,
    OPTION_TRANSPORT,
    OPTION_CALLER_MEMORY,
    OPTION_WORKERS,
    OPTION_COLD,
    OPTION_IDLE,
    OPTION_CONTENTION,
    OPTION_CHECK,
    OPTION_FROM,
    OPTION_JSON,
    OPTION_HELP,
    /* Of a job to be timed: keys of suites, which the table below names. */
    OPTION_SIZE,
    OPTION_COMMAND,
    OPTION_INPUTS,
    OPTION_SHELL,
    OPTION_INPUT,
    OPTION_PYTHON,
    OPTION_ARGUMENTS,
    OPTION_COUNT,
};

static const enum suite_key keys[OPTION_COUNT] = {
    [OPTION_SIZE] = KEY_sizes,          [OPTION_COMMAND] = KEY_command,
    [OPTION_INPUTS] = KEY_inputs,       [OPTION_SHELL] = KEY_shell,
    [OPTION_INPUT] = KEY_input,         [OPTION_PYTHON] = KEY_python,
    [OPTION_ARGUMENTS] = KEY_arguments,
};

static const struct option_spec specs[OPTION_COUNT] = {
    [OPTION_JOB] = {"job", "TIME", "that one job takes serially: 40us"},
    [OPTION_JOBS] = {"jobs", "N", "in the batch; without it four for each CPU"},
    [OPTION_SPREAD] = {"spread", "TIMES", "the longest job over the mean one: 3x; without it 1"},
    [OPTION_PAYLOAD] = {"payload", "N", "bytes into and out of each job: 4Ki, or 1Mi/0 for in/out"},
    [OPTION_TRANSPORT] = {"transport", "shm|pipe", "how payload travels to other processes"},
    [OPTION_CALLER_MEMORY] = {"caller-memory", "N", "bytes that the process holds: 2Gi"},
    [OPTION_WORKERS] = {"workers", "LIST", "numbers of workers to choose from: 1..8"},
    [OPTION_COLD] = {"cold", NULL, "the strategy is opened for this batch alone"},
    [OPTION_IDLE] = {"idle", NULL, "the workers sleep when the batch comes"},
    [OPTION_CONTENTION] = {"contention", "none|compute|memory|address-space|unknown",
                           "what makes the jobs slower with company"},
    [OPTION_CHECK] = {"check", NULL, "measure the first three and serial, too"},
    [OPTION_FROM] = {"from", "DIR", "by the run in this folder, not by the calibration"},
    [OPTION_JSON] = {"json", NULL, "print it as JSON"},
    [OPTION_HELP] = {"help", NULL, "this text"},
    [OPTION_SIZE] = {"size", "N", "of the job that is timed"},
    [OPTION_COMMAND] = {"command", "COMMAND", "the job that is timed is this program"},
    [OPTION_INPUTS] = {"inputs", "PATTERN", "the files that {input} stands for in it"},
    [OPTION_SHELL] = {"shell", NULL, "run it by a shell"},
    [OPTION_INPUT] = {"input", "FILE", "the file that the work deflate compresses"},
    [OPTION_PYTHON] = {"python", "FILE", "the interpreter that times a function"},
    [OPTION_ARGUMENTS] = {"arguments", "FILE",
                          "a function is called with the lines of this file, JSON, one a job"},
};

static void offer_values(const char *name, const struct offer *offer)
{
    for (size_t i = 0; text_equal(name, "WORK") && i < works_count; i++)
        offer_word(offer, works[i]->name, works[i]->summary);
    if (text_equal(name, "WORK")) {
        puts(":file .so");
        puts(":file .py");
    }
}

const struct command_options cli_advise_options = {specs, OPTION_COUNT, .words = "WORK",
                                                   .offer_values = offer_values};

struct advise_options {
    struct advise_request request;
    const char *values[OPTION_COUNT]; /* as given; NULL: not */
    struct settings settings;
    const char *command_line[64]; /* ends in NULL */
};

static int handle_option(void *user, size_t index, const char *value, struct error *error)
{
    struct advise_options *options = user;
    char origin[64];
    options->values[index] = value != NULL ? value : "";
    snprintf(origin, sizeof origin, "--%s", specs[index].name);
    for (size_t i = OPTION_SIZE; i < OPTION_COUNT; i++)
        if (i == index)
            return settings_set(&options->settings, keys[i], value, origin, error);
    return 0;
}

static void print_help(void)
{
    printf("breakeven advise --job TIME [options]\n"
           "breakeven advise WORK --size N [options]\n"
           "breakeven advise --command COMMAND [options]: what to run jobs by, and what that "
           "gains, by what was\nmeasured once for all jobs of this machine. WORK is timed for half "
           "a second: one of `breakeven list work`,\n./libmine.so or mymodule.py:task.\n\n");
    cli_print_options(specs, OPTION_COUNT);
}

/* ------------------------------------------------------------------------------- reading */

enum { MOST_JOBS_EXPONENT = 40, MOST_BYTES_EXPONENT = 44, MOST_SPREAD = 1000000 };

static int read_jobs(const struct advise_options *options, uint64_t *jobs, struct error *error)
{
    unsigned cpus = options->request.cpus.usable;
    const struct number_rule rule = {
        .least = 1, .most = UINT64_C(1) << MOST_JOBS_EXPONENT, .cpus = cpus};
    const char *text = options->values[OPTION_JOBS];
    return parse_number("--jobs", text != NULL ? text : "4cpus", &rule, jobs, error);
}

static int read_bytes(const char *option, const char *text, double *bytes, struct error *error)
{
    static const struct number_rule rule = {.least = 0, .most = UINT64_C(1) << MOST_BYTES_EXPONENT};
    uint64_t count = 0;
    if (parse_number(option, text, &rule, &count, error) != 0)
        return -1;
    *bytes = (double)count;
    return 0;
}

/* "4Ki", or "1Mi/0": in and out. */
static int read_payload(const char *text, struct model_question *question, struct error *error)
{
    char in[64];
    const char *slash = text != NULL ? strchr(text, '/') : NULL;
    if (text == NULL)
        return 0;
    snprintf(in, sizeof in, "%.*s", slash != NULL ? (int)(slash - text) : 60, text);
    if (read_bytes("--payload", in, &question->payload_in, error) != 0)
        return -1;
    return read_bytes("--payload", slash != NULL ? slash + 1 : in, &question->payload_out, error);
}

/* "3x" or "3". */
static int read_spread(const char *text, double *spread, struct error *error)
{
    static const struct number_rule rule = {
        .least = 0, .most = UINT64_C(1000000000) * MOST_SPREAD, .billionths = true};
    char number[64];
    uint64_t billionths = 0;
    *spread = 1;
    if (text == NULL)
        return 0;
    size_t length = strlen(text);
    snprintf(number, sizeof number, "%.*s",
             length > 0 && length < sizeof number && text[length - 1] == 'x' ? (int)length - 1 : 60,
             text);
    if (parse_number("--spread", number, &rule, &billionths, error) != 0)
        return -1;
    *spread = (double)billionths / 1e9;
    return *spread >= 1
               ? 0
               : fail(error, ERROR_USAGE,
                      "--spread: '%.60s': the longest job over the mean one is 1 at least, "
                      "such as 3x",
                      text);
}

static int read_word(const char *option, const char *text, const char *const known[], size_t count,
                     size_t *index, struct error *error)
{
    char suggestion[160];
    for (*index = 0; *index < count; (*index)++)
        if (text_equal(text, known[*index]))
            return 0;
    text_suggestion(suggestion, sizeof suggestion, text, known, count);
    return fail(error, ERROR_USAGE, "%s: '%.60s' is not known%s", option, text, suggestion);
}

/* "0.3" behind "address-space:", the share of a job's time for which it contends. */
static int read_share(const char *text, const char *share, struct model_question *question,
                      struct error *error)
{
    static const struct number_rule rule = {
        .least = 0, .most = UINT64_C(1000000000) * MOST_SPREAD, .billionths = true};
    uint64_t billionths = 0;
    if (question->contention == CONTENTION_NONE || question->contention == CONTENTION_COMPUTE)
        return fail(error, ERROR_USAGE,
                    "--contention: '%.60s': a share is of jobs that contend: memory, address-space "
                    "or unknown, such as address-space:0.3",
                    text);
    if (parse_number("--contention", share, &rule, &billionths, error) != 0)
        return -1;
    question->computing = 1 - (double)billionths / 1e9;
    return question->computing >= 0
               ? 0
               : fail(error, ERROR_USAGE,
                      "--contention: '%.60s': a share is from 0 to 1, such as address-space:0.3",
                      text);
}

/* "address-space", or "address-space:0.3". */
static int read_contention(const char *text, struct model_question *question, struct error *error)
{
    char word[64];
    size_t at = CONTENTION_COMPUTE;
    const char *colon = text != NULL ? strchr(text, ':') : NULL;
    question->contention = CONTENTION_COMPUTE;
    if (text == NULL)
        return 0;
    snprintf(word, sizeof word, "%.*s",
             colon != NULL && colon - text < 60 ? (int)(colon - text) : 60, text);
    if (read_word("--contention", word, contention_names, CONTENTION_COUNT, &at, error) != 0)
        return -1;
    question->contention = (enum contention)at;
    return colon != NULL ? read_share(text, colon + 1, question, error) : 0;
}

static int read_words(struct advise_options *options, struct error *error)
{
    struct model_question *question = &options->request.question;
    const char *transport = options->values[OPTION_TRANSPORT];
    size_t at = 0;
    if (transport != NULL &&
        read_word("--transport", transport, transport_names, TRANSPORT_CHOICES, &at, error) != 0)
        return -1;
    question->by_pipe = at > 0 && text_equal(transport_names[at], transport_name(TRANSPORT_PIPE));
    return 0;
}

static int read_workers(const char *text, struct advise_request *request, struct error *error)
{
    struct number_rule rule = suite_number_rule(KEY_workers, request->cpus.usable);
    struct task_limit limit = limits_tasks();
    if (text == NULL)
        return 0;
    if (parse_numbers("--workers", text, &rule, &request->workers, error) != 0)
        return -1;
    for (size_t i = 0; i < request->workers.count; i++)
        if (request->workers.values[i] > limit.tasks)
            return fail(error, ERROR_REFUSED,
                        "--workers: %llu are more than the %llu that %s allows",
                        (unsigned long long)request->workers.values[i],
                        (unsigned long long)limit.tasks, limit.name);
    return 0;
}

static int read_question(struct advise_options *options, struct error *error)
{
    const char *const *values = options->values;
    struct model_question *question = &options->request.question;
    uint64_t job_ns = 0;
    options->request.has_contention = values[OPTION_CONTENTION] != NULL;
    if (values[OPTION_JOB] != NULL &&
        parse_duration("--job", values[OPTION_JOB], &job_ns, error) != 0)
        return -1;
    question->job_ns = (struct interval){(double)job_ns, (double)job_ns, (double)job_ns};
    question->is_cold = values[OPTION_COLD] != NULL;
    question->is_idle = values[OPTION_IDLE] != NULL;
    if (question->is_cold && question->is_idle)
        return fail(error, ERROR_USAGE,
                    "--idle: cannot be combined with --cold, whose workers are "
                    "started for the batch");
    if (read_jobs(options, &question->jobs, error) != 0 ||
        read_spread(values[OPTION_SPREAD], &question->spread, error) != 0 ||
        read_payload(values[OPTION_PAYLOAD], question, error) != 0 ||
        (values[OPTION_CALLER_MEMORY] != NULL &&
         read_bytes("--caller-memory", values[OPTION_CALLER_MEMORY], &question->caller_bytes,
                    error) != 0) ||
        read_contention(values[OPTION_CONTENTION], question, error) != 0 ||
        read_words(options, error) != 0)
        return -1;
    return read_workers(values[OPTION_WORKERS], &options->request, error);
}

/* ------------------------------------------------------------------------------- which job */

/* The size means one job's: a list would be of several. */
static int check_one_size(const char *size, struct error *error)
{
    struct number_rule rule = suite_number_rule(KEY_sizes, 0);
    uint64_t number;
    return size == NULL || parse_number("--size", size, &rule, &number, error) == 0 ? 0 : -1;
}

/* Exactly one of a time, a work and a command. */
static int find_job(struct advise_options *options, const char *work, struct error *error)
{
    const char *const *values = options->values;
    struct advise_request *request = &options->request;
    const char *job = values[OPTION_JOB], *command = values[OPTION_COMMAND];
    request->times_job = work != NULL || command != NULL;
    if (job == NULL && !request->times_job)
        return fail(error, ERROR_USAGE,
                    "advise: a job is needed: --job TIME, a work (see breakeven list work) or "
                    "--command");
    if (work != NULL && command != NULL)
        return fail(error, ERROR_USAGE, "--command: cannot be combined with a work: %.80s", work);
    if (job != NULL && request->times_job)
        return fail(error, ERROR_USAGE, "--job: cannot be combined with %s, which is timed",
                    work != NULL ? "a work" : "--command");
    for (size_t i = OPTION_SIZE; !request->times_job && i < OPTION_COUNT; i++)
        if (values[i] != NULL)
            return fail(error, ERROR_USAGE, "--%s: is of use only with a job that is timed",
                        specs[i].name);
    request->job = (struct timed_job_request){
        .work = work,
        .settings = &options->settings,
        .jobs = request->question.jobs,
        .command_line = options->command_line,
    };
    return command == NULL ? check_one_size(values[OPTION_SIZE], error) : 0;
}

/* ------------------------------------------------------------------------------- the command */

static void print(const struct advise_options *options, const struct advise_answer *answer,
                  struct ending *ending)
{
    if (options->values[OPTION_JSON] != NULL) {
        ending->data = advice_print_json(stdout, &answer->told, &ending->error) == 0;
    } else {
        advice_print(stdout, &answer->told);
    }
    if (answer->advice.verdict == ADVICE_UNTOLD)
        fail(&ending->error, ERROR_NOT_COMPARABLE,
             "advise: it hangs on the jobs' contention, which is not known; see --contention");
}

static void answer(struct advise_options *options, struct ending *ending)
{
    struct advise_answer answer;
    struct advise_request *request = &options->request;
    request->from = options->values[OPTION_FROM];
    request->checks = options->values[OPTION_CHECK] != NULL;
    request->all_break_evens = options->values[OPTION_JSON] != NULL;
    request->command_line = options->command_line;
    if (advise(request, &answer, ending->warning, sizeof ending->warning, &ending->error) == 0)
        print(options, &answer, ending);
    advise_free(&answer);
}

void cli_advise(int count, char *const arguments[], struct ending *ending)
{
    struct advise_options options = {.request.cpus = cpus_read()};
    const char *words[1] = {NULL};
    size_t word_count;
    cli_note_command_line("advise", count, arguments, options.command_line,
                          sizeof options.command_line / sizeof *options.command_line);
    if (cli_parse(count, arguments, specs, OPTION_COUNT, handle_option, &options, words, 1,
                  &word_count, &ending->error) == 0) {
        if (options.values[OPTION_HELP] != NULL)
            print_help();
        else if (read_question(&options, &ending->error) == 0 &&
                 find_job(&options, words[0], &ending->error) == 0)
            answer(&options, ending);
    }
    numbers_free(&options.request.workers);
    settings_free(&options.settings);
}
