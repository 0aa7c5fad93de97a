#include "bench/data/begun.h"
#include "bench/base/memory.h"
#include "bench/base/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where a line that ends a row ends; the first is the header's. */
struct row_end {
    uint64_t bytes; /* of the file up to there */
    size_t lines;   /* that end there; more than rows where a name holds a line end */
};

struct row_ends {
    struct row_end *ends;
    size_t count, capacity;
    uint64_t bytes; /* of the whole file */
};

/* ------------------------------------------------------------------------------- the file's rows
 */

static int push_end(struct row_ends *rows, size_t lines, struct error *error)
{
    if (memory_grow(&rows->ends, rows->count, &rows->capacity, sizeof *rows->ends, "samples.csv",
                    error) != 0)
        return -1;
    rows->ends[rows->count++] = (struct row_end){rows->bytes, lines};
    return 0;
}

/* A line end within quotes is part of a name; an empty line is no row. */
static int find_ends(FILE *file, struct row_ends *rows, struct error *error)
{
    bool quoted = false, empty = true;
    size_t lines = 0;
    for (int character; (character = getc_unlocked(file)) != EOF;) {
        rows->bytes++;
        lines += character == '\n';
        quoted = quoted != (character == '"');
        if (character != '\n' || quoted)
            empty = false;
        else if (empty && rows->count > 0)
            rows->ends[rows->count - 1] = (struct row_end){rows->bytes, lines};
        else if (push_end(rows, lines, error) != 0)
            return -1;
        empty = empty || (character == '\n' && !quoted);
    }
    return 0;
}

/* The bytes from `start` on, with a NUL behind them; the caller frees it. NULL on failure. */
static char *read_piece(FILE *file, uint64_t start, uint64_t bytes)
{
    char *text = calloc(1, bytes + 1);
    if (text != NULL && fseeko(file, (off_t)start, SEEK_SET) == 0 &&
        fread(text, 1, bytes, file) == bytes)
        return text;
    free(text);
    return NULL;
}

/* ------------------------------------------------------------------------------- its end */

/* A row cannot be longer; what is cut off of one is shorter. */
enum { MOST_ROW_BYTES = 1 << 16 };

/* A quote that is damaged hides the rows behind it, which then look like one that was cut off. But
 * no line end within a name has as many commas before it as a row has. */
static int check_torn(const char *path, const char *torn, uint64_t bytes, size_t lines,
                      struct error *error)
{
    size_t commas = 0;
    for (uint64_t i = 0; i < bytes; i++) {
        commas += torn[i] == ',';
        if (torn[i] != '\n')
            continue;
        if (commas + 1 >= samples_format.count)
            return fail(error, ERROR_USAGE, "%s:%zu: a quote hides the rows from here on", path,
                        lines + 1);
        commas = 0;
    }
    return 0;
}

/* True where the row that is cut off begins another visit than the whole row before it. Both begin
 * with the round and most of the key, up to the temperature; a visit's first row is cold. */
static bool begins_visit(const char *torn, const char *before)
{
    enum { COLUMNS_BEFORE_TEMPERATURE = 9 };
    int columns = 0;
    bool quoted = false;
    for (; *torn != '\0' && columns < COLUMNS_BEFORE_TEMPERATURE; torn++, before++) {
        if (*torn != *before)
            return true;
        quoted = quoted != (*torn == '"');
        columns += *torn == ',' && !quoted;
    }
    return *torn == 'c';
}

/* Looks at what stands behind the last whole row. *of_last: it may belong to that row's visit. */
static int look_at_torn(const char *path, FILE *file, const struct row_ends *rows, bool *of_last,
                        struct error *error)
{
    const struct row_end *last = &rows->ends[rows->count - 1];
    uint64_t bytes = rows->bytes - last->bytes;
    if (bytes > MOST_ROW_BYTES)
        return fail(error, ERROR_USAGE,
                    "%s:%zu: what stands here is too long to be the beginning of a row", path,
                    last->lines + 1);
    char *torn = read_piece(file, last->bytes, bytes);
    char *before =
        rows->count > 1 ? read_piece(file, last[-1].bytes, last->bytes - last[-1].bytes) : NULL;
    int result = torn == NULL || (rows->count > 1 && before == NULL)
                     ? fail(error, ERROR_REFUSED, "%s: cannot be read again", path)
                     : check_torn(path, torn, bytes, last->lines, error);
    *of_last = result == 0 && before != NULL && !begins_visit(torn, before);
    free(torn);
    free(before);
    return result;
}

/* ------------------------------------------------------------------------------- its visits */

static bool same_visit(const struct sample *a, const struct sample *b)
{
    return a->round == b->round && key_compare(&a->key, &b->key) == 0;
}

static bool is_cold(const struct sample *row)
{
    return text_equal(row->temperature, "cold");
}

/* A visit's rows stand together: a cold one, and the warm ones in their order. */
static bool follows(const struct sample *row, const struct sample *before)
{
    if (is_cold(row))
        return row->reading == 0;
    return before != NULL && same_visit(row, before) &&
           row->reading == (is_cold(before) ? 0 : before->reading + 1);
}

static int compare_visits(const void *a, const void *b)
{
    const struct sample *x = *(const struct sample *const *)a;
    const struct sample *y = *(const struct sample *const *)b;
    int order = key_compare(&x->key, &y->key);
    order = order ? order : (x->round > y->round) - (x->round < y->round);
    return order ? order : (x > y) - (x < y);
}

/* The first row of a visit that stands there for a second time; NULL where there is none. */
static const struct sample *find_repeated(const struct samples *samples, struct error *error)
{
    const struct sample *repeated = NULL;
    const struct sample **visits = calloc(samples->count + 1, sizeof *visits);
    size_t count = 0;
    for (size_t i = 0; visits != NULL && i < samples->count; i++)
        if (is_cold(&samples->rows[i]))
            visits[count++] = &samples->rows[i];
    if (visits == NULL)
        fail(error, ERROR_REFUSED, "samples.csv: out of memory");
    else
        qsort(visits, count, sizeof *visits, compare_visits);
    for (size_t i = 1; i < count && repeated == NULL; i++)
        if (same_visit(visits[i - 1], visits[i]))
            repeated = visits[i];
    free(visits);
    return repeated;
}

static int check_visits(const char *path, const struct samples *samples,
                        const struct row_ends *rows, struct error *error)
{
    const struct sample *row = samples->rows;
    for (size_t i = 0; i < samples->count; i++)
        if (!follows(&row[i], i > 0 ? &row[i - 1] : NULL))
            return fail(error, ERROR_USAGE,
                        "%s:%zu: this row does not follow the one before; rows are missing or "
                        "damaged",
                        path, rows->ends[i].lines + 1);
    const struct sample *repeated = find_repeated(samples, error);
    if (repeated != NULL)
        fail(error, ERROR_USAGE, "%s:%zu: this visit stands in the file already", path,
             rows->ends[repeated - row].lines + 1);
    return error->kind == ERROR_NONE ? 0 : -1;
}

static void drop_last_visit(struct samples *samples)
{
    const struct sample *rows = samples->rows;
    size_t count = samples->count;
    while (samples->count > 0 && same_visit(&rows[samples->count - 1], &rows[count - 1]))
        samples->count--;
}

/* ------------------------------------------------------------------------------- all of it */

static int check_header(const char *path, FILE *file, const struct row_ends *rows,
                        struct error *error)
{
    char *own = NULL;
    size_t own_bytes = 0;
    FILE *header = open_memstream(&own, &own_bytes);
    if (header != NULL) {
        csv_write_header(header, &samples_format);
        fclose(header);
    }
    char *found = own != NULL && own_bytes <= rows->bytes ? read_piece(file, 0, own_bytes) : NULL;
    int result = 0;
    if (rows->count == 0)
        result = fail(error, ERROR_USAGE, "%s:1: the header line is missing", path);
    else if (own == NULL)
        result = fail(error, ERROR_REFUSED, "%s: out of memory", path);
    else if (found == NULL || !text_equal(own, found))
        result = fail(error, ERROR_USAGE,
                      "%s:1: these are not the columns that this breakeven writes; begin a new run",
                      path);
    free(own);
    free(found);
    return result;
}

static int read_rows(const char *path, const struct row_ends *rows, struct samples *samples,
                     struct error *error)
{
    struct csv_rows read;
    if (csv_read_beginning(path, rows->ends[rows->count - 1].bytes, &samples_format,
                           &samples->strings, &read, error) != 0)
        return -1;
    samples->rows = read.rows;
    samples->count = read.count;
    if (samples->count + 1 != rows->count)
        return fail(error, ERROR_USAGE, "%s:1: its rows cannot be told apart", path);
    return check_visits(path, samples, rows, error);
}

static int check_count(const char *path, uint64_t told, const struct samples *samples,
                       const struct row_ends *rows, struct error *error)
{
    if (told == 0 || samples->count <= told)
        return 0;
    return fail(error, ERROR_USAGE, "%s:%zu: the first row beyond the %llu that host.json tells of",
                path, rows->ends[told].lines + 1, (unsigned long long)told);
}

static int read_file(const char *path, FILE *file, uint64_t told, struct row_ends *rows,
                     struct begun *begun, struct error *error)
{
    struct samples *samples = &begun->samples;
    bool torn = false, of_last = false;
    if (find_ends(file, rows, error) != 0)
        return -1;
    if (ferror(file) != 0)
        return fail_errno(error, errno, "%s: cannot be read", path);
    if (rows->bytes == 0)
        return 0;
    if (check_header(path, file, rows, error) != 0)
        return -1;
    torn = rows->ends[rows->count - 1].bytes < rows->bytes;
    if (read_rows(path, rows, samples, error) != 0 ||
        (torn && look_at_torn(path, file, rows, &of_last, error) != 0) ||
        check_count(path, told, samples, rows, error) != 0)
        return -1;
    if (samples->count > 0 && (torn ? of_last : samples->count < told || told == 0))
        drop_last_visit(samples);
    begun->bytes = rows->ends[samples->count].bytes;
    return 0;
}

int begun_read(const char *path, uint64_t told, struct begun *begun, struct error *error)
{
    struct row_ends rows = {0};
    *begun = (struct begun){0};
    FILE *file = whole_open_own(path, O_RDONLY, error);
    if (file == NULL)
        return -1;
    int result = read_file(path, file, told, &rows, begun, error);
    free(rows.ends);
    fclose(file);
    if (result != 0)
        begun_free(begun);
    return result;
}

void begun_free(struct begun *begun)
{
    samples_free(&begun->samples);
    begun->bytes = 0;
}

FILE *begun_open(const char *path, const struct begun *begun, struct error *error)
{
    FILE *file = whole_open_own(path, O_WRONLY | O_APPEND, error);
    if (file == NULL)
        return NULL;
    bool cut = ftruncate(fileno(file), (off_t)begun->bytes) == 0;
    if (cut && begun->bytes == 0) {
        csv_write_header(file, &samples_format);
        cut = fflush(file) == 0;
    }
    if (cut)
        return file;
    fail_errno(error, errno, "%s: cannot be written", path);
    fclose(file);
    return NULL;
}
