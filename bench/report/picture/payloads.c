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

/* How payload leaves the memory that the caller shares; the first is: it does not. */
static const char *const ways[] = {"", "pipe", "message"};

static const char *way_of(const struct line *line)
{
    bool stays = text_equal(line->key.transport, "shm");
    return stays ? "" : line->key.transport;
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

/* All lines whose payload goes this way. */
static void write_payload_lines(struct drawing *drawing, const char *way)
{
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        char caption[LABEL_BYTES];
        struct end end;
        if (!text_equal(way_of(line), way) ||
            !along_begins_curve(&payloads, drawing->panel, drawing->lines, i))
            continue;
        along_write_curve(&payloads, drawing, line, 0, &end);
        line_name(drawing->lines, line, caption, sizeof caption - 20);
        snprintf(caption + strlen(caption), 20, "%s%s", *way != '\0' ? " by " : "", way);
        legend_add(drawing->legend, line, caption)->end = end;
    }
}

int draw_payload(struct drawing *drawing)
{
    if (along_begin(&payloads, drawing, "payload") != 0)
        return -1;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        write_payload_lines(drawing, ways[i]);
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
