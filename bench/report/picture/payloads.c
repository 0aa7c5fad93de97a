/* Overhead against payload. */
#include "bench/report/picture/drawing.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static uint64_t payload_of(const struct line *line)
{
    return line->key.payload_in + line->key.payload_out;
}

static bool is_piped(const struct line *line)
{
    return text_equal(line->key.transport, "pipe");
}

/* The next payload above `last` whose cost was measured; UINT64_MAX where there is none. */
static uint64_t next_payload(const struct panel *panel, const struct lines *lines, uint64_t last)
{
    uint64_t next = UINT64_MAX;
    for (size_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->lines[i];
        uint64_t payload = payload_of(line);
        if (payload > last && payload < next && !key_is_baseline(&line->key) &&
            isfinite(drawing_overhead_ns(panel, line, "warm")))
            next = payload;
    }
    return next;
}

/* The payloads as an axis: "64Ki" at 65536. */
static void write_payload_axis(const struct drawing *drawing)
{
    FILE *file = drawing->picture->commands;
    uint64_t least = next_payload(drawing->panel, drawing->lines, 0), most = least;
    const char *comma = "";
    fprintf(file, "set xtics (");
    for (uint64_t bytes = least; bytes != UINT64_MAX;
         bytes = next_payload(drawing->panel, drawing->lines, bytes)) {
        char label[32];
        text_bytes(label, sizeof label, bytes);
        fprintf(file, "%s'%s' %llu", comma, label, (unsigned long long)bytes);
        comma = ", ";
        most = bytes;
    }
    fprintf(file, ")\nleast = %llu\nmost = %llu\n", (unsigned long long)least,
            (unsigned long long)most);
}

/* True where nothing but payload tells the lines apart. */
static bool same_but_payload(const struct line *a, const struct line *b)
{
    return key_compare_but(&a->key, &b->key,
                           DIMENSION_BIT(payload_in) | DIMENSION_BIT(payload_out) |
                               DIMENSION_BIT(size) | DIMENSION_BIT(workers)) == 0;
}

/* Writes the overheads of all payloads of a line as a block. False where it has no point. */
static bool write_payload_block(struct drawing *drawing, const struct line *like, struct end *end)
{
    const struct panel *panel = drawing->panel;
    size_t points = 0;
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        double overhead_ns =
            same_but_payload(line, like) ? drawing_overhead_ns(panel, line, "warm") : NAN;
        if (payload_of(line) == 0 || !isfinite(overhead_ns))
            continue;
        fprintf(drawing->picture->data, "%llu\t%.6g\n", (unsigned long long)payload_of(line),
                overhead_ns);
        drawing_note(drawing, (double)payload_of(line), overhead_ns, end);
        points++;
    }
    return picture_end_block(drawing->picture, points);
}

/* True where an earlier line has the same block. */
static bool is_written(const struct lines *lines, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (payload_of(&lines->lines[i]) > 0 &&
            same_but_payload(&lines->lines[i], &lines->lines[index]))
            return true;
    return false;
}

/* All lines that stay in shared memory or all that do not. */
static void write_payload_lines(struct drawing *drawing, bool piped)
{
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        char caption[LABEL_BYTES];
        struct end end;
        if (key_is_baseline(&line->key) || payload_of(line) == 0 || is_piped(line) != piped ||
            is_written(drawing->lines, i) || !write_payload_block(drawing, line, &end))
            continue;
        line_name(drawing->lines, line, caption, sizeof caption - 20);
        strcat(caption, piped ? " by pipe" : "");
        legend_add(drawing->legend, line, caption)->end = end;
    }
}

int draw_payload(struct drawing *drawing)
{
    char heading[320], cells[128], size[32], runtime[LABEL_BYTES];
    drawing->picture->script = "payload";
    drawing_describe_cells(drawing, cells, sizeof cells);
    text_count(size, sizeof size, (double)drawing->panel->least_size);
    panel_describe_runtime(drawing->panel, runtime, sizeof runtime);
    snprintf(heading, sizeof heading, "%.40s%.60s: what does moving data cost? (size %s, %s)",
             drawing->panel->work, runtime, size, cells);
    if (picture_begin(drawing->picture, drawing->panel, "payload", heading) != 0)
        return -1;
    write_payload_lines(drawing, false);
    write_payload_lines(drawing, true);
    legend_write(drawing->picture, drawing->legend);
    drawing_write_log_axis(drawing);
    write_payload_axis(drawing);
    return picture_end(drawing->picture);
}

bool drawing_has_payloads(const struct panel *panel, const struct lines *lines)
{
    uint64_t least = next_payload(panel, lines, 0);
    return next_payload(panel, lines, least) != UINT64_MAX;
}
