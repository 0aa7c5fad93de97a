#include "bench/findings/claims.h"
#include "bench/report/export/export.h"
#include "bench/report/export/export_text.h"
#include "bench/report/export/threshold_names.h"
#include "tests/memory.h"
#include "tests/support.h"

#include <ctype.h>

/* Golden files as in test_export.c. */

enum { MOST_ROWS = 16 };

static const char *const formats[] = {"c-header", "cmake", "env", "json"};

/* What must end no comment and start none. */
#define HOSTILE "A=*/ int x; /*\n#error \"b\" ${C} `d` \\\xc3\\"

static const struct key plain_key = {
    .work = "squares",
    .jobs = 8,
    .strategy = "openmp",
    .workers = 2,
    .schedule = "auto",
    .chunk = 0,
    .env = "",
    .parent_pages = "",
    .transport = "",
    .bind = "",
    .spin_ns = CSV_UNKNOWN,
    .build = "",
    .options = "",
    .baseline = "",
    .python = "",
    .start_method = "",
    .results = "",
};

static struct threshold make_row(const char *verdict, uint64_t from, uint64_t low, uint64_t high)
{
    return (struct threshold){
        .key = plain_key,
        .temperature = "warm",
        .work_path = "",
        .strategy_path = "",
        .roundtrip_ns = 96.85,
        .crossover = from == THRESHOLD_NEVER ? (double)NAN : (double)from + 0.5,
        .crossover_low = (double)low,
        .crossover_high = NAN,
        .axis = DIMENSION_size,
        .verdict = verdict,
        .from = from,
        .from_low = low,
        .from_high = high,
        .until = THRESHOLD_NEVER,
        .until_low = THRESHOLD_NEVER,
        .until_high = THRESHOLD_NEVER,
        .from_ns = from == THRESHOLD_NEVER ? (double)NAN : 0.7 * (double)from,
        .from_low_ns = 0.7 * (double)low,
        .from_high_ns = NAN,
        .least = 10,
        .most = 3000000,
        .places = 12,
        .costs = {{0.00123, 0.0456, 31623}, {0.00098, 0.034, 31623}},
    };
}

static struct threshold of_strategy(struct threshold row, const char *strategy)
{
    row.key.strategy = strategy;
    return row;
}

static struct threshold in_env(struct threshold row, const char *env)
{
    row.key.env = env;
    return row;
}

static struct threshold between(struct threshold row)
{
    row.until = 90000;
    row.until_low = 80000;
    row.until_high = 100000;
    return row;
}

static struct threshold along_jobs(struct threshold row)
{
    row.axis = DIMENSION_jobs;
    row.key.size = 30000;
    row.key.jobs = 0;
    return row;
}

static struct exported make_exported(const struct threshold rows[], size_t count)
{
    struct error error = {0};
    struct exported made = {.found.host = {.cpus_usable = 2,
                                           .started = "2026-11-27 17:45 UTC",
                                           .model = "A CPU of */ two /* cores",
                                           .architecture = "x86_64",
                                           .kernel = "Linux 6.1",
                                           .commit = "5abfd20"}};
    made.thresholds.rows = calloc(count, sizeof *rows);
    assert_non_null(made.thresholds.rows);
    memcpy(made.thresholds.rows, rows, count * sizeof *rows);
    made.thresholds.count = count;
    assert_int_equal(threshold_names_make(&made.thresholds, &made.found.strings, &error), 0);
    return made;
}

/* A row of each verdict. */
static struct exported make_all(void)
{
    const uint64_t never = THRESHOLD_NEVER;
    const struct threshold rows[] = {
        make_row("at", 31623, 30000, 33001),
        of_strategy(make_row("always", 0, 0, 10), "threadpool"),
        of_strategy(make_row("never", never, 3000000, never), "fork"),
        of_strategy(make_row("noisy", never, 0, never), "spawn"),
        of_strategy(make_row("even", never, never, never), "threads"),
        of_strategy(between(make_row("between", 500, 400, 600)), "openmp-tasks"),
        in_env(of_strategy(make_row("at", 7, 5, 8), "forkpool"), HOSTILE),
        along_jobs(make_row("at", 14, 13, 16)),
    };
    return make_exported(rows, COUNT_OF(rows));
}

/* What the format makes of it; the caller frees it. */
static char *text_of(const struct exported *from, const char *name)
{
    const struct export_format *format = NULL;
    struct error error = {0};
    char *text = NULL;
    size_t bytes;
    FILE *stream = open_memstream(&text, &bytes);
    assert_non_null(stream);
    if (export_find(name, &format, &error) == 0)
        export_write(stream, from, format, &error);
    assert_int_equal(fclose(stream), 0);
    assert_no_error(&error);
    return text;
}

static void each_format_is_as_in_its_golden_file(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        struct exported from = make_all();
        char *text = text_of(&from, formats[i]), *golden = NULL;
        assert_true(asprintf(&golden, "tests/golden/export.thresholds.%s", formats[i]) > 0);
        if (getenv("BREAKEVEN_UPDATE_GOLDEN") != NULL)
            file_write(golden, text, strlen(text));
        char *wanted = file_read(golden);
        if (strcmp(text, wanted) != 0)
            stop_test("%s differs from what is exported now:\n%s", golden, text);
        free(wanted);
        free(golden);
        free(text);
        export_free(&from);
    }
}

/* ------------------------------------------------------------------------------- reading again */

static void must_be_same(const struct threshold *was, const struct threshold *is)
{
    json_t *before = claims_describe(was), *now = claims_describe(is);
    char *a = json_dumps(before, JSON_REAL_PRECISION(9)),
         *b = json_dumps(now, JSON_REAL_PRECISION(9));
    assert_string_equal(a, b);
    free(a);
    free(b);
    json_decref(before);
    json_decref(now);
    assert_true(was->from == is->from && was->until == is->until);
}

static void what_is_exported_is_read_again_in_each_format(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        struct exported from = make_all();
        struct claims claims = {0};
        struct error error = {0};
        from.objective = THRESHOLD_BY_LOSS;
        char *text = text_of(&from, formats[i]);
        claims_read(memory_file(text, strlen(text)), &claims, &error);
        assert_no_error(&error);
        assert_int_equal(claims.head.objective, THRESHOLD_BY_LOSS);
        assert_int_equal(claims.head.cpus, 2);
        assert_string_equal(claims.head.architecture, "x86_64");
        assert_string_equal(claims.head.commit, "5abfd20");
        assert_int_equal(claims.thresholds.count, from.thresholds.count);
        for (size_t k = 0; k < claims.thresholds.count; k++)
            must_be_same(&from.thresholds.rows[k], &claims.thresholds.rows[k]);
        free(text);
        claims_free(&claims);
        export_free(&from);
    }
}

/* That Python starts processes as it does by default is a value, not the lack of one. */
static void the_usual_start_method_is_read_again(void **state)
{
    (void)state;
    struct threshold row = of_strategy(make_row("at", 31623, 30000, 33001), "py-pool");
    struct claims claims = {0};
    struct error error = {0};
    row.key.baseline = "py-serial";
    row.key.python = "python3";
    row.key.start_method = "default";
    struct exported from = make_exported(&row, 1);
    char *text = text_of(&from, "json");
    claims_read(memory_file(text, strlen(text)), &claims, &error);
    assert_no_error(&error);
    assert_string_equal(claims.thresholds.rows[0].key.start_method, "default");
    free(text);
    claims_free(&claims);
    export_free(&from);
}

/* In the format, with the first `old` replaced by `new`. */
static void must_refuse_edited(const char *format, const char *old, const char *new,
                               const char *why)
{
    struct exported from = make_all();
    struct claims claims = {0};
    struct error error = {0};
    char *text = text_of(&from, format), *at = strstr(text, old), *edited = NULL;
    if (at == NULL)
        stop_test("no '%s' in %s", old, format);
    assert_true(asprintf(&edited, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old)) > 0);
    assert_int_equal(claims_read(memory_file(edited, strlen(edited)), &claims, &error), -1);
    assert_error(&error, ERROR_USAGE, why);
    claims_free(&claims);
    free(edited);
    free(text);
    export_free(&from);
}

static void what_was_edited_is_refused(void **state)
{
    (void)state;
    must_refuse_edited("c-header", "_OPENMP_W2_WARM 31623", "_OPENMP_W2_WARM 5",
                       "is 5, and was exported as 31623");
    must_refuse_edited("c-header", "_FORK_W2_WARM SIZE_MAX", "_FORK_W2_WARM 0", "exported as SIZE");
    must_refuse_edited("cmake", "_OPENMP_W2_WARM 31623", "_OPENMP_W2_WARM 5", "is 5");
    must_refuse_edited("c-header", "_OPENMP_W2_WARM_NS 22137", "_OPENMP_W2_WARM_NS 99",
                       "_W2_WARM_NS is 99, and was exported as 22137");
    must_refuse_edited("cmake", "_OPENMP_W2_WARM_LOW 30000", "_OPENMP_W2_WARM_LOW 30001",
                       "_LOW is 30001");
    must_refuse_edited("env", "_OPENMP_W2_WARM_VERDICT=at", "_OPENMP_W2_WARM_VERDICT=always",
                       "_VERDICT is always, and was exported as at");
    must_refuse_edited("c-header", "_NOISY 1", "_NOISY 0", "_NOISY is 0");
    must_refuse_edited("env", "_OPENMP_W2_WARM=31623", "_OPENMP_W2_WARM=", "is nothing");
    must_refuse_edited("env", "\"threshold\":31623", "\"threshold\":5", ":10: it was edited");
    must_refuse_edited("json", "\"threshold\": 31623", "\"threshold\": 5",
                       "1: thresholds[0]: it was edited");
    must_refuse_edited("json", "\"verdict\": \"at\"", "\"verdict\": \"as\"",
                       "verdict is not known");
}

static void what_is_no_export_of_this_version_is_refused(void **state)
{
    (void)state;
    must_refuse_edited("c-header", "\"version\":1", "\"version\":2", "version 2 of thresholds");
    must_refuse_edited("json", "\"version\": 1", "\"version\": 7", "version 7 of thresholds");
    must_refuse_edited("json", "breakeven-thresholds", "breakeven", "holds no thresholds");
    must_refuse_edited("c-header", "breakeven:thresholds", "breakeven", "no head comes before");
    must_refuse_edited("json", "\"name\"", "name", ":12: ");
    must_refuse_edited("env", "{\"name\":", "{\"name", "the object behind this word is damaged");
    must_refuse_edited("env", "\"temperature\":\"warm\"", "\"temperature\":\"hot\"",
                       "neither cold nor warm");
}

/* ------------------------------------------------------------------------------- names */

static void a_name_is_made_of_work_strategy_workers_and_temperature(void **state)
{
    (void)state;
    const struct threshold rows[] = {make_row("at", 1, 1, 1)};
    struct exported from = make_exported(rows, 1);
    assert_string_equal(from.thresholds.rows[0].name, "BREAKEVEN_SQUARES_OPENMP_W2_WARM");
    export_free(&from);
}

static void names_that_would_be_one_tell_what_differs(void **state)
{
    (void)state;
    struct threshold rows[6] = {make_row("at", 1, 1, 1), make_row("at", 1, 1, 1),
                                make_row("at", 1, 1, 1)};
    rows[1].key.jobs = 64;
    rows[2].key.strategy = "forkpool";
    rows[3] = along_jobs(rows[0]);
    rows[4] = along_jobs(rows[2]);
    rows[5] = along_jobs(rows[2]);
    rows[5].key.size = 500;
    struct exported from = make_exported(rows, 6);
    assert_string_equal(from.thresholds.rows[3].name, "BREAKEVEN_SQUARES_OPENMP_W2_WARM_JOBS");
    assert_string_equal(from.thresholds.rows[4].name,
                        "BREAKEVEN_SQUARES_FORKPOOL_W2_WARM_JOBS_SIZE_30000");
    assert_string_equal(from.thresholds.rows[5].name,
                        "BREAKEVEN_SQUARES_FORKPOOL_W2_WARM_JOBS_SIZE_500");
    assert_string_equal(from.thresholds.rows[0].name, "BREAKEVEN_SQUARES_OPENMP_W2_WARM_JOBS_8");
    assert_string_equal(from.thresholds.rows[1].name, "BREAKEVEN_SQUARES_OPENMP_W2_WARM_JOBS_64");
    assert_string_equal(from.thresholds.rows[2].name, "BREAKEVEN_SQUARES_FORKPOOL_W2_WARM");
    export_free(&from);
}

static void every_name_is_an_identifier_and_there_once(void **state)
{
    (void)state;
    static const char *const works[] = {"a-b", "a.b", "a b", "a_b", "a_b_2", "\xc3\xa4", "A-B"};
    struct threshold rows[MOST_ROWS];
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(works); i++, count++) {
        rows[count] = in_env(make_row("at", 1, 1, 1), i % 2 == 0 ? HOSTILE : "");
        rows[count].key.work = works[i];
    }
    struct exported from = make_exported(rows, count);
    for (size_t i = 0; i < count; i++) {
        const char *name = from.thresholds.rows[i].name;
        assert_int_equal(strncmp(name, "BREAKEVEN_", 10), 0);
        for (const char *c = name; *c != '\0'; c++)
            assert_true(isupper((unsigned char)*c) || isdigit((unsigned char)*c) || *c == '_');
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(name, from.thresholds.rows[k].name);
    }
    export_free(&from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_format_is_as_in_its_golden_file),
        cmocka_unit_test(what_is_exported_is_read_again_in_each_format),
        cmocka_unit_test(the_usual_start_method_is_read_again),
        cmocka_unit_test(what_was_edited_is_refused),
        cmocka_unit_test(what_is_no_export_of_this_version_is_refused),
        cmocka_unit_test(a_name_is_made_of_work_strategy_workers_and_temperature),
        cmocka_unit_test(names_that_would_be_one_tell_what_differs),
        cmocka_unit_test(every_name_is_an_identifier_and_there_once),
    };
    return cmocka_run_group_tests_name("thresholds", tests, NULL, NULL);
}
