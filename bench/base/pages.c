#include "bench/base/pages.h"
#include "bench/base/text.h"

#include <stdio.h>
#include <unistd.h>

const char *const pages_names[PAGES_NAMES] = {"4k", "thp"};

enum pages pages_find(const char *name)
{
    for (int i = 0; i < PAGES_NAMES; i++)
        if (text_equal(pages_names[i], name))
            return (enum pages)(PAGES_4K + i);
    return PAGES_NONE;
}

uint64_t pages_small_bytes(void)
{
    return (uint64_t)sysconf(_SC_PAGESIZE);
}

uint64_t pages_huge_bytes(void)
{
    unsigned long long bytes = 0;
    FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", "re");
    if (file != NULL && fscanf(file, "%llu", &bytes) != 1)
        bytes = 0;
    if (file != NULL)
        fclose(file);
    return bytes > 0 ? bytes : 2 << 20;
}
