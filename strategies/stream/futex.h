#ifndef BREAKEVEN_STRATEGIES_STREAM_FUTEX_H
#define BREAKEVEN_STRATEGIES_STREAM_FUTEX_H

#include "bench/base/clock.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Sleeps while the word, which processes may share, is as expected; 0 ns: for ever. False where the
 * time was up. */
static inline bool futex_wait(_Atomic uint32_t *word, uint32_t expected, uint64_t timeout_ns)
{
    struct timespec timeout = {(time_t)(timeout_ns / NS_PER_S), (long)(timeout_ns % NS_PER_S)};
    return syscall(SYS_futex, word, FUTEX_WAIT, expected, timeout_ns > 0 ? &timeout : NULL, NULL,
                   0) == 0 ||
           errno != ETIMEDOUT;
}

static inline void futex_wake(_Atomic uint32_t *word, uint32_t count)
{
    syscall(SYS_futex, word, FUTEX_WAKE, count, NULL, NULL, 0);
}

static inline void futex_wake_all(_Atomic uint32_t *word)
{
    futex_wake(word, INT32_MAX);
}

#endif
