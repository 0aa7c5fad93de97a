#include "bench/analyse/model/model.h"
#include "tests/support.h"

/* A pool of four workers on four CPUs, whose numbers are known exactly: the formulae of
 * docs/method.md can be done by hand. */
static struct interval exactly(double number)
{
    return (struct interval){number, number, number};
}

static struct model_line line_of(struct model_traits traits, uint32_t workers)
{
    struct model_line line = {.strategy = "pool", .workers = workers, .traits = traits};
    for (size_t i = 0; i < MODEL_PARAMETER_COUNT; i++)
        line.parameters[i] = exactly(0);
    for (size_t i = 0; i < CONTENTION_COUNT; i++)
        line.company[i] = exactly(1);
    return line;
}

static struct model_line pool_of(uint32_t workers)
{
    struct model_line line = line_of((struct model_traits){.caller_helps = true}, workers);
    line.parameters[MODEL_region_ns] = line.parameters[MODEL_join_ns] = exactly(1000);
    line.parameters[MODEL_job_ns] = exactly(10);
    line.parameters[MODEL_single_ns] = exactly(100);
    line.parameters[MODEL_open_ns] = exactly(50000);
    line.parameters[MODEL_close_ns] = exactly(20000);
    line.parameters[MODEL_first_ns] = exactly(3000);
    line.parameters[MODEL_late_ns] = exactly(90000);
    line.parameters[MODEL_wake_ns] = exactly(40000);
    line.parameters[MODEL_shared_byte_ns] = exactly(0.1);
    line.parameters[MODEL_piped_byte_ns] = exactly(0.5);
    line.parameters[MODEL_open_page_ns] = exactly(20);
    return line;
}

static struct model_line starter_of(uint32_t workers)
{
    struct model_line line = line_of((struct model_traits){.starts_each_job = true}, workers);
    line.parameters[MODEL_single_ns] = exactly(10000);
    line.parameters[MODEL_worker_ns] = exactly(30000);
    line.parameters[MODEL_job_page_ns] = exactly(20);
    return line;
}

static struct model_question question_of(double job_ns, uint64_t jobs)
{
    return (struct model_question){.job_ns = exactly(job_ns),
                                   .jobs = jobs,
                                   .spread = 1,
                                   .busy = 1,
                                   .contention = CONTENTION_COMPUTE};
}

static const struct model four_cpus = {.cpus = 4, .page_bytes = 4096};

static double ns_of(const struct model_line *line, const struct model_question *question)
{
    return model_batch_ns(&four_cpus, line, question).median;
}

/* ------------------------------------------------------------------------------- the formulae */

static void serial_is_the_jobs_one_after_another(void **state)
{
    (void)state;
    struct model_question question = question_of(250, 1000);
    question.job_ns = (struct interval){250, 200, 300};
    assert_near(model_serial_ns(&question).median, 250e3);
    assert_near(model_serial_ns(&question).low, 200e3);
    assert_near(model_serial_ns(&question).high, 300e3);
}

static void a_map_is_its_region_its_jobs_and_the_busiest_share(void **state)
{
    (void)state;
    struct model_line pool = pool_of(4);
    struct model_question question = question_of(500, 1000);
    assert_near(ns_of(&pool, &question), 1000 + 1000 * 10 + 250 * 500);
    question.jobs = 1001; /* one worker has one more */
    assert_near(ns_of(&pool, &question), 1000 + 1001 * 10 + 251 * 500);
    question.jobs = 3;
    assert_near(ns_of(&pool, &question), 1000 + 3 * 10 + 500);
    question.each_itself = true;
    assert_near(ns_of(&pool, &question), 1000 + 3 * 100 + 500);
}

static void workers_beyond_the_cpus_gain_only_where_jobs_wait(void **state)
{
    (void)state;
    struct model_line pool = pool_of(16);
    struct model_question question = question_of(1e6, 16);
    assert_near(ns_of(&pool, &question), 1000 + 160 + 4e6);
    question.busy = 0.1;
    question.contention = CONTENTION_NONE;
    assert_near(ns_of(&pool, &question), 1000 + 160 + 1e6);
    question.busy = 0.5; /* 16 jobs need 8 ms of CPU time on four CPUs */
    assert_near(ns_of(&pool, &question), 1000 + 160 + 2e6);
}

static void company_makes_jobs_longer_by_what_they_share(void **state)
{
    (void)state;
    struct model_line pool = pool_of(4);
    struct model_question question = question_of(1e6, 4);
    pool.company[CONTENTION_ADDRESS_SPACE] = exactly(3.5);
    assert_near(ns_of(&pool, &question), 1040 + 1e6);
    question.contention = CONTENTION_ADDRESS_SPACE;
    assert_near(ns_of(&pool, &question), 1040 + 3.5e6);
    question.jobs = 1; /* alone */
    assert_near(ns_of(&pool, &question), 1010 + 1e6);
}

static void a_job_contends_for_a_share_of_its_time(void **state)
{
    (void)state;
    struct model_line pool = pool_of(4);
    struct model_question question = question_of(1e6, 4);
    pool.company[CONTENTION_COMPUTE] = exactly(1.25);
    pool.company[CONTENTION_ADDRESS_SPACE] = exactly(3.25);
    question.contention = CONTENTION_ADDRESS_SPACE;
    question.computing = 0.75;
    assert_near(ns_of(&pool, &question), 1040 + 1.75e6);
    question.computing = 1;
    assert_near(ns_of(&pool, &question), 1040 + 1.25e6);
    question.contention = CONTENTION_COMPUTE; /* there is nothing to share */
    question.computing = 0;
    assert_near(ns_of(&pool, &question), 1040 + 1.25e6);
}

/* It is measured of one kind of job, and another one maps more or less at once. */
static void what_is_shared_is_never_known_as_well_as_it_was_measured(void **state)
{
    (void)state;
    struct model_line pool = pool_of(4);
    struct model_question question = question_of(1e6, 4);
    pool.company[CONTENTION_ADDRESS_SPACE] = exactly(3);
    question.contention = CONTENTION_ADDRESS_SPACE;
    struct interval ns = model_batch_ns(&four_cpus, &pool, &question);
    assert_true(ns.low <= 2e6 && ns.high >= 5e6);
}

static void the_longest_job_ends_the_batch(void **state)
{
    (void)state;
    struct model_line pool = pool_of(4);
    struct model_question question = question_of(1000, 100);
    question.spread = 80; /* it takes 80 us, the other 99 all in all 20 us */
    struct interval ns = model_batch_ns(&four_cpus, &pool, &question);
    double others_ns = 24 * 20e3 / 99; /* of its worker */
    assert_near(ns.median, 2000 + 80e3 + others_ns / 2);
    assert_true(ns.low <= 2000 + 80e3 && ns.high >= 2000 + 80e3 + others_ns);
    pool.traits.divides = true; /* all of its worker's come before it, or behind */
    assert_near(ns_of(&pool, &question), 2000 + 80e3 + others_ns);
    question.spread = 1e9; /* no job is longer than all */
    assert_near(ns_of(&pool, &question), 2000 + 100e3);
}

static void jobs_that_are_started_wait_for_the_caller_or_for_a_worker(void **state)
{
    (void)state;
    struct model_line starter = starter_of(4);
    struct model_question tiny = question_of(1e-3, 100), large = question_of(1e6, 100);
    assert_true(fabs(ns_of(&starter, &tiny) / 1e6 - 1) < 0.01);
    assert_near(ns_of(&starter, &large), 4 * 10e3 + 25 * (1e6 + 30e3));
    large.caller_bytes = 4096e3;
    assert_near(ns_of(&starter, &large), 4 * 30e3 + 25 * (1e6 + 30e3));
}

static void a_cold_batch_opens_closes_and_waits_for_late_workers(void **state)
{
    (void)state;
    struct model_line pool = pool_of(4);
    struct model_question question = question_of(1e6, 8);
    question.is_cold = true;
    assert_near(ns_of(&pool, &question), 70e3 + 1000 + 90e3 + 80 + 2e6);
    question.caller_bytes = 4096e3;
    assert_near(ns_of(&pool, &question), 70e3 + 20e3 + 1000 + 90e3 + 80 + 2e6);
    /* The caller does tiny jobs itself before they come. */
    question = question_of(10, 8);
    question.is_cold = true;
    assert_near(ns_of(&pool, &question), 70e3 + 1000 + 3000 + 80 + 80);
}

static void sleeping_workers_are_woken(void **state)
{
    (void)state;
    struct model_line pool = pool_of(4);
    struct model_question question = question_of(1e6, 8);
    question.is_idle = true;
    assert_near(ns_of(&pool, &question), 1000 + 40e3 + 80 + 2e6);
    question.job_ns = exactly(100); /* 800 ns are done by the caller */
    assert_near(ns_of(&pool, &question), 1000 + 80 + 800);
    pool.traits.caller_helps = false;
    assert_near(ns_of(&pool, &question), 1000 + 40e3 + 80 + 200);
}

static void payload_costs_by_its_way(void **state)
{
    (void)state;
    struct model_line pool = pool_of(4);
    struct model_question question = question_of(1000, 100);
    double without_ns = ns_of(&pool, &question);
    question.payload_in = 3000;
    question.payload_out = 1000;
    assert_near(ns_of(&pool, &question), without_ns + 100 * 4000 * 0.1);
    question.by_pipe = true;
    assert_near(ns_of(&pool, &question), without_ns + 100 * 4000 * 0.5);
}

/* ------------------------------------------------------------------------------- what is unknown
 */

static void what_is_not_known_widens_what_needs_it_alone(void **state)
{
    (void)state;
    struct model_line pool = pool_of(4);
    struct model_question question = question_of(1e5, 100);
    struct interval before = model_batch_ns(&four_cpus, &pool, &question);
    for (int i = 0; i < MODEL_PARAMETER_COUNT; i++) {
        struct model_line less = pool;
        less.parameters[i] = exactly(NAN);
        if (i == MODEL_region_ns || i == MODEL_join_ns || i == MODEL_job_ns)
            continue;
        struct interval after = model_batch_ns(&four_cpus, &less, &question);
        assert_near(after.low, before.low);
        assert_near(after.high, before.high);
    }
    question.payload_in = 1e6;
    before = model_batch_ns(&four_cpus, &pool, &question);
    pool.parameters[MODEL_shared_byte_ns] = exactly(NAN);
    struct interval after = model_batch_ns(&four_cpus, &pool, &question);
    assert_true(after.high > 2 * before.high && after.low <= before.low);
}

static void contention_that_is_not_known_holds_a_lock_and_none(void **state)
{
    (void)state;
    struct model_line pool = pool_of(4);
    struct model_question question = question_of(1e6, 400);
    pool.company[CONTENTION_UNKNOWN] = exactly(NAN);
    question.contention = CONTENTION_UNKNOWN;
    struct interval speedup = model_speedup(&four_cpus, &pool, &question);
    assert_true(speedup.low <= 1 && speedup.high >= 3.9);
}

static void an_answer_is_never_a_number_where_nothing_is_known(void **state)
{
    (void)state;
    struct model_line pool = pool_of(4);
    struct model_question question = question_of(1e6, 400);
    question.is_cold = true;
    pool.parameters[MODEL_open_ns] = exactly(NAN);
    assert_unknown(ns_of(&pool, &question));
    question.is_cold = false;
    assert_true(ns_of(&pool, &question) > 0);
    pool.parameters[MODEL_region_ns] = exactly(NAN);
    assert_true(ns_of(&pool, &question) > 0); /* maps of long jobs are known */
    pool.parameters[MODEL_join_ns] = exactly(NAN);
    assert_unknown(ns_of(&pool, &question));
    assert_unknown(model_crossover_job_ns(&four_cpus, &pool, &question).median);
    assert_unknown(model_crossover_jobs(&four_cpus, &pool, &question).median);
}

static void intervals_hold_what_is_predicted(void **state)
{
    (void)state;
    struct model_line lines[] = {pool_of(4), starter_of(4)};
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        for (double job_ns = 0.1; job_ns < 1e12; job_ns *= 7)
            for (uint64_t jobs = 1; jobs <= 1000000000; jobs *= 10) {
                struct model_question question = question_of(job_ns, jobs);
                struct interval ns = model_batch_ns(&four_cpus, &lines[i], &question);
                assert_true(isfinite(ns.high) && ns.low > 0);
                assert_true(ns.low <= ns.median && ns.median <= ns.high);
            }
}

/* ------------------------------------------------------------------------------- crossovers */

static void the_speedup_at_a_crossover_is_1(void **state)
{
    (void)state;
    struct model_line lines[] = {pool_of(4), starter_of(4)};
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        for (int is_cold = 0; is_cold < 2; is_cold++) {
            struct model_question question = question_of(NAN, 200);
            question.is_cold = is_cold != 0;
            struct interval job = model_crossover_job_ns(&four_cpus, &lines[i], &question);
            assert_true(job.low < job.median && job.median < job.high);
            question.job_ns = exactly(job.median);
            assert_true(fabs(model_speedup(&four_cpus, &lines[i], &question).median - 1) < 1e-6);
            question.job_ns = exactly(job.low);
            assert_true(fabs(model_speedup(&four_cpus, &lines[i], &question).high - 1) < 1e-6);
            question.job_ns = exactly(job.high);
            assert_true(fabs(model_speedup(&four_cpus, &lines[i], &question).low - 1) < 1e-6);
        }
}

static void from_the_crossover_in_jobs_on_every_number_pays(void **state)
{
    (void)state;
    struct model_line pool = pool_of(4);
    struct model_question question = question_of(400, 1);
    double first = model_crossover_jobs(&four_cpus, &pool, &question).median;
    assert_true(first > 1 && first < 100);
    question.jobs = (uint64_t)first - 1;
    bool before = model_speedup(&four_cpus, &pool, &question).median > 1;
    for (uint64_t more = 0; more < 100; more++) {
        question.jobs = (uint64_t)first + more;
        assert_true(model_speedup(&four_cpus, &pool, &question).median > 1);
    }
    assert_false(before);
}

static void where_it_never_pays_the_crossover_is_infinite(void **state)
{
    (void)state;
    struct model_line alone = pool_of(1);
    struct model_question question = question_of(5, 100);
    assert_true(isinf(model_crossover_job_ns(&four_cpus, &alone, &question).median));
    struct model_line pool = pool_of(4); /* each job costs 10 ns and takes 5 */
    assert_true(isinf(model_crossover_jobs(&four_cpus, &pool, &question).median));
    question = question_of(5, 1); /* one job is not shared out */
    assert_true(isinf(model_crossover_job_ns(&four_cpus, &pool, &question).median));
}

static void where_it_always_pays_the_crossover_is_0(void **state)
{
    (void)state;
    struct model_line free_of_cost = line_of((struct model_traits){.caller_helps = true}, 4);
    struct model_question question = question_of(5, 100);
    assert_near(model_crossover_job_ns(&four_cpus, &free_of_cost, &question).median, 0);
}

/* ------------------------------------------------------------------------------- ranking */

static void the_fastest_is_first_and_what_is_not_known_last(void **state)
{
    (void)state;
    struct model_line lines[] = {line_of((struct model_traits){.divides = true}, 4), starter_of(4),
                                 pool_of(4)};
    lines[0].parameters[MODEL_region_ns] = lines[0].parameters[MODEL_join_ns] = exactly(NAN);
    struct model model = {.lines = lines, .count = 3, .cpus = 4, .page_bytes = 4096};
    struct model_question question = question_of(20000, 100);
    struct model_choice choices[4];
    assert_int_equal(model_rank(&model, &question, choices), 4);
    assert_ptr_equal(choices[0].line, &lines[2]);
    assert_ptr_equal(choices[1].line, &lines[1]);
    assert_ptr_equal(choices[2].line, NULL);
    assert_near(choices[2].ns.median, 2e6);
    assert_near(choices[2].speedup.median, 1);
    assert_ptr_equal(choices[3].line, &lines[0]);
}

static void of_equals_serial_is_first(void **state)
{
    (void)state;
    struct model_line nothing = line_of((struct model_traits){.caller_helps = true}, 1);
    struct model model = {.lines = &nothing, .count = 1, .cpus = 4, .page_bytes = 4096};
    struct model_question question = question_of(20000, 100);
    struct model_choice choices[2];
    model_rank(&model, &question, choices);
    assert_ptr_equal(choices[0].line, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serial_is_the_jobs_one_after_another),
        cmocka_unit_test(a_map_is_its_region_its_jobs_and_the_busiest_share),
        cmocka_unit_test(workers_beyond_the_cpus_gain_only_where_jobs_wait),
        cmocka_unit_test(company_makes_jobs_longer_by_what_they_share),
        cmocka_unit_test(a_job_contends_for_a_share_of_its_time),
        cmocka_unit_test(what_is_shared_is_never_known_as_well_as_it_was_measured),
        cmocka_unit_test(the_longest_job_ends_the_batch),
        cmocka_unit_test(jobs_that_are_started_wait_for_the_caller_or_for_a_worker),
        cmocka_unit_test(a_cold_batch_opens_closes_and_waits_for_late_workers),
        cmocka_unit_test(sleeping_workers_are_woken),
        cmocka_unit_test(payload_costs_by_its_way),
        cmocka_unit_test(what_is_not_known_widens_what_needs_it_alone),
        cmocka_unit_test(contention_that_is_not_known_holds_a_lock_and_none),
        cmocka_unit_test(an_answer_is_never_a_number_where_nothing_is_known),
        cmocka_unit_test(intervals_hold_what_is_predicted),
        cmocka_unit_test(the_speedup_at_a_crossover_is_1),
        cmocka_unit_test(from_the_crossover_in_jobs_on_every_number_pays),
        cmocka_unit_test(where_it_never_pays_the_crossover_is_infinite),
        cmocka_unit_test(where_it_always_pays_the_crossover_is_0),
        cmocka_unit_test(the_fastest_is_first_and_what_is_not_known_last),
        cmocka_unit_test(of_equals_serial_is_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
