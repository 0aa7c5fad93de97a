#include "bench/base/csv.h"
#include "tests/support.h"

#include <sys/stat.h>
#include <zlib.h>

struct row {
    const char *name;
    double number;
    uint64_t count;
};

static const struct csv_column columns[] = {
    CSV_COLUMN(struct row, name, "name", CSV_TEXT),
    CSV_COLUMN(struct row, number, "number", CSV_NUMBER),
    CSV_COLUMN(struct row, count, "count", CSV_COUNT),
};

static const struct csv_format format = {columns, COUNT_OF(columns), sizeof(struct row)};

/* Rows of a file with the strings that they point at. */
struct table {
    struct strings strings;
    struct csv_rows rows;
};

static const struct row *table_row(const struct table *table, size_t index)
{
    return (const struct row *)table->rows.rows + index;
}

static void table_free(struct table *table)
{
    free(table->rows.rows);
    strings_free(&table->strings);
}

/* Reads a file of these bytes. */
static int read_bytes(void **state, const char *bytes, size_t count, struct table *table,
                      struct error *error)
{
    char *path = scratch_path(state, "read.csv");
    file_write(path, bytes, count);
    *table = (struct table){0};
    int result = csv_read_file(path, &format, &table->strings, &table->rows, error);
    free(path);
    return result;
}

static struct table read_whole(void **state, const char *text)
{
    struct error error = {0};
    struct table table;
    read_bytes(state, text, strlen(text), &table, &error);
    assert_no_error(&error);
    return table;
}

/* What csv_write_file makes of the rows; the caller frees it. */
static char *written(void **state, const struct row rows[], size_t count)
{
    struct error error = {0};
    char *path = scratch_path(state, "written.csv");
    csv_write_file(path, &format, rows, count, &error);
    assert_no_error(&error);
    char *text = file_read(path);
    free(path);
    return text;
}

/* ------------------------------------------------------------------------------- writing */

static void rows_are_written_after_the_header(void **state)
{
    static const struct row rows[] = {{"fork", 1.5, 7}, {"open mp", -0.25, 0}};
    char *text = written(state, rows, COUNT_OF(rows));
    assert_string_equal(text, "name,number,count\nfork,1.5,7\nopen mp,-0.25,0\n");
    free(text);
}

static void a_file_without_rows_is_its_header(void **state)
{
    char *text = written(state, NULL, 0);
    assert_string_equal(text, "name,number,count\n");
    struct table table = read_whole(state, text);
    assert_int_equal(table.rows.count, 0);
    table_free(&table);
    free(text);
}

static void unknown_numbers_are_empty_fields(void **state)
{
    const struct row rows[] = {
        {"", NAN, CSV_UNKNOWN}, {"", INFINITY, CSV_UNKNOWN}, {"", -INFINITY, CSV_UNKNOWN}};
    char *text = written(state, rows, COUNT_OF(rows));
    assert_string_equal(text, "name,number,count\n,,\n,,\n,,\n");
    free(text);
}

static void only_texts_that_need_quotes_get_them(void **state)
{
    static const struct row rows[] = {
        {"a,b", 0, 0}, {"say \"x\"", 0, 0}, {"a\nb", 0, 0}, {"a\rb", 0, 0}, {"a;b 'c'", 0, 0}};
    char *text = written(state, rows, COUNT_OF(rows));
    assert_string_equal(text, "name,number,count\n\"a,b\",0,0\n\"say \"\"x\"\"\",0,0\n"
                              "\"a\nb\",0,0\n\"a\rb\",0,0\na;b 'c',0,0\n");
    free(text);
}

static void a_written_file_replaces_an_old_one(void **state)
{
    struct error error = {0};
    char *path = scratch_path(state, "replaced.csv");
    file_write(path, "an old file", 11);
    size_t before = folder_entries(*state);
    assert_int_equal(csv_write_file(path, &format, NULL, 0, &error), 0);
    assert_int_equal(folder_entries(*state), before);
    char *text = file_read(path);
    assert_string_equal(text, "name,number,count\n");
    free(text);
    free(path);
}

static void a_file_that_cannot_be_written_is_named(void **state)
{
    struct error error = {0};
    char *path = scratch_path(state, "no-such-folder/out.csv");
    assert_int_equal(csv_write_file(path, &format, NULL, 0, &error), -1);
    assert_error(&error, ERROR_REFUSED, path);
    assert_contains(error.text, "No such file or directory");
    free(path);
}

/* ------------------------------------------------------------------------------- round trip */

static void texts_come_back_as_they_were(void **state)
{
    static const char *const texts[] = {
        "",           "plain",     "a,b", "\"",        "\"\"",        "say \"x\", then \"y\"",
        "two\nlines", "a\r\nb",    "\n",  "  leading", "trailing  ",  "\ttab",
        " ",          "\" quoted", ",",   "1e5",       "caf\xc3\xa9",
    };
    struct row rows[COUNT_OF(texts)] = {0};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        rows[i].name = texts[i];
    char *text = written(state, rows, COUNT_OF(texts));
    struct table table = read_whole(state, text);
    assert_int_equal(table.rows.count, COUNT_OF(texts));
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_string_equal(table_row(&table, i)->name, texts[i]);
    table_free(&table);
    free(text);
}

static void numbers_come_back_as_they_were(void **state)
{
    const struct row rows[] = {
        {"", 0, 0},
        {"", 123456789, 18446744073709551614u},
        {"", 1.5e-9, 1},
        {"", -2.25e300, UINT64_C(1) << 63},
        {"", NAN, CSV_UNKNOWN},
    };
    char *text = written(state, rows, COUNT_OF(rows));
    struct table table = read_whole(state, text);
    assert_int_equal(table.rows.count, COUNT_OF(rows));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_near(table_row(&table, i)->number, rows[i].number);
        assert_true(table_row(&table, i)->count == rows[i].count);
    }
    table_free(&table);
    free(text);
}

static void more_rows_than_fit_at_first_are_read(void **state)
{
    enum { ROWS = 1000 };
    static struct row rows[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        rows[i] = (struct row){"same", (double)i / 8, i};
    char *text = written(state, rows, ROWS);
    struct table table = read_whole(state, text);
    assert_int_equal(table.rows.count, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        assert_int_equal(table_row(&table, i)->count, i);
        assert_near(table_row(&table, i)->number, (double)i / 8);
    }
    table_free(&table);
    free(text);
}

/* ------------------------------------------------------------------------------- reading */

static void empty_fields_are_unknown(void **state)
{
    struct table table = read_whole(state, "name,number,count\n,,\n");
    assert_int_equal(table.rows.count, 1);
    assert_string_equal(table_row(&table, 0)->name, "");
    assert_unknown(table_row(&table, 0)->number);
    assert_true(table_row(&table, 0)->count == CSV_UNKNOWN);
    table_free(&table);
}

static void columns_behind_the_known_ones_are_passed_over(void **state)
{
    struct table table =
        read_whole(state, "name,number,count,new,newer\na,1,2,x,\"y,\nz\"\nb,3,4,,\n");
    assert_int_equal(table.rows.count, 2);
    assert_string_equal(table_row(&table, 1)->name, "b");
    assert_int_equal(table_row(&table, 1)->count, 4);
    table_free(&table);
}

static void lines_may_end_in_crlf(void **state)
{
    struct table table = read_whole(state, "name,number,count\r\na,1,2\r\nb,3,4\r\n");
    assert_int_equal(table.rows.count, 2);
    assert_int_equal(table_row(&table, 0)->count, 2);
    assert_string_equal(table_row(&table, 1)->name, "b");
    table_free(&table);
}

struct damage {
    const char *bytes;
    size_t count;
    const char *part; /* of the message */
};

#define DAMAGE(bytes, part)                                                                        \
    {                                                                                              \
        bytes, sizeof bytes - 1, part                                                              \
    }
#define HEADER "name,number,count\n"

static void columns_that_need_not_be_known_may_be_missing_at_the_end(void **state)
{
    struct table table = read_whole(state, "name,number\na,1.5\n");
    assert_int_equal(table.rows.count, 1);
    assert_string_equal(table_row(&table, 0)->name, "a");
    assert_near(table_row(&table, 0)->number, 1.5);
    assert_true(table_row(&table, 0)->count == CSV_UNKNOWN);
    table_free(&table);
}

/* So files of before a column was added are still read. */
static void an_added_count_that_is_missing_or_empty_is_0(void **state)
{
    static const struct csv_column added[] = {
        CSV_COLUMN(struct row, name, "name", CSV_TEXT),
        CSV_COLUMN(struct row, count, "count", CSV_ADDED_COUNT),
    };
    static const struct csv_format with_added = {added, COUNT_OF(added), sizeof(struct row)};
    static const struct {
        const char *text;
        uint64_t count;
    } cases[] = {{"name\na\n", 0}, {"name,count\na,\n", 0}, {"name,count\na,7\n", 7}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error = {0};
        struct table table = {0};
        char *path = scratch_file(state, "added.csv", cases[i].text);
        csv_read_file(path, &with_added, &table.strings, &table.rows, &error);
        assert_no_error(&error);
        assert_int_equal(table_row(&table, 0)->count, cases[i].count);
        table_free(&table);
        free(path);
    }
}

static void damage_is_refused_with_file_and_line(void **state)
{
    static const struct damage cases[] = {
        DAMAGE("", "read.csv:1: the header line is missing"),
        DAMAGE("name,count,number\na,1,2\n", "read.csv:1: column 2 is 'count', not 'number'"),
        DAMAGE("a,1,2\n", "read.csv:1: column 1 is 'a', not 'name'"),
        DAMAGE("name,number\na,1,2\n", "read.csv:2: 3 fields, where 2 are needed"),
        DAMAGE(HEADER "a,1\n", "read.csv:2: 2 fields, where 3 are needed"),
        DAMAGE(HEADER "a,1,2\nb\n", "read.csv:3: 1 fields, where 3 are needed"),
        DAMAGE(HEADER "a,x,2\n", "read.csv:2: number is 'x', which is not a number"),
        DAMAGE(HEADER "a,1 2,2\n", "read.csv:2: number is '1 2'"),
        DAMAGE(HEADER "a,nan,2\n", "read.csv:2: number is 'nan'"),
        DAMAGE(HEADER "a,inf,2\n", "read.csv:2: number is 'inf'"),
        DAMAGE(HEADER "a,1e999,2\n", "read.csv:2: number is '1e999'"),
        DAMAGE(HEADER "a,1,x\n", "read.csv:2: count is 'x', which is not a number"),
        DAMAGE(HEADER "a,1,2\nb,1,-3\n", "read.csv:3: count is '-3'"),
        DAMAGE(HEADER "a,1, -5\n", "read.csv:2: count is ' -5'"),
        DAMAGE(HEADER "a,0x10,2\n", "read.csv:2: number is '0x10'"),
        DAMAGE(HEADER "\n\na,bad,2\n", "read.csv:4: number is 'bad'"),
        DAMAGE(HEADER "\"a\nb\",1,2\na,bad,2\n", "read.csv:4: number is 'bad'"),
        DAMAGE(HEADER "a,1,2.5\n", "read.csv:2: count is '2.5'"),
        DAMAGE(HEADER "a,1,18446744073709551616\n", "read.csv:2: count is '18446744073709551616'"),
        DAMAGE(HEADER "a,1,2\n\"b\"c,1,2\n", "read.csv:3: "),
        DAMAGE(HEADER "a,1,2\nb\"c,1,2\n", "read.csv:3: "),
        DAMAGE(HEADER "\"a,1,2\n", "read.csv:2: "),
        DAMAGE(HEADER "a,1,2\na\0b,1,2\n", "read.csv:3: a NUL character"),
        DAMAGE("na\0me,number,count\n", "read.csv:1: a NUL character"),
        DAMAGE(HEADER "a,1,2\nb,1,", "read.csv:3: the last line is cut off"),
        DAMAGE("name,number,count", "read.csv:1: the last line is cut off"),
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error = {0};
        struct table table;
        assert_int_equal(read_bytes(state, cases[i].bytes, cases[i].count, &table, &error), -1);
        assert_error(&error, ERROR_USAGE, cases[i].part);
        assert_ptr_equal(strstr(error.text, *state), error.text);
        assert_null(table.rows.rows);
        table_free(&table);
    }
}

static void a_missing_file_is_named(void **state)
{
    struct error error = {0};
    struct table table = {0};
    char *path = scratch_path(state, "missing.csv");
    assert_int_equal(csv_read_file(path, &format, &table.strings, &table.rows, &error), -1);
    assert_error(&error, ERROR_USAGE, path);
    assert_contains(error.text, "No such file or directory");
    table_free(&table);
    free(path);
}

static void a_folder_is_no_file(void **state)
{
    struct error error = {0};
    struct table table = {0};
    assert_int_equal(csv_read_file(*state, &format, &table.strings, &table.rows, &error), -1);
    assert_error(&error, ERROR_USAGE, "is not a regular file");
    assert_ptr_equal(strstr(error.text, *state), error.text);
    table_free(&table);
}

static void a_pipe_that_nobody_writes_to_is_refused_at_once(void **state)
{
    struct error error = {0};
    struct table table = {0};
    char *path = scratch_path(state, "pipe.csv");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(csv_read_file(path, &format, &table.strings, &table.rows, &error), -1);
    assert_error(&error, ERROR_USAGE, "pipe.csv: is not a regular file");
    table_free(&table);
    free(path);
}

/* Packs text into the file of that path. */
static void pack(const char *path, const char *text)
{
    gzFile file = gzopen(path, "w");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, text, (unsigned)strlen(text)), (int)strlen(text));
    assert_int_equal(gzclose(file), Z_OK);
}

static void a_packed_file_is_read_where_there_is_no_other(void **state)
{
    struct error error = {0};
    struct table table = {0};
    char *path = scratch_path(state, "packed.csv"), *packed = scratch_path(state, "packed.csv.gz");
    assert_false(csv_is_packed(path));
    pack(packed, "name,number,count\nfork,1.5,7\n");
    assert_true(csv_is_packed(path));
    csv_read_file(path, &format, &table.strings, &table.rows, &error);
    assert_no_error(&error);
    assert_int_equal(table.rows.count, 1);
    assert_string_equal(table_row(&table, 0)->name, "fork");
    table_free(&table);
    file_write(path, "name,number,count\n", strlen("name,number,count\n"));
    assert_false(csv_is_packed(path));
    table = (struct table){0};
    csv_read_file(path, &format, &table.strings, &table.rows, &error);
    assert_no_error(&error);
    assert_int_equal(table.rows.count, 0);
    table_free(&table);
    free(path);
    free(packed);
}

/* Bytes behind what is there. */
static void append_bytes(const char *path, const char *bytes, size_t count)
{
    FILE *file = fopen(path, "a");
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

static void packed_files_behind_each_other_are_read_as_one(void **state)
{
    struct strings strings = {0};
    struct csv_rows rows;
    struct error error = {0};
    char *path = scratch_path(state, "two.csv"), *packed = scratch_path(state, "two.csv.gz");
    char *second = scratch_path(state, "second.gz"), bytes[256];
    pack(packed, "name,number,count\nfork,1.5,7\n");
    pack(second, "threads,1.5,8\n");
    FILE *file = fopen(second, "r");
    append_bytes(packed, bytes, fread(bytes, 1, sizeof bytes, file));
    fclose(file);
    assert_int_equal(csv_read_file(path, &format, &strings, &rows, &error), 0);
    assert_int_equal(rows.count, 2);
    free(rows.rows);
    strings_free(&strings);
    free(path);
    free(packed);
    free(second);
}

static void what_is_not_packed_is_refused_in_a_packed_file(void **state)
{
    static const struct {
        const char *bytes;
        size_t count;
        bool behind;
    } cases[] = {
        {"x", 1, true},          {"\0", 1, true},
        {"\x1f", 1, true},       {"\x1f\x8b\x08", 3, true},
        {"fork,1,2\n", 9, true}, {"name,number,count\n", 18, false},
        {"", 0, false},
    };
    char *path = scratch_path(state, "more.csv"), *packed = scratch_path(state, "more.csv.gz");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct strings strings = {0};
        struct csv_rows rows;
        struct error error = {0};
        pack(packed, "name,number,count\nfork,1.5,7\n");
        if (!cases[i].behind)
            assert_int_equal(truncate(packed, 0), 0);
        append_bytes(packed, cases[i].bytes, cases[i].count);
        if (csv_read_file(path, &format, &strings, &rows, &error) == 0)
            stop_test("case %zu is read", i);
        assert_error(&error, ERROR_USAGE, "more.csv.gz:");
        strings_free(&strings);
    }
    free(path);
    free(packed);
}

static void a_packed_file_that_is_cut_off_is_refused(void **state)
{
    struct error error = {0};
    struct table table = {0};
    char *path = scratch_path(state, "cut.csv"), *packed = scratch_path(state, "cut.csv.gz");
    pack(packed, "name,number,count\nfork,1.5,7\n");
    struct stat status;
    assert_int_equal(stat(packed, &status), 0);
    for (off_t bytes = status.st_size - 1; bytes > 0; bytes--) {
        error = (struct error){0};
        assert_int_equal(truncate(packed, bytes), 0);
        assert_int_equal(csv_read_file(path, &format, &table.strings, &table.rows, &error), -1);
        assert_ptr_equal(strstr(error.text, packed), error.text);
    }
    strings_free(&table.strings);
    free(path);
    free(packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_written_after_the_header),
        cmocka_unit_test(a_file_without_rows_is_its_header),
        cmocka_unit_test(unknown_numbers_are_empty_fields),
        cmocka_unit_test(only_texts_that_need_quotes_get_them),
        cmocka_unit_test(a_written_file_replaces_an_old_one),
        cmocka_unit_test(a_file_that_cannot_be_written_is_named),
        cmocka_unit_test(texts_come_back_as_they_were),
        cmocka_unit_test(numbers_come_back_as_they_were),
        cmocka_unit_test(more_rows_than_fit_at_first_are_read),
        cmocka_unit_test(empty_fields_are_unknown),
        cmocka_unit_test(columns_behind_the_known_ones_are_passed_over),
        cmocka_unit_test(lines_may_end_in_crlf),
        cmocka_unit_test(columns_that_need_not_be_known_may_be_missing_at_the_end),
        cmocka_unit_test(an_added_count_that_is_missing_or_empty_is_0),
        cmocka_unit_test(damage_is_refused_with_file_and_line),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(a_folder_is_no_file),
        cmocka_unit_test(a_packed_file_is_read_where_there_is_no_other),
        cmocka_unit_test(packed_files_behind_each_other_are_read_as_one),
        cmocka_unit_test(what_is_not_packed_is_refused_in_a_packed_file),
        cmocka_unit_test(a_packed_file_that_is_cut_off_is_refused),
        cmocka_unit_test(a_pipe_that_nobody_writes_to_is_refused_at_once),
    };
    return cmocka_run_group_tests_name("csv", tests, scratch_make, scratch_remove);
}
