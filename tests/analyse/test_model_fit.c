#include "bench/analyse/model/fit.h"
#include "tests/samples.h"

/* Runs are made up of a model that is known, and the fit must find it again. */

enum { MOST_SAMPLES = 4096, MOST_ROUNDS = 8 };

struct made {
    struct sample rows[MOST_SAMPLES];
    size_t count;
    uint64_t rounds;
    double noise; /* of a time, as a share of it */
};

static struct interval exactly(double number)
{
    return (struct interval){number, number, number};
}

static const struct model two_cpus = {.cpus = 2, .page_bytes = 4096};

static struct model_line line_of(const char *strategy, struct model_traits traits)
{
    struct model_line line = {.strategy = strategy, .workers = 2, .traits = traits};
    for (size_t i = 0; i < MODEL_PARAMETER_COUNT; i++)
        line.parameters[i] = exactly(0);
    for (size_t i = 0; i < CONTENTION_COUNT; i++)
        line.company[i] = exactly(1);
    line.company[CONTENTION_MEMORY] = exactly(1.4);
    line.company[CONTENTION_ADDRESS_SPACE] = exactly(3);
    line.parameters[MODEL_open_ns] = exactly(3e5);
    line.parameters[MODEL_close_ns] = exactly(1e5);
    return line;
}

static struct model_traits traits_of(const char *strategy)
{
    bool starts = text_equal(strategy, "fork"), threads = strstr(strategy, "threads") != NULL;
    return (struct model_traits){
        .starts_each_job = starts, .caller_helps = !starts, .shares_memory = threads};
}

static struct model_line team(void)
{
    struct model_line line = line_of("forkteam", traits_of("forkteam"));
    line.parameters[MODEL_region_ns] = exactly(1500);
    line.parameters[MODEL_join_ns] = exactly(2000);
    line.parameters[MODEL_job_ns] = exactly(8);
    line.parameters[MODEL_single_ns] = exactly(60);
    line.parameters[MODEL_first_ns] = exactly(20e3);
    line.parameters[MODEL_late_ns] = exactly(4e5);
    line.parameters[MODEL_wake_ns] = exactly(50e3);
    line.parameters[MODEL_shared_byte_ns] = exactly(0.2);
    line.parameters[MODEL_piped_byte_ns] = exactly(0.9);
    line.parameters[MODEL_open_page_ns] = exactly(25);
    return line;
}

static struct model_line starter(void)
{
    struct model_line line = line_of("fork", traits_of("fork"));
    line.parameters[MODEL_single_ns] = exactly(140e3);
    line.parameters[MODEL_worker_ns] = exactly(200e3);
    line.parameters[MODEL_job_page_ns] = exactly(22);
    return line;
}

/* A cell of a work whose jobs take so long. */
static struct key cell_of(const char *work, uint64_t size, uint64_t jobs)
{
    struct key key = key_of_nothing();
    key.work = work;
    key.size = size;
    key.jobs = jobs;
    return key;
}

/* Numbers between -1 and 1 whose middle is 0, that are the same each time. */
static double chance(uint64_t round)
{
    static const double offs[MOST_ROUNDS] = {0, 0.4, -0.5, 1, -1, 0.2, -0.1, 0.05};
    return offs[round % MOST_ROUNDS];
}

static void add_visit(struct made *made, const struct key *key, double warm_ns, double cold_ns,
                      const struct model_line *line)
{
    for (uint64_t round = 1; round <= made->rounds; round++)
        for (int is_cold = 0; is_cold < 2; is_cold++) {
            double off = 1 + made->noise * chance(round);
            assert_true(made->count < MOST_SAMPLES);
            struct sample *row = &made->rows[made->count++];
            *row = warm_sample(round, key->strategy, off * (is_cold ? cold_ns : warm_ns));
            row->key = *key;
            row->temperature = is_cold ? "cold" : "warm";
            row->user_ns = warm_ns;
            row->participation = 1;
            row->roundtrip_ns = 100;
            row->disturbed = 0;
            if (is_cold && line != NULL) {
                row->open_ns = line->parameters[MODEL_open_ns].median;
                row->close_ns = line->parameters[MODEL_close_ns].median;
            }
        }
}

/* Visits of the cell under that line and of serial, by the model. */
static void add(struct made *made, const struct model_line *line, struct key key, double job_ns)
{
    struct model_question question = {.job_ns = exactly(job_ns),
                                      .jobs = key.jobs,
                                      .spread = 1,
                                      .payload_in = (double)key.payload_in,
                                      .payload_out = (double)key.payload_out,
                                      .caller_bytes = (double)key.parent_mib * 1048576,
                                      .busy = 1,
                                      .contention = CONTENTION_COMPUTE};
    question.is_idle = key.idle_ns > 0;
    question.by_pipe = text_equal(key.transport, "pipe");
    question.each_itself = key.chunk == 1;
    if (text_equal(key.work, "stream"))
        question.contention = CONTENTION_MEMORY;
    if (text_equal(key.work, "mmap"))
        question.contention = CONTENTION_ADDRESS_SPACE;
    key.strategy = line->strategy;
    key.workers = line->workers;
    struct key serial = key_of_baseline(&key);
    double warm_ns = model_batch_ns(&two_cpus, line, &question).median;
    question.is_cold = true;
    double serial_ns = job_ns * (double)key.jobs;
    add_visit(made, &key, warm_ns, model_batch_ns(&two_cpus, line, &question).median, line);
    add_visit(made, &serial, serial_ns, serial_ns, NULL);
}

/* What a calibration measures: empty jobs, few and many, and squares of several sizes. */
static void add_base(struct made *made, const struct model_line *line, uint64_t many)
{
    static const double job_ns[] = {150, 1500, 15e3, 150e3, 500e3};
    add(made, line, cell_of("empty", 0, 8), 2);
    add(made, line, cell_of("empty", 0, many), 2);
    for (size_t i = 0; i < COUNT_OF(job_ns); i++)
        add(made, line, cell_of("squares", (uint64_t)(2 * job_ns[i]), 8), job_ns[i]);
}

static void add_others(struct made *made, const struct model_line *line)
{
    struct key single = cell_of("empty", 0, 1000), shm = cell_of("empty", 0, 8), pipe = shm,
               large = shm, idle = cell_of("squares", 200000, 8);
    single.schedule = "dynamic";
    single.chunk = 1;
    shm.payload_in = shm.payload_out = pipe.payload_in = pipe.payload_out = 65536;
    shm.transport = "shm";
    pipe.transport = "pipe";
    large.parent_mib = 256;
    large.parent_pages = "4k";
    idle.idle_ns = 10000000;
    add(made, line, single, 2);
    add(made, line, shm, 2);
    add(made, line, pipe, 2);
    add(made, line, large, 2);
    add(made, line, idle, 100e3);
    add(made, line, cell_of("stream", 1000000, 8), 300e3);
    add(made, line, cell_of("mmap", 20, 8), 500e3);
}

static struct model fitted(struct made *made, struct visits *visits)
{
    struct error error = {0};
    struct samples samples = {.rows = made->rows, .count = made->count};
    struct model model;
    *visits = (struct visits){0};
    visits_reduce(&samples, visits, &error);
    assert_no_error(&error);
    model_fit(visits, 2, 4096, traits_of, &model, &error);
    assert_no_error(&error);
    return model;
}

static void assert_about(struct interval found, double wanted, double share)
{
    if (!(fabs(found.median - wanted) <= share * wanted))
        stop_test("%g where %g is right", found.median, wanted);
    if (!(found.low <= wanted * (1 + 1e-6) && found.high >= wanted * (1 - 1e-6)))
        stop_test("%g to %g does not hold %g", found.low, found.high, wanted);
}

/* ------------------------------------------------------------------------------- the tests */

static void a_pool_is_found_again(void **state)
{
    (void)state;
    static struct made made;
    struct visits visits;
    struct model_line line = team();
    made = (struct made){.rounds = 6, .noise = 0.03};
    add_base(&made, &line, 1000);
    add_others(&made, &line);
    struct model model = fitted(&made, &visits);
    assert_int_equal(model.count, 1);
    assert_string_equal(model.lines[0].strategy, "forkteam");
    assert_int_equal(model.lines[0].workers, 2);
    const struct interval *found = model.lines[0].parameters;
    assert_about(found[MODEL_open_ns], 3e5, 0.01);
    assert_about(found[MODEL_close_ns], 1e5, 0.01);
    assert_about(found[MODEL_region_ns], 1500, 0.1);
    assert_about(found[MODEL_join_ns], 2000, 0.2);
    assert_about(found[MODEL_job_ns], 8, 0.1);
    assert_about(found[MODEL_single_ns], 60, 0.1);
    assert_about(found[MODEL_first_ns], 20e3, 0.2);
    assert_about(found[MODEL_late_ns], 4e5, 0.1);
    assert_about(found[MODEL_wake_ns], 50e3, 0.2);
    assert_about(found[MODEL_shared_byte_ns], 0.2, 0.1);
    assert_about(found[MODEL_piped_byte_ns], 0.9, 0.1);
    assert_about(found[MODEL_open_page_ns], 25, 0.1);
    assert_about(model.lines[0].company[CONTENTION_COMPUTE], 1, 0.02);
    assert_about(model.lines[0].company[CONTENTION_MEMORY], 1.4, 0.02);
    assert_about(model.lines[0].company[CONTENTION_ADDRESS_SPACE], 3, 0.02);
    model_free(&model);
    visits_free(&visits);
}

/* As hyperthreads, or a lock that all jobs hold in one process. */
static void company_of_jobs_that_compute_is_found(void **state)
{
    (void)state;
    static struct made made;
    struct visits visits;
    static const double companies[] = {1, 1.3, 1.6, 2};
    for (size_t k = 0; k < COUNT_OF(companies); k++) {
        struct model_line pool = team(), starts = starter();
        made = (struct made){.rounds = 6, .noise = 0.03};
        pool.company[CONTENTION_COMPUTE] = starts.company[CONTENTION_COMPUTE] =
            exactly(companies[k]);
        add_base(&made, &pool, 1000);
        add_base(&made, &starts, 64);
        struct model model = fitted(&made, &visits);
        assert_int_equal(model.count, 2);
        for (size_t i = 0; i < model.count; i++)
            assert_about(model.lines[i].company[CONTENTION_COMPUTE], companies[k], 0.05);
        model_free(&model);
        visits_free(&visits);
    }
}

/* Two sizes of jobs, a map that takes long: that jobs take turns could as well be a long map. */
static void threads_of_one_runtime_take_turns_where_others_of_it_surely_do(void **state)
{
    (void)state;
    static struct made made;
    struct visits visits;
    static const double companies[] = {1, 2};
    for (size_t k = 0; k < COUNT_OF(companies); k++) {
        struct model_line slow = team(), quick = team();
        slow.strategy = "a-threads";
        quick.strategy = "b-threads";
        slow.traits = quick.traits = traits_of("b-threads");
        slow.parameters[MODEL_region_ns] = slow.parameters[MODEL_join_ns] = exactly(1.25e6);
        slow.company[CONTENTION_COMPUTE] = exactly(companies[k]);
        quick.company[CONTENTION_COMPUTE] = exactly(2);
        made = (struct made){.rounds = 6, .noise = 0.03};
        add(&made, &slow, cell_of("empty", 0, 8), 2);
        add(&made, &slow, cell_of("empty", 0, 800), 2);
        add(&made, &slow, cell_of("squares", 10000, 8), 310e3);
        add(&made, &slow, cell_of("squares", 100000, 8), 3.3e6);
        add_base(&made, &quick, 1000);
        struct model model = fitted(&made, &visits);
        assert_int_equal(model.count, 2);
        for (size_t i = 0; i < model.count; i++) {
            bool is_slow = text_equal(model.lines[i].strategy, "a-threads");
            assert_about(model.lines[i].company[CONTENTION_COMPUTE], is_slow ? companies[k] : 2,
                         0.1);
        }
        model_free(&model);
        visits_free(&visits);
    }
}

static void one_disturbed_cell_does_not_lead_the_fit_astray(void **state)
{
    (void)state;
    static struct made made;
    struct visits visits;
    struct model_line line = team();
    made = (struct made){.rounds = 6, .noise = 0.03};
    add_base(&made, &line, 1000);
    line.company[CONTENTION_COMPUTE] = exactly(5);
    line.parameters[MODEL_close_ns] = exactly(3e6);
    add(&made, &line, cell_of("squares", 2000000, 8), 1e6);
    struct model model = fitted(&made, &visits);
    const struct interval *found = model.lines[0].parameters;
    assert_about(found[MODEL_close_ns], 1e5, 0.01);
    assert_about(found[MODEL_region_ns], 1500, 0.1);
    assert_about(found[MODEL_join_ns], 2000, 0.4);
    assert_about(model.lines[0].company[CONTENTION_COMPUTE], 1, 0.05);
    model_free(&model);
    visits_free(&visits);
}

static void what_starts_each_job_is_found_again(void **state)
{
    (void)state;
    static struct made made;
    struct visits visits;
    struct model_line line = starter();
    made = (struct made){.rounds = 6, .noise = 0.03};
    add_base(&made, &line, 64);
    add_others(&made, &line);
    struct model model = fitted(&made, &visits);
    assert_int_equal(model.count, 1);
    assert_about(model.lines[0].parameters[MODEL_single_ns], 140e3, 0.05);
    assert_about(model.lines[0].parameters[MODEL_worker_ns], 200e3, 0.1);
    assert_about(model.lines[0].parameters[MODEL_job_page_ns], 22, 0.1);
    model_free(&model);
    visits_free(&visits);
}

static void crossovers_are_those_of_the_model_that_was_measured(void **state)
{
    (void)state;
    static struct made made;
    struct visits visits;
    struct model_line lines[] = {team(), starter()};
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        made = (struct made){.rounds = 6, .noise = 0.05};
        add_base(&made, &lines[i], 64);
        struct model model = fitted(&made, &visits);
        for (uint64_t jobs = 4; jobs < 1000; jobs *= 5)
            for (int is_cold = 0; is_cold < 2; is_cold++) {
                struct model_question question = {.job_ns = exactly(1000),
                                                  .jobs = jobs,
                                                  .spread = 1,
                                                  .busy = 1,
                                                  .contention = CONTENTION_COMPUTE,
                                                  .is_cold = is_cold != 0};
                double right = model_crossover_job_ns(&two_cpus, &lines[i], &question).median;
                struct interval found = model_crossover_job_ns(&model, model.lines, &question);
                assert_about(found, right, 0.1);
            }
        model_free(&model);
        visits_free(&visits);
    }
}

static void what_was_not_measured_is_not_known(void **state)
{
    (void)state;
    static struct made made;
    struct visits visits;
    struct model_line line = team();
    made = (struct made){.rounds = 6, .noise = 0.03};
    add_base(&made, &line, 1000);
    struct model model = fitted(&made, &visits);
    const struct interval *found = model.lines[0].parameters;
    assert_unknown(found[MODEL_single_ns].median);
    assert_unknown(found[MODEL_wake_ns].median);
    assert_unknown(found[MODEL_shared_byte_ns].median);
    assert_unknown(found[MODEL_piped_byte_ns].median);
    assert_unknown(found[MODEL_open_page_ns].median);
    assert_unknown(model.lines[0].company[CONTENTION_MEMORY].median);
    assert_unknown(model.lines[0].company[CONTENTION_UNKNOWN].median);
    model_free(&model);
    visits_free(&visits);
}

static void one_size_in_two_rounds_tells_wide_intervals(void **state)
{
    (void)state;
    static struct made made;
    struct visits visits;
    struct model_line line = team();
    made = (struct made){.rounds = 2, .noise = 0.03};
    add(&made, &line, cell_of("squares", 10000, 8), 5e3);
    struct model model = fitted(&made, &visits);
    struct model_question question = {.job_ns = exactly(5e3),
                                      .jobs = 1000,
                                      .spread = 1,
                                      .busy = 1,
                                      .contention = CONTENTION_COMPUTE};
    struct interval found = model_batch_ns(&model, model.lines, &question);
    double right = model_batch_ns(&two_cpus, &line, &question).median;
    assert_true(found.low < right && right < found.high);
    model_free(&model);
    visits_free(&visits);
}

static void a_run_without_strategies_tells_a_model_without_lines(void **state)
{
    (void)state;
    static struct made made;
    struct visits visits;
    struct key serial = cell_of("squares", 1000, 8);
    made = (struct made){.rounds = 3};
    struct model model = fitted(&made, &visits);
    assert_int_equal(model.count, 0);
    model_free(&model);
    visits_free(&visits);
    add_visit(&made, &serial, 4e3, 4e3, NULL);
    model = fitted(&made, &visits);
    assert_int_equal(model.count, 0);
    model_free(&model);
    visits_free(&visits);
}

static void unusual_cells_are_left_out(void **state)
{
    (void)state;
    static struct made made;
    struct visits visits;
    struct model_line line = team();
    made = (struct made){.rounds = 6, .noise = 0.03};
    add_base(&made, &line, 1000);
    line.parameters[MODEL_region_ns] = line.parameters[MODEL_join_ns] = exactly(1e6);
    struct key bound = cell_of("squares", 3000, 8), beside = bound, locked = bound;
    bound.bind = "compact";
    beside.neighbours = 2;
    locked.work = "lock";
    add(&made, &line, bound, 1500);
    add(&made, &line, beside, 1500);
    add(&made, &line, locked, 1500);
    struct model model = fitted(&made, &visits);
    assert_int_equal(model.count, 1);
    assert_about(model.lines[0].parameters[MODEL_region_ns], 1500, 0.1);
    model_free(&model);
    visits_free(&visits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pool_is_found_again),
        cmocka_unit_test(company_of_jobs_that_compute_is_found),
        cmocka_unit_test(threads_of_one_runtime_take_turns_where_others_of_it_surely_do),
        cmocka_unit_test(one_disturbed_cell_does_not_lead_the_fit_astray),
        cmocka_unit_test(what_starts_each_job_is_found_again),
        cmocka_unit_test(crossovers_are_those_of_the_model_that_was_measured),
        cmocka_unit_test(what_was_not_measured_is_not_known),
        cmocka_unit_test(one_size_in_two_rounds_tells_wide_intervals),
        cmocka_unit_test(a_run_without_strategies_tells_a_model_without_lines),
        cmocka_unit_test(unusual_cells_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
