/* size rounds of mmap, touch, munmap of 16 pages. Threads share one address space and so its lock,
 * and each munmap must tell every CPU that runs a thread of it; processes share neither. */
#include "bench/job/work.h"

#include <string.h>
#include <sys/mman.h>

enum { PAGES = 16, PAGE_BYTES = 4096 };

static int run(const struct job *job, void *result)
{
    uint64_t sum = 0;
    for (uint64_t round = 0; round < job->size; round++) {
        unsigned char *pages = mmap(NULL, PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE,
                                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (pages == MAP_FAILED)
            return 1;
        for (size_t page = 0; page < PAGES; page++) {
            pages[page * PAGE_BYTES] = (unsigned char)(round + page);
            sum += pages[page * PAGE_BYTES];
        }
        WORK_TOUCHED(pages);
        munmap(pages, PAGES * PAGE_BYTES);
    }
    memcpy(result, &sum, sizeof sum);
    return 0;
}

const struct work work_mmap = {
    .name = "mmap",
    .summary = "size rounds of mmap, touch, munmap: the address-space lock of threads",
    .unit = "rounds",
    .result_bytes = sizeof(uint64_t),
    .run = run,
    .result_text = work_text_u64,
};
