#ifndef BREAKEVEN_BASE_CLOCK_H
#define BREAKEVEN_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define NS_PER_US UINT64_C(1000)
#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)

/* Monotonic time in ns: the only clock that intervals are measured with. */
static inline uint64_t clock_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* Sleeps for that long, however often signals interrupt it. Returns 0, or the error number where
 * the kernel refuses that. */
int clock_sleep_ns(uint64_t ns);

/* The smallest step that two readings of the clock can differ by here, in ns, found by reading it.
 */
double clock_step_ns(void);

/* True where the CPU's time stamp counter may be read instead of the clock, at less than half the
 * cost: where the kernel keeps its own time by it, so that it is the same on all CPUs and never
 * stops. */
bool clock_is_tsc(void);

/* The counter as a job begins, and once all that came before has been done. */
static inline uint64_t clock_tsc_begin(void)
{
#if defined(__x86_64__) || defined(__i386__)
    return __builtin_ia32_rdtsc();
#else
    return 0;
#endif
}

static inline uint64_t clock_tsc_end(void)
{
#if defined(__x86_64__) || defined(__i386__)
    unsigned cpu;
    return __builtin_ia32_rdtscp(&cpu);
#else
    return 0;
#endif
}

/* Tells the CPU that this is a spin loop. */
static inline void clock_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#endif
