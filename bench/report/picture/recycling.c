/* What replacing workers costs: overhead against the jobs that a worker runs. */
#include "bench/report/picture/drawing.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Where 0, so workers that stay, stands on the axis: above all others. */
#define STAYS UINT64_MAX

static uint64_t place_of(const struct line *line)
{
    return line->key.jobs_per_worker > 0 ? line->key.jobs_per_worker : STAYS;
}

/* True where nothing but how long workers stay tells the lines apart. */
static bool same_but_recycling(const struct line *a, const struct line *b)
{
    return key_compare_but(&a->key, &b->key,
                           DIMENSION_BIT(jobs_per_worker) | DIMENSION_BIT(size) |
                               DIMENSION_BIT(workers)) == 0;
}

/* How many lines of that kind have a cost, and the least of their places from `from` on, STAYS
 * where there is none. */
static size_t count_places(const struct panel *panel, const struct lines *lines,
                           const struct line *like, uint64_t from, uint64_t *least)
{
    size_t count = 0;
    *least = STAYS;
    for (size_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->lines[i];
        uint64_t place = place_of(line);
        if (!same_but_recycling(line, like) || !isfinite(drawing_overhead_ns(panel, line, "warm")))
            continue;
        count++;
        *least = place >= from && place < *least ? place : *least;
    }
    return count;
}

/* The line stands for all that differ from it in how long workers stay alone, where there are two
 * at least. */
static bool is_first_of_several(const struct panel *panel, const struct lines *lines, size_t index)
{
    const struct line *line = &lines->lines[index];
    uint64_t least;
    for (size_t i = 0; i < index; i++)
        if (same_but_recycling(&lines->lines[i], line))
            return false;
    return !key_is_baseline(&line->key) && count_places(panel, lines, line, 0, &least) > 1;
}

/* The least place of any line above `last`; STAYS where there is none. */
static uint64_t next_place(const struct drawing *drawing, uint64_t last)
{
    uint64_t next = STAYS, least;
    for (size_t i = 0; i < drawing->lines->count; i++)
        if (is_first_of_several(drawing->panel, drawing->lines, i)) {
            count_places(drawing->panel, drawing->lines, &drawing->lines->lines[i], last + 1,
                         &least);
            next = least < next ? least : next;
        }
    return next;
}

/* The jobs that workers run as an axis; *stays is where those stand that are never replaced. */
static void write_recycling_axis(const struct drawing *drawing, double *stays)
{
    FILE *file = drawing->picture->commands;
    uint64_t least = next_place(drawing, 0), most = least;
    fprintf(file, "set xtics (");
    for (uint64_t jobs = least; jobs != STAYS; jobs = next_place(drawing, jobs)) {
        char label[32];
        text_count(label, sizeof label, (double)jobs);
        fprintf(file, "'%s' %llu, ", label, (unsigned long long)jobs);
        most = jobs;
    }
    *stays = 4 * (double)most;
    fprintf(file, "'they stay' %.6g)\nleast = %llu\nmost = %llu\nstays = %.6g\n", *stays,
            (unsigned long long)least, (unsigned long long)most, *stays);
}

/* The points of one strategy, by place, as a block. */
static void write_recycling_block(struct drawing *drawing, const struct line *like, double stays,
                                  struct end *end)
{
    const struct lines *lines = drawing->lines;
    struct end here;
    size_t points = 0;
    *end = (struct end){0};
    for (size_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->lines[i];
        double ns = drawing_overhead_ns(drawing->panel, line, "warm"),
               place = place_of(line) == STAYS ? stays : (double)place_of(line);
        if (!same_but_recycling(line, like) || !isfinite(ns))
            continue;
        fprintf(drawing->picture->data, "%.6g\t%.6g\n", place, ns);
        drawing_note(drawing, place, ns, &here);
        *end = place > end->x ? here : *end;
        points++;
    }
    picture_end_block(drawing->picture, points);
}

int draw_recycling(struct drawing *drawing)
{
    char heading[320], cells[128], size[32], runtime[LABEL_BYTES];
    double stays;
    drawing->picture->script = "recycling";
    drawing_describe_cells(drawing, cells, sizeof cells);
    text_count(size, sizeof size, (double)drawing->panel->least_size);
    panel_describe_runtime(drawing->panel, runtime, sizeof runtime);
    snprintf(heading, sizeof heading, "%.40s%.60s: what does replacing workers cost? (size %s, %s)",
             drawing->panel->work, runtime, size, cells);
    if (picture_begin(drawing->picture, drawing->panel, "recycling", heading) != 0)
        return -1;
    write_recycling_axis(drawing, &stays);
    for (size_t i = 0; i < drawing->lines->count; i++) {
        struct line line = drawing->lines->lines[i];
        char caption[LABEL_BYTES];
        struct end end;
        if (!is_first_of_several(drawing->panel, drawing->lines, i))
            continue;
        write_recycling_block(drawing, &line, stays, &end);
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
        if (is_first_of_several(panel, lines, i))
            return true;
    return false;
}
