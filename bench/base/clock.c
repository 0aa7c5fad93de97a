#include "bench/base/clock.h"

#include <errno.h>

void clock_sleep_ns(uint64_t ns)
{
    struct timespec left = {(time_t)(ns / NS_PER_S), (long)(ns % NS_PER_S)};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}

double clock_step_ns(void)
{
    uint64_t smallest = UINT64_MAX;
    for (int i = 0; i < 1000; i++) {
        uint64_t start = clock_now_ns(), next;
        do
            next = clock_now_ns();
        while (next == start);
        if (next - start < smallest)
            smallest = next - start;
    }
    return (double)smallest;
}
