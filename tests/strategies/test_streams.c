/* Pools whose caller takes results one by one, that keep so many jobs in flight at most, and that
 * replace their workers. */
#include "tests/fixtures.h"

#include <stdatomic.h>
#include <sys/resource.h>

enum { JOBS = 60, WORKERS = 3, SCHEDULES = 5, PATIENCE_S = 20, PIDS = 1000 };

/* What a job does before it gives its result. */
enum fate {
    FINE,
    AWAITS_TAKING, /* the other job is taken before it goes on */
    AWAITS_TWO,    /* two jobs are */
    SLEEPS,
    DIES, /* at its first attempt, of SIGKILL */
    DIES_ALWAYS,
    HANGS, /* at its first attempt */
};

/* What jobs and the caller's function tell of a map, in memory that all share. */
struct notes {
    _Atomic uint64_t started, taken, most, attempts[JOBS], taken_of[JOBS], order[JOBS];
    _Atomic uint64_t spoiled;      /* taken before they were there as a whole */
    _Atomic uint64_t two_taken_ns; /* when a job saw that; 0: it did not */
    uint64_t nap_ns;
    enum fate fate[JOBS];
    const struct batch *batch; /* of the caller: looks at what it takes */
    const unsigned char *payload;
};

static struct notes *notes;

/* When that many were seen; 0 where that did not come. */
static uint64_t await(const _Atomic uint64_t *count, uint64_t least)
{
    uint64_t start = clock_now_ns();
    while (atomic_load(count) < least && clock_now_ns() - start < PATIENCE_S * NS_PER_S)
        clock_relax();
    return atomic_load(count) < least ? 0 : clock_now_ns();
}

static uint64_t value_of(uint64_t job)
{
    return (job + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

static int run_and_note(const struct job *job, void *result)
{
    uint64_t started = atomic_fetch_add(&notes->started, 1) + 1, taken = atomic_load(&notes->taken);
    uint64_t flying = taken < started ? started - taken : 0; /* others went on meanwhile */
    uint64_t most = atomic_load(&notes->most), value = value_of(job->index);
    bool first = atomic_fetch_add(&notes->attempts[job->index], 1) == 0;
    enum fate fate = notes->fate[job->index];
    while (flying > most && !atomic_compare_exchange_weak(&notes->most, &most, flying))
        ;
    if (fate == AWAITS_TAKING)
        await(&notes->taken_of[job->index + 1], 1);
    if (fate == AWAITS_TWO)
        atomic_store(&notes->two_taken_ns, await(&notes->taken, 2));
    if (fate == SLEEPS)
        clock_sleep_ns(notes->nap_ns);
    if (fate == DIES_ALWAYS || (fate == DIES && first))
        raise(SIGKILL);
    while (fate == HANGS && first)
        pause();
    memcpy(result, &value, sizeof value);
    return 0;
}

static const struct work noting = {
    .name = "noting", .result_bytes = 8, .run = run_and_note, .result_text = work_text_u64};

/* A result is there as a whole when the caller gets it, and so is its payload. */
static void note_taking(void *taker, uint64_t job)
{
    struct notes *told = taker;
    const struct batch *batch = told->batch;
    uint64_t value, bytes = batch->payload_out_bytes;
    memcpy(&value, batch->results + job * sizeof value, sizeof value);
    bool whole = batch_settled(batch, job) && value == value_of(job) &&
                 (bytes == 0 ||
                  memcmp(batch_payload_out(batch, job), told->payload + job * bytes, bytes) == 0);
    if (batch->outcomes[job].status == JOB_DONE && !whole)
        atomic_fetch_add(&told->spoiled, 1);
    uint64_t at = atomic_load(&told->taken);
    if (at < JOBS)
        atomic_store(&told->order[at], job);
    atomic_fetch_add(&told->taken_of[job], 1);
    atomic_fetch_add(&told->taken, 1);
}

/* ------------------------------------------------------------------------------- one life */

struct life {
    const struct strategy_ops *strategy;
    struct strategy_config config;
    uint64_t jobs, payload_bytes, nap_ns;
    enum fate fate[JOBS];
};

static struct life life_of(const char *strategy, enum results results, uint64_t in_flight)
{
    struct life life = {
        .strategy = fixture_strategy(strategy), .jobs = JOBS, .nap_ns = 30 * NS_PER_MS};
    life.config = fixture_config(life.strategy, WORKERS);
    life.config.results = results;
    life.config.in_flight = in_flight;
    life.config.take = note_taking;
    life.config.taker = notes;
    return life;
}

static struct batch *make_batch(const struct life *life)
{
    struct batch_request request = {.work = &noting,
                                    .jobs = life->jobs,
                                    .size = 1,
                                    .input_fd = -1,
                                    .payload_in_bytes = life->payload_bytes,
                                    .payload_out_bytes = life->payload_bytes,
                                    .streamed = true};
    struct error error = {0};
    struct batch *batch = batch_create(&request, &error);
    if (batch == NULL)
        stop_test("%s", error.text);
    return batch;
}

static void forget(const struct life *life, struct batch *batch)
{
    const unsigned char *payload = notes->payload;
    memset((void *)notes, 0, sizeof *notes);
    memcpy(notes->fate, life->fate, sizeof notes->fate);
    memset(batch->results, 0xA5, life->jobs * noting.result_bytes);
    memset(batch->payload_out, 0xA5, life->jobs * life->payload_bytes);
    notes->batch = batch;
    notes->payload = payload;
    notes->nap_ns = life->nap_ns;
}

static void assert_mapped(const struct life *life, void *state, struct batch *batch)
{
    struct error error = {0};
    forget(life, batch);
    batch_begin(batch);
    if (life->strategy->map(state, batch, &error) != 0)
        stop_test("%s", error.text);
}

static void *opened(const struct life *life)
{
    struct error error = {0};
    void *state;
    if (life->strategy->open(&life->config, &state, &error) != 0)
        stop_test("%s", error.text);
    return state;
}

static void assert_closed(const struct life *life, void *state, struct batch *batch)
{
    struct error error = {0};
    life->strategy->close(state);
    batch_free(batch);
    check_childless(&error, life->strategy->name);
    assert_no_error(&error);
}

/* Every job is done with its result, and taken once where the caller takes or counts them. */
static void assert_all_done(const struct life *life, const struct batch *batch)
{
    const struct strategy_config *config = &life->config;
    bool takes = config->results != RESULTS_BATCH || config->in_flight > 0;
    for (uint64_t i = 0; i < life->jobs; i++) {
        uint64_t value, taken = atomic_load(&notes->taken_of[i]);
        memcpy(&value, batch->results + i * sizeof value, sizeof value);
        bool done = batch_settled(batch, i) && batch->outcomes[i].status == JOB_DONE &&
                    value == value_of(i) && batch->outcomes[i].worker < WORKERS;
        if (!done || taken != takes)
            stop_test("job %llu of %llu, schedule %s, chunk %llu, results %s, %llu in flight, %llu "
                      "jobs a worker: %s, taken %llu times",
                      (unsigned long long)i, (unsigned long long)life->jobs,
                      schedule_name(config->schedule), (unsigned long long)config->chunk,
                      results_names[config->results], (unsigned long long)config->in_flight,
                      (unsigned long long)config->jobs_per_worker, done ? "done" : "not done",
                      (unsigned long long)taken);
        if (config->results == RESULTS_ORDERED)
            assert_int_equal(atomic_load(&notes->order[i]), i);
    }
    assert_int_equal(atomic_load(&notes->spoiled), 0);
    if (config->in_flight > 0)
        assert_in_range(atomic_load(&notes->most), 1, config->in_flight);
}

static void live(const struct life *life, int maps)
{
    struct batch *batch = make_batch(life);
    void *state = opened(life);
    for (int i = 0; i < maps; i++) {
        assert_mapped(life, state, batch);
        assert_all_done(life, batch);
    }
    assert_closed(life, state, batch);
}

/* A fork takes long under valgrind. */
static uint64_t affordable(uint64_t jobs_per_worker)
{
    return fixture_under_valgrind() && jobs_per_worker == 1 ? JOBS / 2 : jobs_per_worker;
}

/* ------------------------------------------------------------------------------- tests */

/* Each way of taking results with each limit and schedule; the other numbers take turns. */
static void every_job_is_done_and_taken_once_however_it_is_handed_out(void **state)
{
    static const uint64_t jobs[] = {JOBS, 1, 7}, limits[] = {0, 1, 5, 1000};
    static const uint64_t chunks[] = {0, 4}, per_worker[] = {0, 7, 0, 1, 0};
    const size_t lives = COUNT_OF(limits) * SCHEDULES * (RESULTS_UNORDERED + 1);
    size_t turns = fixture_jobs(1000 * JOBS) < 1000 * JOBS ? 1 : COUNT_OF(jobs);
    for (size_t i = 0; i < lives * turns; i++) {
        size_t turn = i / lives + i;
        struct life life = life_of(*state, (enum results)(i / COUNT_OF(limits) / SCHEDULES % 3),
                                   limits[i % COUNT_OF(limits)]);
        life.jobs = jobs[turn % COUNT_OF(jobs)];
        life.config.schedule = (enum schedule)(i / COUNT_OF(limits) % SCHEDULES);
        life.config.chunk = chunks[turn / 2 % COUNT_OF(chunks)];
        if ((life.strategy->flags & STRATEGY_RECYCLES) != 0)
            life.config.jobs_per_worker = affordable(per_worker[turn % COUNT_OF(per_worker)]);
        live(&life, 2);
    }
}

static void a_job_that_ends_before_another_is_taken_before_it_where_order_is_none(void **state)
{
    struct life life = life_of(*state, RESULTS_UNORDERED, 0);
    life.jobs = 2;
    life.fate[0] = AWAITS_TAKING;
    struct batch *batch = make_batch(&life);
    void *pool = opened(&life);
    assert_mapped(&life, pool, batch);
    assert_int_equal(atomic_load(&notes->order[0]), 1);
    assert_int_equal(atomic_load(&notes->order[1]), 0);
    assert_closed(&life, pool, batch);
}

static void one_job_in_flight_is_one_at_a_time(void **state)
{
    for (enum results results = 0; results <= RESULTS_UNORDERED; results++) {
        struct life life = life_of(*state, results, 1);
        struct batch *batch = make_batch(&life);
        void *pool = opened(&life);
        assert_mapped(&life, pool, batch);
        assert_int_equal(atomic_load(&notes->most), 1);
        assert_closed(&life, pool, batch);
    }
}

/* The last job does not end before two are taken, of which the first is timed before the second is
 * taken. */
static void the_first_result_is_there_before_the_last_job_is_done(void **state)
{
    for (enum results results = 0; results <= RESULTS_UNORDERED; results++) {
        struct life life = life_of(*state, results, 0);
        life.fate[JOBS - 1] = results == RESULTS_BATCH ? FINE : AWAITS_TWO;
        struct batch *batch = make_batch(&life);
        void *pool = opened(&life);
        uint64_t start = clock_now_ns();
        assert_mapped(&life, pool, batch);
        uint64_t two_taken_ns = atomic_load(&notes->two_taken_ns);
        if (results == RESULTS_BATCH) {
            assert_int_equal(batch->first_result_ns, 0);
        } else {
            assert_true(two_taken_ns > 0);
            assert_in_range(batch->first_result_ns, 1, two_taken_ns - start + 1);
        }
        assert_closed(&life, pool, batch);
    }
}

static uint64_t own_cpu_ns(void)
{
    struct rusage used;
    getrusage(RUSAGE_THREAD, &used);
    return (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * NS_PER_S +
           (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000;
}

/* The first job, which ordered results wait for, takes long; others come all the while. */
static void a_caller_that_waits_for_a_result_sleeps(void **state)
{
    for (enum results results = RESULTS_ORDERED; results <= RESULTS_UNORDERED; results++)
        for (uint64_t limit = 0; limit < 2; limit++) {
            struct life life = life_of(*state, results, limit);
            life.jobs = 12;
            for (size_t i = 0; i < life.jobs; i++)
                life.fate[i] = SLEEPS;
            struct batch *batch = make_batch(&life);
            void *pool = opened(&life);
            uint64_t start = clock_now_ns(), used = own_cpu_ns();
            assert_mapped(&life, pool, batch);
            used = own_cpu_ns() - used;
            if (!fixture_under_valgrind())
                assert_in_range(used, 0, (clock_now_ns() - start) / 4);
            assert_closed(&life, pool, batch);
        }
}

static void payload_by_pipe_is_there_when_its_result_is_taken(void **state)
{
    (void)state;
    for (enum results results = RESULTS_BATCH; results <= RESULTS_UNORDERED; results++)
        for (uint64_t limit = 0; limit < 3; limit++)
            for (uint64_t per_worker = 0; per_worker < 4; per_worker += 3) {
                struct life life = life_of("forkpool", results, limit);
                life.payload_bytes = 70000;
                struct batch *batch = make_batch(&life);
                struct strategy_config plain = fixture_config(life.strategy, 1);
                struct life serial = {.strategy = strategy_find("serial"),
                                      .config = plain,
                                      .jobs = JOBS,
                                      .payload_bytes = life.payload_bytes};
                void *alone = opened(&serial);
                assert_mapped(&serial, alone, batch);
                serial.strategy->close(alone);
                unsigned char *payload = malloc(JOBS * life.payload_bytes);
                assert_non_null(payload);
                memcpy(payload, batch->payload_out, JOBS * life.payload_bytes);
                notes->payload = payload;
                life.config.transport = TRANSPORT_PIPE;
                life.config.jobs_per_worker = per_worker;
                void *pool = opened(&life);
                for (int map = 0; map < 2; map++) {
                    assert_mapped(&life, pool, batch);
                    assert_all_done(&life, batch);
                    assert_memory_equal(batch->payload_out, payload, JOBS * life.payload_bytes);
                }
                notes->payload = NULL;
                free(payload);
                assert_closed(&life, pool, batch);
            }
}

/* ------------------------------------------------------------------------------- replacing */

/* How many jobs each process has run, over maps. */
struct census {
    size_t count;
    pid_t pid[PIDS];
    uint64_t jobs[PIDS];
};

static void count_jobs(struct census *census, const struct batch *batch)
{
    for (uint64_t i = 0; i < batch->jobs; i++) {
        size_t at = 0;
        while (at < census->count && census->pid[at] != batch->outcomes[i].pid)
            at++;
        assert_true(at < PIDS);
        census->pid[at] = batch->outcomes[i].pid;
        census->count += at == census->count;
        census->jobs[at]++;
    }
}

static void a_worker_is_replaced_after_exactly_so_many_jobs_of_all_maps(void **state)
{
    (void)state;
    enum { MAPS = 3 };
    static const uint64_t per_worker[] = {1, 7, JOBS};
    for (enum results results = 0; results <= RESULTS_UNORDERED; results++)
        for (size_t i = results; i < COUNT_OF(per_worker) * SCHEDULES; i += 3) {
            struct life life = life_of("forkpool", results, i % 2 * 4);
            struct census census = {0};
            uint64_t limit = affordable(per_worker[i / SCHEDULES]), fewer = 0;
            life.config.schedule = (enum schedule)(i % SCHEDULES);
            life.config.jobs_per_worker = limit;
            struct batch *batch = make_batch(&life);
            void *pool = opened(&life);
            for (int map = 0; map < MAPS; map++) {
                assert_mapped(&life, pool, batch);
                assert_all_done(&life, batch);
                count_jobs(&census, batch);
            }
            for (size_t k = 0; k < census.count; k++) {
                assert_in_range(census.jobs[k], 1, limit);
                fewer += census.jobs[k] < limit;
            }
            assert_in_range(fewer, 0, WORKERS);
            assert_closed(&life, pool, batch);
        }
}

static void what_workers_that_were_replaced_have_used_is_counted(void **state)
{
    (void)state;
    struct life life = life_of("forkpool", RESULTS_BATCH, 0);
    struct strategy_usage before = {0}, after = {0};
    life.config.jobs_per_worker = 1;
    struct batch *batch = make_batch(&life);
    void *pool = opened(&life);
    life.strategy->usage(pool, &before);
    strategy_add_rusage(RUSAGE_CHILDREN, &before);
    assert_mapped(&life, pool, batch);
    life.strategy->usage(pool, &after);
    strategy_add_rusage(RUSAGE_CHILDREN, &after);
    assert_true(after.minflt > before.minflt); /* each of them has taken some */
    assert_closed(&life, pool, batch);
}

/* ------------------------------------------------------------------------------- deaths */

/* The jobs that die, of a life; then one that is like all others. */
static void assert_survived(struct life *life, enum fate fate, enum job_status wanted)
{
    static const size_t places[] = {0, 1, JOBS / 2, JOBS - 1};
    struct batch *batch = make_batch(life);
    void *pool = opened(life);
    for (int map = 0; map < 2; map++) {
        for (size_t i = 0; i < COUNT_OF(places); i++)
            life->fate[places[i]] = map == 0 ? fate : FINE;
        assert_mapped(life, pool, batch);
        for (uint64_t i = 0; i < JOBS; i++) {
            enum job_status status = life->fate[i] != FINE ? wanted : JOB_DONE;
            assert_true(batch_settled(batch, i));
            assert_int_equal(batch->outcomes[i].status, status);
            if (life->config.results != RESULTS_BATCH || life->config.in_flight > 0)
                assert_int_equal(atomic_load(&notes->taken_of[i]), 1);
            if (life->config.results == RESULTS_ORDERED)
                assert_int_equal(atomic_load(&notes->order[i]), i);
        }
        assert_int_equal(atomic_load(&notes->spoiled), 0);
    }
    assert_closed(life, pool, batch);
}

static void a_death_costs_the_job_in_hand_alone(void **state)
{
    (void)state;
    static const uint64_t per_worker[] = {0, 1, 5}, limits[] = {0, 1, 4};
    for (enum results results = 0; results <= RESULTS_UNORDERED; results++)
        for (size_t i = 0; i < COUNT_OF(per_worker) * COUNT_OF(limits);
             i += fixture_under_valgrind() ? 4 : 1)
            for (uint32_t retries = i % 2; retries < 2; retries += 2) {
                struct life life = life_of("forkpool", results, limits[i % COUNT_OF(limits)]);
                life.config.jobs_per_worker = affordable(per_worker[i / COUNT_OF(limits)]);
                life.config.retries = retries;
                assert_survived(&life, DIES, retries > 0 ? JOB_DONE : JOB_CRASHED);
                assert_survived(&life, DIES_ALWAYS, JOB_CRASHED);
            }
}

/* A life whose jobs may take three naps and a bit. */
static struct life timed_life(enum results results, uint64_t limit, uint64_t nap_ns)
{
    struct life life = life_of("forkpool", results, limit);
    life.nap_ns = nap_ns;
    life.config.job_timeout_ns = nap_ns * 10 / 3;
    life.config.retries = 1;
    return life;
}

/* How many processes run jobs of which eight sleep, while others wait for room. */
static size_t count_workers_of_long_jobs(enum results results, uint64_t limit, uint64_t nap_ns)
{
    struct life life = timed_life(results, limit, nap_ns);
    struct census census = {0};
    for (size_t i = 0; i < 8; i++)
        life.fate[i] = SLEEPS;
    struct batch *batch = make_batch(&life);
    void *pool = opened(&life);
    assert_mapped(&life, pool, batch);
    assert_all_done(&life, batch);
    count_jobs(&census, batch);
    assert_closed(&life, pool, batch);
    return census.count;
}

/* On a busy machine a short nap may take three times as long: then longer ones are taken. */
static void a_job_that_hangs_is_killed_and_those_that_wait_for_room_are_not(void **state)
{
    (void)state;
    const uint64_t nap_ns = 30 * NS_PER_MS;
    if (fixture_under_valgrind())
        skip();
    for (enum results results = 0; results <= RESULTS_UNORDERED; results++)
        for (uint64_t limit = 0; limit < 2; limit++) {
            struct life life = timed_life(results, limit, nap_ns);
            size_t workers = SIZE_MAX;
            if (results != RESULTS_BATCH && limit == results - 1)
                assert_survived(&life, HANGS, JOB_DONE);
            for (uint64_t i = 1; i <= 16 && workers > WORKERS; i *= 4)
                workers = count_workers_of_long_jobs(results, limit, i * nap_ns);
            assert_in_range(workers, 1, WORKERS);
        }
}

static int open_notes(void **state)
{
    (void)state;
    notes = mmap(NULL, sizeof *notes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return notes != MAP_FAILED ? 0 : -1;
}

static int close_notes(void **state)
{
    (void)state;
    return munmap(notes, sizeof *notes);
}

#define OF(test, strategy)                                                                         \
    {                                                                                              \
#test " (" strategy ")", test, NULL, NULL, (void *)(uintptr_t)(strategy)                   \
    }
#define OF_BOTH(test) OF(test, "forkpool"), OF(test, "threadpool")

int main(void)
{
    const struct CMUnitTest tests[] = {
        OF_BOTH(every_job_is_done_and_taken_once_however_it_is_handed_out),
        OF_BOTH(a_job_that_ends_before_another_is_taken_before_it_where_order_is_none),
        OF_BOTH(one_job_in_flight_is_one_at_a_time),
        OF_BOTH(the_first_result_is_there_before_the_last_job_is_done),
        OF_BOTH(a_caller_that_waits_for_a_result_sleeps),
        cmocka_unit_test(payload_by_pipe_is_there_when_its_result_is_taken),
        cmocka_unit_test(a_worker_is_replaced_after_exactly_so_many_jobs_of_all_maps),
        cmocka_unit_test(what_workers_that_were_replaced_have_used_is_counted),
        cmocka_unit_test(a_death_costs_the_job_in_hand_alone),
        cmocka_unit_test(a_job_that_hangs_is_killed_and_those_that_wait_for_room_are_not),
    };
    return cmocka_run_group_tests_name("streams", tests, open_notes, close_notes);
}
