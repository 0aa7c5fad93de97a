#include "bench/visit/caller_memory.h"
#include "bench/base/memory.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define MIB (1024.0 * 1024)
#define HUGE_SETTING "/sys/kernel/mm/transparent_hugepage/enabled"

/* The share of the memory that must be resident and made of the pages that were asked for; the rest
 * bends a cost per page by less than rounds differ. */
#define LEAST_SHARE 0.9

/* Maps bytes at a multiple of the huge page: more than is needed, less both ends. */
static unsigned char *map_aligned(uint64_t bytes, uint64_t alignment)
{
    unsigned char *all = mmap(NULL, bytes + alignment, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (all == MAP_FAILED)
        return NULL;
    uint64_t before = (alignment - (uintptr_t)all % alignment) % alignment;
    if (before > 0)
        munmap(all, before);
    munmap(all + before + bytes, alignment - before);
    return all + before;
}

/* A kernel without huge pages knows neither advice; then there are small pages only. */
static int advise(const struct caller_memory *caller, enum pages pages, struct error *error)
{
    int advice = pages == PAGES_THP ? MADV_HUGEPAGE : MADV_NOHUGEPAGE;
    if (madvise(caller->memory, caller->bytes, advice) == 0 || pages != PAGES_THP)
        return 0;
    return fail_errno(error, errno,
                      "--parent-mib: this kernel has no transparent huge pages; take "
                      "--parent-pages 4k");
}

/* No two pages are alike and none is empty: nothing can merge or drop them. */
static void write_pages(const struct caller_memory *caller)
{
    uint64_t page_bytes = pages_small_bytes();
    for (uint64_t at = 0; at < caller->bytes; at += page_bytes) {
        uint64_t mark = at + 1;
        memcpy(caller->memory + at, &mark, sizeof mark);
    }
}

/* What the kernel says of the memory, in KiB. */
struct held {
    unsigned long long resident_kib, huge_kib;
};

static int look(const struct caller_memory *caller, struct held *held, struct error *error)
{
    char line[512];
    bool ours = false;
    uintptr_t first = (uintptr_t)caller->memory, end = first + caller->bytes;
    FILE *file = fopen("/proc/self/smaps", "re");
    *held = (struct held){0};
    if (file == NULL)
        return fail_errno(error, errno, "--parent-mib: /proc/self/smaps cannot be read");
    while (fgets(line, sizeof line, file) != NULL) {
        unsigned long from, to;
        unsigned long long kib;
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            ours = from < end && to > first;
        else if (ours && sscanf(line, "Rss: %llu kB", &kib) == 1)
            held->resident_kib += kib;
        else if (ours && sscanf(line, "AnonHugePages: %llu kB", &kib) == 1)
            held->huge_kib += kib;
    }
    fclose(file);
    return 0;
}

/* What the system's owner can do where the kernel gives no huge pages. */
static const char *remedy(void)
{
    char line[128] = "";
    FILE *file = fopen(HUGE_SETTING, "re");
    if (file != NULL && fgets(line, sizeof line, file) == NULL)
        line[0] = '\0';
    if (file != NULL)
        fclose(file);
    return strstr(line, "[never]") != NULL
               ? HUGE_SETTING " is never: write madvise to it"
               : "free memory may be too scattered: write 1 to /proc/sys/vm/compact_memory";
}

/* Memory that is not what its cell claims to hold must not be measured. */
static int check_held(const struct caller_memory *caller, enum pages pages, struct error *error)
{
    struct held held;
    if (look(caller, &held, error) != 0)
        return -1;
    double kib = (double)caller->bytes / 1024;
    double resident = (double)held.resident_kib / kib, huge = (double)held.huge_kib / kib;
    if (resident < LEAST_SHARE)
        return fail(error, ERROR_REFUSED,
                    "--parent-mib: only %.0f %% of %.0f MiB stayed in memory; ask for less",
                    100 * resident, kib / 1024);
    if (pages == PAGES_THP && huge < LEAST_SHARE)
        return fail(error, ERROR_REFUSED,
                    "--parent-mib: only %.0f %% of %.0f MiB came as huge pages of %.0f MiB; %s, or "
                    "take --parent-pages 4k",
                    100 * huge, kib / 1024, (double)pages_huge_bytes() / MIB,
                    caller->bytes % pages_huge_bytes() != 0 ? "ask for a multiple of that"
                                                            : remedy());
    if (pages == PAGES_4K && huge > 1 - LEAST_SHARE)
        return fail(error, ERROR_REFUSED,
                    "--parent-mib: %.0f %% of %.0f MiB came as huge pages against advice; take "
                    "--parent-pages thp",
                    100 * huge, kib / 1024);
    return 0;
}

int caller_memory_check(uint64_t mib, struct error *error)
{
    return memory_check(MEMORY_PRIVATE, memory_times(mib, 1 << 20), error, "--parent-mib");
}

int caller_memory_fill(struct caller_memory *caller, uint64_t mib, enum pages pages,
                       struct error *error)
{
    uint64_t bytes = mib << 20;
    *caller = (struct caller_memory){0};
    if (mib == 0)
        return 0;
    if (caller_memory_check(mib, error) != 0)
        return -1;
    unsigned char *memory = map_aligned(bytes, pages_huge_bytes());
    if (memory == NULL)
        return fail_errno(error, errno, "--parent-mib: %llu MiB cannot be mapped",
                          (unsigned long long)mib);
    *caller = (struct caller_memory){memory, bytes};
    int result = advise(caller, pages, error);
    if (result == 0) {
        write_pages(caller);
        result = check_held(caller, pages, error);
    }
    if (result != 0)
        caller_memory_free(caller);
    return result;
}

void caller_memory_free(struct caller_memory *caller)
{
    if (caller->memory != NULL)
        munmap(caller->memory, caller->bytes);
    *caller = (struct caller_memory){0};
}
