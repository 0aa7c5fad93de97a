#ifndef BREAKEVEN_BASE_PAGES_H
#define BREAKEVEN_BASE_PAGES_H

#include <stdint.h>

/* The bytes of this machine's smallest pages, and of its transparent huge pages: 4 KiB and 2 MiB on
 * most. */
uint64_t pages_small_bytes(void);
uint64_t pages_huge_bytes(void);

#endif
