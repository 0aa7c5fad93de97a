#include "bench/plugin/function_files.h"
#include "bench/plugin/library.h"

#include <stdio.h>
#include <string.h>

#define MODULE "a file in Python"
#define ARGUMENTS "a file of arguments"
#define BETWEEN " and "

int function_identify(const char *reference, const char *arguments,
                      char identity[FUNCTION_IDENTITY_BYTES], struct error *error)
{
    struct library_place place;
    char module[LIBRARY_IDENTITY_BYTES], file[LIBRARY_IDENTITY_BYTES] = "";
    struct error why = {0};
    if (library_place(reference, NULL, &place, error) != 0 ||
        file_identify(place.path, MODULE, module, error) != 0)
        return -1;
    if (arguments != NULL && file_identify(arguments, ARGUMENTS, file, &why) != 0)
        return fail(error, why.kind, "--arguments: %s", why.text);
    snprintf(identity, FUNCTION_IDENTITY_BYTES, "%s%s%s", module, arguments != NULL ? BETWEEN : "",
             file);
    return 0;
}

int function_check_same(const struct function *function, struct error *error)
{
    struct library_place place;
    char module[LIBRARY_IDENTITY_BYTES];
    const char *between = strstr(function->identity, BETWEEN);
    int length = between != NULL ? (int)(between - function->identity) : LIBRARY_IDENTITY_BYTES;
    snprintf(module, sizeof module, "%.*s", length, function->identity);
    if (library_place(function->reference, NULL, &place, error) != 0 ||
        file_check_same(place.path, MODULE, module, error) != 0)
        return -1;
    if (function->arguments == NULL || between == NULL)
        return 0;
    return file_check_same(function->arguments, ARGUMENTS, between + strlen(BETWEEN), error);
}
