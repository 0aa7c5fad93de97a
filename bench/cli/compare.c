/* breakeven compare: the regression check. */
#include "bench/analyse/compare/compare.h"
#include "bench/analyse/compare/counts.h"
#include "bench/base/parse.h"
#include "bench/base/text.h"
#include "bench/cli/cli.h"
#include "bench/report/table/table.h"
#include "bench/session/pair/selftest.h"
#include "bench/session/pair/two_builds.h"
#include "bench/session/pair/two_runs.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The suite's keys, for --ab, stand behind the options of both. */
enum {
    OPTION_AB,
    OPTION_SELFTEST,
    OPTION_METRIC,
    OPTION_SUITE,
    OPTION_FORCE,
    OPTION_QUIET,
    OPTION_THRESHOLD,
    OPTION_ADVISORY,
    OPTION_OUT,
    OPTION_HELP,
    OPTION_KEYS,
};

static const struct option_spec specs[] = {
    [OPTION_AB] = {"ab", NULL, "BASE and NEW are programs, to be measured now, in the same rounds"},
    [OPTION_SELFTEST] = {"selftest", NULL,
                         "how often --ab errs on this machine, and what it finds"},
    [OPTION_METRIC] = {"metric", "M,..", "with --ab: time, instructions or both; without it time"},
    [OPTION_SUITE] = {"suite", "SUITE", "what to measure with --ab; without it: regress"},
    [OPTION_FORCE] = {"force", NULL, "with --ab: overwrite what --out holds"},
    [OPTION_QUIET] = {"quiet", NULL, "no progress, no tables"},
    [OPTION_THRESHOLD] = {"threshold", "PERCENT",
                          "a change this large counts; 5% with --ab, 1% of instructions, else 25%"},
    [OPTION_ADVISORY] = {"advisory", NULL, "exit 0 where something got worse, too"},
    [OPTION_OUT] = {"out", "DIR", "write comparison.csv there"},
    [OPTION_HELP] = {"help", NULL, "this text"},
#define KEY(symbol, dimension, name, value, help, ...) {name, value, help},
    SUITE_KEYS
#undef KEY
};

enum { SPEC_COUNT = sizeof specs / sizeof *specs };
_Static_assert((int)SPEC_COUNT <= (int)CLI_MOST_OPTIONS, "as many options as a command may have");

enum { METRIC_TIME, METRIC_INSTRUCTIONS, METRICS };

static const char *const metric_names[METRICS] = {"time", "instructions"};

static void offer_values(const char *name, const struct offer *offer)
{
    for (size_t i = 0; text_equal(name, specs[OPTION_METRIC].name) && i < METRICS; i++)
        offer_word(offer, metric_names[i], "");
}

const struct command_options cli_compare_options = {
    specs,
    SPEC_COUNT,
    .words = "DIR DIR",
    .instead = {{"ab", "PROGRAM PROGRAM"}, {"selftest", "PROGRAM"}},
    .offer_values = offer_values,
};

struct compare_options {
    double threshold; /* NaN: the default of what is compared */
    bool ab, selftest, advisory, force, quiet, help;
    const char *out; /* NULL: nothing is written, or with --ab into a folder that is made up */
    const char *suite;
    bool metrics[METRICS]; /* none: time */
    const char *ab_only;   /* an option that means nothing without --ab; NULL: none was given */
    const char *time_only; /* one that means nothing where instructions alone are counted */
    struct settings settings;
    const char *words[2];
    size_t word_count;
    const char *command_line[64]; /* ends in NULL */
};

static bool measures_time(const struct compare_options *options)
{
    return options->metrics[METRIC_TIME] || !options->metrics[METRIC_INSTRUCTIONS];
}

static int handle_key(struct compare_options *options, size_t index, const char *value,
                      struct error *error)
{
    char origin[64];
    snprintf(origin, sizeof origin, "--%s", specs[index].name);
    options->ab_only = options->time_only = specs[index].name;
    return settings_set(&options->settings, (enum suite_key)(index - OPTION_KEYS), value, origin,
                        error);
}

static int handle_metric(struct compare_options *options, const char *value, struct error *error)
{
    struct words given = {0};
    if (parse_words("--metric", value, metric_names, METRICS, &given, error) != 0)
        return -1;
    for (size_t i = 0; i < given.count; i++)
        for (size_t k = 0; k < METRICS; k++)
            options->metrics[k] =
                options->metrics[k] || text_equal(given.values[i], metric_names[k]);
    words_free(&given);
    options->ab_only = "metric";
    return 0;
}

static int handle_option(void *user, size_t index, const char *value, struct error *error)
{
    struct compare_options *options = user;
    switch (index) {
    case OPTION_AB:
        options->ab = true;
        return 0;
    case OPTION_SELFTEST:
        options->selftest = true;
        return 0;
    case OPTION_METRIC:
        return handle_metric(options, value, error);
    case OPTION_SUITE:
        options->suite = value;
        options->ab_only = options->time_only = "suite";
        return 0;
    case OPTION_FORCE:
        options->force = true;
        options->ab_only = "force";
        return 0;
    case OPTION_QUIET:
        options->quiet = true;
        return 0;
    case OPTION_THRESHOLD:
        return parse_percent("--threshold", value, &options->threshold, error);
    case OPTION_ADVISORY:
        options->advisory = true;
        return 0;
    case OPTION_OUT:
        options->out = value;
        return 0;
    case OPTION_HELP:
        options->help = true;
        return 0;
    default:
        return handle_key(options, index, value, error);
    }
}

static int read_arguments(struct compare_options *options, int count, char *const arguments[],
                          struct error *error)
{
    cli_note_command_line("compare", count, arguments, options->command_line,
                          sizeof options->command_line / sizeof *options->command_line);
    if (cli_parse(count, arguments, specs, SPEC_COUNT, handle_option, options, options->words, 2,
                  &options->word_count, error) != 0 ||
        options->help)
        return options->help ? 0 : -1;
    if (options->selftest && (options->ab || options->word_count > 1))
        return fail(error, ERROR_USAGE, "--selftest: takes one program at most, and no --ab");
    if (options->selftest && (options->advisory || options->metrics[METRIC_INSTRUCTIONS]))
        return fail(error, ERROR_USAGE, "--%s: means nothing with --selftest",
                    options->advisory ? "advisory" : "metric");
    if (options->selftest)
        return 0;
    if (options->word_count < 2)
        return fail(error, ERROR_USAGE, "compare: two %s are needed, BASE and NEW",
                    options->ab ? "programs" : "folders of runs");
    if (!options->ab && options->ab_only != NULL)
        return fail(error, ERROR_USAGE, "--%s: means something with --ab only", options->ab_only);
    if (!measures_time(options) && options->time_only != NULL)
        return fail(error, ERROR_USAGE,
                    "--%s: means something where time is measured, not with "
                    "--metric instructions alone",
                    options->time_only);
    return 0;
}

static void print_help(void)
{
    printf(
        "breakeven compare BASE NEW [options]: what of the run folder NEW got worse since "
        "BASE\n"
        "breakeven compare --ab BASE NEW [options]: what of the program NEW got worse since "
        "BASE\n"
        "breakeven compare --selftest [PROGRAM]: does it tell the truth on this machine?\n\n"
        "Runs are compared by what depends little on the day: speedups, overheads and\n"
        "crossovers in round trips of a cache line. Worse is what changed by more than the\n"
        "threshold, with the intervals apart.\n"
        "Programs are builds of breakeven. Both visit every cell of a suite in the same rounds;\n"
        "times and speedups are compared within the rounds, and what is suspected is measured\n"
        "again in fresh ones.\n"
        "Exit status: 0 nothing got worse, 1 something did or crashed, 3 the two cannot be\n"
        "compared.\n\n");
    cli_print_options(specs, SPEC_COUNT);
}

/* ------------------------------------------------------------------------------- the outcome */

static int write_comparison(const char *folder, const struct comparisons *found,
                            struct error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/comparison.csv", folder);
    return csv_write_file(path, &comparison_format, found->rows, found->count, error);
}

/* The exit status, and the line that says why. */
static void conclude(const struct compare_options *options, const struct comparisons *found,
                     struct error *error)
{
    size_t worse = comparisons_of(found, VERDICT_REGRESSION);
    size_t crashed = comparisons_of(found, VERDICT_CRASHED);
    size_t noisy = comparisons_of(found, VERDICT_NOISY);
    size_t told = comparisons_told(found);
    if (told == 0 && noisy == 0)
        fail(error, ERROR_NOT_COMPARABLE, "compare: the two have no measured cell in common");
    else if (told == 0)
        fail(error, ERROR_NOT_COMPARABLE,
             "compare: nothing can be told: %zu quantities are too noisy; measure more rounds",
             noisy);
    else if (worse + crashed > 0 && !options->advisory)
        fail(error, ERROR_CHECK_FAILED, "compare: %zu quantit%s got worse, %zu crashed", worse,
             worse == 1 ? "y" : "ies", crashed);
}

/* Writes, prints and judges what was found; the texts of its rows become printable. */
static void tell(const struct compare_options *options, struct comparisons *found,
                 struct error *error)
{
    struct strings strings = {0};
    if ((options->out == NULL || write_comparison(options->out, found, error) == 0) &&
        csv_make_printable(&comparison_format, found->rows, found->count, &strings, error) == 0) {
        if (!options->quiet)
            table_print_comparison(stdout, found);
        conclude(options, found, error);
    }
    strings_free(&strings);
}

/* ------------------------------------------------------------------------------- two runs */

static void compare_folders(const struct compare_options *options, struct ending *ending)
{
    struct two_runs found = {0};
    struct run_folder folder = {.made_up = false};
    struct error *error = &ending->error;
    double threshold = isnan(options->threshold) ? COMPARE_RUNS_THRESHOLD : options->threshold;
    if (two_runs_compare(options->words[0], options->words[1], threshold, &found, error) == 0 &&
        (options->out == NULL || folder_make(options->out, &folder, error) == 0))
        tell(options, &found.all, error);
    folder_warn(&folder, ending->warning, sizeof ending->warning);
    folder_close(&folder);
    two_runs_free(&found);
}

/* ------------------------------------------------------------------------------- two builds */

static struct ab make_ab(const struct compare_options *options)
{
    double threshold = options->threshold;
    return (struct ab){
        .suite = options->suite != NULL ? options->suite
                 : options->selftest    ? "selftest"
                                        : "regress",
        .settings = options->settings,
        .out = options->out,
        .mode = options->force ? FOLDER_FORCE : FOLDER_FRESH,
        .quiet = options->quiet,
        .command_line = options->command_line,
        .threshold = isnan(threshold) ? COMPARE_BUILDS_THRESHOLD : threshold,
        .count_threshold = isnan(threshold) ? COUNTS_THRESHOLD : threshold,
    };
}

/* Tells what was found, also of what was interrupted, whose error stays. */
static void tell_programs(struct compare_options *options, const struct run_folder *folder,
                          struct two_builds *found, struct error *error)
{
    struct error interruption = *error;
    char shown[PATH_MAX];
    *error = (struct error){0};
    options->out = folder->path;
    tell(options, &found->all, error);
    options->out = NULL;
    text_printable(shown, sizeof shown, folder->path);
    if (!options->quiet)
        printf("The numbers are in %s/comparison.csv.\n", shown);
    if (interruption.kind != ERROR_NONE)
        *error = (struct error){ERROR_INTERRUPTED,
                                "interrupted; the verdict is of what was measured until then"};
}

static void compare_programs(struct compare_options *options, struct ending *ending)
{
    struct ab ab = make_ab(options);
    struct error *error = &ending->error;
    struct two_builds_metrics metrics = {measures_time(options),
                                         options->metrics[METRIC_INSTRUCTIONS]};
    struct two_builds found = {0};
    struct run_folder folder = {.made_up = false};
    if (contender_open(options->words[0], &ab.base, error) == 0 &&
        contender_open(options->words[1], &ab.new, error) == 0 &&
        (two_builds_compare(&ab, metrics, &folder, &found, error) == 0 ||
         error->kind == ERROR_INTERRUPTED)) {
        tell_programs(options, &folder, &found, error);
        two_builds_warn_of_lost(&ab, ending->warning, sizeof ending->warning);
        folder_warn(&folder, ending->warning, sizeof ending->warning);
    }
    folder_close(&folder);
    two_builds_free(&found);
    contender_close(&ab.base);
    contender_close(&ab.new);
}

static void test_itself(struct compare_options *options, struct ending *ending)
{
    struct ab ab = make_ab(options);
    selftest_run(options->word_count > 0 ? options->words[0] : NULL, &ab, &ending->error);
}

void cli_compare(int count, char *const arguments[], struct ending *ending)
{
    struct compare_options options = {.threshold = NAN};
    if (read_arguments(&options, count, arguments, &ending->error) == 0) {
        if (options.help)
            print_help();
        else if (options.selftest)
            test_itself(&options, ending);
        else if (options.ab)
            compare_programs(&options, ending);
        else
            compare_folders(&options, ending);
    }
    settings_free(&options.settings);
}
