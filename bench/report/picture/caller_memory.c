/* Overhead against the memory that the caller holds. */
#include "bench/report/picture/drawing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One cost fit's measured points as a block: MiB held, overhead per job with its interval. 0 MiB
 * has no place on a logarithmic axis: it stands where the picture says. False where there is no
 * point. */
static bool write_cost_fit_points(struct drawing *drawing, const struct cost_fit *fit,
                                  double zero_mib, struct end *end)
{
    const struct panel *panel = drawing->panel;
    size_t points = 0;
    for (uint64_t mib = panel_next_caller(panel, 0, true); mib != UINT64_MAX;
         mib = panel_next_caller(panel, mib, false)) {
        const struct summary *row = panel_cost_fit_row(panel, fit, mib);
        if (row == NULL || !(row->overhead_ns_per_job > 0))
            continue;
        double ns = row->overhead_ns_per_job;
        picture_banded(drawing->picture->data, mib > 0 ? (double)mib : zero_mib, ns,
                       row->overhead_low_ns_per_job, row->overhead_high_ns_per_job);
        drawing_note(drawing, mib > 0 ? (double)mib : zero_mib, ns, end);
        points++;
    }
    return picture_end_block(drawing->picture, points);
}

static bool several_pages(const struct shown_fits *shown)
{
    for (size_t i = 1; i < shown->count; i++)
        if (!text_equal(shown->cost_fits[i]->key.parent_pages,
                        shown->cost_fits[0]->key.parent_pages))
            return true;
    return false;
}

/* "fork: 316 us + 124 ns per 4 KiB page", "spawn, thp: flat, 1.5 ms". */
static void describe_cost_fit(const struct drawing *drawing, const struct cost_fit *fit,
                              bool tell_pages, char *text, size_t bytes)
{
    struct line line = {fit->key};
    char base[32], per_page[32], page[32];
    line_label(drawing->lines, &line, text, bytes - 80);
    cost_fit_page_label(fit, page, sizeof page);
    text_duration(base, sizeof base, fit->base_ns);
    text_duration(per_page, sizeof per_page, fit->per_page_ns);
    size_t used = strlen(text);
    if (tell_pages)
        used += (size_t)snprintf(text + used, bytes - used, ", %s", fit->key.parent_pages);
    if (text_equal(fit->verdict, "flat"))
        snprintf(text + used, bytes - used, ": flat, %s", base);
    else if (text_equal(fit->verdict, "noisy"))
        snprintf(text + used, bytes - used, ": too noisy to tell");
    else
        snprintf(text + used, bytes - used, ": %s + %s per %s", base, per_page, page);
}

/* The cost fits by MiB, in the order of the blocks; others have no line (NaN). */
static void write_cost_fit_lines(const struct drawing *drawing, const struct shown_fits *shown)
{
    FILE *file = drawing->picture->commands;
    fprintf(file, "array base[%zu]\narray per_mib[%zu]\n", shown->count, shown->count);
    for (size_t i = 0; i < shown->count; i++) {
        const struct cost_fit *fit = shown->cost_fits[i];
        double per_mib = cost_fit_value(fit, 1 << 20) - fit->base_ns;
        fprintf(file, "base[%zu] = %.6g\nper_mib[%zu] = ", i + 1, fit->base_ns, i + 1);
        fprintf(file, text_equal(fit->verdict, "linear") ? "%.6g\n" : "NaN\n", per_mib);
    }
}

/* The axis of MiB: 0 at the left edge, then the sizes measured; *zero_mib is where 0 stands, where
 * the axis is broken. */
static void write_caller_axis(const struct drawing *drawing, double *zero_mib)
{
    const struct panel *panel = drawing->panel;
    FILE *file = drawing->picture->commands;
    uint64_t least = panel_next_caller(panel, 0, false), most = least;
    *zero_mib = (double)least / 4;
    fprintf(file, "set xtics ('0' %g", *zero_mib);
    for (uint64_t mib = least; mib != UINT64_MAX; mib = panel_next_caller(panel, mib, false)) {
        fprintf(file, ", '%llu' %llu", (unsigned long long)mib, (unsigned long long)mib);
        most = mib;
    }
    fprintf(file, ")\nzero = %g\nleast = %llu\nmost = %llu\n", *zero_mib, (unsigned long long)least,
            (unsigned long long)most);
}

int draw_caller_memory(struct drawing *drawing)
{
    const struct shown_fits *shown = &drawing->cost_fits;
    const struct panel *panel = drawing->panel;
    char heading[256], jobs[80], runtime[LABEL_BYTES];
    double zero_mib;
    drawing->picture->script = "parent";
    panel_describe_jobs(panel, panel->jobs, (double)panel->least_size, jobs, sizeof jobs);
    panel_describe_runtime(panel, runtime, sizeof runtime);
    snprintf(heading, sizeof heading,
             "%.40s%.60s: what does the caller's memory cost? (%s, workers: %llu)", panel->work,
             runtime, jobs, (unsigned long long)panel->full_workers);
    if (picture_begin(drawing->picture, panel, "parent", heading) != 0)
        return -1;
    write_caller_axis(drawing, &zero_mib);
    for (size_t i = 0; i < shown->count; i++) {
        char caption[LABEL_BYTES];
        struct end end;
        struct line line = {shown->cost_fits[i]->key};
        describe_cost_fit(drawing, shown->cost_fits[i], several_pages(shown), caption,
                          sizeof caption);
        if (write_cost_fit_points(drawing, shown->cost_fits[i], zero_mib, &end))
            legend_add(drawing->legend, &line, caption)->end = end;
    }
    legend_write(drawing->picture, drawing->legend);
    drawing_write_log_axis(drawing);
    write_cost_fit_lines(drawing, shown);
    return picture_end(drawing->picture);
}
