/* summary.csv as `compare` reads it: a run is never worse than itself. */
#include "bench/analyse/compare.h"
#include "bench/analyse/speedup.h"
#include "bench/report/table.h"
#include "tests/fuzz/fuzz.h"

static void compare_with_itself(const struct summaries *run)
{
    struct error error = {0};
    struct comparisons found;
    char *text = NULL;
    size_t bytes;
    must(compare_runs(run, run, &found, &error) == 0);
    must(found.worse == 0 && found.better == 0 && found.missing == 0);
    FILE *file = open_memstream(&text, &bytes);
    must(file != NULL);
    table_print_comparison(file, &found);
    must(fclose(file) == 0);
    free(text);
    free(found.rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct strings strings = {0};
    struct csv_rows rows = {0};
    if (read_table(&summary_format, data, size, &strings, &rows) == 0) {
        struct summaries run = {rows.rows, rows.count};
        if (run.count > 0)
            qsort(run.rows, run.count, sizeof *run.rows, summary_compare);
        compare_with_itself(&run);
    }
    free(rows.rows);
    strings_free(&strings);
    return 0;
}
