#include "bench/machine/cpus.h"
#include "tests/support.h"

#include <sys/wait.h>

/* Ten seconds of four CPUs, of which `busy_s` were not idle. */
static double others(double busy_s, double own_s)
{
    double hz = (double)sysconf(_SC_CLK_TCK);
    struct cpu_look before = {.ticks = {.idle = 100, .all = 1000}, .own_s = 7, .at_ns = 5};
    struct cpu_look after = {
        .ticks = {.idle = 100 + hz * (40 - busy_s), .all = 1000 + hz * 40},
        .own_s = 7 + own_s,
        .at_ns = 5 + UINT64_C(10000000000),
    };
    return cpus_of_others(&before, &after);
}

static void what_others_take_is_what_was_not_idle_less_ones_own(void **state)
{
    (void)state;
    assert_near(others(25, 10), 1.5);
    assert_near(others(10, 10), 0);
    assert_near(others(10, 10.5), 0); /* ticks are coarser than one's own time */
}

static void where_the_kernel_does_not_count_nothing_is_known(void **state)
{
    struct cpu_look before = {.ticks = {.all = 0}}, after = before;
    (void)state;
    after.at_ns = UINT64_C(1000000000);
    assert_unknown(cpus_of_others(&before, &after));
    after.ticks.all = before.ticks.all = NAN;
    assert_unknown(cpus_of_others(&before, &after));
}

static void what_children_took_that_have_ended_is_ones_own(void **state)
{
    struct cpu_look before = cpus_look();
    pid_t child = fork();
    (void)state;
    assert_true(child >= 0);
    if (child == 0) {
        struct cpu_look now = cpus_look(), began = now;
        while (now.own_s - began.own_s < 0.03)
            now = cpus_look();
        _exit(0);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(cpus_look().own_s - before.own_s >= 0.03);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_others_take_is_what_was_not_idle_less_ones_own),
        cmocka_unit_test(where_the_kernel_does_not_count_nothing_is_known),
        cmocka_unit_test(what_children_took_that_have_ended_is_ones_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
