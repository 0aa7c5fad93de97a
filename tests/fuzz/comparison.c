/* comparison.csv: what is read is written as it was, and can be told. */
#include "bench/report/table/table.h"
#include "tests/fuzz/fuzz.h"

/* The table as text that a terminal can show; its last line is the verdict. */
static void must_be_told(struct comparisons *comparisons, struct strings *strings)
{
    struct error error = {0};
    char *text = NULL;
    size_t bytes;
    must(csv_make_printable(&comparison_format, comparisons->rows, comparisons->count, strings,
                            &error) == 0);
    FILE *file = open_memstream(&text, &bytes);
    must(file != NULL);
    table_print_comparison(file, comparisons);
    must(fclose(file) == 0);
    must(bytes > 0 && text[bytes - 1] == '\n');
    for (const char *c = text; *c != '\0'; c++)
        must(*c == '\n' || ((unsigned char)*c >= ' ' && *c != '\x7f'));
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {0};
    struct strings strings = {0};
    struct csv_rows rows = {0};
    struct comparisons comparisons = {0};
    if (read_table(&comparison_format, data, size, &strings, &rows) == 0) {
        must(comparisons_read(table_file(&comparison_format, data, size), &strings, &comparisons,
                              &error) == 0);
        must(comparisons.count == rows.count);
        must_be_told(&comparisons, &strings);
    }
    free(comparisons.rows);
    free(rows.rows);
    strings_free(&strings);
    return 0;
}
