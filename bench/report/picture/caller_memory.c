/* Overhead against the memory that the caller holds. */
#include "bench/report/picture/drawing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One law's measured points as a block: MiB held, overhead per job with its interval. 0 MiB has no
 * place on a logarithmic axis: it stands where the picture says. False where there is no point. */
static bool write_law_points(struct drawing *drawing, const struct law *law, double zero_mib,
                             struct end *end)
{
    const struct panel *panel = drawing->panel;
    size_t points = 0;
    for (uint64_t mib = panel_next_caller(panel, 0, true); mib != UINT64_MAX;
         mib = panel_next_caller(panel, mib, false)) {
        const struct summary *row = panel_law_row(panel, law, mib);
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

static bool several_pages(const struct shown_laws *shown)
{
    for (size_t i = 1; i < shown->count; i++)
        if (!text_equal(shown->laws[i]->key.parent_pages, shown->laws[0]->key.parent_pages))
            return true;
    return false;
}

/* "fork: 316 us + 124 ns per 4 KiB page", "spawn, thp: flat, 1.5 ms". */
static void describe_law(const struct drawing *drawing, const struct law *law, bool tell_pages,
                         char *text, size_t bytes)
{
    struct line line = {law->key};
    char base[32], per_page[32], page[32];
    line_label(drawing->lines, &line, text, bytes - 80);
    law_page_label(law, page, sizeof page);
    text_duration(base, sizeof base, law->base_ns);
    text_duration(per_page, sizeof per_page, law->per_page_ns);
    size_t used = strlen(text);
    if (tell_pages)
        used += (size_t)snprintf(text + used, bytes - used, ", %s", law->key.parent_pages);
    if (text_equal(law->verdict, "flat"))
        snprintf(text + used, bytes - used, ": flat, %s", base);
    else if (text_equal(law->verdict, "noisy"))
        snprintf(text + used, bytes - used, ": too noisy to tell");
    else
        snprintf(text + used, bytes - used, ": %s + %s per %s", base, per_page, page);
}

/* The fitted laws by MiB, in the order of the blocks; others have no line (NaN). */
static void write_law_lines(const struct drawing *drawing, const struct shown_laws *shown)
{
    FILE *file = drawing->picture->commands;
    fprintf(file, "array base[%zu]\narray per_mib[%zu]\n", shown->count, shown->count);
    for (size_t i = 0; i < shown->count; i++) {
        const struct law *law = shown->laws[i];
        double per_mib = law_value(law, 1 << 20) - law->base_ns;
        fprintf(file, "base[%zu] = %.6g\nper_mib[%zu] = ", i + 1, law->base_ns, i + 1);
        fprintf(file, text_equal(law->verdict, "linear") ? "%.6g\n" : "NaN\n", per_mib);
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
    const struct shown_laws *shown = &drawing->laws;
    const struct panel *panel = drawing->panel;
    char heading[256], size[32];
    double zero_mib;
    drawing->picture->script = "parent";
    text_count(size, sizeof size, (double)panel->least_size);
    snprintf(heading, sizeof heading,
             "%.40s: what does the caller's memory cost? (%llu jobs of size %s, workers: %llu)",
             panel->work, (unsigned long long)panel->jobs, size,
             (unsigned long long)panel->full_workers);
    if (picture_begin(drawing->picture, panel, "parent", heading) != 0)
        return -1;
    write_caller_axis(drawing, &zero_mib);
    for (size_t i = 0; i < shown->count; i++) {
        char caption[LABEL_BYTES];
        struct end end;
        struct line line = {shown->laws[i]->key};
        describe_law(drawing, shown->laws[i], several_pages(shown), caption, sizeof caption);
        if (write_law_points(drawing, shown->laws[i], zero_mib, &end))
            legend_add(drawing->legend, &line, caption)->end = end;
    }
    legend_write(drawing->picture, drawing->legend);
    drawing_write_log_axis(drawing);
    write_law_lines(drawing, shown);
    return picture_end(drawing->picture);
}
