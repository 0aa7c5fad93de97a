#include "bench/report/table/chart.h"
#include "bench/report/words/payoff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL_COLUMNS = 14, LEAST_BAR = 10, MOST_LABEL = 160 };

/* What stands at one column of a bar. */
enum ink { SERIAL, UNSURE, PAYS_WARM, PAYS_COLD, INKS };

/* A chart's time axis: so many columns from least to most, in logarithms. */
struct scale {
    unsigned columns;
    double least_ns, most_ns;
};

static double time_at(const struct scale *scale, double column)
{
    return scale->least_ns * pow(scale->most_ns / scale->least_ns, column / scale->columns);
}

static bool is_open(const struct crossover *crossover)
{
    return crossover_kind_of(crossover) == CROSSOVER_NOISY;
}

static bool may_pay(const struct payoff_place *place, double ns)
{
    return ns >= place->low_ns && ns < place->until_high_ns;
}

/* What is sure: intervals count with their upper ends, and of a noisy curve nothing is known. */
static enum ink ink_at(const struct payoff *row, double ns)
{
    if (ns >= row->cold_place.high_ns && ns <= row->cold_place.until_ns)
        return PAYS_COLD;
    if (ns >= row->warm_place.high_ns && ns <= row->warm_place.until_ns)
        return PAYS_WARM;
    return may_pay(&row->warm_place, ns) || may_pay(&row->cold_place, ns) || is_open(row->warm)
               ? UNSURE
               : SERIAL;
}

static const char *const plain[INKS] = {".", "?", "-", "="};
static const char *const blocks[INKS] = {"\u00b7", "\u2591", "\u2592", "\u2588"};

static void print_meaning(FILE *file, const struct terminal *terminal)
{
    const char *const *inks = terminal->unicode ? blocks : plain;
    fprintf(file,
            "By the serial time of one job: %s serial is faster, %s cannot be told,\n"
            "%s pays on an open pool, %s pays with its start and end too.\n",
            inks[SERIAL], inks[UNSURE], inks[PAYS_WARM], inks[PAYS_COLD]);
}

static void print_bar(FILE *file, const struct terminal *terminal, const struct scale *scale,
                      const struct payoff *row)
{
    static const char *const colours[INKS] = {"\033[2m", "\033[33m", "\033[36m", "\033[32m"};
    enum ink last = INKS;
    for (unsigned i = 0; i < scale->columns; i++) {
        enum ink ink = ink_at(row, time_at(scale, i + 0.5));
        if (terminal->colour && ink != last)
            fprintf(file, "\033[0m%s", colours[ink]);
        fputs((terminal->unicode ? blocks : plain)[ink], file);
        last = ink;
    }
    if (terminal->colour)
        fputs("\033[0m", file);
}

/* "10 ns" for 1, "1 us" for 3. */
static void describe_power(int power, char *text, size_t bytes)
{
    static const char *const units[] = {"ns", "us", "ms", "s"};
    int unit = power / 3 < 3 ? power / 3 : 3;
    if (power < 0)
        snprintf(text, bytes, "%.*f ns", -power, pow(10, power));
    else
        snprintf(text, bytes, "%.0f %s", pow(10, power - 3 * unit), units[unit]);
}

/* The powers of ten within the axis, each where there is room behind the one before. */
static void print_axis(FILE *file, const struct scale *scale)
{
    double first = log10(scale->least_ns), last = log10(scale->most_ns);
    unsigned used = 0;
    fprintf(file, "  %*s  ", LABEL_COLUMNS, "");
    for (int power = (int)ceil(first - 1e-9); power <= last; power++) {
        char label[32];
        unsigned column = (unsigned)((power - first) / (last - first) * scale->columns);
        describe_power(power, label, sizeof label);
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
    struct scale scale = {bar_columns(terminal, panel, payoffs), payoffs->least_ns,
                          payoffs->most_ns};
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
    if (result == 0 && payoffs.count > 0 && payoffs.most_ns > payoffs.least_ns) {
        fprintf(file, "%s: from which jobs does it pay? %llu jobs, %llu workers on %u CPUs\n\n",
                panel->work, (unsigned long long)panel->jobs,
                (unsigned long long)panel->full_workers, panel->host->cpus_usable);
        print_rows(file, terminal, panel, &lines, &payoffs);
        fputc('\n', file);
    }
    free(payoffs.rows);
    free(lines.lines);
    return result;
}

int chart_print(FILE *file, const struct terminal *terminal, const struct panels *panels,
                struct error *error)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < panels->count; i++)
        result = print_panel(file, terminal, &panels->rows[i], error);
    if (result == 0)
        print_meaning(file, terminal);
    return result;
}
