/* What `auto` believes, by made-up times; and what it does, by real jobs. */
#include "strategies/auto/belief.h"
#include "strategies/auto/pace.h"
#include "tests/fixtures.h"

#include <dirent.h>

/* ------------------------------------------------------------------------------- made-up times */

/* A world in which a batch takes so long either way, times up to 1 + noise. */
struct world {
    double alone_ns, together_ns, noise;
    uint64_t random;
    struct help help;
    struct batch batch;
    struct belief belief;
    double spent_ns;
    uint64_t together, changes; /* maps that went that way; how often the usual way changed */
};

static struct world world_of(double alone_ns, double together_ns, double noise)
{
    struct world world = {.alone_ns = alone_ns,
                          .together_ns = together_ns,
                          .noise = noise,
                          .random = FIXTURE_SEED,
                          .help = {.open_ns = 100e3, .region_ns = 500, .at_once = 2},
                          .batch = {.jobs = 1000}};
    world.belief = belief_of(&world.batch);
    return world;
}

static double noisy(struct world *world, double ns)
{
    double share = (double)(work_random(&world->random) % 1000) / 1000;
    return ns * (1 + world->noise * share);
}

static void live_one(struct world *world)
{
    enum way before = world->belief.now;
    if (world->belief.quiet > 0) {
        bool with_company = world->belief.now == WAY_TOGETHER;
        world->belief.quiet--;
        world->together += with_company;
        world->spent_ns += noisy(world, with_company ? world->together_ns : world->alone_ns);
        return;
    }
    struct plan plan = belief_plan(&world->belief, &world->help);
    bool together = plan.way == WAY_TOGETHER;
    if (together && world->help.open_ns > 0) {
        world->spent_ns += world->help.open_ns;
        world->help.open_ns = 0;
    }
    double ns = noisy(world, together ? world->together_ns : world->alone_ns);
    world->spent_ns += ns;
    world->together += together;
    belief_note(&world->belief, plan.way, ns, &world->help);
    world->changes += world->belief.now != before;
}

static void live(struct world *world, int maps)
{
    for (int i = 0; i < maps; i++)
        live_one(world);
}

static void small_batches_never_start_workers(void **state)
{
    struct world world = world_of(400, 300, 0.2);
    (void)state;
    live(&world, 10000);
    assert_true(world.help.open_ns > 0);
    assert_int_equal(world.together, 0);
}

static void workers_are_started_once_enough_was_missed(void **state)
{
    struct world world = world_of(20e3, 10.5e3, 0.02);
    (void)state;
    live(&world, 2);
    assert_true(world.help.open_ns > 0);
    live(&world, 10);
    assert_true(world.help.open_ns == 0);
    live(&world, 1000);
    assert_int_equal(world.belief.now, WAY_TOGETHER);
    assert_true(world.spent_ns < 1.05 * 1012 * 10.5e3);
}

static void what_gets_slower_with_company_is_left_alone_and_seldom_looked_at(void **state)
{
    struct world world = world_of(1e6, 1.8e6, 0.1);
    (void)state;
    live(&world, 100);
    assert_int_equal(world.belief.now, WAY_ALONE);
    assert_in_range(world.together, 1, 6);
    uint64_t before = world.together;
    live(&world, 10000);
    assert_in_range(world.together - before, 1, 50);
    assert_true(world.spent_ns < 1.02 * 10100 * 1.05e6);
}

static void noise_does_not_make_it_flip(void **state)
{
    struct world world = world_of(100e3, 100e3, 0.1);
    (void)state;
    world.help.open_ns = 0;
    live(&world, 10000);
    assert_in_range(world.changes, 0, 100);
}

static void jobs_that_change_are_noticed(void **state)
{
    struct world world = world_of(1e6, 0.6e6, 0.05);
    (void)state;
    live(&world, 1000);
    assert_int_equal(world.belief.now, WAY_TOGETHER);
    world.together_ns = 2e6;
    live(&world, 12);
    assert_int_equal(world.belief.now, WAY_ALONE);
    world.together_ns = 0.3e6;
    live(&world, 1000);
    assert_int_equal(world.belief.now, WAY_TOGETHER);
}

static void workers_who_do_not_help_let_down(void **state)
{
    struct world helped = world_of(1e6, 0.6e6, 0.05), not_helped = world_of(1e6, 1.02e6, 0);
    struct world tiny = world_of(400, 700, 0); /* of which a region is 500 */
    (void)state;
    tiny.help.open_ns = 0;
    live(&helped, 100);
    live(&not_helped, 100);
    live(&tiny, 100);
    assert_false(belief_is_let_down(&helped.belief, &helped.help));
    assert_true(belief_is_let_down(&not_helped.belief, &not_helped.help));
    assert_false(belief_is_let_down(&tiny.belief, &tiny.help));
}

static void others_are_started_in_place_of_workers_who_let_down(void **state)
{
    struct world world = world_of(1e6, 1.8e6, 0.1);
    (void)state;
    live(&world, 100);
    belief_forget_company(&world.belief);
    world.help.open_ns = 400e3;
    world.together_ns = 0.55e6;
    live(&world, 3);
    assert_true(world.help.open_ns == 0);
    live(&world, 100);
    assert_int_equal(world.belief.now, WAY_TOGETHER);
    assert_false(belief_is_let_down(&world.belief, &world.help));
}

static void what_is_left_is_handed_over_where_that_saves_more_than_workers_cost(void **state)
{
    struct world world = world_of(0, 0, 0);
    (void)state;
    assert_false(belief_pays(&world.belief, &world.help, 100, 1000, 1e6));
    assert_true(belief_pays(&world.belief, &world.help, 1000, 1000, 1e6));
    assert_false(belief_pays(&world.belief, &world.help, 1000, 1000, 1e3)); /* it has just begun */
    world.help.late_ns = 500e3;
    assert_false(belief_pays(&world.belief, &world.help, 1000, 1000, 1e6));
    assert_true(belief_pays(&world.belief, &world.help, 2000, 1000, 1e6));
    world.help.open_ns = 0; /* who is there already comes at once */
    assert_true(belief_pays(&world.belief, &world.help, 1000, 1000, 1e6));
    assert_false(belief_pays(&world.belief, &world.help, 1, 1e9, 1e9));
    world.help.at_once = 1;
    assert_false(belief_pays(&world.belief, &world.help, 1000, 1e6, 1e6));
    world.help = (struct help){.at_once = 2, .is_none = true};
    assert_false(belief_pays(&world.belief, &world.help, 1000, 1e6, 1e6));
}

/* A world whose first batch was handed over for a part, as jobs believed to take that long. */
static struct world world_after_first(double alone_ns, double together_ns, double job_ns,
                                      double slower)
{
    struct world world = world_of(alone_ns, together_ns, 0);
    world.help.open_ns = 0;
    world.belief.maps = 1;
    world.belief.job_ns = job_ns;
    world.belief.slower = slower;
    return world;
}

static void the_first_look_at_a_way_waits_for_the_other_to_be_measured(void **state)
{
    struct world world = world_after_first(1e6, 0.6e6, 500, 2); /* the first jobs were short */
    (void)state;
    live(&world, 4);
    assert_int_equal(world.together, 3);
    live(&world, 100);
    assert_int_equal(world.belief.now, WAY_TOGETHER);
}

static void what_seems_to_pay_less_than_it_was_to_is_looked_at_in_time(void **state)
{
    struct world world = world_after_first(0.7e6, 1e6, 1400, 1.5); /* jobs are half as long */
    (void)state;
    world.belief.now = WAY_TOGETHER;
    live(&world, 8);
    assert_int_equal(world.together, 8);
    live(&world, 20);
    assert_int_equal(world.belief.now, WAY_ALONE);
}

static void what_was_measured_is_better_than_what_first_jobs_promise(void **state)
{
    struct world world = world_after_first(1e6, 0.55e6, 500, 2);
    (void)state;
    live(&world, 4);
    assert_int_equal(world.together, 4);
}

/* Their first maps take three times as long: they wake and move. */
static void workers_who_have_just_been_started_are_judged_by_later_maps(void **state)
{
    struct world world = world_of(20e3, 60e3, 0);
    (void)state;
    while (world.together == 0)
        live(&world, 1);
    live(&world, 3);
    world.together_ns = 11e3;
    live(&world, 100);
    assert_int_equal(world.belief.now, WAY_TOGETHER);
    assert_false(belief_is_let_down(&world.belief, &world.help));
    assert_true(world.together > 90);
}

static void many_workers_are_no_reason_to_try_alone_again(void **state)
{
    struct world world = world_after_first(14e6, 1e6, 14000, 1);
    (void)state;
    world.help.at_once = 16;
    world.belief.now = WAY_TOGETHER;
    live(&world, 30);
    assert_int_equal(world.together, 29); /* one look */
    assert_int_equal(world.belief.now, WAY_TOGETHER);
}

static void a_pace_is_that_of_the_later_half(void **state)
{
    struct pace pace = {.all = {0, 0}};
    (void)state;
    assert_true(pace_job_ns(&pace) == 0);
    pace_note(&pace, 1, 900); /* nothing is in the caches yet */
    assert_true(pace_job_ns(&pace) == 900);
    pace_note(&pace, 2, 200);
    pace_note(&pace, 4, 400);
    assert_true(pace_job_ns(&pace) == 100);
    assert_true(pace_seen_ns(&pace) == 400);
    for (int i = 0; i < 20; i++) /* one in four is long: none of the looks is taken for the pace */
        pace_note(&pace, 1, i % 4 == 3 ? 500 : 100);
    assert_true(pace_job_ns(&pace) > 190 && pace_job_ns(&pace) < 220);
    assert_true(pace_mean_ns(&pace) == 5500.0 / 27);
}

/* ------------------------------------------------------------------------------- real jobs */

static size_t count_threads(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/task");
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

static void map_well(const struct strategy_ops *strategy, void *opened, struct batch *batch,
                     uint32_t workers)
{
    struct error error = {0};
    batch_begin(batch);
    if (strategy->map(opened, batch, &error) != 0)
        stop_test("%s", error.text);
    assert_int_equal(batch_count(batch, workers).done, batch->jobs);
}

/* False where a life of auto comes to start a thread for the batch. */
static bool starts_no_thread(const struct strategy_ops *strategy,
                             const struct strategy_config *config, struct batch *batch)
{
    struct error error = {0};
    size_t before = count_threads();
    void *opened;
    assert_int_equal(strategy->open(config, &opened, &error), 0);
    for (int i = 0; i < 2000; i++)
        map_well(strategy, opened, batch, config->workers);
    bool none = count_threads() == before;
    strategy->close(opened);
    return none;
}

/* Who loses the CPU for a moment, in the middle of an empty job, takes it for a long one. */
static void empty_jobs_start_no_thread_in_most_lives(void **state)
{
    enum { LIVES = 20, MOST = 15 };
    const struct strategy_ops *strategy = fixture_strategy("auto");
    struct strategy_config config = fixture_config(strategy, 4);
    struct batch *batch = fixture_batch(work_find("empty"), 1, 10, -1, false);
    int without = 0;
    (void)state;
    for (int i = 0; i < LIVES && without < MOST; i++)
        without += starts_no_thread(strategy, &config, batch);
    batch_free(batch);
    assert_int_equal(without, MOST);
}

/* Jobs that sleep: company helps them on one CPU, too. */
static void shares_out_long_jobs(const char *name)
{
    enum { MOST_MAPS = 50 };
    const struct strategy_ops *strategy = fixture_strategy(name);
    uint32_t workers = cpus_read().usable + 2;
    struct strategy_config config = fixture_config(strategy, workers);
    struct batch *batch = fixture_batch(work_find("sleep"), 2 * NS_PER_MS, 20, -1, false);
    struct error error = {0};
    char told[300];
    void *opened;
    assert_int_equal(strategy->open(&config, &opened, &error), 0);
    map_well(strategy, opened, batch, workers);
    uint32_t first_worker = batch->outcomes[0].worker;
    strategy->tell(opened, told, sizeof told);
    bool handed_over = strstr(told, "ran in the caller first") != NULL, handed_all = false;
    for (int i = 0; i < MOST_MAPS && !handed_all;
         i++) { /* a busy machine may show company as bad */
        map_well(strategy, opened, batch, workers);
        strategy->tell(opened, told, sizeof told);
        handed_all = strstr(told, "all jobs were handed to") != NULL &&
                     batch_count(batch, workers).workers_taken > 1;
    }
    strategy->close(opened);
    batch_free(batch);
    assert_int_equal(first_worker, 0);
    assert_true(handed_over);
    assert_true(handed_all);
}

static void long_jobs_are_handed_to_threads_from_the_first_map_on(void **state)
{
    (void)state;
    shares_out_long_jobs("auto");
}

static void long_jobs_are_handed_to_processes_from_the_first_map_on(void **state)
{
    (void)state;
    shares_out_long_jobs("auto-processes");
}

/* The first three are short, and one in four is long. */
static int sleep_unevenly(const struct job *job, void *result)
{
    memset(result, 0, 1);
    return clock_sleep_ns(job->index % 4 == 3 ? 16 * job->size : job->size);
}

/* By the first three jobs the first piece looks as if company did not help. On a busy machine that
 * may be so. The workers are there already, as where their start takes long there are no pieces. */
static void uneven_jobs_are_handed_over_once_their_pace_is_known(void **state)
{
    enum { MOST_LIVES = 20, JOBS_A_WORKER = 40 };
    static const struct work uneven = {
        .name = "uneven", .result_bytes = 1, .run = sleep_unevenly, .result_text = work_text_u64};
    const struct strategy_ops *strategy = fixture_strategy("auto-processes");
    uint32_t workers = cpus_read().usable + 2;
    struct strategy_config config = fixture_config(strategy, workers);
    uint64_t jobs = JOBS_A_WORKER * (uint64_t)workers;
    struct batch *batch = fixture_batch(&uneven, 200 * NS_PER_US, jobs, -1, false);
    struct batch *before = fixture_batch(work_find("sleep"), 5 * NS_PER_MS, jobs, -1, false);
    struct error error = {0};
    bool handed_over = false;
    (void)state;
    for (int i = 0; i < MOST_LIVES && !handed_over; i++) {
        char told[300];
        void *opened;
        assert_int_equal(strategy->open(&config, &opened, &error), 0);
        map_well(strategy, opened, before, workers);
        map_well(strategy, opened, batch, workers);
        strategy->tell(opened, told, sizeof told);
        handed_over = strstr(told, "in the caller or as a trial first") != NULL &&
                      strstr(told, "no faster with company") == NULL;
        strategy->close(opened);
    }
    batch_free(batch);
    batch_free(before);
    assert_true(handed_over);
}

static pthread_mutex_t own_lock = PTHREAD_MUTEX_INITIALIZER;

/* Threads take turns at it, processes do not: each has a lock of its own. */
static int sleep_locked(const struct job *job, void *result)
{
    pthread_mutex_lock(&own_lock);
    int failed = clock_sleep_ns(job->size);
    pthread_mutex_unlock(&own_lock);
    memset(result, 0, 1);
    return failed;
}

/* True where a life of auto comes to hand jobs to processes, and says so. */
static bool takes_processes(const struct strategy_ops *strategy,
                            const struct strategy_config *config, struct batch *batch)
{
    enum { MOST_MAPS = 100 };
    struct error error = {0};
    char told[300] = "";
    void *opened;
    bool by_process = false, is_told = false;
    assert_int_equal(strategy->open(config, &opened, &error), 0);
    for (int i = 0; i < MOST_MAPS && !(by_process && is_told); i++) {
        map_well(strategy, opened, batch, 2);
        strategy->tell(opened, told, sizeof told);
        is_told = strstr(told, "the workers are processes") != NULL;
        for (uint64_t job = 0; job < batch->jobs; job++)
            by_process = by_process || batch->outcomes[job].pid != getpid();
    }
    strategy->close(opened);
    assert_int_equal(check_childless(&error, "auto"), 0);
    return by_process && is_told;
}

/* On a busy machine a life may see threads help by chance, and look at them again rarely. */
static void jobs_that_threads_do_not_help_are_handed_to_processes(void **state)
{
    enum { MOST_LIVES = 20, JOBS = 64 };
    static const struct work locked = {
        .name = "locked", .result_bytes = 1, .run = sleep_locked, .result_text = work_text_u64};
    const struct strategy_ops *strategy = fixture_strategy("auto");
    struct strategy_config config = fixture_config(strategy, 2);
    struct batch *batch = fixture_batch(&locked, 200 * NS_PER_US, JOBS, -1, false);
    bool taken = false;
    (void)state;
    for (int i = 0; i < MOST_LIVES && !taken; i++)
        taken = takes_processes(strategy, &config, batch);
    batch_free(batch);
    assert_true(taken);
}

/* On a busy machine jobs may look so long that they do not seem to take pages all the time. */
static void jobs_that_take_pages_are_handed_to_processes_without_a_trial_of_threads(void **state)
{
    enum { MOST_LIVES = 20, MAPS = 30 };
    const struct strategy_ops *strategy = fixture_strategy("auto");
    if (cpus_read().usable < 2)
        skip(); /* company helps none of them */
    struct strategy_config config = fixture_config(strategy, 2);
    struct batch *batch = fixture_batch(work_find("mmap"), 1, 8, -1, false);
    struct error error = {0};
    bool taken = false;
    (void)state;
    for (int i = 0; i < MOST_LIVES && !taken; i++) {
        char told[300] = "";
        void *opened;
        assert_int_equal(strategy->open(&config, &opened, &error), 0);
        for (int map = 0; map < MAPS && !taken; map++) {
            map_well(strategy, opened, batch, config.workers);
            strategy->tell(opened, told, sizeof told);
            taken = strstr(told, "since jobs took pages") != NULL;
        }
        strategy->close(opened);
    }
    batch_free(batch);
    assert_true(taken);
}

static void a_worker_more_than_none_is_needed(void **state)
{
    const struct strategy_ops *strategy = fixture_strategy("auto");
    struct strategy_config config = fixture_config(strategy, 1);
    struct batch *batch = fixture_batch(work_find("sleep"), NS_PER_MS, 5, -1, false);
    struct error error = {0};
    char told[300];
    void *opened;
    (void)state;
    assert_int_equal(strategy->open(&config, &opened, &error), 0);
    map_well(strategy, opened, batch, 1);
    strategy->tell(opened, told, sizeof told);
    assert_non_null(strstr(told, "nothing to share out"));
    strategy->close(opened);
    batch_free(batch);
}

/* Kinds that are forgotten are learned again. */
static void many_kinds_of_batches_take_turns(void **state)
{
    enum { KINDS = 12 };
    const struct strategy_ops *strategy = fixture_strategy("auto-processes");
    struct strategy_config config = fixture_config(strategy, 3);
    struct batch *batches[KINDS];
    struct error error = {0};
    void *opened;
    (void)state;
    for (uint64_t i = 0; i < KINDS; i++)
        batches[i] = fixture_batch(work_find("squares"), 100 * (i + 1), 7 * i, -1, false);
    assert_int_equal(strategy->open(&config, &opened, &error), 0);
    for (int map = 0; map < 100; map++)
        map_well(strategy, opened, batches[map * 5 % KINDS], 3);
    strategy->close(opened);
    for (int i = 0; i < KINDS; i++)
        batch_free(batches[i]);
    assert_int_equal(check_childless(&error, "auto-processes"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_batches_never_start_workers),
        cmocka_unit_test(workers_are_started_once_enough_was_missed),
        cmocka_unit_test(what_gets_slower_with_company_is_left_alone_and_seldom_looked_at),
        cmocka_unit_test(noise_does_not_make_it_flip),
        cmocka_unit_test(jobs_that_change_are_noticed),
        cmocka_unit_test(workers_who_do_not_help_let_down),
        cmocka_unit_test(others_are_started_in_place_of_workers_who_let_down),
        cmocka_unit_test(what_is_left_is_handed_over_where_that_saves_more_than_workers_cost),
        cmocka_unit_test(the_first_look_at_a_way_waits_for_the_other_to_be_measured),
        cmocka_unit_test(what_seems_to_pay_less_than_it_was_to_is_looked_at_in_time),
        cmocka_unit_test(what_was_measured_is_better_than_what_first_jobs_promise),
        cmocka_unit_test(workers_who_have_just_been_started_are_judged_by_later_maps),
        cmocka_unit_test(many_workers_are_no_reason_to_try_alone_again),
        cmocka_unit_test(a_pace_is_that_of_the_later_half),
        cmocka_unit_test(empty_jobs_start_no_thread_in_most_lives),
        cmocka_unit_test(long_jobs_are_handed_to_threads_from_the_first_map_on),
        cmocka_unit_test(long_jobs_are_handed_to_processes_from_the_first_map_on),
        cmocka_unit_test(uneven_jobs_are_handed_over_once_their_pace_is_known),
        cmocka_unit_test(jobs_that_threads_do_not_help_are_handed_to_processes),
        cmocka_unit_test(jobs_that_take_pages_are_handed_to_processes_without_a_trial_of_threads),
        cmocka_unit_test(a_worker_more_than_none_is_needed),
        cmocka_unit_test(many_kinds_of_batches_take_turns),
    };
    return cmocka_run_group_tests_name("auto", tests, NULL, NULL);
}
