#include "bench/report/export/threshold_names.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What all names tell. */
#define IN_EVERY_NAME (DIMENSION_BIT(work) | DIMENSION_BIT(strategy) | DIMENSION_BIT(workers))

/* "_" and the text in capitals; what no identifier holds becomes "_". */
static void put_part(FILE *file, const char *text)
{
    fputc('_', file);
    for (const char *c = text; *c != '\0'; c++)
        fputc(isalnum((unsigned char)*c) ? toupper((unsigned char)*c) : '_', file);
}

static void put_dimension(FILE *file, const struct key *key, enum dimension dimension)
{
    put_part(file, dimension_rows[dimension].name);
    if (key_lacks(key, dimension))
        put_part(file, "none");
    else if (dimension_rows[dimension].is_text)
        put_part(file, key_text(key, dimension));
    else
        fprintf(file, "_%" PRIu64, key_count(key, dimension));
}

/* The name with these dimensions, and a number where it is above 1. NULL where memory is exhausted.
 */
static const char *make_name(const struct threshold *threshold, dimension_set told, size_t number,
                             struct strings *strings)
{
    char *text = NULL;
    size_t bytes;
    const char *kept = NULL;
    FILE *file = open_memstream(&text, &bytes);
    if (file == NULL)
        return NULL;
    fputs("BREAKEVEN", file);
    put_part(file, threshold->key.work);
    put_part(file, threshold->key.strategy);
    fprintf(file, "_W%" PRIu64, threshold->key.workers);
    put_part(file, threshold->temperature);
    if (threshold->axis != DIMENSION_size)
        put_part(file, dimension_rows[threshold->axis].name);
    for (enum dimension i = 0; i < DIMENSION_ROWS; i++)
        if ((told & dimension_bit(i)) != 0)
            put_dimension(file, &threshold->key, i);
    if (number > 1)
        fprintf(file, "_%zu", number);
    if (fclose(file) == 0)
        kept = strings_keep(strings, text);
    free(text);
    return kept;
}

static dimension_set difference(const struct key *a, const struct key *b)
{
    dimension_set set = 0;
    for (enum dimension i = 0; i < DIMENSION_ROWS; i++) {
        bool same = dimension_rows[i].is_text ? text_equal(key_text(a, i), key_text(b, i))
                                              : key_count(a, i) == key_count(b, i);
        if (!same)
            set |= dimension_bit(i);
    }
    return set & ~IN_EVERY_NAME;
}

/* What those that are called so by their work, strategy, workers and temperature differ in. Equal
 * names are one kept string. */
static dimension_set differences_of(const struct thresholds *thresholds, size_t row)
{
    const struct threshold *own = &thresholds->rows[row];
    dimension_set set = 0;
    for (size_t i = 0; i < thresholds->count; i++)
        if (thresholds->rows[i].name == own->name)
            set |= difference(&own->key, &thresholds->rows[i].key);
    return set & ~dimension_bit(own->axis);
}

/* Where it is not serial, the baseline: so names in serial's runtime are the same whatever else was
 * measured. */
static dimension_set told_always(const struct key *key)
{
    return *key->baseline != '\0' ? DIMENSION_BIT(baseline) : 0;
}

static bool is_taken(const struct thresholds *thresholds, size_t rows, const char *name)
{
    for (size_t i = 0; i < rows; i++)
        if (thresholds->rows[i].name == name)
            return true;
    return false;
}

int threshold_names_make(struct thresholds *thresholds, struct strings *strings,
                         struct error *error)
{
    dimension_set *told = calloc(thresholds->count + 1, sizeof *told);
    bool whole = told != NULL;
    for (size_t i = 0; whole && i < thresholds->count; i++) {
        told[i] = told_always(&thresholds->rows[i].key);
        thresholds->rows[i].name = make_name(&thresholds->rows[i], told[i], 0, strings);
        whole = thresholds->rows[i].name != NULL;
    }
    for (size_t i = 0; whole && i < thresholds->count; i++)
        told[i] |= differences_of(thresholds, i);
    for (size_t i = 0; whole && i < thresholds->count; i++) {
        struct threshold *row = &thresholds->rows[i];
        size_t number = 1;
        do {
            row->name = make_name(row, told[i], number++, strings);
            whole = row->name != NULL;
        } while (whole && is_taken(thresholds, i, row->name));
    }
    free(told);
    return whole ? 0 : fail(error, ERROR_REFUSED, "export: out of memory");
}
