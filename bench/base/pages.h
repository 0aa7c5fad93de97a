#ifndef BREAKEVEN_BASE_PAGES_H
#define BREAKEVEN_BASE_PAGES_H

#include <stdint.h>

/* What pages the memory of a cell's process is made of. */
enum pages {
    PAGES_NONE,
    PAGES_4K,  /* as small as the machine has them */
    PAGES_THP, /* transparent huge pages */
};

/* "4k" and "thp": in the order of the enum, from 4k. */
extern const char *const pages_names[];
enum { PAGES_NAMES = 2 };

/* The pages of that name; PAGES_NONE where there are none. */
enum pages pages_find(const char *name);

/* The bytes of this machine's smallest pages, and of its transparent huge pages: 4 KiB and 2 MiB on
 * most. */
uint64_t pages_small_bytes(void);
uint64_t pages_huge_bytes(void);

#endif
