/* The options of `run`, an argument a line, and the suite that they change: a refusal names an
 * option. */
#include "bench/cli/cli.h"
#include "bench/run/suite.h"
#include "tests/fuzz/fuzz.h"

enum { MOST_ARGUMENTS = 64 };

static const struct option_spec specs[] = {
#define KEY(symbol, dimension, name, value, help, ...) {name, value, help},
    SUITE_KEYS
#undef KEY
    {"quiet", NULL, "takes no value"},
};

enum { SPECS = sizeof specs / sizeof *specs };

static int handle(void *user, size_t index, const char *value, struct error *error)
{
    char origin[64];
    must(index < SPECS && (value == NULL) == (specs[index].value == NULL));
    if (value == NULL)
        return 0;
    snprintf(origin, sizeof origin, "--%s", specs[index].name);
    return settings_set(user, (enum suite_key)index, value, origin, error);
}

static int split(char *text, char *arguments[])
{
    int count = 0;
    for (char *rest = text, *line; count < MOST_ARGUMENTS && (line = strsep(&rest, "\n")) != NULL;)
        arguments[count++] = line;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {0};
    struct settings settings = {0};
    struct suite suite = {0};
    char *arguments[MOST_ARGUMENTS], *text = fuzz_text(data, size);
    const char *words[1] = {"quick"};
    size_t word_count;
    int count = split(text, arguments);
    if (cli_parse(count, arguments, specs, SPECS, handle, &settings, words, 1, &word_count,
                  &error) != 0)
        must_refuse(&error);
    else if (suite_read("quick", &settings, 3, &suite, &error) != 0)
        must_refuse(&error);
    else
        must(suite.count > 0);
    suite_free(&suite);
    settings_free(&settings);
    free(text);
    return 0;
}
