#include "bench/analyse/compare/comparison.h"

#define COLUMN(field, type) CSV_COLUMN(struct comparison, field, #field, type)
#define KEY_COLUMN(symbol, type, column, ...) KEY_COLUMN_OF(comparison, symbol, column)

const char *const quantity_names[] = {"time",      "speedup",      "overhead",
                                      "crossover", "instructions", NULL};

const char *const verdict_names[] = {"same",    "regression", "improvement", "noisy",
                                     "missing", "new",        "crashed",     NULL};

/* clang-format off */
static const struct csv_column columns[] = {
    DIMENSIONS_WORK(KEY_COLUMN)
    CSV_COLUMN(struct comparison, key.size, "size", CSV_COUNT),
    DIMENSIONS_BATCH(KEY_COLUMN)
    COLUMN(temperature, CSV_TEXT),
    CSV_WORD_COLUMN(struct comparison, quantity, "quantity", quantity_names),
    COLUMN(base, CSV_NUMBER),
    COLUMN(base_low, CSV_NUMBER),
    COLUMN(base_high, CSV_NUMBER),
    COLUMN(new, CSV_NUMBER),
    COLUMN(new_low, CSV_NUMBER),
    COLUMN(new_high, CSV_NUMBER),
    COLUMN(change, CSV_NUMBER),
    COLUMN(change_low, CSV_NUMBER),
    COLUMN(change_high, CSV_NUMBER),
    COLUMN(p, CSV_NUMBER),
    COLUMN(rounds, CSV_COUNT),
    COLUMN(fresh_change, CSV_NUMBER),
    COLUMN(fresh_low, CSV_NUMBER),
    COLUMN(fresh_high, CSV_NUMBER),
    COLUMN(fresh_p, CSV_NUMBER),
    COLUMN(fresh_rounds, CSV_COUNT),
    COLUMN(threshold, CSV_NUMBER),
    CSV_WORD_COLUMN(struct comparison, verdict, "verdict", verdict_names),
    COLUMN(more_rounds, CSV_COUNT),
    COLUMN(detail, CSV_TEXT),
    DIMENSIONS_MEMORY(KEY_COLUMN)
    DIMENSIONS_DATA(KEY_COLUMN)
    DIMENSIONS_WAITING(KEY_COLUMN)
    DIMENSIONS_ADDED(KEY_COLUMN)
    DIMENSIONS_LATEST(KEY_COLUMN)
};
/* clang-format on */

const struct csv_format comparison_format = {columns, sizeof columns / sizeof *columns,
                                             sizeof(struct comparison)};

int comparisons_read(const char *path, struct strings *strings, struct comparisons *out,
                     struct error *error)
{
    struct csv_rows rows;
    if (csv_read_file(path, &comparison_format, strings, &rows, error) != 0)
        return -1;
    *out = (struct comparisons){rows.rows, rows.count};
    for (size_t i = 0; i < out->count; i++)
        out->rows[i].key.build = "";
    return 0;
}

size_t comparisons_of(const struct comparisons *comparisons, enum verdict verdict)
{
    size_t count = 0;
    for (size_t i = 0; i < comparisons->count; i++)
        count += text_equal(comparisons->rows[i].verdict, verdict_names[verdict]);
    return count;
}

size_t comparisons_told(const struct comparisons *comparisons)
{
    return comparisons_of(comparisons, VERDICT_REGRESSION) +
           comparisons_of(comparisons, VERDICT_CRASHED) +
           comparisons_of(comparisons, VERDICT_SAME) +
           comparisons_of(comparisons, VERDICT_IMPROVEMENT);
}
