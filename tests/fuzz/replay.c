/* Runs a fuzz target on its corpus, as a test without libFuzzer: what was found once stays found.
 * The corpus is tests/fuzz/corpus/NAME.inputs for the program NAME; corpus.sh tells its form. */
#include "tests/fuzz/fuzz.h"
#include "tests/support.h"

/* The byte that the escape sequence at `*at` stands for, and where the text goes on. */
static uint8_t unescape(const char **at)
{
    char digits[3] = "";
    char kind = (*at)[1];
    if (kind == 'x') {
        memcpy(digits, *at + 2, 2);
        assert_int_equal(strspn(digits, "0123456789abcdef"), 2);
    }
    *at += kind == 'x' ? 4 : 2;
    switch (kind) {
    case 'x':
        return (uint8_t)strtoul(digits, NULL, 16);
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case 'r':
        return '\r';
    default:
        assert_int_equal(kind, '\\');
        return '\\';
    }
}

/* The input is as many bytes as it has, so that reading beyond it is seen by a sanitizer. */
static void replay_input(const char *text)
{
    uint8_t *bytes = malloc(strlen(text) + 1), *exact;
    size_t count = 0;
    assert_non_null(bytes);
    while (*text != '\0')
        bytes[count++] = *text == '\\' ? unescape(&text) : (uint8_t)*text++;
    exact = malloc(count);
    assert_true(exact != NULL || count == 0);
    memcpy(exact, bytes, count);
    free(bytes);
    LLVMFuzzerTestOneInput(exact, count);
    free(exact);
}

static void every_input_of_the_corpus_is_accepted_or_refused_as_it_must(void **state)
{
    char path[256], *line = NULL;
    size_t room = 0, count = 0;
    snprintf(path, sizeof path, "tests/fuzz/corpus/%s.inputs", program_invocation_short_name);
    FILE *file = fopen(path, "re");
    (void)state;
    assert_non_null(file);
    for (ssize_t length; (length = getline(&line, &room, file)) > 0; count++) {
        char *bytes = strchr(line, '\t');
        assert_non_null(bytes);
        assert_int_equal(line[length - 1], '\n');
        line[length - 1] = *bytes = '\0';
        fprintf(stderr, "%s:%zu: %s\n", path, count + 1,
                line); /* the last one shows where it broke */
        replay_input(bytes + 1);
    }
    free(line);
    assert_int_equal(fclose(file), 0);
    assert_true(count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_input_of_the_corpus_is_accepted_or_refused_as_it_must),
    };
    return cmocka_run_group_tests_name("corpus", tests, NULL, NULL);
}
