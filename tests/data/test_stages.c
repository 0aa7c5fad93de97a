/* Where the time of a run goes, in a world whose time is scripted. */
#include "bench/base/text.h"
#include "bench/run/measure.h"
#include "tests/support.h"

/* ------------------------------------------------------------------------------- the clock */

static void what_a_visit_does_not_tell_went_to_its_start(void **state)
{
    (void)state;
    struct stage_clock clock = {.since_ns = 100};
    struct stages told = {.ns = {[STAGE_MAP] = 30, [STAGE_END] = 5}};
    stage_ends(&clock, STAGE_STEER, 110);
    stage_visit_ends(&clock, &told, 160);
    assert_true(clock.spent.ns[STAGE_STEER] == 10);
    assert_true(clock.spent.ns[STAGE_MAP] == 30);
    assert_true(clock.spent.ns[STAGE_END] == 5);
    assert_true(clock.spent.ns[STAGE_START] == 15);
    assert_true(stages_total_ns(&clock.spent) == 60);
}

static void a_visit_that_tells_nothing_or_more_than_passed_is_untold(void **state)
{
    (void)state;
    static const struct stages cases[] = {
        {.ns = {0}},
        {.ns = {[STAGE_END] = 5}}, /* known to who waited for it */
        {.ns = {[STAGE_MAP] = 51}},
        {.ns = {[STAGE_MAP] = 30, [STAGE_IDLE] = 30}},
        {.ns = {[STAGE_MAP] = UINT64_MAX, [STAGE_IDLE] = 2}},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct stage_clock clock = {.since_ns = 100};
        stage_visit_ends(&clock, &cases[i], 150);
        assert_true(clock.spent.ns[STAGE_UNTOLD] == 50);
        assert_true(stages_total_ns(&clock.spent) == 50);
    }
}

static void the_largest_stage_is_not_that_of_the_maps(void **state)
{
    (void)state;
    struct stages stages = {.ns = {[STAGE_MAP] = 90, [STAGE_WARM_UP] = 7, [STAGE_START] = 3}};
    assert_int_equal(stages_largest_beside_maps(&stages), STAGE_WARM_UP);
    assert_int_equal(stages_largest_beside_maps(&(struct stages){{0}}), STAGE_PLAN);
}

/* ------------------------------------------------------------------------------- a run */

enum { MAP_NS = 700, END_NS = 40, START_NS = 250, LOOK_NS = 10 };

struct world {
    struct measure_world calls;
    uint64_t now_ns, visits, dying;
};

/* Whoever looks at the clock takes time. */
static uint64_t world_now_ns(void *user)
{
    struct world *world = user;
    return world->now_ns += LOOK_NS;
}

static int world_check_cpus(void *user, const struct cpus *planned, struct error *error)
{
    (void)user;
    (void)planned;
    (void)error;
    return 0;
}

/* What forks dies, and so tells nothing. */
static int world_visit(void *user, enum visit_kind kind, const struct cell *cell,
                       const struct cell_context *context, const struct visit_launch *launch,
                       struct reading readings[READINGS_MOST], uint32_t *count, struct error *error)
{
    struct world *world = user;
    (void)cell;
    (void)context;
    (void)launch;
    (void)error;
    world->now_ns += START_NS + MAP_NS + END_NS;
    *count = 1;
    readings[0] = (struct reading){.cold = 1, .maps = 1, .ns_per_map = MAP_NS, .participation = 1};
    readings[0].roundtrip_ns = readings[0].open_ns = readings[0].close_ns = NAN;
    readings[0].wake_ns = readings[0].first_result_ns = NAN;
    if (kind == VISIT_PREPARE)
        return 0;
    world->visits++;
    if (text_equal(cell->strategy->name, "fork")) {
        world->dying++;
        readings[0].status = STATUS_CRASHED;
        readings[0].ns_per_map = NAN;
        return 0;
    }
    readings[0].stages.ns[STAGE_MAP] = MAP_NS;
    readings[0].stages.ns[STAGE_END] = END_NS;
    readings[1] = readings[0];
    readings[1].cold = 0;
    *count = 2;
    return 0;
}

static void the_stages_of_a_run_sum_up_to_its_time(void **state)
{
    struct settings none = {0};
    struct suite suite;
    struct plan plan;
    struct error error = {0};
    struct measure_result result;
    struct world world = {.calls = {world_visit, world_now_ns, world_check_cpus, &world}};
    char *path = scratch_file(state, "suite.ini",
                              "[suite]\njobs = 4\nworkers = 2\nrounds = 5\n"
                              "[squares]\nsizes = 100,1000\nstrategies = fork,threads\n");
    suite_read(path, &none, 2, &suite, &error);
    plan_make(&suite, 0, &plan, &error);
    assert_no_error(&error);
    struct measure_settings settings = {
        .timeout_ns = suite.timeout_ns,
        .budget_ns = suite.budget_ns,
        .rounds = suite.rounds,
        .cpus = {.usable = 2},
        .input_fd = -1,
        .programs = {"/proc/self/exe"},
        .world = &world.calls,
    };
    FILE *rows = tmpfile();
    assert_non_null(rows);
    measure_run(&plan, &settings, NULL, rows, &result, &error);
    fclose(rows);
    assert_no_error(&error);
    const uint64_t *spent = result.clock.spent.ns;
    uint64_t told = world.visits - world.dying;
    assert_true(world.dying > 0 && told > 0);
    assert_true(stages_total_ns(&result.clock.spent) == world.now_ns - LOOK_NS);
    assert_true(spent[STAGE_MAP] == told * MAP_NS);
    assert_true(spent[STAGE_END] == told * END_NS);
    assert_true(spent[STAGE_START] == told * (START_NS + LOOK_NS));
    assert_true(spent[STAGE_UNTOLD] == world.dying * (START_NS + MAP_NS + END_NS + LOOK_NS));
    assert_true(spent[STAGE_PREPARE] == 2 * (START_NS + MAP_NS + END_NS + LOOK_NS));
    plan_free(&plan);
    suite_free(&suite);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_visit_does_not_tell_went_to_its_start),
        cmocka_unit_test(a_visit_that_tells_nothing_or_more_than_passed_is_untold),
        cmocka_unit_test(the_largest_stage_is_not_that_of_the_maps),
        cmocka_unit_test(the_stages_of_a_run_sum_up_to_its_time),
    };
    return cmocka_run_group_tests_name("stages", tests, scratch_make, scratch_remove);
}
