/* Overhead against payload. */
#include "bench/report/picture/along.h"

#include <stdio.h>
#include <string.h>

static uint64_t payload_of(const struct line *line)
{
    return line->key.payload_in + line->key.payload_out;
}

static const struct along payloads = {
    .script = "payload",
    .question = "what does moving data cost?",
    .place = payload_of,
    .apart = {DIMENSION_payload_in, DIMENSION_payload_out},
    .least_points = 1,
};

static bool is_piped(const struct line *line)
{
    return text_equal(line->key.transport, "pipe");
}

/* The payloads as an axis: "64Ki" at 65536. */
static void write_payload_axis(const struct drawing *drawing)
{
    FILE *file = drawing->picture->commands;
    uint64_t least = along_next(&payloads, drawing->panel, drawing->lines, 0), most = least;
    const char *comma = "";
    fprintf(file, "set xtics (");
    for (uint64_t bytes = least; bytes != ALONG_END;
         bytes = along_next(&payloads, drawing->panel, drawing->lines, bytes)) {
        char label[32];
        text_bytes(label, sizeof label, bytes);
        fprintf(file, "%s'%s' %llu", comma, label, (unsigned long long)bytes);
        comma = ", ";
        most = bytes;
    }
    fprintf(file, ")\nleast = %llu\nmost = %llu\n", (unsigned long long)least,
            (unsigned long long)most);
}

/* All lines that stay in shared memory or all that do not. */
static void write_payload_lines(struct drawing *drawing, bool piped)
{
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        char caption[LABEL_BYTES];
        struct end end;
        if (is_piped(line) != piped ||
            !along_begins_curve(&payloads, drawing->panel, drawing->lines, i))
            continue;
        along_write_curve(&payloads, drawing, line, 0, &end);
        line_name(drawing->lines, line, caption, sizeof caption - 20);
        strcat(caption, piped ? " by pipe" : "");
        legend_add(drawing->legend, line, caption)->end = end;
    }
}

int draw_payload(struct drawing *drawing)
{
    if (along_begin(&payloads, drawing, "payload") != 0)
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
    uint64_t least = along_next(&payloads, panel, lines, 0);
    return along_next(&payloads, panel, lines, least) != ALONG_END;
}
