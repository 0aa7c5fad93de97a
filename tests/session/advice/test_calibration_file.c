#include "bench/session/advice/calibration_file.h"
#include "tests/support.h"

#include <jansson.h>

#define UNKNOWN ((struct interval){NAN, NAN, NAN})

static const struct cpus two_cpus = {.online = 4, .affinity = 2, .usable = 2, .quota = NAN};

static struct calibration_facts facts_of(const struct cpus *cpus)
{
    struct calibration_facts facts;
    struct error error = {0};
    calibration_facts_read(cpus, NULL, &facts, &error);
    assert_no_error(&error);
    return facts;
}

/* A model of two strategies, of which little is known. */
static struct model small_model(struct model_line lines[2])
{
    for (size_t i = 0; i < 2; i++) {
        lines[i] =
            (struct model_line){.strategy = i == 0 ? "fork" : "threadpool",
                                .workers = 2,
                                .traits = {.starts_each_job = i == 0, .shares_memory = i == 1}};
        for (int k = 0; k < MODEL_PARAMETER_COUNT; k++)
            lines[i].parameters[k] = UNKNOWN;
        for (int k = 0; k < CONTENTION_COUNT; k++)
            lines[i].company[k] = UNKNOWN;
        lines[i].parameters[MODEL_region_ns] = (struct interval){1234.5, 1200.25, 1300};
        lines[i].parameters[MODEL_first_ns] = (struct interval){-5, NAN, NAN};
        lines[i].company[CONTENTION_COMPUTE] = (struct interval){1.5, 1.25, 1.75};
    }
    return (struct model){lines, 2, 2, 4096};
}

static const struct calibration_measured measured = {.at_s = 1764290000,
                                                     .budget_ns = 5000000000,
                                                     .seed = 7,
                                                     .visits = 600,
                                                     .elapsed_s = 4.75,
                                                     .others_cpus = 0.5};

/* Writes the small model; the caller frees the path. */
static char *write_small(void **state, const struct calibration_facts *facts)
{
    struct model_line lines[2];
    struct model model = small_model(lines);
    struct error error = {0};
    char *path = scratch_path(state, "calibration.json");
    calibration_write(path, facts, &measured, &model, &error);
    assert_no_error(&error);
    return path;
}

static void assert_interval(struct interval got, struct interval wanted)
{
    assert_memory_equal(&got.median, &wanted.median, sizeof got.median);
    assert_true(isnan(wanted.low) ? isnan(got.low) : got.low == wanted.low);
    assert_true(isnan(wanted.high) ? isnan(got.high) : got.high == wanted.high);
}

static void what_is_written_is_read_again_as_the_same(void **state)
{
    struct calibration_facts facts = facts_of(&two_cpus);
    struct calibration_content content;
    struct error error = {0};
    char *path = write_small(state, &facts);
    assert_int_equal(calibration_read(path, &facts, &content, &error), CALIBRATION_FINE);
    assert_no_error(&error);
    assert_int_equal(content.model.count, 2);
    assert_int_equal(content.model.cpus, 2);
    assert_true(content.model.page_bytes == 4096);
    assert_memory_equal(&content.measured, &measured, sizeof measured);
    const struct model_line *line = &content.model.lines[1];
    assert_string_equal(line->strategy, "threadpool");
    assert_int_equal(line->workers, 2);
    assert_true(line->traits.shares_memory && !line->traits.starts_each_job);
    assert_interval(line->parameters[MODEL_region_ns], (struct interval){1234.5, 1200.25, 1300});
    assert_interval(line->parameters[MODEL_first_ns], (struct interval){-5, NAN, NAN});
    assert_true(isnan(line->parameters[MODEL_open_ns].median));
    assert_interval(line->company[CONTENTION_COMPUTE], (struct interval){1.5, 1.25, 1.75});
    assert_true(isnan(line->company[CONTENTION_MEMORY].median));
    calibration_content_free(&content);
    calibration_facts_free(&facts);
    free(path);
}

static void a_file_that_is_not_there_is_missing_and_nothing_else(void **state)
{
    struct calibration_content content;
    struct error error = {0};
    char *path = scratch_path(state, "none.json");
    assert_int_equal(calibration_read(path, NULL, &content, &error), CALIBRATION_MISSING);
    free(path);
}

static void another_quota_and_another_mask_are_another_machine(void **state)
{
    struct cpus quota = two_cpus, mask = two_cpus;
    struct calibration_facts here = facts_of(&two_cpus);
    char paths[3][PATH_MAX];
    struct error error = {0};
    quota.quota = 1.0 / 3;
    mask.affinity = mask.usable = 1;
    struct calibration_facts others[] = {here, facts_of(&quota), facts_of(&mask)};
    char *path = write_small(state, &here);
    for (size_t i = 0; i < 3; i++) {
        struct calibration_content content;
        struct error why = {0};
        calibration_path("/cache", &others[i], paths[i], &error);
        assert_int_equal(calibration_read(path, &others[i], &content, &why),
                         i == 0 ? CALIBRATION_FINE : CALIBRATION_UNUSABLE);
        if (i > 0)
            assert_error(&why, ERROR_USAGE, "another machine");
        calibration_content_free(&content);
        calibration_facts_free(&others[i]);
    }
    assert_no_error(&error);
    assert_string_not_equal(paths[0], paths[1]);
    assert_string_not_equal(paths[0], paths[2]);
    assert_string_not_equal(paths[1], paths[2]);
    free(path);
}

/* What a file comes to of which a value was changed. */
static void assert_changed(void **state, const char *section, const char *key, json_t *value,
                           enum calibration_state wanted, const char *words)
{
    struct calibration_facts facts = facts_of(&two_cpus);
    struct calibration_content content;
    struct error error = {0};
    char *path = write_small(state, &facts);
    json_t *root = json_load_file(path, 0, NULL);
    json_t *object = section != NULL ? json_object_get(root, section) : root;
    json_object_set_new(object, key, value);
    assert_int_equal(json_dump_file(root, path, 0), 0);
    json_decref(root);
    assert_int_equal(calibration_read(path, &facts, &content, &error), wanted);
    assert_contains(error.text, words);
    if (wanted == CALIBRATION_UNUSABLE)
        assert_contains(error.text, path);
    assert_null(content.model.lines);
    calibration_facts_free(&facts);
    free(path);
}

static void a_change_of_what_made_it_makes_it_old_and_is_named(void **state)
{
    static const char *const facts[][2] = {
        {"kernel", "the kernel is another one"},
        {"microcode", "microcode"},
        {"commit", "another build"},
        {"flags", "another build"},
        {"libraries", "a library that runs strategies is another one"},
    };
    for (size_t i = 0; i < COUNT_OF(facts); i++)
        assert_changed(state, "made_by", facts[i][0], json_string("changed"), CALIBRATION_OLD,
                       facts[i][1]);
}

static void another_format_is_named_and_not_read(void **state)
{
    assert_changed(state, NULL, "format", json_integer(CALIBRATION_FORMAT + 1),
                   CALIBRATION_UNUSABLE, "format 2; this breakeven reads 1");
    assert_changed(state, NULL, "format", json_string("1"), CALIBRATION_UNUSABLE,
                   "not a calibration");
}

static void what_is_out_of_its_range_is_damage(void **state)
{
    assert_changed(state, NULL, "cpus", json_integer(0), CALIBRATION_UNUSABLE, "cpus");
    assert_changed(state, NULL, "page_bytes", json_null(), CALIBRATION_UNUSABLE, "page_bytes");
    assert_changed(state, NULL, "lines", json_array(), CALIBRATION_UNUSABLE, "lines");
    assert_changed(state, NULL, "lines", json_pack("[{}]"), CALIBRATION_UNUSABLE, "a line");
    assert_changed(state, NULL, "more", json_true(), CALIBRATION_UNUSABLE, "damaged");
    assert_changed(state, "measured", "at_s", json_real(-1), CALIBRATION_UNUSABLE, "at_s");
}

static void a_file_that_is_cut_anywhere_is_damaged(void **state)
{
    struct calibration_facts facts = facts_of(&two_cpus);
    char *path = write_small(state, &facts), *text = file_read(path);
    size_t bytes = strlen(text);
    for (size_t kept = 0; kept + 2 < bytes; kept += 1 + bytes / 100) {
        struct calibration_content content;
        struct error error = {0};
        file_write(path, text, kept);
        assert_int_equal(calibration_read(path, &facts, &content, &error), CALIBRATION_UNUSABLE);
        assert_error(&error, ERROR_USAGE, path);
    }
    free(text);
    calibration_facts_free(&facts);
    free(path);
}

static void a_line_that_is_there_twice_is_damage(void **state)
{
    struct calibration_facts facts = facts_of(&two_cpus);
    struct calibration_content content;
    struct model_line lines[2];
    struct model model = small_model(lines);
    struct error error = {0};
    char *path = scratch_path(state, "calibration.json");
    lines[1] = lines[0];
    calibration_write(path, &facts, &measured, &model, &error);
    assert_no_error(&error);
    assert_int_equal(calibration_read(path, &facts, &content, &error), CALIBRATION_UNUSABLE);
    assert_error(&error, ERROR_USAGE, "twice");
    calibration_facts_free(&facts);
    free(path);
}

static void the_folder_is_that_of_the_users_cache(void **state)
{
    char path[PATH_MAX];
    struct error error = {0};
    (void)state;
    setenv("HOME", "/home/somebody", 1);
    setenv("XDG_CACHE_HOME", "relative", 1); /* to be ignored, by the standard */
    assert_int_equal(calibration_folder(path, &error), 0);
    assert_string_equal(path, "/home/somebody/.cache/breakeven");
    setenv("XDG_CACHE_HOME", "/var/somewhere", 1);
    assert_int_equal(calibration_folder(path, &error), 0);
    assert_string_equal(path, "/var/somewhere/breakeven");
    unsetenv("XDG_CACHE_HOME");
    unsetenv("HOME");
    assert_int_equal(calibration_folder(path, &error), -1);
    assert_error(&error, ERROR_REFUSED, "XDG_CACHE_HOME");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_again_as_the_same),
        cmocka_unit_test(a_file_that_is_not_there_is_missing_and_nothing_else),
        cmocka_unit_test(another_quota_and_another_mask_are_another_machine),
        cmocka_unit_test(a_change_of_what_made_it_makes_it_old_and_is_named),
        cmocka_unit_test(another_format_is_named_and_not_read),
        cmocka_unit_test(what_is_out_of_its_range_is_damage),
        cmocka_unit_test(a_file_that_is_cut_anywhere_is_damaged),
        cmocka_unit_test(a_line_that_is_there_twice_is_damage),
        cmocka_unit_test(the_folder_is_that_of_the_users_cache),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
