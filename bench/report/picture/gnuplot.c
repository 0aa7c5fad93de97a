#include "bench/report/picture/gnuplot.h"
#include "bench/report/picture/drawing.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void drawing_describe_cells(const struct drawing *drawing, char *text, size_t bytes)
{
    const struct scene *scene = drawing->scene;
    snprintf(text, bytes, "%llu jobs, %llu workers on %u CPUs, %s", (unsigned long long)scene->jobs,
             (unsigned long long)scene->full_workers, scene->host->cpus_usable,
             text_equal(drawing->temperature, "cold") ? "started cold" : "warm");
}

double drawing_overhead_ns(const struct scene *scene, const struct line *line,
                           const char *temperature)
{
    const struct summary *row =
        scene_row(scene, line, scene->full_workers, scene->least_size, temperature);
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
static void keep_smallest_caller(const struct scene *scene, struct lines *lines)
{
    uint64_t least = scene_least_parent(scene);
    size_t kept = 0;
    for (size_t i = 0; i < lines->count; i++)
        if (lines->lines[i].key.parent_mib == least)
            lines->lines[kept++] = lines->lines[i];
    lines->count = kept;
}

static bool has_speedups(const struct scene *scene, const struct lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        for (uint64_t workers = scene_next_workers(scene, 0); workers != UINT64_MAX;
             workers = scene_next_workers(scene, workers))
            if (scene_best(scene, &lines->lines[i], workers, "warm") != NULL)
                return scene->jobs > 0;
    return false;
}

static int draw_scene(const struct scene *scene, struct picture *picture)
{
    struct lines lines;
    int result = 0;
    if (scene_lines(scene, &lines, picture->error) != 0)
        return -1;
    keep_smallest_caller(scene, &lines);
    struct drawing drawing = {.scene = scene, .lines = &lines, .picture = picture};
    result = scene_laws(scene, &drawing.laws, picture->error);
    bool speedups = has_speedups(scene, &lines);
    if (result == 0 && speedups && drawing_has_payloads(scene, &lines))
        result = draw(draw_payload, drawing, "warm");
    lines_keep_least_payload(&lines);
    if (result == 0 && speedups) {
        if (scene->most_size > scene->least_size &&
            (draw(draw_crossovers, drawing, "warm") != 0 ||
             draw(draw_speedup_size, drawing, "warm") != 0 ||
             draw(draw_speedup_size, drawing, "cold") != 0 ||
             draw(draw_time_size, drawing, "warm") != 0))
            result = -1;
        if (result == 0 && scene_next_workers(scene, scene_next_workers(scene, 0)) != UINT64_MAX)
            result = draw(draw_speedup_workers, drawing, "warm");
        if (result == 0)
            result = draw(draw_scaled_speedup, drawing, "warm");
        if (result == 0)
            result = draw(draw_overhead, drawing, "warm");
        if (result == 0 && text_equal(scene->work, "empty"))
            result = draw(draw_handover, drawing, "warm");
    }
    if (result == 0 && drawing.laws.count > 0)
        result = draw(draw_parent, drawing, "warm");
    free(drawing.laws.laws);
    free(lines.lines);
    return result;
}

int gnuplot_draw(const char *folder, const struct scenes *scenes,
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
    for (size_t i = 0; result == 0 && i < scenes->count; i++)
        result = draw_scene(&scenes->rows[i], &picture);
    gallery_close(&gallery);
    *drawn = gallery.drawn;
    return result;
}
