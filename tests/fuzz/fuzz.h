#ifndef BREAKEVEN_TESTS_FUZZ_FUZZ_H
#define BREAKEVEN_TESTS_FUZZ_FUZZ_H

#include "bench/base/csv.h"
#include "bench/base/error.h"
#include "tests/memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What libFuzzer, or replay.c, calls for each input. Returns 0; ends the process by abort() where
 * something does not hold. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Says what does not hold, and ends the process. */
#define must(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);         \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* A refusal is of a kind of its own and one line that a terminal can show. */
static inline void must_refuse(const struct error *error)
{
    must(error->kind == ERROR_USAGE || error->kind == ERROR_NOT_COMPARABLE ||
         error->kind == ERROR_REFUSED);
    must(error->text[0] != '\0' && strlen(error->text) < sizeof error->text);
    for (const char *c = error->text; *c != '\0'; c++)
        must((unsigned char)*c >= ' ' && *c != '\x7f');
}

/* The same for a file: its path and a line come first. */
static inline void must_refuse_file(const struct error *error, const char *path)
{
    must_refuse(error);
    must(strncmp(error->text, path, strlen(path)) == 0);
    must(error->text[strlen(path)] == ':');
    must(strtoul(error->text + strlen(path) + 1, NULL, 10) > 0);
}

/* The input as a string; it ends at the first NUL. The caller frees it. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    must(text != NULL);
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

/* A table as text; the caller frees it. */
static inline char *table_text(const struct csv_format *format, const struct csv_rows *rows)
{
    char *text = NULL;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);
    must(file != NULL);
    csv_write_header(file, format);
    for (size_t i = 0; i < rows->count; i++)
        csv_write_row(file, format, (char *)rows->rows + i * format->row_bytes);
    must(fclose(file) == 0);
    return text;
}

/* Writes the input as a file, behind the format's header unless it begins as one does; most inputs
 * would fail there. Returns its path. */
static inline const char *table_file(const struct csv_format *format, const uint8_t *data,
                                     size_t size)
{
    size_t first = strlen(format->columns[0].name), bytes;
    bool has_header = size >= first && memcmp(data, format->columns[0].name, first) == 0;
    char *text = NULL;
    FILE *file = open_memstream(&text, &bytes);
    must(file != NULL);
    if (!has_header)
        csv_write_header(file, format);
    fwrite(data, 1, size, file);
    must(fclose(file) == 0);
    const char *path = memory_file(text, bytes);
    free(text);
    return path;
}

/* What is read and written is read again as the same. */
static inline void must_come_back(const struct csv_format *format, const struct csv_rows *rows)
{
    struct error error = {0};
    struct strings strings = {0};
    struct csv_rows again = {0};
    char *text = table_text(format, rows);
    must(csv_read_file(memory_file(text, strlen(text)), format, &strings, &again, &error) == 0);
    char *text_again = table_text(format, &again);
    must(again.count == rows->count && strcmp(text_again, text) == 0);
    free(text_again);
    free(text);
    free(again.rows);
    strings_free(&strings);
}

/* Reads the input as a table; -1 where it is refused, as it should be. The caller frees. */
static inline int read_table(const struct csv_format *format, const uint8_t *data, size_t size,
                             struct strings *strings, struct csv_rows *rows)
{
    struct error error = {0};
    const char *path = table_file(format, data, size);
    if (csv_read_file(path, format, strings, rows, &error) != 0) {
        must_refuse_file(&error, path);
        return -1;
    }
    must(error.kind == ERROR_NONE);
    must_come_back(format, rows);
    return 0;
}

#endif
