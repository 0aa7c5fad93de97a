#include "bench/plugin/described_work.h"
#include "bench/base/json.h"
#include "bench/base/text.h"
#include "bench/plugin/library.h"
#include "bench/plugin/loaded_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A description and its texts. */
struct description {
    struct work work;
    char name[WORK_NAME_BYTES], reference[WORK_REFERENCE_BYTES];
    char identity[LIBRARY_IDENTITY_BYTES];
    char summary[160], unit[48], sizes[512];
};

static json_t *tell(const struct breakeven_work *work)
{
    json_t *told = json_pack("{s:o, s:I}", "name", json_of_text(work->name), "result_bytes",
                             (json_int_t)work->result_bytes);
    if (work->summary != NULL)
        json_object_set_new(told, "summary", json_of_text(work->summary));
    if (work->unit != NULL)
        json_object_set_new(told, "unit", json_of_text(work->unit));
    if (work->sizes != NULL)
        json_object_set_new(told, "sizes", json_of_text(work->sizes));
    return told;
}

json_t *described_work_tell(void *library, const char *path, const char *name, struct error *error)
{
    struct found_work found;
    return loaded_work_find(library, path, name, &found, error) == 0 ? tell(&found.work) : NULL;
}

json_t *described_works_tell(void *library, const char *path, const char *name, struct error *error)
{
    struct found_work found;
    json_t *all = json_array();
    int end = 0;
    (void)name;
    for (size_t i = 0; (end = loaded_work_at(library, path, i, &found, error)) == 0; i++)
        json_array_append_new(all, tell(&found.work));
    if (end > 0)
        return json_pack("{s:o}", "works", all);
    json_decref(all);
    return NULL;
}

static const char *text_of(const json_t *told, const char *key)
{
    const char *text = json_string_value(json_object_get(told, key));
    return text != NULL ? text : "";
}

static void take_over(const json_t *told, const struct library_place *place,
                      struct description *own)
{
    snprintf(own->name, sizeof own->name, "%s", text_of(told, "name"));
    snprintf(own->reference, sizeof own->reference, "%s:%s", place->path, own->name);
    text_printable(own->summary, sizeof own->summary, text_of(told, "summary"));
    text_printable(own->unit, sizeof own->unit, text_of(told, "unit"));
    text_printable(own->sizes, sizeof own->sizes, text_of(told, "sizes"));
    own->work = (struct work){
        .name = own->name,
        .summary = own->summary,
        .unit = own->unit,
        .result_bytes = (size_t)json_integer_value(json_object_get(told, "result_bytes")),
        .reference = own->reference,
        .identity = own->identity,
        .sizes = *own->sizes != '\0' ? own->sizes : NULL,
    };
}

static const struct work *describe(const struct library_place *place, struct error *error)
{
    struct description *own = calloc(1, sizeof *own);
    if (own == NULL) {
        fail(error, ERROR_REFUSED, "%s: out of memory", place->path);
        return NULL;
    }
    json_t *told = library_identify(place->path, own->identity, error) == 0
                       ? describe_library("work", place->path, place->name, error)
                       : NULL;
    if (told != NULL)
        take_over(told, place, own);
    const struct work *known = NULL;
    if (told != NULL && work_register(&own->work, error) == 0)
        known = work_find(own->name);
    json_decref(told);
    if (known != &own->work)
        free(own);
    return known;
}

const struct work *described_work(const char *origin, const char *text, const char *folder,
                                  struct error *error)
{
    struct error why = {0};
    struct library_place place;
    const struct work *work =
        library_place(text, folder, &place, &why) == 0 ? describe(&place, &why) : NULL;
    if (work == NULL)
        fail(error, why.kind, "%s: %s", origin, why.text);
    return work;
}

int described_works_print(const char *origin, const char *path, size_t *count, struct error *error)
{
    struct error why = {0};
    struct library_place place;
    json_t *told = library_place(path, NULL, &place, &why) == 0
                       ? describe_library("works", place.path, "", &why)
                       : NULL;
    const json_t *all = json_object_get(told, "works");
    *count = json_array_size(all);
    for (size_t i = 0; i < *count; i++) {
        const json_t *work = json_array_get(all, i);
        char summary[160], unit[48];
        text_printable(summary, sizeof summary, text_of(work, "summary"));
        text_printable(unit, sizeof unit, text_of(work, "unit"));
        printf("%-14s %s%s%s%s\n", text_of(work, "name"), summary, *unit != '\0' ? " (size: " : "",
               unit, *unit != '\0' ? ")" : "");
    }
    json_decref(told);
    return told != NULL ? 0 : fail(error, why.kind, "%s: %s", origin, why.text);
}
