#include "bench/report/export/export.h"
#include "bench/report/export/export_text.h"
#include "tests/support.h"

#include <ctype.h>
#include <jansson.h>

/* Golden files: with BREAKEVEN_UPDATE_GOLDEN=1 in the environment they are written, not compared.
 * Look at what changed before you keep it. */

enum {
    ROUNDS = 7,
    DISTURBED_ROUND = 4,
    MOST_SAMPLES = 128,
    MANY_ROWS = 5000,
    MARKDOWN_LIMIT = 65536
};

/* What must act nowhere: in XML, JSON, Markdown, a terminal, a list of `key=value` or a line. */
#define HOSTILE                                                                                    \
    "A=\"x\"|<script>alert('1')</script>]]>&amp;`b` *c* [d](http://e)\n@f $g$/h%\x01\x1b[31m \xc3"

static const struct key plain_key = {
    .work = "squares",
    .size = 1000,
    .jobs = 8,
    .strategy = "threadpool",
    .workers = 2,
    .schedule = "dynamic",
    .chunk = 4,
    .env = "",
    .parent_pages = "",
    .transport = "",
    .bind = "none",
    .spin_ns = 50000,
    .build = "",
    .options = "",
    .baseline = "",
    .python = "",
    .start_method = "",
    .results = "",
};

static const struct host two_cpus = {
    .cpus_usable = 2,
    .started = "2026-11-22 21:45 UTC",
    .model = "A CPU of <b>two</b> cores",
    .architecture = "x86_64",
    .kernel = "Linux 6.1",
    .suite = "quick",
    .base = "breakeven 0.1.0 (5abfd20)",
    .new = "breakeven 0.1.0 (b67cfcb|dirty)",
    .commit = "b67cfcb",
    .governor = "powersave",
    .load_average = 0.5,
    .warnings = {{"turbo is on; turn it off"}, 1},
};

static struct comparison make_row(const char *strategy, enum quantity quantity,
                                  enum verdict verdict)
{
    struct comparison row = {
        .key = plain_key,
        .temperature = "warm",
        .quantity = quantity_names[quantity],
        .base = NAN,
        .base_low = NAN,
        .base_high = NAN,
        .new = NAN,
        .new_low = NAN,
        .new_high = NAN,
        .change = NAN,
        .change_low = NAN,
        .change_high = NAN,
        .p = NAN,
        .rounds = 20,
        .fresh_change = NAN,
        .fresh_low = NAN,
        .fresh_high = NAN,
        .fresh_p = NAN,
        .fresh_rounds = CSV_UNKNOWN,
        .threshold = 0.05,
        .verdict = verdict_names[verdict],
        .more_rounds = CSV_UNKNOWN,
        .detail = "",
    };
    row.key.strategy = strategy;
    return row;
}

/* Both sides and the change between them, with intervals of two percent. */
static struct comparison change_row(const char *strategy, enum quantity quantity,
                                    enum verdict verdict, double base, double change)
{
    struct comparison row = make_row(strategy, quantity, verdict);
    row.base = base;
    row.base_low = 0.98 * base;
    row.base_high = 1.02 * base;
    row.new = base *(1 + change);
    row.new_low = 0.98 * row.new;
    row.new_high = 1.02 * row.new;
    row.change = change;
    row.change_low = change - 0.01;
    row.change_high = change + 0.01;
    row.p = 0.00125;
    return row;
}

static struct comparison confirmed(struct comparison row)
{
    row.fresh_change = row.change * 0.9;
    row.fresh_low = row.fresh_change - 0.02;
    row.fresh_high = row.fresh_change + 0.02;
    row.fresh_p = 0.0005;
    row.fresh_rounds = 24;
    return row;
}

static struct comparison explained(struct comparison row, const char *detail)
{
    row.detail = detail;
    return row;
}

static struct comparison undecided(struct comparison row, uint64_t more_rounds)
{
    row.more_rounds = more_rounds;
    return row;
}

static struct comparison in_env(struct comparison row, const char *env)
{
    row.key.env = env;
    return row;
}

/* For any size, as a crossover is. */
static struct comparison of_all_sizes(struct comparison row)
{
    row.key.size = CSV_UNKNOWN;
    row.temperature = "cold";
    return row;
}

/* A row of each verdict and each quantity; the caller frees the rows with export_free. */
static struct exported make_comparison(void)
{
    const struct comparison rows[] = {
        change_row("serial", QUANTITY_TIME, VERDICT_SAME, 950, 0.003),
        change_row("threadpool", QUANTITY_TIME, VERDICT_SAME, 140, -0.01),
        confirmed(change_row("openmp", QUANTITY_TIME, VERDICT_IMPROVEMENT, 1500, -0.3)),
        change_row("threads", QUANTITY_OVERHEAD, VERDICT_IMPROVEMENT, 14500, -0.31),
        confirmed(change_row("forkpool", QUANTITY_TIME, VERDICT_REGRESSION, 1.4e6, 0.123)),
        confirmed(change_row("forkpool", QUANTITY_SPEEDUP, VERDICT_REGRESSION, 1.97, -0.107)),
        change_row("forkpool", QUANTITY_INSTRUCTIONS, VERDICT_REGRESSION, 1e6, 0.2),
        of_all_sizes(explained(make_row("fork", QUANTITY_CROSSOVER, VERDICT_REGRESSION),
                               "was 'at', is 'never' now")),
        explained(make_row("forkserver", QUANTITY_TIME, VERDICT_CRASHED),
                  "crashed: 1 of 8 jobs died of signal 11, \"boom\" <at> " HOSTILE),
        undecided(change_row("spawn", QUANTITY_TIME, VERDICT_NOISY, 6e6, 0.06), 31),
        undecided(explained(change_row("spawn", QUANTITY_SPEEDUP, VERDICT_NOISY, 0.5, -0.06),
                            "not confirmed"),
                  1),
        explained(make_row("glib", QUANTITY_TIME, VERDICT_MISSING), "new: not visited"),
        explained(make_row("forkteam", QUANTITY_TIME, VERDICT_NEW), "base: not visited"),
        in_env(change_row("openmp", QUANTITY_TIME, VERDICT_REGRESSION, 1500, 0.5), HOSTILE),
    };
    struct exported made = {.found.host = two_cpus, .compared = true};
    made.comparisons = (struct comparisons){malloc(sizeof rows), COUNT_OF(rows)};
    assert_non_null(made.comparisons.rows);
    memcpy(made.comparisons.rows, rows, sizeof rows);
    return made;
}

static void add_sample(struct samples *samples, struct key key, uint64_t round, double ns)
{
    assert_true(samples->count < MOST_SAMPLES);
    samples->rows[samples->count++] = (struct sample){
        .round = round,
        .key = key,
        .temperature = "warm",
        .maps = 10,
        .ns_per_map = ns,
        .open_ns = NAN,
        .close_ns = NAN,
        .user_ns = isfinite(ns) ? 15 * ns : (double)NAN,
        .sys_ns = isfinite(ns) ? 5 * ns : (double)NAN,
        .participation = 1,
        .roundtrip_ns = 100,
        .wake_ns = NAN,
        .first_result_ns = NAN,
        .steal_ticks = CSV_UNKNOWN,
        .status = isfinite(ns) ? "ok" : "crashed",
        .detail = isfinite(ns) ? "" : "1 of 8 jobs died of signal 11: " HOSTILE,
        .runtime = "",
        .visit_ns = NAN,
        .disturbed = round == DISTURBED_ROUND ? 1 : 0,
    };
}

/* Serial, a pool twice as fast, the same in a hostile environment, and a strategy that crashed. The
 * fourth round was disturbed. */
static void add_build(struct samples *samples, const char *build, double factor)
{
    struct key pool = plain_key, serial = key_of_baseline(&plain_key), crashed = plain_key;
    pool.build = serial.build = crashed.build = build;
    crashed.strategy = "spawn";
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        double ns = factor * (round == DISTURBED_ROUND ? 99 : 1) * (1000 + (double)round);
        pool.env = serial.env = "";
        add_sample(samples, serial, round, 2 * ns);
        add_sample(samples, pool, round, ns);
        pool.env = serial.env = HOSTILE;
        add_sample(samples, serial, round, 3 * ns);
        add_sample(samples, pool, round, ns);
    }
    add_sample(samples, crashed, 1, NAN);
}

static struct exported make_rounds(bool compared)
{
    struct error error = {0};
    struct exported made = {.found.host = two_cpus, .compared = compared};
    made.samples.rows = calloc(MOST_SAMPLES, sizeof *made.samples.rows);
    assert_non_null(made.samples.rows);
    add_build(&made.samples, compared ? "new" : "", 1);
    csv_make_printable(&samples_format, made.samples.rows, made.samples.count,
                       &made.samples.strings, &error);
    visits_reduce(&made.samples, &made.found.visits, &error);
    speedup_summarise(&made.found.visits, 2, &made.found.summaries, &error);
    assert_no_error(&error);
    return made;
}

/* The formats of cells come first; test_thresholds.c has the others. */
static size_t row_formats(void)
{
    size_t count = 0;
    while (export_formats[count].tells != EXPORT_THRESHOLDS)
        count++;
    return count;
}

/* What the format makes of it; the caller frees it. */
static char *exported_text(struct exported *from, const char *name, struct error *error)
{
    const struct export_format *format = NULL;
    char *text = NULL;
    size_t bytes;
    FILE *stream = open_memstream(&text, &bytes);
    assert_non_null(stream);
    if (export_find(name, &format, error) == 0 && export_make_printable(from, error) == 0)
        export_write(stream, from, format, error);
    assert_int_equal(fclose(stream), 0);
    return text;
}

static char *good_text(struct exported *from, const char *format)
{
    struct error error = {0};
    char *text = exported_text(from, format, &error);
    assert_no_error(&error);
    return text;
}

/* Compares a text with the golden one, or makes it the golden one. */
static void check_golden(const char *text, const char *of, const char *format)
{
    char *golden = NULL;
    assert_true(asprintf(&golden, "tests/golden/export.%s.%s", of, format) > 0);
    if (getenv("BREAKEVEN_UPDATE_GOLDEN") != NULL)
        file_write(golden, text, strlen(text));
    char *wanted = file_read(golden);
    if (strcmp(text, wanted) != 0)
        stop_test("%s differs from what is exported now:\n%s", golden, text);
    free(wanted);
    free(golden);
}

/* What each format makes of a comparison: of its rows, or of the rounds of one of its builds. */
static struct exported make_compared(const struct export_format *format)
{
    return format->tells == EXPORT_ROUNDS ? make_rounds(true) : make_comparison();
}

/* ------------------------------------------------------------------------------- golden files */

static void each_format_of_a_comparison_is_as_in_its_golden_file(void **state)
{
    (void)state;
    for (size_t i = 0; i < row_formats(); i++) {
        struct exported from = make_compared(&export_formats[i]);
        char *text = good_text(&from, export_formats[i].name);
        check_golden(text, "comparison", export_formats[i].name);
        free(text);
        export_free(&from);
    }
}

static void each_format_of_a_run_is_as_in_its_golden_file(void **state)
{
    (void)state;
    for (size_t i = 0; i < row_formats(); i++) {
        struct exported from = make_rounds(false);
        char *text = good_text(&from, export_formats[i].name);
        check_golden(text, "run", export_formats[i].name);
        free(text);
        export_free(&from);
    }
}

/* What readers.sh lets the real readers read. */
static void the_comparison_itself_is_as_in_its_golden_file(void **state)
{
    struct error error = {0};
    struct exported from = make_comparison();
    char *path = scratch_path(state, "comparison.csv");
    csv_write_file(path, &comparison_format, from.comparisons.rows, from.comparisons.count, &error);
    assert_no_error(&error);
    char *text = file_read(path);
    check_golden(text, "comparison", "csv");
    free(text);
    free(path);
    export_free(&from);
}

/* ------------------------------------------------------------------------------- what holds for
 * all */

/* Jansson takes UTF-8 alone. */
static void check_characters(const char *format, const char *text)
{
    json_t *string = json_string(text);
    if (string == NULL)
        stop_test("%s is not UTF-8", format);
    json_decref(string);
    for (const char *c = text; *c != '\0'; c++)
        if (iscntrl((unsigned char)*c) && *c != '\n' && *c != '\t')
            stop_test("%s holds the control character %d", format, *c);
}

static bool is_markup(const char *format)
{
    return text_equal(format, "markdown") || text_equal(format, "junit");
}

static void hostile_texts_act_in_no_format(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * row_formats(); i++) {
        const struct export_format *format = &export_formats[i / 2];
        struct exported from = i % 2 == 0 ? make_compared(format) : make_rounds(false);
        char *text = good_text(&from, format->name);
        check_characters(format->name, text);
        if (is_markup(format->name) &&
            (strstr(text, "<script") || strstr(text, "]]>") || strstr(text, "<b>")))
            stop_test("%s: a text acts as markup:\n%s", format->name, text);
        free(text);
        export_free(&from);
    }
}

static void no_format_tells_a_number_that_is_not_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * row_formats(); i++) {
        const struct export_format *format = &export_formats[i / 2];
        struct exported from = i % 2 == 0 ? make_compared(format) : make_rounds(false);
        char *text = good_text(&from, format->name);
        for (char *c = text; *c != '\0'; c++)
            *c = (char)tolower((unsigned char)*c);
        assert_null(strstr(text, "nan"));
        assert_null(strstr(text, "inf"));
        assert_null(strstr(text, "18446744073709551615"));
        free(text);
        export_free(&from);
    }
}

static void where_no_row_has_what_is_asked_for_there_is_nothing_to_export(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * row_formats(); i++) {
        struct error error = {0};
        struct exported nothing = {.found.host = two_cpus, .compared = i % 2 == 0};
        free(exported_text(&nothing, export_formats[i / 2].name, &error));
        assert_error(&error, ERROR_NOT_COMPARABLE, export_formats[i / 2].name);
        export_free(&nothing);
    }
}

static void a_cell_that_crashed_has_no_entry_where_entries_are_numbers(void **state)
{
    static const char *const formats[] = {"google-benchmark", "benchstat",
                                          "github-action-benchmark", "bencher"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        struct exported from = make_rounds(false);
        char *text = good_text(&from, formats[i]);
        assert_null(strstr(text, "strategy=spawn"));
        assert_contains(text, "strategy=threadpool");
        free(text);
        export_free(&from);
    }
}

static void an_unknown_format_is_refused_with_the_nearest_and_the_list(void **state)
{
    const struct export_format *format;
    struct error error = {0}, far = {0};
    (void)state;
    export_find("junt", &format, &error);
    assert_error(&error, ERROR_USAGE, "did you mean 'junit'?");
    for (size_t i = 0; i < row_formats(); i++)
        assert_contains(error.text, export_formats[i].name);
    export_find("something else", &format, &far);
    assert_error(&far, ERROR_USAGE, "known are markdown, junit");
}

/* ------------------------------------------------------------------------------- names */

static char *name_of(const struct key *key, const char *quantity)
{
    struct error error = {0};
    char *name = export_name(key, "warm", quantity, &error);
    assert_no_error(&error);
    return name;
}

static void a_name_holds_nothing_that_a_format_would_have_to_escape(void **state)
{
    (void)state;
    struct key key = plain_key;
    key.work = key.env = HOSTILE;
    char *name = name_of(&key, "");
    assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "-._~+:,;=@/%"),
                     strlen(name));
    assert_contains(name, "A=%22x%22%7C%3Cscript%3E");
    free(name);
}

/* Each change of a cell that makes another one of it. */
static void every_column_that_tells_cells_apart_is_in_the_name(void **state)
{
    (void)state;
    struct key keys[18];
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        keys[i] = plain_key;
    keys[1].work = "stream";
    keys[2].size = 10;
    keys[3].jobs = 1;
    keys[4].strategy = "openmp";
    keys[5].workers = 1;
    keys[6].schedule = "static";
    keys[7].chunk = 0;
    keys[8].env = "A=1";
    keys[9].parent_mib = 64;
    keys[10].parent_pages = "thp";
    keys[11].payload_in = 1;
    keys[12].payload_out = 1;
    keys[13].transport = "pipe";
    keys[14].bind = "compact";
    keys[15].spin_ns = 0;
    keys[16].idle_ns = 1000000;
    keys[17].neighbours = 1;
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        for (size_t k = 0; k < i; k++) {
            char *one = name_of(&keys[i], ""), *other = name_of(&keys[k], "");
            assert_string_not_equal(one, other);
            free(one);
            free(other);
        }
    char *time = name_of(&plain_key, "time");
    assert_string_equal(time, "squares/size=1000/jobs=8/strategy=threadpool/workers=2/"
                              "schedule=dynamic/chunk=4/temperature=warm/quantity=time");
    free(time);
}

static void both_builds_of_a_comparison_and_a_run_have_the_same_names(void **state)
{
    (void)state;
    struct exported run = make_rounds(false), build = make_rounds(true);
    char *of_run = good_text(&run, "benchstat"), *of_build = good_text(&build, "benchstat");
    assert_string_equal(of_run, of_build);
    free(of_run);
    free(of_build);
    export_free(&run);
    export_free(&build);
}

/* ------------------------------------------------------------------------------- Markdown */

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

/* Many rows of one verdict, and behind them one regression. */
static struct exported make_many(enum verdict verdict)
{
    struct exported made = {.found.host = two_cpus, .compared = true};
    made.comparisons.rows = calloc(MANY_ROWS + 1, sizeof *made.comparisons.rows);
    made.comparisons.count = MANY_ROWS + 1;
    assert_non_null(made.comparisons.rows);
    for (size_t i = 0; i < MANY_ROWS; i++) {
        made.comparisons.rows[i] =
            in_env(change_row("openmp", QUANTITY_TIME, verdict, 1500, 0.06), HOSTILE);
        made.comparisons.rows[i].key.size = i;
    }
    made.comparisons.rows[MANY_ROWS] =
        change_row("forkpool", QUANTITY_TIME, VERDICT_REGRESSION, 1500, 0.5);
    return made;
}

static void markdown_stays_small_and_tells_what_is_left_out(void **state)
{
    (void)state;
    for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
        struct exported many = make_many(verdict);
        char *text = good_text(&many, "markdown"), left_out[64];
        size_t shown = count_of(text, "| `squares/");
        assert_true(strlen(text) < MARKDOWN_LIMIT);
        assert_true(shown > 50);
        snprintf(left_out, sizeof left_out, "\n%zu rows are left out here", MANY_ROWS + 1 - shown);
        assert_contains(text, left_out);
        assert_contains(text, "strategy=forkpool");
        assert_int_equal(count_of(text, "<details>"), count_of(text, "</details>"));
        assert_string_equal(strstr(text, "strategy=forkpool") < strstr(text, "strategy=openmp")
                                ? "the worst first"
                                : "another first",
                            "the worst first");
        free(text);
        export_free(&many);
    }
}

static void markdown_of_a_large_run_stays_small_and_what_went_wrong_comes_first(void **state)
{
    (void)state;
    struct exported run = make_rounds(false);
    struct summary ok = run.found.summaries.rows[0], bad = ok;
    bad.status = "crashed";
    bad.key.strategy = "fork";
    free(run.found.summaries.rows);
    run.found.summaries.rows = calloc(MANY_ROWS, sizeof ok);
    run.found.summaries.count = MANY_ROWS;
    assert_non_null(run.found.summaries.rows);
    for (size_t i = 0; i < MANY_ROWS; i++)
        run.found.summaries.rows[i] = i + 1 < MANY_ROWS ? ok : bad;
    char *text = good_text(&run, "markdown");
    assert_true(strlen(text) < MARKDOWN_LIMIT);
    assert_contains(text, "rows are left out here; summary.csv holds all.");
    const char *first = strstr(text, "| `squares/");
    assert_non_null(first);
    assert_true(strstr(first, "strategy=fork/") < strchr(first, '\n'));
    free(text);
    export_free(&run);
}

static void without_a_regression_the_first_line_says_so(void **state)
{
    (void)state;
    struct exported from = make_comparison();
    from.comparisons.count = 4;
    char *text = good_text(&from, "markdown");
    assert_int_equal(strncmp(text, "**No regression**: 2 improvements, 2 the same\n", 46), 0);
    free(text);
    export_free(&from);
}

static void where_all_is_noisy_the_first_line_promises_nothing(void **state)
{
    (void)state;
    struct exported from = make_comparison();
    from.comparisons.rows[0] =
        undecided(change_row("spawn", QUANTITY_TIME, VERDICT_NOISY, 6e6, 0.06), 31);
    from.comparisons.count = 1;
    char *text = good_text(&from, "markdown"),
         line[] = "**Nothing can be told**: 1 too noisy to tell\n";
    assert_int_equal(strncmp(text, line, strlen(line)), 0);
    free(text);
    export_free(&from);
}

/* ------------------------------------------------------------------------------- JUnit */

static void junit_counts_what_it_holds(void **state)
{
    (void)state;
    struct exported from = make_comparison();
    char *text = good_text(&from, "junit"), counts[96];
    assert_int_equal(count_of(text, "<testcase "), from.comparisons.count);
    snprintf(counts, sizeof counts, "tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
             count_of(text, "<testcase "), count_of(text, "<failure "), count_of(text, "<error "),
             count_of(text, "<skipped "));
    assert_contains(text, counts);
    assert_int_equal(count_of(text, "<failure "),
                     comparisons_of(&from.comparisons, VERDICT_REGRESSION));
    assert_int_equal(count_of(text, "<error "), comparisons_of(&from.comparisons, VERDICT_CRASHED));
    assert_int_equal(count_of(text, "<skipped "),
                     comparisons_of(&from.comparisons, VERDICT_NOISY) +
                         comparisons_of(&from.comparisons, VERDICT_MISSING));
    free(text);
    export_free(&from);
}

/* ------------------------------------------------------------------------------- JSON */

static json_t *good_json(struct exported *from, const char *format)
{
    json_error_t problem;
    char *text = good_text(from, format);
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &problem);
    if (root == NULL)
        stop_test("%s is no JSON: line %d: %s", format, problem.line, problem.text);
    free(text);
    return root;
}

/* compare.py takes these of each entry without looking whether they are there. */
static void each_entry_of_google_benchmark_has_what_its_tools_need(void **state)
{
    static const char *const texts[] = {"name", "run_name", "run_type", "time_unit"};
    static const char *const numbers[] = {"real_time", "cpu_time", "iterations", "repetitions"};
    size_t i, medians = 0;
    json_t *entry;
    (void)state;
    struct exported from = make_rounds(true);
    json_t *root = good_json(&from, "google-benchmark");
    json_array_foreach(json_object_get(root, "benchmarks"), i, entry)
    {
        for (size_t k = 0; k < COUNT_OF(texts); k++)
            assert_true(json_is_string(json_object_get(entry, texts[k])));
        for (size_t k = 0; k < COUNT_OF(numbers); k++)
            assert_true(json_is_number(json_object_get(entry, numbers[k])));
        medians += json_object_get(entry, "aggregate_name") != NULL;
    }
    assert_int_equal(medians, 4);
    assert_int_equal(i, 4 * (ROUNDS - 1) + medians);
    json_decref(root);
    export_free(&from);
}

static void disturbed_rounds_are_not_exported(void **state)
{
    size_t i;
    json_t *entry;
    (void)state;
    struct exported from = make_rounds(false);
    json_t *root = good_json(&from, "google-benchmark");
    json_array_foreach(json_object_get(root, "benchmarks"), i, entry)
        assert_true(json_number_value(json_object_get(entry, "real_time")) < 4000);
    assert_true(i > 0);
    json_decref(root);
    export_free(&from);
}

static void without_rounds_the_medians_are_exported_alone(void **state)
{
    size_t i;
    json_t *entry;
    (void)state;
    struct exported from = make_rounds(false);
    visits_free(&from.found.visits);
    json_t *root = good_json(&from, "google-benchmark");
    json_array_foreach(json_object_get(root, "benchmarks"), i, entry)
        assert_string_equal(json_string_value(json_object_get(entry, "run_type")), "aggregate");
    assert_int_equal(i, 4);
    char *text = good_text(&from, "benchstat");
    assert_int_equal(count_of(text, "\nBenchmark"), 4);
    free(text);
    json_decref(root);
    export_free(&from);
}

static void smaller_is_better_for_all_that_the_action_gets(void **state)
{
    size_t i;
    json_t *entry;
    (void)state;
    struct exported from = make_comparison();
    json_t *root = good_json(&from, "github-action-benchmark");
    json_array_foreach(root, i, entry)
    {
        assert_true(json_is_string(json_object_get(entry, "name")));
        assert_true(json_is_string(json_object_get(entry, "unit")));
        assert_true(json_is_number(json_object_get(entry, "value")));
        assert_null(strstr(json_string_value(json_object_get(entry, "name")), "quantity=speedup"));
    }
    assert_true(i > 0);
    json_decref(root);
    export_free(&from);
}

static void the_measures_of_a_cell_stand_together_for_bencher(void **state)
{
    (void)state;
    struct exported from = make_comparison();
    json_t *root = good_json(&from, "bencher");
    const json_t *cell =
        json_object_get(root, "squares/size=1000/jobs=8/strategy=forkpool/workers=2/"
                              "schedule=dynamic/chunk=4/temperature=warm");
    assert_int_equal(json_object_size(cell), 3);
    const json_t *latency = json_object_get(cell, "latency");
    assert_near(json_number_value(json_object_get(latency, "value")), 1572200);
    assert_near(json_number_value(json_object_get(latency, "lower_value")), 0.98 * 1572200);
    assert_non_null(json_object_get(cell, "speedup"));
    assert_non_null(json_object_get(cell, "instructions"));
    json_decref(root);
    export_free(&from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_format_of_a_comparison_is_as_in_its_golden_file),
        cmocka_unit_test(each_format_of_a_run_is_as_in_its_golden_file),
        cmocka_unit_test(the_comparison_itself_is_as_in_its_golden_file),
        cmocka_unit_test(hostile_texts_act_in_no_format),
        cmocka_unit_test(no_format_tells_a_number_that_is_not_known),
        cmocka_unit_test(where_no_row_has_what_is_asked_for_there_is_nothing_to_export),
        cmocka_unit_test(a_cell_that_crashed_has_no_entry_where_entries_are_numbers),
        cmocka_unit_test(an_unknown_format_is_refused_with_the_nearest_and_the_list),
        cmocka_unit_test(a_name_holds_nothing_that_a_format_would_have_to_escape),
        cmocka_unit_test(every_column_that_tells_cells_apart_is_in_the_name),
        cmocka_unit_test(both_builds_of_a_comparison_and_a_run_have_the_same_names),
        cmocka_unit_test(markdown_stays_small_and_tells_what_is_left_out),
        cmocka_unit_test(markdown_of_a_large_run_stays_small_and_what_went_wrong_comes_first),
        cmocka_unit_test(without_a_regression_the_first_line_says_so),
        cmocka_unit_test(where_all_is_noisy_the_first_line_promises_nothing),
        cmocka_unit_test(junit_counts_what_it_holds),
        cmocka_unit_test(each_entry_of_google_benchmark_has_what_its_tools_need),
        cmocka_unit_test(disturbed_rounds_are_not_exported),
        cmocka_unit_test(without_rounds_the_medians_are_exported_alone),
        cmocka_unit_test(smaller_is_better_for_all_that_the_action_gets),
        cmocka_unit_test(the_measures_of_a_cell_stand_together_for_bencher),
    };
    return cmocka_run_group_tests_name("export", tests, scratch_make, scratch_remove);
}
