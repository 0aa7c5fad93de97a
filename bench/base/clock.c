#include "bench/base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int clock_sleep_ns(uint64_t ns)
{
    struct timespec left = {(time_t)(ns / NS_PER_S), (long)(ns % NS_PER_S)};
    int result;
    do
        result = clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left);
    while (result == EINTR);
    return result;
}

double clock_step_ns(void)
{
    enum { STEPS = 100 }; /* each visit looks: a coarse clock makes them long, and all alike */
    uint64_t smallest = UINT64_MAX;
    for (int i = 0; i < STEPS; i++) {
        uint64_t start = clock_now_ns(), next;
        do
            next = clock_now_ns();
        while (next == start);
        if (next - start < smallest)
            smallest = next - start;
    }
    return (double)smallest;
}

bool clock_is_tsc(void)
{
#if defined(__x86_64__) || defined(__i386__)
    char name[16] = "";
    FILE *file = fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "re");
    bool read = file != NULL && fgets(name, sizeof name, file) != NULL;
    if (file != NULL)
        fclose(file);
    return read && strcmp(name, "tsc\n") == 0;
#else
    return false;
#endif
}
