#include "bench/job/function.h"
#include "bench/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHA256_BYTES = 32 };

bool function_is_named_by(const char *text)
{
    static const char ending[] = ".py";
    const char *slash = strrchr(text, '/'), *colon = strchr(slash != NULL ? slash : text, ':');
    size_t length = colon != NULL ? (size_t)(colon - text) : strlen(text);
    return length >= strlen(ending) &&
           strncmp(text + length - strlen(ending), ending, strlen(ending)) == 0;
}

/* A work and its texts. */
struct description {
    struct work work;
    char *reference, *arguments; /* NULL: it has none */
    char name[WORK_NAME_BYTES], summary[160], identity[FUNCTION_IDENTITY_BYTES];
};

static void forget(struct description *own)
{
    free(own->reference);
    free(own->arguments);
    free(own);
}

static bool take_over(const struct function *function, struct description *own)
{
    bool has_arguments = function->arguments != NULL;
    snprintf(own->name, sizeof own->name, "%s", function->name);
    text_printable(own->summary, sizeof own->summary, function->summary);
    snprintf(own->identity, sizeof own->identity, "%s", function->identity);
    own->reference = strdup(function->reference);
    own->arguments = has_arguments ? strdup(function->arguments) : NULL;
    own->work = (struct work){
        .name = own->name,
        .summary = own->summary,
        .unit = has_arguments ? "line" : "argument",
        .result_bytes = SHA256_BYTES,
        .reference = own->reference,
        .identity = own->identity,
        .is_of_runner = true,
        .arguments = own->arguments,
        .is_sizeless = has_arguments,
        .usual_jobs = function->lines,
        .import_ns = function->import_ns,
    };
    return own->reference != NULL && (own->arguments != NULL || !has_arguments);
}

const struct work *function_register(const struct function *function, struct error *error)
{
    struct description *own = calloc(1, sizeof *own);
    const struct work *known = NULL;
    if (own == NULL || !take_over(function, own))
        fail(error, ERROR_REFUSED, "%s: out of memory", function->reference);
    else if (work_register(&own->work, error) == 0)
        known = work_find(own->name);
    if (own != NULL && known != &own->work)
        forget(own);
    return known;
}
