/* breakeven compare: the regression check between two runs. */
#include "bench/analyse/compare.h"
#include "bench/base/text.h"
#include "bench/cli/cli.h"
#include "bench/host.h"
#include "bench/report/table.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

/* One side of a comparison, as its files tell it. */
struct side {
    struct host host;
    struct strings strings;
    struct summaries summaries;
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
    side->summaries = (struct summaries){rows.rows, rows.count};
    if (rows.count > 0)
        qsort(rows.rows, rows.count, sizeof(struct summary), summary_compare);
    return 0;
}

static void free_side(struct side *side)
{
    free(side->summaries.rows);
    strings_free(&side->strings);
}

/* Speedups depend on the number of CPUs and their kind. */
static int check_hosts(const struct host *base, const struct host *new, struct error *error)
{
    if (base->cpus_usable != new->cpus_usable)
        return fail(error, EXIT_NOT_COMPARABLE,
                    "compare: the base ran on %u CPUs, the new run on %u", base->cpus_usable,
                    new->cpus_usable);
    if (!text_equal(base->architecture, new->architecture))
        return fail(error, EXIT_NOT_COMPARABLE, "compare: the base ran on %s, the new run on %s",
                    base->architecture, new->architecture);
    return 0;
}

static int make_printable(struct side *side, struct error *error)
{
    return csv_make_printable(&summary_format, side->summaries.rows, side->summaries.count,
                              &side->strings, error);
}

static void compare(struct side *base, struct side *new, struct error *error)
{
    struct comparisons comparisons;
    if (check_hosts(&base->host, &new->host, error) != 0 ||
        compare_runs(&base->summaries, &new->summaries, &comparisons, error) != 0)
        return;
    if (make_printable(base, error) == 0 && make_printable(new, error) == 0)
        table_print_comparison(stdout, &comparisons);
    if (comparisons.compared == 0)
        fail(error, EXIT_NOT_COMPARABLE, "compare: the runs have no measured cell in common");
    else if (comparisons.worse > 0)
        fail(error, EXIT_CHECK_FAILED, "compare: %zu cells got worse by more than %.0f %%",
             comparisons.worse, 100 * COMPARE_THRESHOLD);
    free(comparisons.rows);
}

void cli_compare(int count, char *const arguments[], struct ending *ending)
{
    const char *words[2];
    size_t word_count;
    struct side base = {0}, new = {0};
    if (cli_parse_words(count, arguments,
                        "breakeven compare BASE NEW: which cells of the run folder NEW have a "
                        "speedup lower\nthan in BASE by more than 10 %, with intervals apart; exit "
                        "0 none, 1 some,\n3 where the two cannot be compared\n",
                        words, 2, &word_count, &ending->error))
        return;
    if (word_count < 2)
        fail(&ending->error, EXIT_USAGE, "compare: two folders of runs are needed, BASE and NEW");
    else if (read_side(words[0], &base, &ending->error) == 0 &&
             read_side(words[1], &new, &ending->error) == 0)
        compare(&base, &new, &ending->error);
    free_side(&base);
    free_side(&new);
}
