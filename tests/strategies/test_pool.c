/* The parts of a pool by themselves: ranges, spin policy, worker slots. */
#include "strategies/common/placement.h"
#include "strategies/common/range.h"
#include "strategies/common/spin_policy.h"
#include "tests/fixtures.h"

#include <pthread.h>
#include <sys/resource.h>
#include <time.h>

/* ------------------------------------------------------------------------------- ranges */

static void an_owner_takes_what_it_wants_from_the_front(void **state)
{
    (void)state;
    struct range range;
    uint64_t first, end;
    range_fill(&range, 10, 17);
    assert_int_equal(range_left(&range), 7);
    assert_true(range_take_front(&range, 3, &first, &end));
    assert_int_equal(first, 10);
    assert_int_equal(end, 13);
    assert_true(range_take_front(&range, 9, &first, &end));
    assert_int_equal(first, 13);
    assert_int_equal(end, 17);
    assert_false(range_take_front(&range, 1, &first, &end));
}

static void a_thief_takes_half_from_the_back_and_the_last_one_too(void **state)
{
    (void)state;
    static const uint64_t wanted[][2] = {{13, 17}, {11, 13}, {10, 11}};
    struct range range;
    uint64_t first, end;
    range_fill(&range, 10, 17);
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        assert_true(range_take_back(&range, &first, &end));
        assert_int_equal(first, wanted[i][0]);
        assert_int_equal(end, wanted[i][1]);
    }
    assert_false(range_take_back(&range, &first, &end));
}

static void ranges_hold_numbers_up_to_32_bits(void **state)
{
    (void)state;
    struct range range;
    uint64_t first, end;
    range_fill(&range, UINT32_MAX - 2, UINT32_MAX);
    assert_true(range_take_back(&range, &first, &end));
    assert_int_equal(first, UINT32_MAX - 1);
    assert_int_equal(end, UINT32_MAX);
    assert_int_equal(range_left(&range), 1);
}

enum { CONTENDED = 200000, THIEVES = 3 };

struct contest {
    struct range range;
    _Atomic unsigned char taken[CONTENDED];
};

static void take_all(struct contest *contest, uint64_t first, uint64_t end)
{
    for (uint64_t i = first; i < end; i++)
        contest->taken[i]++;
}

static void *rob(void *argument)
{
    struct contest *contest = argument;
    uint64_t first, end;
    while (range_take_back(&contest->range, &first, &end)) {
        take_all(contest, first + 1, end);
        take_all(contest, first, first + 1);
    }
    return NULL;
}

static void what_all_take_at_once_is_taken_once(void **state)
{
    (void)state;
    static struct contest contest;
    pthread_t thieves[THIEVES];
    uint64_t first, end;
    for (uint64_t from = 0; from < CONTENDED; from += CONTENDED / 100) {
        range_fill(&contest.range, from, from + CONTENDED / 100);
        for (size_t i = 0; i < THIEVES; i++)
            assert_int_equal(pthread_create(&thieves[i], NULL, rob, &contest), 0);
        while (range_take_front(&contest.range, 1, &first, &end))
            take_all(&contest, first, end);
        for (size_t i = 0; i < THIEVES; i++)
            pthread_join(thieves[i], NULL);
    }
    for (size_t i = 0; i < CONTENDED; i++)
        assert_int_equal(contest.taken[i], 1);
}

/* ------------------------------------------------------------------------------- spin policy */

static bool is_above(const void *what, uint32_t value)
{
    const _Atomic uint32_t *word = what;
    return atomic_load(word) > value;
}

static bool never(const void *what, uint32_t value)
{
    (void)what;
    (void)value;
    return false;
}

static void what_is_ready_is_seen_without_spinning(void **state)
{
    (void)state;
    _Atomic uint32_t word = 1;
    struct spin_policy none = spin_policy_new(0);
    assert_true(spin_policy_spin(&none, is_above, &word, 0));
    assert_false(spin_policy_spin(&none, is_above, &word, 1));
}

static void spinning_is_bounded_by_time(void **state)
{
    (void)state;
    struct spin_policy policy = spin_policy_new(2 * NS_PER_MS);
    uint64_t start = clock_now_ns();
    assert_false(spin_policy_spin(&policy, never, NULL, 0));
    assert_true(clock_now_ns() - start >= 2 * NS_PER_MS);
}

static void long_waits_make_it_shorter_down_to_a_sixteenth(void **state)
{
    (void)state;
    struct spin_policy policy = spin_policy_new(NS_PER_MS);
    for (int i = 0; i < 10; i++) {
        assert_false(spin_policy_spin(&policy, never, NULL, 0));
        policy.began_ns -= 10 * NS_PER_MS; /* as if it had slept so long */
        spin_policy_learn(&policy);
    }
    assert_int_equal(policy.now_ns, NS_PER_MS / 16);
}

static void who_woke_others_waits_longer_once(void **state)
{
    (void)state;
    struct spin_policy policy = spin_policy_new(NS_PER_MS);
    uint64_t start = clock_now_ns();
    spin_policy_expect_wake(&policy);
    assert_false(spin_policy_spin(&policy, never, NULL, 0));
    assert_true(clock_now_ns() - start >= 2 * NS_PER_MS);
    assert_int_equal(policy.wake_ns, 0);
    assert_int_equal(policy.now_ns, NS_PER_MS);
}

static void a_wait_that_was_short_after_all_restores_it(void **state)
{
    (void)state;
    struct spin_policy policy = spin_policy_new(NS_PER_S);
    policy.now_ns = NS_PER_US;
    assert_false(spin_policy_spin(&policy, never, NULL, 0));
    spin_policy_learn(&policy);
    assert_int_equal(policy.now_ns, NS_PER_S);
}

/* ------------------------------------------------------------------------------- worker slots */

static struct placement place(enum bind bind, const int *order, uint32_t count)
{
    struct placement placement;
    struct strategy_config config = {.bind = bind, .order = order, .order_count = count};
    placement_open(&placement, &config);
    return placement;
}

/* Worker slots on a machine of eight CPUs, the caller on CPU 2. */
static struct placement on_another_machine(enum bind bind)
{
    struct placement placement = {.bind = bind, .here = 2, .count = 3, .order = {4, 2, 7}};
    return placement;
}

static void bound_slots_are_those_of_the_order(void **state)
{
    (void)state;
    struct placement placement = on_another_machine(BIND_COMPACT);
    for (uint32_t i = 0; i < 6; i++)
        assert_int_equal(placement_cpu(&placement, i), placement.order[i % 3]);
}

static void slots_without_binding_begin_where_the_caller_is(void **state)
{
    (void)state;
    struct placement placement = on_another_machine(BIND_NONE);
    assert_int_equal(placement_cpu(&placement, 0), 2);
    assert_int_equal(placement_cpu(&placement, 1), 7);
    assert_int_equal(placement_cpu(&placement, 2), 4);
    assert_int_equal(placement_cpu(&placement, 3), 2);
}

static void cpus_outside_the_callers_mask_are_no_slots(void **state)
{
    (void)state;
    int here = placement_here(), order[] = {PLACEMENT_CPUS - 1, here, PLACEMENT_CPUS - 2};
    struct placement placement = place(BIND_SPREAD, order, COUNT_OF(order));
    assert_int_equal(placement.count, 1);
    assert_int_equal(placement.order[0], here);
}

static void without_an_order_it_is_that_of_the_mask(void **state)
{
    (void)state;
    cpu_set_t mask;
    struct placement placement = place(BIND_SPREAD, NULL, 0);
    assert_int_equal(sched_getaffinity(0, sizeof mask, &mask), 0);
    assert_int_equal(placement.count, CPU_COUNT(&mask));
    for (uint32_t i = 0; i < placement.count; i++)
        assert_true(CPU_ISSET((size_t)placement.order[i], &mask));
}

static void the_first_unused_cpu_of_the_order_is_taken(void **state)
{
    (void)state;
    struct placement placement = on_another_machine(BIND_NONE);
    cpu_set_t used;
    CPU_ZERO(&used);
    CPU_SET(4, &used);
    assert_int_equal(placement_unused(&placement, &used), 2);
    CPU_SET(2, &used);
    CPU_SET(7, &used);
    assert_int_equal(placement_unused(&placement, &used), -1);
}

static void a_thread_stays_where_it_is_until_it_is_freed(void **state)
{
    (void)state;
    struct placement placement = place(BIND_NONE, NULL, 0);
    cpu_set_t mask;
    placement_stay(&placement);
    assert_int_equal(sched_getaffinity(0, sizeof mask, &mask), 0);
    assert_int_equal(CPU_COUNT(&mask), 1);
    assert_true(CPU_ISSET((size_t)placement_here(), &mask));
    placement_free(&placement);
    assert_int_equal(sched_getaffinity(0, sizeof mask, &mask), 0);
    assert_true(CPU_EQUAL(&mask, &placement.roam));
}

/* ------------------------------------------------------------------------------- bound pools */

/* The CPUs that the calling process may use, and how many. */
static int usable(cpu_set_t *mask)
{
    assert_int_equal(sched_getaffinity(0, sizeof *mask, mask), 0);
    return CPU_COUNT(mask);
}

/* One bit a CPU that the job was allowed to run on. */
static int tell_mask(const struct job *job, void *result)
{
    cpu_set_t mask;
    uint64_t bits = 0;
    (void)job;
    sched_getaffinity(0, sizeof mask, &mask);
    for (size_t cpu = 0; cpu < 64; cpu++)
        bits |= (uint64_t)(CPU_ISSET(cpu, &mask) != 0) << cpu;
    memcpy(result, &bits, sizeof bits);
    return 0;
}

static const struct work masks = {.name = "masks", .result_bytes = 8, .run = tell_mask};

/* One map of two jobs, one a worker, whose results are 8 bytes; the caller gets its CPUs back. */
static void map_a_job_each(const struct strategy_ops *strategy, struct strategy_config *config,
                           const struct work *work, uint64_t results[2])
{
    struct batch_request request = {.work = work, .jobs = 2, .size = 1, .input_fd = -1};
    struct error error = {0};
    cpu_set_t before, after;
    void *opened;
    usable(&before);
    config->schedule = SCHEDULE_STATIC;
    struct batch *batch = batch_create(&request, &error);
    assert_no_error(&error);
    assert_int_equal(strategy->open(config, &opened, &error), 0);
    batch_begin(batch);
    assert_int_equal(strategy->map(opened, batch, &error), 0);
    strategy->close(opened);
    memcpy(results, batch->results, 2 * sizeof *results);
    usable(&after);
    assert_true(CPU_EQUAL(&before, &after));
    batch_free(batch);
}

static void bound_workers_have_one_cpu_and_the_caller_gets_its_own_back(void **state)
{
    const struct strategy_ops *strategy = fixture_strategy(*state);
    struct strategy_config config = fixture_config(strategy, 2);
    cpu_set_t before;
    uint64_t bits[2];
    int cpus = usable(&before);
    config.bind = BIND_COMPACT;
    map_a_job_each(strategy, &config, &masks, bits);
    assert_int_equal(__builtin_popcountll(bits[0]), 1);
    assert_int_equal(__builtin_popcountll(bits[1]), 1);
    if (cpus > 1)
        assert_true(bits[0] != bits[1]);
}

/* ------------------------------------------------------------------------------- sleeping callers
 */

static pid_t caller;

/* The second job, a worker's, waits until the caller, which has done the first, may run on one CPU
 * only: 1, or 0 where that does not come within two seconds. */
static int watch_caller(const struct job *job, void *result)
{
    uint64_t start = clock_now_ns(), stays = 0;
    cpu_set_t mask;
    while (job->index == 1 && stays == 0 && clock_now_ns() - start < 2 * NS_PER_S)
        stays = sched_getaffinity(caller, sizeof mask, &mask) == 0 && CPU_COUNT(&mask) == 1;
    memcpy(result, &stays, sizeof stays);
    return 0;
}

static const struct work watching = {.name = "watching", .result_bytes = 8, .run = watch_caller};

/* Woken elsewhere, it would meet the worker that wakes it, and both would take turns on one CPU. */
static void a_caller_that_sleeps_stays_where_it_is(void **state)
{
    const struct strategy_ops *strategy = fixture_strategy(*state);
    struct strategy_config config = fixture_config(strategy, 2);
    cpu_set_t before;
    uint64_t stays[2];
    if (usable(&before) < 2)
        skip();
    caller = getpid();
    config.cpus = 2;
    config.spin_ns = 50 * NS_PER_US;
    map_a_job_each(strategy, &config, &watching, stays);
    assert_int_equal(stays[1], 1);
}

/* ------------------------------------------------------------------------------- idle pools */

static uint64_t cpu_ns(const struct strategy_ops *strategy, void *opened)
{
    struct strategy_usage used = {0};
    strategy_add_rusage(RUSAGE_SELF, &used);
    if (strategy->usage != NULL)
        strategy->usage(opened, &used);
    return used.user_ns + used.sys_ns;
}

/* How much of a CPU it takes for a second. */
static double cpus_taken(const struct strategy_ops *strategy, void *opened)
{
    uint64_t before = cpu_ns(strategy, opened), start = clock_now_ns();
    struct timespec second = {.tv_sec = 1};
    while (nanosleep(&second, &second) != 0)
        ;
    uint64_t used = cpu_ns(strategy, opened) - before;
    return (double)used / (double)(clock_now_ns() - start);
}

/* Of three seconds: what a hypervisor takes from a thread may count as the thread's. */
static void an_idle_pool_takes_less_than_a_hundredth_of_a_cpu(void **state)
{
    const struct strategy_ops *strategy = fixture_strategy(*state);
    struct strategy_config config = fixture_config(strategy, 2);
    struct error error = {0};
    double taken = INFINITY;
    void *opened;
    if (fixture_under_valgrind()) /* it takes its share of any second */
        skip();
    assert_int_equal(strategy->open(&config, &opened, &error), 0);
    for (int i = 0; i < 3 && taken >= 0.01; i++)
        taken = cpus_taken(strategy, opened);
    strategy->close(opened);
    assert_true(taken < 0.01);
}

int main(void)
{
#define POOL(name)                                                                                 \
    cmocka_unit_test_prestate(bound_workers_have_one_cpu_and_the_caller_gets_its_own_back, name),  \
        cmocka_unit_test_prestate(an_idle_pool_takes_less_than_a_hundredth_of_a_cpu, name)
    static char forkpool[] = "forkpool", forkteam[] = "forkteam", threadpool[] = "threadpool";
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_owner_takes_what_it_wants_from_the_front),
        cmocka_unit_test(a_thief_takes_half_from_the_back_and_the_last_one_too),
        cmocka_unit_test(ranges_hold_numbers_up_to_32_bits),
        cmocka_unit_test(what_all_take_at_once_is_taken_once),
        cmocka_unit_test(what_is_ready_is_seen_without_spinning),
        cmocka_unit_test(spinning_is_bounded_by_time),
        cmocka_unit_test(long_waits_make_it_shorter_down_to_a_sixteenth),
        cmocka_unit_test(who_woke_others_waits_longer_once),
        cmocka_unit_test(a_wait_that_was_short_after_all_restores_it),
        cmocka_unit_test(bound_slots_are_those_of_the_order),
        cmocka_unit_test(slots_without_binding_begin_where_the_caller_is),
        cmocka_unit_test(cpus_outside_the_callers_mask_are_no_slots),
        cmocka_unit_test(without_an_order_it_is_that_of_the_mask),
        cmocka_unit_test(the_first_unused_cpu_of_the_order_is_taken),
        cmocka_unit_test(a_thread_stays_where_it_is_until_it_is_freed),
        cmocka_unit_test_prestate(a_caller_that_sleeps_stays_where_it_is, forkteam),
        cmocka_unit_test_prestate(a_caller_that_sleeps_stays_where_it_is, threadpool),
        POOL(forkpool),
        POOL(forkteam),
        POOL(threadpool),
    };
#undef POOL
    return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
