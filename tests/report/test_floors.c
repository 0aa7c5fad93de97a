/* floors.csv and the tables that are printed of it. */
#include "bench/report/table/floors_table.h"
#include "tests/support.h"

/* Golden files: with BREAKEVEN_UPDATE_GOLDEN=1 in the environment floors.txt is written, not
 * compared. Look at what changed before you keep it. */

/* A folder of floors whose floors.csv is the golden one. */
static char *make_folder(void **state, const char *host)
{
    char *folder = scratch_path(state, "floors"), *path = NULL;
    char *rows = file_read("tests/golden/floors.csv");
    assert_int_equal(mkdir(folder, 0777), 0);
    assert_true(asprintf(&path, "%s/floors.csv", folder) > 0);
    file_write(path, rows, strlen(rows));
    free(path);
    assert_true(asprintf(&path, "%s/host.json", folder) > 0);
    file_write(path, host, strlen(host));
    free(path);
    free(rows);
    return folder;
}

static void floors_are_printed_as_in_the_golden_file(void **state)
{
    struct findings found = {.host = {.cpus_usable = 2}};
    struct error error = {0};
    struct csv_rows rows;
    char *text = NULL;
    size_t bytes;
    (void)state;
    csv_read_file("tests/golden/floors.csv", &floor_format, &found.strings, &rows, &error);
    assert_no_error(&error);
    found.floors = (struct floor_rows){rows.rows, rows.count};
    findings_make_printable(&found, &error);
    assert_no_error(&error);
    FILE *file = open_memstream(&text, &bytes);
    assert_non_null(file);
    floors_print(file, &found);
    assert_int_equal(fclose(file), 0);
    if (getenv("BREAKEVEN_UPDATE_GOLDEN") != NULL)
        file_write("tests/golden/floors.txt", text, strlen(text));
    char *wanted = file_read("tests/golden/floors.txt");
    if (strcmp(text, wanted) != 0)
        stop_test("tests/golden/floors.txt differs from what is printed now:\n%s", text);
    free(wanted);
    free(text);
    findings_free(&found);
}

static void what_is_read_is_written_as_it_was(void **state)
{
    struct strings strings = {0};
    struct error error = {0};
    struct csv_rows rows;
    char *path = scratch_path(state, "floors.csv");
    csv_read_file("tests/golden/floors.csv", &floor_format, &strings, &rows, &error);
    assert_no_error(&error);
    csv_write_file(path, &floor_format, rows.rows, rows.count, &error);
    assert_no_error(&error);
    char *written = file_read(path), *wanted = file_read("tests/golden/floors.csv");
    assert_string_equal(written, wanted);
    free(written);
    free(wanted);
    free(path);
    free(rows.rows);
    strings_free(&strings);
}

static void a_folder_of_floors_is_known_by_its_files(void **state)
{
    struct findings found = {0};
    struct error error = {0};
    char *folder = make_folder(state, "{\"cpus\": {\"usable\": 2}}"), *samples = NULL;
    assert_true(findings_are_floors(folder));
    assert_int_equal(findings_read_floors(folder, &found, &error), 0);
    assert_int_equal(found.host.cpus_usable, 2);
    assert_int_equal(found.floors.count, 16);
    findings_free(&found);
    assert_true(asprintf(&samples, "%s/samples.csv", folder) > 0);
    file_write(samples, "", 0);
    assert_false(findings_are_floors(folder));
    free(samples);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(floors_are_printed_as_in_the_golden_file),
        cmocka_unit_test(what_is_read_is_written_as_it_was),
        cmocka_unit_test(a_folder_of_floors_is_known_by_its_files),
    };
    return cmocka_run_group_tests_name("floors", tests, scratch_make, scratch_remove);
}
