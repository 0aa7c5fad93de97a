#include "bench/canary.h"
#include "bench/base/clock.h"

#include <errno.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TRIPS = 100, REPEATS = 9 };

/* Two cache lines, one written by each side. */
struct court {
    _Alignas(128) _Atomic unsigned ball;
    _Alignas(128) _Atomic unsigned returned;
};

static bool move_to(int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (cpu < 0 || cpu >= CPU_SETSIZE)
        return false;
    CPU_SET((size_t)cpu, &set);
    return sched_setaffinity(0, sizeof set, &set) == 0;
}

/* The child returns every ball until it is killed. */
static void play(struct court *court)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (unsigned next = 1;; next++) {
        while (atomic_load_explicit(&court->ball, memory_order_acquire) != next)
            clock_relax();
        atomic_store_explicit(&court->returned, next, memory_order_release);
    }
}

static double median_trip_ns(struct court *court)
{
    double trips[REPEATS];
    unsigned ball = 0;
    for (int repeat = -1; repeat < REPEATS; repeat++) { /* the first, -1, waits for the child */
        uint64_t start = clock_now_ns();
        for (int i = 0; i < TRIPS; i++) {
            atomic_store_explicit(&court->ball, ++ball, memory_order_release);
            while (atomic_load_explicit(&court->returned, memory_order_acquire) != ball)
                if (clock_now_ns() - start > NS_PER_S)
                    return NAN; /* the child cannot run there */
        }
        if (repeat >= 0)
            trips[repeat] = (double)(clock_now_ns() - start) / TRIPS;
    }
    gsl_sort(trips, 1, REPEATS);
    return gsl_stats_median_from_sorted_data(trips, 1, REPEATS);
}

double canary_roundtrip_ns(int here, int there)
{
    cpu_set_t before;
    double median = NAN;
    struct court *court =
        mmap(NULL, sizeof *court, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (court == MAP_FAILED || sched_getaffinity(0, sizeof before, &before) != 0)
        return NAN;
    /* The child is made on its own CPU, which this process then leaves to it: made here, it would
     * wait for a tick, milliseconds, before it could move. */
    pid_t child = move_to(there) ? fork() : -1;
    if (child == 0)
        play(court);
    if (child > 0) {
        if (move_to(here))
            median = median_trip_ns(court);
        kill(child, SIGKILL);
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    sched_setaffinity(0, sizeof before, &before);
    munmap(court, sizeof *court);
    return median;
}
