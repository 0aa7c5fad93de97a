/* What a run's files tell: read whole or refused, and written as every reader finds it again. */
#include "bench/findings/findings.h"
#include "tests/support.h"

#include <sys/stat.h>

static void put(const char *folder, const char *name, const char *text)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
    file_write(path, text, strlen(text));
    free(path);
}

static void copy_golden(const char *folder, const char *name)
{
    char *path = NULL;
    assert_true(asprintf(&path, "tests/golden/%s", name) > 0);
    char *text = file_read(path);
    put(folder, name, text);
    free(text);
    free(path);
}

/* A folder with the golden samples, on two CPUs; the host tells of so many rows. */
static char *make_folder(void **state, const char *name, const char *samples)
{
    char *folder = scratch_path(state, name), *host = NULL;
    assert_int_equal(mkdir(folder, 0777), 0);
    assert_true(
        asprintf(&host, "{\"cpus\": {\"usable\": 2}, \"run\": {\"samples\": %s}}", samples) > 0);
    put(folder, "host.json", host);
    copy_golden(folder, "samples.csv");
    free(host);
    return folder;
}

static void assert_file(const char *folder, const char *name, const char *golden)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
    char *text = file_read(path), *wanted = file_read(golden);
    assert_string_equal(text, wanted);
    free(text);
    free(wanted);
    free(path);
}

static void what_is_found_is_written_and_read_again(void **state)
{
    struct findings found = {0}, again = {0};
    struct error error = {0};
    char *folder = make_folder(state, "whole", "94");
    findings_read(folder, &found, &error);
    assert_no_error(&error);
    assert_int_equal(found.host.cpus_usable, 2);
    assert_int_equal(found.visits.samples, 94);
    findings_write(folder, &found, &error);
    assert_no_error(&error);
    assert_file(folder, "summary.csv", "tests/golden/summary.csv");
    findings_read_host(folder, false, &again, &error);
    findings_check_samples(folder, &again, &error);
    findings_read_summaries(folder, &again, &error);
    findings_read_crossovers(folder, &again, &error);
    assert_no_error(&error);
    assert_int_equal(again.summaries.count, found.summaries.count);
    assert_int_equal(again.crossovers.count, found.crossovers.count);
    for (size_t i = 0; i < found.crossovers.count; i++)
        assert_int_equal(crossover_compare(&again.crossovers.rows[i], &found.crossovers.rows[i]),
                         0);
    findings_free(&found);
    findings_free(&again);
    free(folder);
}

static void the_summaries_alone_are_those_of_the_whole(void **state)
{
    struct findings found = {0};
    struct error error = {0};
    char *folder = make_folder(state, "summaries", "94");
    findings_read_rounds(folder, &found, &error);
    assert_no_error(&error);
    assert_int_equal(found.summaries.count, 0);
    findings_write_summaries(folder, &found, &error);
    assert_no_error(&error);
    assert_file(folder, "summary.csv", "tests/golden/summary.csv");
    findings_free(&found);
    free(folder);
}

static void a_run_that_is_not_whole_is_refused_by_every_reader(void **state)
{
    char *folder = make_folder(state, "short", "95");
    for (int reader = 0; reader < 3; reader++) {
        struct findings found = {0};
        struct error error = {0};
        int result = findings_read_host(folder, false, &found, &error);
        assert_int_equal(result, 0);
        result = reader == 0   ? findings_read(folder, &found, &error)
                 : reader == 1 ? findings_read_rounds(folder, &found, &error)
                               : findings_check_samples(folder, &found, &error);
        assert_int_equal(result, -1);
        assert_error(&error, ERROR_USAGE, "the run is not whole");
        findings_free(&found);
    }
    free(folder);
}

static void tables_are_read_where_samples_were_not_kept(void **state)
{
    struct findings found = {0};
    struct error error = {0};
    char *folder = make_folder(state, "tables", "94"), *samples = NULL;
    assert_true(asprintf(&samples, "%s/samples.csv", folder) > 0);
    unlink(samples);
    copy_golden(folder, "summary.csv");
    findings_read_host(folder, false, &found, &error);
    findings_check_samples(folder, &found, &error);
    findings_read_summaries(folder, &found, &error);
    assert_no_error(&error);
    assert_true(found.summaries.count > 0);
    findings_free(&found);
    free(samples);
    free(folder);
}

static void a_host_may_be_missing_only_where_that_is_said(void **state)
{
    struct findings found = {0};
    struct error error = {0};
    char *folder = scratch_path(state, "bare");
    assert_int_equal(mkdir(folder, 0777), 0);
    assert_int_equal(findings_read_host(folder, true, &found, &error), 0);
    assert_int_equal(found.host.cpus_usable, 0);
    assert_int_equal(findings_read_host(folder, false, &found, &error), -1);
    assert_error(&error, ERROR_USAGE, "host.json");
    findings_free(&found);
    free(folder);
}

static void a_path_that_is_too_long_is_refused(void **state)
{
    struct error error = {0};
    char folder[PATH_MAX], path[PATH_MAX];
    (void)state;
    memset(folder, 'x', sizeof folder - 1);
    folder[sizeof folder - 1] = '\0';
    assert_int_equal(findings_path(folder, "host.json", path, &error), -1);
    assert_error(&error, ERROR_USAGE, "too long");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_found_is_written_and_read_again),
        cmocka_unit_test(the_summaries_alone_are_those_of_the_whole),
        cmocka_unit_test(a_run_that_is_not_whole_is_refused_by_every_reader),
        cmocka_unit_test(tables_are_read_where_samples_were_not_kept),
        cmocka_unit_test(a_host_may_be_missing_only_where_that_is_said),
        cmocka_unit_test(a_path_that_is_too_long_is_refused),
    };
    return cmocka_run_group_tests_name("findings", tests, scratch_make, scratch_remove);
}
