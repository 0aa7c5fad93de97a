#include "bench/base/text.h"

#include <math.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

static int compare_strings(const void *a, const void *b)
{
    return strcmp(a, b);
}

const char *strings_keep(struct strings *strings, const char *text)
{
    void *found = tfind(text, &strings->root, compare_strings);
    if (found != NULL)
        return *(char **)found;
    char *copy = strdup(text);
    if (copy == NULL)
        return NULL;
    if (tsearch(copy, &strings->root, compare_strings) == NULL) {
        free(copy);
        return NULL;
    }
    return copy;
}

void strings_free(struct strings *strings)
{
    tdestroy(strings->root, free);
    strings->root = NULL;
}

const char *text_plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

bool text_equal(const char *a, const char *b)
{
    return a == b || strcmp(a, b) == 0;
}

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Levenshtein distance with one row; names longer than the row count as far. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t row[64], length = strlen(b);
    if (length >= sizeof row / sizeof row[0])
        return SIZE_MAX;
    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t above = row[j];
            row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[length];
}

const char *text_nearest(const char *name, const char *const known[], size_t count)
{
    const char *nearest = NULL;
    size_t half = strlen(name) / 2, least = (half > 2 ? half : 2) + 1; /* beyond is too far */
    for (size_t i = 0; i < count; i++) {
        size_t distance = edit_distance(name, known[i]);
        if (distance < least) {
            least = distance;
            nearest = known[i];
        }
    }
    return nearest;
}

/* "; known are a, b, c"; nothing where that does not fit. */
static void list_known(char *text, size_t bytes, const char *const known[], size_t count)
{
    size_t used = (size_t)snprintf(text, bytes, "; known are ");
    for (size_t i = 0; i < count && used < bytes; i++)
        used += (size_t)snprintf(text + used, bytes - used, "%s%s", i > 0 ? ", " : "", known[i]);
    if (used >= bytes)
        *text = '\0';
}

void text_suggestion(char *text, size_t bytes, const char *name, const char *const known[],
                     size_t count)
{
    const char *nearest = text_nearest(name, known, count);
    if (nearest == NULL)
        list_known(text, bytes, known, count);
    else
        snprintf(text, bytes, "; did you mean '%s'?", nearest);
}

void text_duration(char *text, size_t bytes, double ns)
{
    static const struct {
        double ns;
        const char *unit;
    } units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}};
    if (!isfinite(ns)) {
        snprintf(text, bytes, "-");
        return;
    }
    size_t unit = 0;
    while (unit < 3 && fabs(ns) < 0.9995 * units[unit].ns)
        unit++;
    double value = ns / units[unit].ns;
    int decimals = fabs(value) < 9.995 ? 2 : fabs(value) < 99.95 ? 1 : 0;
    snprintf(text, bytes, "%.*f %s", decimals, value, units[unit].unit);
}

void text_count(char *text, size_t bytes, double count)
{
    double power = count >= 1000 ? floor(log10(count) + 1e-9) : 0;
    double mantissa = count / pow(10, power);
    if (isnan(count))
        snprintf(text, bytes, "-");
    else if (count >= 1000 && fabs(mantissa - round(mantissa)) < 1e-9)
        snprintf(text, bytes, "%.0fe%.0f", mantissa, power);
    else
        snprintf(text, bytes, "%.0f", count);
}

void text_size(char *text, size_t bytes, double size)
{
    static const char *const units[] = {"", "k", "M", "G", "T", "P", "E"};
    size_t unit = 0;
    if (isnan(size)) {
        snprintf(text, bytes, "-");
        return;
    }
    for (; unit < 6 && size >= 999.5; unit++)
        size /= 1000;
    snprintf(text, bytes, "%.3g%s", size, units[unit]);
}

void text_bytes(char *text, size_t room, uint64_t bytes)
{
    static const char *const units[] = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    size_t unit = 0;
    uint64_t count = bytes;
    for (; count >= 1024 && count % 1024 == 0; unit++)
        count /= 1024;
    if (count < 1024)
        snprintf(text, room, "%llu%s", (unsigned long long)count, units[unit]);
    else
        text_size(text, room, (double)bytes);
}

/* The code point of a UTF-8 sequence of so many bytes; 0 where they are none or too long for it. */
static uint32_t decode(const unsigned char *text, size_t length)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t code = length == 1 ? *text : *text & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (text[i] & 0x3f);
    }
    return code >= least[length] ? code : 0;
}

/* Bytes of the character at text; 0 where its first byte must be made visible: controls, what is
 * not UTF-8, and what XML does not allow. */
static size_t printable_bytes(const char *text)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t length = *bytes < 0x80   ? 1
                    : *bytes < 0xc0 ? 0
                    : *bytes < 0xe0 ? 2
                    : *bytes < 0xf0 ? 3
                                    : 4;
    if (length == 0 || *bytes >= 0xf8)
        return 0;
    uint32_t code = decode(bytes, length);
    bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
    bool separator = code == 0x2028 || code == 0x2029;
    bool direction = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
    bool nothing =
        (code >= 0xd800 && code < 0xe000) || (code & 0xfffe) == 0xfffe || code > 0x10ffff;
    return control || separator || direction || nothing ? 0 : length;
}

void text_printable(char *out, size_t bytes, const char *text)
{
    size_t used = 0;
    while (*text != '\0') {
        char escape[8];
        size_t length = printable_bytes(text), taken = length > 0 ? length : 1;
        const char *piece = text;
        if (length == 0) {
            length = (size_t)snprintf(escape, sizeof escape, "\\x%02x", (unsigned char)*text);
            piece = escape;
        }
        if (used + length >= bytes)
            break;
        memcpy(out + used, piece, length);
        used += length;
        text += taken;
    }
    if (bytes > 0)
        out[used] = '\0';
}

void text_clipped(char *out, size_t bytes, const char *text, size_t most)
{
    size_t length = strlen(text), room = most + 1 < bytes ? most + 1 : bytes;
    text_printable(out, length > most ? room : bytes, text);
    size_t used = strlen(out);
    if (length > most)
        snprintf(out + used, bytes - used, " ... (%zu more characters)", length - used);
}

/* An apostrophe is joined on: gnuplot does not read one that is doubled behind the opening one.
 * "]]>" must not stand in XML, and gnuplot does not see to that. */
void text_gnuplot_quoted(FILE *file, const char *text)
{
    fputc('\'', file);
    for (const char *c = text; *c != '\0';) {
        size_t length = printable_bytes(c);
        bool ends_cdata = *c == '>' && c - text >= 2 && c[-1] == ']' && c[-2] == ']';
        if (*c == '\n' || *c == '\r')
            fputc(' ', file);
        else if (length == 0 || ends_cdata)
            fprintf(file, "\\x%02x", (unsigned char)*c);
        else if (*c == '\'')
            fputs("'.\"\\047\".'", file);
        else
            fwrite(c, 1, length, file);
        c += length > 0 ? length : 1;
    }
    fputc('\'', file);
}

/* What stands for a character that acts in HTML; NULL for others. */
static const char *html_entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\n':
    case '\r':
    case '\t':
        return " ";
    default:
        return NULL;
    }
}

void text_html_escaped(FILE *file, const char *text)
{
    for (const char *c = text; *c != '\0';) {
        size_t length = printable_bytes(c);
        const char *entity = html_entity(*c);
        if (entity != NULL)
            fputs(entity, file);
        else if (length == 0)
            fprintf(file, "\\x%02x", (unsigned char)*c);
        else
            fwrite(c, 1, length, file);
        c += length > 0 ? length : 1;
    }
}

/* Columns that a text of so many bytes takes: UTF-8 goes on in bytes that take none. */
static size_t columns_of(const char *text, size_t bytes)
{
    size_t columns = 0;
    for (size_t i = 0; i < bytes; i++)
        columns += ((unsigned char)text[i] & 0xc0) != 0x80;
    return columns;
}

void text_fold(FILE *file, const char *text, const char *first, const char *rest, size_t columns)
{
    size_t used = columns_of(first, strlen(first));
    bool begun = false;
    fputs(first, file);
    for (const char *word = text + strspn(text, " "); *word != '\0'; word += strspn(word, " ")) {
        size_t bytes = strcspn(word, " "), wide = columns_of(word, bytes);
        if (begun && used + 1 + wide > columns) {
            fprintf(file, "\n%s", rest);
            used = columns_of(rest, strlen(rest));
        } else if (begun) {
            fputc(' ', file);
            used++;
        }
        fwrite(word, 1, bytes, file);
        used += wide;
        word += bytes;
        begun = true;
    }
    fputc('\n', file);
}
