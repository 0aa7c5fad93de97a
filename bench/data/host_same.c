#include "bench/data/host_json.h"

#include <stdio.h>
#include <string.h>

/* What must be the same for the rounds of one run. How busy the machine is may differ, as it may
 * within a run. */
static const struct {
    const char *section, *key; /* NULL: of no section */
    const char *words;
} facts[] = {
    {"run", "suite", "suite"},
    {"run", "seed", "seed"},
    {"cpus", "usable", "usable CPUs"},
    {"cpus", "model", "CPU model"},
    {"cpus", "architecture", "architecture"},
    {NULL, "page_bytes", "page size"},
    {NULL, "kernel", "kernel"},
    {NULL, "hypervisor", "hypervisor"},
    {"build", "version", "version"},
    {"build", "commit", "commit"},
    {"build", "compiler", "compiler"},
    {"build", "flags", "compiler flags"},
    {"build", "openmp_runtime", "OpenMP runtime"},
    {"build", "allocator", "allocator"},
};

/* The differences so far, in words. */
struct differences {
    char text[340];
    size_t count, told;
};

/* A value for people: texts in quotes, cut where they are long. */
static void show(char *text, size_t bytes, const json_t *value)
{
    enum { SHOWN = 60 };
    const char *string = json_string_value(value);
    if (json_is_integer(value))
        snprintf(text, bytes, "%lld", (long long)json_integer_value(value));
    else if (string == NULL || *string == '\0')
        snprintf(text, bytes, "none");
    else
        snprintf(text, bytes, "'%.*s%s'", SHOWN, string, strlen(string) > SHOWN ? "..." : "");
}

static void note(struct differences *found, const char *words, const json_t *was, const json_t *is)
{
    char before[80], now[80], line[300];
    size_t used = strlen(found->text);
    show(before, sizeof before, was);
    show(now, sizeof now, is);
    int length = snprintf(line, sizeof line, "%s%s %s, not %s", found->count > 0 ? "; " : "", words,
                          before, now);
    found->count++;
    if (length <= 0 || used + (size_t)length >= sizeof found->text)
        return;
    memcpy(found->text + used, line, (size_t)length + 1);
    found->told++;
}

static const json_t *find(const json_t *root, const char *section, const char *key)
{
    return json_object_get(section != NULL ? json_object_get(root, section) : root, key);
}

/* Such a build tells all that this one does. */
static bool is_of_this_build(const json_t *was, const json_t *is)
{
    return json_equal(find(was, "build", "version"), find(is, "build", "version")) &&
           json_equal(find(was, "build", "commit"), find(is, "build", "commit"));
}

/* What is compared key by key, and would be passed over where it is not there. */
static int check_told(const char *path, const json_t *was, const json_t *is, struct error *error)
{
    static const struct {
        const char *section, *key;
    } objects[] = {{"run", "settings"}, {"conditions", "environment"}};
    for (size_t i = 0; is_of_this_build(was, is) && i < sizeof objects / sizeof *objects; i++)
        if (json_is_object(find(is, objects[i].section, objects[i].key)) &&
            !json_is_object(find(was, objects[i].section, objects[i].key)))
            return fail(error, ERROR_USAGE,
                        "--resume: %s: damaged: %s.%s is missing, which this build always tells",
                        path, objects[i].section, objects[i].key);
    return 0;
}

/* What an older build did not tell is not compared. */
static void compare_facts(const json_t *was, const json_t *is, struct differences *found)
{
    bool must_be_told = is_of_this_build(was, is);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        const json_t *before = find(was, facts[i].section, facts[i].key);
        const json_t *now = find(is, facts[i].section, facts[i].key);
        bool is_compared = before != NULL || (must_be_told && now != NULL);
        if (is_compared && !json_equal(before, now))
            note(found, facts[i].words, before, now);
    }
}

/* Each key of two objects; what only one of them has is a difference too. */
static void compare_objects(const json_t *was, const json_t *is, const char *kind,
                            struct differences *found)
{
    char words[100];
    const char *key;
    json_t *value;
    if (!json_is_object(was))
        return;
    json_object_foreach((json_t *)was, key, value)
    {
        snprintf(words, sizeof words, "%s%s", kind, key);
        if (!json_equal(value, json_object_get(is, key)))
            note(found, words, value, json_object_get(is, key));
    }
    json_object_foreach((json_t *)is, key, value)
    {
        snprintf(words, sizeof words, "%s%s", kind, key);
        if (json_object_get(was, key) == NULL)
            note(found, words, NULL, value);
    }
}

/* The hash of all cells tells nothing to people where the values of a dimension differ. */
static void compare_settings(const json_t *was, const json_t *is, bool must_be_told,
                             struct differences *found)
{
    size_t before = found->count;
    json_t *dimensions_were = json_deep_copy(was), *dimensions_are = json_deep_copy(is);
    json_object_del(dimensions_were, "cells");
    json_object_del(dimensions_are, "cells");
    compare_objects(dimensions_were, dimensions_are, "", found);
    json_decref(dimensions_were);
    json_decref(dimensions_are);
    const json_t *cells_were = json_object_get(was, "cells");
    const json_t *cells_are = json_object_get(is, "cells");
    bool are_compared = cells_were != NULL || (must_be_told && cells_are != NULL);
    if (found->count == before && are_compared && !json_equal(cells_were, cells_are))
        note(found, "cells", cells_were, cells_are);
}

/* What does not fit into a line is counted. */
static void refuse(const char *folder, const struct differences *found, struct error *error)
{
    char more[40] = "";
    if (found->count > found->told)
        snprintf(more, sizeof more, "; and %zu more", found->count - found->told);
    fail(error, ERROR_USAGE, "--resume: %.80s was begun with %s%s; rounds of both cannot be paired",
         folder, found->text, more);
}

int host_check_same(const char *path, const char *folder, const struct host_run *run,
                    struct error *error)
{
    struct differences found = {.count = 0};
    json_t *was = host_load(path, error);
    json_t *is = was != NULL ? host_describe(run) : NULL;
    if (was != NULL && is == NULL)
        fail(error, ERROR_REFUSED, "--resume: the machine cannot be described");
    if (is != NULL && check_told(path, was, is, error) == 0) {
        compare_facts(was, is, &found);
        compare_settings(find(was, "run", "settings"), find(is, "run", "settings"),
                         is_of_this_build(was, is), &found);
        compare_objects(find(was, "conditions", "environment"),
                        find(is, "conditions", "environment"), "environment variable ", &found);
    }
    json_decref(was);
    json_decref(is);
    if (found.count > 0)
        refuse(folder, &found, error);
    return error->kind == ERROR_NONE ? 0 : -1;
}
