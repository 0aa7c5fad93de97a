#include "bench/base/pages.h"

#include <stdio.h>
#include <unistd.h>

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
