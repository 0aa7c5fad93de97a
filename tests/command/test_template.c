/* Splitting a command into words, and what its placeholders become. */
#include "bench/base/text.h"
#include "bench/command/template.h"
#include "tests/support.h"

#include <stdlib.h>
#include <string.h>

static const struct template_values values = {"a 'b'\n$c", "/tmp/o 7", "0.01", "7"};

/* What a word is for the job of those values. */
static const char *expanded(const char *word)
{
    static char text[256];
    size_t bytes = template_expand(word, &values, NULL);
    assert_true(bytes < sizeof text);
    assert_int_equal(template_expand(word, &values, text), bytes);
    text[bytes] = '\0';
    return text;
}

/* Parses the text and compares its words, ended by NULL, as they are for that job. */
static void expect(const char *text, const char *const words[])
{
    struct error error = {0};
    struct template template;
    size_t count = 0;
    assert_int_equal(template_parse("--command", text, false, &template, &error), 0);
    for (; words[count] != NULL; count++) {
        assert_true(count < template.count);
        assert_string_equal(expanded(template.words[count]), words[count]);
    }
    assert_int_equal(template.count, count);
    assert_null(template.words[count]);
    template_free(&template);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void words_are_split_as_a_shell_splits_them(void **state)
{
    (void)state;
    expect("true", WORDS("true"));
    expect("  a\tb\n c ", WORDS("a", "b", "c"));
    expect("a 'b c' \"d e\" f\\ g", WORDS("a", "b c", "d e", "f g"));
    expect("a'b'\"c\"d", WORDS("abcd"));
    expect("a '' \"\"", WORDS("a", "", ""));
    expect("a '\\' \"\\\"\" \"\\n\" \\\\", WORDS("a", "\\", "\"", "\\n", "\\"));
    expect("a \\\nb", WORDS("a", "b"));
    expect("a \"b\\\nc\"", WORDS("a", "bc"));
    expect("awk '{print $1}' a=b ~ #x", WORDS("awk", "{print $1}", "a=b", "~", "#x"));
    expect("a \1b", WORDS("a", "\1b"));
    expect("a '|' \"&\" \\; '$x' costs 5$", WORDS("a", "|", "&", ";", "$x", "costs", "5$"));
}

static void placeholders_become_their_values_in_any_quotes_and_within_words(void **state)
{
    (void)state;
    expect("a {input}", WORDS("a", "a 'b'\n$c"));
    expect("a '{input}' \"{input}\"", WORDS("a", "a 'b'\n$c", "a 'b'\n$c"));
    expect("a -i={input}.x {output}.webp {size}{index}",
           WORDS("a", "-i=a 'b'\n$c.x", "/tmp/o 7.webp", "0.017"));
    expect("{index} {} {x {1} {{index}}", WORDS("7", "{}", "{x", "{1}", "{7}"));
}

static void what_a_command_needs_is_known(void **state)
{
    struct error error = {0};
    struct template template;
    (void)state;
    assert_int_equal(template_parse("--command", "a {input} {size}", false, &template, &error), 0);
    assert_true(template.has_input && template.has_size && !template.has_output);
    template_free(&template);
    assert_int_equal(template_parse("--command", "a {output}", false, &template, &error), 0);
    assert_true(!template.has_input && !template.has_size && template.has_output);
    template_free(&template);
}

/* Runs a shell's text for those values, whose output must be that. */
static void expect_of_shell(const char *text, const char *output)
{
    struct error error = {0};
    struct template template;
    char got[256] = "";
    assert_int_equal(template_parse("--command", text, true, &template, &error), 0);
    assert_int_equal(template.count, 3);
    assert_string_equal(template.words[0], "sh");
    assert_string_equal(template.words[1], "-c");
    FILE *pipe = popen(expanded(template.words[2]), "r");
    assert_non_null(pipe);
    size_t bytes = fread(got, 1, sizeof got - 1, pipe);
    assert_int_equal(pclose(pipe), 0);
    got[bytes] = '\0';
    assert_string_equal(got, output);
    template_free(&template);
}

static void a_shell_gets_each_value_as_one_word_whatever_quotes_it_stands_in(void **state)
{
    (void)state;
    expect_of_shell("printf %s {input}", values.input);
    expect_of_shell("printf %s \"{input}\"", values.input);
    expect_of_shell("printf %s '{input}'", values.input);
    expect_of_shell("printf '%s|' x{input} \"<{input}>\" | tr -d '\\n'", "xa 'b'$c|<a 'b'$c>|");
    expect_of_shell("a={size}; printf %s \"$a\"", "0.01");
}

static void expect_refusal(const char *text, bool for_shell, const char *what)
{
    struct error error = {0};
    struct template template;
    assert_int_equal(template_parse("--command", text, for_shell, &template, &error), -1);
    assert_int_equal(error.kind, ERROR_USAGE);
    if (strstr(error.text, what) == NULL)
        stop_test("'%s' is not in: %s", what, error.text);
    assert_null(template.words);
}

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    expect_refusal("", false, "is empty");
    expect_refusal(" \n", true, "is empty");
    expect_refusal("''", false, "the program, is empty");
    expect_refusal("\\\n", false, "the program, is empty");
    expect_refusal("a 'b", false, "quotes are opened");
    expect_refusal("a \"b", true, "quotes are opened");
    expect_refusal("a \\", false, "a backslash stands at the end");
    expect_refusal("a {inptu}", false, "did you mean {input}?");
    expect_refusal("a {out}", true, "did you mean {output}?");
    expect_refusal("a {file}", false, "did you mean {input}?");
    expect_refusal("a {Size}", false, "did you mean {size}?");
    expect_refusal("a | b", false, "'|' acts only in a shell; give --shell");
    expect_refusal("a > b", false, "--shell");
    expect_refusal("a $HOME", false, "--shell");
    expect_refusal("a \"`b`\"", false, "--shell");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_split_as_a_shell_splits_them),
        cmocka_unit_test(placeholders_become_their_values_in_any_quotes_and_within_words),
        cmocka_unit_test(what_a_command_needs_is_known),
        cmocka_unit_test(a_shell_gets_each_value_as_one_word_whatever_quotes_it_stands_in),
        cmocka_unit_test(what_is_wrong_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
