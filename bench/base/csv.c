#include "bench/base/csv.h"
#include "bench/base/whole.h"

#include <csv.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void write_field(FILE *file, enum csv_type type, const void *field)
{
    if (type == CSV_TEXT) {
        const char *text = *(const char *const *)field;
        if (text[strcspn(text, ",\"\r\n")] != '\0')
            csv_fwrite(file, text, strlen(text));
        else
            fputs(text, file);
    } else if (type == CSV_COUNT) {
        uint64_t count = *(const uint64_t *)field;
        if (count != CSV_UNKNOWN)
            fprintf(file, "%llu", (unsigned long long)count);
    } else if (isfinite(*(const double *)field)) {
        fprintf(file, "%.9g", *(const double *)field);
    }
}

void csv_write_header(FILE *file, const struct csv_format *format)
{
    for (size_t i = 0; i < format->count; i++)
        fprintf(file, "%s%s", i > 0 ? "," : "", format->columns[i].name);
    fputc('\n', file);
}

void csv_write_row(FILE *file, const struct csv_format *format, const void *row)
{
    for (size_t i = 0; i < format->count; i++) {
        if (i > 0)
            fputc(',', file);
        write_field(file, format->columns[i].type, (const char *)row + format->columns[i].offset);
    }
    fputc('\n', file);
}

int csv_write_file(const char *path, const struct csv_format *format, const void *rows,
                   size_t count, struct error *error)
{
    struct whole whole;
    if (whole_open(&whole, path, error) != 0)
        return -1;
    csv_write_header(whole.stream, format);
    for (size_t i = 0; i < count; i++)
        csv_write_row(whole.stream, format, (const char *)rows + i * format->row_bytes);
    return whole_close(&whole, error);
}

static int make_printable(const char **text, struct strings *strings, struct error *error)
{
    size_t room = 4 * strlen(*text) + 1;
    char *shown = malloc(room);
    if (shown != NULL)
        text_printable(shown, room, *text);
    if (shown != NULL && !text_equal(shown, *text))
        *text = strings_keep(strings, shown);
    bool lost = shown == NULL || *text == NULL;
    free(shown);
    return lost ? fail(error, EXIT_REFUSED, "report: out of memory") : 0;
}

int csv_make_printable(const struct csv_format *format, void *rows, size_t count,
                       struct strings *strings, struct error *error)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < format->count; k++) {
            char *row = (char *)rows + i * format->row_bytes;
            void *field = row + format->columns[k].offset;
            if (format->columns[k].type == CSV_TEXT && make_printable(field, strings, error) != 0)
                return -1;
        }
    return 0;
}

struct reader {
    const char *path;
    const struct csv_format *format;
    struct strings *strings;
    struct csv_rows out;
    size_t capacity;
    size_t line;   /* being read, from 1 */
    size_t column; /* of the field that comes next, from 0 */
    bool in_body;  /* the header has been read */
    struct error *error;
};

static bool parse_field(struct reader *reader, enum csv_type type, const char *text, void *field)
{
    char *end = NULL;
    if (type == CSV_TEXT) {
        const char *kept = strings_keep(reader->strings, text);
        *(const char **)field = kept;
        return kept != NULL;
    }
    errno = 0;
    if (type == CSV_COUNT) {
        unsigned long long value = *text == '\0' ? CSV_UNKNOWN : strtoull(text, &end, 10);
        *(uint64_t *)field = value;
        return *text == '\0' || (isdigit((unsigned char)*text) && *end == '\0' && errno == 0);
    }
    double value = *text == '\0' ? (double)NAN : strtod(text, &end);
    *(double *)field = value;
    return text[strspn(text, "0123456789+-.eE")] == '\0' &&
           (*text == '\0' || (*end == '\0' && isfinite(value)));
}

/* The row that is being filled; grows the table by one when a row begins. */
static char *current_row(struct reader *reader)
{
    struct csv_rows *out = &reader->out;
    if (out->count == reader->capacity) {
        size_t capacity = reader->capacity ? 2 * reader->capacity : 64;
        void *grown = reallocarray(out->rows, capacity, reader->format->row_bytes);
        if (grown == NULL) {
            fail(reader->error, EXIT_REFUSED, "%s:%zu: out of memory", reader->path, reader->line);
            return NULL;
        }
        out->rows = grown;
        reader->capacity = capacity;
    }
    return (char *)out->rows + out->count * reader->format->row_bytes;
}

static void read_header_field(struct reader *reader, const char *text)
{
    const struct csv_format *format = reader->format;
    if (reader->column < format->count && !text_equal(text, format->columns[reader->column].name))
        fail(reader->error, EXIT_USAGE, "%s:1: column %zu is '%.40s', not '%s'", reader->path,
             reader->column + 1, text, format->columns[reader->column].name);
}

static void read_field(void *bytes, size_t length, void *user)
{
    struct reader *reader = user;
    const char *text = bytes != NULL ? bytes : "";
    size_t column = reader->column;
    if (reader->error->code != EXIT_DONE)
        return;
    if (strlen(text) != length)
        fail(reader->error, EXIT_USAGE, "%s:%zu: a NUL character", reader->path, reader->line);
    else if (!reader->in_body)
        read_header_field(reader, text);
    else if (column < reader->format->count) {
        const struct csv_column *described = &reader->format->columns[column];
        char *row = current_row(reader);
        if (row != NULL && !parse_field(reader, described->type, text, row + described->offset))
            fail(reader->error, EXIT_USAGE, "%s:%zu: %s is '%.40s', which is not a number",
                 reader->path, reader->line, described->name, text);
    }
    reader->column++;
}

static void end_row(int terminator, void *user)
{
    struct reader *reader = user;
    (void)terminator;
    if (reader->error->code == EXIT_DONE && reader->column < reader->format->count)
        fail(reader->error, EXIT_USAGE, "%s:%zu: %zu fields, where %zu are needed", reader->path,
             reader->line, reader->column, reader->format->count);
    if (reader->in_body && reader->error->code == EXIT_DONE)
        reader->out.count++;
    reader->in_body = true;
    reader->column = 0;
}

/* Blanks belong to the field that they stand in. */
static int is_blank(unsigned char character)
{
    (void)character;
    return 0;
}

/* Feeds one line at a time, so that errors can name it. */
static void parse_lines(struct reader *reader, struct csv_parser *parser, FILE *file)
{
    char *text = NULL;
    size_t capacity = 0;
    ssize_t length;
    bool cut_off = false;
    while (reader->error->code == EXIT_DONE && (length = getline(&text, &capacity, file)) > 0) {
        reader->line++;
        cut_off = text[length - 1] != '\n';
        if (csv_parse(parser, text, (size_t)length, read_field, end_row, reader) != (size_t)length)
            fail(reader->error, EXIT_USAGE, "%s:%zu: %s", reader->path, reader->line,
                 csv_strerror(csv_error(parser)));
    }
    free(text);
    if (ferror(file))
        fail_errno(reader->error, errno, "%s: cannot be read", reader->path);
    else if (cut_off)
        fail(reader->error, EXIT_USAGE, "%s:%zu: the last line is cut off", reader->path,
             reader->line);
}

static int parse_stream(struct reader *reader, FILE *file)
{
    struct csv_parser parser;
    unsigned char options = CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL | CSV_EMPTY_IS_NULL;
    if (csv_init(&parser, options) != 0)
        return fail(reader->error, EXIT_REFUSED, "%s: out of memory", reader->path);
    csv_set_space_func(&parser, is_blank);
    parse_lines(reader, &parser, file);
    if (csv_fini(&parser, read_field, end_row, reader) != 0)
        fail(reader->error, EXIT_USAGE, "%s:%zu: %s", reader->path, reader->line,
             csv_strerror(csv_error(&parser)));
    csv_free(&parser);
    if (!reader->in_body)
        fail(reader->error, EXIT_USAGE, "%s:1: the header line is missing", reader->path);
    return reader->error->code == EXIT_DONE ? 0 : -1;
}

int csv_read_file(const char *path, const struct csv_format *format, struct strings *strings,
                  struct csv_rows *out, struct error *error)
{
    struct reader reader = {.path = path, .format = format, .strings = strings, .error = error};
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return fail(error, EXIT_USAGE, "%s: cannot be read: %s", path, strerror(errno));
    int result = parse_stream(&reader, file);
    fclose(file);
    if (result != 0) {
        free(reader.out.rows);
        return -1;
    }
    *out = reader.out;
    return 0;
}
