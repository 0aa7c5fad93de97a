/* The file of a run that goes on: cut anywhere, its last visit is measured again; damaged anywhere
 * else, it is refused and stays as it is. */
#include "bench/data/begun.h"
#include "tests/support.h"

/* Visits as they stand in a file, with all that rows may hold: quotes, commas and line ends in
 * names, a cell that went wrong, cells that differ in a column behind the temperature alone. */
static const char *const visits[][4] = {
    {"1,squares,100,8,serial,1,,,,cold,0,1,640.25,10,11,0,0,0,0,0,0,1,1,94.5,0,ok,,0,,0,0,,,7e6,,"
     ",,0,0,,,,,,,0,,0,,0\n",
     "1,squares,100,8,serial,1,,,,warm,0,80,640.5,,,0,0,0,0,0,0,1,1,94.5,0,ok,,0,,0,0,,,7e6,,,,0,0,"
     ",,,,,,0,,0,,0\n",
     "1,squares,100,8,serial,1,,,,warm,1,80,640.5,,,0,0,0,0,0,0,1,1,94.5,0,ok,,0,,0,0,,,7e6,,,,0,0,"
     ",,,,,,0,,0,,0\n"},
    {"1,squares,100,8,fork,2,,,\"A=1,2;B=\"\"3\"\"\",cold,0,,,,,,,,,,,,,,,crashed,\"died, \"\"they "
     "say\"\"\",0,,0,0,,,8e6,,,,0,0,,,,,,,0,,0,,0\n"},
    {"1,squares,100,8,fork,2,,,\"A=1\n2\",cold,0,1,640.25,10,11,0,0,0,0,0,0,1,1,94.5,0,ok,,0,,0,0,,"
     ","
     "7e6,,,,0,0,,,,,,,0,,0,,0\n",
     "1,squares,100,8,fork,2,,,\"A=1\n2\",warm,0,80,640.5,,,0,0,0,0,0,0,1,1,94.5,0,ok,,0,,0,0,,,"
     "7e6,"
     ",,,0,0,,,,,,,0,,0,,0\n"},
    {"2,squares,100,8,forkpool,2,auto,0,,cold,0,1,640.25,10,11,0,0,0,0,0,0,1,1,94.5,0,ok,,0,,8,8,"
     "pipe,,7e6,,none,50000,0,0,,,,,,,0,,0,,0\n",
     "2,squares,100,8,forkpool,2,auto,0,,warm,0,80,640.5,,,0,0,0,0,0,0,1,1,94.5,0,ok,,0,,8,8,pipe,,"
     "7e6,,none,50000,0,0,,,,,,,0,,0,,0\n"},
    {"2,squares,100,8,forkpool,2,auto,0,,cold,0,1,640.25,10,11,0,0,0,0,0,0,1,1,94.5,0,ok,,0,,8,8,"
     "shm,,7e6,,none,50000,0,0,,,,,,,0,,0,,0\n",
     "2,squares,100,8,forkpool,2,auto,0,,warm,0,80,640.5,,,0,0,0,0,0,0,1,1,94.5,0,ok,,0,,8,8,shm,,"
     "7e6,,none,50000,0,0,,,,,,,0,,0,,0\n",
     "2,squares,100,8,forkpool,2,auto,0,,warm,1,80,640.5,,,0,0,0,0,0,0,1,1,94.5,0,ok,,0,,8,8,shm,,"
     "7e6,,none,50000,0,0,,,,,,,0,,0,,0\n"},
};

enum { VISITS = sizeof visits / sizeof *visits, ROWS = 11 };

/* The file as it should be, and where in it each of the visits begins. */
struct model {
    char *text;
    size_t bytes, header;
    size_t starts[VISITS + 1]; /* and the end of the last */
    size_t rows[VISITS + 1];   /* before each of them */
};

static struct model make_model(void)
{
    struct model model = {.text = NULL};
    FILE *file = open_memstream(&model.text, &model.bytes);
    csv_write_header(file, &samples_format);
    for (size_t i = 0; i < VISITS; i++) {
        fflush(file);
        model.starts[i] = model.bytes;
        model.rows[i + 1] = model.rows[i];
        for (size_t k = 0; k < 4 && visits[i][k] != NULL; k++, model.rows[i + 1]++)
            fputs(visits[i][k], file);
    }
    assert_int_equal(fclose(file), 0);
    model.starts[VISITS] = model.bytes;
    model.header = model.starts[0];
    assert_int_equal(model.rows[VISITS], ROWS);
    return model;
}

/* Appends a row to what was read of the file, as a run that goes on does; what the file holds then.
 */
static char *go_on(const char *path, const struct begun *begun)
{
    struct error error = {0};
    FILE *file = begun_open(path, begun, &error);
    assert_no_error(&error);
    fputs(visits[0][0], file);
    assert_int_equal(fclose(file), 0);
    return file_read(path);
}

/* ------------------------------------------------------------------------------- cut */

/* How many visits of the model end at or before the cut. */
static size_t visits_until(const struct model *model, size_t cut)
{
    size_t count = 0;
    while (count < VISITS && model->starts[count + 1] <= cut)
        count++;
    return count;
}

/* True where what is cut off begins as the rows of the whole visit before it do. */
static bool may_be_of_visit(const struct model *model, size_t cut, size_t visit)
{
    size_t start = model->starts[visit + 1];
    return strncmp(model->text + start, visits[visit][0], cut - start) == 0;
}

/* Whole visits are kept, and the last one too where what is cut off is none of it. */
static void check_cut(const struct model *model, size_t cut, uint64_t told,
                      const struct begun *begun)
{
    size_t whole = visits_until(model, cut), kept = visits_until(model, begun->bytes);
    if (begun->bytes != model->starts[kept] || begun->samples.count != model->rows[kept])
        stop_test("cut at %zu, %llu told: a part of a visit is kept", cut,
                  (unsigned long long)told);
    bool doubtful = whole > 0 && may_be_of_visit(model, cut, whole - 1);
    if (kept + doubtful < whole)
        stop_test("cut at %zu, %llu told: of %zu whole visits %zu are kept", cut,
                  (unsigned long long)told, whole, kept);
}

static void a_file_cut_at_any_byte_goes_on_with_whole_visits_and_loses_one_at_most(void **state)
{
    struct model model = make_model();
    char *path = scratch_path(state, "samples.csv");
    const uint64_t told[] = {0, ROWS};
    for (size_t i = 0; i < COUNT_OF(told); i++)
        for (size_t cut = model.header; cut <= model.bytes; cut++) {
            struct begun begun;
            struct error error = {0};
            unlink(path);
            file_write(path, model.text, cut);
            begun_read(path, told[i], &begun, &error);
            assert_no_error(&error);
            check_cut(&model, cut, told[i], &begun);
            char *after = go_on(path, &begun);
            assert_int_equal(strncmp(after, model.text, begun.bytes), 0);
            assert_string_equal(after + begun.bytes, visits[0][0]);
            free(after);
            begun_free(&begun);
        }
    free(path);
    free(model.text);
}

static void a_run_that_did_not_end_measures_its_last_visit_again(void **state)
{
    struct model model = make_model();
    struct begun begun;
    struct error error = {0};
    char *path = scratch_file(state, "samples.csv", model.text);
    begun_read(path, 0, &begun, &error);
    assert_no_error(&error);
    assert_int_equal(begun.samples.count, model.rows[VISITS - 1]);
    begun_free(&begun);
    begun_read(path, ROWS, &begun, &error);
    assert_no_error(&error);
    assert_int_equal(begun.samples.count, ROWS);
    assert_int_equal(begun.bytes, model.bytes);
    begun_free(&begun);
    free(path);
    free(model.text);
}

/* ------------------------------------------------------------------------------- damaged */

static bool names_file_and_line(const char *path, const struct error *error)
{
    size_t length = strlen(path);
    return error->kind == ERROR_USAGE && strncmp(error->text, path, length) == 0 &&
           error->text[length] == ':' && strtoul(error->text + length + 1, NULL, 10) > 0;
}

/* Refused, or nothing but the last visit is lost. */
static void check_damaged(const struct model *model, const char *path, uint64_t told,
                          const char *what, size_t at)
{
    struct begun begun;
    struct error error = {0};
    if (begun_read(path, told, &begun, &error) != 0) {
        if (!names_file_and_line(path, &error))
            stop_test("%s at byte %zu: '%s'", what, at, error.text);
        return;
    }
    if (begun.samples.count < model->rows[VISITS - 1])
        stop_test("%s at byte %zu: %zu rows are left of %d", what, at, begun.samples.count, ROWS);
    begun_free(&begun);
}

/* Writes the model with some bytes in the place of others. */
static void write_damaged(const struct model *model, const char *path, size_t at, size_t removed,
                          const char *put, size_t put_bytes)
{
    unlink(path); /* file systems hurry a file to the disk that is cut and written again */
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fwrite(model->text, 1, at, file);
    fwrite(put, 1, put_bytes, file);
    fwrite(model->text + at + removed, 1, model->bytes - at - removed, file);
    assert_int_equal(fclose(file), 0);
}

static void a_byte_damaged_anywhere_is_refused_or_costs_the_last_visit(void **state)
{
    static const char put[] = {'"', '\n', ',', '\0', '9', 'x', '\r', ' '};
    struct model model = make_model();
    char *path = scratch_path(state, "samples.csv");
    for (size_t at = 0; at < model.bytes; at += TESTS_ARE_LONG ? 1 : 3) {
        for (size_t i = 0; i < sizeof put; i++) {
            write_damaged(&model, path, at, 1, &put[i], 1);
            check_damaged(&model, path, at % 2 == 0 ? 0 : ROWS, "another byte", at);
        }
        write_damaged(&model, path, at, 1, "", 0);
        check_damaged(&model, path, 0, "a byte missing", at);
        write_damaged(&model, path, at, 0, "\"", 1);
        check_damaged(&model, path, 0, "a quote more", at);
    }
    free(path);
    free(model.text);
}

/* The rows behind a quote that is not closed look like one row that is cut off, to the file's end
 * or to its last line. */
static void a_quote_that_hides_rows_is_refused(void **state)
{
    struct model model = make_model();
    char *path = scratch_path(state, "samples.csv");
    for (size_t visit = 0; visit < VISITS; visit++)
        for (size_t cut = 0; cut < 40; cut++) {
            struct begun begun;
            struct error error = {0};
            char *text = strdup(model.text);
            text[model.starts[visit]] = '"';
            file_write(path, text, model.bytes - cut);
            if (begun_read(path, 0, &begun, &error) == 0)
                stop_test("a quote at visit %zu, cut by %zu", visit, cut);
            assert_true(names_file_and_line(path, &error));
            free(text);
        }
    free(path);
    free(model.text);
}

static void rows_that_are_missing_or_stand_there_twice_are_refused(void **state)
{
    struct model model = make_model();
    struct begun begun;
    struct error error = {0};
    char *path = scratch_path(state, "samples.csv");
    size_t first = strlen(visits[0][0]), second = strlen(visits[0][1]);
    write_damaged(&model, path, model.starts[0], first, "", 0);
    assert_int_equal(begun_read(path, ROWS, &begun, &error), -1);
    assert_error(&error, ERROR_USAGE, "samples.csv:2: this row does not follow the one before");
    error = (struct error){0};
    write_damaged(&model, path, model.starts[0] + first, second, "", 0);
    assert_int_equal(begun_read(path, ROWS, &begun, &error), -1);
    assert_error(&error, ERROR_USAGE, "samples.csv:3: this row does not follow the one before");
    error = (struct error){0};
    write_damaged(&model, path, model.bytes, 0, visits[1][0], strlen(visits[1][0]));
    assert_int_equal(begun_read(path, 0, &begun, &error), -1);
    assert_error(&error, ERROR_USAGE, "samples.csv:15: this visit stands in the file already");
    error = (struct error){0};
    file_write(path, model.text, model.bytes);
    assert_int_equal(begun_read(path, ROWS - 1, &begun, &error), -1);
    assert_error(&error, ERROR_USAGE, "samples.csv:14: the first row beyond the 10");
    free(path);
    free(model.text);
}

/* ------------------------------------------------------------------------------- the header */

static void an_empty_file_gets_its_header(void **state)
{
    struct model model = make_model();
    struct begun begun;
    struct error error = {0};
    char *path = scratch_file(state, "samples.csv", "");
    begun_read(path, 0, &begun, &error);
    assert_no_error(&error);
    assert_int_equal(begun.samples.count, 0);
    char *after = go_on(path, &begun);
    assert_int_equal(strncmp(after, model.text, model.header), 0);
    assert_string_equal(after + model.header, visits[0][0]);
    free(after);
    free(path);
    free(model.text);
}

static void a_header_that_is_cut_off_or_another_is_refused(void **state)
{
    struct begun begun;
    struct error error = {0};
    char *path = scratch_file(state, "samples.csv", "round,wo");
    assert_int_equal(begun_read(path, 0, &begun, &error), -1);
    assert_error(&error, ERROR_USAGE, "samples.csv:1: the header line is missing");
    error = (struct error){0};
    file_write(path, "round\n", strlen("round\n"));
    assert_int_equal(begun_read(path, 0, &begun, &error), -1);
    assert_error(&error, ERROR_USAGE,
                 "samples.csv:1: these are not the columns that this breakeven writes");
    free(path);
}

static void a_missing_file_is_refused_and_not_made(void **state)
{
    struct begun begun = {0};
    struct error error = {0};
    char *path = scratch_path(state, "missing.csv");
    assert_int_equal(begun_read(path, 0, &begun, &error), -1);
    assert_error(&error, ERROR_REFUSED, path);
    error = (struct error){0};
    assert_null(begun_open(path, &begun, &error));
    assert_error(&error, ERROR_REFUSED, path);
    assert_false(file_exists(path));
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_cut_at_any_byte_goes_on_with_whole_visits_and_loses_one_at_most),
        cmocka_unit_test(a_run_that_did_not_end_measures_its_last_visit_again),
        cmocka_unit_test(a_byte_damaged_anywhere_is_refused_or_costs_the_last_visit),
        cmocka_unit_test(a_quote_that_hides_rows_is_refused),
        cmocka_unit_test(rows_that_are_missing_or_stand_there_twice_are_refused),
        cmocka_unit_test(an_empty_file_gets_its_header),
        cmocka_unit_test(a_header_that_is_cut_off_or_another_is_refused),
        cmocka_unit_test(a_missing_file_is_refused_and_not_made),
    };
    return cmocka_run_group_tests_name("begun", tests, scratch_make, scratch_remove);
}
