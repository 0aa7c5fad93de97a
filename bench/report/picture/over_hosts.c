/* Speedup against the number of hosts: a line for each strategy and job size. */
#include "bench/report/picture/drawing.h"
#include "bench/report/words/scaling_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CURVES = 8, MOST_SIZES = 4 };

/* The sizes that are shown, ascending: the largest is always among them. */
struct shown_sizes {
    uint64_t sizes[MOST_SIZES];
    size_t count;
};

static bool is_over_hosts(const struct line *line)
{
    return line->key.hosts > 0 && !key_is_baseline(&line->key);
}

/* The panel's row for a line at that size, with all the slots of its hosts. */
static const struct summary *row_of(const struct drawing *drawing, const struct line *line,
                                    uint64_t size)
{
    const struct panel *panel = drawing->panel;
    const struct summary *row =
        panel_row(panel, line, panel_full_workers(panel, line), size, drawing->temperature);
    return row != NULL && isfinite(row->speedup) ? row : NULL;
}

static bool has_rows(const struct drawing *drawing, const struct line *line)
{
    for (uint64_t size = panel_next_size(drawing->panel, 0, true); size != UINT64_MAX;
         size = panel_next_size(drawing->panel, size, false))
        if (row_of(drawing, line, size) != NULL)
            return true;
    return false;
}

/* True where nothing but hosts and workers tells them apart. */
static bool is_same_curve(const struct line *a, const struct line *b)
{
    return key_compare_but(&a->key, &b->key,
                           DIMENSION_BIT(size) | DIMENSION_BIT(workers) | DIMENSION_BIT(hosts)) ==
           0;
}

static bool has_hosts(const struct drawing *drawing, uint64_t hosts)
{
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        if (is_over_hosts(line) && line->key.hosts == hosts && has_rows(drawing, line))
            return true;
    }
    return false;
}

static uint64_t least_hosts(const struct drawing *drawing)
{
    uint64_t hosts = 1;
    while (hosts < drawing->panel->most_hosts && !has_hosts(drawing, hosts))
        hosts++;
    return hosts;
}

/* The next line of the curve above so many hosts; NULL where there is none. */
static const struct line *next_of_curve(const struct drawing *drawing, const struct line *like,
                                        uint64_t hosts)
{
    const struct line *next = NULL;
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        if (is_over_hosts(line) && is_same_curve(line, like) && line->key.hosts > hosts &&
            (next == NULL || line->key.hosts < next->key.hosts) && has_rows(drawing, line))
            next = line;
    }
    return next;
}

/* True for the line of the fewest hosts of a curve that has two points. */
static bool begins_curve(const struct drawing *drawing, const struct line *line)
{
    return is_over_hosts(line) && next_of_curve(drawing, line, 0) == line &&
           next_of_curve(drawing, line, line->key.hosts) != NULL;
}

static size_t count_curves(const struct drawing *drawing)
{
    size_t count = 0;
    for (size_t i = 0; i < drawing->lines->count; i++)
        count += begins_curve(drawing, &drawing->lines->lines[i]);
    return count;
}

/* True where any line over hosts is faster than serial. */
static bool any_pays(const struct drawing *drawing, uint64_t size)
{
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        const struct summary *row = is_over_hosts(line) ? row_of(drawing, line, size) : NULL;
        if (row != NULL && row->speedup > 1)
            return true;
    }
    return false;
}

/* Sizes that stand evenly in the order of those from which on hosts pay, the fewer the more curves
 * there are; the largest alone where they never do. */
static struct shown_sizes choose_sizes(const struct drawing *drawing, size_t curves)
{
    const struct ladder *sizes = &drawing->panel->sizes;
    struct shown_sizes shown = {.count = 0};
    size_t first = 0, last = sizes->count - 1, most = MOST_CURVES / curves;
    while (first < last && !any_pays(drawing, sizes->steps[first]))
        first++;
    most = most > MOST_SIZES ? MOST_SIZES : most > 0 ? most : 1;
    most = most > last - first + 1 ? last - first + 1 : most;
    for (size_t i = 0; i + 1 < most; i++)
        shown.sizes[shown.count++] = sizes->steps[first + i * (last - first) / (most - 1)];
    shown.sizes[shown.count++] = sizes->steps[last];
    return shown;
}

enum { TIME_BYTES = 32, SIZE_BYTES = TIME_BYTES + 12 };

/* ", jobs of 900 us"; "" where that is not known. */
static void describe_size(const struct drawing *drawing, uint64_t size, char text[SIZE_BYTES])
{
    char job[TIME_BYTES];
    double ns = panel_serial_ns(drawing->panel, &drawing->lines->lines[0].key, (double)size);
    text_duration(job, sizeof job, ns);
    *text = '\0';
    if (isfinite(ns))
        snprintf(text, SIZE_BYTES, ", jobs of %s", job);
}

/* Writes the points of a curve at one size as a block. False where it has none. */
static bool write_curve(struct drawing *drawing, const struct line *first, uint64_t size,
                        struct end *end)
{
    size_t points = 0;
    for (const struct line *line = first; line != NULL;
         line = next_of_curve(drawing, first, line->key.hosts)) {
        const struct summary *row = row_of(drawing, line, size);
        if (row == NULL)
            continue;
        picture_banded(drawing->picture->data, (double)line->key.hosts, row->speedup,
                       row->speedup_low, row->speedup_high);
        *end = (struct end){(double)line->key.hosts, row->speedup};
        drawing->top = fmax(drawing->top, 1.2 * row->speedup);
        points++;
    }
    return picture_end_block(drawing->picture, points);
}

static void write_curves(struct drawing *drawing, const struct shown_sizes *shown)
{
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        if (!begins_curve(drawing, line))
            continue;
        for (size_t k = shown->count; k-- > 0;) { /* the largest jobs have the full line */
            char caption[LABEL_BYTES];
            struct end end;
            line_label_but(drawing->lines, line, DIMENSION_BIT(hosts), caption,
                           sizeof caption - SIZE_BYTES);
            describe_size(drawing, shown->sizes[k], caption + strlen(caption));
            if (write_curve(drawing, line, shown->sizes[k], &end))
                legend_add(drawing->legend, line, caption)->end = end;
        }
    }
}

/* The ideal as the last block: with so many hosts as many times as fast as there are workers. */
static void write_ideal(const struct drawing *drawing)
{
    const struct line *first = NULL;
    for (size_t i = 0; first == NULL && i < drawing->lines->count; i++)
        if (begins_curve(drawing, &drawing->lines->lines[i]))
            first = &drawing->lines->lines[i];
    for (const struct line *line = first; line != NULL;
         line = next_of_curve(drawing, first, line->key.hosts))
        fprintf(drawing->picture->data, "%llu\t%llu\n", (unsigned long long)line->key.hosts,
                (unsigned long long)panel_full_workers(drawing->panel, line));
    picture_end_block(drawing->picture, 1);
}

/* The best line of this host alone with the largest jobs; NULL where there is none. */
static const struct line *find_alone(const struct drawing *drawing, const struct summary **best)
{
    const struct line *found = NULL;
    *best = NULL;
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        const struct summary *row = row_of(drawing, line, drawing->panel->most_size);
        if (line->key.hosts > 0 || key_is_baseline(&line->key) || row == NULL ||
            !panel_is_better(row, *best))
            continue;
        *best = row;
        found = line;
    }
    return found;
}

/* It stands beside the others as a flat line. */
static void write_alone(struct drawing *drawing)
{
    const struct summary *best;
    const struct line *line = find_alone(drawing, &best);
    static const char alone[] = " on this host alone";
    char caption[LABEL_BYTES];
    if (line == NULL)
        return;
    uint64_t least = least_hosts(drawing), most = drawing->panel->most_hosts;
    for (int i = 0; i < 2; i++)
        picture_banded(drawing->picture->data, (double)(i == 0 ? least : most), best->speedup,
                       best->speedup_low, best->speedup_high);
    picture_end_block(drawing->picture, 2);
    drawing->top = fmax(drawing->top, 1.2 * best->speedup);
    line_label(drawing->lines, line, caption, sizeof caption - sizeof alone - SIZE_BYTES);
    strcat(caption, alone);
    describe_size(drawing, drawing->panel->most_size, caption + strlen(caption));
    legend_add(drawing->legend, line, caption)->end = (struct end){(double)most, best->speedup};
}

/* A tick for each number of hosts. */
static void write_hosts_axis(const struct drawing *drawing)
{
    FILE *file = drawing->picture->commands;
    uint64_t most = 0;
    fputs("set xtics (", file);
    for (uint64_t hosts = 1; hosts <= drawing->panel->most_hosts; hosts++)
        if (has_hosts(drawing, hosts)) {
            fprintf(file, "%s%llu", most > 0 ? ", " : "", (unsigned long long)hosts);
            most = hosts;
        }
    fprintf(file, ")\nleast = %llu\nmost = %llu\n", (unsigned long long)least_hosts(drawing),
            (unsigned long long)most);
}

static int write_picture(struct drawing *drawing, size_t curves)
{
    const struct panel *panel = drawing->panel;
    struct shown_sizes shown = choose_sizes(drawing, curves);
    char heading[256], batch[96], runtime[LABEL_BYTES];
    drawing->picture->script = "speedup-hosts";
    panel_describe_batch(panel, batch, sizeof batch);
    panel_describe_runtime(panel, runtime, sizeof runtime);
    snprintf(heading, sizeof heading,
             "%.40s%.60s: what do more hosts bring? (%sall slots of the hosts, %s)", panel->work,
             runtime, batch, drawing->temperature);
    if (picture_begin(drawing->picture, panel, "speedup-hosts", heading) != 0)
        return -1;
    write_curves(drawing, &shown);
    write_alone(drawing);
    write_ideal(drawing);
    legend_write(drawing->picture, drawing->legend);
    fprintf(drawing->picture->commands, "top = %.4g\n", drawing->top);
    legend_write_ends(drawing->picture, drawing->legend, (struct axis){0, drawing->top, false});
    write_hosts_axis(drawing);
    return picture_end(drawing->picture);
}

int draw_speedup_hosts(struct drawing *drawing)
{
    bool shown = drawing->panel->most_hosts > 1 && !scaling_grows(drawing->panel);
    size_t curves = shown ? count_curves(drawing) : 0;
    if (curves == 0)
        return 0;
    struct drawing own = *drawing;
    struct legend legend = {.entries = calloc(MOST_SIZES * curves + 1, sizeof *legend.entries)};
    int result = legend.entries != NULL
                     ? 0
                     : fail(drawing->picture->error, ERROR_REFUSED, "report: out of memory");
    own.legend = &legend;
    if (result == 0)
        result = write_picture(&own, curves);
    free(legend.entries);
    return result;
}
