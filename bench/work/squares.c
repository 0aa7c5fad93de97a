/* The article's job: the sum of i^2 for i < size. The sum for 10^7 needs 69 bits, so it is exact in
 * 128. Compilers know the closed form of this sum; each i passes through a register that they must
 * not reason about, so that the loop stays a loop. */
#include "bench/job/work.h"

#include <stdio.h>
#include <string.h>

__extension__ typedef unsigned __int128 uint128;

/* One copy of the loop: another may lie worse in memory and take twice as long. Four iterations at
 * once: with one, an AMD Zen took 2.0 or 2.3 cycles for each by what its scheduler held when the
 * loop began, until the next interrupt, and serial's jobs met the slower way each time. */
static __attribute__((noinline)) uint128 add_squares(uint64_t count)
{
    uint128 sum = 0;
#pragma GCC unroll 4
    for (uint64_t i = 0; i < count; i++) {
        uint64_t base = i;
        WORK_OPAQUE(base);
        sum += (uint128)base * base;
    }
    return sum;
}

#ifdef BREAKEVEN_HANDICAP
/* The sum of i^2 for i < n, by its formula, where n is below 2^42. What a handicapped job adds is
 * taken off again by it: the longer loop stays one loop. Another behind it cost 15 us more where it
 * was a hundredth as long. */
static uint128 squares_below(uint64_t n)
{
    return n == 0 ? 0 : (uint128)n * (n - 1) * (2 * n - 1) / 6;
}
#endif

static int run(const struct job *job, void *result)
{
#ifdef BREAKEVEN_HANDICAP
    uint64_t most = job->size + work_handicap(job->size);
    uint128 sum = add_squares(most) - (squares_below(most) - squares_below(job->size));
#else
    uint128 sum = add_squares(job->size);
#endif
    memcpy(result, &sum, sizeof sum);
    return 0;
}

static void result_text(const void *result, char *text, size_t bytes)
{
    char digits[40];
    size_t at = sizeof digits;
    uint128 sum;
    memcpy(&sum, result, sizeof sum);
    digits[--at] = '\0';
    do {
        digits[--at] = (char)('0' + (int)(sum % 10));
        sum /= 10;
    } while (sum != 0);
    snprintf(text, bytes, "%s", digits + at);
}

const struct work work_squares = {
    .name = "squares",
    .summary = "the sum of i^2 for i < size, exact in 128 bits: plain computing",
    .unit = "iterations",
    .result_bytes = sizeof(uint128),
    .run = run,
    .result_text = result_text,
};
