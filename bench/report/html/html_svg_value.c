#include "bench/report/html/html_svg_value.h"
#include "bench/base/text.h"

#include <ctype.h>
#include <string.h>

enum { MOST_ID = 64 };

/* All that is kept of a tag; `id`, `href` and viewBox are looked at on their own. */
static const char attributes[] =
    " x y x1 x2 y1 y2 dx dy cx cy r rx ry width height d points transform rotate fill fill-opacity "
    "fill-rule stroke stroke-width stroke-opacity stroke-dasharray stroke-linecap stroke-linejoin "
    "stroke-miterlimit color opacity font-family font-size font-weight font-style text-anchor "
    "dominant-baseline shape-rendering xml:space clip-path clip-rule mask filter filterUnits "
    "patternUnits flood-color flood-opacity in in2 operator result ";

bool html_svg_knows(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; (at = strstr(at, word)) != NULL; at++)
        if (at > words && at[-1] == ' ' && at[length] == ' ')
            return true;
    return false;
}

static bool write_id(FILE *out, const char *prefix, const char *before, const char *id,
                     size_t length, const char *after)
{
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)id[i]) && strchr("-_", id[i]) == NULL)
            return false;
    fprintf(out, "%s%s-%.*s%s", before, prefix, (int)length, id, after);
    return length > 0 && length < MOST_ID;
}

/* "rgb(  0, 114, 178)", "#0072B2" or "black" as 0x0072b2; -1 for all else. */
static long read_colour(const char *value)
{
    unsigned red, green, blue;
    int used = 0;
    if (strcmp(value, "black") == 0)
        return 0;
    if (sscanf(value, "rgb(%3u ,%3u ,%3u )%n", &red, &green, &blue, &used) != 3 || used == 0)
        if (sscanf(value, "#%2x%2x%2x%n", &red, &green, &blue, &used) != 3 || used != 7)
            return -1;
    return value[used] == '\0' && red < 256 && green < 256 && blue < 256
               ? (long)(red << 16 | green << 8 | blue)
               : -1;
}

/* False for what could lead out of the picture. */
static bool write_value(FILE *out, const char *prefix, const char *name, const char *value)
{
    long colour = read_colour(value);
    size_t length = strlen(value);
    fprintf(out, " %s=\"", name);
    if (colour >= 0)
        fprintf(out, "var(--c%06lx,#%06lx)", colour, colour);
    else if (strncmp(value, "url(#", 5) == 0 && value[length - 1] == ')')
        return write_id(out, prefix, "url(#", value + 5, length - 6, ")\"");
    else if (strpbrk(value, "&<:\\") != NULL || strcasestr(value, "url") != NULL)
        return false;
    else
        text_html_escaped(out, value);
    fputc('"', out);
    return true;
}

bool html_svg_attribute(FILE *out, const char *prefix, const char *name, const char *value)
{
    if (strcmp(name, "id") == 0)
        return write_id(out, prefix, " id=\"", value, strlen(value), "\"");
    if (strcmp(name, "href") == 0 || strcmp(name, "xlink:href") == 0)
        return *value == '#' &&
               write_id(out, prefix, " href=\"#", value + 1, strlen(value + 1), "\"");
    if (!html_svg_knows(attributes, name))
        return true; /* left out */
    return write_value(out, prefix, name, value);
}
