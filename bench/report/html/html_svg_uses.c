#include "bench/report/html/html_svg_uses.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 64 };

/* A name is referred to (and never may be defined then), open or closed. */
struct html_svg_name {
    char name[NAME_BYTES];
    enum { REFERRED, OPEN, CLOSED } state;
    size_t bytes;
    unsigned nested;
};

/* The name's place; it is added where it is new. HTML_SVG_MOST_IDS: there is no room. */
static size_t place_of(struct html_svg_names *names, const char *text, size_t length, bool *added)
{
    size_t at = 0;
    *added = false;
    if (length >= NAME_BYTES)
        return HTML_SVG_MOST_IDS;
    for (; at < names->count; at++)
        if (strncmp(names->names[at].name, text, length) == 0 &&
            names->names[at].name[length] == '\0')
            return at;
    if (names->names == NULL)
        names->names = calloc(HTML_SVG_MOST_IDS, sizeof *names->names);
    if (names->names == NULL || at == HTML_SVG_MOST_IDS)
        return HTML_SVG_MOST_IDS;
    memcpy(names->names[at].name, text, length);
    names->count++;
    *added = true;
    return at;
}

static bool refer(struct html_svg_names *names, struct html_svg_use *use, const char *text,
                  size_t length)
{
    bool added;
    size_t at = place_of(names, text, length, &added);
    if (at == HTML_SVG_MOST_IDS)
        return false;
    const struct html_svg_name *to = &names->names[at];
    use->bytes += to->bytes;
    use->nested = to->nested + 1 > use->nested ? to->nested + 1 : use->nested;
    return to->state != OPEN && use->bytes <= HTML_SVG_MOST_DRAWN &&
           use->nested <= HTML_SVG_MOST_NESTED;
}

/* Of several parts of one name the largest counts. */
static bool define(struct html_svg_names *names, struct html_svg_use *use, const char *text)
{
    bool added;
    size_t at = place_of(names, text, strlen(text), &added);
    if (at == HTML_SVG_MOST_IDS || use->id != HTML_SVG_MOST_IDS ||
        (!added && names->names[at].state != CLOSED))
        return false;
    names->names[at].state = OPEN;
    use->id = at;
    return true;
}

bool html_svg_note(struct html_svg_names *names, struct html_svg_use *use, const char *name,
                   const char *value)
{
    static const char within[] = "url(#";
    if (strcmp(name, "id") == 0)
        return define(names, use, value);
    if (strcmp(name, "href") == 0 || strcmp(name, "xlink:href") == 0)
        return refer(names, use, value + 1, strlen(value + 1));
    if (strncmp(value, within, strlen(within)) == 0)
        return refer(names, use, value + strlen(within), strcspn(value + strlen(within), ")"));
    return true;
}

bool html_svg_end(struct html_svg_names *names, const struct html_svg_use *use, size_t text_bytes,
                  struct html_svg_use *around)
{
    if (use->id != HTML_SVG_MOST_IDS) {
        struct html_svg_name *own = &names->names[use->id];
        size_t bytes = text_bytes + use->bytes;
        own->state = CLOSED;
        own->bytes = bytes > own->bytes ? bytes : own->bytes;
        own->nested = use->nested > own->nested ? use->nested : own->nested;
    }
    around->bytes += use->bytes;
    around->nested = use->nested > around->nested ? use->nested : around->nested;
    return around->bytes <= HTML_SVG_MOST_DRAWN;
}
