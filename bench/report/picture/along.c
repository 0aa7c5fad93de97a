#include "bench/report/picture/along.h"

#include <math.h>
#include <stdio.h>

static bool is_same_curve(const struct along *along, const struct line *a, const struct line *b)
{
    dimension_set apart = dimension_bit(along->apart[0]) | dimension_bit(along->apart[1]);
    return key_compare_but(&a->key, &b->key,
                           apart | DIMENSION_BIT(size) | DIMENSION_BIT(workers)) == 0;
}

/* A line is a point of the picture where its overhead is known. */
static bool is_point(const struct along *along, const struct panel *panel, const struct line *line)
{
    return !key_is_baseline(&line->key) && along->place(line) != 0 &&
           isfinite(drawing_overhead_ns(panel, line, "warm"));
}

static bool is_drawn(const struct along *along, const struct panel *panel,
                     const struct lines *lines, const struct line *like)
{
    size_t points = 0;
    for (size_t i = 0; i < lines->count; i++)
        points += is_same_curve(along, &lines->lines[i], like) &&
                  is_point(along, panel, &lines->lines[i]);
    return points >= along->least_points;
}

bool along_begins_curve(const struct along *along, const struct panel *panel,
                        const struct lines *lines, size_t index)
{
    const struct line *line = &lines->lines[index];
    if (key_is_baseline(&line->key) || along->place(line) == 0)
        return false;
    for (size_t i = 0; i < index; i++)
        if (along->place(&lines->lines[i]) != 0 && is_same_curve(along, &lines->lines[i], line))
            return false;
    return is_drawn(along, panel, lines, line);
}

uint64_t along_next(const struct along *along, const struct panel *panel, const struct lines *lines,
                    uint64_t last)
{
    uint64_t next = ALONG_END;
    for (size_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->lines[i];
        uint64_t place = along->place(line);
        if (place > last && place < next && is_point(along, panel, line) &&
            is_drawn(along, panel, lines, line))
            next = place;
    }
    return next;
}

int along_begin(const struct along *along, struct drawing *drawing, const char *kind)
{
    char heading[320], cells[128], size[32], runtime[LABEL_BYTES];
    drawing->picture->script = along->script;
    drawing_describe_cells(drawing, cells, sizeof cells);
    text_count(size, sizeof size, (double)drawing->panel->least_size);
    panel_describe_runtime(drawing->panel, runtime, sizeof runtime);
    snprintf(heading, sizeof heading, "%.40s%.60s: %s (size %s, %s)", drawing->panel->work, runtime,
             along->question, size, cells);
    return picture_begin(drawing->picture, drawing->panel, kind, heading);
}

void along_write_curve(const struct along *along, struct drawing *drawing, const struct line *like,
                       double at_end, struct end *end)
{
    size_t points = 0;
    *end = (struct end){0};
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        uint64_t place = along->place(line);
        double x = place == ALONG_END ? at_end : (double)place;
        struct end here;
        if (!is_same_curve(along, line, like) || !is_point(along, drawing->panel, line))
            continue;
        double ns = drawing_overhead_ns(drawing->panel, line, "warm");
        fprintf(drawing->picture->data, "%.10g\t%.6g\n", x, ns);
        drawing_note(drawing, x, ns, &here);
        *end = x >= end->x ? here : *end;
        points++;
    }
    picture_end_block(drawing->picture, points);
}
