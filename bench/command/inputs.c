#include "bench/command/inputs.h"
#include "bench/base/text.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_INPUTS = 1 << 20, SHOWN_BYTES = 200 };

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int take_paths(const char *option, const glob_t *found, struct inputs *inputs,
                      struct error *error)
{
    inputs->paths = calloc(found->gl_pathc + 1, sizeof *inputs->paths);
    if (inputs->paths == NULL)
        return fail(error, ERROR_REFUSED, "%s: out of memory", option);
    for (; inputs->count < found->gl_pathc; inputs->count++) {
        const char *path = found->gl_pathv[inputs->count];
        if (asprintf(&inputs->paths[inputs->count], "%s%s", *path == '-' ? "./" : "", path) < 0) {
            inputs->paths[inputs->count] = NULL;
            return fail(error, ERROR_REFUSED, "%s: out of memory", option);
        }
    }
    qsort(inputs->paths, inputs->count, sizeof *inputs->paths, compare_paths);
    return 0;
}

int inputs_find(const char *option, const char *pattern, struct inputs *inputs, struct error *error)
{
    char shown[SHOWN_BYTES + 64];
    glob_t found = {0};
    *inputs = (struct inputs){0};
    text_clipped(shown, sizeof shown, pattern, SHOWN_BYTES);
    int why = glob(pattern, GLOB_NOSORT | GLOB_BRACE | GLOB_TILDE, NULL, &found);
    int result;
    if (why == GLOB_NOSPACE)
        result = fail(error, ERROR_REFUSED, "%s: out of memory", option);
    else if (why != 0 || found.gl_pathc == 0)
        result = fail(error, ERROR_USAGE, "%s: '%s' matches no file", option, shown);
    else if (found.gl_pathc > MOST_INPUTS)
        result = fail(error, ERROR_USAGE, "%s: '%s' matches %zu files; the most are %d", option,
                      shown, found.gl_pathc, MOST_INPUTS);
    else
        result = take_paths(option, &found, inputs, error);
    globfree(&found);
    if (result != 0)
        inputs_free(inputs);
    return result;
}

void inputs_free(struct inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++)
        free(inputs->paths[i]);
    free(inputs->paths);
    *inputs = (struct inputs){0};
}

/* 0 where it can be executed, or the error number. */
static int why_not_executable(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return errno;
    if (S_ISDIR(status.st_mode))
        return EISDIR;
    return access(path, X_OK) == 0 ? 0 : errno;
}

/* The first of PATH's folders that has the program, or one that cannot be executed; ENOENT where
 * none has it. */
static int search(const char *name, char path[PATH_MAX])
{
    const char *folders = getenv("PATH");
    char found[PATH_MAX];
    int why = ENOENT;
    for (const char *at = folders != NULL ? folders : "/usr/local/bin:/usr/bin:/bin";;) {
        size_t length = strcspn(at, ":");
        snprintf(found, sizeof found, "%.*s%s%s", (int)length, at, length > 0 ? "/" : "./", name);
        int own = why_not_executable(found);
        if (own == 0 || (why == ENOENT && own != ENOENT && own != ENOTDIR && own != EISDIR)) {
            why = own;
            snprintf(path, PATH_MAX, "%s", found);
        }
        if (own == 0 || at[length] == '\0')
            return why;
        at += length + 1;
    }
}

int inputs_find_program(const char *option, const char *name, char path[PATH_MAX],
                        struct error *error)
{
    char shown[SHOWN_BYTES + 64];
    bool has_slash = strchr(name, '/') != NULL;
    text_clipped(shown, sizeof shown, name, SHOWN_BYTES);
    if (strlen(name) >= PATH_MAX / 2)
        return fail(error, ERROR_USAGE, "%s: '%s' is too long for a program's name", option, shown);
    if (has_slash)
        snprintf(path, PATH_MAX, "%s", name);
    int why = has_slash ? why_not_executable(name) : search(name, path);
    if (why == 0)
        return 0;
    if (why == ENOENT && !has_slash)
        return fail(error, ERROR_USAGE,
                    "%s: no program '%s' is in PATH; what only a shell knows needs --shell", option,
                    shown);
    return fail(error, ERROR_USAGE, "%s: '%s' cannot be executed: %s", option,
                has_slash ? shown : path, strerror(why));
}
