/* breakeven check: whether exported thresholds still hold. */
#include "bench/session/thresholds/check.h"
#include "bench/analyse/compare/compare.h"
#include "bench/base/parse.h"
#include "bench/base/text.h"
#include "bench/cli/cli.h"
#include "bench/report/table/check_table.h"

#include <stdio.h>

enum {
    OPTION_ONLY,
    OPTION_LIBRARY,
    OPTION_THRESHOLD,
    OPTION_OUT,
    OPTION_FORCE,
    OPTION_QUIET,
    OPTION_HELP,
    /* Keys of suites, which the table below names. */
    OPTION_SIZES,
    OPTION_JOBS,
    OPTION_INPUT,
    OPTION_BUDGET,
    OPTION_PRECISION,
    OPTION_ROUNDS,
    OPTION_SEED,
    OPTION_TIMEOUT,
    OPTION_JOB_TIMEOUT,
    OPTION_COUNT,
};

static const enum suite_key keys[OPTION_COUNT] = {
    [OPTION_SIZES] = KEY_sizes,
    [OPTION_JOBS] = KEY_jobs,
    [OPTION_INPUT] = KEY_input,
    [OPTION_BUDGET] = KEY_budget,
    [OPTION_PRECISION] = KEY_precision,
    [OPTION_ROUNDS] = KEY_rounds,
    [OPTION_SEED] = KEY_seed,
    [OPTION_TIMEOUT] = KEY_timeout,
    [OPTION_JOB_TIMEOUT] = KEY_job_timeout,
};

static const struct option_spec specs[OPTION_COUNT] = {
    [OPTION_ONLY] = {"only", "LIST", "of the file's thresholds, by name; without it all"},
    [OPTION_LIBRARY] = {"library", "FILE",
                        "with its works: ./libmine.so; default: where it says that they lie"},
    [OPTION_THRESHOLD] = {"threshold", "PERCENT", "a change this large counts; default 25%"},
    [OPTION_OUT] = {"out", "DIR", "where to write; without it results/<date>-check"},
    [OPTION_FORCE] = {"force", NULL, "overwrite the run that --out holds"},
    [OPTION_QUIET] = {"quiet", NULL, "no progress, no table"},
    [OPTION_HELP] = {"help", NULL, "this text"},
    [OPTION_SIZES] = {"sizes", "LIST", "measure at these; without it around the thresholds"},
    [OPTION_JOBS] = {"jobs", "LIST", "the same for thresholds that count jobs"},
    [OPTION_INPUT] = {"input", "FILE", "the file that the work deflate compresses"},
    [OPTION_BUDGET] = {"budget", "TIME", "how long to measure: 60s, 2m; default 60s"},
    [OPTION_PRECISION] = {"precision", "PERCENT",
                          "an interval as narrow as this needs no more rounds; default 2%"},
    [OPTION_ROUNDS] = {"rounds", "N", "measure exactly N rounds instead of a budget"},
    [OPTION_SEED] = {"seed", "N", "for the order of visits and for the works' inputs; default 1"},
    [OPTION_TIMEOUT] = {"timeout", "TIME", "how long one visit may take; default 30s"},
    [OPTION_JOB_TIMEOUT] = {"job-timeout", "TIME",
                            "kill jobs that take longer, where they are processes"},
};

const struct command_options cli_check_options = {specs, OPTION_COUNT, .words = "FILE"};

struct check_options {
    struct check_request request;
    bool help;
    const char *command_line[64]; /* ends in NULL */
};

static int handle_option(void *user, size_t index, const char *value, struct error *error)
{
    struct check_options *options = user;
    struct check_request *request = &options->request;
    char origin[64];
    switch (index) {
    case OPTION_ONLY:
        request->only = value;
        return 0;
    case OPTION_LIBRARY:
        request->libraries = value;
        return 0;
    case OPTION_THRESHOLD:
        return parse_percent("--threshold", value, &request->limit, error);
    case OPTION_OUT:
        request->out = value;
        return 0;
    case OPTION_FORCE:
        request->mode = FOLDER_FORCE;
        return 0;
    case OPTION_QUIET:
        request->quiet = true;
        return 0;
    case OPTION_HELP:
        options->help = true;
        return 0;
    default:
        snprintf(origin, sizeof origin, "--%s", specs[index].name);
        return settings_set(&request->settings, keys[index], value, origin, error);
    }
}

static void print_help(void)
{
    printf(
        "breakeven check FILE [options]: whether the thresholds still hold that `breakeven "
        "export`\nwrote to FILE as c-header, cmake, json or env, and what they cost now\n\n"
        "Exit status: 0 nothing drifted, 1 something did, 3 nothing can be told or compared.\n\n");
    cli_print_options(specs, OPTION_COUNT);
}

/* The exit status, and the line that says why. */
static void conclude(const struct check_result *result, struct error *error)
{
    size_t drifted = checks_of(&result->checks, CHECK_DRIFTED);
    size_t held = checks_of(&result->checks, CHECK_HELD);
    if (drifted > 0)
        fail(error, ERROR_CHECK_FAILED, "check: %zu threshold%s drifted; export %s again", drifted,
             drifted == 1 ? "" : "s", drifted == 1 ? "it" : "them");
    else if (held == 0)
        fail(error, ERROR_NOT_COMPARABLE, "check: nothing can be told; raise --budget");
}

/* Also of what was interrupted, whose error stays. */
static void tell(const struct check_request *request, const struct run_folder *folder,
                 struct check_result *result, struct error *error)
{
    char shown[PATH_MAX];
    struct strings strings = {0};
    struct error own = {0};
    if (csv_make_printable(&check_format, result->checks.rows, result->checks.count, &strings,
                           &own) == 0 &&
        !request->quiet) {
        text_printable(shown, sizeof shown, folder->path);
        check_print(stdout, &result->checks);
        printf("Measured in %.0f s; the numbers are in %s/check.csv.\n", result->elapsed_s, shown);
    }
    if (error->kind == ERROR_NONE)
        *error = own;
    if (error->kind == ERROR_NONE)
        conclude(result, error);
    else if (error->kind == ERROR_INTERRUPTED)
        *error = (struct error){ERROR_INTERRUPTED,
                                "interrupted; the verdict is of what was measured until then"};
    strings_free(&strings);
}

static void check(struct check_options *options, struct ending *ending)
{
    struct check_result result = {.elapsed_s = 0};
    struct run_folder folder;
    struct error *error = &ending->error;
    check_thresholds(&options->request, &folder, &result, error);
    if (result.checks.count > 0)
        tell(&options->request, &folder, &result, error);
    if (result.other_model)
        snprintf(ending->warning, sizeof ending->warning,
                 "the file is of another model of CPU: %.200s", result.claims.head.model);
    folder_warn(&folder, ending->warning, sizeof ending->warning);
    folder_close(&folder);
    check_free(&result);
}

void cli_check(int count, char *const arguments[], struct ending *ending)
{
    struct check_options options = {
        .request = {.limit = COMPARE_RUNS_THRESHOLD, .mode = FOLDER_FRESH}};
    const char *words[1] = {NULL};
    size_t word_count;
    cli_note_command_line("check", count, arguments, options.command_line,
                          sizeof options.command_line / sizeof *options.command_line);
    if (cli_parse(count, arguments, specs, OPTION_COUNT, handle_option, &options, words, 1,
                  &word_count, &ending->error) == 0) {
        options.request.path = words[0];
        options.request.command_line = options.command_line;
        if (options.help)
            print_help();
        else if (word_count == 0)
            fail(&ending->error, ERROR_USAGE,
                 "check: a file is needed that breakeven export wrote as c-header, cmake, json or "
                 "env");
        else
            check(&options, ending);
    }
    settings_free(&options.request.settings);
}
