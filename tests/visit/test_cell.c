/* One cell, measured in this process: its rows, and what becomes of one that goes wrong. */
#include "tests/fixtures.h"

#include "bench/base/memory.h"
#include "bench/base/pages.h"
#include "bench/machine/cpus.h"
#include "bench/visit/cell.h"

#include <limits.h>
#include <math.h>
#include <signal.h>
#include <sys/resource.h>

enum { WORKERS = 2 };

/* A cell with the memory that its visits share. */
struct visited {
    struct cell cell;
    struct cell_context context;
    struct reading readings[READINGS_MOST];
    uint32_t count;
};

static int reserve(uint64_t bytes)
{
    struct error error = {0};
    int fd = batch_memory("test", bytes, &error);
    assert_true(fd >= 0);
    return fd;
}

static void visited_open(struct visited *visited, const struct work *work, const char *strategy,
                         uint64_t size, uint64_t jobs)
{
    const struct strategy_ops *ops = fixture_strategy(strategy);
    struct strategy_config config = fixture_config(ops, WORKERS);
    uint64_t input = work->input_bytes != NULL ? work->input_bytes(size, jobs) : 0;
    *visited = (struct visited){
        .cell = cell_make(ops, config.workers, config.schedule, work, size, jobs),
        .context = {.seed = FIXTURE_SEED,
                    .cpus = config.cpus,
                    .input_fd = input > 0 ? reserve(input) : -1,
                    .reference_fd = reserve(jobs * work->result_bytes),
                    .canary_cpus = {-1, -1}},
    };
}

static void visited_close(struct visited *visited)
{
    close(visited->context.reference_fd);
    if (visited->context.input_fd >= 0)
        close(visited->context.input_fd);
}

static void prepare(struct visited *visited)
{
    struct error error = {0};
    if (cell_prepare(&visited->cell, &visited->context, &error) != 0)
        stop_test("prepare: %s", error.text);
}

static void measure(struct visited *visited)
{
    visited->count = cell_measure(&visited->cell, &visited->context, visited->readings);
}

/* Opens, prepares, measures and closes in one. */
static void visit(struct visited *visited, const struct work *work, const char *strategy,
                  uint64_t size, uint64_t jobs)
{
    visited_open(visited, work, strategy, size, jobs);
    prepare(visited);
    measure(visited);
    visited_close(visited);
}

static void assert_cold(const struct reading *reading)
{
    assert_int_equal(reading->cold, 1);
    assert_int_equal(reading->maps, 1);
    assert_true(reading->open_ns >= 0);
    assert_true(reading->close_ns >= 0);
    assert_true(reading->ns_per_map > reading->open_ns + reading->close_ns);
}

static void assert_warm(const struct reading *reading, uint32_t number)
{
    assert_int_equal(reading->cold, 0);
    assert_int_equal(reading->reading, number);
    assert_true(reading->maps >= 1);
    assert_true(reading->ns_per_map > 0);
    assert_unknown(reading->open_ns);
    assert_unknown(reading->close_ns);
}

static void assert_good(const struct visited *visited)
{
    assert_in_range(visited->count, 2, READINGS_MOST);
    assert_cold(&visited->readings[0]);
    for (uint32_t i = 0; i < visited->count; i++) {
        const struct reading *reading = &visited->readings[i];
        if (reading->status != STATUS_OK)
            stop_test("reading %u is %s: %s", i, status_names[reading->status], reading->detail);
        assert_string_equal(reading->detail, "");
        assert_true(isfinite(reading->ns_per_map));
        assert_true(reading->participation > 0 && reading->participation <= 1);
        assert_true(reading->maxrss_kib > 0);
        if (i > 0)
            assert_warm(reading, i - 1);
    }
}

/* Exactly one row, without a time, that says what and why. */
static void assert_bad(const struct visited *visited, enum status status, const char *detail)
{
    const struct reading *reading = &visited->readings[0];
    struct error trouble = {0};
    assert_int_equal(visited->count, 1);
    assert_string_equal(status_names[reading->status], status_names[status]);
    assert_unknown(reading->ns_per_map);
    assert_unknown(reading->open_ns);
    assert_unknown(reading->close_ns);
    assert_unknown(reading->participation);
    assert_contains(reading->detail, detail);
    check_childless(&trouble, visited->cell.strategy->name);
    assert_no_error(&trouble);
}

/* ------------------------------------------------------------------------------- cells that go
 * well */

static void cold_comes_first_and_warm_rows_follow(void **state)
{
    struct visited visited;
    visit(&visited, work_find("squares"), *state, 2000, 9);
    assert_good(&visited);
}

static void works_with_input_are_prepared_and_verified(void **state)
{
    struct visited visited;
    visit(&visited, work_find("skewed"), *state, 2000, 9);
    assert_good(&visited);
}

static void one_job_is_a_cell_too(void **state)
{
    struct visited visited;
    visit(&visited, work_find("squares"), *state, 2000, 1);
    assert_good(&visited);
    assert_true(visited.readings[1].participation == 1.0 / (double)visited.cell.key.workers);
}

/* A cell whose process holds so much. */
static void visit_large(struct visited *visited, const char *strategy, uint64_t mib)
{
    visited_open(visited, work_find("squares"), strategy, 2000, 9);
    visited->cell.key.parent_mib = mib;
    visited->cell.key.parent_pages = pages_names[0];
    prepare(visited);
    measure(visited);
    visited_close(visited);
}

static void a_cell_holds_its_memory_while_it_is_measured(void **state)
{
    struct visited visited;
    visit_large(&visited, *state, 32);
    assert_good(&visited);
    assert_true(visited.readings[0].maxrss_kib >= 32 * 1024);
}

/* Of those that are known. Others on the CPUs may hold up a round trip as long as a wake: of
 * several visits one is free of that. */
static uint32_t count_short_wakes(const struct visited *visited)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < visited->count; i++)
        count += visited->readings[i].wake_ns <= visited->readings[i].roundtrip_ns;
    return count;
}

/* A reading after idling is a single map, and the machine's own wake after as long stands by it. */
static void a_cell_that_idles_reads_single_maps_and_the_wake(void **state)
{
    enum { MOST_VISITS = 10 };
    uint32_t short_wakes = UINT32_MAX;
    for (int i = 0; i < MOST_VISITS && short_wakes > 0; i++) {
        struct visited visited;
        visited_open(&visited, work_find("empty"), *state, 1, 2);
        visited.cell.key.idle_ns = NS_PER_MS;
        cpus_pair(&visited.context.canary_cpus[0], &visited.context.canary_cpus[1]);
        prepare(&visited);
        uint64_t start = clock_now_ns();
        measure(&visited);
        assert_true(clock_now_ns() - start >= (visited.count - 1) * NS_PER_MS);
        visited_close(&visited);
        assert_good(&visited);
        for (uint32_t k = 0; k < visited.count; k++)
            assert_int_equal(visited.readings[k].maps, 1);
        short_wakes = count_short_wakes(&visited);
    }
    assert_int_equal(short_wakes, 0);
}

static void the_background_load_is_gone_when_a_cell_is_done(void **state)
{
    struct error trouble = {0};
    struct visited visited;
    visited_open(&visited, work_find("squares"), *state, 2000, 9);
    visited.cell.key.neighbours = 2;
    prepare(&visited);
    measure(&visited);
    visited_close(&visited);
    assert_good(&visited);
    assert_unknown(visited.readings[0].wake_ns);
    check_childless(&trouble, *state);
    assert_no_error(&trouble);
}

static void a_cell_whose_memory_is_refused_is_one_row_that_says_so(void **state)
{
    struct visited visited;
    visit_large(&visited, *state, (memory_left(MEMORY_SHARED).bytes >> 20) + 1024);
    assert_bad(&visited, STATUS_REFUSED, "--parent-mib: ");
}

static void a_batch_of_no_jobs_is_ok_and_nobody_takes_part(void **state)
{
    struct visited visited;
    visit(&visited, work_find("squares"), *state, 2000, 0);
    assert_cold(&visited.readings[0]);
    for (uint32_t i = 0; i < visited.count; i++) {
        assert_int_equal(visited.readings[i].status, STATUS_OK);
        assert_true(visited.readings[i].participation == 0);
    }
}

/* Gives a cell that is open, but not prepared, payload, and room for it in the reference. */
static void add_payload(struct visited *visited, uint64_t in, uint64_t out)
{
    struct error error = {0};
    uint64_t bytes;
    bool travels = (visited->cell.strategy->flags & STRATEGY_TRANSPORTS) != 0;
    visited->cell.key.payload_in = in;
    visited->cell.key.payload_out = out;
    visited->cell.key.transport = transport_name(travels ? TRANSPORT_PIPE : TRANSPORT_NONE);
    cell_reference_bytes(&visited->cell, &bytes, &error);
    assert_no_error(&error);
    close(visited->context.reference_fd);
    visited->context.reference_fd = reserve(bytes);
}

static void payload_is_moved_and_verified(void **state)
{
    struct visited visited;
    visited_open(&visited, work_find("squares"), *state, 2000, 9);
    add_payload(&visited, 5000, 100001);
    prepare(&visited);
    measure(&visited);
    visited_close(&visited);
    assert_good(&visited);
}

static void the_processor_time_of_workers_is_seen(void **state)
{
    struct visited visited;
    visit(&visited, work_find("squares"), *state, 20000000, 4);
    assert_good(&visited);
    assert_true(visited.readings[0].used.user_ns > 0);
    assert_true(visited.readings[1].used.user_ns > 0);
}

static void short_maps_are_timed_many_at_once(void **state)
{
    struct visited visited;
    (void)state;
    visit(&visited, work_find("empty"), "serial", 1, 1);
    assert_good(&visited);
    assert_true(visited.readings[1].maps > 1);
}

static void the_round_trip_is_measured_where_there_are_two_cpus(void **state)
{
    struct visited visited;
    int first, second;
    (void)state;
    if (!cpus_pair(&first, &second))
        skip();
    visited_open(&visited, work_find("squares"), "serial", 100, 2);
    visited.context.canary_cpus[0] = first;
    visited.context.canary_cpus[1] = second;
    prepare(&visited);
    measure(&visited);
    visited_close(&visited);
    assert_good(&visited);
    for (uint32_t i = 0; i < visited.count; i++)
        assert_true(visited.readings[i].roundtrip_ns > 0);
}

static void the_round_trip_is_unknown_where_it_is_not_measured(void **state)
{
    struct visited visited;
    (void)state;
    visit(&visited, work_find("squares"), "serial", 100, 2);
    for (uint32_t i = 0; i < visited.count; i++)
        assert_unknown(visited.readings[i].roundtrip_ns);
}

static void the_reference_is_what_serial_computes(void **state)
{
    struct visited visited;
    char text[64];
    unsigned char result[64];
    (void)state;
    visited_open(&visited, work_find("squares"), "serial", 10000, 3);
    prepare(&visited);
    size_t bytes = visited.cell.work->result_bytes;
    ssize_t got = pread(visited.context.reference_fd, result, bytes, (off_t)(2 * bytes));
    visited_close(&visited);
    assert_int_equal(got, bytes);
    visited.cell.work->result_text(result, text, sizeof text);
    assert_string_equal(text, "333283335000");
}

/* A loop that says that it chooses among others, and notes how often it was called. */
static struct {
    int opened, mapped, closed, mapped_until_close;
} called;

static int open_noting(const struct strategy_config *config, void **state, struct error *error)
{
    called.opened++;
    called.mapped = 0;
    return strategy_find("serial")->open(config, state, error);
}

static int map_noting(void *state, struct batch *batch, struct error *error)
{
    called.mapped++;
    return strategy_find("serial")->map(state, batch, error);
}

static void close_noting(void *state)
{
    if (called.closed++ == 0)
        called.mapped_until_close = called.mapped;
    strategy_find("serial")->close(state);
}

/* What later maps have started is not ended at the cost of the first. */
static void assert_closed(unsigned flags, int times)
{
    struct strategy_ops noting = {.name = "noting",
                                  .flags = flags,
                                  .open = open_noting,
                                  .map = map_noting,
                                  .close = close_noting};
    struct visited visited;
    memset(&called, 0, sizeof called);
    visited_open(&visited, work_find("squares"), "serial", 100, 2);
    visited.cell.strategy = &noting;
    prepare(&visited);
    measure(&visited);
    visited_close(&visited);
    assert_good(&visited);
    assert_int_equal(called.opened, times);
    assert_int_equal(called.closed, times);
}

static void what_chooses_is_closed_after_the_cold_map_and_opened_again(void **state)
{
    (void)state;
    assert_closed(STRATEGY_ONE_WORKER | STRATEGY_CHOOSES, 2);
    assert_int_equal(called.mapped_until_close, 1);
}

static void what_does_not_choose_is_opened_once(void **state)
{
    (void)state;
    assert_closed(STRATEGY_ONE_WORKER, 1);
    assert_in_range(called.mapped_until_close, 2, INT_MAX);
}

/* ------------------------------------------------------------------------------- cells that go
 * wrong */

static void a_wrong_result_is_one_row_without_a_time(void **state)
{
    struct visited visited;
    visited_open(&visited, work_find("squares"), *state, 2000, 9);
    prepare(&visited);
    size_t bytes = visited.cell.work->result_bytes;
    off_t at = (off_t)(8 * bytes + bytes - 1); /* the last byte of the last result */
    assert_int_equal(pwrite(visited.context.reference_fd, "x", 1, at), 1);
    measure(&visited);
    visited_close(&visited);
    assert_bad(&visited, STATUS_WRONG, "job 8");
}

static void a_wrong_payload_is_one_row_without_a_time(void **state)
{
    struct visited visited;
    visited_open(&visited, work_find("squares"), *state, 2000, 9);
    add_payload(&visited, 100, 77);
    prepare(&visited);
    off_t at = (off_t)(9 * visited.cell.work->result_bytes + 9 * 77 - 1); /* the very last byte */
    char byte;
    assert_int_equal(pread(visited.context.reference_fd, &byte, 1, at), 1);
    byte ^= 1;
    assert_int_equal(pwrite(visited.context.reference_fd, &byte, 1, at), 1);
    measure(&visited);
    visited_close(&visited);
    assert_bad(&visited, STATUS_WRONG, "the payload of job 8");
}

/* Each worker's own copy is memory too, that of the batch alone would fit. */
static void more_payload_by_pipe_than_memory_is_refused(void **state)
{
    struct visited visited;
    visited_open(&visited, work_find("squares"), *state, 2000, 1);
    add_payload(&visited, 1 << 20, 1 << 20);
    prepare(&visited);
    visited.cell.key.workers = UINT32_MAX;
    measure(&visited);
    visited_close(&visited);
    assert_bad(&visited, STATUS_REFUSED, "--payload: by pipe");
}

static int fail_with_9(const struct job *job, void *result)
{
    memset(result, 0, 1);
    return job->index == 3 ? 9 : 0;
}

static int crash(const struct job *job, void *result)
{
    memset(result, 0, 1);
    if (job->index == 3)
        raise(SIGKILL);
    return 0;
}

/* Results that differ from one process to another: a job that cheats. */
static int cheat(const struct job *job, void *result)
{
    (void)job;
    *(unsigned char *)result = getpid() == *(const pid_t *)(const void *)job->input;
    return 0;
}

static uint64_t pid_bytes(uint64_t size, uint64_t jobs)
{
    (void)size;
    (void)jobs;
    return sizeof(pid_t);
}

static int write_pid(uint64_t size, uint64_t jobs, uint64_t seed, unsigned char *input,
                     struct error *error)
{
    pid_t pid = getpid();
    (void)size;
    (void)jobs;
    (void)seed;
    (void)error;
    memcpy(input, &pid, sizeof pid);
    return 0;
}

static int refuse_to_prepare(uint64_t size, uint64_t jobs, uint64_t seed, unsigned char *input,
                             struct error *error)
{
    (void)size;
    (void)jobs;
    (void)seed;
    (void)input;
    return fail(error, ERROR_REFUSED, "no input today");
}

static void say_nothing(const void *result, char *text, size_t bytes)
{
    (void)result;
    snprintf(text, bytes, "%s", "");
}

static const struct work failing = {
    .name = "failing", .result_bytes = 1, .run = fail_with_9, .result_text = say_nothing};
static const struct work crashing = {
    .name = "crashing", .result_bytes = 1, .run = crash, .result_text = say_nothing};
static const struct work cheating = {.name = "cheating",
                                     .result_bytes = 1,
                                     .input_bytes = pid_bytes,
                                     .prepare = write_pid,
                                     .run = cheat,
                                     .result_text = say_nothing};
static const struct work unprepared = {.name = "unprepared",
                                       .result_bytes = 1,
                                       .input_bytes = pid_bytes,
                                       .prepare = refuse_to_prepare,
                                       .run = cheat,
                                       .result_text = say_nothing};

/* Measures without a reference: it would fail as well. */
static void visit_unprepared(struct visited *visited, const struct work *work, const char *strategy)
{
    visited_open(visited, work, strategy, 1, 9);
    measure(visited);
    visited_close(visited);
}

static void a_failed_job_is_one_row_with_its_code(void **state)
{
    struct visited visited;
    visit_unprepared(&visited, &failing, *state);
    assert_bad(&visited, STATUS_FAILED, "job 3 failed with exit code 9");
}

static void a_crashed_job_is_one_row_with_its_signal(void **state)
{
    struct visited visited;
    visit_unprepared(&visited, &crashing, *state);
    assert_bad(&visited, STATUS_CRASHED, "job 3 crashed with signal 9");
}

static void a_job_that_differs_from_serials_is_wrong(void **state)
{
    struct visited visited;
    visit(&visited, &cheating, *state, 1, 9);
    assert_bad(&visited, STATUS_WRONG, "job 0");
}

static void a_refused_open_or_map_is_one_row_that_says_so(void **state)
{
    struct visited visited;
    struct rlimit files, a_page;
    visited_open(&visited, work_find("squares"), *state, 100, 4);
    prepare(&visited);
    getrlimit(RLIMIT_FSIZE, &files);
    a_page = (struct rlimit){4096, files.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &a_page); /* room for the batch, none for an image */
    measure(&visited);
    setrlimit(RLIMIT_FSIZE, &files);
    signal(SIGXFSZ, SIG_DFL);
    visited_close(&visited);
    assert_bad(&visited, STATUS_REFUSED, "image: its memory");
}

static void a_reference_that_cannot_be_mapped_is_refused(void **state)
{
    struct visited visited;
    (void)state;
    visited_open(&visited, work_find("squares"), "serial", 100, 4);
    close(visited.context.reference_fd);
    visited.context.reference_fd = -1;
    measure(&visited);
    assert_bad(&visited, STATUS_REFUSED, "reference");
}

static void assert_unpreparable(const struct work *work, enum error_kind kind, const char *text)
{
    struct visited visited;
    struct error error = {0};
    visited_open(&visited, work, "serial", 1, 9);
    int result = cell_prepare(&visited.cell, &visited.context, &error);
    visited_close(&visited);
    assert_int_equal(result, -1);
    assert_error(&error, kind, text);
}

static void a_work_that_fails_serially_has_no_reference(void **state)
{
    (void)state;
    assert_unpreparable(&failing, ERROR_CHECK_FAILED, "job 3 failed with exit code 9");
}

static void an_input_that_cannot_be_made_is_told(void **state)
{
    (void)state;
    assert_unpreparable(&unprepared, ERROR_REFUSED, "no input today");
}

/* ------------------------------------------------------------------------------- cells that are
 * counted */

static void count(struct visited *visited, uint64_t maps)
{
    visited->context.maps = maps;
    cell_count(&visited->cell, &visited->context, visited->readings);
    visited->count = 1;
}

static void a_counted_cell_has_neither_a_time_nor_children(void **state)
{
    struct error trouble = {0};
    struct visited visited;
    visited_open(&visited, work_find("squares"), *state, 2000, 9);
    prepare(&visited);
    count(&visited, 3);
    visited_close(&visited);
    const struct reading *reading = &visited.readings[0];
    if (reading->status != STATUS_OK)
        stop_test("it is %s: %s", status_names[reading->status], reading->detail);
    assert_int_equal(reading->maps, 3);
    assert_unknown(reading->ns_per_map);
    assert_unknown(reading->roundtrip_ns);
    check_childless(&trouble, *state);
    assert_no_error(&trouble);
}

static void a_wrong_result_is_told_when_counted_too(void **state)
{
    struct visited visited;
    visited_open(&visited, work_find("squares"), *state, 2000, 9);
    prepare(&visited);
    off_t last_of_first = (off_t)visited.cell.work->result_bytes - 1;
    assert_int_equal(pwrite(visited.context.reference_fd, "x", 1, last_of_first), 1);
    count(&visited, 3);
    visited_close(&visited);
    assert_bad(&visited, STATUS_WRONG, "job 0");
}

static uint64_t calls;

static int call(const struct job *job, void *result)
{
    (void)job;
    memset(result, 0, 1);
    calls++;
    return 0;
}

static const struct work counting_calls = {
    .name = "calls", .result_bytes = 1, .run = call, .result_text = say_nothing};

static void a_counted_cell_makes_as_many_maps_as_asked_for(void **state)
{
    struct visited visited;
    (void)state;
    visited_open(&visited, &counting_calls, "serial", 1, 3);
    for (uint64_t maps = 0; maps < 3; maps++) {
        calls = 0;
        count(&visited, maps);
        assert_int_equal(calls, 3 * maps);
    }
    visited_close(&visited);
}

/* ------------------------------------------------------------------------------- the tables */

static struct fixture_tests tests;

/* Adds the test for each strategy that has all the flags of `with` and none of `without`. */
static void add(CMUnitTestFunction test, const char *what, unsigned with, unsigned without)
{
    for (size_t i = 0; i < strategies_count; i++) {
        const struct strategy_ops *strategy = strategies[i];
        if ((strategy->flags & with) == with && (strategy->flags & without) == 0)
            fixture_add(&tests, test, strategy->name, strlen(strategy->name) + 1, "%s_%s",
                        strategy->name, what);
    }
}

#define ADD(test, with, without) add(test, #test, with, without)

int main(void)
{
    const struct CMUnitTest single[] = {
        cmocka_unit_test(short_maps_are_timed_many_at_once),
        cmocka_unit_test(the_round_trip_is_measured_where_there_are_two_cpus),
        cmocka_unit_test(the_round_trip_is_unknown_where_it_is_not_measured),
        cmocka_unit_test(what_chooses_is_closed_after_the_cold_map_and_opened_again),
        cmocka_unit_test(what_does_not_choose_is_opened_once),
        cmocka_unit_test(the_reference_is_what_serial_computes),
        cmocka_unit_test(a_reference_that_cannot_be_mapped_is_refused),
        cmocka_unit_test(a_work_that_fails_serially_has_no_reference),
        cmocka_unit_test(an_input_that_cannot_be_made_is_told),
        cmocka_unit_test(a_counted_cell_makes_as_many_maps_as_asked_for),
    };
    ADD(cold_comes_first_and_warm_rows_follow, 0, 0);
    ADD(works_with_input_are_prepared_and_verified, 0, 0);
    ADD(one_job_is_a_cell_too, 0, 0);
    ADD(a_cell_holds_its_memory_while_it_is_measured, 0, 0);
    ADD(a_cell_that_idles_reads_single_maps_and_the_wake, 0, 0);
    ADD(the_background_load_is_gone_when_a_cell_is_done, 0, 0);
    ADD(a_cell_whose_memory_is_refused_is_one_row_that_says_so, 0, 0);
    ADD(a_batch_of_no_jobs_is_ok_and_nobody_takes_part, 0, 0);
    ADD(payload_is_moved_and_verified, 0, 0);
    ADD(a_wrong_payload_is_one_row_without_a_time, 0, 0);
    ADD(more_payload_by_pipe_than_memory_is_refused, STRATEGY_TRANSPORTS, 0);
    ADD(the_processor_time_of_workers_is_seen, 0, 0);
    ADD(a_wrong_result_is_one_row_without_a_time, 0, 0);
    ADD(a_failed_job_is_one_row_with_its_code, 0, STRATEGY_NEEDS_EXEC);
    ADD(a_crashed_job_is_one_row_with_its_signal, STRATEGY_ISOLATES_CRASHES, STRATEGY_NEEDS_EXEC);
    ADD(a_job_that_differs_from_serials_is_wrong, STRATEGY_ISOLATES_CRASHES, STRATEGY_NEEDS_EXEC);
    ADD(a_refused_open_or_map_is_one_row_that_says_so, STRATEGY_NEEDS_EXEC, 0);
    ADD(a_counted_cell_has_neither_a_time_nor_children, 0, 0);
    ADD(a_wrong_result_is_told_when_counted_too, 0, 0);
    int failed = cmocka_run_group_tests_name("cell", single, NULL, NULL);
    return failed + fixture_run(&tests, "cell of each strategy", NULL);
}
