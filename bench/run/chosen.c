#include "bench/run/chosen.h"
#include "bench/base/text.h"
#include "strategies/plugin/plugin.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A list of words that grows in memory. */
struct list {
    FILE *stream;
    char *text;
    size_t bytes;
};

/* What is read so far: what is built in, and what libraries have. */
struct chosen {
    struct list built_in, from_libraries;
};

static bool holds(const struct words *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++)
        if (text_equal(words->values[i], word))
            return true;
    return false;
}

static void append(struct list *list, const char *word, const char *options)
{
    fprintf(list->stream, "%s%s%s%s", ftell(list->stream) > 0 ? "," : "", word,
            *options != '\0' ? "?" : "", options);
}

/* What the word "python" stands for. */
static void append_python(struct list *list, const struct words *given)
{
    const struct strategy_ops *ops;
    for (size_t i = 0; (ops = strategy_built_in(i)) != NULL; i++)
        if (strategy_is_of_python(ops) && !holds(given, ops->name))
            append(list, ops->name, "");
}

static void append_all(struct list *list, const struct words *given)
{
    const struct strategy_ops *ops;
    for (size_t i = 0; (ops = strategy_built_in(i)) != NULL; i++)
        if ((ops->flags & STRATEGY_BY_NAME) == 0 || holds(given, ops->name))
            append(list, ops->name, "");
}

static int sort_out(const char *origin, const struct words *given, const char *folder,
                    struct chosen *chosen, struct error *error)
{
    bool all = holds(given, "all");
    if (all)
        append_all(&chosen->built_in, given);
    for (size_t i = 0; i < given->count; i++) {
        const char *word = given->values[i], *options;
        bool is_library = plugin_is_named_by(word);
        if (text_equal(word, "python")) {
            append_python(&chosen->built_in, given);
            continue;
        }
        if (!is_library && !all)
            append(&chosen->built_in, word, "");
        if (!is_library)
            continue;
        const struct strategy_ops *ops = plugin_know(origin, word, folder, &options, error);
        if (ops == NULL)
            return -1;
        append(&chosen->from_libraries, ops->name, options);
    }
    return 0;
}

/* Of those that should be built in an unknown one is refused. */
static int join(const char *origin, const char *built_in, const char *from_libraries,
                struct words *out, struct error *error)
{
    struct words known = {0};
    bool both = *built_in != '\0' && *from_libraries != '\0';
    char *joined;
    if (*from_libraries == '\0')
        return parse_words(origin, built_in, strategy_names(), strategy_names_count(), out, error);
    if (both &&
        parse_words(origin, built_in, strategy_names(), strategy_names_count(), &known, error) != 0)
        return -1;
    words_free(&known);
    if (asprintf(&joined, "%s%s%s", built_in, both ? "," : "", from_libraries) < 0)
        return fail(error, ERROR_REFUSED, "%s: out of memory", origin);
    int result = parse_words(origin, joined, NULL, 0, out, error);
    free(joined);
    return result;
}

static bool list_open(struct list *list)
{
    list->stream = open_memstream(&list->text, &list->bytes);
    return list->stream != NULL;
}

static bool list_close(struct list *list)
{
    return list->stream == NULL || fclose(list->stream) == 0;
}

int chosen_read(const char *origin, const char *text, const char *folder, struct words *out,
                struct error *error)
{
    struct chosen chosen = {0};
    struct words given = {0};
    if (parse_words(origin, text, NULL, 0, &given, error) != 0)
        return -1;
    bool opened = list_open(&chosen.built_in) && list_open(&chosen.from_libraries);
    int result = opened ? sort_out(origin, &given, folder, &chosen, error) : -1;
    bool closed = list_close(&chosen.built_in);
    if (!list_close(&chosen.from_libraries) || !opened || !closed)
        result = fail(error, ERROR_REFUSED, "%s: out of memory", origin);
    if (result == 0)
        result = join(origin, chosen.built_in.text, chosen.from_libraries.text, out, error);
    words_free(&given);
    free(chosen.built_in.text);
    free(chosen.from_libraries.text);
    return result;
}

const struct strategy_ops *chosen_find(const char *word, const char **options)
{
    char name[64];
    size_t length = strcspn(word, "?");
    *options = word[length] == '?' ? word + length + 1 : "";
    snprintf(name, sizeof name, "%.*s", (int)length, word);
    return strategy_find(name);
}
