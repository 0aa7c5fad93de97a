#include "bench/base/clock.h"

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
