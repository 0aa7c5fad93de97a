#include "bench/visit/canary.h"
#include "bench/base/clock.h"
#include "bench/process/processes.h"
#include "bench/stats/stats.h"

#include <linux/futex.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TRIPS = 100, REPEATS = 9, WAKES = 32, WAKES_AFTER_IDLING = 9, WAKES_AFTER_LONG_IDLING = 2 };

/* All wakes together take about this long, idling not counted. */
#define WAKES_NS (2 * NS_PER_MS)
/* Idling as long as this is not repeated more often than it must be. */
#define LONG_IDLING_NS (100 * NS_PER_MS)
/* What the other side needs at most from its answer until it is asleep. */
#define FALL_ASLEEP_NS (10 * NS_PER_US)

/* How long the caller looks whether the child has started before it sleeps until then: on busy CPUs
 * it would spend the time in which both could run. */
#define LOOK_NS (100 * NS_PER_US)

/* Two cache lines, one written by each side, and whether the child has started. */
struct ping_pong {
    _Alignas(128) _Atomic unsigned ping;
    _Alignas(128) _Atomic unsigned pong;
    _Alignas(128) _Atomic unsigned started;
};

/* What either side does. The child answers every ping until it is killed; the caller gives the
 * median time of a trip in ns, NaN where the child does not answer. */
struct ping_pong_sides {
    void (*child)(struct ping_pong *shared);
    double (*caller)(struct ping_pong *shared, uint64_t idle_ns);
};

/* pid 0: the calling process. */
static bool pin(pid_t pid, int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (cpu < 0 || cpu >= CPU_SETSIZE)
        return false;
    CPU_SET((size_t)cpu, &set);
    return sched_setaffinity(pid, sizeof set, &set) == 0;
}

static bool move_to(int cpu)
{
    return pin(0, cpu) && sched_getcpu() == cpu;
}

/* ------------------------------------------------------------------------------- awake */

static void answer_awake(struct ping_pong *shared)
{
    for (unsigned next = 1;; next++) {
        while (atomic_load_explicit(&shared->ping, memory_order_acquire) != next)
            clock_relax();
        atomic_store_explicit(&shared->pong, next, memory_order_release);
    }
}

static double median_trip_ns(struct ping_pong *shared, uint64_t idle_ns)
{
    double trips[REPEATS];
    unsigned ping = 0;
    (void)idle_ns;
    for (int repeat = -1; repeat < REPEATS; repeat++) { /* the first, -1, waits for the child */
        uint64_t start = clock_now_ns();
        for (int i = 0; i < TRIPS; i++) {
            atomic_store_explicit(&shared->ping, ++ping, memory_order_release);
            while (atomic_load_explicit(&shared->pong, memory_order_acquire) != ping)
                if (clock_now_ns() - start > NS_PER_S)
                    return NAN; /* the child cannot run there */
        }
        if (repeat >= 0)
            trips[repeat] = (double)(clock_now_ns() - start) / TRIPS;
    }
    return stats_median(trips, REPEATS);
}

/* ------------------------------------------------------------------------------- asleep */

/* Sleeps until the word is no longer `old`, at most a second. True: it was woken. */
static bool sleep_on(_Atomic unsigned *word, unsigned old)
{
    struct timespec second = {.tv_sec = 1};
    return syscall(SYS_futex, word, FUTEX_WAIT, old, &second, NULL, 0) == 0;
}

/* True: somebody slept. */
static bool wake(_Atomic unsigned *word)
{
    return syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0) == 1;
}

static void answer_asleep(struct ping_pong *shared)
{
    for (unsigned next = 1;; next++) {
        while (atomic_load(&shared->ping) != next)
            sleep_on(&shared->ping, next - 1);
        atomic_store(&shared->pong, next);
        wake(&shared->pong);
    }
}

static void idle(uint64_t ns)
{
    uint64_t start = clock_now_ns();
    if (ns > 0)
        clock_sleep_ns(ns);
    while (clock_now_ns() - start < FALL_ASLEEP_NS)
        clock_relax();
}

/* One trip in ns; *slept: both sides were asleep when they were woken. NaN: no answer in a second.
 */
static double wake_trip_ns(struct ping_pong *shared, unsigned ping, bool *slept)
{
    uint64_t start = clock_now_ns();
    bool woken = false;
    atomic_store(&shared->ping, ping);
    *slept = wake(&shared->ping);
    while (atomic_load(&shared->pong) != ping) {
        woken = sleep_on(&shared->pong, ping - 1);
        if (!woken && clock_now_ns() - start > NS_PER_S)
            return NAN;
    }
    *slept = *slept && woken;
    return (double)(clock_now_ns() - start);
}

static double median_wake_ns(struct ping_pong *shared, uint64_t idle_ns)
{
    double trips[WAKES], sum_ns = 0;
    size_t count = 0;
    bool slept;
    unsigned most = idle_ns == 0               ? WAKES
                    : idle_ns < LONG_IDLING_NS ? WAKES_AFTER_IDLING
                                               : WAKES_AFTER_LONG_IDLING;
    for (unsigned ping = 1; ping <= most && sum_ns < (double)WAKES_NS; ping++) {
        idle(idle_ns);
        double trip_ns = wake_trip_ns(shared, ping, &slept);
        if (isnan(trip_ns))
            return NAN;
        if (ping == 1) /* it waits for the child to start */
            continue;
        sum_ns += trip_ns;
        if (slept)
            trips[count++] = trip_ns;
    }
    return stats_median(trips, count);
}

/* ------------------------------------------------------------------------------- both */

static bool await_start(struct ping_pong *shared)
{
    uint64_t start = clock_now_ns();
    while (atomic_load(&shared->started) == 0 && clock_now_ns() - start < LOOK_NS)
        clock_relax();
    while (atomic_load(&shared->started) == 0 && clock_now_ns() - start < NS_PER_S)
        sleep_on(&shared->started, 0);
    return atomic_load(&shared->started) != 0;
}

/* Exchanges pings and pongs with a child on CPU `there`, whom this process moves there before it
 * runs: it could not move by itself before this CPU is given to it, milliseconds later. */
static double exchange(const struct ping_pong_sides *sides, struct ping_pong *shared, int here,
                       int there, uint64_t idle_ns)
{
    double median = NAN;
    pid_t parent = getpid(), child = move_to(here) ? fork() : -1;
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(0);
        while (sched_getcpu() != there) /* it may have got its turn on the caller's CPU */
            sched_yield();
        atomic_store(&shared->started, 1);
        wake(&shared->started);
        sides->child(shared);
        _exit(0);
    }
    if (child > 0) {
        if (pin(child, there) && await_start(shared))
            median = sides->caller(shared, idle_ns);
        if (process_end(child, process_kill(child), 0, NULL) != 0)
            median = NAN; /* the child goes on beside whatever comes */
    }
    return median;
}

static double measure(const struct ping_pong_sides *sides, int here, int there, uint64_t idle_ns)
{
    cpu_set_t before;
    if (sched_getaffinity(0, sizeof before, &before) != 0)
        return NAN;
    struct ping_pong *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return NAN;
    double median = exchange(sides, shared, here, there, idle_ns);
    sched_setaffinity(0, sizeof before, &before);
    munmap(shared, sizeof *shared);
    return median;
}

double canary_roundtrip_ns(int here, int there)
{
    static const struct ping_pong_sides awake = {answer_awake, median_trip_ns};
    return measure(&awake, here, there, 0);
}

double canary_wake_ns(int here, int there, uint64_t idle_ns)
{
    static const struct ping_pong_sides asleep = {answer_asleep, median_wake_ns};
    return measure(&asleep, here, there, idle_ns);
}
