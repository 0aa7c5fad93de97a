#include "bench/report/table/chart.h"
#include "bench/report/words/payoff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL_COLUMNS = 14, LEAST_BAR = 10, MOST_LABEL = 160 };

/* What stands at one column of a bar. */
enum ink { SERIAL, UNSURE, PAYS_WARM, PAYS_COLD, UNMEASURED, INKS };

/* A chart's axis: so many columns from least to most, in logarithms; of times in ns, or of jobs. */
struct scale {
    unsigned columns;
    double least, most;
    bool jobs;
};

static double value_at(const struct scale *scale, double column)
{
    return scale->least * pow(scale->most / scale->least, column / scale->columns);
}

static bool is_open(const struct crossover *crossover)
{
    return crossover_kind_of(crossover) == CROSSOVER_NOISY;
}

static bool may_pay(const struct payoff_place *place, double at)
{
    return at >= place->low && at < place->until_high;
}

/* What is sure: intervals count with their upper ends, and of a noisy curve nothing is known. */
static enum ink ink_at(const struct payoff *row, double at)
{
    if (at < row->least || at > row->most)
        return UNMEASURED;
    if (at >= row->cold_place.high && at <= row->cold_place.until)
        return PAYS_COLD;
    if (at >= row->warm_place.high && at <= row->warm_place.until)
        return PAYS_WARM;
    return may_pay(&row->warm_place, at) || may_pay(&row->cold_place, at) || is_open(row->warm)
               ? UNSURE
               : SERIAL;
}

static const char *const plain[INKS] = {".", "?", "-", "=", " "};
static const char *const blocks[INKS] = {"\u00b7", "\u2591", "\u2592", "\u2588", " "};

/* What bars are about: "serial", "serial or py-serial", or "the baseline" where panels differ. */
static void describe_baselines(const struct panel *const shown[], size_t count, char *text,
                               size_t bytes)
{
    char other[MOST_LABEL];
    snprintf(text, bytes, "serial");
    for (size_t i = 0; i < count; i++) {
        panel_describe_baselines(shown[i], other, sizeof other);
        if (i == 0)
            snprintf(text, bytes, "%s", other);
        else if (!text_equal(text, other))
            snprintf(text, bytes, "the baseline");
    }
}

static void print_meaning(FILE *file, const struct terminal *terminal, const char *axis,
                          const char *baseline)
{
    const char *const *inks = terminal->unicode ? blocks : plain;
    fprintf(file,
            "By the %s: %s %s is faster, %s cannot be told,\n"
            "%s pays on an open pool, %s pays with its start and end too.\n",
            axis, inks[SERIAL], baseline, inks[UNSURE], inks[PAYS_WARM], inks[PAYS_COLD]);
}

static void print_bar(FILE *file, const struct terminal *terminal, const struct scale *scale,
                      const struct payoff *row)
{
    static const char *const colours[INKS] = {"\033[2m", "\033[33m", "\033[36m", "\033[32m", ""};
    enum ink last = INKS;
    for (unsigned i = 0; i < scale->columns; i++) {
        enum ink ink = ink_at(row, value_at(scale, i + 0.5));
        if (terminal->colour && ink != last)
            fprintf(file, "\033[0m%s", colours[ink]);
        fputs((terminal->unicode ? blocks : plain)[ink], file);
        last = ink;
    }
    if (terminal->colour)
        fputs("\033[0m", file);
}

/* "10 ns" for 1, "1 us" for 3; of jobs "10" and "1000". */
static void describe_power(int power, bool jobs, char *text, size_t bytes)
{
    static const char *const units[] = {"ns", "us", "ms", "s"};
    int unit = power / 3 < 3 ? power / 3 : 3;
    if (jobs)
        snprintf(text, bytes, "%.0f", pow(10, power));
    else if (power < 0)
        snprintf(text, bytes, "%.*f ns", -power, pow(10, power));
    else
        snprintf(text, bytes, "%.0f %s", pow(10, power - 3 * unit), units[unit]);
}

/* The powers of ten within the axis, each where there is room behind the one before. */
static void print_axis(FILE *file, const struct scale *scale)
{
    double first = log10(scale->least), last = log10(scale->most);
    unsigned used = 0;
    fprintf(file, "  %*s  ", LABEL_COLUMNS, "");
    for (int power = (int)ceil(first - 1e-9); power <= last; power++) {
        char label[32];
        unsigned column = (unsigned)((power - first) / (last - first) * scale->columns);
        describe_power(power, scale->jobs, label, sizeof label);
        if (used > 0 && column < used + 2)
            continue;
        fprintf(file, "%*s%s", (int)(column - used), "", label);
        used = column + (unsigned)strlen(label);
    }
    fputc('\n', file);
}

/* The columns that are left beside the labels and the longest text. */
static unsigned bar_columns(const struct terminal *terminal, const struct panel *panel,
                            const struct payoffs *payoffs)
{
    size_t longest = 0;
    for (size_t i = 0; i < payoffs->count; i++) {
        char text[128];
        payoff_describe(panel, &payoffs->rows[i], text, sizeof text);
        longest = strlen(text) > longest ? strlen(text) : longest;
    }
    unsigned taken = 2 + LABEL_COLUMNS + 2 + 2 + (unsigned)longest;
    return terminal->columns > taken + LEAST_BAR ? terminal->columns - taken : LEAST_BAR;
}

static void print_rows(FILE *file, const struct terminal *terminal, const struct panel *panel,
                       const struct lines *lines, const struct payoffs *payoffs)
{
    struct scale scale = {bar_columns(terminal, panel, payoffs), payoffs->least, payoffs->most,
                          panel->axis == DIMENSION_jobs};
    for (size_t i = 0; i < payoffs->count; i++) {
        char label[MOST_LABEL], text[128];
        line_label(lines, payoffs->rows[i].line, label, sizeof label);
        payoff_describe(panel, &payoffs->rows[i], text, sizeof text);
        fprintf(file, "  %-*.*s  ", LABEL_COLUMNS, LABEL_COLUMNS, label);
        print_bar(file, terminal, &scale, &payoffs->rows[i]);
        fprintf(file, "  %s\n", text);
    }
    print_axis(file, &scale);
}

static void print_heading(FILE *file, const struct panel *panel)
{
    char batch[96], runtime[MOST_LABEL];
    panel_describe_batch(panel, batch, sizeof batch);
    panel_describe_runtime(panel, runtime, sizeof runtime);
    fprintf(file, "%s%s: from %s jobs does it pay? %s%llu worker%s on %u CPU%s\n\n", panel->work,
            runtime, panel->axis == DIMENSION_jobs ? "how many" : "which", batch,
            (unsigned long long)panel->full_workers, text_plural(panel->full_workers),
            panel->host->cpus_usable, text_plural(panel->host->cpus_usable));
}

static int print_panel(FILE *file, const struct terminal *terminal, const struct panel *panel,
                       struct error *error)
{
    struct lines lines;
    struct payoffs payoffs = {0};
    int result = panel_lines(panel, &lines, error);
    if (result == 0) {
        lines_keep_least_payload(&lines);
        result = payoffs_find(panel, &lines, &payoffs, error);
    }
    if (result == 0 && payoffs.count > 0 && payoffs.most > payoffs.least) {
        print_heading(file, panel);
        print_rows(file, terminal, panel, &lines, &payoffs);
        fputc('\n', file);
    }
    free(payoffs.rows);
    free(lines.lines);
    return result;
}

/* Those of which each has a chart: what has several runtimes is one. */
static size_t find_shown(const struct panel rows[], size_t count, const struct panel *shown[])
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        if (panel_comes_first(&rows[i]))
            shown[found++] = rows[i].joint != NULL ? rows[i].joint : &rows[i];
    return found;
}

static void print_meanings(FILE *file, const struct terminal *terminal, const struct panels *panels,
                           const struct panel *const shown[], size_t count)
{
    char baseline[MOST_LABEL];
    size_t sizes = 0;
    for (size_t i = 0; i < panels->count; i++)
        sizes += !panels->rows[i].told_by_jobs;
    const char *axis = sizes == 0                     ? "number of jobs"
                       : panels->along_jobs_count > 0 ? "number of jobs, or the serial time of one"
                                                      : "serial time of one job";
    describe_baselines(shown, count, baseline, sizeof baseline);
    print_meaning(file, terminal, axis, baseline);
}

int chart_print(FILE *file, const struct terminal *terminal, const struct panels *panels,
                struct error *error)
{
    size_t most = panels->along_jobs_count + panels->count;
    const struct panel **shown = calloc(most + 1, sizeof(const struct panel *));
    if (shown == NULL)
        return fail(error, ERROR_REFUSED, "report: out of memory");
    size_t count = find_shown(panels->along_jobs, panels->along_jobs_count, shown);
    count += find_shown(panels->rows, panels->count, shown + count);
    int result = 0;
    for (size_t i = 0; result == 0 && i < count; i++)
        result = print_panel(file, terminal, shown[i], error);
    if (result == 0)
        print_meanings(file, terminal, panels, shown, count);
    free(shown);
    return result;
}
