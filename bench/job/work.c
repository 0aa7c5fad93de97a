#include "bench/job/work.h"
#include "bench/base/text.h"

#include <stdio.h>
#include <stdlib.h>

#define WORK(name) extern const struct work work_##name;
#include "bench/job/list.h"
#undef WORK

#define WORK(name) &work_##name,
const struct work *const works[] = {
#include "bench/job/list.h"
};
#undef WORK

const size_t works_count = sizeof works / sizeof *works;

const struct work *work_find(const char *name)
{
    for (size_t i = 0; i < works_count; i++)
        if (text_equal(works[i]->name, name))
            return works[i];
    return NULL;
}

const char *const *work_names(void)
{
#define WORK(name) #name,
    static const char *const names[] = {
#include "bench/job/list.h"
    };
#undef WORK
    return names;
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
