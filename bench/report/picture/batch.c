/* How long one batch takes under each strategy: bars on a logarithmic axis, where one size was
 * measured. */
#include "bench/report/picture/drawing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A strategy with some number of workers. */
struct batch_bar {
    const struct line *line;
    const struct summary *row;
};

struct batch_bars {
    struct batch_bar *bars;
    size_t count;
};

static int compare_bars(const void *a, const void *b)
{
    const struct batch_bar *x = a, *y = b;
    double left = x->row->median_ns, right = y->row->median_ns;
    return left != right ? (left > right) - (left < right) : (x->row > y->row) - (x->row < y->row);
}

static void add_bar(const struct drawing *drawing, const struct line *line, uint64_t workers,
                    struct batch_bars *bars)
{
    const struct summary *row =
        panel_row(drawing->panel, line, workers, drawing->panel->least_size, drawing->temperature);
    if (row != NULL && row->median_ns > 0)
        bars->bars[bars->count++] = (struct batch_bar){line, row};
}

/* Those of all lines and all numbers of workers, the fastest first. */
static int find_bars(const struct drawing *drawing, struct batch_bars *found)
{
    const struct panel *panel = drawing->panel;
    *found = (struct batch_bars){
        calloc(drawing->lines->count * (panel->workers.count + 1) + 1, sizeof *found->bars), 0};
    if (found->bars == NULL)
        return fail(drawing->picture->error, ERROR_REFUSED, "report: out of memory");
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        if (key_is_baseline(&line->key))
            add_bar(drawing, line, 1, found);
        else
            for (uint64_t workers = panel_next_workers(panel, 0); workers != UINT64_MAX;
                 workers = panel_next_workers(panel, workers))
                add_bar(drawing, line, workers, found);
    }
    if (found->count > 0)
        qsort(found->bars, found->count, sizeof *found->bars, compare_bars);
    return 0;
}

/* "py-pool", "py-pool, 4 workers" where others have another number of them. */
static void name_bar(const struct drawing *drawing, const struct batch_bar *bar, char *text,
                     size_t bytes)
{
    uint64_t workers = bar->row->key.workers;
    line_label(drawing->lines, bar->line, text, bytes);
    size_t used = strlen(text);
    if (drawing->panel->workers.count > 1 && !key_is_baseline(&bar->line->key))
        snprintf(text + used, bytes - used, ", %llu worker%s", (unsigned long long)workers,
                 text_plural(workers));
}

/* "785 ms, 1.93 times as fast as py-serial"; "785 ms; too few rounds to compare" where nothing says
 * how far that may be off; of a baseline its time alone. */
static void describe_bar(const struct batch_bar *bar, char *text, size_t bytes)
{
    const struct summary *row = bar->row;
    char time[32];
    text_duration(time, sizeof time, row->median_ns);
    if (key_is_baseline(&row->key) || !isfinite(row->speedup))
        snprintf(text, bytes, "%s", time);
    else if (!panel_is_sure(row))
        snprintf(text, bytes, "%s; too few rounds to compare", time);
    else
        snprintf(text, bytes, "%s, %.2f times as fast as %s", time, row->speedup,
                 key_baseline(&row->key));
}

/* Writes the rows; *longest: the longest text to their right. */
static void write_bars(struct drawing *drawing, const struct batch_bars *bars, size_t *longest)
{
    FILE *file = drawing->picture->data;
    for (size_t i = 0; i < bars->count; i++) {
        const struct batch_bar *bar = &bars->bars[i];
        char label[LABEL_BYTES], text[LABEL_BYTES];
        name_bar(drawing, bar, label, sizeof label);
        describe_bar(bar, text, sizeof text);
        legend_add(drawing->legend, bar->line, label);
        *longest = strlen(text) > *longest ? strlen(text) : *longest;
        fprintf(file, "%zu", i + 1);
        picture_number(file, bar->row->median_ns);
        picture_number(file, isfinite(bar->row->low_ns) ? bar->row->low_ns : bar->row->median_ns);
        picture_number(file, isfinite(bar->row->high_ns) ? bar->row->high_ns : bar->row->median_ns);
        fprintf(file, "\t%s\t%s\n", picture_strategy_of(&bar->line->key), text);
    }
}

/* The times of the baselines, which stand as lines across the bars, and their names. */
static void write_baselines(const struct drawing *drawing, const struct batch_bars *bars)
{
    FILE *file = drawing->picture->commands;
    size_t count = 0;
    fprintf(file, "array baseline_ns[%zu]\narray baseline_names[%zu]\n", bars->count, bars->count);
    for (size_t i = 0; i < bars->count; i++) {
        char label[LABEL_BYTES];
        if (!key_is_baseline(&bars->bars[i].line->key))
            continue;
        name_bar(drawing, &bars->bars[i], label, sizeof label);
        count++;
        fprintf(file, "baseline_ns[%zu] = %.6g\nbaseline_names[%zu] = ", count,
                bars->bars[i].row->median_ns, count);
        text_gnuplot_quoted(file, label);
        fputc('\n', file);
    }
    fprintf(file, "baselines = %zu\n", count);
}

static int write_picture(struct drawing *drawing, const struct batch_bars *bars)
{
    const struct panel *panel = drawing->panel;
    char heading[256], jobs[80], runtime[LABEL_BYTES];
    size_t longest = 0;
    panel_describe_jobs(panel, panel->jobs, (double)panel->least_size, jobs, sizeof jobs);
    panel_describe_runtime(panel, runtime, sizeof runtime);
    snprintf(heading, sizeof heading,
             "%.40s%.60s: how long does one batch take? (%s, started cold, %u CPU%s)", panel->work,
             runtime, jobs, panel->host->cpus_usable, text_plural(panel->host->cpus_usable));
    drawing->picture->script = "batch";
    if (picture_begin(drawing->picture, panel, "batch-cold", heading) != 0)
        return -1;
    write_bars(drawing, bars, &longest);
    legend_write(drawing->picture, drawing->legend);
    write_baselines(drawing, bars);
    fprintf(drawing->picture->commands,
            "least = %.6g\nmost = %.6g\nrows = %zu\ntext_max = %zu\nlabel_max = %zu\n",
            bars->bars[0].row->median_ns, bars->bars[bars->count - 1].row->median_ns, bars->count,
            longest, legend_longest_caption(drawing->legend));
    return picture_end(drawing->picture);
}

int draw_batch(struct drawing *drawing)
{
    struct batch_bars bars;
    int result = find_bars(drawing, &bars);
    struct legend_entry *entries =
        result == 0 ? calloc(bars.count + 1, sizeof *entries) : NULL; /* more than lines */
    struct legend legend = {entries, 0};
    if (result == 0 && entries == NULL)
        result = fail(drawing->picture->error, ERROR_REFUSED, "report: out of memory");
    if (result == 0 && bars.count > 1) {
        struct drawing own = *drawing;
        own.legend = &legend;
        result = write_picture(&own, &bars);
    }
    free(entries);
    free(bars.bars);
    return result;
}
