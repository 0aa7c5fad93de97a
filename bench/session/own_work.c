#include "bench/session/own_work.h"
#include "bench/plugin/described_work.h"
#include "bench/plugin/library.h"
#include "bench/plugin/probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* With finding the sizes and with the reports it takes a minute. */
#define BUDGET "48s"
/* For a work of one size. */
#define NUMBERS_OF_JOBS "1..4096:x2"

/* "sizes = ...\n" and, where these tell nothing, "jobs = ...\n"; "" where both were given. */
static int find_sizes(const struct work *work, const struct settings *given, char *text,
                      size_t bytes, struct error *error)
{
    struct library_place place;
    struct probed probed;
    char sizes[256];
    *text = '\0';
    if (given->values[KEY_sizes] != NULL)
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
    if (library_place(work->reference, NULL, &place, error) != 0 ||
        probe_sizes(place.path, place.name, &probed, error) != 0)
        return -1;
    bool tells = probe_choose(&probed, sizes, sizeof sizes);
    snprintf(text, bytes, "sizes = %s\n%s", sizes, tells ? "" : "jobs = " NUMBERS_OF_JOBS "\n");
    return 0;
}

int own_work_make(const char *library, const struct settings *given, struct own_work *made,
                  struct error *error)
{
    char sizes[800];
    *made = (struct own_work){NULL, NULL};
    const struct work *work = described_work("run", library, NULL, error);
    if (work == NULL || find_sizes(work, given, sizes, sizeof sizes, error) != 0)
        return -1;
    made->name = strdup(work->name);
    if (made->name == NULL || asprintf(&made->text,
                                       "[suite]\ntitle = %s with every strategy\nbudget = " BUDGET
                                       "\njobs = 4cpus\nstrategies = all\nworkers = all\n[%s]\n%s",
                                       work->name, work->name, sizes) < 0) {
        made->text = NULL;
        return fail(error, ERROR_REFUSED, "suite: out of memory");
    }
    return 0;
}

void own_work_free(struct own_work *made)
{
    free(made->text);
    free(made->name);
    *made = (struct own_work){NULL, NULL};
}
