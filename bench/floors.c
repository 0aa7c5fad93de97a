#include "bench/floors.h"
#include "bench/analyse/stats.h"
#include "bench/base/clock.h"
#include "bench/canary.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <spawn.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

/* As long as strategies are warmed up. */
#define WARM_UP_NS (2 * NS_PER_MS)
/* A small program that does nothing. */
#define SMALL_PROGRAM "/bin/true"

enum { PROCESSES = 15, THREADS = 31, MOST_TRIPS = 31 };

const char *const floor_names[FLOOR_COUNT] = {
    [FLOOR_NONE] = "none",
    [FLOOR_ROUNDTRIP] = "cache-line round trip",
    [FLOOR_WAKE] = "futex wake round trip",
    [FLOOR_FORK] = "fork, _exit, wait",
    [FLOOR_VFORK] = "vfork, _exit, wait",
    [FLOOR_SPAWN] = "posix_spawn of " SMALL_PROGRAM ", wait",
    [FLOOR_THREAD] = "pthread_create, join",
};

/* One trip; false: the system refused. */
typedef bool trip_function(void);

static bool reap(pid_t child)
{
    int wait_status;
    pid_t reaped = -1;
    while (child > 0 && (reaped = waitpid(child, &wait_status, 0)) < 0 && errno == EINTR)
        ;
    return reaped > 0 && wait_status == 0;
}

static bool trip_fork(void)
{
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return reap(child);
}

static bool trip_vfork(void)
{
    pid_t child = vfork();
    if (child == 0)
        _exit(0);
    return reap(child);
}

static bool trip_spawn(void)
{
    char *arguments[] = {SMALL_PROGRAM, NULL}, *environment[] = {NULL};
    pid_t child;
    return posix_spawn(&child, SMALL_PROGRAM, NULL, NULL, arguments, environment) == 0 &&
           reap(child);
}

static void *do_nothing(void *argument)
{
    return argument;
}

static bool trip_thread(void)
{
    pthread_t thread;
    return pthread_create(&thread, NULL, do_nothing, NULL) == 0 && pthread_join(thread, NULL) == 0;
}

static double median_trip_ns(trip_function *trip, size_t count)
{
    double trips_ns[MOST_TRIPS];
    uint64_t start = clock_now_ns();
    do
        if (!trip())
            return NAN;
    while (clock_now_ns() - start < WARM_UP_NS);
    for (size_t i = 0; i < count; i++) {
        start = clock_now_ns();
        if (!trip())
            return NAN;
        trips_ns[i] = (double)(clock_now_ns() - start);
    }
    return stats_median(trips_ns, count);
}

void floors_measure(const int cpus[2], double ns[FLOOR_COUNT])
{
    ns[FLOOR_NONE] = NAN;
    ns[FLOOR_ROUNDTRIP] = canary_roundtrip_ns(cpus[0], cpus[1]);
    ns[FLOOR_WAKE] = canary_wake_ns(cpus[0], cpus[1], 0);
    ns[FLOOR_FORK] = median_trip_ns(trip_fork, PROCESSES);
    ns[FLOOR_VFORK] = median_trip_ns(trip_vfork, PROCESSES);
    ns[FLOOR_SPAWN] = median_trip_ns(trip_spawn, PROCESSES);
    ns[FLOOR_THREAD] = median_trip_ns(trip_thread, THREADS);
}

enum floor floor_under(const struct strategy_ops *strategy, uint32_t workers, uint32_t cpus)
{
    bool waits = (strategy->flags & STRATEGY_CALLER_WAITS) != 0;
    if (strategy->floor != FLOOR_ROUNDTRIP)
        return strategy->floor;
    if (workers == 1 && !waits)
        return FLOOR_NONE;
    return workers + waits <= cpus ? FLOOR_ROUNDTRIP : FLOOR_WAKE;
}
