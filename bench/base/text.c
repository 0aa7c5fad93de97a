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
    if (isnan(ns)) {
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

void text_gnuplot_quoted(FILE *file, const char *text)
{
    fputc('\'', file);
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            fputc('\'', file);
        fputc(*text == '\n' || *text == '\r' ? ' ' : *text, file);
    }
    fputc('\'', file);
}
