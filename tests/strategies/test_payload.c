/* Payload arrives whole, in place or by pipe, whatever its size and whoever dies on the way. */
#include "tests/fixtures.h"

#include <grp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

enum { BIG = (1 << 20) + 13, HANGS_AFTER_S = 120, NOBODY = 65534, MOST_BATCHES = 32 };

/* What one test is about; handed to it as its state. */
struct scenario {
    const struct strategy_ops *strategy;
    enum transport transport;
    uint32_t workers;
    uint64_t in, out;
};

static struct strategy_config config_of(const struct scenario *scenario)
{
    struct strategy_config config = fixture_config(scenario->strategy, scenario->workers);
    config.transport = scenario->transport;
    return config;
}

static struct batch *make_batch(const struct work *work, uint64_t size, uint64_t jobs, int input_fd,
                                uint64_t in, uint64_t out)
{
    struct batch_request request = {.work = work,
                                    .jobs = jobs,
                                    .size = size,
                                    .seed = FIXTURE_SEED,
                                    .input_fd = input_fd,
                                    .payload_in_bytes = in,
                                    .payload_out_bytes = out};
    struct error error = {0};
    struct batch *batch = batch_create(&request, &error);
    if (batch == NULL)
        stop_test("%s", error.text);
    return batch;
}

static void hang(int number)
{
    static const char text[] = "a map hangs\n";
    (void)number;
    if (write(STDERR_FILENO, text, sizeof text - 1) > 0)
        _exit(1);
    _exit(1);
}

/* A test that takes this long ends the program. */
static void guard(void)
{
    signal(SIGALRM, hang);
    alarm(HANGS_AFTER_S);
}

/* Leaves the test where the strategy cannot be tested here. */
static const struct scenario *begin(void **state)
{
    const struct scenario *scenario = *state;
    fixture_strategy(scenario->strategy->name);
    guard();
    return scenario;
}

/* ------------------------------------------------------------------------------- what arrives */

/* Spoils what jobs give, so that only the next map can make it right. */
static void spoil(const struct batch *batch)
{
    memset(batch->results, 0xa5, batch->jobs * batch->work->result_bytes);
    memset(batch->payload_out, 0xa5, batch->jobs * batch->payload_out_bytes);
}

static int check_bytes(const char *what, const unsigned char *got, const unsigned char *wanted,
                       uint64_t bytes, const struct batch *batch, struct error *trouble)
{
    if (memcmp(got, wanted, bytes) == 0)
        return 0;
    return fail(trouble, ERROR_CHECK_FAILED, "%llu jobs, %llu in, %llu out: %s differ",
                (unsigned long long)batch->jobs, (unsigned long long)batch->payload_in_bytes,
                (unsigned long long)batch->payload_out_bytes, what);
}

/* Every job done, and every byte as serial has it. */
static int check_batch(const struct batch *batch, const struct batch *wanted, uint32_t workers,
                       struct error *trouble)
{
    char complaint[160];
    struct batch_tally tally = batch_count(batch, workers);
    batch_complaint(batch, &tally, complaint, sizeof complaint);
    if (tally.done != batch->jobs)
        return fail(trouble, ERROR_CHECK_FAILED, "%s", complaint);
    if (check_bytes("results", batch->results, wanted->results,
                    batch->jobs * batch->work->result_bytes, batch, trouble) != 0)
        return -1;
    return check_bytes("payloads", batch->payload_out, wanted->payload_out,
                       batch->jobs * batch->payload_out_bytes, batch, trouble);
}

/* Batches of every payload, with fewer and with more jobs than workers, and what serial makes of
 * them. */
struct batches {
    struct batch *given[MOST_BATCHES], *wanted[MOST_BATCHES];
    size_t count;
};

static void add_batch(struct batches *batches, uint64_t jobs, uint64_t in, uint64_t out)
{
    struct error error = {0};
    const struct work *work = work_find("squares");
    size_t at = batches->count++;
    assert_true(at < MOST_BATCHES);
    batches->given[at] = make_batch(work, 50, jobs, -1, in, out);
    batches->wanted[at] = make_batch(work, 50, jobs, -1, in, out);
    batch_begin(batches->wanted[at]);
    assert_int_equal(strategy_find("serial")->map(NULL, batches->wanted[at], &error), 0);
}

static void make_batches(struct batches *batches, uint32_t workers)
{
    const uint64_t sizes[] = {1, 4096, fixture_under_valgrind() ? BIG / 8 : BIG};
    const uint64_t jobs[] = {workers > 1 ? workers - 1 : 1, 2 * workers + 1};
    batches->count = 0;
    for (size_t k = 0; k < COUNT_OF(jobs); k++) {
        add_batch(batches, jobs[k], 0, 0);
        for (size_t i = 0; i < COUNT_OF(sizes); i++) {
            add_batch(batches, jobs[k], sizes[i], 0);
            add_batch(batches, jobs[k], 0, sizes[i]);
            add_batch(batches, jobs[k], sizes[i], sizes[i]);
        }
    }
}

static void free_batches(struct batches *batches)
{
    for (size_t i = 0; i < batches->count; i++) {
        batch_free(batches->given[i]);
        batch_free(batches->wanted[i]);
    }
}

/* Several maps of every batch in turn, on one open strategy. */
static void arrives_as_serial_has_it(void **state)
{
    enum { MAPS = 2 };
    const struct scenario *scenario = begin(state);
    struct strategy_config config = config_of(scenario);
    struct error trouble = {0};
    struct strategy_usage usage = {0};
    struct batches batches;
    void *opened;
    make_batches(&batches, config.workers);
    size_t descriptors = open_descriptors();
    if (scenario->strategy->open(&config, &opened, &trouble) == 0) {
        for (size_t i = 0; i < MAPS * batches.count && trouble.kind == ERROR_NONE; i++) {
            struct batch *batch = batches.given[i % batches.count];
            spoil(batch);
            batch_begin(batch);
            if (scenario->strategy->map(opened, batch, &trouble) == 0)
                check_batch(batch, batches.wanted[i % batches.count], config.workers, &trouble);
        }
        if (scenario->strategy->usage != NULL)
            scenario->strategy->usage(opened, &usage);
        scenario->strategy->close(opened);
    }
    size_t left = open_descriptors();
    free_batches(&batches);
    check_childless(&trouble, scenario->strategy->name);
    assert_no_error(&trouble);
    assert_int_equal(left, descriptors);
}

/* The same bytes in other places, or one byte less, must not give the same payload out. */
static void what_goes_out_depends_on_every_byte_that_goes_in(void **state)
{
    enum { BYTES = 45 };
    unsigned char first[BYTES], out[BYTES], swapped[2];
    (void)state;
    struct batch *batch = make_batch(work_find("squares"), 1, 2, -1, BYTES, BYTES);
    struct job job = batch_job(batch, 0), other = batch_job(batch, 1);
    unsigned char *in = batch->payload_in;
    batch_execute_between(batch, &job, in, first);
    batch_execute_between(batch, &other, in, out);
    assert_memory_not_equal(out, first, BYTES);
    for (size_t i = 0; i < BYTES; i++) {
        in[i] ^= 1;
        batch_execute_between(batch, &job, in, out);
        assert_memory_not_equal(out, first, BYTES);
        in[i] ^= 1;
    }
    for (size_t i = 0; i + 8 < BYTES; i++) {
        memcpy(swapped, (unsigned char[]){in[i + 8], in[i]}, 2);
        if (swapped[0] == swapped[1])
            continue;
        in[i] = swapped[0];
        in[i + 8] = swapped[1];
        batch_execute_between(batch, &job, in, out);
        assert_memory_not_equal(out, first, BYTES);
        in[i] = swapped[1];
        in[i + 8] = swapped[0];
    }
    batch_free(batch);
}

static void payload_beyond_all_memory_is_refused(void **state)
{
    static const uint64_t sizes[][2] = {
        {UINT64_C(1) << 40, 0}, {0, UINT64_C(1) << 62}, {UINT64_MAX, UINT64_MAX}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        struct batch_request request = {.work = work_find("squares"),
                                        .jobs = 8,
                                        .input_fd = -1,
                                        .payload_in_bytes = sizes[i][0],
                                        .payload_out_bytes = sizes[i][1]};
        struct error error = {0};
        assert_null(batch_create(&request, &error));
        assert_error(&error, ERROR_REFUSED, "--payload");
    }
}

/* ------------------------------------------------------------------------------- jobs that die */

enum { JOBS = 20, FATED_WORKERS = 3 };

/* How a job ends; the input holds one a job. */
enum fate { FINE, IS_KILLED, RETURNS_7, EXITS_3, EXITS_0, FATES };

static const struct {
    enum job_status status;
    int code;
} expected[FATES] = {
    [FINE] = {JOB_DONE, 0},        [IS_KILLED] = {JOB_CRASHED, SIGKILL},
    [RETURNS_7] = {JOB_FAILED, 7}, [EXITS_3] = {JOB_FAILED, 3},
    [EXITS_0] = {JOB_FAILED, -1}, /* before its payload was sent; the code is the strategy's */
};

static int run_fated(const struct job *job, void *result)
{
    memcpy(result, &job->index, sizeof job->index);
    switch ((enum fate)job->input[job->index]) {
    case IS_KILLED:
        raise(SIGKILL);
        break;
    case EXITS_3:
        _exit(3);
    case EXITS_0:
        _exit(0);
    case RETURNS_7:
        return 7;
    case FINE:
    case FATES:
        break;
    }
    return 0;
}

static const struct work fated = {
    .name = "fated",
    .summary = "ends as its input says",
    .unit = "ignored",
    .result_bytes = sizeof(uint64_t),
    .run = run_fated,
    .result_text = work_text_u64,
};

/* Where nothing goes out, nobody can tell that a process of one job ended before its end. */
static bool passes_for_done(const struct batch *batch, uint64_t index, enum fate fate)
{
    return fate == EXITS_0 && batch->payload_out_bytes == 0 &&
           batch->outcomes[index].status == JOB_DONE;
}

/* What does not end well must be settled so; what does must have its payload. */
static int check_fates(const struct batch *batch, const struct batch *wanted,
                       const unsigned char fates[JOBS], struct error *trouble)
{
    for (uint64_t i = 0; i < JOBS; i++) {
        const struct outcome *outcome = &batch->outcomes[i];
        int code = expected[fates[i]].code;
        if (batch_settled(batch, i) && passes_for_done(batch, i, (enum fate)fates[i]))
            continue;
        if (!batch_settled(batch, i) || outcome->status != expected[fates[i]].status ||
            (code >= 0 && outcome->code != code))
            return fail(trouble, ERROR_CHECK_FAILED, "job %d of fate %d: settled %d, status %d, %d",
                        (int)i, fates[i], batch_settled(batch, i), outcome->status, outcome->code);
        if (fates[i] == FINE && memcmp(batch_payload_out(batch, i), batch_payload_out(wanted, i),
                                       batch->payload_out_bytes) != 0)
            return fail(trouble, ERROR_CHECK_FAILED, "the payload of job %d differs", (int)i);
    }
    return 0;
}

/* Maps again and again, each time with other jobs that die; the last time with none. */
static void deaths_leave_other_jobs_alone(void **state)
{
    enum { MAPS = 8 };
    const struct scenario *scenario = begin(state);
    struct strategy_config config = config_of(scenario);
    struct error trouble = {0};
    unsigned char fates[JOBS] = {0};
    int input_fd = fixture_file(fates, JOBS);
    struct batch *batch = make_batch(&fated, 0, JOBS, input_fd, scenario->in, scenario->out);
    struct batch *wanted = make_batch(&fated, 0, JOBS, input_fd, scenario->in, scenario->out);
    void *opened;
    batch_begin(wanted);
    assert_int_equal(strategy_find("serial")->map(NULL, wanted, &trouble), 0);
    size_t descriptors = open_descriptors();
    if (scenario->strategy->open(&config, &opened, &trouble) == 0) {
        for (size_t i = 0; i < MAPS && trouble.kind == ERROR_NONE; i++) {
            for (size_t k = 0; k < JOBS; k++) /* two of three are fine, and all at the end */
                fates[k] = i + 1 < MAPS && (k + i) % 3 == 0
                               ? (unsigned char)(1 + (k + i) / 3 % (FATES - 1))
                               : FINE;
            assert_int_equal(pwrite(input_fd, fates, JOBS, 0), JOBS);
            spoil(batch);
            batch_begin(batch);
            if (scenario->strategy->map(opened, batch, &trouble) == 0)
                check_fates(batch, wanted, fates, &trouble);
        }
        scenario->strategy->close(opened);
    }
    size_t left = open_descriptors();
    batch_free(batch);
    batch_free(wanted);
    close(input_fd);
    check_childless(&trouble, scenario->strategy->name);
    assert_no_error(&trouble);
    assert_int_equal(left, descriptors);
}

/* ------------------------------------------------------------------------------- relays that die
 */

static volatile pid_t victim;

/* The first alarm kills, the second ends a program that hangs. */
static void kill_victim(int number)
{
    if (victim == 0)
        hang(number);
    kill(victim, SIGKILL);
    victim = 0;
    alarm(HANGS_AFTER_S);
}

static void kill_later(pid_t pid, long after_us)
{
    struct itimerval timer = {{0, 0}, {0, after_us}};
    struct sigaction action = {.sa_handler = kill_victim};
    sigemptyset(&action.sa_mask);
    victim = pid;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
}

/* The relay is what a strategy starts first; 0 where the kernel does not tell. */
static pid_t first_child(void)
{
    char path[64];
    int pid = 0;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *file = fopen(path, "re");
    if (file == NULL || fscanf(file, "%d", &pid) != 1)
        pid = 0;
    if (file != NULL)
        fclose(file);
    return pid;
}

/* A map in which the relay dies fails or is complete, and so does the next; none hangs. */
static void the_death_of_the_relay_ends_the_map(void **state)
{
    const struct scenario *scenario = begin(state);
    struct strategy_config config = config_of(scenario);
    struct error trouble = {0};
    struct batch *batch =
        make_batch(work_find("sleep"), 1000000, 60, -1, scenario->in, scenario->out);
    bool told = true;
    void *opened;
    size_t descriptors = open_descriptors();
    if (scenario->strategy->open(&config, &opened, &trouble) == 0) {
        pid_t relay = first_child();
        told = relay > 0;
        for (int i = 0; i < 2 && told && trouble.kind == ERROR_NONE; i++) {
            struct error refusal = {0};
            if (i == 0)
                kill_later(relay, 20000);
            batch_begin(batch);
            int result = scenario->strategy->map(opened, batch, &refusal);
            if (result == 0 ? batch_count(batch, config.workers).done != batch->jobs
                            : refusal.kind != ERROR_REFUSED)
                fail(&trouble, ERROR_CHECK_FAILED, "map %d: %d, '%s'", i, result, refusal.text);
        }
        scenario->strategy->close(opened);
    }
    size_t left = open_descriptors();
    batch_free(batch);
    check_childless(&trouble, scenario->strategy->name);
    if (!told)
        skip();
    assert_no_error(&trouble);
    assert_int_equal(left, descriptors);
}

/* ------------------------------------------------------------------------------- refused starts */

static int expect_refusal(const struct scenario *scenario, const char *part, struct error *trouble)
{
    struct strategy_config config = config_of(scenario);
    struct error refusal = {0};
    void *opened;
    if (scenario->strategy->open(&config, &opened, &refusal) == 0) {
        scenario->strategy->close(opened);
        return fail(trouble, ERROR_CHECK_FAILED, "it was opened");
    }
    if (refusal.kind != ERROR_REFUSED || strstr(refusal.text, part) == NULL)
        return fail(trouble, ERROR_CHECK_FAILED, "kind %d, '%s'", (int)refusal.kind, refusal.text);
    return check_childless(trouble, scenario->strategy->name);
}

/* Limits of descriptors from none left to all but one pair of pipes. */
static void too_few_descriptors_are_a_refusal(void **state)
{
    const struct scenario *scenario = begin(state);
    struct error trouble = {0};
    struct rlimit before, limit;
    if (fixture_under_valgrind()) /* it has descriptors and limits of its own */
        skip();
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    size_t descriptors = open_descriptors();
    limit = before;
    for (size_t spare = 0; spare < 4 * scenario->workers && trouble.kind == ERROR_NONE; spare++) {
        limit.rlim_cur = descriptor_limit(spare);
        setrlimit(RLIMIT_NOFILE, &limit);
        expect_refusal(scenario, "Too many open files", &trouble);
        setrlimit(RLIMIT_NOFILE, &before);
    }
    assert_no_error(&trouble);
    assert_int_equal(open_descriptors(), descriptors);
}

/* In a process of its own, so that limit and user do not stick. Exit code 77: cannot be tested. */
static void a_relay_that_cannot_be_forked_is_a_refusal(void **state)
{
    const struct scenario *scenario = begin(state);
    int wait_status = -1;
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit one = {1, 1};
        struct error trouble = {0};
        if (geteuid() == 0 &&
            (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
            _exit(77);
        if (setrlimit(RLIMIT_NPROC, &one) != 0)
            _exit(77);
        if (expect_refusal(scenario, "--transport pipe: fork of the relay", &trouble) != 0)
            fprintf(stderr, "%s\n", trouble.text);
        _exit(trouble.kind == ERROR_NONE ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &wait_status, 0), pid);
    if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 77)
        skip();
    assert_int_equal(wait_status, 0);
}

/* ------------------------------------------------------------------------------- the tables */

static struct fixture_tests tests;

static void add(const struct scenario *scenario, CMUnitTestFunction test, const char *what)
{
    const char *by = transport_name(scenario->transport);
    fixture_add(&tests, test, scenario, sizeof *scenario, "%s%s%s_%u_%llu_%llu_%s",
                scenario->strategy->name, *by ? "_by_" : "", by, scenario->workers,
                (unsigned long long)scenario->in, (unsigned long long)scenario->out, what);
}

static void add_arrivals(const struct strategy_ops *strategy)
{
    static const uint32_t workers[] = {1, 2, 5};
    bool travels = (strategy->flags & STRATEGY_TRANSPORTS) != 0;
    for (size_t i = 0; i < COUNT_OF(workers); i++) {
        struct scenario scenario = {strategy, TRANSPORT_NONE, workers[i], 0, 0};
        if (!travels) {
            add(&scenario, arrives_as_serial_has_it, "arrives_as_serial_has_it");
            continue;
        }
        scenario.transport = TRANSPORT_SHM;
        add(&scenario, arrives_as_serial_has_it, "arrives_as_serial_has_it");
        scenario.transport = TRANSPORT_PIPE;
        add(&scenario, arrives_as_serial_has_it, "arrives_as_serial_has_it");
    }
}

/* Payloads that fit into a pipe and that do not, one way and both. */
static void add_deaths(const char *strategy, enum transport transport)
{
    static const uint64_t payloads[][2] = {{10, 10}, {100000, 0}, {0, 100000}, {100000, 100000}};
    for (size_t i = 0; i < COUNT_OF(payloads); i++) {
        struct scenario scenario = {strategy_find(strategy), transport, FATED_WORKERS,
                                    payloads[i][0], payloads[i][1]};
        add(&scenario, deaths_leave_other_jobs_alone, "deaths_leave_other_jobs_alone");
    }
}

static void add_relays(const struct strategy_ops *strategy)
{
    static const uint64_t payloads[][2] = {{10, 0}, {0, 10}, {BIG, BIG}};
    struct scenario scenario = {strategy, TRANSPORT_PIPE, 3, 0, 0};
    add(&scenario, too_few_descriptors_are_a_refusal, "too_few_descriptors_are_a_refusal");
    add(&scenario, a_relay_that_cannot_be_forked_is_a_refusal,
        "a_relay_that_cannot_be_forked_is_a_refusal");
    for (size_t i = 0; i < COUNT_OF(payloads); i++) {
        scenario.in = payloads[i][0];
        scenario.out = payloads[i][1];
        add(&scenario, the_death_of_the_relay_ends_the_map, "the_death_of_the_relay_ends_the_map");
    }
}

int main(void)
{
    static const struct scenario none;
    fixture_add(&tests, what_goes_out_depends_on_every_byte_that_goes_in, &none, sizeof none,
                "what_goes_out_depends_on_every_byte_that_goes_in");
    fixture_add(&tests, payload_beyond_all_memory_is_refused, &none, sizeof none,
                "payload_beyond_all_memory_is_refused");
    for (size_t i = 0; i < strategies_count; i++) {
        add_arrivals(strategies[i]);
        if ((strategies[i]->flags & STRATEGY_TRANSPORTS) != 0)
            add_relays(strategies[i]);
    }
    add_deaths("fork", TRANSPORT_PIPE);
    add_deaths("forkpool", TRANSPORT_PIPE);
    add_deaths("forkpool", TRANSPORT_SHM);
    return fixture_run(&tests, "payload", NULL);
}
