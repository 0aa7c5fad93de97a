#include "bench/report/json.h"
#include "bench/base/json.h"

#include <math.h>

/* NULL where the field is not known. */
static json_t *make_field(const struct csv_column *column, const void *field)
{
    switch (column->type) {
    case CSV_TEXT:
    case CSV_KNOWN_TEXT:
        return json_of_text(*(const char *const *)field);
    case CSV_COUNT:
    case CSV_POSITIVE:
    case CSV_ADDED_COUNT:
    case CSV_KNOWN_COUNT:
    case CSV_KNOWN_POSITIVE: {
        uint64_t count = *(const uint64_t *)field;
        return count <= INT64_MAX ? json_integer((json_int_t)count) : NULL;
    }
    case CSV_NUMBER:
    case CSV_AMOUNT:
    case CSV_TIME:
    case CSV_RATIO:
    case CSV_SHARE:
        return isfinite(*(const double *)field) ? json_real(*(const double *)field) : NULL;
    }
    return NULL;
}

static json_t *make_rows(const struct csv_format *format, const void *rows, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        const char *row = (const char *)rows + i * format->row_bytes;
        json_t *object = json_object();
        for (size_t k = 0; k < format->count; k++) {
            json_t *field = make_field(&format->columns[k], row + format->columns[k].offset);
            if (field != NULL)
                json_object_set_new(object, format->columns[k].name, field);
        }
        json_array_append_new(array, object);
    }
    return array;
}

static int print_root(FILE *file, json_t *root, struct error *error)
{
    if (root == NULL)
        return fail(error, ERROR_REFUSED, "report: out of memory");
    json_dumpf(root, file, JSON_INDENT(1) | JSON_REAL_PRECISION(9)); /* errors stay in the stream */
    fputc('\n', file);
    json_decref(root);
    return 0;
}

int json_print_floors(FILE *file, const char *folder, const struct findings *found,
                      struct error *error)
{
    const struct floor_rows *floors = &found->floors;
    json_t *root = json_pack("{s:o, s:o}", "folder", json_of_text(folder), "floors",
                             make_rows(&floor_format, floors->rows, floors->count));
    return print_root(file, root, error);
}

int json_print(FILE *file, const char *folder, const struct findings *found, struct error *error)
{
    const struct summaries *summaries = &found->summaries;
    const struct crossovers *crossovers = &found->crossovers;
    const struct cost_fits *cost_fits = &found->cost_fits;
    const struct scalings *scalings = &found->scalings;
    json_t *root =
        json_pack("{s:o, s:o, s:o, s:o, s:o}", "folder", json_of_text(folder), "crossovers",
                  make_rows(&crossover_format, crossovers->rows, crossovers->count), "laws",
                  make_rows(&cost_fit_format, cost_fits->rows, cost_fits->count), "scaling",
                  make_rows(&scaling_format, scalings->rows, scalings->count), "cells",
                  make_rows(&summary_format, summaries->rows, summaries->count));
    return print_root(file, root, error);
}
