/* What happens when jobs, workers or starts go wrong, and that nothing is left over. */
#include "tests/fixtures.h"

#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/time.h>

enum { WORKERS = 3, JOBS = 20, NOBODY = 65534 };

/* Long for a job that is fine, on any machine; short for who waits for one that hangs. */
#define JOB_TIMEOUT_NS (150 * NS_PER_MS)

/* ------------------------------------------------------------------------------- a work that
 * crashes
 */

/* How a job ends; the input holds one a job. */
enum fate {
    FINE,
    FINE_LATER,
    SEGFAULTS,
    ABORTS,
    IS_KILLED,
    EXITS_3,
    RETURNS_7,
    RETURNS_255,
    EXITS_0,
    DIVIDES_BY_ZERO,
    OVERFLOWS_ITS_STACK,
    HANGS,
    STOPS_ITSELF,
    DIES_AT_FIRST,
    HANGS_AT_FIRST,
    FATES
};

/* What the outcome of each fate must be where a job has a process of its own to take along. */
static const struct {
    const char *name;
    enum job_status status;
    int code;
} expected[FATES] = {
    [FINE] = {"fine", JOB_DONE, 0},
    [FINE_LATER] = {"fine_later", JOB_DONE, 0},
    [SEGFAULTS] = {"segfaults", JOB_CRASHED, SIGSEGV},
    [ABORTS] = {"aborts", JOB_CRASHED, SIGABRT},
    [IS_KILLED] = {"is_killed", JOB_CRASHED, SIGKILL},
    [EXITS_3] = {"exits_3", JOB_FAILED, 3},
    [RETURNS_7] = {"returns_7", JOB_FAILED, 7},
    [RETURNS_255] = {"returns_255", JOB_FAILED, 255},
    [EXITS_0] = {"exits_0", JOB_FAILED, 0}, /* in a pool: its worker is gone, whatever it says */
    [DIVIDES_BY_ZERO] = {"divides_by_zero", JOB_CRASHED, SIGFPE},
    [OVERFLOWS_ITS_STACK] = {"overflows_its_stack", JOB_CRASHED, SIGSEGV},
    [HANGS] = {"hangs", JOB_TIMED_OUT, SIGKILL},
    [STOPS_ITSELF] = {"stops_itself", JOB_TIMED_OUT, SIGKILL},
    [DIES_AT_FIRST] = {"dies_at_first", JOB_DONE, 0}, /* with a retry; so has the next */
    [HANGS_AT_FIRST] = {"hangs_at_first", JOB_DONE, 0},
};

/* How often each job was begun, in memory that all processes share. */
static unsigned *begun;

static void die_of(int number)
{
    signal(number, SIG_DFL); /* cmocka and sanitizers catch some */
    raise(number);
}

static __attribute__((no_sanitize("undefined"))) void divide_by_zero(void)
{
    volatile int zero = 0, one = 1;
    signal(SIGFPE, SIG_DFL);
    one = one / zero;
    raise(SIGFPE); /* where the processor does not mind */
}

/* The frame is larger than a page, so that the stack's end is met wherever it lies. */
static __attribute__((noinline, no_sanitize("address", "undefined"))) int descend(int depth)
{
    volatile char frame[8192];
    frame[0] = (char)depth;
    return depth == INT_MAX ? 0 : descend(depth + 1) + frame[0];
}

static void overflow_stack(void)
{
    signal(SIGSEGV, SIG_DFL);
    if (descend(0) == 0)
        _exit(1);
}

static int run(const struct job *job, void *result)
{
    uint64_t value = job->index * job->index + 1;
    bool first = __atomic_fetch_add(&begun[job->index], 1, __ATOMIC_RELAXED) == 0;
    switch ((enum fate)job->input[job->index]) {
    case FINE_LATER:
        usleep(20000);
        break;
    case SEGFAULTS:
        die_of(SIGSEGV);
        break;
    case ABORTS:
        die_of(SIGABRT);
        break;
    case IS_KILLED:
        die_of(SIGKILL);
        break;
    case EXITS_3:
        _exit(3);
    case EXITS_0:
        _exit(0);
    case RETURNS_7:
        return 7;
    case RETURNS_255:
        return 255;
    case DIVIDES_BY_ZERO:
        divide_by_zero();
        break;
    case OVERFLOWS_ITS_STACK:
        overflow_stack();
        break;
    case HANGS:
        for (;;)
            pause();
    case STOPS_ITSELF:
        raise(SIGSTOP);
        break;
    case DIES_AT_FIRST:
        if (first)
            die_of(SIGKILL);
        break;
    case HANGS_AT_FIRST:
        while (first)
            pause();
        break;
    case FINE:
    case FATES:
        break;
    }
    memcpy(result, &value, sizeof value);
    return 0;
}

static const struct work fragile = {
    .name = "fragile",
    .summary = "ends as its input says",
    .unit = "ignored",
    .result_bytes = sizeof(uint64_t),
    .run = run,
    .result_text = work_text_u64,
};

/* A batch of the fragile work, and the file with its fates, which workers see change. */
struct doom {
    unsigned char fates[JOBS];
    int input_fd;
    struct batch *batch;
};

static void doom_open(struct doom *doom)
{
    *doom = (struct doom){0};
    begun =
        mmap(NULL, JOBS * sizeof *begun, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(begun != MAP_FAILED);
    doom->input_fd = fixture_file(doom->fates, JOBS);
    doom->batch = fixture_batch(&fragile, 0, JOBS, doom->input_fd, false);
}

static void doom_close(struct doom *doom)
{
    batch_free(doom->batch);
    close(doom->input_fd);
    munmap(begun, JOBS * sizeof *begun);
}

/* Sets every fate to `all` but those at the given places to `some`. */
static void doom_set(struct doom *doom, enum fate all, const size_t places[], size_t count,
                     enum fate some)
{
    memset(doom->fates, (int)all, JOBS);
    for (size_t i = 0; i < count; i++)
        doom->fates[places[i]] = (unsigned char)some;
}

static int check_job(const struct doom *doom, uint64_t index, struct error *trouble)
{
    const struct outcome *outcome = &doom->batch->outcomes[index];
    enum fate fate = (enum fate)doom->fates[index];
    uint64_t value;
    memcpy(&value, doom->batch->results + index * sizeof value, sizeof value);
    if (!batch_settled(doom->batch, index))
        return fail(trouble, ERROR_CHECK_FAILED, "job %llu (%s) is lost", (unsigned long long)index,
                    expected[fate].name);
    if (outcome->status != expected[fate].status || outcome->code != expected[fate].code)
        return fail(trouble, ERROR_CHECK_FAILED, "job %llu (%s): status %d, code %d",
                    (unsigned long long)index, expected[fate].name, outcome->status, outcome->code);
    if (fate != FINE && outcome->reruns != (begun[index] > 0 ? begun[index] - 1 : 0))
        return fail(trouble, ERROR_CHECK_FAILED,
                    "job %llu (%s): begun %u times, run again %u times", (unsigned long long)index,
                    expected[fate].name, begun[index], outcome->reruns);
    if (begun[index] != 1 && outcome->reruns == 0)
        return fail(trouble, ERROR_CHECK_FAILED, "job %llu (%s) was begun %u times",
                    (unsigned long long)index, expected[fate].name, begun[index]);
    if (outcome->worker >= WORKERS)
        return fail(trouble, ERROR_CHECK_FAILED, "job %llu by worker %u", (unsigned long long)index,
                    outcome->worker);
    if (outcome->status == JOB_DONE && value != index * index + 1)
        return fail(trouble, ERROR_CHECK_FAILED, "job %llu: a wrong result",
                    (unsigned long long)index);
    return 0;
}

/* Each job that did not end well is one trouble. */
static void check_troubles(const struct doom *doom, uint64_t before, struct error *trouble)
{
    uint64_t counted = doom->batch->troubles - before, bad = 0;
    for (size_t i = 0; i < JOBS; i++)
        bad += doom->batch->outcomes[i].status != JOB_DONE;
    if (counted != bad && trouble->kind == ERROR_NONE)
        fail(trouble, ERROR_CHECK_FAILED, "%llu troubles for %llu jobs",
             (unsigned long long)counted, (unsigned long long)bad);
}

/* Maps once and checks every job against its fate. */
static int doom_map(const struct strategy_ops *strategy, void *state, struct doom *doom,
                    struct error *trouble)
{
    memset(doom->batch->results, 0xa5, JOBS * sizeof(uint64_t));
    memset(begun, 0, JOBS * sizeof *begun);
    if (pwrite(doom->input_fd, doom->fates, JOBS, 0) != JOBS)
        return fail_errno(trouble, errno, "fates");
    uint64_t troubles = doom->batch->troubles;
    batch_begin(doom->batch);
    if (strategy->map(state, doom->batch, trouble) != 0)
        return -1;
    check_troubles(doom, troubles, trouble);
    for (uint64_t i = 0; i < JOBS && trouble->kind == ERROR_NONE; i++)
        check_job(doom, i, trouble);
    return trouble->kind == ERROR_NONE ? 0 : -1;
}

/* ------------------------------------------------------------------------------- jobs that crash
 */

/* What one test is about; handed to it as its state. */
struct scenario {
    const char *strategy;
    enum schedule schedule;
    uint64_t chunk;
    enum fate fate;
    uint32_t retries;
    bool timed; /* jobs may take JOB_TIMEOUT_NS */
};

static struct strategy_config config_of(const struct scenario *scenario,
                                        const struct strategy_ops *strategy)
{
    struct strategy_config config = fixture_config(strategy, WORKERS);
    if (scenario->schedule != SCHEDULE_NONE)
        config.schedule = scenario->schedule;
    config.chunk = scenario->chunk;
    config.retries = scenario->retries;
    config.job_timeout_ns = scenario->timed ? JOB_TIMEOUT_NS : 0;
    return config;
}

/* Opens, maps with the fates of each of `places` as the scenario wants, maps again with none, as
 * often as there are sets of places, and closes. */
static void assert_survives(const struct scenario *scenario, const size_t *const places[],
                            const size_t counts[], size_t sets)
{
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy);
    struct strategy_config config = config_of(scenario, strategy);
    struct error trouble = {0};
    struct doom doom;
    void *state;
    if (scenario->timed && fixture_under_valgrind()) /* it knows no pidfd_open */
        skip();
    doom_open(&doom);
    if (strategy->open(&config, &state, &trouble) == 0) {
        for (size_t i = 0; i < sets && trouble.kind == ERROR_NONE; i++) {
            doom_set(&doom, FINE, places[i], counts[i], scenario->fate);
            if (doom_map(strategy, state, &doom, &trouble) != 0)
                break;
            doom_set(&doom, FINE, NULL, 0, FINE);
            doom_map(strategy, state, &doom, &trouble);
        }
        strategy->close(state);
    }
    doom_close(&doom);
    check_childless(&trouble, strategy->name);
    assert_no_error(&trouble);
}

static void settles_it_alone_and_goes_on(void **state)
{
    static const size_t first[] = {0}, middle[] = {JOBS / 2}, last[] = {JOBS - 1};
    const size_t *const places[] = {last, middle, first};
    static const size_t counts[] = {1, 1, 1};
    assert_survives(*state, places, counts, 3);
}

/* With static shares the last job is never the caller's. */
static void settles_the_last_alone_and_goes_on(void **state)
{
    static const size_t last[] = {JOBS - 1};
    const size_t *const places[] = {last, last};
    static const size_t counts[] = {1, 1};
    assert_survives(*state, places, counts, 2);
}

static void settles_several_and_goes_on(void **state)
{
    static const size_t neighbours[] = {5, 6, 7}, far[] = {0, 3, 9, 10, JOBS - 2, JOBS - 1};
    static const size_t all[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,
                                 10, 11, 12, 13, 14, 15, 16, 17, 18, 19};
    const size_t *const places[] = {neighbours, far, all};
    static const size_t counts[] = {3, 6, JOBS};
    assert_survives(*state, places, counts, 3);
}

static void settles_every_kind_in_one_batch(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy);
    struct strategy_config config = config_of(scenario, strategy);
    struct error trouble = {0};
    struct doom doom;
    void *opened;
    doom_open(&doom);
    if (strategy->open(&config, &opened, &trouble) == 0) {
        for (int i = 0; i < 5 && trouble.kind == ERROR_NONE; i++) {
            for (size_t k = 0; k < JOBS; k++)
                doom.fates[k] = (unsigned char)((k * 3 + (size_t)i) % EXITS_0);
            doom_map(strategy, opened, &doom, &trouble);
        }
        strategy->close(opened);
    }
    doom_close(&doom);
    check_childless(&trouble, strategy->name);
    assert_no_error(&trouble);
}

/* ------------------------------------------------------------------------------- workers that die
 */

/* The pids that ran the jobs of the last map; with static shares each worker's first job has its.
 */
static void note_pids(const struct batch *batch, pid_t pids[WORKERS])
{
    for (uint64_t i = batch->jobs; i-- > 0;)
        pids[batch->outcomes[i].worker] = batch->outcomes[i].pid;
}

/* Kills a worker and waits until it is dead, but not reaped: that is the pool's part. */
static void kill_and_await(pid_t pid, struct error *trouble)
{
    siginfo_t info;
    assert_true(pid > 0); /* 0 is the group of this process */
    if (kill(pid, SIGKILL) != 0 || waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) != 0)
        fail_errno(trouble, errno, "worker %d", (int)pid);
}

static int check_replaced(const struct batch *batch, const pid_t dead[], uint32_t count,
                          struct error *trouble)
{
    for (uint64_t i = 0; i < batch->jobs; i++)
        for (uint32_t k = 0; k < count; k++)
            if (batch->outcomes[i].pid == dead[k])
                return fail(trouble, ERROR_CHECK_FAILED, "job %llu was run by a dead worker",
                            (unsigned long long)i);
    return 0;
}

/* Maps, kills workers from `first` on while they are idle, and maps twice more. */
static void assert_replaces(const struct scenario *scenario, uint32_t first)
{
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy);
    struct strategy_config config = config_of(scenario, strategy);
    struct error trouble = {0};
    struct strategy_usage usage = {0};
    pid_t pids[WORKERS] = {0};
    struct doom doom;
    void *opened;
    config.schedule = SCHEDULE_STATIC; /* each worker does jobs, so that all pids are known */
    doom_open(&doom);
    if (strategy->open(&config, &opened, &trouble) == 0) {
        doom_set(&doom, FINE_LATER, NULL, 0, FINE);
        doom_map(strategy, opened, &doom, &trouble);
        note_pids(doom.batch, pids);
        for (uint32_t i = first; i < WORKERS && trouble.kind == ERROR_NONE; i++)
            kill_and_await(pids[i], &trouble);
        for (int i = 0; i < 2 && trouble.kind == ERROR_NONE; i++)
            if (doom_map(strategy, opened, &doom, &trouble) == 0)
                check_replaced(doom.batch, pids + first, WORKERS - first, &trouble);
        strategy->usage(opened, &usage);
        strategy->close(opened);
    }
    doom_close(&doom);
    check_childless(&trouble, strategy->name);
    assert_no_error(&trouble);
}

static void replaces_an_idle_worker_that_was_killed(void **state)
{
    assert_replaces(*state, WORKERS - 1);
}

static void replaces_all_workers_that_can_be_killed(void **state)
{
    const struct scenario *scenario = *state;
    assert_replaces(scenario, text_equal(scenario->strategy, "forkteam") ? 1 : 0);
}

/* A pool whose workers have all been killed must still be able to tell what they used, and end. */
static void closes_after_its_workers_were_killed(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy);
    struct strategy_config config = config_of(scenario, strategy);
    struct strategy_usage usage = {0};
    struct error trouble = {0};
    pid_t pids[WORKERS] = {0};
    struct doom doom;
    void *opened;
    doom_open(&doom);
    config.schedule = SCHEDULE_STATIC;
    if (strategy->open(&config, &opened, &trouble) == 0) {
        doom_map(strategy, opened, &doom, &trouble);
        note_pids(doom.batch, pids);
        for (uint32_t i = 0; i < WORKERS; i++)
            if (pids[i] != getpid())
                kill_and_await(pids[i], &trouble);
        strategy->usage(opened, &usage);
        strategy->close(opened);
    }
    doom_close(&doom);
    check_childless(&trouble, strategy->name);
    assert_no_error(&trouble);
}

/* The children of this process, as the kernel lists them: "123 124 ". */
static char *children_text(void)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    return file_read(path);
}

/* A worker that died at once would be replaced, and nobody would know. */
static void keeps_the_workers_that_it_started(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy);
    struct strategy_config config = config_of(scenario, strategy);
    struct error trouble = {0};
    char *before = NULL, *after = NULL;
    struct doom doom;
    void *opened;
    doom_open(&doom);
    if (strategy->open(&config, &opened, &trouble) == 0) {
        before = children_text();
        for (int i = 0; i < 3 && trouble.kind == ERROR_NONE; i++)
            doom_map(strategy, opened, &doom, &trouble);
        after = children_text();
        strategy->close(opened);
    }
    doom_close(&doom);
    assert_no_error(&trouble);
    bool same = text_equal(before, after);
    free(before);
    free(after);
    assert_true(same);
}

static void stop_and_await(pid_t pid, struct error *trouble)
{
    siginfo_t info;
    assert_true(pid > 0);
    if (kill(pid, SIGSTOP) != 0 || waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOWAIT) != 0)
        fail_errno(trouble, errno, "worker %d", (int)pid);
}

/* Opens, maps, stops every worker that is a process, maps again where maps is above 1, and closes.
 */
static void assert_copes_with_stopped_workers(const struct scenario *scenario, int maps)
{
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy);
    struct strategy_config config = config_of(scenario, strategy);
    struct error trouble = {0};
    pid_t pids[WORKERS] = {0};
    struct doom doom;
    void *opened;
    config.schedule = SCHEDULE_STATIC; /* each worker does jobs, so that all pids are known */
    doom_open(&doom);
    if (strategy->open(&config, &opened, &trouble) == 0) {
        doom_map(strategy, opened, &doom, &trouble);
        note_pids(doom.batch, pids);
        for (uint32_t i = 0; i < WORKERS; i++)
            if (pids[i] != getpid())
                stop_and_await(pids[i], &trouble);
        for (int i = 1; i < maps && trouble.kind == ERROR_NONE; i++)
            doom_map(strategy, opened, &doom, &trouble);
        strategy->close(opened);
    }
    doom_close(&doom);
    check_childless(&trouble, strategy->name);
    assert_no_error(&trouble);
}

static void closes_though_its_workers_are_stopped(void **state)
{
    assert_copes_with_stopped_workers(*state, 1);
}

static void replaces_workers_that_are_stopped(void **state)
{
    assert_copes_with_stopped_workers(*state, 3);
}

static bool children_must_die;

static void die_where_told(void)
{
    if (children_must_die)
        raise(SIGKILL);
}

/* As where a limit or a filter kills whatever is started: that must not go on for ever. */
static void fails_where_every_worker_dies_at_its_start(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy);
    struct strategy_config config = config_of(scenario, strategy);
    struct error trouble = {0}, refusal = {0};
    struct doom doom;
    void *opened;
    doom_open(&doom);
    children_must_die = true;
    if (strategy->open(&config, &opened, &trouble) == 0) {
        doom_map(strategy, opened, &doom, &refusal);
        strategy->close(opened);
    }
    children_must_die = false;
    doom_close(&doom);
    check_childless(&trouble, strategy->name);
    assert_no_error(&trouble);
    assert_error(&refusal, ERROR_REFUSED, "workers die before they have a job");
    assert_contains(refusal.text, "signal 9");
}

/* ------------------------------------------------------------------------------- nothing left over
 */

/* The threads of this process, once there are no more than `most`: a thread that was joined may be
 * seen for a moment. */
static size_t settled_threads(size_t most)
{
    size_t count = count_entries("/proc/self/task");
    for (int i = 0; i < 1000 && count > most; i++) {
        usleep(1000);
        count = count_entries("/proc/self/task");
    }
    return count;
}

static size_t memory_maps(void)
{
    size_t count = 0;
    FILE *file = fopen("/proc/self/maps", "re");
    assert_non_null(file);
    for (int character; (character = getc(file)) != EOF;)
        count += character == '\n';
    fclose(file);
    return count;
}

/* Batches and a strategy from their making to their end; the strategy sees both batches. */
static void live_once(const struct strategy_ops *strategy, struct error *trouble)
{
    const struct work *stream = work_find("stream"), *squares = work_find("squares");
    struct strategy_config config = fixture_config(strategy, WORKERS);
    int input_fd = fixture_input(stream, 100, 4);
    struct batch *batches[] = {fixture_batch(stream, 100, 4, input_fd, false),
                               fixture_batch(squares, 100, 4, -1, true)};
    struct strategy_usage usage = {0};
    void *state;
    if (strategy->open(&config, &state, trouble) == 0) {
        for (size_t i = 0; i < 2 && trouble->kind == ERROR_NONE; i++) {
            batch_begin(batches[i]);
            strategy->map(state, batches[i], trouble);
        }
        if (strategy->usage != NULL)
            strategy->usage(state, &usage);
        strategy->close(state);
    }
    batch_free(batches[0]);
    batch_free(batches[1]);
    close(input_fd);
    check_childless(trouble, strategy->name);
}

/* Runtimes keep what they started at first, so that the first lives do not count. What is left
 * behind once a life exceeds the slack after a few lives more. */
static void leaves_nothing_behind(void **state)
{
    enum { FIRST = 10, SLACK = 10 };
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy);
    struct error trouble = {0};
    uint64_t lives = fixture_jobs(TESTS_ARE_LONG ? 100 : 3 * SLACK);
    for (int i = 0; i < FIRST && trouble.kind == ERROR_NONE; i++)
        live_once(strategy, &trouble);
    size_t descriptors = open_descriptors(), maps = memory_maps();
    size_t threads = count_entries("/proc/self/task");
    for (uint64_t i = 0; i < lives && trouble.kind == ERROR_NONE; i++)
        live_once(strategy, &trouble);
    assert_no_error(&trouble);
    assert_int_equal(open_descriptors(), descriptors);
    assert_int_equal(settled_threads(threads), threads);
    assert_true(memory_maps() <= maps + SLACK);
}

/* ------------------------------------------------------------------------------- signals */

static atomic_uint alarms; /* whichever thread takes them */

static void count_alarm(int number)
{
    (void)number;
    atomic_fetch_add_explicit(&alarms, 1, memory_order_relaxed);
}

/* The handler stays: an alarm may be on its way. */
static void set_alarms(long every_us)
{
    struct itimerval timer = {{0, every_us}, {0, every_us}};
    struct sigaction action = {.sa_handler = count_alarm};
    sigemptyset(&action.sa_mask);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
}

/* Interrupted system calls lose no job. */
static void loses_nothing_to_signals(void **state)
{
    const struct scenario *scenario = *state;
    const struct strategy_ops *strategy = fixture_strategy(scenario->strategy);
    struct strategy_config config = fixture_config(strategy, WORKERS);
    struct batch *batch = fixture_batch(work_find("sleep"), 5000000, 40, -1, false);
    struct error trouble = {0};
    uint64_t done = 0;
    void *opened;
    alarms = 0;
    set_alarms(5000);
    if (strategy->open(&config, &opened, &trouble) == 0) {
        batch_begin(batch);
        strategy->map(opened, batch, &trouble);
        done = batch_count(batch, config.workers).done;
        strategy->close(opened);
    }
    set_alarms(0);
    batch_free(batch);
    check_childless(&trouble, strategy->name);
    assert_no_error(&trouble);
    assert_int_equal(done, 40);
    assert_true(alarms > 0);
}

/* ------------------------------------------------------------------------------- refused starts */

/* What a process of the test's own found out; shared with it. */
struct verdict {
    struct error trouble;
    bool impossible; /* the limit cannot be set here */
};

enum { SPARE_PROCESSES = 3, WANTED_WORKERS = 8 };

/* A limit on this process that refuses some of WANTED_WORKERS starts. False: it cannot be set. */
typedef bool limiter(void);

/* What glibc takes for a resource is an enum of its own. */
#ifdef __GLIBC__
typedef __rlimit_resource_t resource_type;
#else
typedef int resource_type;
#endif

static bool set_soft_limit(resource_type resource, rlim_t soft)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0)
        return false;
    limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
    return setrlimit(resource, &limit) == 0;
}

/* Counted are the processes and threads of the user; root is exempt. */
static bool limit_processes(void)
{
    return set_soft_limit(RLIMIT_NPROC, 1 + SPARE_PROCESSES);
}

static bool limit_processes_to_none(void)
{
    return set_soft_limit(RLIMIT_NPROC, 1);
}

static size_t address_space_bytes(void)
{
    size_t pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL || fscanf(file, "%zu", &pages) != 1)
        pages = 0;
    if (file != NULL)
        fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* Enough for one stack, of 8 MiB by default, beside the five at most that the C library keeps of
 * threads which have ended. Sanitizers need more address space than can be limited. */
static bool limit_address_space(void)
{
    if (SANITIZED || fixture_under_valgrind())
        return false;
    return set_soft_limit(RLIMIT_AS, address_space_bytes() + 12 * 1024 * 1024);
}

static bool become_nobody(void)
{
    return geteuid() != 0 ||
           (setgroups(0, NULL) == 0 && setgid(NOBODY) == 0 && setuid(NOBODY) == 0);
}

/* Open or map must be refused: with the code for that, a text, and no child or thread left. */
static void expect_refusal(const struct strategy_ops *strategy,
                           const struct strategy_config *config, struct batch *batch,
                           struct error *trouble)
{
    struct error refusal = {0};
    size_t threads = count_entries("/proc/self/task");
    void *state;
    if (strategy->open(config, &state, &refusal) == 0) {
        batch_begin(batch);
        strategy->map(state, batch, &refusal);
        strategy->close(state);
    }
    if (settled_threads(threads) > threads)
        fail(trouble, ERROR_CHECK_FAILED, "%s left a thread behind", strategy->name);
    if (refusal.kind != ERROR_REFUSED || refusal.text[0] == '\0')
        fail(trouble, ERROR_CHECK_FAILED, "kind %d, '%s'", (int)refusal.kind, refusal.text);
    check_childless(trouble, strategy->name);
}

/* Once the limit is gone, everything works. */
static void expect_success(const struct strategy_ops *strategy,
                           const struct strategy_config *config, struct batch *batch,
                           struct error *trouble)
{
    void *state;
    if (strategy->open(config, &state, trouble) != 0)
        return;
    batch_begin(batch);
    strategy->map(state, batch, trouble);
    if (batch_count(batch, config->workers).done != batch->jobs)
        fail(trouble, ERROR_CHECK_FAILED, "after the refusal: not all jobs are done");
    strategy->close(state);
    check_childless(trouble, strategy->name);
}

/* What a process of the test's own needs; made before it, since nothing may fail in it by longjmp.
 */
struct apart {
    const struct strategy_ops *strategy;
    limiter *limit;
    struct batch *batch;
    struct doom doom;
};

static void be_refused(struct apart *apart, struct verdict *verdict)
{
    const struct strategy_ops *strategy = apart->strategy;
    struct strategy_config config = fixture_config(strategy, WANTED_WORKERS);
    bool by_address_space = apart->limit == limit_address_space;
    verdict->impossible = (!by_address_space && !become_nobody()) || !apart->limit();
    if (verdict->impossible)
        return;
    expect_refusal(strategy, &config, apart->batch, &verdict->trouble);
    set_soft_limit(by_address_space ? RLIMIT_AS : RLIMIT_NPROC, RLIM_INFINITY);
    if (verdict->trouble.kind == ERROR_NONE)
        expect_success(strategy, &config, apart->batch, &verdict->trouble);
}

/* Runs body in a process of its own, so that limits and user do not stick. */
static void run_apart(void (*body)(struct apart *, struct verdict *), const char *name,
                      limiter *limit)
{
    struct apart apart = {.strategy = fixture_strategy(name), .limit = limit};
    struct verdict *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int wait_status = -1;
    assert_true(shared != MAP_FAILED);
    apart.batch = fixture_batch(work_find("sleep"), 20000000, 16, -1, false);
    doom_open(&apart.doom);
    pid_t pid = fork();
    if (pid == 0) {
        body(&apart, shared);
        _exit(0);
    }
    waitpid(pid, &wait_status, 0);
    struct verdict verdict = *shared;
    munmap(shared, sizeof *shared);
    batch_free(apart.batch);
    doom_close(&apart.doom);
    assert_int_equal(wait_status, 0);
    if (verdict.impossible)
        skip();
    assert_no_error(&verdict.trouble);
}

static void assert_refused(const struct scenario *scenario, limiter *limit)
{
    run_apart(be_refused, scenario->strategy, limit);
}

static void is_refused_some_processes(void **state)
{
    assert_refused(*state, limit_processes);
}

static void is_refused_all_processes(void **state)
{
    assert_refused(*state, limit_processes_to_none);
}

static void is_refused_address_space(void **state)
{
    assert_refused(*state, limit_address_space);
}

/* No file of this process, the image's included, may become larger than a page. */
static void be_refused_an_image(struct apart *apart, struct verdict *verdict)
{
    struct strategy_config config = fixture_config(apart->strategy, WORKERS);
    signal(SIGXFSZ, SIG_IGN);
    set_soft_limit(RLIMIT_FSIZE, 4096);
    expect_refusal(apart->strategy, &config, apart->batch, &verdict->trouble);
    set_soft_limit(RLIMIT_FSIZE, RLIM_INFINITY);
    if (verdict->trouble.kind == ERROR_NONE)
        expect_success(apart->strategy, &config, apart->batch, &verdict->trouble);
}

static void is_refused_an_image(void **state)
{
    const struct scenario *scenario = *state;
    run_apart(be_refused_an_image, scenario->strategy, NULL);
}

/* A pool that cannot replace a dead worker fails, says so, and keeps saying so. */
static void lose_a_worker_for_good(struct apart *apart, struct verdict *verdict)
{
    static const size_t last[] = {JOBS - 1}; /* with static shares never the caller's */
    struct strategy_config config = fixture_config(apart->strategy, WORKERS);
    struct error first = {0}, second = {0};
    void *state;
    config.schedule = SCHEDULE_STATIC;
    doom_set(&apart->doom, FINE, last, 1, ABORTS);
    verdict->impossible = !become_nobody();
    if (verdict->impossible || apart->strategy->open(&config, &state, &verdict->trouble) != 0)
        return;
    verdict->impossible = !apart->limit();
    doom_map(apart->strategy, state, &apart->doom, &first);
    doom_map(apart->strategy, state, &apart->doom, &second);
    apart->strategy->close(state);
    if (first.kind != ERROR_REFUSED || second.kind != ERROR_REFUSED)
        fail(&verdict->trouble, ERROR_CHECK_FAILED, "'%s', then '%s'", first.text, second.text);
    check_childless(&verdict->trouble, apart->strategy->name);
}

static void fails_where_a_dead_worker_cannot_be_replaced(void **state)
{
    const struct scenario *scenario = *state;
    run_apart(lose_a_worker_for_good, scenario->strategy, limit_processes_to_none);
}

/* ------------------------------------------------------------------------------- the tables */

static struct fixture_tests tests;

static void add(struct scenario scenario, CMUnitTestFunction test, const char *what)
{
    fixture_add(&tests, test, &scenario, sizeof scenario, "%s_%s", scenario.strategy, what);
}

/* "forkpool_static_by_7_settles_..." */
static void add_scheduled(struct scenario scenario, CMUnitTestFunction test, const char *what)
{
    fixture_add(&tests, test, &scenario, sizeof scenario, "%s_%s_by_%llu_%s", scenario.strategy,
                schedule_name(scenario.schedule), (unsigned long long)scenario.chunk, what);
}

static void add_fate(struct scenario scenario, CMUnitTestFunction test, const char *what)
{
    fixture_add(&tests, test, &scenario, sizeof scenario, "%s_%s_%s", scenario.strategy, what,
                expected[scenario.fate].name);
}

static void settles_a_few_and_goes_on(void **state)
{
    static const size_t few[] = {0, 7, JOBS - 1};
    const size_t *const places[] = {few, few};
    static const size_t counts[] = {3, 3};
    assert_survives(*state, places, counts, 2);
}

/* Jobs that would go on for ever, and jobs that do better the second time. */
static void add_job_failures(const char *strategy)
{
    static const struct {
        enum fate fate;
        uint32_t retries;
        bool timed;
    } cases[] = {
        {HANGS, 0, true},         {STOPS_ITSELF, 0, true},   {HANGS, 2, true},
        {DIES_AT_FIRST, 1, true}, {DIES_AT_FIRST, 1, false}, {HANGS_AT_FIRST, 1, true},
        {IS_KILLED, 3, false},    {RETURNS_7, 3, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct scenario scenario = {.strategy = strategy,
                                    .fate = cases[i].fate,
                                    .retries = cases[i].retries,
                                    .timed = cases[i].timed};
        fixture_add(&tests, settles_a_few_and_goes_on, &scenario, sizeof scenario,
                    "%s_with_%u_retries%s_goes_on_after_a_job_that_%s", strategy, scenario.retries,
                    scenario.timed ? "_and_a_timeout" : "", expected[scenario.fate].name);
    }
}

/* Jobs that take their process along need one of their own. */
static void add_crashes(const char *strategy)
{
    for (enum fate fate = DIVIDES_BY_ZERO; fate <= OVERFLOWS_ITS_STACK; fate++) {
        struct scenario scenario = {.strategy = strategy, .fate = fate};
        add_fate(scenario, settles_a_few_and_goes_on, "goes_on_after_a_few_jobs_that");
    }
    for (enum fate fate = SEGFAULTS; fate < EXITS_0; fate++) {
        struct scenario scenario = {.strategy = strategy, .fate = fate};
        add_fate(scenario, settles_it_alone_and_goes_on, "goes_on_after_a_job_that");
        add_fate(scenario, settles_several_and_goes_on, "goes_on_after_several_jobs_that");
    }
    add((struct scenario){.strategy = strategy}, settles_every_kind_in_one_batch,
        "settles_every_kind_in_one_batch");
}

static void add_pool_crashes(void)
{
    static const uint64_t chunks[] = {0, 1, 7};
    for (int i = 0; i < SCHEDULE_NAMES; i++)
        for (size_t k = 0; k < COUNT_OF(chunks); k++) {
            struct scenario scenario = {.strategy = "forkpool",
                                        .schedule = schedule_find(schedule_names[i]),
                                        .chunk = chunks[k],
                                        .fate = IS_KILLED};
            add_scheduled(scenario, settles_it_alone_and_goes_on, "goes_on_after_a_crash");
            add_scheduled(scenario, settles_several_and_goes_on, "goes_on_after_several_crashes");
            add_scheduled(scenario, settles_every_kind_in_one_batch, "settles_every_kind");
        }
    struct scenario quitter = {.strategy = "forkpool", .fate = EXITS_0};
    add_fate(quitter, settles_it_alone_and_goes_on, "goes_on_after_a_job_that");
    add_fate(
        (struct scenario){.strategy = "forkteam", .schedule = SCHEDULE_STATIC, .fate = IS_KILLED},
        settles_the_last_alone_and_goes_on, "goes_on_after_a_forked_workers_job_that");
}

static void add_deaths(const char *strategy)
{
    struct scenario scenario = {.strategy = strategy, .schedule = SCHEDULE_STATIC};
    for (int i = 0; i < SCHEDULE_NAMES; i++) {
        scenario.schedule = schedule_find(schedule_names[i]);
        add_scheduled(scenario, keeps_the_workers_that_it_started,
                      "keeps_the_workers_that_it_started");
    }
    scenario.schedule = SCHEDULE_STATIC;
    add(scenario, replaces_an_idle_worker_that_was_killed,
        "replaces_an_idle_worker_that_was_killed");
    add(scenario, replaces_all_workers_that_can_be_killed,
        "replaces_all_workers_that_can_be_killed");
    add(scenario, closes_after_its_workers_were_killed, "closes_after_its_workers_were_killed");
    add(scenario, fails_where_a_dead_worker_cannot_be_replaced,
        "fails_where_a_dead_worker_cannot_be_replaced");
    add(scenario, closes_though_its_workers_are_stopped, "closes_though_its_workers_are_stopped");
    add(scenario, fails_where_every_worker_dies_at_its_start,
        "fails_where_every_worker_dies_at_its_start");
    scenario.timed = true;
    add(scenario, replaces_workers_that_are_stopped, "replaces_workers_that_are_stopped");
}

/* What the system can refuse to each; other libraries end the process themselves, or wait for ever
 * for a thread that they did not get. */
static void add_refusals(const struct strategy_ops *strategy)
{
    struct scenario scenario = {.strategy = strategy->name};
    bool threads = (strategy->flags & STRATEGY_SHARES_MEMORY) != 0;
    if (strategy->unavailable != NULL || (strategy->flags & STRATEGY_ONE_WORKER) != 0)
        return;
    add(scenario, is_refused_some_processes, "cleans_up_where_some_starts_are_refused");
    add(scenario, is_refused_all_processes, "cleans_up_where_all_starts_are_refused");
    if (threads)
        add(scenario, is_refused_address_space, "cleans_up_where_stacks_are_refused");
    if ((strategy->flags & STRATEGY_NEEDS_EXEC) != 0)
        add(scenario, is_refused_an_image, "cleans_up_where_its_image_is_refused");
}

static void add_strategy(const struct strategy_ops *strategy)
{
    struct scenario scenario = {.strategy = strategy->name};
    add(scenario, leaves_nothing_behind, "leaves_nothing_behind");
    add(scenario, loses_nothing_to_signals, "loses_nothing_to_signals");
    if ((strategy->flags & STRATEGY_NEEDS_EXEC) == 0) { /* an image knows no work of the test's */
        scenario.fate = RETURNS_7;
        add_fate(scenario, settles_it_alone_and_goes_on, "settles_a_job_that");
    }
    add_refusals(strategy);
}

int main(void)
{
    set_soft_limit(RLIMIT_CORE, 0);
    pthread_atfork(NULL, NULL, die_where_told);
    add_crashes("fork");
    add_crashes("forkpool");
    add_job_failures("fork");
    add_job_failures("forkpool");
    add_pool_crashes();
    add_deaths("forkpool");
    add_deaths("forkteam");
    for (size_t i = 0; i < strategies_count; i++)
        add_strategy(strategies[i]);
    return fixture_run(&tests, "crashes", NULL);
}
