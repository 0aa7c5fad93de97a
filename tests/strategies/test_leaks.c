/* However often strategies are opened and closed and however many jobs they run, nothing is left:
 * processes, threads, descriptors, memory maps and shared memory are counted before and after. */
#include "tests/fixtures.h"

#include <sys/prctl.h>

enum { WORKERS = 2, JOBS = 2, LIVES = 1000, FIRST_LIVES = 10, MANY = 256, MAPS_SLACK = 50 };

/* What one test is about; handed to it as its state. */
struct scenario {
    const struct strategy_ops *strategy;
    enum transport transport;
};

/* What a process holds. Maps come and go with the heap and the stacks that libraries keep; shared
 * ones do not. */
struct holdings {
    size_t descriptors, threads, maps, shared_maps, shared_kib;
};

static void count_maps(struct holdings *holdings)
{
    char line[512], rights[8];
    unsigned long from, to;
    FILE *file = fopen("/proc/self/maps", "re");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) == 3) {
            bool shared = rights[3] == 's';
            holdings->maps++;
            holdings->shared_maps += shared;
            holdings->shared_kib += shared ? (to - from) / 1024 : 0;
        }
    fclose(file);
}

static struct holdings count_holdings(void)
{
    struct holdings holdings = {open_descriptors(), count_entries("/proc/self/task"), 0, 0, 0};
    count_maps(&holdings);
    return holdings;
}

/* A thread that was joined may be seen for a moment. */
static struct holdings settled_holdings(const struct holdings *before)
{
    struct holdings after = count_holdings();
    for (int i = 0; i < 1000 && after.threads > before->threads; i++) {
        usleep(1000);
        after = count_holdings();
    }
    return after;
}

static void assert_held(const struct holdings *before)
{
    struct holdings after = settled_holdings(before);
    assert_int_equal(after.descriptors, before->descriptors);
    assert_true(after.threads <= before->threads); /* one may have been on its way out before */
    assert_int_equal(after.shared_maps, before->shared_maps);
    assert_int_equal(after.shared_kib, before->shared_kib);
    assert_true(after.maps <= before->maps + MAPS_SLACK);
}

static struct batch *make_batch(const char *work, uint64_t jobs, uint64_t payload_bytes)
{
    struct batch_request request = {.work = work_find(work),
                                    .jobs = jobs,
                                    .size = 10,
                                    .input_fd = -1,
                                    .payload_in_bytes = payload_bytes,
                                    .payload_out_bytes = payload_bytes};
    struct error error = {0};
    struct batch *batch = batch_create(&request, &error);
    if (batch == NULL)
        stop_test("%s", error.text);
    return batch;
}

/* From open to close. */
static void live_once(const struct scenario *scenario, uint32_t workers, struct batch *batch,
                      struct error *trouble)
{
    struct strategy_config config = fixture_config(scenario->strategy, workers);
    void *state;
    config.transport = scenario->transport;
    if (scenario->strategy->open(&config, &state, trouble) != 0)
        return;
    batch_begin(batch);
    if (scenario->strategy->map(state, batch, trouble) == 0 &&
        batch_count(batch, config.workers).done != batch->jobs)
        fail(trouble, ERROR_CHECK_FAILED, "not all jobs are done");
    scenario->strategy->close(state);
    check_childless(trouble, scenario->strategy->name);
}

/* Libraries keep what they started at first, so that the first lives do not count. Under sanitizers
 * there are fewer. */
static void leaves_nothing_in_many_lives(void **state)
{
    const struct scenario *scenario = *state;
    fixture_strategy(scenario->strategy->name);
    uint64_t lives = fixture_jobs(20 * LIVES) / 20;
    struct batch *batch = make_batch("squares", JOBS, 100);
    struct error trouble = {0};
    for (int i = 0; i < FIRST_LIVES && trouble.kind == ERROR_NONE; i++)
        live_once(scenario, WORKERS, batch, &trouble);
    struct holdings before = count_holdings();
    for (uint64_t i = 0; i < lives && trouble.kind == ERROR_NONE; i++)
        live_once(scenario, WORKERS, batch, &trouble);
    assert_no_error(&trouble);
    assert_held(&before);
    batch_free(batch);
}

/* What is left of each job shows after fewer jobs, too, where each of them starts something. */
static void leaves_nothing_of_many_workers_and_jobs(void **state)
{
    const struct scenario *scenario = *state;
    fixture_strategy(scenario->strategy->name);
    struct holdings before = count_holdings();
    bool is_pool = (scenario->strategy->flags & STRATEGY_IS_POOL) != 0;
    struct batch *batch = make_batch("squares", fixture_jobs(is_pool ? 100000 : 10000), 0);
    struct error trouble = {0};
    live_once(scenario, MANY, batch, &trouble);
    batch_free(batch);
    assert_no_error(&trouble);
    assert_held(&before);
}

/* All but a few of the workers never get a job. */
static void leaves_nothing_of_more_workers_than_jobs(void **state)
{
    const struct scenario *scenario = *state;
    fixture_strategy(scenario->strategy->name);
    struct error trouble = {0};
    struct batch *batch = make_batch("squares", JOBS, 100);
    live_once(scenario, 10 * JOBS, batch, &trouble);
    struct holdings before = count_holdings();
    live_once(scenario, 10 * JOBS, batch, &trouble);
    assert_no_error(&trouble);
    assert_held(&before);
    batch_free(batch);
}

static struct fixture_tests tests;

static void add(const struct scenario *scenario, CMUnitTestFunction test, const char *what)
{
    const char *by = transport_name(scenario->transport);
    fixture_add(&tests, test, scenario, sizeof *scenario, "%s%s%s_%s", scenario->strategy->name,
                *by ? "_by_" : "", by, what);
}

static void add_lives(const struct strategy_ops *strategy, enum transport transport)
{
    struct scenario scenario = {strategy, transport};
    add(&scenario, leaves_nothing_in_many_lives, "leaves_nothing_in_many_lives");
    add(&scenario, leaves_nothing_of_more_workers_than_jobs,
        "leaves_nothing_of_more_workers_than_jobs");
}

/* What a strategy's processes leave behind, however far down they were started, becomes a child of
 * this one. */
int main(void)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    add(&(struct scenario){strategy_find("fork"), TRANSPORT_SHM},
        leaves_nothing_of_many_workers_and_jobs, "leaves_nothing_of_many_workers_and_jobs");
    for (size_t i = 0; i < strategies_count; i++) {
        bool transports = (strategies[i]->flags & STRATEGY_TRANSPORTS) != 0;
        add_lives(strategies[i], transports ? TRANSPORT_SHM : TRANSPORT_NONE);
        if (transports)
            add_lives(strategies[i], TRANSPORT_PIPE);
    }
    return fixture_run(&tests, "leaks", NULL);
}
