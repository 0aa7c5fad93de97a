#include "bench/analyse/model/advice.h"
#include "bench/analyse/model/job_facts.h"
#include "tests/support.h"

#define EXACTLY(value)                                                                             \
    {                                                                                              \
        (value), (value), (value)                                                                  \
    }

static struct model_line line_of(const char *strategy, uint32_t workers, double region_ns,
                                 bool shares_memory)
{
    struct model_line line = {.strategy = strategy, .workers = workers};
    line.traits.shares_memory = shares_memory;
    for (size_t i = 0; i < MODEL_PARAMETER_COUNT; i++)
        line.parameters[i] = (struct interval)EXACTLY(0.0);
    line.parameters[MODEL_region_ns] = line.parameters[MODEL_join_ns] =
        (struct interval){region_ns, 0.95 * region_ns, 1.05 * region_ns};
    for (size_t i = 0; i < CONTENTION_COUNT; i++)
        line.company[i] = (struct interval)EXACTLY(1.0);
    line.company[CONTENTION_UNKNOWN] = (struct interval){1.4, 1, workers};
    return line;
}

/* Two pools that are much alike, and one that costs a lot. */
static struct model_line lines[3];
static struct model model = {.lines = lines, .count = 3, .cpus = 2, .page_bytes = 4096};

static struct model_question question_of(double job_ns, uint64_t jobs)
{
    lines[0] = line_of("team", 2, 2000, false);
    lines[1] = line_of("pool", 2, 2010, true);
    lines[2] = line_of("fork", 2, 3e6, false);
    return (struct model_question){
        .job_ns = EXACTLY(job_ns),
        .jobs = jobs,
        .spread = 1,
        .busy = 1,
        .contention = CONTENTION_COMPUTE,
    };
}

static struct advice answer_to(const struct model_question *question)
{
    struct advice advice;
    struct error error = {0};
    assert_int_equal(advice_make(&model, question, true, &advice, &error), 0);
    return advice;
}

static const char *chosen(const struct advice *advice)
{
    const struct model_line *line = advice->rows[advice->chosen].line;
    return line != NULL ? line->strategy : "serial";
}

static void long_jobs_are_to_be_run_in_parallel(void **state)
{
    (void)state;
    struct model_question question = question_of(40e3, 200);
    struct advice advice = answer_to(&question);
    assert_int_equal(advice.verdict, ADVICE_PARALLEL);
    assert_true(advice.rows[advice.chosen].speedup.median > 1.5);
    advice_free(&advice);
}

static void short_jobs_are_to_be_run_in_a_loop(void **state)
{
    (void)state;
    struct model_question question = question_of(10, 8);
    struct advice advice = answer_to(&question);
    assert_int_equal(advice.verdict, ADVICE_SERIAL);
    assert_string_equal(chosen(&advice), "serial");
    assert_true(advice.nearest < advice.count);
    assert_true(advice.rows[advice.nearest].line != NULL);
    advice_free(&advice);
}

static void what_is_slower_than_a_loop_is_never_advised(void **state)
{
    (void)state;
    for (double job_ns = 1; job_ns < 1e7; job_ns *= 3)
        for (uint64_t jobs = 1; jobs < 100000; jobs *= 5) {
            struct model_question question = question_of(job_ns, jobs);
            struct advice advice = answer_to(&question);
            assert_true(advice.rows[advice.chosen].ns.median <=
                        advice.rows[advice.serial].ns.median);
            advice_free(&advice);
        }
}

static void a_small_gain_that_may_be_a_loss_is_not_advised(void **state)
{
    (void)state;
    for (int wide = 0; wide <= 1; wide++) {
        struct model_question question = question_of(1e4, 8);
        for (size_t i = 0; i < COUNT_OF(lines); i++) {
            struct interval region_ns = {30e3, 29e3, wide ? 80e3 : 31e3};
            lines[i].parameters[MODEL_region_ns] = lines[i].parameters[MODEL_join_ns] = region_ns;
        }
        struct advice advice = answer_to(&question);
        assert_true(advice.rows[0].speedup.median > ADVICE_WORTH_IT);
        assert_int_equal(advice.verdict, wide ? ADVICE_SERIAL : ADVICE_PARALLEL);
        advice_free(&advice);
    }
}

static void of_strategies_that_cannot_be_told_apart_the_simpler_one_is_advised(void **state)
{
    (void)state;
    struct model_question question = question_of(40e3, 200);
    struct advice advice = answer_to(&question);
    size_t alike = 0;
    assert_string_equal(chosen(&advice), "pool"); /* threads: nothing is copied to them */
    for (size_t i = 0; i < advice.count; i++)
        alike += advice.rows[i].is_like_chosen;
    assert_int_equal(alike, 1);
    advice_free(&advice);
}

static void an_unknown_contention_is_an_answer_only_where_nothing_hangs_on_it(void **state)
{
    (void)state;
    struct model_question question = question_of(40e3, 200);
    question.contention = CONTENTION_UNKNOWN;
    struct advice advice = answer_to(&question);
    assert_int_equal(advice.verdict, ADVICE_UNTOLD);
    assert_true(advice.if_computing.median > 1.5);
    advice_free(&advice);
    question = question_of(10, 8);
    question.contention = CONTENTION_UNKNOWN;
    advice = answer_to(&question);
    assert_int_equal(advice.verdict, ADVICE_SERIAL);
    advice_free(&advice);
}

static void the_best_number_of_workers_of_each_strategy_is_marked_once(void **state)
{
    (void)state;
    struct model_question question = question_of(40e3, 200);
    lines[2] = line_of("pool", 1, 2010, true);
    struct advice advice = answer_to(&question);
    size_t best = 0;
    for (size_t i = 0; i < advice.count; i++)
        best += advice.rows[i].is_best;
    assert_int_equal(best, 3); /* team, pool, serial */
    assert_int_equal(advice.rows[advice.chosen].line->workers, 2);
    advice_free(&advice);
}

static void a_break_even_lies_where_the_answer_changes(void **state)
{
    (void)state;
    struct model_question question = question_of(40e3, 200);
    struct advice advice = answer_to(&question);
    double even_ns = advice.rows[advice.chosen].even_job_ns.median;
    advice_free(&advice);
    question = question_of(even_ns / 2, 200);
    advice = answer_to(&question);
    assert_int_equal(advice.verdict, ADVICE_SERIAL);
    advice_free(&advice);
    question = question_of(even_ns * 2, 200);
    advice = answer_to(&question);
    assert_int_equal(advice.verdict, ADVICE_PARALLEL);
    advice_free(&advice);
}

/* ------------------------------------------------------------------------------- facts of a job */

static struct job_facts facts_of(double user_ns, double sys_ns, double faults, double bytes)
{
    return (struct job_facts){EXACTLY(1e5), user_ns, sys_ns, (user_ns + sys_ns) / 1e5,
                              faults,       1,       bytes};
}

static void what_a_job_does_tells_its_contention(void **state)
{
    (void)state;
    static const struct {
        double user_ns, sys_ns, faults, bytes;
        enum contention contention;
    } cases[] = {
        {1e5, 0, 0, 0, CONTENTION_COMPUTE},          {1e3, 1e3, 0, 0, CONTENTION_NONE},
        {2e4, 8e4, 30, 0, CONTENTION_ADDRESS_SPACE}, {2e4, 8e4, 0, 0, CONTENTION_COMPUTE},
        {1e5, 0, 0, 1e6, CONTENTION_MEMORY},         {1e5, 0, 0, 1e3, CONTENTION_COMPUTE},
        {NAN, NAN, NAN, 0, CONTENTION_COMPUTE},      {1e4, 1e4, NAN, 0, CONTENTION_NONE},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct job_facts facts =
            facts_of(cases[i].user_ns, cases[i].sys_ns, cases[i].faults, cases[i].bytes);
        assert_int_equal(job_facts_contention(&facts), cases[i].contention);
    }
}

static void a_job_that_maps_memory_does_so_while_the_kernel_has_it(void **state)
{
    (void)state;
    struct job_facts all = facts_of(0, 1e5, 160, 0), some = facts_of(7e4, 3e4, 20, 0),
                     faults = facts_of(1e5, 0, 40, 0), none = facts_of(1e5, 0, 0, 0);
    assert_near(job_facts_computing(&all, job_facts_contention(&all)), 0);
    assert_near(job_facts_computing(&some, job_facts_contention(&some)), 0.7);
    assert_near(job_facts_computing(&faults, job_facts_contention(&faults)), 0.8);
    assert_near(job_facts_computing(&none, job_facts_contention(&none)), 0);
}

static void a_job_is_busy_for_its_share_of_the_time(void **state)
{
    (void)state;
    struct job_facts half = facts_of(3e4, 2e4, 0, 0), unknown = facts_of(NAN, NAN, NAN, 0),
                     more = facts_of(2e5, 0, 0, 0);
    assert_near(job_facts_busy(&half), 0.5);
    assert_near(job_facts_busy(&unknown), 1);
    assert_near(job_facts_busy(&more), 1);
    half.waits = NAN;
    assert_near(job_facts_busy(&half), 0.5);
    half.waits = 0.01; /* others took the CPU from it */
    assert_near(job_facts_busy(&half), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_jobs_are_to_be_run_in_parallel),
        cmocka_unit_test(short_jobs_are_to_be_run_in_a_loop),
        cmocka_unit_test(what_is_slower_than_a_loop_is_never_advised),
        cmocka_unit_test(a_small_gain_that_may_be_a_loss_is_not_advised),
        cmocka_unit_test(of_strategies_that_cannot_be_told_apart_the_simpler_one_is_advised),
        cmocka_unit_test(an_unknown_contention_is_an_answer_only_where_nothing_hangs_on_it),
        cmocka_unit_test(the_best_number_of_workers_of_each_strategy_is_marked_once),
        cmocka_unit_test(a_break_even_lies_where_the_answer_changes),
        cmocka_unit_test(what_a_job_does_tells_its_contention),
        cmocka_unit_test(a_job_that_maps_memory_does_so_while_the_kernel_has_it),
        cmocka_unit_test(a_job_is_busy_for_its_share_of_the_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
