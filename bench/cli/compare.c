/* breakeven compare: the regression check. */
#include "bench/analyse/compare.h"
#include "bench/base/parse.h"
#include "bench/base/text.h"
#include "bench/cli/cli.h"
#include "bench/cli/folder.h"
#include "bench/host.h"
#include "bench/report/table.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPTION_THRESHOLD, OPTION_ADVISORY, OPTION_OUT, OPTION_HELP };

static const struct option_spec specs[] = {
    [OPTION_THRESHOLD] = {"threshold", "PERCENT", "a change this large counts; without it 25%"},
    [OPTION_ADVISORY] = {"advisory", NULL, "exit 0 where something got worse, too"},
    [OPTION_OUT] = {"out", "DIR", "write comparison.csv there"},
    [OPTION_HELP] = {"help", NULL, "this text"},
};

enum { SPEC_COUNT = sizeof specs / sizeof *specs };

struct compare_options {
    double threshold; /* NaN: the default of what is compared */
    bool advisory, help;
    const char *out; /* NULL: nothing is written */
    const char *words[2];
    size_t word_count;
};

static int handle_option(void *user, size_t index, const char *value, struct error *error)
{
    struct compare_options *options = user;
    switch (index) {
    case OPTION_THRESHOLD:
        return parse_percent("--threshold", value, &options->threshold, error);
    case OPTION_ADVISORY:
        options->advisory = true;
        return 0;
    case OPTION_OUT:
        options->out = value;
        return 0;
    default:
        options->help = true;
        return 0;
    }
}

static void print_help(void)
{
    printf("breakeven compare BASE NEW [options]: what of the run folder NEW got worse since "
           "BASE\n\n"
           "Compares what depends little on the day: speedups, overheads and crossovers in round\n"
           "trips of a cache line. Worse is what changed by more than the threshold, with the\n"
           "intervals apart. Exit status: 0 nothing got worse, 1 something did or crashed, 3 the\n"
           "two cannot be compared.\n\n");
    cli_print_options(specs, SPEC_COUNT);
}

/* ------------------------------------------------------------------------------- the outcome */

static int write_comparison(const char *folder, const struct comparisons *found,
                            struct error *error)
{
    char path[PATH_MAX];
    if (folder_make(folder, error) != 0)
        return -1;
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
    size_t told = worse + crashed + comparisons_of(found, VERDICT_SAME) +
                  comparisons_of(found, VERDICT_IMPROVEMENT);
    if (told == 0 && noisy == 0)
        fail(error, EXIT_NOT_COMPARABLE, "compare: the two have no measured cell in common");
    else if (told == 0)
        fail(error, EXIT_NOT_COMPARABLE,
             "compare: nothing can be told: %zu quantities are too noisy; measure more rounds",
             noisy);
    else if (worse + crashed > 0 && !options->advisory)
        fail(error, EXIT_CHECK_FAILED, "compare: %zu quantit%s got worse, %zu crashed", worse,
             worse == 1 ? "y" : "ies", crashed);
}

/* Writes, prints and judges what was found; the texts of its rows become printable. */
static void tell(const struct compare_options *options, struct comparisons *found,
                 struct error *error)
{
    struct strings strings = {0};
    if ((options->out == NULL || write_comparison(options->out, found, error) == 0) &&
        csv_make_printable(&comparison_format, found->rows, found->count, &strings, error) == 0) {
        table_print_comparison(stdout, found);
        conclude(options, found, error);
    }
    strings_free(&strings);
}

/* ------------------------------------------------------------------------------- two runs */

/* One side of a comparison, as its files tell it. */
struct side {
    struct host host;
    struct strings strings;
    struct compared_run run;
};

static int read_side(const char *folder, struct side *side, struct error *error)
{
    char path[PATH_MAX];
    struct csv_rows rows;
    snprintf(path, sizeof path, "%s/host.json", folder);
    if (host_read(path, &side->host, error) != 0)
        return -1;
    snprintf(path, sizeof path, "%s/summary.csv", folder);
    if (csv_read_file(path, &summary_format, &side->strings, &rows, error) != 0)
        return -1;
    side->run.summaries = (struct summaries){rows.rows, rows.count};
    snprintf(path, sizeof path, "%s/crossover.csv", folder);
    if (csv_read_file(path, &crossover_format, &side->strings, &rows, error) != 0)
        return -1;
    side->run.crossovers = (struct crossovers){rows.rows, rows.count};
    return 0;
}

static void free_side(struct side *side)
{
    free(side->run.summaries.rows);
    free(side->run.crossovers.rows);
    strings_free(&side->strings);
}

/* Speedups depend on the number of CPUs and their kind. */
static int check_hosts(const struct host *base, const struct host *new, struct error *error)
{
    char base_kind[128], new_kind[128];
    text_printable(base_kind, sizeof base_kind, base->architecture);
    text_printable(new_kind, sizeof new_kind, new->architecture);
    if (base->cpus_usable != new->cpus_usable)
        return fail(error, EXIT_NOT_COMPARABLE,
                    "compare: the base ran on %u CPUs, the new run on %u", base->cpus_usable,
                    new->cpus_usable);
    if (!text_equal(base->architecture, new->architecture))
        return fail(error, EXIT_NOT_COMPARABLE, "compare: the base ran on %s, the new run on %s",
                    base_kind, new_kind);
    return 0;
}

static void compare_folders(const struct compare_options *options, struct error *error)
{
    struct side base = {0}, new = {0};
    struct comparisons found = {0};
    double threshold = isnan(options->threshold) ? COMPARE_RUNS_THRESHOLD : options->threshold;
    if (read_side(options->words[0], &base, error) == 0 &&
        read_side(options->words[1], &new, error) == 0 &&
        check_hosts(&base.host, &new.host, error) == 0 &&
        compare_runs(&base.run, &new.run, threshold, &found, error) == 0)
        tell(options, &found, error);
    free(found.rows);
    free_side(&base);
    free_side(&new);
}

void cli_compare(int count, char *const arguments[], struct ending *ending)
{
    struct compare_options options = {.threshold = NAN};
    if (cli_parse(count, arguments, specs, SPEC_COUNT, handle_option, &options, options.words, 2,
                  &options.word_count, &ending->error) != 0)
        return;
    if (options.help)
        print_help();
    else if (options.word_count < 2)
        fail(&ending->error, EXIT_USAGE, "compare: two folders of runs are needed, BASE and NEW");
    else
        compare_folders(&options, &ending->error);
}
