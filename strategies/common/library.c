#include "strategies/common/library.h"

#include <dlfcn.h>
#include <string.h>

bool library_load(const char *file, const struct library_function functions[], size_t count)
{
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    bool found = library != NULL;
    for (size_t i = 0; found && i < count; i++) {
        *functions[i].address = dlsym(library, functions[i].name);
        found = *functions[i].address != NULL;
    }
    return found;
}

const char *library_name(void *function)
{
    Dl_info found;
    if (function == NULL || dladdr(function, &found) == 0 || found.dli_fname == NULL)
        return "";
    const char *slash = strrchr(found.dli_fname, '/');
    return slash != NULL ? slash + 1 : found.dli_fname;
}
