/* summary.csv as `compare` reads it: a run is never worse than itself. */
#include "bench/analyse/compare/compare.h"
#include "bench/report/table/table.h"
#include "tests/fuzz/fuzz.h"

static void compare_with_itself(const struct summaries *rows)
{
    struct error error = {0};
    struct comparisons found;
    struct compared_run run = {.summaries = *rows};
    char *text = NULL;
    size_t bytes;
    must(crossover_find(rows, &run.crossovers, &error) == 0);
    must(compare_runs(&run, &run, 0.25, &found, &error) == 0);
    must(comparisons_of(&found, VERDICT_SAME) + comparisons_of(&found, VERDICT_NOISY) ==
         found.count);
    FILE *file = open_memstream(&text, &bytes);
    must(file != NULL);
    table_print_comparison(file, &found);
    must(fclose(file) == 0);
    free(text);
    free(found.rows);
    free(run.crossovers.rows);
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
