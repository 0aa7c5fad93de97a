#ifndef BREAKEVEN_BASE_CSV_H
#define BREAKEVEN_BASE_CSV_H

#include "bench/base/error.h"
#include "bench/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The field of a row is a double (NaN: not known), a uint64_t (CSV_UNKNOWN: not known) or a
 * const char * (never NULL). What is not known is written as an empty field. */
enum csv_type {
    CSV_NUMBER,
    CSV_AMOUNT, /* a number from 0 to CSV_MOST_AMOUNT */
    CSV_TIME,   /* from CSV_LEAST_TIME to CSV_MOST_AMOUNT: what ratios are made of is never 0 */
    CSV_RATIO,  /* of times: from 1e-30 to 1e30 */
    CSV_SHARE,  /* from 0 to 1 */
    CSV_COUNT,
    CSV_POSITIVE,       /* a count of 1 or more */
    CSV_ADDED_COUNT,    /* 0 where it is empty, as in files of before it was there */
    CSV_KNOWN_COUNT,    /* not to be read without */
    CSV_KNOWN_POSITIVE, /* the same, of 1 or more */
    CSV_TEXT,
    CSV_KNOWN_TEXT, /* never empty */
};

#define CSV_UNKNOWN UINT64_MAX
#define CSV_LEAST_TIME 1e-6
#define CSV_MOST_AMOUNT 1e18 /* 31 years in ns */

struct csv_column {
    const char *name;
    enum csv_type type;
    size_t offset;            /* of the field in the row's struct */
    const char *const *words; /* all that a text may be, up to a NULL; NULL: anything */
};

/* The column that holds a field of a row's struct. */
#define CSV_COLUMN(row, field, name, type)                                                         \
    {                                                                                              \
        name, type, offsetof(row, field), NULL                                                     \
    }

/* The same for a text that is one of these words. */
#define CSV_WORD_COLUMN(row, field, name, words)                                                   \
    {                                                                                              \
        name, CSV_KNOWN_TEXT, offsetof(row, field), words                                          \
    }

/* The same for a column that files of before it was there lack: "" where it is missing or empty. */
#define CSV_ADDED_WORD_COLUMN(row, field, name, words)                                             \
    {                                                                                              \
        name, CSV_TEXT, offsetof(row, field), words                                                \
    }

/* The one description of a kind of file: its rows are structs of row_bytes. */
struct csv_format {
    const struct csv_column *columns;
    size_t count;
    size_t row_bytes;
};

/* Rows read from a file, one struct after the other; the caller frees rows. */
struct csv_rows {
    void *rows;
    size_t count;
};

/* Write RFC 4180 with \n line ends. Errors stay in the stream (ferror). */
void csv_write_header(FILE *file, const struct csv_format *format);
void csv_write_row(FILE *file, const struct csv_format *format, const void *row);

/* Writes a file that appears whole or not at all (whole.h). */
int csv_write_file(const char *path, const struct csv_format *format, const void *rows,
                   size_t count, struct error *error);

/* Makes the texts of rows fit to be shown (text_printable); those that change are kept in strings.
 */
int csv_make_printable(const struct csv_format *format, void *rows, size_t count,
                       struct strings *strings, struct error *error);

/* What gzip adds to a file's name. Where there is no file of the name that is read, but a packed
 * one, that one is. */
#define CSV_PACKED ".gz"
bool csv_is_packed(const char *path);

/* A longer row is refused before it is read. */
#define CSV_MOST_ROW (2 << 20)

/* Takes one row that was read; it is the reader's, its texts are those in strings. */
typedef int csv_take(void *user, const void *row, struct error *error);

/* Reads a file whose header starts with the format's columns; of the last ones, those that need not
 * be known may be missing, as they are in files of before they were added; columns of other names
 * after them are passed over. Every row has as many fields as the header, and every line its end:
 * what was cut off, joined or shifted is refused. Texts are kept in strings. Each row is given to
 * take; where that fails, so does this. Errors (ERROR_USAGE; ERROR_REFUSED for memory) name file
 * and line. */
int csv_read_rows(const char *path, const struct csv_format *format, struct strings *strings,
                  csv_take *take, void *user, struct error *error);

/* The same with all rows at once, of the file's first lines or of all. bytes: where these lines
 * end. */
int csv_read_beginning(const char *path, uint64_t bytes, const struct csv_format *format,
                       struct strings *strings, struct csv_rows *out, struct error *error);
int csv_read_file(const char *path, const struct csv_format *format, struct strings *strings,
                  struct csv_rows *out, struct error *error);

#endif
