#include "bench/base/csv.h"
#include "bench/base/input.h"
#include "bench/base/memory.h"
#include "bench/base/whole.h"

#include <csv.h>
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_text(enum csv_type type)
{
    return type == CSV_TEXT || type == CSV_KNOWN_TEXT;
}

static bool is_count(enum csv_type type)
{
    return type == CSV_COUNT || type == CSV_POSITIVE || type == CSV_KNOWN_COUNT ||
           type == CSV_KNOWN_POSITIVE || type == CSV_ADDED_COUNT;
}

static bool is_known(enum csv_type type)
{
    return type == CSV_KNOWN_COUNT || type == CSV_KNOWN_POSITIVE || type == CSV_KNOWN_TEXT;
}

static void write_field(FILE *file, enum csv_type type, const void *field)
{
    if (is_text(type)) {
        const char *text = *(const char *const *)field;
        if (text[strcspn(text, ",\"\r\n")] != '\0')
            csv_fwrite(file, text, strlen(text));
        else
            fputs(text, file);
    } else if (is_count(type)) {
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
    return lost ? fail_errno(error, ENOMEM, "report: no memory for its texts") : 0;
}

int csv_make_printable(const struct csv_format *format, void *rows, size_t count,
                       struct strings *strings, struct error *error)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < format->count; k++) {
            char *row = (char *)rows + i * format->row_bytes;
            void *field = row + format->columns[k].offset;
            if (is_text(format->columns[k].type) && make_printable(field, strings, error) != 0)
                return -1;
        }
    return 0;
}

struct reader {
    const char *path;
    const struct csv_format *format;
    struct strings *strings;
    csv_take *take;
    void *user;
    void *row;     /* that is being filled */
    uint64_t left; /* bytes that are to be read */
    size_t line;   /* being read, from 1 */
    size_t column; /* of the field that comes next, from 0 */
    size_t fields; /* of the header, and so of each row */
    bool in_body;  /* the header has been read */
    struct error *error;
};

static bool parse_count(const char *text, uint64_t *count)
{
    char *end = NULL;
    *count = CSV_UNKNOWN;
    if (*text == '\0')
        return true;
    errno = 0;
    *count = strtoull(text, &end, 10);
    return isdigit((unsigned char)*text) && *end == '\0' && errno == 0 && *count != CSV_UNKNOWN;
}

/* What the numbers of each type may be, and what is said of others. */
static const struct range {
    double least, most;
    const char *words;
} ranges[] = {
    [CSV_NUMBER] = {-DBL_MAX, DBL_MAX, "a number"},
    [CSV_AMOUNT] = {0, CSV_MOST_AMOUNT, "a number from 0 to 1e18"},
    [CSV_TIME] = {CSV_LEAST_TIME, CSV_MOST_AMOUNT, "a number from 1e-6 to 1e18"},
    [CSV_RATIO] = {1e-30, 1e30, "a number from 1e-30 to 1e30"},
    [CSV_SHARE] = {0, 1, "a number from 0 to 1"},
};

static bool parse_number(const char *text, const struct range *range, double *number)
{
    char *end = NULL;
    *number = NAN;
    if (*text == '\0')
        return true;
    *number = strtod(text, &end);
    return text[strspn(text, "0123456789+-.eE")] == '\0' && *end == '\0' &&
           *number >= range->least && *number <= range->most;
}

static bool is_word(const char *const *words, const char *text)
{
    for (size_t i = 0; words != NULL && words[i] != NULL; i++)
        if (text_equal(words[i], text))
            return true;
    return words == NULL;
}

/* Reads a field that may be empty into a row; what it should have been where it is not, else NULL.
 * "" where memory is exhausted. */
static const char *parse_field(struct reader *reader, const struct csv_column *column,
                               const char *text, void *field)
{
    switch (column->type) {
    case CSV_TEXT:
    case CSV_KNOWN_TEXT:
        *(const char **)field = strings_keep(reader->strings, text);
        if (*(const char **)field == NULL)
            return "";
        return *text == '\0' || is_word(column->words, text) ? NULL : "known";
    case CSV_COUNT:
    case CSV_KNOWN_COUNT:
        return parse_count(text, field) ? NULL : "a number";
    case CSV_ADDED_COUNT:
        return parse_count(*text != '\0' ? text : "0", field) ? NULL : "a number";
    case CSV_POSITIVE:
    case CSV_KNOWN_POSITIVE:
        return parse_count(text, field) && *(uint64_t *)field > 0 ? NULL : "a number of 1 or more";
    case CSV_NUMBER:
    case CSV_AMOUNT:
    case CSV_TIME:
    case CSV_RATIO:
    case CSV_SHARE:
        return parse_number(text, &ranges[column->type], field) ? NULL : ranges[column->type].words;
    }
    return NULL;
}

/* How many columns a header must have: up to the last whose fields must be known. */
static size_t needed_columns(const struct csv_format *format)
{
    size_t count = format->count;
    while (count > 0 && !is_known(format->columns[count - 1].type))
        count--;
    return count;
}

static void read_header_field(struct reader *reader, const char *text)
{
    const struct csv_format *format = reader->format;
    size_t column = reader->column;
    if (column == 0 && strncmp(text, "\xef\xbb\xbf", 3) == 0)
        fail(reader->error, ERROR_USAGE, "%s:1: a byte order mark stands before the header",
             reader->path);
    else if (column < format->count && !text_equal(text, format->columns[column].name))
        fail(reader->error, ERROR_USAGE, "%s:1: column %zu is '%.40s', not '%s'", reader->path,
             column + 1, text, format->columns[column].name);
    for (size_t i = 0; column >= format->count && i < format->count; i++)
        if (*text == '\0' || text_equal(text, format->columns[i].name))
            fail(reader->error, ERROR_USAGE, "%s:1: column %zu %s%s", reader->path, column + 1,
                 *text == '\0' ? "has no name" : "is once more ", text);
}

static void read_body_field(struct reader *reader, const struct csv_column *column,
                            const char *text)
{
    char *row = reader->row;
    bool known = is_known(column->type);
    const char *wanted = parse_field(reader, column, text, row + column->offset);
    if (known && *text == '\0')
        fail(reader->error, ERROR_USAGE, "%s:%zu: %s is empty", reader->path, reader->line,
             column->name);
    else if (wanted != NULL && *wanted == '\0')
        fail_errno(reader->error, ENOMEM, "%s:%zu: no memory for what it holds", reader->path,
                   reader->line);
    else if (wanted != NULL)
        fail(reader->error, ERROR_USAGE, "%s:%zu: %s is '%.40s', which is not %s", reader->path,
             reader->line, column->name, text, wanted);
}

static void read_field(void *bytes, size_t length, void *user)
{
    struct reader *reader = user;
    const char *text = bytes != NULL ? bytes : "";
    (void)length;
    if (reader->error->kind != ERROR_NONE)
        return;
    if (!reader->in_body)
        read_header_field(reader, text);
    else if (reader->column < reader->format->count)
        read_body_field(reader, &reader->format->columns[reader->column], text);
    reader->column++;
}

static void end_row(int terminator, void *user)
{
    struct reader *reader = user;
    (void)terminator;
    size_t least = reader->in_body ? reader->fields : needed_columns(reader->format);
    if (reader->column < least || (reader->in_body && reader->column > least))
        fail(reader->error, ERROR_USAGE, "%s:%zu: %zu fields, where %zu are needed", reader->path,
             reader->line, reader->column, least);
    if (!reader->in_body)
        reader->fields = reader->column;
    for (size_t i = reader->column; reader->in_body && i < reader->format->count; i++)
        read_body_field(reader, &reader->format->columns[i], "");
    if (reader->in_body && reader->error->kind == ERROR_NONE)
        reader->take(reader->user, reader->row, reader->error);
    reader->in_body = true;
    reader->column = 0;
}

/* Blanks belong to the field that they stand in. */
static int is_blank(unsigned char character)
{
    (void)character;
    return 0;
}

static void fail_parsing(struct reader *reader, struct csv_parser *parser)
{
    int problem = csv_error(parser);
    if (problem == CSV_ENOMEM) {
        fail_errno(reader->error, ENOMEM, "%s:%zu: no memory for what it holds", reader->path,
                   reader->line);
        return;
    }
    fail(reader->error, problem == CSV_EPARSE ? ERROR_USAGE : ERROR_REFUSED, "%s:%zu: %s",
         reader->path, reader->line,
         problem == CSV_EPARSE ? "a quote within a field, or one that is not closed"
                               : csv_strerror(problem));
}

static void parse_line(struct reader *reader, struct csv_parser *parser, const char *text,
                       size_t length)
{
    reader->line++;
    if (memchr(text, '\0', length) != NULL)
        fail(reader->error, ERROR_USAGE, "%s:%zu: a NUL character", reader->path, reader->line);
    else if (csv_parse(parser, text, length, read_field, end_row, reader) != length)
        fail_parsing(reader, parser);
}

static void fail_reading(struct reader *reader, int why)
{
    if (why == EBADMSG)
        fail(reader->error, ERROR_USAGE,
             "%s:%zu: what gzip packed is damaged or cut off, or more stands behind it",
             reader->path, reader->line + 1);
    else
        fail_errno(reader->error, why, "%s:%zu: cannot be read", reader->path, reader->line + 1);
}

/* The next line with its end, of up to room bytes; its length, 0 where there is none. */
static size_t read_line(FILE *file, char *text, size_t room)
{
    size_t length = 0;
    for (int character; length < room && (character = getc_unlocked(file)) != EOF;) {
        text[length++] = (char)character;
        if (character == '\n')
            break;
    }
    return length;
}

/* Feeds one line at a time, so that errors can name it, and no row longer than is told. text has
 * room for one byte more than that. */
static void parse_lines(struct reader *reader, struct csv_parser *parser, FILE *file, char *text)
{
    size_t length, before = 0; /* bytes of this line, and of its row on earlier ones */
    bool cut_off = false;
    while (reader->error->kind == ERROR_NONE && reader->left > 0) {
        length = read_line(file, text, CSV_MOST_ROW + 1 - before);
        if (length == 0 || ferror(file))
            break;
        reader->left -= length < reader->left ? length : reader->left;
        if (before + length > CSV_MOST_ROW) {
            fail(reader->error, ERROR_USAGE, "%s:%zu: here the row is longer than %d MiB, the most",
                 reader->path, reader->line + 1, CSV_MOST_ROW >> 20);
            return;
        }
        cut_off = text[length - 1] != '\n';
        parse_line(reader, parser, text, length);
        before = parser->quoted ? before + length : 0;
    }
    if (ferror(file))
        fail_reading(reader, errno);
    else if (cut_off)
        fail(reader->error, ERROR_USAGE, "%s:%zu: the last line is cut off", reader->path,
             reader->line);
}

static int parse_stream(struct reader *reader, FILE *file)
{
    struct csv_parser parser;
    unsigned char options = CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL | CSV_EMPTY_IS_NULL;
    char *text = malloc(CSV_MOST_ROW + 1);
    if (text == NULL || csv_init(&parser, options) != 0) {
        free(text);
        return fail_errno(reader->error, ENOMEM, "%s: no memory to read it", reader->path);
    }
    csv_set_space_func(&parser, is_blank);
    csv_set_blk_size(&parser, 1 << 14); /* what a field grows by: one of 1 MiB took seconds */
    parse_lines(reader, &parser, file, text);
    free(text);
    if (csv_fini(&parser, read_field, end_row, reader) != 0)
        fail_parsing(reader, &parser);
    csv_free(&parser);
    if (!reader->in_body)
        fail(reader->error, ERROR_USAGE, "%s:1: the header line is missing", reader->path);
    return reader->error->kind == ERROR_NONE ? 0 : -1;
}

bool csv_is_packed(const char *path)
{
    char packed[PATH_MAX];
    snprintf(packed, sizeof packed, "%s" CSV_PACKED, path);
    return access(path, F_OK) != 0 && access(packed, F_OK) == 0;
}

/* Opens the file of the reader's path or the packed one; the path becomes that one's. */
static FILE *open_table(struct reader *reader, char packed[PATH_MAX])
{
    if (!csv_is_packed(reader->path))
        return input_open(reader->path, reader->error);
    snprintf(packed, PATH_MAX, "%s" CSV_PACKED, reader->path);
    reader->path = packed;
    return input_open_packed(packed, reader->error);
}

static int read_rows(const char *path, uint64_t bytes, const struct csv_format *format,
                     struct strings *strings, csv_take *take, void *user, struct error *error)
{
    struct reader reader = {
        .path = path,
        .left = bytes,
        .format = format,
        .strings = strings,
        .take = take,
        .user = user,
        .row = calloc(1, format->row_bytes),
        .error = error,
    };
    if (reader.row == NULL)
        return fail_errno(error, ENOMEM, "%s: no memory to read it", path);
    char packed[PATH_MAX];
    FILE *file = open_table(&reader, packed);
    int result = file != NULL ? parse_stream(&reader, file) : -1;
    if (file != NULL)
        fclose(file);
    free(reader.row);
    return result;
}

int csv_read_rows(const char *path, const struct csv_format *format, struct strings *strings,
                  csv_take *take, void *user, struct error *error)
{
    return read_rows(path, UINT64_MAX, format, strings, take, user, error);
}

/* Rows that are kept, in an array that grows. */
struct kept_rows {
    struct csv_rows out;
    size_t capacity, row_bytes;
    const char *path;
};

static int keep_row(void *user, const void *row, struct error *error)
{
    struct kept_rows *table = user;
    struct csv_rows *out = &table->out;
    if (memory_grow(&out->rows, out->count, &table->capacity, table->row_bytes, table->path,
                    error) != 0)
        return -1;
    memcpy((char *)out->rows + out->count++ * table->row_bytes, row, table->row_bytes);
    return 0;
}

int csv_read_beginning(const char *path, uint64_t bytes, const struct csv_format *format,
                       struct strings *strings, struct csv_rows *out, struct error *error)
{
    struct kept_rows table = {.row_bytes = format->row_bytes, .path = path};
    if (read_rows(path, bytes, format, strings, keep_row, &table, error) != 0) {
        free(table.out.rows);
        return -1;
    }
    *out = table.out;
    return 0;
}

int csv_read_file(const char *path, const struct csv_format *format, struct strings *strings,
                  struct csv_rows *out, struct error *error)
{
    return csv_read_beginning(path, UINT64_MAX, format, strings, out, error);
}
