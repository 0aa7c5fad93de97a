/* crossover.csv: what is read is written as it was, and has an axis. */
#include "bench/analyse/crossover/crossover.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct strings strings = {0};
    struct csv_rows rows = {0};
    if (read_table(&crossover_format, data, size, &strings, &rows) == 0) {
        struct crossovers crossovers = {rows.rows, rows.count};
        crossovers_complete(&crossovers);
        for (size_t i = 0; i < crossovers.count; i++)
            must(*crossovers.rows[i].axis != '\0' &&
                 crossover_compare(&crossovers.rows[i], &crossovers.rows[i]) == 0);
    }
    free(rows.rows);
    strings_free(&strings);
    return 0;
}
