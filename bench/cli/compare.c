/* breakeven compare: the regression check. */
#include "bench/analyse/compare/compare.h"
#include "bench/analyse/compare/counts.h"
#include "bench/base/parse.h"
#include "bench/base/text.h"
#include "bench/cli/cli.h"
#include "bench/findings/findings.h"
#include "bench/report/table/table.h"
#include "bench/session/ab.h"
#include "bench/session/selftest.h"
#include "bench/visit/visit.h"

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

/* One side of a comparison, as its files tell it; the run is the side's own. */
static int read_side(const char *folder, struct findings *side, struct compared_run *run,
                     struct error *error)
{
    if (findings_read_host(folder, false, side, error) != 0 ||
        findings_check_samples(folder, side, error) != 0 ||
        findings_read_summaries(folder, side, error) != 0 ||
        findings_read_crossovers(folder, side, error) != 0)
        return -1;
    *run = (struct compared_run){side->summaries, side->crossovers};
    return 0;
}

/* Speedups depend on the number of CPUs and their kind. */
static int check_hosts(const struct host *base, const struct host *new, struct error *error)
{
    char base_kind[128], new_kind[128];
    text_printable(base_kind, sizeof base_kind, base->architecture);
    text_printable(new_kind, sizeof new_kind, new->architecture);
    if (base->cpus_usable != new->cpus_usable)
        return fail(error, ERROR_NOT_COMPARABLE,
                    "compare: the base ran on %u CPUs, the new run on %u", base->cpus_usable,
                    new->cpus_usable);
    if (!text_equal(base->architecture, new->architecture))
        return fail(error, ERROR_NOT_COMPARABLE, "compare: the base ran on %s, the new run on %s",
                    base_kind, new_kind);
    return 0;
}

static void compare_folders(const struct compare_options *options, struct ending *ending)
{
    struct findings base = {0}, new = {0};
    struct compared_run base_run, new_run;
    struct comparisons found = {0};
    struct run_folder folder = {.made_up = false};
    struct error *error = &ending->error;
    double threshold = isnan(options->threshold) ? COMPARE_RUNS_THRESHOLD : options->threshold;
    if (read_side(options->words[0], &base, &base_run, error) == 0 &&
        read_side(options->words[1], &new, &new_run, error) == 0 &&
        check_hosts(&base.host, &new.host, error) == 0 &&
        compare_runs(&base_run, &new_run, threshold, &found, error) == 0 &&
        (options->out == NULL || folder_make(options->out, &folder, error) == 0))
        tell(options, &found, error);
    folder_warn(&folder, ending->warning, sizeof ending->warning);
    folder_close(&folder);
    free(found.rows);
    findings_free(&base);
    findings_free(&new);
}

/* ------------------------------------------------------------------------------- two builds */

/* What --ab measured, as its files tell it. */
struct sittings {
    struct findings first, fresh;
    bool confirmed; /* there are fresh rounds */
};

static int read_sittings(const char *folder, struct sittings *sittings, struct error *error)
{
    char fresh[PATH_MAX], samples[PATH_MAX + 16];
    snprintf(fresh, sizeof fresh, "%s/" FOLDER_FRESH_ROUNDS, folder);
    snprintf(samples, sizeof samples, "%s/samples.csv", fresh);
    sittings->confirmed = access(samples, F_OK) == 0;
    if (findings_read_rounds(folder, &sittings->first, error) != 0)
        return -1;
    return sittings->confirmed ? findings_read_rounds(fresh, &sittings->fresh, error) : 0;
}

/* What was found of two builds, and what its rows point into. */
struct ab_findings {
    struct sittings sittings;
    struct comparisons times, counts, all;
};

/* Everything right of the samples of two builds. */
static int compare_times(const struct ab *ab, const char *folder, struct ab_findings *findings,
                         struct error *error)
{
    struct sittings *sittings = &findings->sittings;
    if (read_sittings(folder, sittings, error) != 0 ||
        findings_write_summaries(folder, &sittings->first, error) != 0)
        return -1;
    return compare_builds(&sittings->first.visits,
                          sittings->confirmed ? &sittings->fresh.visits : NULL, ab->threshold,
                          &findings->times, error);
}

static int join(struct ab_findings *findings, struct error *error)
{
    const struct comparisons *times = &findings->times, *counts = &findings->counts;
    struct comparisons *all = &findings->all;
    all->rows = calloc(times->count + counts->count + 1, sizeof *all->rows);
    if (all->rows == NULL)
        return fail(error, ERROR_REFUSED, "compare: out of memory");
    for (size_t i = 0; i < times->count; i++)
        all->rows[all->count++] = times->rows[i];
    for (size_t i = 0; i < counts->count; i++)
        all->rows[all->count++] = counts->rows[i];
    return 0;
}

static void free_findings(struct ab_findings *findings)
{
    free(findings->times.rows);
    free(findings->counts.rows);
    free(findings->all.rows);
    findings_free(&findings->sittings.first);
    findings_free(&findings->sittings.fresh);
}

/* What only the base has no suite of the new build can name. */
static void warn_of_lost(const struct ab *ab, char *warning, size_t bytes)
{
    char backends[256], jobs[256];
    contender_difference(&ab->base, &ab->new, "strategies", backends, sizeof backends);
    contender_difference(&ab->base, &ab->new, "work", jobs, sizeof jobs);
    if (*backends != '\0' || *jobs != '\0')
        snprintf(warning, bytes, "only the base has, and nothing was compared of: %s%s%s", backends,
                 *backends != '\0' && *jobs != '\0' ? ", " : "", jobs);
}

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

/* Measures times, and judges them also where the measuring was interrupted: the error stays. */
static int measure_times(const struct ab *ab, struct run_folder *folder,
                         struct ab_findings *findings, struct error *error)
{
    struct error own = {0};
    if (ab_measure(ab, folder, error) != 0 && error->kind != ERROR_INTERRUPTED)
        return -1;
    if (compare_times(ab, folder->path, findings, &own) != 0 && error->kind == ERROR_NONE)
        *error = own;
    return error->kind == ERROR_NONE ? 0 : -1;
}

/* Measures and counts what is asked for; the folder where it lies. What can count is looked for
 * first. */
static int compare_builds_by(const struct compare_options *options, const struct ab *ab,
                             struct run_folder *folder, struct ab_findings *findings,
                             struct error *error)
{
    bool timed = measures_time(options), counted = options->metrics[METRIC_INSTRUCTIONS];
    struct counter counter;
    if (counted && counter_open(&counter, error) != 0)
        return -1;
    int result = timed ? measure_times(ab, folder, findings, error) : ab_open(ab, folder, error);
    if (result == 0 && counted)
        result = ab_count(ab, &counter, &findings->counts, error);
    if (counted)
        counter_close(&counter);
    return result;
}

/* Tells what was found, also of what was interrupted, whose error stays. */
static void tell_programs(struct compare_options *options, const struct run_folder *folder,
                          struct ab_findings *findings, struct error *error)
{
    struct error interruption = *error;
    char shown[PATH_MAX];
    *error = (struct error){0};
    options->out = folder->path;
    if (join(findings, error) == 0)
        tell(options, &findings->all, error);
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
    struct ab_findings findings = {0};
    struct run_folder folder = {.made_up = false};
    if (contender_open(options->words[0], &ab.base, error) == 0 &&
        contender_open(options->words[1], &ab.new, error) == 0 &&
        (compare_builds_by(options, &ab, &folder, &findings, error) == 0 ||
         error->kind == ERROR_INTERRUPTED)) {
        tell_programs(options, &folder, &findings, error);
        warn_of_lost(&ab, ending->warning, sizeof ending->warning);
        folder_warn(&folder, ending->warning, sizeof ending->warning);
    }
    folder_close(&folder);
    free_findings(&findings);
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
