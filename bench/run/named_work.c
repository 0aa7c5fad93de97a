#include "bench/run/named_work.h"
#include "bench/job/function.h"
#include "bench/plugin/described_work.h"
#include "bench/plugin/library.h"
#include "bench/plugin/probe.h"
#include "strategies/runner/function.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How many sizes are tried at first; others are added between them. A visit in Python takes several
 * times as long as others. */
enum { SIZES_OF_LIBRARY = 6, SIZES_OF_FUNCTION = 4 };

bool named_work_is(const char *text)
{
    return library_is_named_by(text) || function_is_named_by(text);
}

/* The first of a list. */
static int first_python(const char *pythons, char *text, size_t bytes, struct error *error)
{
    size_t length = strcspn(pythons, ",");
    if (length == 0)
        return fail(error, ERROR_USAGE,
                    "--python: '%.60s' does not begin with an interpreter; give paths, or names in "
                    "PATH",
                    pythons);
    if (length < bytes) {
        snprintf(text, bytes, "%.*s", (int)length, pythons);
        return 0;
    }
    return fail(error, ERROR_USAGE, "--python: '%.60s...': the path is too long", pythons);
}

const struct work *named_work_know(const char *origin, const struct named_work *named,
                                   struct error *error)
{
    char python[PATH_MAX];
    struct error why = {0};
    if (!function_is_named_by(named->text))
        return described_work(origin, named->text, named->folder, error);
    if (first_python(named->pythons, python, sizeof python, error) != 0)
        return NULL;
    const struct function_request request = {
        .text = named->text,
        .folder = named->folder,
        .python = python,
        .arguments = named->arguments,
    };
    const struct work *work = function_know(&request, &why);
    if (work == NULL)
        fail(error, why.kind, "%s: %s", origin, why.text);
    return work;
}

bool named_work_is_function(const struct work *work)
{
    return work->is_of_runner && function_is_named_by(work->reference);
}

int named_work_strategies(const char *pythons, struct words *out, struct error *error)
{
    char python[PATH_MAX], *text = NULL;
    const struct strategy_ops *ops;
    size_t bytes;
    if (first_python(pythons, python, sizeof python, error) != 0)
        return -1;
    FILE *stream = open_memstream(&text, &bytes);
    if (stream == NULL)
        return fail(error, ERROR_REFUSED, "suite: out of memory");
    for (size_t i = 0; (ops = strategy_built_in(i)) != NULL; i++)
        if (strategy_is_of_python(ops) && !function_lacks(python, ops))
            fprintf(stream, "%s%s", ftell(stream) > 0 ? "," : "", ops->name);
    int result = fclose(stream) == 0 ? parse_words("strategies", text, NULL, 0, out, error)
                                     : fail(error, ERROR_REFUSED, "suite: out of memory");
    free(text);
    return result;
}

int named_work_sizes(const struct work *work, const char *pythons, char *text, size_t bytes,
                     bool *tells, struct error *error)
{
    struct library_place place;
    struct probed probed;
    char python[PATH_MAX];
    if (first_python(pythons, python, sizeof python, error) != 0 ||
        library_place(work->reference, NULL, &place, error) != 0)
        return -1;
    bool is_function = named_work_is_function(work);
    int result = is_function ? function_sizes(work, python, &probed, error)
                             : probe_sizes(place.path, place.name, &probed, error);
    if (result == 0)
        *tells = is_function
                     ? probe_choose(&probed, FUNCTION_SHORT_NS, SIZES_OF_FUNCTION, text, bytes)
                     : probe_choose(&probed, PROBE_SHORT_NS, SIZES_OF_LIBRARY, text, bytes);
    return result;
}
