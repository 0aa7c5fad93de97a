#include "bench/machine/topology.h"
#include "tests/support.h"

#include <sched.h>

enum { MOST_CPUS = 1024 };

static void every_order_holds_each_usable_cpu_once(void **state)
{
    (void)state;
    static const enum topology_order orders[] = {TOPOLOGY_COMPACT, TOPOLOGY_SPREAD};
    for (size_t i = 0; i < COUNT_OF(orders); i++) {
        int cpus[MOST_CPUS];
        cpu_set_t left;
        assert_int_equal(sched_getaffinity(0, sizeof left, &left), 0);
        size_t count = topology_order(orders[i], NULL, cpus, MOST_CPUS);
        assert_int_equal(count, CPU_COUNT(&left));
        for (size_t k = 0; k < count; k++) {
            assert_true(CPU_ISSET((size_t)cpus[k], &left));
            CPU_CLR((size_t)cpus[k], &left);
        }
    }
}

static void the_affinity_mask_is_respected(void **state)
{
    (void)state;
    cpu_set_t before, one;
    int cpus[MOST_CPUS], here = sched_getcpu();
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    CPU_ZERO(&one);
    CPU_SET((size_t)here, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    size_t count = topology_order(TOPOLOGY_SPREAD, NULL, cpus, MOST_CPUS);
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
    assert_int_equal(count, 1);
    assert_int_equal(cpus[0], here);
}

static void assert_order(enum topology_order order, const int wanted[], size_t count)
{
    int cpus[MOST_CPUS];
    cpu_set_t mask;
    CPU_ZERO(&mask);
    for (size_t i = 0; i < count; i++)
        CPU_SET((size_t)wanted[i], &mask);
    assert_int_equal(topology_order(order, &mask, cpus, MOST_CPUS), count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(cpus[i], wanted[i]);
}

/* Two packages of two cores of two hardware threads, numbered as many machines do it: first threads
 * first. */
static void far_apart_is_a_core_each_and_packages_in_turn(void **state)
{
    (void)state;
    static const int compact[] = {0, 4, 1, 5, 2, 6, 3, 7}, spread[] = {0, 2, 1, 3, 4, 6, 5, 7};
    static const int some_compact[] = {4, 1, 5, 3}, some_spread[] = {1, 3, 4, 5};
    setenv("HWLOC_SYNTHETIC", "pack:2 core:2 pu:2(indexes=0,4,1,5,2,6,3,7)", 1);
    assert_order(TOPOLOGY_COMPACT, compact, COUNT_OF(compact));
    assert_order(TOPOLOGY_SPREAD, spread, COUNT_OF(spread));
    assert_order(TOPOLOGY_COMPACT, some_compact, COUNT_OF(some_compact));
    assert_order(TOPOLOGY_SPREAD, some_spread, COUNT_OF(some_spread));
    unsetenv("HWLOC_SYNTHETIC");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_holds_each_usable_cpu_once),
        cmocka_unit_test(the_affinity_mask_is_respected),
        cmocka_unit_test(far_apart_is_a_core_each_and_packages_in_turn),
    };
    return cmocka_run_group_tests_name("topology", tests, NULL, NULL);
}
