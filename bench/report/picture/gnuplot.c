#include "bench/report/picture/gnuplot.h"
#include "bench/report/picture/drawing.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void drawing_describe_cells(const struct drawing *drawing, char *text, size_t bytes)
{
    const struct panel *panel = drawing->panel;
    char batch[96], cpus[64];
    panel_describe_batch(panel, batch, sizeof batch);
    panel_describe_cpus(panel, cpus, sizeof cpus);
    snprintf(text, bytes, "%s%llu worker%s%s, %s", batch, (unsigned long long)panel->full_workers,
             text_plural(panel->full_workers), cpus,
             text_equal(drawing->temperature, "cold") ? "started cold" : "warm");
}

double drawing_overhead_ns(const struct panel *panel, const struct line *line,
                           const char *temperature)
{
    const struct panel *part = panel_part_of(panel, line);
    const struct summary *row =
        panel_row(part, line, panel_full_workers(part, line), part->least_size, temperature);
    return row != NULL && row->overhead_ns_per_job > 0 ? row->overhead_ns_per_job : (double)NAN;
}

void drawing_note(struct drawing *drawing, double x, double ns, struct end *end)
{
    *end = (struct end){x, ns};
    drawing->least_ns = fmin(drawing->least_ns, ns);
    drawing->most_ns = fmax(drawing->most_ns, ns);
}

void drawing_write_log_axis(const struct drawing *drawing)
{
    struct axis axis = {drawing->least_ns / 1.6, drawing->most_ns * 1.6, true};
    fprintf(drawing->picture->commands, "bottom = %.4g\ntop = %.4g\n", axis.low, axis.high);
    legend_write_ends(drawing->picture, drawing->legend, axis);
}

static int draw(draw_function *function, struct drawing drawing, const char *temperature)
{
    struct legend legend = {.entries = calloc(drawing.lines->count + 1, sizeof *legend.entries)};
    drawing.legend = &legend;
    drawing.temperature = temperature;
    drawing.top = 1.15;
    drawing.least_ns = INFINITY;
    int result = legend.entries == NULL
                     ? fail(drawing.picture->error, ERROR_REFUSED, "report: out of memory")
                     : function(&drawing);
    if (result != 0)
        picture_drop(drawing.picture);
    free(legend.entries);
    return result;
}

/* The other pictures are about jobs: they show each strategy with the smallest caller only. */
static void keep_smallest_caller(const struct panel *panel, struct lines *lines)
{
    uint64_t least = panel_least_caller(panel);
    size_t kept = 0;
    for (size_t i = 0; i < lines->count; i++)
        if (lines->lines[i].key.parent_mib == least)
            lines->lines[kept++] = lines->lines[i];
    lines->count = kept;
}

static bool has_speedups(const struct panel *panel, const struct lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        for (uint64_t workers = panel_next_workers(panel, 0); workers != UINT64_MAX;
             workers = panel_next_workers(panel, workers))
            if (panel_best(panel, &lines->lines[i], workers, "warm") != NULL)
                return panel->jobs > 0;
    return false;
}

/* True where a line was measured with two numbers of workers: over more hosts there are more. */
static bool has_worker_counts(const struct panel *panel, const struct lines *lines)
{
    for (size_t i = 0; i < lines->count; i++) {
        size_t counts = 0;
        for (uint64_t workers = panel_next_workers(panel, 0); workers != UINT64_MAX;
             workers = panel_next_workers(panel, workers))
            counts += !key_is_baseline(&lines->lines[i].key) &&
                      panel_row(panel, &lines->lines[i], workers, panel->most_size, "warm") != NULL;
        if (counts > 1)
            return true;
    }
    return false;
}

/* True where no curve tells of the panel: its one batch was measured alone. */
static bool is_one_batch(const struct panel *panel)
{
    return panel->least_size == panel->most_size && !panel->told_by_jobs;
}

/* Those pictures that show all runtimes in which something was measured: by the time of a job, not
 * by its size. */
static int draw_joint(const struct panel *panel, struct picture *picture)
{
    struct lines lines;
    if (panel_lines(panel, &lines, picture->error) != 0)
        return -1;
    keep_smallest_caller(panel, &lines);
    lines_keep_least_payload(&lines);
    struct drawing drawing = {.panel = panel, .lines = &lines, .picture = picture};
    bool sizes = panel->axis == DIMENSION_size, along_sizes = panel->most_size > panel->least_size;
    int result = 0;
    if (!sizes || along_sizes)
        result = draw(draw_crossovers, drawing, sizes ? "warm" : "cold");
    bool speedups = sizes && has_speedups(panel, &lines);
    if (result == 0 && speedups)
        result = draw(draw_overhead, drawing, "warm");
    if (result == 0 && speedups && drawing_has_recycling(panel, &lines))
        result = draw(draw_recycling, drawing, "warm");
    if (result == 0 && speedups && is_one_batch(panel))
        result = draw(draw_batch, drawing, "cold");
    if (result == 0 && speedups && text_equal(panel->work, "empty"))
        result = draw(draw_handover, drawing, "warm");
    free(lines.lines);
    return result;
}

static int draw_panel(const struct panel *panel, struct picture *picture)
{
    struct lines lines;
    int result = 0;
    if (panel_lines(panel, &lines, picture->error) != 0)
        return -1;
    keep_smallest_caller(panel, &lines);
    struct drawing drawing = {.panel = panel, .lines = &lines, .picture = picture};
    result = panel_cost_fits(panel, &drawing.cost_fits, picture->error);
    bool speedups = has_speedups(panel, &lines), alone = panel->joint == NULL;
    if (result == 0 && speedups && drawing_has_payloads(panel, &lines))
        result = draw(draw_payload, drawing, "warm");
    lines_keep_least_payload(&lines);
    if (result == 0 && speedups) {
        if (panel->most_size > panel->least_size &&
            ((alone && draw(draw_crossovers, drawing, "warm") != 0) ||
             draw(draw_speedup_size, drawing, "warm") != 0 ||
             draw(draw_speedup_size, drawing, "cold") != 0 ||
             draw(draw_time_size, drawing, "warm") != 0))
            result = -1;
        if (result == 0 && has_worker_counts(panel, &lines))
            result = draw(draw_speedup_workers, drawing, "warm");
        if (result == 0)
            result = draw(draw_speedup_hosts, drawing, "warm");
        if (result == 0)
            result = draw(draw_scaled_speedup, drawing, "warm");
        if (result == 0 && alone)
            result = draw(draw_overhead, drawing, "warm");
        if (result == 0 && alone && drawing_has_recycling(panel, &lines))
            result = draw(draw_recycling, drawing, "warm");
        if (result == 0 && alone && is_one_batch(panel))
            result = draw(draw_batch, drawing, "cold");
        if (result == 0 && alone && text_equal(panel->work, "empty"))
            result = draw(draw_handover, drawing, "warm");
    }
    if (result == 0 && drawing.cost_fits.count > 0)
        result = draw(draw_caller_memory, drawing, "warm");
    free(drawing.cost_fits.cost_fits);
    free(lines.lines);
    return result;
}

/* Cold comes first: who asks how many jobs it takes starts the strategy for them. */
static int draw_along_jobs(const struct panel *panel, struct picture *picture)
{
    struct lines lines;
    if (panel_lines(panel, &lines, picture->error) != 0)
        return -1;
    keep_smallest_caller(panel, &lines);
    lines_keep_least_payload(&lines);
    struct drawing drawing = {.panel = panel, .lines = &lines, .picture = picture};
    int result = panel->joint == NULL ? draw(draw_crossovers, drawing, "cold") : 0;
    if (result == 0)
        result = draw(draw_speedup_size, drawing, "cold");
    if (result == 0)
        result = draw(draw_speedup_size, drawing, "warm");
    free(lines.lines);
    return result;
}

int gnuplot_draw(const char *folder, const struct panels *panels,
                 const struct picture_formats *formats, const volatile sig_atomic_t *interrupted,
                 size_t *drawn, struct error *tool, struct error *error)
{
    char plots[PATH_MAX];
    struct gallery gallery = {
        .path = plots,
        .formats = formats,
        .interrupted = interrupted,
        .tool = tool,
        .error = error,
    };
    struct picture picture = {.gallery = &gallery, .error = error};
    snprintf(plots, sizeof plots, "%s/plots", folder);
    int result = gallery_open(&gallery);
    for (size_t i = 0; result == 0 && i < panels->along_jobs_count; i++)
        result = draw_along_jobs(&panels->along_jobs[i], &picture);
    for (size_t i = 0; result == 0 && i < panels->count; i++)
        result = panels->rows[i].is_repeated ? 0 : draw_panel(&panels->rows[i], &picture);
    for (size_t i = 0; result == 0 && i < panels->joint_count; i++)
        result = panels->joint[i].is_repeated ? 0 : draw_joint(&panels->joint[i], &picture);
    *drawn = gallery.drawn + gallery_has(&gallery, "timeline");
    gallery_close(&gallery);
    return result;
}
