/* law.csv: what is read is written as it was. */
#include "bench/analyse/crossover/cost_fit.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct strings strings = {0};
    struct csv_rows rows = {0};
    read_table(&cost_fit_format, data, size, &strings, &rows);
    free(rows.rows);
    strings_free(&strings);
    return 0;
}
