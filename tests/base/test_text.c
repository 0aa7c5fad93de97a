#include "bench/base/text.h"
#include "tests/support.h"

static const char *const names[] = {"fork", "forkpool", "forkteam", "threads", "openmp"};

static void nearest_name_is_the_one_with_fewest_edits(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"fork", "fork"},
        {"frok", "fork"},
        {"forkpol", "forkpool"},
        {"forkteams", "forkteam"},
        {"thread", "threads"},
        {"openpm", "openmp"},
        {"opnemp", "openmp"},
        {"zzzzzz", NULL},
        {"", NULL},
        {"x", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *nearest = text_nearest(cases[i][0], names, COUNT_OF(names));
        assert_string_equal(nearest != NULL ? nearest : "none",
                            cases[i][1] != NULL ? cases[i][1] : "none");
    }
}

static void of_equally_near_names_the_first_is_taken(void **state)
{
    (void)state;
    static const char *const twins[] = {"cat", "car"};
    assert_string_equal(text_nearest("cab", twins, 2), "cat");
}

static void names_of_any_length_can_be_compared(void **state)
{
    (void)state;
    char long_name[200];
    memset(long_name, 'f', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    const char *const known[] = {long_name};
    assert_null(text_nearest(long_name, names, COUNT_OF(names)));
    assert_null(text_nearest("fork", known, 1));
}

static void where_no_name_is_near_all_are_told_if_they_fit(void **state)
{
    (void)state;
    static const char *const few[] = {"none", "compact"};
    char text[32] = "old";
    text_suggestion(text, sizeof text, "zzzzzz", few, COUNT_OF(few));
    assert_string_equal(text, "; known are none, compact");
    text_suggestion(text, 20, "zzzzzz", few, COUNT_OF(few));
    assert_string_equal(text, "");
    text_suggestion(text, sizeof text, "forc", names, COUNT_OF(names));
    assert_string_equal(text, "; did you mean 'fork'?");
}

/* ------------------------------------------------------------------------------- numbers */

struct number_case {
    double number;
    const char *text;
};

static void check_numbers(void (*print)(char *, size_t, double), const struct number_case cases[],
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[64];
        print(text, sizeof text, cases[i].number);
        assert_string_equal(text, cases[i].text);
    }
}

static void durations_have_three_digits_and_the_unit_that_fits(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {0, "0.00 ns"},       {0.5, "0.50 ns"},     {2100, "2.10 us"},    {1.9e5, "190 us"},
        {1.25e9, "1.25 s"},   {22.1e6, "22.1 ms"},  {999.4, "999 ns"},    {999.6, "1.00 us"},
        {9.994e3, "9.99 us"}, {9.996e3, "10.0 us"}, {99.94e3, "99.9 us"}, {99.96e3, "100 us"},
        {999.6e6, "1.00 s"},  {3.6e12, "3600 s"},   {-1500, "-1.50 us"},  {NAN, "-"},
    };
    check_numbers(text_duration, cases, COUNT_OF(cases));
}

static void sizes_have_three_digits_in_powers_of_1000(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {0, "0"},         {1, "1"},           {750, "750"}, {999, "999"},    {999.6, "1k"},
        {12400, "12.4k"}, {31622.8, "31.6k"}, {1e6, "1M"},  {1.5e9, "1.5G"}, {2e12, "2T"},
        {999499, "999k"}, {999600, "1M"},     {NAN, "-"},
    };
    check_numbers(text_size, cases, COUNT_OF(cases));
}

static void bytes_are_in_powers_of_1024_where_that_is_exact(void **state)
{
    (void)state;
    static const struct {
        uint64_t bytes;
        const char *text;
    } cases[] = {
        {0, "0"},           {1, "1"},         {1000, "1000"},         {1023, "1023"},
        {1024, "1Ki"},      {1025, "1.02k"},  {65536, "64Ki"},        {1 << 20, "1Mi"},
        {3 << 19, "1.57M"}, {100000, "100k"}, {1000 << 10, "1000Ki"}, {UINT64_C(1) << 40, "1Ti"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[32];
        text_bytes(text, sizeof text, cases[i].bytes);
        assert_string_equal(text, cases[i].text);
    }
}

static void counts_are_short_where_they_are_round(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {0, "0"},     {7, "7"},       {100, "100"},       {1000, "1e3"},  {2e4, "2e4"},
        {1e7, "1e7"}, {1e18, "1e18"}, {131072, "131072"}, {1500, "1500"}, {9999999, "9999999"},
        {NAN, "-"},
    };
    check_numbers(text_count, cases, COUNT_OF(cases));
}

static void texts_are_cut_where_there_is_no_room(void **state)
{
    (void)state;
    char text[4];
    text_duration(text, sizeof text, 1.25e9);
    assert_string_equal(text, "1.2");
    text_suggestion(text, sizeof text, "forc", names, COUNT_OF(names));
    assert_string_equal(text, "; d");
}

/* ------------------------------------------------------------------------------- gnuplot */

static void gnuplot_strings_hold_no_character_that_acts(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"plain", "'plain'"},
        {"", "''"},
        {"it's", "'it'.\"\\047\".'s'"},
        {"''", "''.\"\\047\".''.\"\\047\".''"},
        {"a\nb\rc", "'a b c'"},
        {"\x1b[31m\t\x7f", "'\\x1b[31m\\x09\\x7f'"},
        {"<a> ]]> ]>", "'<a> ]]\\x3e ]>'"},
        {"h\xc3\xa9 \xe9", "'h\xc3\xa9 \\xe9'"},
        {"back\\slash \\n", "'back\\slash \\n'"}, /* no escape within single quotes */
        {"\"double\" `ls` $x %s # @", "'\"double\" `ls` $x %s # @'"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *text = NULL;
        size_t bytes;
        FILE *file = open_memstream(&text, &bytes);
        assert_non_null(file);
        text_gnuplot_quoted(file, cases[i][0]);
        assert_int_equal(fclose(file), 0);
        assert_string_equal(text, cases[i][1]);
        free(text);
    }
}

static void what_acts_on_a_terminal_is_made_visible(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},
        {"a b~", "a b~"},
        {"\x1b[2J", "\\x1b[2J"},
        {"\a\b\t\n\r\x7f", "\\x07\\x08\\x09\\x0a\\x0d\\x7f"},
        {"h\xc3\xa9 \xe2\x98\x83 \xf0\x9f\x98\x80", "h\xc3\xa9 \xe2\x98\x83 \xf0\x9f\x98\x80"},
        {"\xc2\x9b"
         "31m",
         "\\xc2\\x9b"
         "31m"},                    /* an escape sequence in one character */
        {"\xff\x80", "\\xff\\x80"}, /* no UTF-8 at all */
        {"\xc3", "\\xc3"},          /* cut off */
        {"\xc0\xaf \xe0\x80\xaf", "\\xc0\\xaf \\xe0\\x80\\xaf"}, /* longer than need be */
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},                     /* half a pair */
        {"\xef\xbf\xbf", "\\xef\\xbf\\xbf"},                     /* not allowed in XML */
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},            /* beyond Unicode */
        {"\xe2\x80\xae"
         "abc",
         "\\xe2\\x80\\xae"
         "abc"}, /* turns the direction */
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[100];
        text_printable(text, sizeof text, cases[i][0]);
        assert_string_equal(text, cases[i][1]);
    }
}

static void printable_text_is_cut_between_characters(void **state)
{
    (void)state;
    char text[6];
    text_printable(text, sizeof text, "abcd\xc3\xa9");
    assert_string_equal(text, "abcd");
    text_printable(text, sizeof text, "ab\x1b");
    assert_string_equal(text, "ab");
    text_printable(text, sizeof text,
                   "a\x1b"
                   "b");
    assert_string_equal(text, "a\\x1b");
}

/* What a text is in HTML; the caller frees it. */
static char *in_html(const char *text)
{
    char *html = NULL;
    size_t bytes;
    FILE *file = open_memstream(&html, &bytes);
    assert_non_null(file);
    text_html_escaped(file, text);
    assert_int_equal(fclose(file), 0);
    return html;
}

static void no_character_acts_in_html(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"fork, 2 workers", "fork, 2 workers"},
        {"", ""},
        {"<script>alert('1')</script>", "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"},
        {"\" onload=\"x", "&quot; onload=&quot;x"},
        {"a & b &lt;", "a &amp; b &amp;lt;"},
        {"<!-- ]]> `x`", "&lt;!-- ]]&gt; `x`"},
        {"a\nb\tc\rd", "a b c d"},
        {"\x1b[31m\x07", "\\x1b[31m\\x07"},
        {"caf\xc3\xa9 \xe2\x82\xac", "caf\xc3\xa9 \xe2\x82\xac"},
        {"\xff\xc3", "\\xff\\xc3"},
        {"\xe2\x80\xae", "\\xe2\\x80\\xae"}, /* turns the direction */
        {"\x7f", "\\x7f"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *html = in_html(cases[i][0]);
        assert_string_equal(html, cases[i][1]);
        free(html);
    }
}

static void no_byte_makes_markup(void **state)
{
    (void)state;
    for (int byte = 1; byte < 256; byte++) {
        const char text[] = {(char)byte, '\0'};
        char *html = in_html(text);
        assert_null(strpbrk(html, "<>\"'\n\r\t\x1b"));
        assert_true(*html != '&' || strlen(html) > 3);
        free(html);
    }
}

/* ------------------------------------------------------------------------------- strings */

static void strings_are_kept_once_and_as_copies(void **state)
{
    (void)state;
    struct strings strings = {0};
    char text[] = "fork";
    const char *first = strings_keep(&strings, text);
    text[0] = 'w';
    assert_string_equal(first, "fork");
    assert_ptr_equal(strings_keep(&strings, "fork"), first);
    assert_ptr_not_equal(strings_keep(&strings, "work"), first);
    assert_string_equal(strings_keep(&strings, ""), "");
    strings_free(&strings);
    assert_null(strings.root);
}

static void words_are_folded_to_a_width(void **state)
{
    static const struct {
        const char *text, *folded;
        size_t columns;
    } cases[] = {
        {"", "- \n", 10},
        {"one two three", "- one two\n  three\n", 9},
        {"one two three", "- one\n  two\n  three\n", 5},
        {"  one   two ", "- one two\n", 80},
        {"unbreakable word", "- unbreakable\n  word\n", 6},
        {"\u00b1 3 \u00b1 4", "- \u00b1 3 \u00b1 4\n", 9}, /* columns, not bytes */
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *text = NULL;
        size_t bytes;
        FILE *stream = open_memstream(&text, &bytes);
        assert_non_null(stream);
        text_fold(stream, cases[i].text, "- ", "  ", cases[i].columns);
        fclose(stream);
        assert_string_equal(text, cases[i].folded);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nearest_name_is_the_one_with_fewest_edits),
        cmocka_unit_test(of_equally_near_names_the_first_is_taken),
        cmocka_unit_test(names_of_any_length_can_be_compared),
        cmocka_unit_test(where_no_name_is_near_all_are_told_if_they_fit),
        cmocka_unit_test(durations_have_three_digits_and_the_unit_that_fits),
        cmocka_unit_test(sizes_have_three_digits_in_powers_of_1000),
        cmocka_unit_test(bytes_are_in_powers_of_1024_where_that_is_exact),
        cmocka_unit_test(counts_are_short_where_they_are_round),
        cmocka_unit_test(texts_are_cut_where_there_is_no_room),
        cmocka_unit_test(gnuplot_strings_hold_no_character_that_acts),
        cmocka_unit_test(what_acts_on_a_terminal_is_made_visible),
        cmocka_unit_test(printable_text_is_cut_between_characters),
        cmocka_unit_test(no_character_acts_in_html),
        cmocka_unit_test(no_byte_makes_markup),
        cmocka_unit_test(strings_are_kept_once_and_as_copies),
        cmocka_unit_test(words_are_folded_to_a_width),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
