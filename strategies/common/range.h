#ifndef BREAKEVEN_STRATEGIES_COMMON_RANGE_H
#define BREAKEVEN_STRATEGIES_COMMON_RANGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Numbers that are still to be claimed, first to end - 1, both below 2^32: one word, so that it is
 * always whole. Its owner takes from the front, others take from the back. The word is
 * all there is to know, so a compare-and-swap that finds an old value again may take it as new. */
struct range {
    _Atomic uint64_t packed; /* first << 32 | end */
};

static inline uint64_t range_pack(uint64_t first, uint64_t end)
{
    return first << 32 | end;
}

static inline uint64_t range_first(uint64_t packed)
{
    return packed >> 32;
}

static inline uint64_t range_end(uint64_t packed)
{
    return packed & UINT32_MAX;
}

static inline void range_fill(struct range *range, uint64_t first, uint64_t end)
{
    atomic_store_explicit(&range->packed, range_pack(first, end), memory_order_relaxed);
}

static inline uint64_t range_left(const struct range *range)
{
    uint64_t packed = atomic_load_explicit(&range->packed, memory_order_relaxed);
    return range_end(packed) - range_first(packed);
}

static inline bool range_swap(struct range *range, uint64_t *from, uint64_t to)
{
    return atomic_compare_exchange_weak_explicit(&range->packed, from, to, memory_order_relaxed,
                                                 memory_order_relaxed);
}

/* Takes up to want numbers from the front. False: it is empty. */
static inline bool range_take_front(struct range *range, uint64_t want, uint64_t *first,
                                    uint64_t *end)
{
    uint64_t packed = atomic_load_explicit(&range->packed, memory_order_relaxed);
    do {
        uint64_t left = range_end(packed) - range_first(packed);
        if (left == 0)
            return false;
        *first = range_first(packed);
        *end = *first + (want < left ? want : left);
    } while (!range_swap(range, &packed, range_pack(*end, range_end(packed))));
    return true;
}

/* Takes half of what is left, rounded up, from the back. False: it is empty. */
static inline bool range_take_back(struct range *range, uint64_t *first, uint64_t *end)
{
    uint64_t packed = atomic_load_explicit(&range->packed, memory_order_relaxed);
    do {
        uint64_t left = range_end(packed) - range_first(packed);
        if (left == 0)
            return false;
        *end = range_end(packed);
        *first = *end - (left + 1) / 2;
    } while (!range_swap(range, &packed, range_pack(range_first(packed), *first)));
    return true;
}

#endif
