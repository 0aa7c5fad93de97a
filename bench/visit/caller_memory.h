#ifndef BREAKEVEN_VISIT_CALLER_MEMORY_H
#define BREAKEVEN_VISIT_CALLER_MEMORY_H

#include "bench/base/error.h"
#include "bench/base/pages.h"

#include <stdint.h>

/* Memory that stands for the heap of a large program: what a fork has to copy the page tables of.
 * Start from {0}. */
struct caller_memory {
    unsigned char *memory; /* NULL: none */
    uint64_t bytes;
};

/* Refuses what is more than can be taken here. */
int caller_memory_check(uint64_t mib, struct error *error);

/* Maps that much private memory made of these pages and writes to each of them, then looks whether
 * it is what was asked for. Fills nothing for 0 MiB. All errors are refusals (ERROR_REFUSED) and
 * name
 * --parent-mib: more than can be taken without swapping, or pages that the kernel does not give. */
int caller_memory_fill(struct caller_memory *caller, uint64_t mib, enum pages pages,
                       struct error *error);

/* Gives the memory back; does nothing where there is none. */
void caller_memory_free(struct caller_memory *caller);

#endif
