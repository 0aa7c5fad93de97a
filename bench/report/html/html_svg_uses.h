#ifndef BREAKEVEN_REPORT_HTML_HTML_SVG_USES_H
#define BREAKEVEN_REPORT_HTML_HTML_SVG_USES_H

#include <stdbool.h>
#include <stddef.h>

/* What a picture comes to once all that refers to a part of it is drawn in place: a part that uses
 * another ten times, which uses a third ten times, takes few bytes and all of a browser's memory.
 */
enum { HTML_SVG_MOST_DRAWN = 4 << 20, HTML_SVG_MOST_NESTED = 8, HTML_SVG_MOST_IDS = 1024 };

/* How much one element draws beyond its own text, and how deep its references lead. */
struct html_svg_use {
    size_t bytes;
    unsigned nested;
    size_t id; /* of its own, as html_svg_note tells it; HTML_SVG_MOST_IDS: none */
};

/* The names in one picture. Start from {0}; ends with free(names). */
struct html_svg_names {
    struct html_svg_name *names;
    size_t count;
};

/* Notes the element's id, or whom it refers to, by one attribute. False where that leads to what is
 * not closed yet: a circle, or a part that comes later. */
bool html_svg_note(struct html_svg_names *names, struct html_svg_use *use, const char *name,
                   const char *value);

/* The element has ended, with so many bytes of text: what it draws counts for the one around it.
 * False where that is too much. */
bool html_svg_end(struct html_svg_names *names, const struct html_svg_use *use, size_t text_bytes,
                  struct html_svg_use *around);

#endif
