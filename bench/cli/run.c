/* breakeven run: measures a suite into a folder, then reports on it. */
#include "bench/base/text.h"
#include "bench/cli/cli.h"
#include "bench/cli/common/formats.h"
#include "bench/job/function.h"
#include "bench/plugin/library.h"
#include "bench/report/report.h"
#include "bench/report/table/answer.h"
#include "bench/run/named_work.h"
#include "bench/session/measuring.h"
#include "bench/session/own_work.h"
#include "bench/session/run_timeline.h"
#include "bench/visit/visit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The options beside the suite's keys. */
enum {
    OPTION_OUT = SUITE_KEY_COUNT,
    OPTION_RESUME,
    OPTION_FORCE,
    OPTION_FORMATS,
    OPTION_JSON,
    OPTION_QUIET,
    OPTION_VERBOSE,
    OPTION_HELP,
};

static const struct option_spec specs[] = {
#define KEY(symbol, dimension, name, value, help, ...) {name, value, help},
    SUITE_KEYS
#undef KEY
    {"out", "DIR", "where to write; without it results/<date>-<suite>"},
    {"resume", NULL, "go on with the run that --out holds"},
    {"force", NULL, "overwrite the run that --out holds"},
    {"formats", "F,..", "of the pictures: svg, png, pdf; default svg,png"},
    {"json", NULL, "print the summary as JSON, in place of the answer"},
    {"quiet", NULL, "no progress, no answer"},
    {"verbose", NULL, "a line of progress before each visit, and the full tables"},
    {"help", NULL, "this text"},
};

enum { SPEC_COUNT = sizeof specs / sizeof *specs };
_Static_assert((int)SPEC_COUNT <= (int)CLI_MOST_OPTIONS, "as many options as a command may have");

const struct command_options cli_run_options = {specs, SPEC_COUNT, .words = "SUITE",
                                                .offer_values = formats_offer};

struct run_options {
    struct measuring measuring;
    const char *out;
    bool resume, force, json, help, has_suite;
    struct own_work own;
    struct picture_formats formats;
    const char *command_line[64]; /* ends in NULL */
};

static int handle_option(void *user, size_t index, const char *value, struct error *error)
{
    struct run_options *run = user;
    char origin[64];
    switch (index) {
    case OPTION_OUT:
        run->out = value;
        return 0;
    case OPTION_RESUME:
        run->resume = true;
        return 0;
    case OPTION_FORCE:
        run->force = true;
        return 0;
    case OPTION_FORMATS:
        return formats_parse(value, &run->formats, error);
    case OPTION_JSON:
        run->json = true;
        return 0;
    case OPTION_QUIET:
        run->measuring.quiet = true;
        return 0;
    case OPTION_VERBOSE:
        run->measuring.verbose = true;
        return 0;
    case OPTION_HELP:
        run->help = true;
        return 0;
    default:
        snprintf(origin, sizeof origin, "--%s", specs[index].name);
        return settings_set(&run->measuring.settings, (enum suite_key)index, value, origin, error);
    }
}

static int read_arguments(struct run_options *run, int count, char *const arguments[],
                          struct error *error)
{
    const char *words[1] = {"default"};
    size_t word_count;
    cli_note_command_line("run", count, arguments, run->command_line,
                          sizeof run->command_line / sizeof *run->command_line);
    if (cli_parse(count, arguments, specs, SPEC_COUNT, handle_option, run, words, 1, &word_count,
                  error) != 0)
        return -1;
    run->has_suite = word_count > 0;
    run->measuring.suite_name = words[0];
    run->measuring.command_line = run->command_line;
    if (run->resume && run->force)
        return fail(error, ERROR_USAGE, "--resume: cannot be combined with --force");
    if (run->measuring.quiet && run->measuring.verbose)
        return fail(error, ERROR_USAGE, "--verbose: cannot be combined with --quiet");
    return 0;
}

static void print_help(void)
{
    printf(
        "breakeven run [SUITE] [options]: measures from which job size each strategy pays\n\n"
        "SUITE is one of `breakeven list suites` or an .ini file; without it: default. It may be\n"
        "a shared library with a work of your own (./libmine.so; see `breakeven new`), or a "
        "function in\n"
        "Python (mymodule.py:task).\n\n");
    cli_print_options(specs, SPEC_COUNT);
}

/* ------------------------------------------------------------------------------- afterwards */

static void note_unmeasured(const struct measuring *run, struct ending *ending)
{
    if (run->measured.groups_unvisited > 0 && visit_interrupted == 0 &&
        run->measured.cut_short.kind == ERROR_NONE)
        snprintf(ending->warning, sizeof ending->warning,
                 "the budget did not last for %llu of %zu batch sizes; raise --budget",
                 (unsigned long long)run->measured.groups_unvisited, run->planned_groups);
}

/* How the budget was spent and where to look. */
static void print_end(const struct measuring *run, size_t pictures)
{
    const struct steer_tally *steered = &run->measured.steered;
    char spent[80];
    if (run->suite.rounds == 0 && visit_interrupted == 0 &&
        run->measured.cut_short.kind == ERROR_NONE && steered->settled < steered->curves)
        printf("The budget ended while %zu of %zu curves could still be narrowed.\n",
               steered->curves - steered->settled, steered->curves);
    snprintf(spent, sizeof spent, "%llu visit%s in %.0f s",
             (unsigned long long)run->measured.visits, text_plural(run->measured.visits),
             (double)run->measured.elapsed_ns / 1e9);
    answer_print_places(stdout, spent, run->folder.path, pictures);
}

/* Where the time went, in a line. */
static void print_stages(const struct stages *stages)
{
    double total = (double)stages_total_ns(stages);
    enum run_stage largest = stages_largest_beside_maps(stages);
    printf("%.0f %% of the time went to timed maps, %.0f %% to %s; host.json has all of it.\n",
           100 * (double)stages->ns[STAGE_MAP] / total, 100 * (double)stages->ns[largest] / total,
           stage_words[largest]);
}

static void report(struct run_options *options, struct ending *ending)
{
    struct measuring *run = &options->measuring;
    /* A signal does not spoil the pictures; the second one ends the run at once. */
    struct report_request request = {
        .file = run->quiet && !options->json ? NULL : stdout,
        .output = options->json ? REPORT_JSON : REPORT_ANSWER,
        .verbose = run->verbose,
        .formats = options->formats,
    };
    struct report_result reported;
    struct error error = {0};
    bool answers = !run->quiet && !options->json;
    int made = report_make(run->folder.path, &request, &reported, &error);
    ending->data = reported.printed && options->json;
    if (made != 0 || folder_link(&run->folder, &error) != 0) {
        measuring_blame_system(&error);
        if (ending->error.kind == ERROR_NONE || ending->error.kind == ERROR_INTERRUPTED)
            ending->error = error;
        return;
    }
    if (reported.gnuplot_error.kind != ERROR_NONE)
        snprintf(ending->warning, sizeof ending->warning, "%s: %s",
                 reported.pictures > 0 ? "not all pictures were drawn" : "no pictures",
                 reported.gnuplot_error.text);
    if (measuring_tell_stages(run, &error) != 0 && ending->error.kind == ERROR_NONE)
        ending->error = error;
    if (answers && run->verbose)
        print_stages(&run->clock.spent);
    if (answers && run->measured.rows_ok > 0)
        print_end(run, reported.pictures);
}

/* Nothing has a time: why the first row has none is why. */
static void fail_unmeasured(const struct measuring *run, struct error *error)
{
    const struct measure_result *measured = &run->measured;
    bool refused = measured->rows_refused == measured->rows && measured->rows > 0;
    char why[360];
    text_clipped(why, sizeof why, measured->first_trouble, 300);
    fail(error, refused ? ERROR_REFUSED : ERROR_NOT_COMPARABLE,
         "nothing could be measured%s%s; see %s/samples.csv", *why != '\0' ? ": " : "", why,
         run->folder.path);
}

static void fail_given_up(const struct measuring *run, struct error *error)
{
    char why[260];
    text_clipped(why, sizeof why, run->measured.first_trouble, 200);
    fail(error, ERROR_CHECK_FAILED,
         "%llu cell%s given up: a verification or a visit failed%s%s%s; see status and detail "
         "in %s/summary.csv",
         (unsigned long long)run->measured.cells_given_up,
         run->measured.cells_given_up == 1 ? " was" : "s were", *why != '\0' ? " (the first: " : "",
         why, *why != '\0' ? ")" : "", run->folder.path);
}

/* What a run whose files are complete ends with. */
static void judge(const struct measuring *run, struct ending *ending)
{
    if (visit_interrupted != 0)
        ending->error = (struct error){ERROR_INTERRUPTED, "interrupted; what was measured is kept"};
    else if (run->measured.cut_short.kind != ERROR_NONE)
        fail(&ending->error, run->measured.cut_short.kind,
             "%s; what was measured before is kept, and --resume goes on with the CPUs of then",
             run->measured.cut_short.text);
    else if (run->measured.rows_ok == 0)
        fail_unmeasured(run, &ending->error);
    else if (run->measured.cells_given_up > 0)
        fail_given_up(run, &ending->error);
}

/* The library or the function that is all that was asked for: as the suite, or as the only work
 * without a suite; else NULL. */
static const char *sole_work(const struct run_options *run)
{
    const char *work = run->measuring.settings.values[KEY_work];
    const char *suite = run->measuring.suite_name;
    if (run->has_suite)
        return library_is_meant_by(suite) || function_is_named_by(suite) ? suite : NULL;
    return work != NULL && strchr(work, ',') == NULL && named_work_is(work) ? work : NULL;
}

/* Without a suite, such a work gets one of its own. */
static int find_suite(struct run_options *run, struct error *error)
{
    struct measuring *measuring = &run->measuring;
    const char *named = sole_work(run);
    if (named == NULL)
        return 0;
    static const enum suite_key others[] = {KEY_work, KEY_command};
    for (size_t i = 0; run->has_suite && i < sizeof others / sizeof *others; i++)
        if (measuring->settings.values[others[i]] != NULL)
            return fail(error, ERROR_USAGE, "--%s: cannot be combined with %s as the suite",
                        suite_keys[others[i]],
                        function_is_named_by(named) ? "a function" : "a library");
    if (own_work_make(named, &measuring->settings, &run->own, error) != 0)
        return -1;
    free(measuring->settings.values[KEY_work]);
    measuring->settings.values[KEY_work] = NULL;
    measuring->suite_name = run->own.name;
    measuring->suite_text = run->own.text;
    return 0;
}

static void run_suite(struct run_options *run, struct ending *ending)
{
    struct measuring *measuring = &run->measuring;
    struct error *error = &ending->error;
    enum folder_mode mode = run->resume ? FOLDER_RESUME : run->force ? FOLDER_FORCE : FOLDER_FRESH;
    if (find_suite(run, error) != 0 || measuring_plan(measuring, error) != 0 ||
        (measuring_run(measuring, run->out, mode, error) != 0 && error->kind != ERROR_INTERRUPTED))
        return;
    note_unmeasured(measuring, ending);
    run_timeline(measuring, &run->formats);
    report(run, ending);
    folder_warn(&measuring->folder, ending->warning, sizeof ending->warning);
    if (error->kind == ERROR_NONE || error->kind == ERROR_INTERRUPTED)
        judge(measuring, ending);
}

void cli_run(int count, char *const arguments[], struct ending *ending)
{
    struct run_options run = {.measuring.input_fd = -1, .formats = picture_formats_default};
    if (read_arguments(&run, count, arguments, &ending->error) == 0) {
        if (run.help)
            print_help();
        else
            run_suite(&run, ending);
    }
    measuring_free(&run.measuring);
    own_work_free(&run.own);
}
