#include "bench/machine/cpus.h"
#include "bench/visit/canary.h"
#include "tests/support.h"

#include <sched.h>
#include <sys/wait.h>

#define IDLE_NS 10000000

/* Leaves the test where there is only one CPU. */
static void take_pair(int *here, int *there)
{
    if (!cpus_pair(here, there))
        skip();
}

/* The least of a few: whatever disturbs the machine makes it longer. */
static double least_roundtrip_ns(int here, int there)
{
    double least = INFINITY;
    for (int i = 0; i < 5; i++)
        least = fmin(least, canary_roundtrip_ns(here, there));
    return least;
}

/* Under the limit, where one of many is. */
static double least_wake_ns(int here, int there, uint64_t idle_ns, double limit_ns)
{
    double least = INFINITY;
    for (int i = 0; i < 20 && least >= limit_ns; i++)
        least = fmin(least, canary_wake_ns(here, there, idle_ns));
    return least;
}

static void assert_no_child(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void a_wake_takes_longer_than_a_cache_line(void **state)
{
    int here, there;
    (void)state;
    take_pair(&here, &there);
    double roundtrip_ns = least_roundtrip_ns(here, there);
    assert_true(roundtrip_ns > 0 && isfinite(roundtrip_ns));
    double wake_ns = canary_wake_ns(here, there, 0);
    assert_true(isfinite(wake_ns));
    if (wake_ns <= roundtrip_ns)
        stop_test("a wake took %g ns, a cache line %g ns", wake_ns, roundtrip_ns);
}

static void a_wake_after_idling_is_measured_without_the_idling(void **state)
{
    int here, there;
    (void)state;
    take_pair(&here, &there);
    double wake_ns = least_wake_ns(here, there, IDLE_NS, IDLE_NS);
    assert_true(wake_ns > 0 && wake_ns < IDLE_NS);
}

static void without_two_cpus_nothing_is_known(void **state)
{
    int here, there;
    (void)state;
    assert_unknown(canary_wake_ns(-1, -1, 0));
    assert_unknown(canary_roundtrip_ns(-1, -1));
    take_pair(&here, &there);
    assert_unknown(canary_wake_ns(here, -1, 0));
    assert_unknown(canary_wake_ns(-1, there, 0));
    assert_unknown(canary_wake_ns(here, CPU_SETSIZE, 0));
    assert_no_child();
}

static void no_child_stays_and_the_affinity_is_as_it_was(void **state)
{
    int here, there;
    cpu_set_t before, after;
    (void)state;
    take_pair(&here, &there);
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    canary_roundtrip_ns(here, there);
    canary_wake_ns(here, there, 0);
    assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
    assert_memory_equal(&before, &after, sizeof before);
    assert_no_child();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wake_takes_longer_than_a_cache_line),
        cmocka_unit_test(a_wake_after_idling_is_measured_without_the_idling),
        cmocka_unit_test(without_two_cpus_nothing_is_known),
        cmocka_unit_test(no_child_stays_and_the_affinity_is_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
