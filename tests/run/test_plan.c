#include "bench/base/clock.h"
#include "bench/run/chosen.h"
#include "bench/run/plan.h"
#include "tests/support.h"

enum { CPUS = 3 };

/* A suite and its plan, which borrows from it. */
struct planned {
    struct suite suite;
    struct plan plan;
};

static void read_suite(void **state, const char *text, struct suite *suite)
{
    struct error error = {0};
    struct settings none = {0};
    char *path = scratch_file(state, "plan.ini", text);
    suite_read(path, &none, CPUS, suite, &error);
    assert_no_error(&error);
    free(path);
}

static struct planned make_plan(void **state, const char *text, uint64_t input_bytes)
{
    struct error error = {0};
    struct planned planned;
    read_suite(state, text, &planned.suite);
    plan_make(&planned.suite, input_bytes, &planned.plan, &error);
    assert_no_error(&error);
    return planned;
}

static void free_planned(struct planned *planned)
{
    plan_free(&planned->plan);
    suite_free(&planned->suite);
}

/* "openmp 2 static,4 A=1": a cell but for its group. */
static void describe(const struct cell *cell, char *text, size_t bytes)
{
    const struct key *key = &cell->key;
    snprintf(text, bytes, "%s %llu", key->strategy, (unsigned long long)key->workers);
    if (*key->schedule != '\0')
        snprintf(text + strlen(text), bytes - strlen(text), " %s,%llu", key->schedule,
                 (unsigned long long)key->chunk);
    else if (key->chunk != CSV_UNKNOWN)
        snprintf(text + strlen(text), bytes - strlen(text), " chunk");
    if (*key->env != '\0')
        snprintf(text + strlen(text), bytes - strlen(text), " %s", key->env);
    if (key->parent_mib > 0)
        snprintf(text + strlen(text), bytes - strlen(text), " +%llu %s",
                 (unsigned long long)key->parent_mib, key->parent_pages);
    if (*key->bind != '\0' && !text_equal(key->bind, "none"))
        snprintf(text + strlen(text), bytes - strlen(text), " bound %s", key->bind);
    if (key->spin_ns != CSV_UNKNOWN && key->spin_ns != STRATEGY_SPIN_NS)
        snprintf(text + strlen(text), bytes - strlen(text), " spin %llu",
                 (unsigned long long)key->spin_ns);
    if (key->idle_ns > 0)
        snprintf(text + strlen(text), bytes - strlen(text), " after %llu",
                 (unsigned long long)key->idle_ns);
    if (key->neighbours > 0)
        snprintf(text + strlen(text), bytes - strlen(text), " beside %llu",
                 (unsigned long long)key->neighbours);
    if (*key->transport != '\0')
        snprintf(text + strlen(text), bytes - strlen(text), " by %s", key->transport);
    if (key->hosts > 0)
        snprintf(text + strlen(text), bytes - strlen(text), " over %llu",
                 (unsigned long long)key->hosts);
    snprintf(text + strlen(text), bytes - strlen(text), "%s%s", *key->build ? " of " : "",
             key->build);
}

static void assert_cells(const struct plan *plan, const struct group *group,
                         const char *const wanted[], size_t count)
{
    assert_int_equal(group->count, count);
    for (size_t i = 0; i < count; i++) {
        const struct cell *cell = &plan->cells[group->first + i];
        char text[128];
        describe(cell, text, sizeof text);
        assert_string_equal(text, wanted[i]);
        assert_ptr_equal(cell->work, group->work);
        assert_int_equal(cell->key.size, group->size);
        assert_int_equal(cell->key.jobs, group->jobs);
    }
}

/* ------------------------------------------------------------------------------- products */

static const char product[] = "[squares]\n"
                              "sizes = 10,20\n"
                              "jobs = 4,5,6\n"
                              "workers = 1,2\n"
                              "strategies = fork,openmp\n"
                              "schedule = static,dynamic\n"
                              "chunk = 0,4\n"
                              "env = A=1,2\n";

static void the_plan_is_the_product_of_the_lists(void **state)
{
    static const char *const wanted[] = {
        "serial 1 A=1",
        "serial 1 A=2",
        "fork 1 A=1",
        "fork 2 A=1",
        "fork 1 A=2",
        "fork 2 A=2",
        "openmp 1 static,0 A=1",
        "openmp 1 static,4 A=1",
        "openmp 1 dynamic,0 A=1",
        "openmp 1 dynamic,4 A=1",
        "openmp 2 static,0 A=1",
        "openmp 2 static,4 A=1",
        "openmp 2 dynamic,0 A=1",
        "openmp 2 dynamic,4 A=1",
        "openmp 1 static,0 A=2",
        "openmp 1 static,4 A=2",
        "openmp 1 dynamic,0 A=2",
        "openmp 1 dynamic,4 A=2",
        "openmp 2 static,0 A=2",
        "openmp 2 static,4 A=2",
        "openmp 2 dynamic,0 A=2",
        "openmp 2 dynamic,4 A=2",
    };
    struct planned planned = make_plan(state, product, 0);
    assert_int_equal(planned.plan.group_count, 6); /* two sizes of three job counts */
    assert_int_equal(planned.plan.cell_count, 6 * COUNT_OF(wanted));
    for (size_t i = 0; i < planned.plan.group_count; i++) {
        const struct group *group = &planned.plan.groups[i];
        assert_int_equal(group->size, i < 3 ? 10 : 20);
        assert_int_equal(group->jobs, 4 + i % 3);
        assert_int_equal(group->first, i * COUNT_OF(wanted));
        assert_cells(&planned.plan, group, wanted, COUNT_OF(wanted));
    }
    free_planned(&planned);
}

static void jobs_for_each_worker_make_a_batch_for_each_count(void **state)
{
    static const char *const wanted[][3] = {{"serial 1", "threads 1", "fork 1"},
                                            {"serial 1", "threads 3", "fork 3"}};
    struct planned planned = make_plan(state,
                                       "[squares]\nsizes = 10\njobs = 4w\nworkers = 1,3\n"
                                       "strategies = threads,fork\n",
                                       0);
    assert_int_equal(planned.plan.group_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(planned.plan.groups[i].jobs, i == 0 ? 4 : 12);
        assert_cells(&planned.plan, &planned.plan.groups[i], wanted[i], 3);
    }
    free_planned(&planned);
}

/* "all" is the slots of these hosts, and a host without a worker is none of a cell. */
static void hosts_multiply_mpi_alone_by_1_2_4_and_all(void **state)
{
    static const char *const wanted[] = {"serial 1",
                                         "fork 2",
                                         "fork 3",
                                         "mpi 2 chunk over 1",
                                         "mpi 4 chunk over 1",
                                         "mpi 2 chunk over 2",
                                         "mpi 6 chunk over 2",
                                         "mpi 12 chunk over 4",
                                         "mpi 13 chunk over 5"};
    struct planned planned = make_plan(state,
                                       "[suite]\nhosts = a:4,b:2,c,d:5,e\n"
                                       "[squares]\nsizes = 10\njobs = 4\nworkers = 2,all\n"
                                       "strategies = fork,mpi\n",
                                       0);
    assert_cells(&planned.plan, &planned.plan.groups[0], wanted, COUNT_OF(wanted));
    free_planned(&planned);
}

static void jobs_for_each_worker_are_as_many_as_the_slots(void **state)
{
    static const char *const wanted[][3] = {{"serial 1", "fork 3", ""},
                                            {"serial 1", "mpi 4 chunk over 1", ""},
                                            {"serial 1", "mpi 6 chunk over 2", ""}};
    static const size_t jobs[] = {9, 12, 18};
    struct planned planned = make_plan(state,
                                       "[suite]\nhosts = a:4,b:2\n"
                                       "[squares]\nsizes = 10\njobs = 3w\nworkers = all\n"
                                       "strategies = fork,mpi\n",
                                       0);
    assert_int_equal(planned.plan.group_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(planned.plan.groups[i].jobs, jobs[i]);
        assert_cells(&planned.plan, &planned.plan.groups[i], wanted[i], 2);
    }
    free_planned(&planned);
}

static void without_hosts_ranks_run_on_this_machine(void **state)
{
    static const char *const wanted[] = {"serial 1", "mpi 3 chunk"};
    struct planned planned =
        make_plan(state, "[squares]\nsizes = 10\njobs = 4\nstrategies = mpi\nworkers = all\n", 0);
    assert_cells(&planned.plan, &planned.plan.groups[0], wanted, COUNT_OF(wanted));
    free_planned(&planned);
}

/* A process that holds nothing holds it in no kind of pages. */
static void parents_multiply_by_their_pages_unless_they_are_empty(void **state)
{
    static const char *const wanted[] = {"serial 1",  "serial 1 +8 4k",  "serial 1 +8 thp",
                                         "threads 2", "threads 2 +8 4k", "threads 2 +8 thp"};
    struct planned planned = make_plan(state,
                                       "[squares]\nsizes = 10\njobs = 4\nworkers = 2\n"
                                       "strategies = threads\nparent-mib = 0,8\n"
                                       "parent-pages = 4k,thp\n",
                                       0);
    assert_int_equal(planned.plan.group_count, 1);
    assert_cells(&planned.plan, &planned.plan.groups[0], wanted, COUNT_OF(wanted));
    free_planned(&planned);
}

static void pools_multiply_by_bind_and_spin_and_others_do_not(void **state)
{
    static const char *const wanted[] = {"serial 1",
                                         "threads 2",
                                         "openmp 2 auto,0",
                                         "threadpool 2 auto,0 spin 0",
                                         "threadpool 2 auto,0",
                                         "threadpool 2 auto,0 bound spread spin 0",
                                         "threadpool 2 auto,0 bound spread"};
    struct planned planned = make_plan(state,
                                       "[squares]\nsizes = 10\njobs = 4\nworkers = 2\n"
                                       "strategies = threads,openmp,threadpool\n"
                                       "bind = none,spread\nspin = 0,50us\n",
                                       0);
    assert_cells(&planned.plan, &planned.plan.groups[0], wanted, COUNT_OF(wanted));
    free_planned(&planned);
}

/* A strategy of a library, as it is known to who makes plans. */
static void options_of_a_library_make_cells_of_their_own(void **state)
{
    static const struct strategy_ops mine = {.name = "mine", .reference = "/lib/libmine.so"};
    struct error error = {0};
    const char *options;
    assert_int_equal(strategy_register(&mine, &error), 0);
    assert_ptr_equal(chosen_find("mine?a=1&b", &options), &mine);
    assert_string_equal(options, "a=1&b");
    assert_ptr_equal(chosen_find("mine", &options), &mine);
    assert_string_equal(options, "");
    assert_int_equal(strategy_register(&mine, &error), -1);
    assert_error(&error, ERROR_USAGE, "two strategies are called 'mine'");

    struct planned planned =
        make_plan(state, "[squares]\nsizes = 10\njobs = 4\nstrategies = fork\n", 0);
    struct words *words = &planned.suite.series[0].lists[KEY_strategies].words;
    static const char *chosen[] = {"mine", "mine?a=1", "mine?a=2", "mine?a=1"};
    const char **own = words->values;
    struct plan plan;
    words->values = chosen;
    words->count = COUNT_OF(chosen);
    error = (struct error){0};
    plan_make(&planned.suite, 0, &plan, &error);
    assert_no_error(&error);
    words->values = own;
    words->count = 1;
    assert_int_equal(plan.cell_count, 4); /* serial's, and one for each of the options */
    assert_string_equal(plan.cells[0].key.options, "");
    assert_string_equal(plan.cells[1].key.options, "");
    assert_string_equal(plan.cells[2].key.options, "a=1");
    assert_string_equal(plan.cells[3].key.options, "a=2");
    plan_free(&plan);
    free_planned(&planned);
}

/* Serial is compared under the same conditions. */
static void idling_and_neighbours_multiply_serial_too(void **state)
{
    static const char *const wanted[] = {
        "serial 1",           "serial 1 beside 3",       "threads 2",
        "threads 2 beside 3", "serial 1 after 10000000", "threads 2 after 10000000"};
    struct planned planned = make_plan(state,
                                       "[suite]\njobs = 4\nworkers = 2\nstrategies = threads\n"
                                       "[a]\nwork = squares\nsizes = 10\nneighbours = 0,cpus\n"
                                       "[b]\nwork = squares\nsizes = 10\nidle = 10ms\n",
                                       0);
    assert_cells(&planned.plan, &planned.plan.groups[0], wanted, COUNT_OF(wanted));
    free_planned(&planned);
}

static void two_builds_visit_every_cell_each(void **state)
{
    static const char *const wanted[] = {"serial 1 of new", "serial 1 of base", "threads 2 of new",
                                         "threads 2 of base"};
    struct error error = {0};
    struct planned planned = make_plan(
        state, "[squares]\nsizes = 10,20\njobs = 4\nworkers = 2\nstrategies = threads\n", 0);
    assert_int_equal(plan_for_both_builds(&planned.plan, &error), 0);
    assert_int_equal(planned.plan.group_count, 2);
    for (size_t i = 0; i < 2; i++)
        assert_cells(&planned.plan, &planned.plan.groups[i], wanted, COUNT_OF(wanted));
    assert_int_equal(plan_counterpart(&planned.plan, 4), 5);
    assert_int_equal(plan_counterpart(&planned.plan, 7), 6);
    free_planned(&planned);
}

static void what_is_kept_keeps_its_serial_in_both_builds(void **state)
{
    static const char *const wanted[] = {"serial 1 of new", "serial 1 of base", "fork 2 of new",
                                         "fork 2 of base"};
    struct error error = {0};
    struct planned planned = make_plan(
        state, "[squares]\nsizes = 10,20\njobs = 4\nworkers = 2\nstrategies = threads,fork\n", 0);
    struct plan *plan = &planned.plan;
    struct key key = plan->cells[plan->groups[1].first + 2].key;
    assert_string_equal(key.strategy, "fork");
    assert_int_equal(plan_for_both_builds(plan, &error), 0);
    plan_keep(plan, &key, 1);
    assert_int_equal(plan->group_count, 1);
    assert_int_equal(plan->groups[0].size, 20);
    assert_cells(plan, &plan->groups[0], wanted, COUNT_OF(wanted));
    plan_keep(plan, NULL, 0);
    assert_int_equal(plan->cell_count + plan->group_count, 0);
    free_planned(&planned);
}

static struct key make_key(uint64_t size, const char *strategy, uint64_t workers)
{
    struct key key = key_of_nothing();
    key.work = "squares";
    key.size = size;
    key.jobs = 4;
    key.strategy = strategy;
    key.workers = workers;
    return key;
}

/* Whatever the order of the keys is; each cell stands there once, and serial's first. */
static void a_plan_of_keys_has_their_cells_and_serials(void **state)
{
    static const char *const small[] = {"serial 1", "fork 1", "fork 2"};
    static const char *const large[] = {"serial 1", "serial 1 A=1", "fork 2", "fork 2 A=1"};
    struct key keys[] = {make_key(20, "fork", 2), make_key(10, "fork", 2), make_key(20, "fork", 2),
                         make_key(10, "fork", 1), make_key(20, "fork", 2)};
    struct error error = {0};
    struct plan plan;
    (void)state;
    keys[4].env = "A=1";
    assert_int_equal(plan_of_keys(keys, COUNT_OF(keys), &plan, &error), 0);
    assert_int_equal(plan.group_count, 2);
    assert_int_equal(plan.groups[0].size, 10);
    assert_int_equal(plan.groups[0].axis, DIMENSION_size);
    assert_cells(&plan, &plan.groups[0], small, COUNT_OF(small));
    assert_cells(&plan, &plan.groups[1], large, COUNT_OF(large));
    plan_free(&plan);
}

static void a_plan_of_keys_of_many_batches_runs_along_jobs(void **state)
{
    struct key keys[] = {make_key(20, "fork", 2), make_key(20, "fork", 2), make_key(20, "fork", 2)};
    struct error error = {0};
    struct plan plan;
    (void)state;
    keys[1].jobs = 8;
    keys[2].jobs = 16;
    assert_int_equal(plan_of_keys(keys, COUNT_OF(keys), &plan, &error), 0);
    assert_int_equal(plan.group_count, 3);
    assert_int_equal(plan.groups[0].axis, DIMENSION_jobs);
    plan_free(&plan);
}

static void must_refuse_key(struct key key, const char *why)
{
    struct error error = {0};
    struct plan plan;
    assert_int_equal(plan_of_keys(&key, 1, &plan, &error), -1);
    assert_error(&error, ERROR_USAGE, why);
}

static void keys_that_no_suite_makes_are_refused(void **state)
{
    struct key key = make_key(10, "fork", 2);
    (void)state;
    key.schedule = "static";
    must_refuse_key(key, "schedule is not for this strategy");
    key = make_key(10, "fork", 2);
    key.transport = "shm";
    must_refuse_key(key, "transport is not for this strategy, or not without another");
    must_refuse_key(make_key(10, "forkpool", 2), "schedule is missing");
    key = make_key(10, "mpi", 2);
    key.payload_in = 1024;
    key.chunk = 0;
    must_refuse_key(key, "transport is missing");
    key.transport = "message";
    key.payload_in = 0;
    must_refuse_key(key, "transport is not for this strategy, or not without another");
}

/* Each payload is a batch of its own; only what travels has a transport. */
static void payloads_make_groups_and_transports_cells(void **state)
{
    static const char *const plain[] = {"serial 1", "fork 2", "threads 2", "mpi-static 2"};
    static const char *const loaded[] = {"serial 1", "fork 2 by shm", "fork 2 by pipe", "threads 2",
                                         "mpi-static 2 by message"};
    struct planned planned = make_plan(state,
                                       "[squares]\nsizes = 10\njobs = 4\nworkers = 2\n"
                                       "strategies = fork,threads,mpi-static\n"
                                       "payload = 0,1Ki/0\n"
                                       "transport = shm,pipe\n",
                                       0);
    const struct group *groups = planned.plan.groups;
    assert_int_equal(planned.plan.group_count, 2);
    assert_cells(&planned.plan, &groups[0], plain, COUNT_OF(plain));
    assert_cells(&planned.plan, &groups[1], loaded, COUNT_OF(loaded));
    assert_int_equal(groups[1].payload.in, 1024);
    assert_int_equal(planned.plan.cells[groups[1].first].key.payload_in, 1024);
    assert_int_equal(planned.plan.cells[groups[1].first].key.payload_out, 0);
    free_planned(&planned);
}

static void serial_comes_first_and_once_whether_named_or_not(void **state)
{
    static const char *const texts[] = {
        "[squares]\nsizes = 10\njobs = 4\nworkers = 1,2\nstrategies = fork\n",
        "[squares]\nsizes = 10\njobs = 4\nworkers = 1,2\nstrategies = fork,serial\n",
    };
    static const char *const wanted[] = {"serial 1", "fork 1", "fork 2"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct planned planned = make_plan(state, texts[i], 0);
        assert_cells(&planned.plan, &planned.plan.groups[0], wanted, COUNT_OF(wanted));
        free_planned(&planned);
    }
}

static void strategies_that_take_no_schedule_are_not_multiplied_by_it(void **state)
{
    static const char *const wanted[] = {"serial 1", "threads 2", "forkpool 2 static,1",
                                         "forkpool 2 guided,1", "openmp-tasks 2"};
    struct planned planned =
        make_plan(state,
                  "[squares]\nsizes = 10\njobs = 4\nworkers = 2\nchunk = 1\n"
                  "schedule = static,guided\nstrategies = threads,forkpool,openmp-tasks\n",
                  0);
    assert_cells(&planned.plan, &planned.plan.groups[0], wanted, COUNT_OF(wanted));
    free_planned(&planned);
}

static void sections_that_meet_in_a_group_are_joined(void **state)
{
    static const char *const wanted[] = {"serial 1", "fork 2", "threads 1", "threads 2"};
    struct planned planned =
        make_plan(state,
                  "[suite]\njobs = 4\n"
                  "[a]\nwork = squares\nsizes = 10\nworkers = 2\nstrategies = fork\n"
                  "[b]\nwork = squares\nsizes = 10\nworkers = 1,2\nstrategies = threads\n",
                  0);
    assert_int_equal(planned.plan.group_count, 1);
    assert_cells(&planned.plan, &planned.plan.groups[0], wanted, COUNT_OF(wanted));
    free_planned(&planned);
}

static void cells_that_two_sections_name_are_measured_once(void **state)
{
    static const char *const wanted[] = {"serial 1", "fork 1", "fork 2", "fork 3"};
    struct planned planned =
        make_plan(state,
                  "[suite]\njobs = 4\nsizes = 10\nstrategies = fork\n"
                  "[a]\nwork = squares\nworkers = 1,2\n[b]\nwork = squares\nworkers = 2,3\n",
                  0);
    assert_cells(&planned.plan, &planned.plan.groups[0], wanted, COUNT_OF(wanted));
    free_planned(&planned);
}

static void the_same_suite_makes_the_same_plan(void **state)
{
    struct planned planned = make_plan(state, product, 0), again = make_plan(state, product, 0);
    assert_int_equal(again.plan.cell_count, planned.plan.cell_count);
    for (size_t i = 0; i < planned.plan.cell_count; i++) {
        char text[128], text_again[128];
        describe(&planned.plan.cells[i], text, sizeof text);
        describe(&again.plan.cells[i], text_again, sizeof text_again);
        assert_string_equal(text_again, text);
        assert_int_equal(again.plan.cells[i].key.size, planned.plan.cells[i].key.size);
        assert_int_equal(again.plan.cells[i].key.jobs, planned.plan.cells[i].key.jobs);
    }
    free_planned(&again);
    free_planned(&planned);
}

/* ------------------------------------------------------------------------------- input files */

static void jobs_cover_the_input_file_where_none_are_given(void **state)
{
    struct planned planned = make_plan(
        state, "[suite]\njobs = 9\n[deflate]\nsizes = 1,10,99,100,101\nstrategies = fork\n", 100);
    static const uint64_t jobs[] = {100, 10, 2, 1, 1};
    assert_int_equal(planned.plan.group_count, COUNT_OF(jobs));
    for (size_t i = 0; i < COUNT_OF(jobs); i++)
        assert_int_equal(planned.plan.groups[i].jobs, jobs[i]);
    free_planned(&planned);
}

static void given_jobs_may_be_fewer_than_the_input_makes(void **state)
{
    struct planned planned =
        make_plan(state, "[deflate]\nsizes = 30\njobs = 0,1,4\nstrategies = fork\n", 100);
    static const uint64_t jobs[] = {0, 1, 4}; /* the fourth has 10 bytes */
    assert_int_equal(planned.plan.group_count, COUNT_OF(jobs));
    for (size_t i = 0; i < COUNT_OF(jobs); i++)
        assert_int_equal(planned.plan.groups[i].jobs, jobs[i]);
    free_planned(&planned);
}

/* ------------------------------------------------------------------------------- refusals */

static void plans_that_cannot_be_are_refused(void **state)
{
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"[deflate]\nsizes = 30\njobs = 5\n",
         "--jobs: 5 jobs of 30 bytes are more than the 100 bytes of the input"},
        {"[deflate]\nsizes = 4000000000000000000\njobs = 100\n", "are more than the 100 bytes"},
        {"[deflate]\nsizes = 0\n", "--sizes: slices of 0 bytes never cover the input"},
        {"[suite]\njobs = 4\nsizes = 10,20\nstrategies = fork\n[a]\nwork = squares\n[b]\nwork = "
         "squares\n",
         "two sections measure squares of size 10 with 4 jobs"},
        {"[squares]\nsizes = 1..1000:+1\njobs = 1..101:+1\nstrategies = fork\n",
         "the lists multiply to more than 100000 cells"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error error = {0};
        struct suite suite;
        struct plan plan;
        read_suite(state, cases[i].text, &suite);
        assert_int_equal(plan_make(&suite, 100, &plan, &error), -1);
        assert_error(&error, ERROR_USAGE, cases[i].part);
        assert_null(plan.cells);
        suite_free(&suite);
    }
}

/* ------------------------------------------------------------------------------- order */

enum { MOST_ORDERED = 40 };

static void an_order_visits_every_cell_once(void **state)
{
    (void)state;
    for (size_t count = 0; count <= MOST_ORDERED; count++) {
        size_t order[MOST_ORDERED];
        bool seen[MOST_ORDERED] = {false};
        plan_order(1, count, 7, count, order);
        for (size_t i = 0; i < count; i++) {
            assert_true(order[i] < count);
            assert_false(seen[order[i]]);
            seen[order[i]] = true;
        }
    }
}

static bool same_order(uint64_t seed, size_t group, uint64_t round)
{
    size_t first[MOST_ORDERED], order[MOST_ORDERED];
    plan_order(1, 0, 1, MOST_ORDERED, first);
    plan_order(seed, group, round, MOST_ORDERED, order);
    return memcmp(order, first, sizeof order) == 0;
}

static void an_order_is_fixed_by_seed_group_and_round(void **state)
{
    (void)state;
    assert_true(same_order(1, 0, 1));
    assert_false(same_order(2, 0, 1));
    assert_false(same_order(1, 1, 1));
    assert_false(same_order(1, 0, 2));
}

/* The seeds and rounds are fixed, so this cannot fail by chance. Over 300 rounds of three cells
 * each cell is expected first 100 times; half of that would be six standard deviations away. */
static void every_cell_comes_first_about_as_often(void **state)
{
    (void)state;
    size_t first[3] = {0};
    for (uint64_t round = 1; round <= 300; round++) {
        size_t order[3];
        plan_order(1, 0, round, COUNT_OF(order), order);
        first[order[0]]++;
    }
    for (size_t i = 0; i < COUNT_OF(first); i++)
        assert_in_range(first[i], 50, 150);
}

/* Looking for repeated cells pair by pair took minutes; half a minute leaves room for valgrind. */
static void plans_of_100000_cells_are_made_or_refused_in_seconds(void **state)
{
    static const char *const suites[] = {
        "[squares]\nsizes = 1\nworkers = 1..1000\nchunk = 1..99:+1\nstrategies = threadpool\n",
        "[squares]\nsizes = 1..1000:+1\njobs = 1..49:+1\nworkers = 1\nstrategies = fork\n",
        "[squares]\nsizes = 1..1000:+1\njobs = 1..1000:+1\npayload = 1..1000:+1\n",
    };
    static const size_t cells[] = {99001, 98000, 0};
    for (size_t i = 0; i < COUNT_OF(suites); i++) {
        struct error error = {0};
        struct planned planned;
        read_suite(state, suites[i], &planned.suite);
        uint64_t start_ns = clock_now_ns();
        plan_make(&planned.suite, 0, &planned.plan, &error);
        assert_true(clock_now_ns() - start_ns < 30 * NS_PER_S);
        assert_int_equal(planned.plan.cell_count, cells[i]);
        if (cells[i] == 0)
            assert_error(&error, ERROR_USAGE, "more than 100000 cells; shorten one");
        free_planned(&planned);
    }
}

static void one_size_and_three_numbers_of_jobs_are_looked_at_along_jobs(void **state)
{
    static const struct {
        const char *lists;
        enum dimension axis;
    } cases[] = {
        {"sizes = 100\njobs = 1,2,4\n", DIMENSION_jobs},
        {"sizes = 100\njobs = 4cpus,8cpus,16cpus\n", DIMENSION_jobs},
        {"sizes = 100\njobs = 2,4\n", DIMENSION_size},
        {"sizes = 100\njobs = 0,2,4\n", DIMENSION_size}, /* two of them are some */
        {"sizes = 100,200\njobs = 1,2,4\n", DIMENSION_size},
        {"sizes = 100\njobs = 4w\nworkers = 1,2,3\n", DIMENSION_size},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[256];
        snprintf(text, sizeof text, "[suite]\nstrategies = fork\n[empty]\nsizes = 1\n[squares]\n%s",
                 cases[i].lists);
        struct planned planned = make_plan(state, text, 0);
        assert_int_equal(planned.plan.groups[0].axis, DIMENSION_size); /* of another work */
        for (size_t k = 1; k < planned.plan.group_count; k++)
            if (planned.plan.groups[k].axis != cases[i].axis)
                stop_test("%s", cases[i].lists);
        free_planned(&planned);
    }
}

static void a_group_between_two_has_another_number_of_jobs_along_jobs(void **state)
{
    struct error error = {0};
    struct planned planned =
        make_plan(state, "[suite]\nstrategies = fork\n[squares]\nsizes = 100\njobs = 1,2,4\n", 0);
    struct plan *plan = &planned.plan;
    size_t found, cells = plan->cell_count;
    assert_int_equal(plan_refine(plan, 2, 3, &found, &error), 0);
    assert_int_equal(found, 3);
    assert_int_equal(plan->groups[3].jobs, 3);
    assert_int_equal(plan->groups[3].size, 100);
    assert_int_equal(plan->cells[cells].key.jobs, 3);
    assert_int_equal(plan->cells[cells].key.size, 100);
    assert_int_equal(plan_refine(plan, 2, 2, &found, &error), 0);
    assert_int_equal(found, 1);
    free_planned(&planned);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_plan_is_the_product_of_the_lists),
        cmocka_unit_test(jobs_for_each_worker_make_a_batch_for_each_count),
        cmocka_unit_test(hosts_multiply_mpi_alone_by_1_2_4_and_all),
        cmocka_unit_test(jobs_for_each_worker_are_as_many_as_the_slots),
        cmocka_unit_test(without_hosts_ranks_run_on_this_machine),
        cmocka_unit_test(parents_multiply_by_their_pages_unless_they_are_empty),
        cmocka_unit_test(pools_multiply_by_bind_and_spin_and_others_do_not),
        cmocka_unit_test(options_of_a_library_make_cells_of_their_own),
        cmocka_unit_test(idling_and_neighbours_multiply_serial_too),
        cmocka_unit_test(two_builds_visit_every_cell_each),
        cmocka_unit_test(what_is_kept_keeps_its_serial_in_both_builds),
        cmocka_unit_test(payloads_make_groups_and_transports_cells),
        cmocka_unit_test(serial_comes_first_and_once_whether_named_or_not),
        cmocka_unit_test(strategies_that_take_no_schedule_are_not_multiplied_by_it),
        cmocka_unit_test(sections_that_meet_in_a_group_are_joined),
        cmocka_unit_test(cells_that_two_sections_name_are_measured_once),
        cmocka_unit_test(the_same_suite_makes_the_same_plan),
        cmocka_unit_test(jobs_cover_the_input_file_where_none_are_given),
        cmocka_unit_test(given_jobs_may_be_fewer_than_the_input_makes),
        cmocka_unit_test(plans_that_cannot_be_are_refused),
        cmocka_unit_test(a_plan_of_keys_has_their_cells_and_serials),
        cmocka_unit_test(a_plan_of_keys_of_many_batches_runs_along_jobs),
        cmocka_unit_test(keys_that_no_suite_makes_are_refused),
        cmocka_unit_test(plans_of_100000_cells_are_made_or_refused_in_seconds),
        cmocka_unit_test(an_order_visits_every_cell_once),
        cmocka_unit_test(an_order_is_fixed_by_seed_group_and_round),
        cmocka_unit_test(every_cell_comes_first_about_as_often),
        cmocka_unit_test(one_size_and_three_numbers_of_jobs_are_looked_at_along_jobs),
        cmocka_unit_test(a_group_between_two_has_another_number_of_jobs_along_jobs),
    };
    return cmocka_run_group_tests_name("plan", tests, scratch_make, scratch_remove);
}
