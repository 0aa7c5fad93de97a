#include "bench/visit/floors.h"
#include "bench/base/clock.h"
#include "bench/stats/stats.h"
#include "bench/visit/canary.h"
#include "strategies/common/image.h"
#include "strategies/image/job.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long each trip is warmed up. */
#define WARM_UP_NS (2 * NS_PER_MS)

enum { PROCESSES = 15, THREADS = 31, MOST_TRIPS = 31, NO_IMAGE = -1 };

/* One trip; false: the system refused. image: what spawn execs; most have no use for it. */
typedef bool trip_function(int image);

static bool reap(pid_t child)
{
    int wait_status;
    pid_t reaped = -1;
    while (child > 0 && (reaped = waitpid(child, &wait_status, 0)) < 0 && errno == EINTR)
        ;
    return reaped > 0 && wait_status == 0;
}

static bool trip_fork(int image)
{
    (void)image;
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return reap(child);
}

static bool trip_vfork(int image)
{
    (void)image;
    pid_t child = vfork();
    if (child == 0)
        _exit(0);
    return reap(child);
}

static bool trip_spawn(int image)
{
    char *arguments[] = {"breakeven", NOTHING_SUBCOMMAND, NULL};
    struct error ignored = {0};
    return reap(image_spawn(image, arguments, NULL, 0, &ignored));
}

static void *do_nothing(void *argument)
{
    return argument;
}

static bool trip_thread(int image)
{
    (void)image;
    pthread_t thread;
    return pthread_create(&thread, NULL, do_nothing, NULL) == 0 && pthread_join(thread, NULL) == 0;
}

static double median_trip_ns(trip_function *trip, int image, size_t count)
{
    double trips_ns[MOST_TRIPS];
    uint64_t start = clock_now_ns();
    do
        if (!trip(image))
            return NAN;
    while (clock_now_ns() - start < WARM_UP_NS);
    for (size_t i = 0; i < count; i++) {
        start = clock_now_ns();
        if (!trip(image))
            return NAN;
        trips_ns[i] = (double)(clock_now_ns() - start);
    }
    return stats_median(trips_ns, count);
}

/* That program is linked statically, or dynamically as it is for works that a library brings. */
static double spawn_ns(bool is_dynamic)
{
    struct error ignored = {0};
    int image = image_open(is_dynamic, &ignored);
    double ns = image < 0 ? (double)NAN : median_trip_ns(trip_spawn, image, PROCESSES);
    if (image >= 0)
        close(image);
    return ns;
}

void floors_measure(const int cpus[2], double ns[FLOOR_COUNT])
{
    for (int i = 0; i < FLOOR_COUNT; i++)
        ns[i] = NAN;
    ns[FLOOR_ROUNDTRIP] = canary_roundtrip_ns(cpus[0], cpus[1]);
    ns[FLOOR_WAKE] = canary_wake_ns(cpus[0], cpus[1], 0);
    ns[FLOOR_FORK] = median_trip_ns(trip_fork, NO_IMAGE, PROCESSES);
    ns[FLOOR_VFORK] = median_trip_ns(trip_vfork, NO_IMAGE, PROCESSES);
    ns[FLOOR_SPAWN] = spawn_ns(false);
    ns[FLOOR_THREAD] = median_trip_ns(trip_thread, NO_IMAGE, THREADS);
    ns[FLOOR_DYNAMIC] = spawn_ns(true);
}

enum hardware_floor floor_under(const struct strategy_ops *strategy, uint32_t workers,
                                uint32_t cpus)
{
    bool waits = (strategy->flags & STRATEGY_CALLER_WAITS) != 0;
    if (strategy->unit == UNIT_JOB || strategy->floor >= FLOOR_FIRST_OF_STRATEGIES)
        return strategy->floor;
    if (workers == 1 && !waits)
        return FLOOR_NONE;
    return workers + waits <= cpus ? FLOOR_ROUNDTRIP : FLOOR_WAKE;
}
