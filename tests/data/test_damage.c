/* Files that were damaged on their way: cut at every byte, with flipped bits, NULs, endless lines.
 * What reads them names file and line or loses nothing; it never crashes and never drops a row in
 * silence.
 */
#include "bench/analyse/compare/comparison.h"
#include "bench/analyse/crossover/cost_fit.h"
#include "bench/analyse/crossover/crossover.h"
#include "bench/analyse/scaling/scaling.h"
#include "bench/analyse/speedup.h"
#include "bench/data/host.h"
#include "bench/data/samples.h"
#include "bench/run/suite.h"
#include "tests/memory.h"
#include "tests/support.h"

enum { MIB = 1 << 20 };

/* Bytes that a test damages; the caller frees them. */
struct bytes {
    char *text;
    size_t count;
};

/* One kind of file. read leaves in *again what it got out of the file, as text that is equal where
 * nothing was lost; the caller frees it. NULL where nothing tells. */
struct kind {
    const char *name;                /* of the file */
    const char *model;               /* a whole one */
    const struct csv_format *format; /* NULL: no table */
    int (*read)(const struct kind *kind, const char *path, char **again, struct error *error);
};

static int read_table(const struct kind *kind, const char *path, char **again, struct error *error)
{
    struct strings strings = {0};
    struct csv_rows rows = {0};
    size_t bytes;
    int result = csv_read_file(path, kind->format, &strings, &rows, error);
    if (result == 0) {
        FILE *file = open_memstream(again, &bytes);
        csv_write_header(file, kind->format);
        for (size_t i = 0; i < rows.count; i++)
            csv_write_row(file, kind->format, (char *)rows.rows + i * kind->format->row_bytes);
        assert_int_equal(fclose(file), 0);
    }
    free(rows.rows);
    strings_free(&strings);
    return result;
}

static void print_words(FILE *file, const struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        fprintf(file, " %s", words->values[i]);
}

static int read_suite(const struct kind *kind, const char *path, char **again, struct error *error)
{
    const struct settings none = {0};
    struct suite suite;
    size_t bytes;
    (void)kind;
    if (suite_read(path, &none, 3, &suite, error) != 0)
        return -1;
    FILE *file = open_memstream(again, &bytes);
    fprintf(file, "%llu %llu", (unsigned long long)suite.budget_ns, (unsigned long long)suite.seed);
    for (size_t i = 0; i < suite.count; i++) {
        fprintf(file, "\n%s", suite.series[i].work->name);
        for (size_t k = 0; k < suite.series[i].lists[KEY_sizes].numbers.count; k++)
            fprintf(file, " %llu",
                    (unsigned long long)suite.series[i].lists[KEY_sizes].numbers.values[k]);
        print_words(file, &suite.series[i].lists[KEY_strategies].words);
        for (size_t k = 0; k < suite.series[i].lists[KEY_env].words.count; k++)
            fprintf(file, " %s", suite.series[i].lists[KEY_env].words.values[k]);
    }
    assert_int_equal(fclose(file), 0);
    suite_free(&suite);
    return 0;
}

static int read_host(const struct kind *kind, const char *path, char **again, struct error *error)
{
    struct host host;
    (void)kind;
    if (host_read(path, &host, error) != 0)
        return -1;
    assert_true(asprintf(again, "%u %llu %g %g %s %s %s %s %s %s %s %zu", host.cpus_usable,
                         (unsigned long long)host.seed, host.page_bytes, host.huge_page_bytes,
                         host.model, host.architecture, host.kernel, host.hypervisor, host.started,
                         host.suite, host.title, host.warnings.count) > 0);
    return 0;
}

enum { SAMPLES, SUMMARY, CROSSOVER, LAW, SCALING, COMPARISON, TABLES, SUITE = TABLES, HOST, KINDS };

static const struct kind kinds[KINDS] = {
    [SAMPLES] = {"samples.csv", "tests/golden/samples.csv", &samples_format, read_table},
    [SUMMARY] = {"summary.csv", "tests/golden/summary.csv", &summary_format, read_table},
    [CROSSOVER] = {"crossover.csv", "tests/golden/crossover.csv", &crossover_format, read_table},
    [LAW] = {"law.csv", "tests/golden/law.csv", &cost_fit_format, read_table},
    [SCALING] = {"scaling.csv", "tests/golden/scaling.csv", &scaling_format, read_table},
    [COMPARISON] = {"comparison.csv", "tests/golden/comparison.csv", &comparison_format,
                    read_table},
    [SUITE] = {"my.ini", "bench/suites/default.ini", NULL, read_suite},
    [HOST] = {"host.json", "results/baseline/host.json", NULL, read_host},
};

/* A whole file of the kind, a table's first rows alone; one that ends in a newline if tables do. */
static struct bytes model_of(const struct kind *kind)
{
    enum { LINES = 5 };
    struct bytes model = {file_read(kind->model), 0};
    char *end = model.text;
    for (int line = 0; kind->format != NULL && line < LINES && *end != '\0'; line++)
        end = strchr(end, '\n') + 1;
    if (kind->format != NULL)
        *end = '\0';
    model.count = strlen(model.text);
    return model;
}

static size_t lines_in(const char *text, size_t count)
{
    size_t lines = 0;
    for (size_t i = 0; i < count; i++)
        lines += text[i] == '\n';
    return lines;
}

/* ------------------------------------------------------------------------------- what must hold */

/* Reads these bytes as a file of the kind; what came out of it, or NULL with the error. */
static char *read_bytes(const struct kind *kind, const char *bytes, size_t count,
                        struct error *error)
{
    char *again = NULL;
    *error = (struct error){0};
    int result = kind->read(kind, memory_file(bytes, count), &again, error);
    assert_int_equal(result, again != NULL ? 0 : -1);
    assert_int_equal(error->kind != ERROR_NONE, result != 0);
    return again;
}

/* The line that an error names behind the file; 0 where it names none. */
static size_t named_line(const struct error *error)
{
    const char *colon = strchr(error->text, ':');
    bool names_file = strncmp(error->text, "/proc/self/fd/", strlen("/proc/self/fd/")) == 0;
    return names_file && colon != NULL ? strtoul(colon + 1, NULL, 10) : 0;
}

/* One line for people that names file and line, as what is wrong with an input is reported. */
static void assert_refused(const struct kind *kind, const char *again, const struct error *error)
{
    if (again != NULL)
        stop_test("%s: accepted, as\n%s", kind->name, again);
    if (error->kind != ERROR_USAGE || named_line(error) == 0)
        stop_test("%s: kind %d, '%s'", kind->name, (int)error->kind, error->text);
    for (const char *c = error->text; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == '\x7f')
            stop_test("%s: a control character in '%s'", kind->name, error->text);
}

static void assert_refused_at(const struct kind *kind, const char *bytes, size_t count, size_t line)
{
    struct error error;
    char *again = read_bytes(kind, bytes, count, &error);
    assert_refused(kind, again, &error);
    if (named_line(&error) != line)
        stop_test("line %zu is damaged, but: %s", line, error.text);
}

/* The text with `part`, which it holds, put in the place of its first `old`; the caller frees it.
 */
static struct bytes replaced(const struct bytes *model, const char *old, const char *part)
{
    struct bytes made;
    const char *at = strstr(model->text, old);
    assert_non_null(at);
    int count = asprintf(&made.text, "%.*s%s%s", (int)(at - model->text), model->text, part,
                         at + strlen(old));
    assert_true(count > 0);
    made.count = (size_t)count;
    return made;
}

/* ------------------------------------------------------------------------------- cut */

static void a_table_cut_at_any_byte_is_refused_or_ends_with_a_whole_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < TABLES; i++) {
        struct bytes model = model_of(&kinds[i]);
        for (size_t cut = 0; cut < model.count; cut++) {
            if (cut == 0 || model.text[cut - 1] != '\n') {
                assert_refused_at(&kinds[i], model.text, cut, lines_in(model.text, cut) + 1);
                continue;
            }
            struct error error;
            char *again = read_bytes(&kinds[i], model.text, cut, &error);
            assert_no_error(&error);
            assert_int_equal(lines_in(again, strlen(again)), lines_in(model.text, cut));
            assert_int_equal(strncmp(again, model.text, cut), 0);
            free(again);
        }
        free(model.text);
    }
}

static void a_suite_cut_at_any_byte_is_refused_or_ends_with_a_whole_line(void **state)
{
    (void)state;
    struct bytes model = model_of(&kinds[SUITE]);
    const char *section = strstr(model.text, "[squares]\n");
    size_t first_whole = (size_t)(section - model.text) + strlen("[squares]\n");
    for (size_t cut = 0; cut < model.count; cut++) {
        struct error error;
        char *again = read_bytes(&kinds[SUITE], model.text, cut, &error);
        if (cut >= first_whole && model.text[cut - 1] == '\n')
            assert_no_error(&error);
        else
            assert_refused(&kinds[SUITE], again, &error);
        free(again);
    }
    free(model.text);
}

static void a_host_json_cut_at_any_byte_is_refused(void **state)
{
    (void)state;
    struct bytes model = model_of(&kinds[HOST]);
    size_t whole = (size_t)(strrchr(model.text, '}') - model.text) + 1;
    for (size_t cut = 0; cut < whole; cut++) {
        struct error error;
        char *again = read_bytes(&kinds[HOST], model.text, cut, &error);
        assert_refused(&kinds[HOST], again, &error);
    }
    free(model.text);
}

/* ------------------------------------------------------------------------------- flipped */

/* What a reader makes of each single flipped bit of a file goes to check, with the flipped text. */
typedef void flip_check(const struct kind *kind, const struct bytes *flipped,
                        const struct bytes *model, size_t at);

/* With a sanitizer, in which all takes ten times as long, one bit of each byte in turn. */
static void flip_every_bit(const struct kind *kind, flip_check *check)
{
    struct bytes model = model_of(kind), flipped = model_of(kind);
    for (size_t at = 0; at < model.count; at++)
        for (size_t bit = 0; bit < (SANITIZED ? 1 : 8); bit++) {
            flipped.text[at] = (char)(model.text[at] ^ (1 << (at + bit) % 8));
            check(kind, &flipped, &model, at);
            flipped.text[at] = model.text[at];
        }
    free(flipped.text);
    free(model.text);
}

/* A digit may become another and nothing shows it; but every row stays, and no other row changes.
 */
static void check_flipped_table(const struct kind *kind, const struct bytes *flipped,
                                const struct bytes *model, size_t at)
{
    struct error error;
    char *again = read_bytes(kind, flipped->text, flipped->count, &error);
    size_t line = lines_in(model->text, at) + 1;
    if (again == NULL) {
        assert_refused(kind, again, &error);
        if (named_line(&error) < line)
            stop_test("line %zu is damaged, but: %s", line, error.text);
        return;
    }
    const char *was = model->text, *is = again;
    assert_true(line > 1); /* a header is right or it is not */
    for (size_t i = 1; *was != '\0'; i++) {
        size_t was_length = strcspn(was, "\n") + 1, is_length = strcspn(is, "\n") + 1;
        if (i != line && (was_length != is_length || strncmp(was, is, is_length) != 0))
            stop_test("%s: bit flipped in line %zu, but line %zu became '%.*s'", kind->name, line,
                      i, (int)is_length - 1, is);
        was += was_length;
        is += is_length;
    }
    assert_int_equal(*is, '\0');
    free(again);
}

static void a_flipped_bit_loses_no_row_and_changes_no_other(void **state)
{
    (void)state;
    for (size_t i = 0; i < TABLES; i++)
        flip_every_bit(&kinds[i], check_flipped_table);
}

static void check_refused_or_read(const struct kind *kind, const struct bytes *flipped,
                                  const struct bytes *model, size_t at)
{
    struct error error;
    char *again = read_bytes(kind, flipped->text, flipped->count, &error);
    (void)model;
    (void)at;
    if (again == NULL)
        assert_refused(kind, again, &error);
    free(again);
}

static void flipped_bits_of_suites_and_hosts_are_read_or_refused_with_file_and_line(void **state)
{
    (void)state;
    flip_every_bit(&kinds[SUITE], check_refused_or_read);
    flip_every_bit(&kinds[HOST], check_refused_or_read);
}

/* ------------------------------------------------------------------------------- NULs, line ends
 */

static void a_nul_anywhere_is_refused_on_its_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        struct bytes model = model_of(&kinds[i]), holed = model_of(&kinds[i]);
        for (size_t at = 0; at < model.count; at++) {
            holed.text[at] = '\0';
            struct error error;
            char *again = read_bytes(&kinds[i], holed.text, holed.count, &error);
            assert_refused(&kinds[i], again, &error);
            if (named_line(&error) != lines_in(model.text, at) + 1)
                stop_test("byte %zu is NUL: %s", at, error.text);
            holed.text[at] = model.text[at];
        }
        free(holed.text);
        free(model.text);
    }
}

/* The text with \r before each \n; the caller frees it. */
static struct bytes with_crlf(const struct bytes *model)
{
    struct bytes made = {calloc(2 * model->count + 1, 1), 0};
    for (size_t i = 0; i < model->count; i++) {
        if (model->text[i] == '\n')
            made.text[made.count++] = '\r';
        made.text[made.count++] = model->text[i];
    }
    return made;
}

static void crlf_says_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        struct error error;
        struct bytes model = model_of(&kinds[i]), windows = with_crlf(&model);
        char *plain = read_bytes(&kinds[i], model.text, model.count, &error);
        assert_no_error(&error);
        char *again = read_bytes(&kinds[i], windows.text, windows.count, &error);
        assert_no_error(&error);
        assert_string_equal(again, plain);
        free(again);
        free(plain);
        free(windows.text);
        free(model.text);
    }
}

static void a_byte_order_mark_is_told_by_its_name_or_passed_over(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        struct error error;
        struct bytes model = model_of(&kinds[i]);
        char *plain = read_bytes(&kinds[i], model.text, model.count, &error);
        char *marked = NULL;
        int count = asprintf(&marked, "\xef\xbb\xbf%s", model.text);
        char *again = read_bytes(&kinds[i], marked, (size_t)count, &error);
        if (again == NULL)
            assert_refused(&kinds[i], again, &error);
        else
            assert_string_equal(again, plain);
        if (i < TABLES)
            assert_contains(error.text, "byte order mark");
        free(again);
        free(marked);
        free(plain);
        free(model.text);
    }
}

/* ------------------------------------------------------------------------------- long lines */

/* The model's first lines, then a line of 1 MiB: `start`, many of `fill`, `end`. The caller frees
 * it. */
static struct bytes long_line(const struct kind *kind, size_t after, const char *start, char fill,
                              const char *end)
{
    struct bytes model = model_of(kind), made = {malloc(model.count + 2 * MIB), 0};
    const char *at = model.text;
    for (size_t i = 0; i < after; i++)
        at = strchr(at, '\n') + 1;
    made.count = (size_t)sprintf(made.text, "%.*s%s", (int)(at - model.text), model.text, start);
    memset(made.text + made.count, fill, MIB);
    made.count += MIB;
    made.count += (size_t)sprintf(made.text + made.count, "%s\n", end);
    free(model.text);
    return made;
}

static void a_line_of_a_mebibyte_is_refused_with_file_and_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++)
        for (const char *fill = "9,\"a ;[\xff"; *fill != '\0'; fill++) {
            struct bytes endless = long_line(&kinds[i], 3, "", *fill, "");
            struct error error;
            char *again = read_bytes(&kinds[i], endless.text, endless.count, &error);
            assert_refused(&kinds[i], again, &error);
            if (*fill != '"' && i != HOST && named_line(&error) != 4)
                stop_test("line 4 is 1 MiB of '%c': %s", *fill, error.text);
            free(endless.text);
        }
}

static void a_text_of_a_mebibyte_is_read(void **state)
{
    (void)state;
    struct error error;
    struct bytes endless =
        long_line(&kinds[SAMPLES], 1, "1,squares,10,4,serial,1,,,,warm,0,10,100,,,,,,,,,,,,,ok,",
                  'x', ",0,,0,0,,,,,,,0,0,,,,,,,0,,0,,0");
    char *again = read_bytes(&kinds[SAMPLES], endless.text, endless.count, &error);
    assert_no_error(&error);
    assert_int_equal(strlen(again), endless.count);
    free(again);
    free(endless.text);
}

/* ------------------------------------------------------------------------------- columns */

static void a_header_is_refused_unless_it_is_the_whole_one_in_its_order(void **state)
{
    (void)state;
    static const char *const changes[][2] = {
        {"round,", ""},           {"round,work,", "work,round,"},
        {"work,", "work,work,"},  {"size,", "size,,"},
        {"size,", "Size,"},       {"wake_ns", "wake_ns,round"},
        {"wake_ns", "wake_ns,,"}, {"wake_ns", ""},
        {",wake_ns", ""},
    };
    struct bytes model = model_of(&kinds[SAMPLES]);
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        struct bytes changed = replaced(&model, changes[i][0], changes[i][1]);
        assert_refused_at(&kinds[SAMPLES], changed.text, changed.count, 1);
        free(changed.text);
    }
    free(model.text);
}

static void a_header_that_stands_there_twice_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < TABLES; i++) {
        struct bytes model = model_of(&kinds[i]), twice;
        int header = (int)strcspn(model.text, "\n") + 1;
        int count = asprintf(&twice.text, "%.*s%s", header, model.text, model.text);
        assert_refused_at(&kinds[i], twice.text, (size_t)count, 2);
        free(twice.text);
        count = asprintf(&twice.text, "%s%.*s", model.text, header, model.text);
        assert_refused_at(&kinds[i], twice.text, (size_t)count,
                          lines_in(model.text, model.count) + 1);
        free(twice.text);
        free(model.text);
    }
}

static void a_row_has_as_many_fields_as_the_header(void **state)
{
    (void)state;
    static const char *const rows[] = {",,\n", ",\n"};
    for (size_t i = 0; i < TABLES; i++)
        for (size_t k = 0; k < COUNT_OF(rows); k++) {
            struct bytes model = model_of(&kinds[i]);
            struct bytes wider = replaced(&model, "\n", ",newer\n");
            struct bytes changed = {NULL, 0};
            const char *second = strchr(wider.text, '\n') + 1;
            size_t length = strcspn(second, "\n");
            int count = asprintf(&changed.text, "%.*s%.*s%s", (int)(second - wider.text),
                                 wider.text, (int)length, second, rows[k]);
            if (k == 0) {
                assert_refused_at(&kinds[i], changed.text, (size_t)count, 2);
            } else {
                struct error error;
                free(read_bytes(&kinds[i], changed.text, (size_t)count, &error));
                assert_no_error(&error);
            }
            assert_refused_at(&kinds[i], wider.text, wider.count, 2);
            free(changed.text);
            free(wider.text);
            free(model.text);
        }
}

static void a_row_that_does_not_tell_its_cell_is_refused(void **state)
{
    (void)state;
    static const char *const changes[][2] = {
        {"\n1,squares,", "\n,squares,"},
        {"\n1,squares,", "\n1,,"},
        {",10,4,serial,1,", ",,4,serial,1,"},
        {",10,4,serial,1,", ",10,,serial,1,"},
        {",10,4,serial,1,", ",10,4,,1,"},
        {",10,4,serial,1,", ",10,4,serial,,"},
        {",warm,0,", ",,0,"},
        {",warm,0,", ",warn,0,"},
        {",warm,0,", ",warm,,"},
        {",ok,", ",,"},
        {",0,,0,0,,", ",,,0,0,,"},
        {",0,,0,0,,", ",0,,,0,,"},
        {",100,,,", ",-100,,,"},
        {",100,,,", ",1e99,,,"},
        {"\n1,squares,", "\n18446744073709551615,squares,"},
    };
    struct bytes model = model_of(&kinds[SAMPLES]);
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        struct bytes changed = replaced(&model, changes[i][0], changes[i][1]);
        assert_refused_at(&kinds[SAMPLES], changed.text, changed.count, 2);
        free(changed.text);
    }
    free(model.text);
}

/* ------------------------------------------------------------------------------- suites */

static void a_damaged_suite_is_refused_on_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t line;
    } cases[] = {
        {"", 1},
        {"\n\n", 2},
        {"[squares]\nsizes = 1\nsizes = 2\n", 3},
        {"[suite]\nbudget = 1s\nseed = 1\nbudget = 2s\n[squares]\n", 4},
        {"[suite]\ntitle = a\ntitle = b\n[squares]\n", 3},
        {"[squares]\nsizes = 1\n[mmap]\n[squares]\njobs = 2\n", 4},
        {"[suite]\nbudget = 1s\n[squares]\n[suite]\nseed = 2\n", 4},
        {"[squares]sizes = 1\n", 1},
        {"\n[squares] x\n", 2},
        {"[squares]\nsizes = 1\n[mmap]\nsizes = 2", 4},
        {"[squares]", 1},
        {"[suite]\ntitle = one\vbudget = 1s\n[squares]\n", 2},
        {"[suite]\ntitle = one\x1b[2J\n[squares]\n", 2},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_refused_at(&kinds[SUITE], cases[i].text, strlen(cases[i].text), cases[i].line);
}

static void what_people_write_is_still_a_suite(void **state)
{
    (void)state;
    static const char *const suites[] = {
        "\xef\xbb\xbf[squares]\n",
        "[squares] ; the first\n[mmap]\t# the second\n",
        "[squares]\nenv = A=1\nenv = B=2\n\n[again]\nwork = squares\n",
        "[squares]\t\r\n\tsizes = 5\r\n",
        "; \xc3\xa9t\xc3\xa9\n[squares]\n",
    };
    for (size_t i = 0; i < COUNT_OF(suites); i++) {
        struct error error;
        char *again = read_bytes(&kinds[SUITE], suites[i], strlen(suites[i]), &error);
        assert_no_error(&error);
        free(again);
    }
}

/* ------------------------------------------------------------------------------- host.json */

static void what_has_the_wrong_type_in_host_json_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"cpus\": {\"usable\": 2}, \"run\": {\"seed\": \"1\"}}",
        "{\"cpus\": {\"usable\": 2}, \"run\": {\"seed\": 1.5}}",
        "{\"cpus\": {\"usable\": 2}, \"run\": {\"seed\": -1}}",
        "{\"cpus\": {\"usable\": 2}, \"run\": []}",
        "{\"cpus\": {\"usable\": 2, \"architecture\": 5}}",
        "{\"cpus\": {\"usable\": 2}, \"kernel\": [\"Linux\"]}",
        "{\"cpus\": {\"usable\": 2}, \"page_bytes\": \"4096\"}",
        "{\"cpus\": {\"usable\": 2}, \"page_bytes\": 0}",
        "{\"cpus\": {\"usable\": 2}, \"huge_page_bytes\": 1e300}",
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_refused_at(&kinds[HOST], texts[i], strlen(texts[i]), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_cut_at_any_byte_is_refused_or_ends_with_a_whole_row),
        cmocka_unit_test(a_suite_cut_at_any_byte_is_refused_or_ends_with_a_whole_line),
        cmocka_unit_test(a_host_json_cut_at_any_byte_is_refused),
        cmocka_unit_test(a_flipped_bit_loses_no_row_and_changes_no_other),
        cmocka_unit_test(flipped_bits_of_suites_and_hosts_are_read_or_refused_with_file_and_line),
        cmocka_unit_test(a_nul_anywhere_is_refused_on_its_line),
        cmocka_unit_test(crlf_says_the_same),
        cmocka_unit_test(a_byte_order_mark_is_told_by_its_name_or_passed_over),
        cmocka_unit_test(a_line_of_a_mebibyte_is_refused_with_file_and_line),
        cmocka_unit_test(a_text_of_a_mebibyte_is_read),
        cmocka_unit_test(a_header_is_refused_unless_it_is_the_whole_one_in_its_order),
        cmocka_unit_test(a_header_that_stands_there_twice_is_refused),
        cmocka_unit_test(a_row_has_as_many_fields_as_the_header),
        cmocka_unit_test(a_row_that_does_not_tell_its_cell_is_refused),
        cmocka_unit_test(a_damaged_suite_is_refused_on_its_line),
        cmocka_unit_test(what_people_write_is_still_a_suite),
        cmocka_unit_test(what_has_the_wrong_type_in_host_json_is_refused),
    };
    return cmocka_run_group_tests_name("damage", tests, NULL, NULL);
}
