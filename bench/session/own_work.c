#include "bench/session/own_work.h"
#include "bench/run/named_work.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* With finding the sizes and with the reports it takes a minute; in Python, where each visit starts
 * an interpreter, a minute and a half. */
#define BUDGET "48s"
#define BUDGET_IN_PYTHON "75s"
/* For a work of one size. */
#define NUMBERS_OF_JOBS "1..4096:x2"

/* "sizes = ...\n" and, where these tell nothing, "jobs = ...\n"; "" where both were given, or there
 * are no sizes. */
static int find_sizes(const struct work *work, const struct settings *given, const char *pythons,
                      char *text, size_t bytes, struct error *error)
{
    char sizes[256];
    bool tells;
    *text = '\0';
    if (given->values[KEY_sizes] != NULL || work->is_sizeless)
        return 0;
    if (work->sizes != NULL) {
        struct numbers read = {0};
        if (suite_sizes_of_work(work, 1, &read, error) != 0)
            return -1;
        numbers_free(&read);
        bool is_one = strpbrk(work->sizes, ",.") == NULL;
        snprintf(text, bytes, "sizes = %s\n%s", work->sizes,
                 is_one ? "jobs = " NUMBERS_OF_JOBS "\n" : "");
        return 0;
    }
    if (named_work_sizes(work, pythons, sizes, sizeof sizes, &tells, error) != 0)
        return -1;
    snprintf(text, bytes, "sizes = %s\n%s", sizes, tells ? "" : "jobs = " NUMBERS_OF_JOBS "\n");
    return 0;
}

/* The file of --arguments, as a whole path; NULL: there is none, or an error. To be freed. */
static char *find_arguments(const struct settings *given, struct error *error)
{
    const char *text = given->values[KEY_arguments];
    char *path = text != NULL ? realpath(text, NULL) : NULL;
    if (text != NULL && path == NULL)
        fail(error, ERROR_USAGE, "--arguments: %s: %s", text, strerror(errno));
    return path;
}

/* jobs: in a batch, where the question is not how many it takes. */
static int write_suite(const struct work *work, const char *sizes, struct own_work *made,
                       struct error *error)
{
    bool in_python = named_work_is_function(work);
    made->name = strdup(work->name);
    if (made->name != NULL &&
        asprintf(&made->text,
                 "[suite]\ntitle = %s with every strategy%s\nbudget = %s\njobs = 4cpus\n%s"
                 "workers = all\n[%s]\n%s",
                 work->name, in_python ? " in Python" : "", in_python ? BUDGET_IN_PYTHON : BUDGET,
                 in_python ? "" : "strategies = all\n", work->name, sizes) >= 0)
        return 0;
    made->text = NULL;
    return fail(error, ERROR_REFUSED, "suite: out of memory");
}

int own_work_make(const char *named, const struct settings *given, struct own_work *made,
                  struct error *error)
{
    char sizes[800];
    *made = (struct own_work){NULL, NULL};
    const char *pythons = given->values[KEY_python];
    char *arguments = find_arguments(given, error);
    const struct named_work asked = {
        .text = named,
        .pythons = pythons != NULL ? pythons : suite_default(KEY_python),
        .arguments = arguments,
    };
    const struct work *work =
        error->kind == ERROR_NONE ? named_work_know("run", &asked, error) : NULL;
    free(arguments);
    if (work == NULL || find_sizes(work, given, asked.pythons, sizes, sizeof sizes, error) != 0)
        return -1;
    return write_suite(work, sizes, made, error);
}

void own_work_free(struct own_work *made)
{
    free(made->text);
    free(made->name);
    *made = (struct own_work){NULL, NULL};
}
