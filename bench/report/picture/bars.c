/* What handing over costs: bars by strategy, and dots where jobs are empty. */
#include "bench/report/picture/drawing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One pair of bars: a strategy's overhead per job, warm and cold. */
struct bar {
    const struct line *line;
    double warm_ns, cold_ns;
};

static int compare_bars(const void *a, const void *b)
{
    const struct bar *x = a, *y = b;
    return (x->warm_ns > y->warm_ns) - (x->warm_ns < y->warm_ns);
}

/* The floor of a hand-over, as a line across the bars: the round trip beside the cheapest. */
static double write_floor(const struct drawing *drawing, const struct line *cheapest)
{
    const struct panel *panel = panel_part_of(drawing->panel, cheapest);
    const struct summary *row =
        panel_row(panel, cheapest, panel_full_workers(panel, cheapest), panel->least_size, "warm");
    double roundtrip_ns = row->roundtrip_ns > 0 ? row->roundtrip_ns : (double)NAN;
    char duration[32];
    text_duration(duration, sizeof duration, roundtrip_ns);
    picture_setting(drawing->picture->commands, "roundtrip_label", duration);
    fprintf(drawing->picture->commands, "roundtrip = %.6g\n",
            isfinite(roundtrip_ns) ? roundtrip_ns : 0);
    return roundtrip_ns;
}

/* Bars stand on the power of ten below the lowest and end below ten times the highest. */
static void write_bars(struct drawing *drawing, struct bar bars[], size_t count)
{
    double least = INFINITY, most = 0;
    qsort(bars, count, sizeof *bars, compare_bars);
    for (size_t i = 0; i < count; i++) {
        char label[LABEL_BYTES], warm[32], cold[32];
        line_label(drawing->lines, bars[i].line, label, sizeof label);
        text_duration(warm, sizeof warm, bars[i].warm_ns);
        text_duration(cold, sizeof cold, bars[i].cold_ns);
        fprintf(drawing->picture->data, "%zu", i + 1);
        picture_number(drawing->picture->data, bars[i].warm_ns);
        picture_number(drawing->picture->data, bars[i].cold_ns);
        fprintf(drawing->picture->data, "\t%s\t%s\t%s\n", warm, cold,
                picture_strategy_of(&bars[i].line->key));
        legend_add(drawing->legend, bars[i].line, label);
        least = fmin(least, fmin(bars[i].warm_ns, bars[i].cold_ns));
        most = fmax(most, fmax(bars[i].warm_ns, bars[i].cold_ns));
    }
    least = fmin(least, write_floor(drawing, bars[0].line));
    legend_write(drawing->picture, drawing->legend);
    fprintf(drawing->picture->commands, "bars = %zu\nbottom = %g\ntop = %g\n", count,
            pow(10, floor(log10(least) - 0.1)), 8 * most);
}

/* "8 jobs of size 10"; of a joint panel whose runtimes have others "8 jobs of the smallest size".
 */
static void describe_least_jobs(const struct panel *panel, char *text, size_t bytes)
{
    bool same = true;
    for (size_t i = 0; i < panel->part_count; i++)
        same = same && panel->parts[i].least_size == panel->least_size;
    if (same)
        panel_describe_jobs(panel, panel->jobs, (double)panel->least_size, text, bytes);
    else
        snprintf(text, bytes, "%llu job%s of the smallest size", (unsigned long long)panel->jobs,
                 text_plural(panel->jobs));
}

int draw_overhead(struct drawing *drawing)
{
    const struct panel *panel = drawing->panel;
    char heading[256], jobs[80], runtime[LABEL_BYTES];
    struct bar *bars = calloc(drawing->lines->count, sizeof *bars);
    size_t count = 0;
    int result = 0;
    if (bars == NULL)
        return fail(drawing->picture->error, ERROR_REFUSED, "report: out of memory");
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        struct bar bar = {line, drawing_overhead_ns(panel, line, "warm"),
                          drawing_overhead_ns(panel, line, "cold")};
        if (!key_is_baseline(&line->key) && isfinite(bar.warm_ns))
            bars[count++] = bar;
    }
    drawing->picture->script = "overhead";
    describe_least_jobs(panel, jobs, sizeof jobs);
    panel_describe_runtime(panel, runtime, sizeof runtime);
    snprintf(heading, sizeof heading,
             "%.40s%.60s: what does handing over one job cost? (%s, %llu worker%s)", panel->work,
             runtime, jobs, (unsigned long long)panel->full_workers,
             text_plural(panel->full_workers));
    if (count > 0) {
        result = picture_begin(drawing->picture, panel, "overhead", heading);
        if (result == 0) {
            write_bars(drawing, bars, count);
            result = picture_end(drawing->picture);
        }
    }
    free(bars);
    return result;
}

/* ------------------------------------------------------------------------------- handing over */

/* A batch that has at most one job for each worker is one region: its time is told as a whole. That
 * of a larger one is told by job. */
static bool is_region(const struct panel *panel)
{
    return panel->jobs <= panel->full_workers;
}

/* What a map's time is divided by. */
static double handover_unit(const struct panel *panel)
{
    return is_region(panel) ? 1 : (double)panel->jobs;
}

static int compare_medians(const void *a, const void *b)
{
    const struct summary *x = *(const struct summary *const *)a;
    const struct summary *y = *(const struct summary *const *)b;
    return (x->median_ns < y->median_ns) - (x->median_ns > y->median_ns);
}

/* Serial, and every other baseline, is shown once: lines are in the order of runtimes. */
static bool is_shown(const struct lines *lines, size_t i)
{
    const struct key *key = &lines->lines[i].key;
    return !key_is_baseline(key) || i == 0 || !key_same_runtime(key, &lines->lines[i - 1].key);
}

/* The warm rows of all lines, the slowest first: it stands at the bottom. */
static size_t find_handovers(const struct drawing *drawing, const struct summary *rows[])
{
    size_t count = 0;
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        const struct panel *panel = panel_part_of(drawing->panel, line);
        const struct summary *row =
            panel_row(panel, line, panel_full_workers(panel, line), panel->least_size, "warm");
        if (row != NULL && is_shown(drawing->lines, i))
            rows[count++] = row;
    }
    qsort(rows, count, sizeof *rows, compare_medians);
    return count;
}

/* "195 ns", "195 ns (190 ns to 201 ns)", "195 ns, participation 0.50": what a dot stands for. */
static void describe_handover(const struct drawing *drawing, const struct summary *row, char *text,
                              size_t bytes)
{
    double ns = handover_unit(drawing->panel);
    char median[32], low[32], high[32], interval[80] = "", participation[40] = "";
    text_duration(median, sizeof median, row->median_ns / ns);
    text_duration(low, sizeof low, row->low_ns / ns);
    text_duration(high, sizeof high, row->high_ns / ns);
    if (isfinite(row->low_ns) && isfinite(row->high_ns))
        snprintf(interval, sizeof interval, " (%s to %s)", low, high);
    if (row->participation < 1)
        snprintf(participation, sizeof participation, ", participation %.2f", row->participation);
    snprintf(text, bytes, "%s%s%s", median, interval, participation);
}

static void write_handover(const struct drawing *drawing, size_t place, const struct summary *row)
{
    FILE *file = drawing->picture->data;
    double unit = handover_unit(drawing->panel), median_ns = row->median_ns / unit;
    double low_ns = isfinite(row->low_ns) ? row->low_ns / unit : median_ns;
    double high_ns = isfinite(row->high_ns) ? row->high_ns / unit : median_ns;
    struct line line = {row->key};
    char label[LABEL_BYTES], text[LABEL_BYTES];
    line_label(drawing->lines, &line, label, sizeof label);
    describe_handover(drawing, row, text, sizeof text);
    fprintf(file, "%zu", place);
    picture_number(file, median_ns);
    picture_number(file, low_ns);
    picture_number(file, high_ns);
    fprintf(file, "\t%s\t%s\n", picture_strategy_of(&row->key), text);
    legend_add(drawing->legend, &line, label);
}

/* The farthest that a whisker reaches; wild ones too. */
static double highest_of(const struct summary *const rows[], size_t count)
{
    double highest_ns = 0;
    for (size_t i = 0; i < count; i++)
        highest_ns = fmax(highest_ns, fmax(rows[i]->median_ns, rows[i]->high_ns));
    return highest_ns;
}

/* The cache-line round trip beside the fastest, and where the axis begins and ends. */
static void write_handover_axis(const struct drawing *drawing, const struct summary *const rows[],
                                size_t count)
{
    FILE *file = drawing->picture->commands;
    char title[160], roundtrip[80], duration[32];
    double unit = handover_unit(drawing->panel), roundtrip_ns = rows[count - 1]->roundtrip_ns;
    text_duration(duration, sizeof duration, roundtrip_ns);
    snprintf(roundtrip, sizeof roundtrip, "a cache line to another CPU and back: %s", duration);
    snprintf(title, sizeof title,
             is_region(drawing->panel) ? "time of one region of %llu empty jobs"
                                       : "time for each of %llu empty jobs",
             (unsigned long long)drawing->panel->jobs);
    picture_setting(file, "xtitle", title);
    picture_setting(file, "roundtrip_label", roundtrip);
    fprintf(file, "roundtrip = %.6g\ndots = %zu\nleast = %.6g\nmost = %.6g\n",
            isfinite(roundtrip_ns) ? roundtrip_ns : 0, count,
            fmin(rows[count - 1]->median_ns / unit, roundtrip_ns),
            fmax(highest_of(rows, count) / unit, roundtrip_ns));
}

static int write_handovers(struct drawing *drawing, const struct summary *const rows[],
                           size_t count)
{
    char heading[320], cells[128], runtime[LABEL_BYTES];
    drawing->picture->script = "handover";
    drawing_describe_cells(drawing, cells, sizeof cells);
    panel_describe_runtime(drawing->panel, runtime, sizeof runtime);
    snprintf(heading, sizeof heading, "%.40s%.60s: what does handing over cost? (%s)",
             drawing->panel->work, runtime, cells);
    if (picture_begin(drawing->picture, drawing->panel, "handover", heading) != 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        write_handover(drawing, i + 1, rows[i]);
    legend_write(drawing->picture, drawing->legend);
    write_handover_axis(drawing, rows, count);
    return picture_end(drawing->picture);
}

int draw_handover(struct drawing *drawing)
{
    const struct summary **rows = calloc(drawing->lines->count, sizeof *rows);
    if (rows == NULL)
        return fail(drawing->picture->error, ERROR_REFUSED, "report: out of memory");
    size_t count = find_handovers(drawing, rows);
    int result = count > 0 ? write_handovers(drawing, rows, count) : 0;
    free(rows);
    return result;
}
