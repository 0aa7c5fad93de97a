/* Every strategy gives what serial gives, byte for byte, and settles every job exactly as it ran.
 */
#include "tests/fixtures.h"

enum { WORKERS = 4, MOST_REFERENCES = 256 };

/* The sizes at which a work is cheap enough for the small and for the large batches. */
struct sizing {
    const char *work;
    uint64_t small, large;
};

static const struct sizing sizings[] = {
    {"empty", 1, 1},     {"squares", 1000, 100}, {"skewed", 200, 20},
    {"stream", 999, 64}, {"deflate", 4001, 0},   {"sleep", 20000, 0},
    {"malloc", 100, 10}, {"mmap", 2, 1},         {"lock", 100, 10},
};

enum { SIZINGS = COUNT_OF(sizings) };

/* The batches that every strategy runs of every work. */
static const struct edge {
    uint64_t jobs;
    bool of_size_0;
} edges[] = {
    {0, false},           /* nothing to do */
    {1, false},           /* all workers but one have nothing to do */
    {WORKERS - 1, false}, /* fewer jobs than workers */
    {WORKERS, false},     /* one each */
    {10 * WORKERS + 3, false},
    {2 * WORKERS + 1, true},
};

/* How large the large batch is: the first row that fits counts. A process for each job costs 0.1 to
 * 1 ms and a thread 25 us, so strategies that start one have one work with the full count; jobs of
 * mmap cost as much as a thread. Where jobs are capped, a process counts as ten of them. */
static const struct {
    const char *strategy, *work; /* NULL: any */
    uint64_t jobs, price;
    bool only_full; /* takes minutes: left out unless BREAKEVEN_TEST_FULL=1 */
} larges[] = {
    {"spawn", "squares", 100000, 10, true},
    {"spawn", NULL, 500, 10, false},
    {"fork", "squares", 100000, 10, false},
    {"fork", NULL, 500, 10, false},
    {"forkserver", "squares", 100000, 10, false},
    {"forkserver", NULL, 500, 10, false},
    {"threads", "squares", 100000, 1, false},
    {"threads", NULL, 10000, 1, false},
    {NULL, "mmap", 10000, 1, false},
    {NULL, NULL, 100000, 1, false},
};

/* What one test is about; handed to it as its state. */
struct scenario {
    const struct strategy_ops *strategy;
    const struct sizing *sizing;
    enum schedule schedule;
};

/* ------------------------------------------------------------------------------- references */

/* What serial makes of a batch: computed once for each work, size and number of jobs. */
struct reference {
    const struct work *work;
    uint64_t size, jobs;
    int input_fd;
    struct batch *batch;
};

static struct reference references[MOST_REFERENCES];
static size_t reference_count;

static void make_reference(struct reference *reference)
{
    const struct strategy_ops *serial = strategy_find("serial");
    struct error error = {0};
    reference->input_fd = fixture_input(reference->work, reference->size, reference->jobs);
    reference->batch = fixture_batch(reference->work, reference->size, reference->jobs,
                                     reference->input_fd, false);
    batch_begin(reference->batch);
    assert_int_equal(serial->map(NULL, reference->batch, &error), 0);
    assert_int_equal(batch_count(reference->batch, 1).done, reference->jobs);
}

static const struct reference *find_reference(const char *work, uint64_t size, uint64_t jobs)
{
    struct reference wanted = {.work = work_find(work), .size = size, .jobs = jobs};
    assert_non_null(wanted.work);
    for (size_t i = 0; i < reference_count; i++)
        if (references[i].work == wanted.work && references[i].size == size &&
            references[i].jobs == jobs)
            return &references[i];
    assert_true(reference_count < MOST_REFERENCES);
    make_reference(&wanted);
    references[reference_count] = wanted;
    return &references[reference_count++];
}

static int free_references(void **state)
{
    (void)state;
    for (size_t i = 0; i < reference_count; i++) {
        batch_free(references[i].batch);
        if (references[i].input_fd >= 0)
            close(references[i].input_fd);
    }
    return 0;
}

static struct batch *batch_like(const struct reference *reference, bool traced)
{
    return fixture_batch(reference->work, reference->size, reference->jobs, reference->input_fd,
                         traced);
}

/* ------------------------------------------------------------------------------- checks */

/* Who may have run a job: the caller's process where memory is shared, another one where crashes
 * are isolated or the caller only waits, and otherwise the caller as worker 0 and children as the
 * rest. What chooses may have taken threads or processes. */
static bool pid_fits(const struct strategy_ops *strategy, const struct outcome *outcome)
{
    bool by_caller = outcome->pid == getpid();
    if ((strategy->flags & STRATEGY_CHOOSES) != 0)
        return by_caller || (outcome->pid > 0 && outcome->worker > 0);
    if ((strategy->flags & STRATEGY_SHARES_MEMORY) != 0)
        return by_caller;
    if ((strategy->flags & (STRATEGY_ISOLATES_CRASHES | STRATEGY_CALLER_WAITS)) != 0)
        return outcome->pid > 0 && !by_caller;
    return outcome->pid > 0 && by_caller == (outcome->worker == 0);
}

static int check_outcomes(const struct strategy_ops *strategy, const struct batch *batch,
                          uint32_t workers, struct error *trouble)
{
    for (uint64_t i = 0; i < batch->jobs; i++) {
        const struct outcome *outcome = &batch->outcomes[i];
        if (!batch_settled(batch, i) || outcome->status != JOB_DONE || outcome->code != 0)
            return fail(trouble, ERROR_CHECK_FAILED, "job %llu: settled %d, status %d, code %d",
                        (unsigned long long)i, batch_settled(batch, i), outcome->status,
                        outcome->code);
        if (outcome->worker >= workers)
            return fail(trouble, ERROR_CHECK_FAILED, "job %llu by worker %u of %u",
                        (unsigned long long)i, outcome->worker, workers);
        if (!pid_fits(strategy, outcome))
            return fail(trouble, ERROR_CHECK_FAILED, "job %llu by worker %u has pid %d; ours is %d",
                        (unsigned long long)i, outcome->worker, outcome->pid, (int)getpid());
    }
    return 0;
}

static int check_results(const struct batch *batch, const struct reference *reference,
                         struct error *trouble)
{
    size_t bytes = batch->work->result_bytes;
    for (uint64_t i = 0; i < batch->jobs; i++)
        if (memcmp(batch->results + i * bytes, reference->batch->results + i * bytes, bytes) != 0)
            return fail(trouble, ERROR_CHECK_FAILED, "the result of job %llu is not serial's",
                        (unsigned long long)i);
    return 0;
}

/* One map of a batch whose results are spoilt before, and all that must hold behind it. */
static int map_once(const struct strategy_ops *strategy, const struct strategy_config *config,
                    void *state, struct batch *batch, const struct reference *reference,
                    struct error *trouble)
{
    memset(batch->results, 0xa5, batch->jobs * batch->work->result_bytes);
    batch_begin(batch);
    if (strategy->map(state, batch, trouble) != 0)
        return -1;
    if (check_outcomes(strategy, batch, config->workers, trouble) != 0)
        return -1;
    return check_results(batch, reference, trouble);
}

/* Says of which batch and strategy a trouble is. */
static void assert_untroubled(const struct error *trouble, const struct strategy_config *config,
                              const struct reference *reference)
{
    if (trouble->kind != ERROR_NONE)
        stop_test("%s, %llu jobs of size %llu, %u workers, schedule '%s' chunk %llu: %s",
                  reference->work->name, (unsigned long long)reference->jobs,
                  (unsigned long long)reference->size, config->workers,
                  schedule_name(config->schedule), (unsigned long long)config->chunk,
                  trouble->text);
}

/* Opens, maps `maps` times and closes. Every tenth map comes after a pause in which workers go to
 * sleep. */
static void run_batch(const struct strategy_ops *strategy, const struct strategy_config *config,
                      struct batch *batch, const struct reference *reference, int maps)
{
    struct error trouble = {0};
    void *state;
    if (strategy->open(config, &state, &trouble) == 0) {
        for (int i = 0; i < maps && trouble.kind == ERROR_NONE; i++) {
            if (i % 10 == 9)
                usleep(1000);
            map_once(strategy, config, state, batch, reference, &trouble);
        }
        strategy->close(state);
    }
    check_childless(&trouble, strategy->name);
    assert_untroubled(&trouble, config, reference);
}

static void run_reference(const struct strategy_ops *strategy, const struct strategy_config *config,
                          const struct reference *reference, int maps)
{
    struct batch *batch = batch_like(reference, false);
    run_batch(strategy, config, batch, reference, maps);
    batch_free(batch);
}

/* ------------------------------------------------------------------------------- the tests */

static void runs_small_batches(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy->name);
    struct strategy_config config = fixture_config(strategy, WORKERS);
    for (size_t i = 0; i < COUNT_OF(edges); i++) {
        uint64_t size = edges[i].of_size_0 ? 0 : scenario->sizing->small;
        run_reference(strategy, &config,
                      find_reference(scenario->sizing->work, size, edges[i].jobs), 1);
    }
}

static bool fits(const char *pattern, const char *name)
{
    return pattern == NULL || text_equal(pattern, name);
}

static uint64_t large_jobs(const struct scenario *scenario)
{
    size_t i = 0;
    while (!fits(larges[i].strategy, scenario->strategy->name) ||
           !fits(larges[i].work, scenario->sizing->work))
        i++;
    uint64_t jobs = fixture_jobs(larges[i].jobs * larges[i].price) / larges[i].price;
    if (larges[i].only_full && jobs == larges[i].jobs && getenv("BREAKEVEN_TEST_FULL") == NULL)
        skip();
    return jobs;
}

static void runs_a_large_batch(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy->name);
    struct strategy_config config = fixture_config(strategy, WORKERS);
    run_reference(
        strategy, &config,
        find_reference(scenario->sizing->work, scenario->sizing->large, large_jobs(scenario)), 1);
}

/* Three times as many in `make test-long`, but under sanitizers, where a start takes ten times as
 * long. */
static int at_length(int few)
{
    return TESTS_ARE_LONG && !SANITIZED ? 3 * few : few;
}

static void maps_again_while_open(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy->name);
    struct strategy_config config = fixture_config(strategy, 3);
    run_reference(strategy, &config, find_reference("squares", 100, 10), at_length(20));
}

/* Workers spin for their work only where there are CPUs enough; here they are told that there are.
 */
static void maps_again_with_workers_that_spin(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy->name);
    struct strategy_config config = fixture_config(strategy, 2);
    config.cpus = config.workers + 1;
    run_reference(strategy, &config, find_reference("squares", 100, 10), at_length(20));
}

static void serves_two_batches_in_turn(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy->name);
    struct strategy_config config = fixture_config(strategy, WORKERS);
    const struct reference *kinds[] = {find_reference("stream", 999, 11),
                                       find_reference("skewed", 200, 43)};
    struct batch *batches[] = {batch_like(kinds[0], false), batch_like(kinds[1], true)};
    struct error trouble = {0};
    void *opened;
    if (strategy->open(&config, &opened, &trouble) == 0) {
        for (int i = 0; i < 5 && trouble.kind == ERROR_NONE; i++)
            map_once(strategy, &config, opened, batches[i % 2], kinds[i % 2], &trouble);
        strategy->close(opened);
    }
    batch_free(batches[0]);
    batch_free(batches[1]);
    assert_no_error(&trouble);
}

/* Each job ran within its map, on a CPU that there is. */
static int check_spans(const struct batch *batch, const struct moment *begin,
                       const struct moment *end, struct error *trouble)
{
    long cpus = sysconf(_SC_NPROCESSORS_CONF);
    for (uint64_t i = 0; i < batch->jobs; i++) {
        const struct span *span = &batch->spans[i];
        if (span->start < begin->ns || span->end < span->start || span->end > end->ns)
            return fail(trouble, ERROR_CHECK_FAILED,
                        "job %llu ran from %llu to %llu, not in %llu "
                        "to %llu",
                        (unsigned long long)i, (unsigned long long)span->start,
                        (unsigned long long)span->end, (unsigned long long)begin->ns,
                        (unsigned long long)end->ns);
        if (span->cpu < 0 || span->cpu >= cpus)
            return fail(trouble, ERROR_CHECK_FAILED, "job %llu ran on CPU %d of %ld",
                        (unsigned long long)i, (int)span->cpu, cpus);
    }
    return 0;
}

/* Maps a traced batch three times; the spans of each map must be its own. */
static void trace_maps(const struct strategy_ops *strategy, struct batch *batch,
                       const struct reference *reference, struct error *trouble)
{
    struct strategy_config config = fixture_config(strategy, WORKERS);
    void *opened;
    if (strategy->open(&config, &opened, trouble) != 0)
        return;
    for (int i = 0; i < 3 && trouble->kind == ERROR_NONE; i++) {
        struct moment begin = batch_moment(batch);
        map_once(strategy, &config, opened, batch, reference, trouble);
        struct moment end = batch_moment(batch);
        batch_spans_to_ns(batch, &begin, &end);
        check_spans(batch, &begin, &end, trouble);
    }
    strategy->close(opened);
}

static void traces_every_job_within_its_map(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy->name);
    const struct reference *reference = find_reference("squares", 1000, 43);
    struct batch *batch = batch_like(reference, true);
    struct error trouble = {0};
    trace_maps(strategy, batch, reference, &trouble);
    batch_free(batch);
    assert_no_error(&trouble);
}

/* As on machines whose kernel does not keep time by the time stamp counter. */
static void traces_by_the_clock_too(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy->name);
    const struct reference *reference = find_reference("squares", 1000, 43);
    struct batch *batch = batch_like(reference, true);
    struct error trouble = {0};
    batch->tracing = TRACED_BY_CLOCK;
    trace_maps(strategy, batch, reference, &trouble);
    batch_free(batch);
    assert_no_error(&trouble);
}

/* A process that runs jobs has one thread, which bears its number. Of threads, those that ran at
 * the same time, or those of two workers of a pool, are two. */
static int check_threads(const struct strategy_ops *strategy, const struct batch *batch,
                         struct error *trouble)
{
    bool shares = (strategy->flags & STRATEGY_SHARES_MEMORY) != 0;
    bool chooses = (strategy->flags & STRATEGY_CHOOSES) != 0;
    for (uint64_t i = 0; i < batch->jobs; i++) {
        const struct span *a = &batch->spans[i];
        if (a->thread <= 0 || (!shares && !chooses && a->thread != batch->outcomes[i].pid))
            return fail(trouble, ERROR_CHECK_FAILED, "job %llu was run by thread %d of process %d",
                        (unsigned long long)i, (int)a->thread, (int)batch->outcomes[i].pid);
        for (uint64_t k = i + 1; k < batch->jobs; k++) {
            const struct span *b = &batch->spans[k];
            if (a->thread == b->thread && a->start < b->end && b->start < a->end)
                return fail(trouble, ERROR_CHECK_FAILED,
                            "jobs %llu and %llu ran at once in thread %d", (unsigned long long)i,
                            (unsigned long long)k, (int)a->thread);
        }
    }
    return 0;
}

/* This process knows its own thread before the strategy starts others: a forked child must not take
 * that for its own. */
static void tells_the_thread_of_every_job(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy->name);
    const struct strategy_ops *serial = strategy_find("serial");
    struct strategy_config config = fixture_config(strategy, WORKERS);
    const struct reference *reference = find_reference("sleep", 500000, 30);
    struct batch *batch = batch_like(reference, true);
    struct error trouble = {0};
    batch_begin(batch);
    assert_int_equal(serial->map(NULL, batch, &trouble), 0);
    for (uint64_t i = 0; i < batch->jobs; i++)
        assert_int_equal(batch->spans[i].thread, gettid());
    run_batch(strategy, &config, batch, reference, 1);
    check_threads(strategy, batch, &trouble);
    batch_free(batch);
    assert_no_error(&trouble);
}

static void runs_with_more_workers_than_cpus(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy->name);
    struct strategy_config config = fixture_config(strategy, 4 * cpus_read().usable + 1);
    run_reference(strategy, &config, find_reference("squares", 1000, (uint64_t)at_length(100)), 3);
}

/* At most `workers` jobs run at the same moment, and a worker runs one at a time. */
static int check_overlaps(const struct batch *batch, struct error *trouble)
{
    for (uint64_t i = 0; i < batch->jobs; i++)
        for (uint64_t k = i + 1; k < batch->jobs; k++) {
            const struct span *a = &batch->spans[i], *b = &batch->spans[k];
            if (batch->outcomes[i].worker == batch->outcomes[k].worker && a->start < b->end &&
                b->start < a->end)
                return fail(trouble, ERROR_CHECK_FAILED,
                            "jobs %llu and %llu ran at the same time "
                            "as worker %u",
                            (unsigned long long)i, (unsigned long long)k,
                            batch->outcomes[i].worker);
        }
    return 0;
}

static void gives_a_worker_one_job_at_a_time(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy->name);
    struct strategy_config config = fixture_config(strategy, WORKERS);
    const struct reference *reference = find_reference("sleep", 500000, 30);
    struct batch *batch = batch_like(reference, true);
    struct error trouble = {0};
    run_batch(strategy, &config, batch, reference, 1);
    check_overlaps(batch, &trouble);
    batch_free(batch);
    assert_no_error(&trouble);
}

/* Static is decided before the start: chunks in turn, or equal shares in one piece each. */
static void assert_static_shares(const struct batch *batch, const struct strategy_config *config)
{
    for (uint64_t i = 0; config->chunk > 0 && i < batch->jobs; i++)
        assert_int_equal(batch->outcomes[i].worker, i / config->chunk % config->workers);
    for (uint64_t i = 1; config->chunk == 0 && i < batch->jobs; i++)
        assert_in_range(batch->outcomes[i].worker, batch->outcomes[i - 1].worker,
                        batch->outcomes[i - 1].worker + 1);
}

static void runs_each_job_once_by_any_chunk(void **state)
{
    static const uint64_t chunks[] = {0, 1, 7, 1000, UINT64_C(1) << 62};
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy->name);
    struct strategy_config config = fixture_config(strategy, 3);
    const struct reference *reference = find_reference("skewed", 200, 100);
    config.schedule = scenario->schedule;
    for (size_t i = 0; i < COUNT_OF(chunks); i++) {
        struct batch *batch = batch_like(reference, false);
        config.chunk = chunks[i];
        run_batch(strategy, &config, batch, reference, 5);
        if (config.schedule == SCHEDULE_STATIC)
            assert_static_shares(batch, &config);
        batch_free(batch);
    }
}

/* A claim, a steal or a share of such batches ends in the middle of the last unit of work. */
static void divides_any_number_of_jobs(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy->name);
    struct strategy_config config = fixture_config(strategy, 3);
    config.schedule = scenario->schedule;
    for (uint64_t jobs = 0; jobs <= 20; jobs++) {
        config.chunk = jobs % 4;
        run_reference(strategy, &config, find_reference("empty", 1, jobs), 5);
    }
}

/* ------------------------------------------------------------------------------- the tables */

static void strategy_table_is_complete(void **state)
{
    struct error error = {0};
    (void)state;
    assert_int_equal(strategies_check(&error), 0);
    for (size_t i = 0; i < strategies_count; i++) {
        assert_ptr_equal(strategy_find(strategies[i]->name), strategies[i]);
        assert_string_equal(strategy_names()[i], strategies[i]->name);
    }
    assert_null(strategy_find("forkpoo"));
    assert_null(strategy_find(""));
}

static void schedules_are_found_by_name(void **state)
{
    (void)state;
    for (int i = 0; i < SCHEDULE_NAMES; i++) {
        enum schedule schedule = schedule_find(schedule_names[i]);
        assert_int_equal(schedule, SCHEDULE_STATIC + i);
        assert_string_equal(schedule_name(schedule), schedule_names[i]);
    }
    assert_int_equal(schedule_find("fair"), SCHEDULE_NONE);
    assert_string_equal(schedule_name(SCHEDULE_NONE), "");
}

static void every_work_has_a_sizing(void **state)
{
    (void)state;
    assert_int_equal(SIZINGS, works_count);
    for (size_t i = 0; i < SIZINGS; i++)
        assert_non_null(work_find(sizings[i].work));
}

static struct fixture_tests tests;

static void add(struct scenario scenario, CMUnitTestFunction test, const char *what,
                const char *detail)
{
    fixture_add(&tests, test, &scenario, sizeof scenario, "%s_%s%s", scenario.strategy->name, what,
                detail);
}

static void add_works(const struct strategy_ops *strategy)
{
    for (size_t i = 0; i < SIZINGS; i++) {
        struct scenario scenario = {strategy, &sizings[i], SCHEDULE_NONE};
        add(scenario, runs_small_batches, "runs_small_batches_of_", sizings[i].work);
        add(scenario, runs_a_large_batch, "runs_a_large_batch_of_", sizings[i].work);
    }
}

static void add_schedules(const struct strategy_ops *strategy)
{
    for (int i = 0; i < SCHEDULE_NAMES; i++) {
        struct scenario scenario = {strategy, NULL, schedule_find(schedule_names[i])};
        add(scenario, runs_each_job_once_by_any_chunk, "runs_each_job_once_by_any_chunk_of_",
            schedule_names[i]);
        add(scenario, divides_any_number_of_jobs, "divides_any_number_of_jobs_by_",
            schedule_names[i]);
    }
}

static void add_strategy(const struct strategy_ops *strategy)
{
    struct scenario scenario = {.strategy = strategy};
    add_works(strategy);
    add(scenario, maps_again_while_open, "maps_again_while_open", "");
    add(scenario, maps_again_with_workers_that_spin, "maps_again_with_workers_that_spin", "");
    add(scenario, serves_two_batches_in_turn, "serves_two_batches_in_turn", "");
    add(scenario, traces_every_job_within_its_map, "traces_every_job_within_its_map", "");
    add(scenario, traces_by_the_clock_too, "traces_by_the_clock_too", "");
    add(scenario, tells_the_thread_of_every_job, "tells_the_thread_of_every_job", "");
    add(scenario, gives_a_worker_one_job_at_a_time, "gives_a_worker_one_job_at_a_time", "");
    add(scenario, runs_with_more_workers_than_cpus, "runs_with_more_workers_than_cpus", "");
    if ((strategy->flags & STRATEGY_SCHEDULES) != 0)
        add_schedules(strategy);
}

int main(void)
{
    const struct CMUnitTest tables[] = {
        cmocka_unit_test(strategy_table_is_complete),
        cmocka_unit_test(schedules_are_found_by_name),
        cmocka_unit_test(every_work_has_a_sizing),
    };
    for (size_t i = 0; i < strategies_count; i++)
        add_strategy(strategies[i]);
    int failed = cmocka_run_group_tests_name("tables", tables, NULL, NULL);
    return failed + fixture_run(&tests, "strategies", free_references);
}
