/* breakeven report: tables, pictures and the page again, from the files of a run. */
#include "bench/report/report.h"
#include "bench/cli/cli.h"
#include "bench/cli/common/formats.h"
#include "bench/report/table/answer.h"
#include "bench/session/folder.h"
#include "bench/session/signals.h"
#include "bench/session/surroundings.h"
#include "bench/session/terminal.h"
#include "bench/visit/visit.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    OPTION_FORMATS,
    OPTION_TERMINAL,
    OPTION_JSON,
    OPTION_VERBOSE,
    OPTION_QUIET,
    OPTION_HELP,
    OPTION_COUNT,
};

static const struct option_spec specs[OPTION_COUNT] = {
    [OPTION_FORMATS] = {"formats", "F,..", "of the pictures: svg, png, pdf; default svg,png"},
    [OPTION_TERMINAL] = {"terminal", NULL, "draw the crossovers here, in place of the answer"},
    [OPTION_JSON] = {"json", NULL, "print the summary as JSON, in place of the answer"},
    [OPTION_VERBOSE] = {"verbose", NULL, "print the full tables before the answer"},
    [OPTION_QUIET] = {"quiet", NULL, "print nothing"},
    [OPTION_HELP] = {"help", NULL, "this text"},
};

const struct command_options cli_report_options = {specs, OPTION_COUNT, .words = "DIR",
                                                   .offer_values = formats_offer};

struct report_options {
    struct report_request request;
    bool quiet, help;
};

static int handle_option(void *user, size_t index, const char *value, struct error *error)
{
    struct report_options *options = user;
    switch (index) {
    case OPTION_FORMATS:
        return formats_parse(value, &options->request.formats, error);
    case OPTION_TERMINAL:
        options->request.output = REPORT_CHART;
        return 0;
    case OPTION_JSON:
        options->request.output = REPORT_JSON;
        return 0;
    case OPTION_VERBOSE:
        options->request.verbose = true;
        return 0;
    case OPTION_QUIET:
        options->quiet = true;
        return 0;
    default:
        options->help = true;
        return 0;
    }
}

static void print_help(void)
{
    printf(
        "breakeven report DIR [options]: writes summary.csv, crossover.csv, law.csv, scaling.csv,\n"
        "tables.txt, plots/ and report.html again from DIR/samples.csv and DIR/host.json, and\n"
        "prints what pays\n\n");
    cli_print_options(specs, OPTION_COUNT);
}

static void report(const char *path, const struct report_options *options, struct ending *ending)
{
    struct report_result result;
    sigset_t mask;
    signals_catch(&mask);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    int made = report_make(path, &options->request, &result, &ending->error);
    ending->data = result.printed && options->request.output == REPORT_JSON;
    if (made != 0)
        return;
    if (result.gnuplot_error.kind != ERROR_NONE) {
        ending->error = result.gnuplot_error;
        return;
    }
    if (!options->quiet && options->request.output == REPORT_ANSWER && !result.floors)
        answer_print_places(stdout, "", path, result.pictures);
}

/* Nobody else writes to the folder meanwhile. */
static void report_locked(const char *path, const struct report_options *options,
                          struct ending *ending)
{
    struct run_folder folder;
    if (folder_use(path, &folder, &ending->error) == 0)
        report(path, options, ending);
    folder_warn(&folder, ending->warning, sizeof ending->warning);
    folder_close(&folder);
}

void cli_report(int count, char *const arguments[], struct ending *ending)
{
    struct report_options options = {
        .request = {.terminal = terminal_of(STDOUT_FILENO),
                    .formats = picture_formats_default,
                    .interrupted = &visit_interrupted},
    };
    const char *words[1];
    size_t word_count;
    if (cli_parse(count, arguments, specs, OPTION_COUNT, handle_option, &options, words, 1,
                  &word_count, &ending->error) != 0)
        return;
    options.request.file = options.quiet ? NULL : stdout;
    if (options.help)
        print_help();
    else if (options.quiet && options.request.verbose)
        fail(&ending->error, ERROR_USAGE, "--verbose: cannot be combined with --quiet");
    else if (surroundings_check_processes(&ending->error) != 0)
        return; /* no picture would be drawn */
    else if (word_count == 0)
        fail(&ending->error, ERROR_USAGE, "report: the folder of a run is needed");
    else if (strlen(words[0]) >= PATH_MAX - 64)
        fail(&ending->error, ERROR_USAGE, "report: the path is too long");
    else
        report_locked(words[0], &options, ending);
}
