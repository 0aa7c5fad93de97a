#include "bench/base/text.h"
#include "bench/cli/cli.h"

#include <stdio.h>
#include <string.h>

static int find_option(const char *argument, size_t length, const struct option_spec specs[],
                       size_t count, size_t *index, struct error *error)
{
    const char *names[CLI_MOST_OPTIONS];
    char given[64], suggestion[128];
    for (size_t i = 0; i < count; i++) {
        names[i] = specs[i].name;
        if (strlen(names[i]) == length && strncmp(names[i], argument, length) == 0) {
            *index = i;
            return 0;
        }
    }
    snprintf(given, sizeof given, "%.*s", (int)length, argument);
    text_suggestion(suggestion, sizeof suggestion, given, names, count);
    return fail(error, ERROR_USAGE, "--%s: no such option%s", given, suggestion);
}

/* Handles the option at arguments[*at] and moves *at to the last argument that it used. */
static int parse_option(int count, char *const arguments[], int *at,
                        const struct option_spec specs[], size_t spec_count, option_handler *handle,
                        void *user, struct error *error)
{
    const char *name = arguments[*at] + 2, *equals = strchr(name, '=');
    size_t length = equals != NULL ? (size_t)(equals - name) : strlen(name), index;
    const char *value = equals != NULL ? equals + 1 : NULL;
    if (find_option(name, length, specs, spec_count, &index, error) != 0)
        return -1;
    if (specs[index].value == NULL && value != NULL)
        return fail(error, ERROR_USAGE, "--%s: takes no value", specs[index].name);
    if (specs[index].value != NULL && value == NULL) {
        if (*at + 1 >= count)
            return fail(error, ERROR_USAGE, "--%s: a value is missing: %s", specs[index].name,
                        specs[index].value);
        value = arguments[++*at];
    }
    return handle(user, index, value, error);
}

int cli_parse(int count, char *const arguments[], const struct option_spec specs[],
              size_t spec_count, option_handler *handle, void *user, const char *words[],
              size_t most_words, size_t *word_count, struct error *error)
{
    bool options = true;
    *word_count = 0;
    for (int i = 0; i < count; i++) {
        const char *argument = arguments[i];
        if (options && text_equal(argument, "--")) {
            options = false;
        } else if (options && strncmp(argument, "--", 2) == 0) {
            if (parse_option(count, arguments, &i, specs, spec_count, handle, user, error) != 0)
                return -1;
        } else if (options && argument[0] == '-' && argument[1] != '\0') {
            return fail(error, ERROR_USAGE, "%s: no such option; options are written --name",
                        argument);
        } else if (*word_count == most_words) {
            return fail(error, ERROR_USAGE, "'%s': one argument too many", argument);
        } else {
            words[(*word_count)++] = argument;
        }
    }
    return 0;
}

void cli_note_command_line(const char *name, int count, char *const arguments[], const char *kept[],
                           size_t room)
{
    size_t used = 0;
    kept[used++] = "breakeven";
    kept[used++] = name;
    for (int i = 0; i < count && used + 1 < room; i++)
        kept[used++] = arguments[i];
    kept[used] = NULL;
}

void cli_print_options(const struct option_spec specs[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", specs[i].name, specs[i].value ? " " : "",
                 specs[i].value ? specs[i].value : "");
        printf("  %-20s %s\n", left, specs[i].help);
    }
}
