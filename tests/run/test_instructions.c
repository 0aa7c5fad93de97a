/* Instructions that are counted around real visits, and what becomes of it where something goes
 * wrong. Skipped where nobody counts: neither the CPU's counters nor valgrind; and in `make test`,
 * since valgrind takes a minute for it. */
#include "bench/base/exit_status.h"
#include "tests/fixtures.h"

#include "bench/run/instructions.h"
#include "bench/visit/visit.h"

#include <math.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/time.h>

enum { TIMEOUT_S = 60 };

/* What all tests count with; where valgrind and others may write, and must leave nothing. */
static struct counter counter = {.fd = -1};
static const char *why_not; /* NULL: it is open */
static char scratch[] = "/tmp/breakeven-test-XXXXXX";
static sigset_t waiting_mask;

static const struct counting counting = {
    .counter = &counter, .timeout_ns = TIMEOUT_S * NS_PER_S, .waiting_mask = &waiting_mask};

/* The program under test cannot be counted as its sanitizer made it, and valgrind not in itself. */
static int open_counter(void **state)
{
    static struct error error;
    (void)state;
    if (mkdtemp(scratch) == NULL || setenv("TMPDIR", scratch, 1) != 0)
        return -1;
    if (!TESTS_ARE_LONG)
        why_not = "make test-long counts";
    else if (SANITIZED || fixture_under_valgrind())
        why_not = "a sanitizer or valgrind is at work already";
    else if (counter_open(&counter, &error) != 0)
        why_not = error.text;
    if (why_not != NULL)
        print_message("skipped: %s\n", why_not);
    else
        print_message("counted by %s\n", counter.name);
    return 0;
}

static int close_counter(void **state)
{
    (void)state;
    counter_close(&counter);
    return rmdir(scratch);
}

static void need_counter(void)
{
    if (why_not != NULL)
        skip();
}

static void need_callgrind(void)
{
    need_counter();
    if (counter.wrapper == NULL)
        skip();
}

/* Nothing lies in TMPDIR, and no process is left. */
static void assert_nothing_left(void)
{
    struct error trouble = {0};
    check_childless(&trouble, "counting");
    assert_no_error(&trouble);
    assert_int_equal(folder_entries(scratch), 0);
}

static struct counted_cell make_cell(const char *work, uint64_t size, uint64_t jobs,
                                     const char *strategy, uint64_t maps)
{
    const struct strategy_ops *ops = strategy_find(strategy);
    bool is_pool = (ops->flags & STRATEGY_IS_POOL) != 0;
    return (struct counted_cell){
        .cell = cell_make(ops, 1, is_pool ? SCHEDULE_STATIC : SCHEDULE_NONE, work_find(work), size,
                          jobs),
        .maps = maps,
    };
}

static struct counts count_with(const struct counting *how, const char *program,
                                const struct counted_cell *cell, struct error *error)
{
    struct counted_build build = {.program = program};
    struct counts counts;
    *error = (struct error){0};
    instructions_count(how, &build, cell, &counts, error);
    return counts;
}

/* The counts of a cell that must be countable. */
static struct counts count(const struct counted_cell *cell)
{
    struct error error;
    struct counts counts = count_with(&counting, fixture_program(), cell, &error);
    assert_no_error(&error);
    if (counts.state != COUNTS_KNOWN)
        stop_test("not counted: %s", counts.trouble);
    assert_nothing_left();
    return counts;
}

static double middle(const struct counts *counts)
{
    return (counts->per_map[0] + counts->per_map[1]) / 2;
}

static void assert_repeats(double a, double b)
{
    if (fabs(a / b - 1) > COUNTS_REPEAT)
        stop_test("%g and %g differ by more than 0.1 %%", a, b);
}

/* ------------------------------------------------------------------------------- numbers */

static void a_job_of_double_size_has_double_the_instructions(void **state)
{
    (void)state;
    need_counter();
    struct counted_cell once = make_cell("squares", 10000, 2, "serial", 50);
    struct counted_cell twice = make_cell("squares", 20000, 2, "serial", 50);
    struct counts fewer = count(&once), more = count(&twice);
    assert_true(fabs(middle(&more) / middle(&fewer) - 2) < 0.02);
}

static void one_more_job_shows_however_cheap_it_is(void **state)
{
    (void)state;
    need_counter();
    struct counted_cell two = make_cell("empty", 1, 2, "threadpool", 20000);
    struct counted_cell three = make_cell("empty", 1, 3, "threadpool", 20000);
    struct counts fewer = count(&two), more = count(&three);
    double job = middle(&more) - middle(&fewer);
    assert_true(job > COUNTS_THRESHOLD * middle(&fewer));
    assert_true(job < middle(&fewer));
}

static void a_region_of_a_pool_has_more_instructions_than_serials_loop(void **state)
{
    (void)state;
    need_counter();
    struct counted_cell loop = make_cell("empty", 1, 2, "serial", 20000);
    struct counted_cell region = make_cell("empty", 1, 2, "threadpool", 20000);
    struct counts fewer = count(&loop), more = count(&region);
    assert_true(middle(&more) > 1.5 * middle(&fewer));
}

static void a_build_against_itself_repeats_to_a_tenth_of_a_percent(void **state)
{
    struct counted_build build = {.program = fixture_program()};
    struct comparisons found = {0};
    struct error error = {0};
    (void)state;
    need_counter();
    instructions_compare(&counting, &build, &build, COUNTS_THRESHOLD, &found, &error);
    assert_no_error(&error);
    assert_true(found.count >= 8); /* all but OpenMP's */
    for (size_t i = 0; i < found.count; i++) {
        const struct comparison *row = &found.rows[i];
        if (!text_equal(row->verdict, "same"))
            stop_test("%s: %s (%s), %g and %g", row->key.strategy, row->verdict, row->detail,
                      row->base, row->new);
        assert_string_equal(row->quantity, "instructions");
        assert_repeats(row->base_high, row->base_low);
        assert_repeats(row->new, row->base);
    }
    free(found.rows);
    assert_nothing_left();
}

/* ------------------------------------------------------------------------------- what goes
 * wrong */

static void assert_not_counted(const struct counting *how, const char *program,
                               const struct counted_cell *cell, enum counts_state wanted,
                               const char *trouble)
{
    struct error error;
    struct counts counts = count_with(how, program, cell, &error);
    assert_no_error(&error);
    assert_int_equal(counts.state, wanted);
    assert_contains(counts.trouble, trouble);
    assert_nothing_left();
}

/* A script that stands for a build: it does `what` when it is to count. */
static char *make_build(const char *what)
{
    char *path, *text, *program = realpath(fixture_program(), NULL);
    assert_non_null(program);
    assert_true(asprintf(&path, "%s/build", scratch) > 0);
    assert_true(asprintf(&text,
                         "#!/bin/sh\nread -r request\ncase $request in\n*'\"count\"'*) %s ;;\n"
                         "esac\nexec '%s' visit <<END\n$request\nEND\n",
                         what, program) > 0);
    file_write(path, text, strlen(text));
    assert_int_equal(chmod(path, 0700), 0);
    free(program);
    free(text);
    return path;
}

/* The script itself may lie in TMPDIR until it has run. */
static void assert_build_not_counted(const char *what, const struct counting *how,
                                     enum counts_state wanted, const char *trouble)
{
    struct counted_cell cell = make_cell("empty", 1, 2, "serial", 100);
    struct error error;
    char *path = make_build(what);
    struct counts counts = count_with(how, path, &cell, &error);
    unlink(path);
    free(path);
    assert_no_error(&error);
    assert_int_equal(counts.state, wanted);
    assert_contains(counts.trouble, trouble);
    assert_nothing_left();
}

static void a_program_that_is_no_breakeven_is_told(void **state)
{
    (void)state;
    need_counter();
    struct counted_cell cell = make_cell("empty", 1, 2, "serial", 100);
    assert_not_counted(&counting, "/bin/true", &cell, COUNTS_WRONG, "serial's reference");
    assert_not_counted(&counting, "/nowhere/breakeven", &cell, COUNTS_WRONG, "cannot be started");
}

static void builds_of_which_no_cell_can_be_counted_are_not_comparable(void **state)
{
    struct counted_build build = {.program = "/bin/true"};
    struct comparisons found = {0};
    struct error error = {0};
    (void)state;
    need_counter();
    instructions_compare(&counting, &build, &build, COUNTS_THRESHOLD, &found, &error);
    assert_error(&error, ERROR_NOT_COMPARABLE, "no cell could be counted with both builds");
    assert_nothing_left();
}

static void a_build_that_cannot_count_lacks_the_cell(void **state)
{
    (void)state;
    need_counter();
    assert_build_not_counted("echo 'breakeven: visit: this build does not know' >&2; exit 3",
                             &counting, COUNTS_MISSING, "this build does not know");
}

static void a_visit_that_dies_while_it_is_counted_is_told(void **state)
{
    (void)state;
    need_counter();
    assert_build_not_counted("kill -SEGV $$", &counting, COUNTS_WRONG, "signal 11");
}

static void a_visit_that_hangs_while_it_is_counted_is_killed(void **state)
{
    (void)state;
    need_counter();
    struct counting hurried = counting;
    hurried.timeout_ns = 3 * NS_PER_S;
    assert_build_not_counted("while :; do :; done", &hurried, COUNTS_WRONG, "timed_out");
}

/* Takes some tenths of a second to prepare, and minutes to count. */
static struct counted_cell endless_cell(void)
{
    return make_cell("squares", 20000000, 8, "serial", 1000000);
}

static void interrupt(int signal)
{
    visit_interrupted = signal;
}

static void an_interrupted_counting_leaves_nothing(void **state)
{
    struct error error;
    (void)state;
    need_counter();
    struct counted_cell cell = endless_cell();
    struct itimerval soon = {.it_value = {.tv_sec = 1}};
    signal(SIGALRM, interrupt);
    setitimer(ITIMER_REAL, &soon, NULL);
    count_with(&counting, fixture_program(), &cell, &error);
    visit_interrupted = 0;
    signal(SIGALRM, SIG_DFL);
    assert_error(&error, ERROR_INTERRUPTED, "interrupted");
    assert_nothing_left();
}

/* Whoever has lost its parent becomes this process's child, and is reaped here. One that finds the
 * harness gone before it can ask for its own death ends by itself. */
static void a_visit_that_is_counted_dies_with_the_harness(void **state)
{
    int wait_status;
    (void)state;
    need_counter();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t harness = fork();
    if (harness == 0) {
        struct counted_cell cell = endless_cell();
        struct error error;
        count_with(&counting, fixture_program(), &cell, &error);
        _exit(0);
    }
    sleep(2);
    kill(harness, SIGKILL);
    assert_int_equal(waitpid(harness, &wait_status, 0), harness);
    pid_t visit = 0;
    for (int i = 0; visit == 0 && i < 100 * TIMEOUT_S; i++) {
        usleep(10000);
        visit = waitpid(-1, &wait_status, WNOHANG);
    }
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    assert_true(visit > 0);
    assert_true(WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) == SIGKILL
                                         : WEXITSTATUS(wait_status) == EXIT_REFUSED);
    assert_nothing_left();
}

/* ------------------------------------------------------------------------------- counters */

static void assert_no_counter(const char *variable, const char *value, const char *why)
{
    struct counter other;
    struct error error = {0};
    size_t before = open_descriptors();
    char *kept = strdup(getenv(variable));
    setenv(variable, value, 1);
    int result = counter_open(&other, &error);
    setenv(variable, kept, 1);
    free(kept);
    assert_int_equal(result, -1);
    assert_error(&error, ERROR_NOT_COMPARABLE, "nobody counts instructions here");
    assert_contains(error.text, why);
    assert_int_equal(open_descriptors(), before);
    assert_nothing_left();
}

static void without_any_counter_the_error_says_what_to_install(void **state)
{
    (void)state;
    assert_no_counter("PATH", "/nowhere", "(install valgrind)");
}

static void a_folder_that_valgrind_cannot_write_to_is_told(void **state)
{
    (void)state;
    need_callgrind();
    assert_no_counter("TMPDIR", "/nowhere", "TMPDIR: /nowhere");
}

/* Valgrind's options from the environment would count something else, or write elsewhere. */
static void settings_of_the_user_for_valgrind_change_nothing(void **state)
{
    (void)state;
    need_callgrind();
    struct counted_cell cell = make_cell("empty", 1, 2, "serial", 20000);
    struct counts before = count(&cell);
    setenv("VALGRIND_OPTS", "--toggle-collect=nothing --log-file=/nowhere/log", 1);
    struct counts after = count(&cell);
    unsetenv("VALGRIND_OPTS");
    assert_repeats(middle(&after), middle(&before));
}

int main(void)
{
    sigset_t blocked;
    signal(SIGPIPE, SIG_IGN); /* as breakeven has it: a visit may end unasked */
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGALRM);
    sigprocmask(SIG_BLOCK, &blocked, &waiting_mask);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_of_double_size_has_double_the_instructions),
        cmocka_unit_test(one_more_job_shows_however_cheap_it_is),
        cmocka_unit_test(a_region_of_a_pool_has_more_instructions_than_serials_loop),
        cmocka_unit_test(a_build_against_itself_repeats_to_a_tenth_of_a_percent),
        cmocka_unit_test(a_program_that_is_no_breakeven_is_told),
        cmocka_unit_test(builds_of_which_no_cell_can_be_counted_are_not_comparable),
        cmocka_unit_test(a_build_that_cannot_count_lacks_the_cell),
        cmocka_unit_test(a_visit_that_dies_while_it_is_counted_is_told),
        cmocka_unit_test(a_visit_that_hangs_while_it_is_counted_is_killed),
        cmocka_unit_test(an_interrupted_counting_leaves_nothing),
        cmocka_unit_test(a_visit_that_is_counted_dies_with_the_harness),
        cmocka_unit_test(without_any_counter_the_error_says_what_to_install),
        cmocka_unit_test(a_folder_that_valgrind_cannot_write_to_is_told),
        cmocka_unit_test(settings_of_the_user_for_valgrind_change_nothing),
    };
    return cmocka_run_group_tests(tests, open_counter, close_counter);
}
