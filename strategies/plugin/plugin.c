#include "strategies/plugin/plugin.h"
#include "bench/base/json.h"
#include "bench/base/text.h"
#include "bench/plugin/describe.h"
#include "bench/plugin/library.h"
#include "strategies/common/missing.h"
#include "strategies/plugin/adapter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SYMBOL "breakeven_strategies"

/* A longer list is taken for one without its NULL. */
enum { MOST_STRATEGIES = 64 };

bool plugin_is_named_by(const char *text)
{
    return library_is_named_by(text);
}

/* ------------------------------------------------------------------------------- descriptions */

/* Why a description cannot be used; all hooks of one lead to what is missing. */
static const char *not_loaded(void)
{
    return "it is known from a file, and its library is not loaded here";
}

/* A description of its own, with copies of all texts. NULL: out of memory. */
static struct strategy_ops *describe(const struct strategy_ops *like)
{
    struct strategy_ops *ops = malloc(sizeof *ops);
    char *texts[] = {strdup(like->name),
                     strdup(like->summary),
                     strdup(like->elsewhere),
                     like->reference != NULL ? strdup(like->reference) : NULL,
                     like->identity != NULL ? strdup(like->identity) : NULL,
                     like->missing != NULL ? strdup(like->missing) : NULL};
    if (ops == NULL || texts[0] == NULL || texts[1] == NULL || texts[2] == NULL) {
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            free(texts[i]);
        free(ops);
        return NULL;
    }
    *ops = *like;
    ops->name = texts[0];
    ops->summary = texts[1];
    ops->elsewhere = texts[2];
    ops->reference = texts[3];
    ops->identity = texts[4];
    ops->missing = texts[5];
    ops->open = missing_open;
    ops->map = missing_map;
    ops->close = missing_close;
    return ops;
}

/* Of a description that nobody got to know. */
static void forget(struct strategy_ops *ops)
{
    if (ops == NULL)
        return;
    const char *texts[] = {ops->name,      ops->summary,  ops->elsewhere,
                           ops->reference, ops->identity, ops->missing};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free((void *)(uintptr_t)texts[i]);
    free(ops);
}

void plugin_remember(const char *name, const char *summary, const char *path)
{
    struct error ignored = {0};
    const struct strategy_ops told = {
        .name = name,
        .summary = summary,
        .elsewhere = "",
        .reference = path,
        .flags = STRATEGY_FROM_LIBRARY,
        .unavailable = not_loaded,
    };
    if (strategy_find(name) == NULL) {
        struct strategy_ops *ops = describe(&told);
        if (ops != NULL && strategy_register(ops, &ignored) != 0)
            forget(ops);
    }
}

/* Of the texts of the table that has them all; NULL where none is called so. */
static json_t *find_told(json_t *told, const char *name)
{
    for (size_t i = 0; i < json_array_size(told); i++) {
        json_t *one = json_array_get(told, i);
        const char *own = json_string_value(json_object_get(one, "name"));
        if (own != NULL && (*name == '\0' || text_equal(own, name)))
            return one;
    }
    return NULL;
}

/* The names of all, with commas between them, cut where there is no room. */
static void list_names(json_t *told, char *text, size_t bytes)
{
    *text = '\0';
    for (size_t i = 0; i < json_array_size(told); i++) {
        const char *name = json_string_value(json_object_get(json_array_get(told, i), "name"));
        snprintf(text + strlen(text), bytes - strlen(text), "%s%s", i > 0 ? ", " : "",
                 name != NULL ? name : "");
    }
}

/* The one that is meant. */
static json_t *choose(const struct library_place *place, json_t *told, struct error *error)
{
    char names[200];
    bool ambiguous = *place->name == '\0' && json_array_size(told) > 1;
    json_t *one = ambiguous ? NULL : find_told(told, place->name);
    list_names(told, names, sizeof names);
    if (one == NULL && ambiguous)
        fail(error, ERROR_USAGE, "%s: it holds several strategies (%s); name one: ./LIBRARY:NAME",
             place->path, names);
    else if (one == NULL)
        fail(error, ERROR_USAGE, "%s: it holds no strategy '%s'; it has %s", place->path,
             place->name, names);
    return one;
}

static const char *text_of(json_t *told, const char *name)
{
    const char *text = json_string_value(json_object_get(told, name));
    return text != NULL ? text : "";
}

/* Registers what a library said of one of its strategies. */
static const struct strategy_ops *take(json_t *told, const struct library_place *place,
                                       const char *identity, struct error *error)
{
    const char *name = text_of(told, "name"), *missing = text_of(told, "unavailable");
    struct strategy_ops description = {
        .name = name,
        .summary = text_of(told, "summary"),
        .elsewhere = text_of(told, "elsewhere"),
        .reference = place->path,
        .identity = identity,
        .missing = *missing != '\0' ? missing : NULL,
        .flags = (unsigned)json_integer_value(json_object_get(told, "flags")),
        .unit = (enum strategy_unit)json_integer_value(json_object_get(told, "unit")),
        .floor = (enum hardware_floor)json_integer_value(json_object_get(told, "floor")),
    };
    const struct strategy_ops *known = strategy_find(name);
    if (known != NULL && known->identity != NULL && text_equal(known->identity, identity))
        return known;
    struct strategy_ops *ops = describe(&description);
    if (ops == NULL)
        fail(error, ERROR_REFUSED, "%s: out of memory", place->path);
    if (ops != NULL && strategy_register(ops, error) == 0)
        return ops;
    forget(ops);
    return NULL;
}

/* What was asked for before, so that each library is asked once: suites name it again and again. */
static struct {
    char *library; /* with the name behind it */
    const struct strategy_ops *ops;
} asked[STRATEGIES_MOST_REGISTERED];

static const struct strategy_ops *recall(const struct library_place *place, const char *identity)
{
    char library[sizeof *place + 2];
    snprintf(library, sizeof library, "%s:%s", place->path, place->name);
    for (size_t i = 0; i < STRATEGIES_MOST_REGISTERED && asked[i].library != NULL; i++)
        if (text_equal(asked[i].library, library) && text_equal(asked[i].ops->identity, identity))
            return asked[i].ops;
    return NULL;
}

static void note(const struct library_place *place, const struct strategy_ops *ops)
{
    size_t i = 0;
    while (i < STRATEGIES_MOST_REGISTERED && asked[i].library != NULL)
        i++;
    if (i < STRATEGIES_MOST_REGISTERED &&
        asprintf(&asked[i].library, "%s:%s", place->path, place->name) < 0)
        asked[i].library = NULL;
    else if (i < STRATEGIES_MOST_REGISTERED)
        asked[i].ops = ops;
}

/* Asks the library. */
static const struct strategy_ops *ask(const struct library_place *place, const char *identity,
                                      struct error *error)
{
    const struct strategy_ops *ops = NULL;
    json_t *told = describe_library(PLUGIN_KIND, place->path, place->name, error);
    json_t *one = told != NULL ? choose(place, json_object_get(told, "strategies"), error) : NULL;
    if (one != NULL)
        ops = take(one, place, identity, error);
    if (ops != NULL)
        note(place, ops);
    json_decref(told);
    return ops;
}

/* Takes the library's part of the text, and looks at the rest. */
static int split(const char *text, char library[static PATH_MAX], const char **options,
                 struct error *error)
{
    size_t length = strcspn(text, "?");
    *options = text[length] == '?' ? text + length + 1 : "";
    if (length >= PATH_MAX)
        return fail(error, ERROR_USAGE, "%.200s: the path is too long", text);
    snprintf(library, PATH_MAX, "%.*s", (int)length, text);
    if (strlen(*options) >= PLUGIN_OPTIONS_BYTES)
        return fail(error, ERROR_USAGE, "%.200s: options of more than %d characters", library,
                    PLUGIN_OPTIONS_BYTES - 1);
    for (const char *c = *options; *c != '\0'; c++)
        if (*c < ' ' || *c > '~')
            return fail(error, ERROR_USAGE,
                        "%.200s: behind '?' stand printable ASCII characters alone", library);
    return 0;
}

const struct strategy_ops *plugin_know(const char *origin, const char *text, const char *folder,
                                       const char **options, struct error *error)
{
    char library[PATH_MAX], identity[LIBRARY_IDENTITY_BYTES];
    struct library_place *place = malloc(sizeof *place);
    struct error why = {0};
    const struct strategy_ops *ops = NULL;
    if (place == NULL)
        fail(&why, ERROR_REFUSED, "out of memory");
    else if (split(text, library, options, &why) == 0 &&
             library_place(library, folder, place, &why) == 0 &&
             library_identify(place->path, identity, &why) == 0 &&
             (ops = recall(place, identity)) == NULL)
        ops = ask(place, identity, &why);
    if (ops == NULL)
        fail(error, why.kind, "%s: %s", origin, why.text);
    free(place);
    return ops;
}

static int know_each(const struct library_place *place, struct error *error)
{
    char identity[LIBRARY_IDENTITY_BYTES];
    if (library_identify(place->path, identity, error) != 0)
        return -1;
    json_t *told = describe_library(PLUGIN_KIND, place->path, "", error);
    json_t *all = json_object_get(told, "strategies");
    int result = told != NULL ? 0 : -1;
    for (size_t i = 0; result == 0 && i < json_array_size(all); i++)
        result = take(json_array_get(all, i), place, identity, error) != NULL ? 0 : -1;
    json_decref(told);
    return result;
}

int plugin_know_all(const char *origin, const char *path, struct error *error)
{
    struct library_place *place = malloc(sizeof *place);
    struct error why = {0};
    int result = place != NULL ? library_place(path, NULL, place, &why)
                               : fail(&why, ERROR_REFUSED, "out of memory");
    if (result == 0)
        result = know_each(place, &why);
    free(place);
    return result == 0 ? 0 : fail(error, why.kind, "%s: %s", origin, why.text);
}

/* ------------------------------------------------------------------------------- the library */

/* The list of a library that is loaded; its strategies are as its header says. NULL: see error. */
static const struct breakeven_strategy *const *find_list(void *library, const char *path,
                                                         struct error *error)
{
    const struct breakeven_strategy *const *list = library_symbol(library, SYMBOL);
    size_t count = 0;
    if (list == NULL) {
        fail(error, ERROR_USAGE,
             "%s: it has no symbol '" SYMBOL "'; a library of strategies has the line "
             "BREAKEVEN_STRATEGIES(&...) of breakeven/strategy.h",
             path);
        return NULL;
    }
    for (; count <= MOST_STRATEGIES && list[count] != NULL; count++)
        if (adapter_check(list[count], path, error) != 0)
            return NULL;
    if (count > 0 && count <= MOST_STRATEGIES)
        return list;
    fail(error, ERROR_USAGE, "%s: its list '" SYMBOL "' has %s", path,
         count == 0 ? "no strategy in it" : "no NULL at its end");
    return NULL;
}

json_t *plugin_describe(void *library, const char *path, const char *name, struct error *error)
{
    const struct breakeven_strategy *const *list = find_list(library, path, error);
    json_t *told = list != NULL ? json_array() : NULL;
    (void)name; /* all are told, so that a message can name them */
    for (size_t i = 0; told != NULL && list[i] != NULL; i++) {
        const struct strategy_ops *ops = adapter_make(list[i], path);
        const char *missing = strategy_unavailable(ops);
        json_array_append_new(told, json_pack("{s:o, s:o, s:o, s:o, s:I, s:i, s:i}", "name",
                                              json_of_text(ops->name), "summary",
                                              json_of_text(ops->summary), "elsewhere",
                                              json_of_text(ops->elsewhere), "unavailable",
                                              json_of_text(missing != NULL ? missing : ""), "flags",
                                              (json_int_t)ops->flags, "unit", (int)ops->unit,
                                              "floor", (int)ops->floor));
    }
    return told != NULL ? json_pack("{s:o}", "strategies", told) : NULL;
}

static const struct strategy_ops *load(const char *name, const char *path, struct error *error)
{
    void *library = library_open(path, error);
    const struct breakeven_strategy *const *list =
        library != NULL ? find_list(library, path, error) : NULL;
    for (size_t i = 0; list != NULL && list[i] != NULL; i++)
        if (text_equal(list[i]->name, name))
            return adapter_make(list[i], path);
    if (list != NULL)
        fail(error, ERROR_USAGE, "%s: it holds no strategy '%s'", path, name);
    return NULL;
}

const struct strategy_ops *plugin_load(const char *name, const char *reference,
                                       const char *identity, struct error *error)
{
    if (*identity != '\0' && library_check_same(reference, identity, error) != 0)
        return NULL;
    const struct strategy_ops *ops = load(name, reference, error);
    if (ops == NULL && error->kind == ERROR_USAGE)
        error->kind = ERROR_REFUSED;
    return ops;
}
