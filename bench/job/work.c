#include "bench/job/work.h"
#include "bench/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORK(name) extern const struct work work_##name;
#include "bench/job/list.h"
#undef WORK

#define WORK(name) &work_##name,
const struct work *const works[] = {
#include "bench/job/list.h"
};
#undef WORK

const size_t works_count = sizeof works / sizeof *works;

static const struct work *registered[WORK_MOST_REGISTERED];
static size_t registered_count;

work_library_opener *work_open_library;
void (*work_close_opened)(void);

static const struct work *find_built_in(const char *name)
{
    for (size_t i = 0; i < works_count; i++)
        if (text_equal(works[i]->name, name))
            return works[i];
    return text_equal(work_command.name, name) ? &work_command : NULL;
}

const struct work *work_find(const char *name)
{
    for (size_t i = 0; i < registered_count; i++)
        if (text_equal(registered[i]->name, name))
            return registered[i];
    return find_built_in(name);
}

const char *const *work_names(void)
{
#define WORK(name) #name,
    static const char *names[sizeof works / sizeof *works + WORK_MOST_REGISTERED] = {
#include "bench/job/list.h"
    };
#undef WORK
    for (size_t i = 0; i < registered_count; i++)
        names[works_count + i] = registered[i]->name;
    return names;
}

size_t work_names_count(void)
{
    return works_count + registered_count;
}

static bool has_reference(const struct work *work, const char *reference)
{
    return text_equal(work->reference != NULL ? work->reference : "", reference);
}

int work_register(const struct work *work, struct error *error)
{
    const struct work *known = work_find(work->name);
    if (known != NULL && has_reference(known, work->reference))
        return 0;
    if (known != NULL)
        return fail(error, ERROR_USAGE,
                    "two works are called '%s': %s and %s; give one of them another name",
                    work->name, known->reference != NULL ? known->reference : "the built-in one",
                    work->reference);
    if (registered_count == WORK_MOST_REGISTERED)
        return fail(error, ERROR_USAGE, "'%s': more than %d works that are not built in",
                    work->name, WORK_MOST_REGISTERED);
    registered[registered_count++] = work;
    return 0;
}

/* A work that is built in, under another name. */
static const struct work *open_built_in(const char *name, const char *reference,
                                        struct error *error)
{
    const struct work *built_in = find_built_in(reference);
    if (built_in == NULL) {
        fail(error, ERROR_NOT_COMPARABLE, "this build has no work '%.64s'", reference);
        return NULL;
    }
    struct work *work = malloc(sizeof *work);
    char *own_name = strdup(name), *own_reference = strdup(reference);
    if (work == NULL || own_name == NULL || own_reference == NULL) {
        fail(error, ERROR_REFUSED, "'%s': out of memory", name);
    } else {
        *work = *built_in;
        work->name = own_name;
        work->reference = own_reference;
        if (work_register(work, error) == 0)
            return work_find(name);
    }
    free(work);
    free(own_name);
    free(own_reference);
    return NULL;
}

const struct work *work_open(const char *name, const char *reference, struct error *error)
{
    const struct work *known = work_find(name);
    if (known != NULL && has_reference(known, reference))
        return known;
    if (*reference == '\0') {
        fail(error, ERROR_NOT_COMPARABLE, "this build has no work '%.64s'", name);
        return NULL;
    }
    if (strchr(reference, '/') == NULL)
        return open_built_in(name, reference, error);
    if (work_open_library != NULL)
        return work_open_library(name, reference, error);
    fail(error, ERROR_REFUSED, "%s: this program cannot load libraries", reference);
    return NULL;
}

bool work_is_users(const struct work *work)
{
    return work->reference != NULL && strchr(work->reference, '/') != NULL;
}

bool work_is_library(const struct work *work)
{
    return work_is_users(work) && !work->is_of_runner;
}

void work_text_u64(const void *result, char *text, size_t bytes)
{
    snprintf(text, bytes, "%llu", (unsigned long long)*(const uint64_t *)result);
}

#ifdef BREAKEVEN_HANDICAP
const bool work_has_handicap = true;
#else
const bool work_has_handicap = false;
#endif

static uint64_t handicap_percent;

static __attribute__((constructor)) void read_handicap(void)
{
    const char *percent = work_has_handicap ? getenv("BREAKEVEN_HANDICAP") : NULL;
    handicap_percent = percent != NULL ? strtoul(percent, NULL, 10) : 0;
}

uint64_t work_handicap(uint64_t size)
{
    return size * handicap_percent / 100;
}
