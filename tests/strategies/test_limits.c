/* What a limit refuses is an error that names it, wherever it strikes, and nothing is left over. */
#include "tests/fixtures.h"

#include "bench/base/limits.h"
#include "strategies/common/image.h"

#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>

enum { WORKERS = 4, JOBS = 8, JOB_NS = 20000000, MOST_STEPS = 64, FIRST_UID = 60000, UIDS = 5000 };

/* What one test is about; handed to it as its state. */
struct scenario {
    const struct strategy_ops *strategy;
    enum transport transport;
};

/* What a process of the test's own found out; shared with it. */
struct verdict {
    struct error trouble;
    bool impossible; /* what the test needs cannot be had here */
};

/* The test in its own process. */
struct apart {
    const struct strategy_ops *strategy;
    struct strategy_config config;
    struct batch *batch;
    struct verdict *verdict;
    uint32_t first_started; /* of a pool whose workers are named as they are refused: the first */
};

typedef void apart_function(struct apart *apart);

/* ------------------------------------------------------------------------------- attempts */

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

/* Opens, maps once and closes, as a cell does. */
static void attempt(const struct apart *apart, struct error *refusal)
{
    const struct strategy_ops *strategy = apart->strategy;
    void *state;
    if (strategy_preflight(strategy, apart->config.workers, refusal) != 0 ||
        strategy->open(&apart->config, &state, refusal) != 0)
        return;
    batch_begin(apart->batch);
    strategy->map(state, apart->batch, refusal);
    strategy->close(state);
}

static int complain(struct apart *apart, int step, const char *what)
{
    return fail(&apart->verdict->trouble, ERROR_CHECK_FAILED, "step %d: %s", step, what);
}

/* Every job done, or a refusal that holds the part. True: all done. */
static bool judge(struct apart *apart, int step, const struct error *refusal, const char *part)
{
    char text[700];
    if (refusal->kind == ERROR_NONE) {
        uint64_t done = batch_count(apart->batch, apart->config.workers).done;
        if (done != apart->batch->jobs)
            complain(apart, step, "no error, and not all jobs are done");
        return true;
    }
    snprintf(text, sizeof text, "kind %d, '%s' has no '%s'", (int)refusal->kind, refusal->text,
             part);
    if (refusal->kind != ERROR_REFUSED || strstr(refusal->text, part) == NULL)
        complain(apart, step, text);
    return false;
}

static void set_soft_limit(resource_type resource, rlim_t soft)
{
    struct rlimit limit;
    getrlimit(resource, &limit);
    limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
    setrlimit(resource, &limit);
}

static rlim_t soft_limit(resource_type resource)
{
    struct rlimit limit;
    getrlimit(resource, &limit);
    return limit.rlim_cur;
}

/* Raises a limit from a first value step by step until the strategy can live with it. Each refusal
 * before names the limit and leaves nothing behind. How many there were. */
static int raise_until_it_works(struct apart *apart, resource_type resource, const char *name,
                                rlim_t first, rlim_t step_by)
{
    rlim_t before = soft_limit(resource);
    size_t threads = count_entries("/proc/self/task"), descriptors = open_descriptors();
    bool runs = false;
    int step = 0;
    for (; !runs && step < MOST_STEPS && apart->verdict->trouble.kind == ERROR_NONE; step++) {
        struct error refusal = {0};
        rlim_t limit = first + (rlim_t)step * step_by;
        char part[64];
        snprintf(part, sizeof part, "%s is %llu", name, (unsigned long long)limit);
        set_soft_limit(resource, limit);
        attempt(apart, &refusal);
        set_soft_limit(resource, before);
        runs = judge(apart, step, &refusal, part);
        check_childless(&apart->verdict->trouble, apart->strategy->name);
        snprintf(part, sizeof part, "worker %u of %d", apart->first_started + (unsigned)step,
                 WORKERS);
        if (!runs && apart->first_started > 0 && strstr(refusal.text, part) == NULL)
            complain(apart, step, refusal.text);
        if (!runs && settled_threads(threads) > threads)
            complain(apart, step, "a thread was left behind");
        if (open_descriptors() != descriptors)
            complain(apart, step, "a descriptor was left open");
    }
    if (!runs)
        complain(apart, step, "it never works");
    return step - 1;
}

/* ------------------------------------------------------------------------------- apart */

/* Runs body in a process of its own, so that limits, user and namespaces do not stick. What it
 * leaves behind becomes its child, however far down it was started. */
static void run_apart(const struct scenario *scenario, apart_function *body)
{
    struct apart apart = {.strategy = fixture_strategy(scenario->strategy->name)};
    int wait_status = -1;
    apart.config = fixture_config(apart.strategy, WORKERS);
    apart.config.transport = scenario->transport;
    apart.verdict = mmap(NULL, sizeof *apart.verdict, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(apart.verdict != MAP_FAILED);
    struct batch_request request = {.work = work_find("sleep"),
                                    .jobs = JOBS,
                                    .size = JOB_NS,
                                    .input_fd = -1,
                                    .payload_in_bytes = 100,
                                    .payload_out_bytes = 100};
    struct error error = {0};
    apart.batch = batch_create(&request, &error);
    assert_no_error(&error);
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        body(&apart);
        _exit(0);
    }
    waitpid(pid, &wait_status, 0);
    struct verdict verdict = *apart.verdict;
    munmap(apart.verdict, sizeof *apart.verdict);
    batch_free(apart.batch);
    assert_int_equal(wait_status, 0);
    if (verdict.impossible)
        skip();
    assert_no_error(&verdict.trouble);
}

/* ------------------------------------------------------------------------------- processes,
 * threads
 */

/* Becomes a user who has no other process, here or in a user namespace: the limit on processes
 * counts all of a user's, and does not count root's. */
static bool become_somebody(void)
{
    uid_t uid = FIRST_UID + (uid_t)(getpid() % UIDS);
    bool became = geteuid() != 0 ? unshare(CLONE_NEWUSER) == 0
                                 : setgroups(0, NULL) == 0 && setgid(uid) == 0 && setuid(uid) == 0;
    return became && prctl(PR_SET_DUMPABLE, 1) == 0; /* else /proc/self is root's */
}

/* How many forks are not refused. */
static int count_forks(void)
{
    pid_t pids[8];
    int count = 0;
    while (count < 8 && (pids[count] = fork()) >= 0) {
        if (pids[count] == 0)
            pause();
        count++;
    }
    for (int i = 0; i < count; i++) {
        kill(pids[i], SIGKILL);
        waitpid(pids[i], NULL, 0);
    }
    return count;
}

/* The limit refuses the first start, then the second, and so on. */
static void be_refused_each_start(struct apart *apart)
{
    unsigned flags = apart->strategy->flags;
    rlim_t before = soft_limit(RLIMIT_NPROC);
    bool glib = strcmp(apart->strategy->name, "glib") == 0; /* others' pools are not told as such */
    /* An image that looks for leaks when it ends needs a thread for that. */
    bool looks_for_leaks = SANITIZED && (flags & STRATEGY_NEEDS_EXEC) != 0;
    apart->verdict->impossible = looks_for_leaks || !become_somebody();
    if (apart->verdict->impossible)
        return;
    set_soft_limit(RLIMIT_NPROC, 1 + 2); /* itself and two more */
    apart->verdict->impossible = count_forks() != 2;
    set_soft_limit(RLIMIT_NPROC, before);
    if (apart->verdict->impossible)
        return;
    if (((flags & STRATEGY_IS_POOL) != 0 && apart->config.transport != TRANSPORT_PIPE) || glib)
        apart->first_started = (flags & STRATEGY_CALLER_WAITS) != 0 || glib ? 1 : 2;
    int refusals = raise_until_it_works(apart, RLIMIT_NPROC, "RLIMIT_NPROC", 1, 1);
    if (refusals < WORKERS - 2 && (flags & STRATEGY_ONE_WORKER) == 0)
        complain(apart, refusals, "it works with less than its workers");
}

static void names_the_limit_at_each_start_that_is_refused(void **state)
{
    run_apart(*state, be_refused_each_start);
}

/* A process in a namespace whose first process has ended cannot fork: the one ENOMEM of fork that
 * needs no memory to be used up. */
static void be_without_memory_to_fork(struct apart *apart)
{
    struct error refusal = {0};
    bool root = geteuid() == 0;
    apart->verdict->impossible = unshare(CLONE_NEWPID | (root ? 0 : CLONE_NEWUSER)) != 0;
    if (apart->verdict->impossible)
        return;
    pid_t first = fork();
    if (first == 0)
        _exit(0);
    waitpid(first, NULL, 0);
    size_t descriptors = open_descriptors();
    attempt(apart, &refusal);
    if (judge(apart, 0, &refusal, strerror(ENOMEM)))
        complain(apart, 0, "it could fork");
    check_childless(&apart->verdict->trouble, apart->strategy->name);
    if (open_descriptors() != descriptors)
        complain(apart, 0, "a descriptor was left open");
}

static void says_so_where_there_is_no_memory_to_fork(void **state)
{
    run_apart(*state, be_without_memory_to_fork);
}

/* ------------------------------------------------------------------------------- memory, files */

static rlim_t address_space_bytes(void)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL || fscanf(file, "%llu", &pages) != 1)
        pages = 0;
    if (file != NULL)
        fclose(file);
    return pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* From nothing to spare on; a thread's stack takes several steps. Sanitizers need more address
 * space than can be limited. */
static void be_refused_each_mapping(struct apart *apart)
{
    apart->verdict->impossible = SANITIZED || fixture_under_valgrind();
    if (!apart->verdict->impossible)
        raise_until_it_works(apart, RLIMIT_AS, "RLIMIT_AS", address_space_bytes(), 3 << 20);
}

static void names_the_limit_at_each_mapping_that_is_refused(void **state)
{
    run_apart(*state, be_refused_each_mapping);
}

static void be_refused_each_descriptor(struct apart *apart)
{
    apart->verdict->impossible = fixture_under_valgrind(); /* it has descriptors of its own */
    if (!apart->verdict->impossible)
        raise_until_it_works(apart, RLIMIT_NOFILE, "RLIMIT_NOFILE", descriptor_limit(0), 1);
}

static void names_the_limit_at_each_descriptor_that_is_refused(void **state)
{
    run_apart(*state, be_refused_each_descriptor);
}

/* ------------------------------------------------------------------------------- images */

/* The image is found by /proc: where that is hidden, there is none. */
static void be_without_proc(struct apart *apart)
{
    struct error refusal = {0};
    size_t descriptors = open_descriptors();
    bool root = geteuid() == 0;
    apart->verdict->impossible = fixture_under_valgrind() || /* it looks into /proc */
                                 unshare(CLONE_NEWNS | (root ? 0 : CLONE_NEWUSER)) != 0 ||
                                 mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
                                 mount("none", "/proc", "tmpfs", 0, NULL) != 0;
    if (apart->verdict->impossible)
        return;
    attempt(apart, &refusal);
    umount("/proc");
    if (judge(apart, 0, &refusal, strerror(ENOENT)))
        complain(apart, 0, "it found its image");
    if (strstr(refusal.text, "image: posix_spawn of /proc/self/fd/") == NULL)
        complain(apart, 0, refusal.text);
    check_childless(&apart->verdict->trouble, apart->strategy->name);
    if (open_descriptors() != descriptors)
        complain(apart, 0, "a descriptor was left open");
}

static void says_so_where_its_image_is_missing(void **state)
{
    run_apart(*state, be_without_proc);
}

static void an_image_that_may_not_be_executed_is_an_error(void **state)
{
    char *arguments[] = {"breakeven", NULL};
    struct error error = {0};
    (void)state;
    if (fixture_under_valgrind())
        skip();
    int image = image_open(false, &error);
    assert_no_error(&error);
    assert_int_equal(fchmod(image, 0600), 0);
    assert_int_equal(image_spawn(image, arguments, NULL, 0, &error), -1);
    assert_error(&error, ERROR_REFUSED, strerror(EACCES));
    close(image);
}

/* ------------------------------------------------------------------------------- the tables */

static struct fixture_tests tests;

static void add(const struct scenario *scenario, CMUnitTestFunction test, const char *what)
{
    const char *by = transport_name(scenario->transport);
    fixture_add(&tests, test, scenario, sizeof *scenario, "%s%s%s_%s", scenario->strategy->name,
                *by ? "_by_" : "", by, what);
}

static void add_strategy(const struct strategy_ops *strategy, enum transport transport)
{
    struct scenario scenario = {strategy, transport};
    bool forks = (strategy->flags & STRATEGY_SHARES_MEMORY) == 0;
    add(&scenario, names_the_limit_at_each_start_that_is_refused,
        "names_the_limit_at_each_start_that_is_refused");
    if (strcmp(strategy->name, "glib") != 0) /* GLib ends the process itself: g_malloc */
        add(&scenario, names_the_limit_at_each_mapping_that_is_refused,
            "names_the_limit_at_each_mapping_that_is_refused");
    if ((strategy->flags & STRATEGY_BINDS_ITSELF) == 0) /* LLVM's OpenMP ends the process itself */
        add(&scenario, names_the_limit_at_each_descriptor_that_is_refused,
            "names_the_limit_at_each_descriptor_that_is_refused");
    if (forks)
        add(&scenario, says_so_where_there_is_no_memory_to_fork,
            "says_so_where_there_is_no_memory_to_fork");
    if ((strategy->flags & STRATEGY_NEEDS_EXEC) != 0)
        add(&scenario, says_so_where_its_image_is_missing, "says_so_where_its_image_is_missing");
}

int main(void)
{
    static const struct scenario none;
    setenv("G_DEBUG", "fatal-criticals", 1); /* what GLib complains of ends the test */
    for (size_t i = 0; i < strategies_count; i++) {
        bool transports = (strategies[i]->flags & STRATEGY_TRANSPORTS) != 0;
        add_strategy(strategies[i], transports ? TRANSPORT_SHM : TRANSPORT_NONE);
        if (transports)
            add_strategy(strategies[i], TRANSPORT_PIPE);
    }
    fixture_add(&tests, an_image_that_may_not_be_executed_is_an_error, &none, sizeof none,
                "an_image_that_may_not_be_executed_is_an_error");
    return fixture_run(&tests, "limits", NULL);
}
