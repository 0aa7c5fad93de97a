#include "bench/report/html/html_svg.h"
#include "bench/base/text.h"
#include "bench/report/html/html_svg_uses.h"
#include "bench/report/html/html_svg_value.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DEPTH = 32, MOST_NAME = 24 };

/* All that gnuplot draws with. */
static const char elements[] = " svg g path rect circle ellipse line polygon polyline text tspan "
                               "use defs filter feFlood feComposite clipPath pattern mask ";

/* Where the picture is being read, and what is open. */
struct scanner {
    const char *at;
    FILE *out;
    const char *prefix;
    const struct html_alt *alt;
    char open[MOST_DEPTH][MOST_NAME];
    const char *begin[MOST_DEPTH];            /* of what is open */
    struct html_svg_use uses[MOST_DEPTH + 1]; /* [0]: of the whole */
    struct html_svg_names names;
    size_t depth;
    bool ended; /* the svg element was closed */
};

static void skip_blanks(struct scanner *scanner)
{
    scanner->at += strspn(scanner->at, " \t\r\n");
}

/* Goes behind the next `end`; false where there is none. */
static bool skip_to(struct scanner *scanner, const char *end)
{
    const char *found = strstr(scanner->at, end);
    scanner->at = found != NULL ? found + strlen(end) : scanner->at;
    return found != NULL;
}

/* Reads a name of an element or an attribute. */
static bool read_name(struct scanner *scanner, char name[MOST_NAME])
{
    size_t length = 0;
    for (; isalnum((unsigned char)scanner->at[length]) || strchr("-_:", scanner->at[length]);
         length++)
        if (length + 1 >= MOST_NAME || scanner->at[length] == '\0')
            return false;
    memcpy(name, scanner->at, length);
    name[length] = '\0';
    scanner->at += length;
    return length > 0;
}

/* ------------------------------------------------------------------------------- tags */

/* Reads NAME = "value" and hands it on; the value is cut out of the text. */
static bool read_attribute(struct scanner *scanner, char name[MOST_NAME], char **value)
{
    char quote;
    if (!read_name(scanner, name))
        return false;
    skip_blanks(scanner);
    if (*scanner->at++ != '=')
        return false;
    skip_blanks(scanner);
    quote = *scanner->at;
    const char *end = quote == '"' || quote == '\'' ? strchr(scanner->at + 1, quote) : NULL;
    if (end == NULL)
        return false;
    *value = strndup(scanner->at + 1, (size_t)(end - scanner->at - 1));
    scanner->at = end + 1;
    return *value != NULL;
}

/* Of the svg element itself only the viewBox counts. */
static bool write_box(struct scanner *scanner, const char *value)
{
    if (value[strspn(value, "0123456789. ")] != '\0')
        return false;
    fprintf(scanner->out, " viewBox=\"%s\"", value);
    return true;
}

static void write_alt(struct scanner *scanner)
{
    const char *prefix = scanner->prefix;
    fprintf(scanner->out,
            " role=\"img\" aria-labelledby=\"%s-title %s-desc\"><title id=\"%s-title\">", prefix,
            prefix, prefix);
    text_html_escaped(scanner->out, scanner->alt->title);
    fprintf(scanner->out, "</title><desc id=\"%s-desc\">", prefix);
    text_html_escaped(scanner->out, scanner->alt->description);
    fputs("</desc>", scanner->out);
}

/* All attributes of a tag, up to its > or />. */
static bool read_attributes(struct scanner *scanner, bool root, struct html_svg_use *use)
{
    bool boxed = false, good = true;
    for (skip_blanks(scanner); good && *scanner->at != '>' && *scanner->at != '/';
         skip_blanks(scanner)) {
        char name[MOST_NAME], *value = NULL;
        if (!read_attribute(scanner, name, &value))
            return false;
        if (!root)
            good = html_svg_attribute(scanner->out, scanner->prefix, name, value) &&
                   html_svg_note(&scanner->names, use, name, value);
        else if (strcmp(name, "viewBox") == 0)
            good = !boxed && (boxed = write_box(scanner, value));
        free(value);
    }
    return good && (boxed || !root);
}

/* The element that has ended draws so much within the one that is open. */
static bool end_element(struct scanner *scanner, const struct html_svg_use *use, const char *begin)
{
    return html_svg_end(&scanner->names, use, (size_t)(scanner->at - begin),
                        &scanner->uses[scanner->depth]);
}

static bool open_tag(struct scanner *scanner)
{
    const char *begin = scanner->at;
    char name[MOST_NAME];
    struct html_svg_use use = {.id = HTML_SVG_MOST_IDS};
    bool root = scanner->depth == 0;
    if (!read_name(scanner, name))
        return false;
    if (strcmp(name, "title") == 0 || strcmp(name, "desc") == 0)
        return skip_to(scanner, name[0] == 't' ? "</title>" : "</desc>");
    if (!html_svg_knows(elements, name) || root != (strcmp(name, "svg") == 0) ||
        scanner->depth == MOST_DEPTH || scanner->ended)
        return false;
    fprintf(scanner->out, "<%s", name);
    if (!read_attributes(scanner, root, &use))
        return false;
    bool closed = *scanner->at == '/';
    scanner->at += closed;
    if (*scanner->at++ != '>')
        return false;
    if (root)
        write_alt(scanner);
    else
        fputs(closed ? "/>" : ">", scanner->out);
    if (closed)
        return !root && end_element(scanner, &use, begin);
    scanner->begin[scanner->depth] = begin;
    strcpy(scanner->open[scanner->depth++], name);
    scanner->uses[scanner->depth] = use;
    return true;
}

static bool close_tag(struct scanner *scanner)
{
    char name[MOST_NAME];
    if (!read_name(scanner, name) || scanner->depth == 0 ||
        strcmp(name, scanner->open[scanner->depth - 1]) != 0)
        return false;
    skip_blanks(scanner);
    fprintf(scanner->out, "</%s>", name);
    struct html_svg_use use = scanner->uses[scanner->depth];
    scanner->ended = --scanner->depth == 0;
    return *scanner->at++ == '>' && end_element(scanner, &use, scanner->begin[scanner->depth]);
}

/* ------------------------------------------------------------------------------- texts */

static bool in_text(const struct scanner *scanner)
{
    const char *open = scanner->depth > 0 ? scanner->open[scanner->depth - 1] : "";
    return strcmp(open, "text") == 0 || strcmp(open, "tspan") == 0;
}

/* Writes so many characters; an & must begin one of XML's own references. */
static bool write_text(struct scanner *scanner, const char *text, size_t length)
{
    static const char *const references[] = {"&lt;", "&gt;", "&amp;", "&quot;", "&apos;"};
    char *copy = strndup(text, length);
    bool good = copy != NULL;
    for (char *c = copy; good && *c != '\0';) {
        size_t plain = strcspn(c, "&"), reference = 0;
        char held = c[plain];
        c[plain] = '\0';
        text_html_escaped(scanner->out, c);
        c[plain] = held;
        c += plain;
        for (size_t i = 0; i < sizeof references / sizeof *references; i++)
            if (strncmp(c, references[i], strlen(references[i])) == 0)
                reference = strlen(references[i]);
        good = *c == '\0' || reference > 0;
        fwrite(c, 1, reference, scanner->out);
        c += reference;
    }
    free(copy);
    return good;
}

static bool read_text(struct scanner *scanner)
{
    size_t length = strcspn(scanner->at, "<");
    const char *text = scanner->at;
    scanner->at += length;
    return in_text(scanner) ? write_text(scanner, text, length) : strspn(text, " \t\r\n") >= length;
}

static bool read_cdata(struct scanner *scanner)
{
    const char *text = scanner->at, *end = strstr(text, "]]>");
    char *copy = end != NULL && in_text(scanner) ? strndup(text, (size_t)(end - text)) : NULL;
    if (copy == NULL)
        return false;
    text_html_escaped(scanner->out, copy);
    free(copy);
    scanner->at = end + 3;
    return true;
}

static bool begins(struct scanner *scanner, const char *with)
{
    bool does = strncmp(scanner->at, with, strlen(with)) == 0;
    scanner->at += does ? strlen(with) : 0;
    return does;
}

static bool read_picture(struct scanner *scanner)
{
    bool good = true;
    while (good && *scanner->at != '\0') {
        if (begins(scanner, "<![CDATA["))
            good = read_cdata(scanner);
        else if (begins(scanner, "<!--"))
            good = skip_to(scanner, "-->");
        else if (begins(scanner, "<?") || begins(scanner, "<!DOCTYPE"))
            good = scanner->depth == 0 && skip_to(scanner, ">");
        else if (begins(scanner, "</"))
            good = close_tag(scanner);
        else if (begins(scanner, "<"))
            good = open_tag(scanner);
        else
            good = read_text(scanner);
    }
    return good && scanner->ended;
}

char *html_svg(const char *text, const char *prefix, const struct html_alt *alt)
{
    char *out = NULL;
    size_t bytes = 0;
    struct scanner scanner = {
        .at = text, .out = open_memstream(&out, &bytes), .prefix = prefix, .alt = alt};
    if (scanner.out == NULL)
        return NULL;
    bool good = read_picture(&scanner);
    free(scanner.names.names);
    good = !ferror(scanner.out) && good;
    good = fclose(scanner.out) == 0 && good;
    if (good)
        return out;
    free(out);
    return NULL;
}
