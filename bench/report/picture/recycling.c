/* What replacing workers costs: overhead against the jobs that a worker runs. */
#include "bench/report/picture/along.h"

#include <stdio.h>

/* Workers that stay stand above all others. */
static uint64_t place_of(const struct line *line)
{
    return line->key.jobs_per_worker > 0 ? line->key.jobs_per_worker : ALONG_END;
}

static const struct along recycling = {
    .script = "recycling",
    .question = "what does replacing workers cost?",
    .place = place_of,
    .apart = {DIMENSION_jobs_per_worker, DIMENSION_jobs_per_worker},
    .least_points = 2,
};

/* The jobs that workers run as an axis; *stays is where those stand that are never replaced. */
static void write_recycling_axis(const struct drawing *drawing, double *stays)
{
    FILE *file = drawing->picture->commands;
    uint64_t least = along_next(&recycling, drawing->panel, drawing->lines, 0), most = least;
    fprintf(file, "set xtics (");
    for (uint64_t jobs = least; jobs != ALONG_END;
         jobs = along_next(&recycling, drawing->panel, drawing->lines, jobs)) {
        char label[32];
        text_count(label, sizeof label, (double)jobs);
        fprintf(file, "'%s' %llu, ", label, (unsigned long long)jobs);
        most = jobs;
    }
    *stays = 4 * (double)most;
    fprintf(file, "'they stay' %.6g)\nleast = %llu\nmost = %llu\nstays = %.6g\n", *stays,
            (unsigned long long)least, (unsigned long long)most, *stays);
}

int draw_recycling(struct drawing *drawing)
{
    double stays;
    if (along_begin(&recycling, drawing, "recycling") != 0)
        return -1;
    write_recycling_axis(drawing, &stays);
    for (size_t i = 0; i < drawing->lines->count; i++) {
        struct line line = drawing->lines->lines[i];
        char caption[LABEL_BYTES];
        struct end end;
        if (!along_begins_curve(&recycling, drawing->panel, drawing->lines, i))
            continue;
        along_write_curve(&recycling, drawing, &line, stays, &end);
        line.key.jobs_per_worker = 0;
        line_label(drawing->lines, &line, caption, sizeof caption);
        legend_add(drawing->legend, &line, caption)->end = end;
    }
    legend_write(drawing->picture, drawing->legend);
    drawing_write_log_axis(drawing);
    return picture_end(drawing->picture);
}

bool drawing_has_recycling(const struct panel *panel, const struct lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        if (along_begins_curve(&recycling, panel, lines, i))
            return true;
    return false;
}
