/* A batch traced under each strategy. */
#include "tests/fixtures.h"

#include "bench/visit/trace.h"

enum { WORKERS = 2, JOBS = 12 };

/* ------------------------------------------------------------------------------- works */

static int sleep_and_crash(const struct job *job, void *result)
{
    clock_sleep_ns(NS_PER_MS);
    if (job->index == job->size) {
        signal(SIGSEGV, SIG_DFL);
        raise(SIGSEGV);
    }
    memcpy(result, &job->index, sizeof job->index);
    return 0;
}

/* Its job number `size` crashes. */
static const struct work fragile = {
    .name = "fragile",
    .summary = "sleeps, and crashes",
    .unit = "the job that crashes",
    .result_bytes = sizeof(uint64_t),
    .run = sleep_and_crash,
    .result_text = work_text_u64,
};

/* ------------------------------------------------------------------------------- tracing */

struct scenario {
    const struct strategy_ops *strategy;
    bool cold;
};

static struct trace_request request_of(const struct strategy_ops *strategy, const struct work *work,
                                       uint64_t size, bool cold)
{
    return (struct trace_request){
        .batch = {.work = work, .jobs = JOBS, .size = size, .seed = 1, .input_fd = -1},
        .config = fixture_config(strategy, WORKERS),
        .cold = cold,
    };
}

/* The whole lies within the phases, each job in the map, and a worker runs one at a time. */
static int check_timeline(const struct timeline *timeline, struct error *trouble)
{
    if (timeline->map_ns > timeline->mapped_ns || timeline->mapped_ns > timeline->closed_ns)
        return fail(trouble, ERROR_CHECK_FAILED, "phases out of order");
    if (!timeline->cold && (timeline->map_ns != 0 || timeline->closed_ns != timeline->mapped_ns))
        return fail(trouble, ERROR_CHECK_FAILED, "a warm map has a start or an end");
    for (uint64_t i = 0; i < timeline->count; i++) {
        const struct ran_job *a = &timeline->jobs[i];
        if (!ran_whole(a) || a->ran != RAN_DONE)
            return fail(trouble, ERROR_CHECK_FAILED, "job %d: %s", (int)i, ran_names[a->ran]);
        if (a->start_ns < timeline->map_ns || a->end_ns < a->start_ns ||
            a->end_ns > timeline->mapped_ns)
            return fail(trouble, ERROR_CHECK_FAILED, "job %d ran outside its map", (int)i);
        if (a->worker >= timeline->workers || a->pid <= 0 || a->thread <= 0 || a->cpu < 0 ||
            a->cpu >= sysconf(_SC_NPROCESSORS_CONF))
            return fail(trouble, ERROR_CHECK_FAILED, "job %d: worker %u, pid %d, thread %d, CPU %d",
                        (int)i, a->worker, a->pid, a->thread, a->cpu);
        for (uint64_t k = 0; k < i; k++) {
            const struct ran_job *b = &timeline->jobs[k];
            if (a->worker == b->worker && a->start_ns < b->end_ns && b->start_ns < a->end_ns)
                return fail(trouble, ERROR_CHECK_FAILED, "jobs %d and %d at once on worker %u",
                            (int)k, (int)i, a->worker);
        }
    }
    return 0;
}

/* Who ran the jobs: not this process, and what shares memory is one process, unless it may choose
 * others. */
static int check_processes(const struct scenario *scenario, const struct timeline *timeline,
                           struct error *trouble)
{
    bool shares = (scenario->strategy->flags & STRATEGY_SHARES_MEMORY) != 0;
    size_t processes = timeline_processes(timeline);
    for (uint64_t i = 0; i < timeline->count; i++)
        if (timeline->jobs[i].pid == getpid())
            return fail(trouble, ERROR_CHECK_FAILED, "job %d ran here", (int)i);
    bool chooses = (scenario->strategy->flags & STRATEGY_CHOOSES) != 0;
    if (shares && !chooses && processes != 1)
        return fail(trouble, ERROR_CHECK_FAILED, "%zu processes share memory", processes);
    return 0;
}

static void traces_a_sane_timeline(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy->name);
    struct trace_request request =
        request_of(strategy, work_find("squares"), 10000, scenario->cold);
    struct error trouble = {0}, died = {0};
    struct trace trace;
    if (trace_run(strategy, &request, &trace, &trouble) == 0 &&
        trace_finish(&trace, &died, &trouble) == 0 &&
        check_timeline(&trace.timeline, &trouble) == 0)
        check_processes(scenario, &trace.timeline, &trouble);
    trace_free(&trace);
    check_childless(&trouble, strategy->name);
    assert_no_error(&trouble);
    assert_no_error(&died);
}

static void a_crashed_job_has_a_start_and_no_end(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy->name);
    struct trace_request request = request_of(strategy, &fragile, JOBS - 1, scenario->cold);
    struct error trouble = {0};
    struct trace trace;
    assert_int_equal(trace_run(strategy, &request, &trace, &trouble), 0);
    assert_int_equal(trace_finish(&trace, NULL, &trouble), 0);
    struct ran_job crashed = trace.timeline.jobs[JOBS - 1], fine = trace.timeline.jobs[0];
    uint64_t map_ns = trace.timeline.map_ns, mapped_ns = trace.timeline.mapped_ns;
    trace_free(&trace);
    assert_int_equal(crashed.ran, RAN_CRASHED);
    assert_int_equal(crashed.code, SIGSEGV);
    assert_true(crashed.start_ns >= map_ns && crashed.start_ns <= mapped_ns);
    assert_true(crashed.end_ns == TIMELINE_NO_TIME);
    assert_int_equal(crashed.thread, crashed.pid);
    assert_int_equal(fine.ran, RAN_DONE);
    assert_true(ran_whole(&fine));
}

/* What shares memory with a job that crashes dies with it; what is known until then is kept. */
static void a_process_that_dies_of_a_job_is_told(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy->name);
    struct trace_request request = request_of(strategy, &fragile, JOBS - 1, true);
    struct error trouble = {0}, died = {0};
    struct trace trace;
    if (SANITIZED)
        skip(); /* sanitizers make an exit code of signals */
    request.config.schedule = SCHEDULE_STATIC;
    assert_int_equal(trace_run(strategy, &request, &trace, &trouble), 0);
    assert_int_equal(trace_finish(&trace, &died, &trouble), 0);
    struct ran_job last = trace.timeline.jobs[JOBS - 1], first = trace.timeline.jobs[0];
    trace_free(&trace);
    assert_error(&died, ERROR_CHECK_FAILED, strategy->name);
    assert_contains(died.text, "was killed by signal 11");
    assert_int_equal(last.ran, RAN_LOST);
    assert_true(last.start_ns != TIMELINE_NO_TIME && last.end_ns == TIMELINE_NO_TIME);
    assert_int_equal(first.ran, RAN_DONE);
}

static void a_strategy_that_takes_too_long_is_ended(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy->name);
    struct trace_request request =
        request_of(strategy, work_find("sleep"), 30 * NS_PER_S, scenario->cold);
    struct error trouble = {0}, died = {0};
    struct trace trace;
    request.timeout_ns = 100 * NS_PER_MS;
    if (trace_run(strategy, &request, &trace, &died) == 0) {
        assert_false(trace_is_done(&trace));
        trace_finish(&trace, &died, &trouble);
    }
    trace_free(&trace);
    check_childless(&trouble, strategy->name);
    assert_no_error(&trouble);
    assert_error(&died, ERROR_CHECK_FAILED, "took longer than 100 ms");
}

/* ------------------------------------------------------------------------------- the cost */

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double map_once(const struct strategy_ops *strategy, void *opened, struct batch *batch)
{
    struct error error = {0};
    uint64_t start_ns = clock_now_ns();
    batch_begin(batch);
    if (strategy->map(opened, batch, &error) != 0)
        stop_test("%s", error.text);
    return (double)(clock_now_ns() - start_ns) / (double)batch->jobs;
}

/* Tells what tracing costs: medians of maps in turns of the same empty jobs, with a single worker.
 * How much that is depends on the machine, so it is printed and not judged; BREAKEVEN_TRACE_COST
 * asks for a batch of a million jobs and more turns. */
static void tells_what_tracing_costs(void **state)
{
    static const char *const names[] = {"serial", "forkpool",     "forkteam",    "threadpool",
                                        "openmp", "openmp-tasks", "pthreadpool", "glib"};
    enum { MOST_TURNS = 41 };
    bool thorough = getenv("BREAKEVEN_TRACE_COST") != NULL;
    uint64_t jobs = thorough ? 1000000 : fixture_jobs(10000);
    size_t turns = thorough ? MOST_TURNS : 5;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const struct strategy_ops *strategy = strategy_find(names[i]);
        struct strategy_config config = fixture_config(strategy, 1);
        struct batch *plain = fixture_batch(work_find("empty"), 1, jobs, -1, false);
        struct batch *traced = fixture_batch(work_find("empty"), 1, jobs, -1, true);
        double plain_ns[MOST_TURNS], traced_ns[MOST_TURNS];
        struct error error = {0};
        void *opened;
        config.schedule = SCHEDULE_STATIC;
        if (strategy_unavailable(strategy) == NULL && fixture_chosen(strategy) &&
            strategy->open(&config, &opened, &error) == 0) {
            for (size_t k = 0; k < turns; k++) {
                plain_ns[k] = map_once(strategy, opened, plain);
                traced_ns[k] = map_once(strategy, opened, traced);
            }
            strategy->close(opened);
            qsort(plain_ns, turns, sizeof *plain_ns, compare_doubles);
            qsort(traced_ns, turns, sizeof *traced_ns, compare_doubles);
            print_message("%s: a job takes %.1f ns, traced %.1f ns: tracing costs %.1f ns\n",
                          names[i], plain_ns[turns / 2], traced_ns[turns / 2],
                          traced_ns[turns / 2] - plain_ns[turns / 2]);
            assert_true(traced->spans[jobs - 1].end >= traced->spans[jobs - 1].start);
            assert_null(plain->spans);
        }
        batch_free(plain);
        batch_free(traced);
        assert_no_error(&error);
    }
}

static struct fixture_tests tests;

static void add(struct scenario scenario, CMUnitTestFunction test, const char *what)
{
    fixture_add(&tests, test, &scenario, sizeof scenario, "%s_%s_%s", scenario.strategy->name, what,
                scenario.cold ? "cold" : "warm");
}

int main(void)
{
    static const char *const fragile_ones[] = {"fork", "forkpool"};
    static const char *const slow_ones[] = {"serial", "forkpool", "threadpool"};
    struct scenario none = {.strategy = strategy_find("serial")};
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < strategies_count; i++)
            add((struct scenario){strategies[i], k == 0}, traces_a_sane_timeline,
                "traces_a_sane_timeline");
    for (size_t i = 0; i < COUNT_OF(fragile_ones); i++)
        add((struct scenario){strategy_find(fragile_ones[i]), true},
            a_crashed_job_has_a_start_and_no_end, "a_crashed_job_has_a_start_and_no_end");
    add((struct scenario){strategy_find("serial"), true}, a_process_that_dies_of_a_job_is_told,
        "a_process_that_dies_of_a_job_is_told");
    add((struct scenario){strategy_find("threadpool"), true}, a_process_that_dies_of_a_job_is_told,
        "a_process_that_dies_of_a_job_is_told");
    for (size_t i = 0; i < COUNT_OF(slow_ones); i++)
        add((struct scenario){strategy_find(slow_ones[i]), true},
            a_strategy_that_takes_too_long_is_ended, "a_strategy_that_takes_too_long_is_ended");
    fixture_add(&tests, tells_what_tracing_costs, &none, sizeof none, "tells_what_tracing_costs");
    return fixture_run(&tests, "trace", NULL);
}
