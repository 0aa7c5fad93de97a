/* A run over small plans, with the real program making the visits. */
#include "tests/fixtures.h"

#include "bench/run/measure.h"
#include "bench/visit/visit.h"

#include <limits.h>
#include <math.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>

/* A suite's plan and the file that its rows go to. */
struct trial {
    struct suite suite;
    struct plan plan;
    struct measure_settings settings;
    char folder[64], rows_path[128], suite_path[128];
    struct measure_result result;
    struct error error;
};

static void trial_open(struct trial *trial, const char *suite_text)
{
    struct settings none = {0};
    struct error error = {0};
    *trial = (struct trial){.folder = "/tmp/breakeven-test-XXXXXX"};
    assert_non_null(mkdtemp(trial->folder));
    snprintf(trial->rows_path, sizeof trial->rows_path, "%s/samples.csv", trial->folder);
    snprintf(trial->suite_path, sizeof trial->suite_path, "%s/suite.ini", trial->folder);
    file_write(trial->suite_path, suite_text, strlen(suite_text));
    if (suite_read(trial->suite_path, &none, 2, &trial->suite, &error) != 0 ||
        plan_make(&trial->suite, 0, &trial->plan, &error) != 0)
        stop_test("%s", error.text);
    trial->settings = (struct measure_settings){
        .seed = trial->suite.seed,
        .timeout_ns = trial->suite.timeout_ns,
        .budget_ns = trial->suite.budget_ns,
        .rounds = trial->suite.rounds,
        .precision = trial->suite.precision,
        .cpus = cpus_read(),
        .input_fd = -1,
        .programs = {fixture_program()},
    };
}

static void trial_close(struct trial *trial)
{
    unlink(trial->rows_path);
    unlink(trial->suite_path);
    rmdir(trial->folder);
    plan_free(&trial->plan);
    suite_free(&trial->suite);
}

/* Runs, appending to the rows that are there already; the result of measure_run. */
static int trial_run(struct trial *trial)
{
    struct samples before = {0};
    struct stat status;
    bool fresh = stat(trial->rows_path, &status) != 0;
    trial->error = (struct error){0};
    if (!fresh && samples_read(trial->rows_path, &before, &trial->error) != 0)
        stop_test("%s", trial->error.text);
    FILE *file = fopen(trial->rows_path, "ae");
    assert_non_null(file);
    if (fresh)
        csv_write_header(file, &samples_format);
    int result =
        measure_run(&trial->plan, &trial->settings, &before, file, &trial->result, &trial->error);
    assert_int_equal(fclose(file), 0);
    samples_free(&before);
    return result;
}

static void trial_run_well(struct trial *trial)
{
    if (trial_run(trial) != 0)
        stop_test("%s", trial->error.text);
}

static void trial_read(const struct trial *trial, struct samples *samples)
{
    struct error error = {0};
    if (samples_read(trial->rows_path, samples, &error) != 0)
        stop_test("%s", error.text);
}

static bool is_of(const struct sample *row, const struct cell *cell)
{
    return key_compare(&row->key, &cell->key) == 0;
}

/* How many rows of that temperature the cell has in a round. */
static size_t count_rows(const struct samples *samples, const struct cell *cell, uint64_t round,
                         const char *temperature)
{
    size_t count = 0;
    for (size_t i = 0; i < samples->count; i++)
        count += samples->rows[i].round == round && is_of(&samples->rows[i], cell) &&
                 text_equal(samples->rows[i].temperature, temperature);
    return count;
}

/* Every cell was visited exactly once in rounds 1 to `rounds` and in no other. */
static void assert_rounds(const struct trial *trial, const struct samples *samples, uint64_t rounds)
{
    for (size_t i = 0; i < trial->plan.cell_count; i++) {
        const struct cell *cell = &trial->plan.cells[i];
        for (uint64_t round = 1; round <= rounds; round++) {
            assert_int_equal(count_rows(samples, cell, round, "cold"), 1);
            assert_in_range(count_rows(samples, cell, round, "warm"), 1, READINGS_MOST);
        }
        assert_int_equal(count_rows(samples, cell, rounds + 1, "cold"), 0);
        assert_int_equal(count_rows(samples, cell, 0, "cold"), 0);
    }
}

static size_t count_status(const struct samples *samples, const char *status)
{
    size_t count = 0;
    for (size_t i = 0; i < samples->count; i++)
        count += text_equal(samples->rows[i].status, status);
    return count;
}

/* ------------------------------------------------------------------------------- whole runs */

static const char small[] = "[suite]\njobs = 4\nworkers = 2\nrounds = 2\n"
                            "[squares]\nsizes = 100,1000\nstrategies = fork,forkpool,threads\n"
                            "[stream]\nsizes = 999\nstrategies = spawn,threadpool\n";

static void every_cell_has_rows_in_every_round_serial_included(void **state)
{
    struct trial trial;
    struct samples samples;
    (void)state;
    trial_open(&trial, small);
    trial_run_well(&trial);
    trial_read(&trial, &samples);
    assert_int_equal(trial.plan.cell_count, 4 + 4 + 3);
    assert_int_equal(trial.plan.cells[0].strategy->flags & STRATEGY_ONE_WORKER,
                     STRATEGY_ONE_WORKER);
    assert_rounds(&trial, &samples, 2);
    assert_int_equal(count_status(&samples, "ok"), samples.count);
    assert_int_equal(trial.result.visits, 2 * trial.plan.cell_count);
    assert_int_equal(trial.result.rows, samples.count);
    assert_int_equal(trial.result.rows_ok, samples.count);
    assert_int_equal(trial.result.cells_given_up, 0);
    assert_int_equal(trial.result.groups_unvisited, 0);
    samples_free(&samples);
    trial_close(&trial);
}

/* The visits of a run in their order, a letter for each strategy; `order` holds the longest. */
static void note_order(const struct samples *samples, char *order)
{
    for (size_t i = 0; i < samples->count; i++)
        if (text_equal(samples->rows[i].temperature, "cold"))
            order += sprintf(order, "%llu%.8s ", (unsigned long long)samples->rows[i].round,
                             samples->rows[i].key.strategy);
}

static void run_for_order(uint64_t seed, char order[4096])
{
    struct trial trial;
    struct samples samples;
    trial_open(&trial, "[squares]\nsizes = 100\njobs = 2\nworkers = 2\n"
                       "strategies = fork,forkpool,forkteam,threads,threadpool\n");
    trial.settings.seed = seed;
    trial.settings.rounds = 3;
    trial_run_well(&trial);
    trial_read(&trial, &samples);
    note_order(&samples, order);
    samples_free(&samples);
    trial_close(&trial);
}

static void the_order_of_visits_follows_the_seed(void **state)
{
    char first[4096], again[4096], other[4096];
    (void)state;
    run_for_order(1, first);
    run_for_order(1, again);
    run_for_order(2, other);
    assert_string_equal(first, again);
    assert_string_not_equal(first, other);
}

/* How many visits were made within the budget, each of which has one to serial in its round. */
static uint64_t visit_whole_blocks(uint64_t budget_ns)
{
    struct trial trial;
    struct samples samples;
    trial_open(&trial, "[suite]\nbudget = 1s\njobs = 2\nworkers = 2\n"
                       "strategies = threads,fork,threadpool\n[squares]\nsizes = 100\n");
    assert_int_equal(trial.settings.rounds, 0);
    trial.settings.budget_ns = budget_ns;
    trial_run_well(&trial);
    trial_read(&trial, &samples);
    for (size_t i = 0; i < samples.count; i++)
        assert_int_equal(count_rows(&samples, &trial.plan.cells[0], samples.rows[i].round, "cold"),
                         1);
    samples_free(&samples);
    trial_close(&trial);
    return trial.result.visits;
}

/* Wherever the budget ends; on a busy machine a short one may end before the first block. */
static void a_budget_ends_between_blocks(void **state)
{
    uint64_t visits = 0;
    (void)state;
    for (uint64_t ms = 700; ms <= 11200 && visits == 0; ms *= 4)
        visits = visit_whole_blocks(ms * NS_PER_MS);
    assert_true(visits > 0);
}

static void a_budget_that_lasts_for_nothing_is_told(void **state)
{
    struct trial trial;
    (void)state;
    trial_open(&trial, "[suite]\nbudget = 1ns\njobs = 2\nworkers = 2\nstrategies = threads\n"
                       "[squares]\nsizes = 100,1000\n");
    trial_run_well(&trial);
    trial_close(&trial);
    assert_int_equal(trial.result.visits, 0);
    assert_int_equal(trial.result.rows, 0);
    assert_int_equal(trial.result.groups_unvisited, 2);
}

struct told {
    uint64_t calls;
    double done;
    bool backwards;
};

static void note_progress(void *user, const struct measure_progress *progress)
{
    struct told *told = user;
    told->backwards = told->backwards || progress->done < told->done || progress->done > 1 ||
                      progress->visits != told->calls;
    told->done = progress->done;
    told->calls++;
}

static void progress_is_told_before_each_visit_and_never_runs_back(void **state)
{
    struct trial trial;
    struct told told = {0};
    (void)state;
    trial_open(&trial, small);
    trial.settings.progress = note_progress;
    trial.settings.user = &told;
    trial_run_well(&trial);
    trial_close(&trial);
    assert_int_equal(told.calls, trial.result.visits);
    assert_false(told.backwards);
    assert_true(told.done > 0);
}

/* A program that notes a variable of its environment and goes on as breakeven. */
static void write_noting_program(const char *path, const char *notes)
{
    char text[PATH_MAX + 256], *program = realpath(fixture_program(), NULL);
    assert_non_null(program);
    snprintf(text, sizeof text, "#!/bin/sh\necho \"$FRUIT\" >>'%s'\nexec '%s' \"$@\"\n", notes,
             program);
    free(program);
    file_write(path, text, strlen(text));
    assert_int_equal(chmod(path, 0755), 0);
}

static void the_environment_of_a_cell_reaches_its_visits(void **state)
{
    struct trial trial;
    char program[128], notes[128];
    (void)state;
    trial_open(&trial, "[squares]\nsizes = 100\njobs = 2\nworkers = 1\n"
                       "strategies = threads\nenv = FRUIT=apple,pear\n");
    snprintf(program, sizeof program, "%s/program", trial.folder);
    snprintf(notes, sizeof notes, "%s/notes", trial.folder);
    write_noting_program(program, notes);
    trial.settings.rounds = 1;
    trial.settings.programs[BUILD_OWN] = program;
    assert_int_equal(trial.plan.cell_count, 4);
    trial_run_well(&trial);
    char *seen = file_read(notes);
    assert_contains(seen, "apple\n");
    assert_contains(seen, "pear\n");
    assert_int_equal(trial.result.rows_ok, trial.result.rows);
    free(seen);
    unlink(program);
    unlink(notes);
    trial_close(&trial);
}

/* ------------------------------------------------------------------------------- going on */

static void resuming_adds_only_the_rounds_that_are_missing(void **state)
{
    struct trial trial;
    struct samples first, second;
    (void)state;
    trial_open(&trial, small);
    trial.settings.rounds = 1;
    trial_run_well(&trial);
    trial_read(&trial, &first);
    assert_rounds(&trial, &first, 1);
    trial.settings.rounds = 2;
    trial_run_well(&trial);
    trial_read(&trial, &second);
    assert_rounds(&trial, &second, 2);
    assert_int_equal(trial.result.visits, trial.plan.cell_count);
    assert_int_equal(trial.result.rows, second.count);
    for (size_t i = 0; i < first.count; i++)
        assert_int_equal(second.rows[i].round, 1);
    trial_run_well(&trial);
    assert_int_equal(trial.result.visits, 0);
    assert_int_equal(trial.result.rows, second.count);
    samples_free(&first);
    samples_free(&second);
    trial_close(&trial);
}

/* Keeps the first `lines` lines of the rows. */
static void cut_rows(const struct trial *trial, size_t lines)
{
    FILE *file = fopen(trial->rows_path, "r+e");
    assert_non_null(file);
    for (int character; lines > 0 && (character = getc(file)) != EOF;)
        lines -= character == '\n';
    assert_int_equal(ftruncate(fileno(file), ftell(file)), 0);
    fclose(file);
}

/* A visit whose rows are there, even if not all of them, is not made again. */
static void resuming_completes_a_round_that_was_begun(void **state)
{
    struct trial trial;
    struct samples samples;
    (void)state;
    trial_open(&trial, small);
    trial.settings.rounds = 1;
    trial_run_well(&trial);
    cut_rows(&trial, 1 + 9); /* the header, the rows of one visit and some of the next */
    trial_run_well(&trial);
    trial_read(&trial, &samples);
    assert_in_range(trial.result.visits, trial.plan.cell_count - 5, trial.plan.cell_count - 2);
    for (size_t i = 0; i < trial.plan.cell_count; i++) {
        assert_int_equal(count_rows(&samples, &trial.plan.cells[i], 1, "cold"), 1);
        assert_int_equal(count_rows(&samples, &trial.plan.cells[i], 2, "cold"), 0);
    }
    samples_free(&samples);
    trial_close(&trial);
}

/* ------------------------------------------------------------------------------- interrupted */

static void interrupt(int number)
{
    visit_interrupted = number;
}

static void pass_on(int number)
{
    (void)number;
    kill(getpid(), SIGINT);
}

/* An alarm after that many ms becomes the SIGINT that measure_run lets in only while it waits. */
static void interrupt_after(long ms, sigset_t *before)
{
    struct itimerval once = {.it_value = {ms / 1000, ms % 1000 * 1000}};
    struct sigaction on_interrupt = {.sa_handler = interrupt}, on_alarm = {.sa_handler = pass_on};
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGINT);
    sigprocmask(SIG_BLOCK, &blocked, before);
    sigaction(SIGINT, &on_interrupt, NULL);
    sigaction(SIGALRM, &on_alarm, NULL);
    setitimer(ITIMER_REAL, &once, NULL);
}

static void no_more_interrupts(const sigset_t *before)
{
    const struct itimerval never = {0};
    setitimer(ITIMER_REAL, &never, NULL);
    signal(SIGALRM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    sigprocmask(SIG_SETMASK, before, NULL);
    signal(SIGINT, SIG_DFL);
    visit_interrupted = 0;
}

/* Interrupts a run of a short group and one that never ends; false where the first one was not
 * whole by then. */
static bool keeps_its_rows_when_interrupted(long after_ms)
{
    struct trial trial;
    struct samples samples;
    struct error trouble = {0};
    sigset_t before;
    trial_open(&trial, "[suite]\njobs = 1\nworkers = 1\nstrategies = threads\nrounds = 1\n"
                       "[squares]\nsizes = 100\n[sleep]\nsizes = 60G\n");
    interrupt_after(after_ms, &before);
    int result = trial_run(&trial);
    no_more_interrupts(&before);
    assert_int_equal(result, -1);
    assert_int_equal(trial.error.kind, ERROR_INTERRUPTED);
    trial_read(&trial, &samples);
    bool whole = trial.result.groups_unvisited == 1 &&
                 count_rows(&samples, &trial.plan.cells[0], 1, "cold") == 1 &&
                 count_rows(&samples, &trial.plan.cells[1], 1, "cold") == 1;
    assert_int_equal(count_status(&samples, "ok"), samples.count);
    samples_free(&samples);
    check_childless(&trouble, "an interrupted run");
    trial_close(&trial);
    assert_no_error(&trouble);
    return whole;
}

/* On a busy machine the first group takes longer: then there is more time. */
static void an_interrupted_run_keeps_its_rows_and_goes_on_later(void **state)
{
    bool whole = false;
    (void)state;
    for (long after_ms = 1500; after_ms <= 24000 && !whole; after_ms *= 4)
        whole = keeps_its_rows_when_interrupted(after_ms);
    assert_true(whole);
}

/* ------------------------------------------------------------------------------- trouble */

/* The one row of a cell that was given up. */
static void assert_given_up(const struct samples *samples, const struct cell *cell,
                            const char *status, const char *detail)
{
    const struct sample *found = NULL;
    size_t count = 0;
    for (size_t i = 0; i < samples->count; i++)
        if (is_of(&samples->rows[i], cell)) {
            found = &samples->rows[i];
            count++;
        }
    assert_int_equal(count, 1);
    assert_string_equal(found->status, status);
    assert_unknown(found->ns_per_map);
    assert_true(found->maps == CSV_UNKNOWN);
    assert_contains(found->detail, detail);
}

static void assert_rest_goes_on(const struct trial *trial, const struct samples *samples,
                                size_t given_up)
{
    assert_int_equal(trial->result.cells_given_up, given_up);
    assert_int_equal(trial->result.rows, samples->count);
    assert_int_equal(trial->result.rows_ok, count_status(samples, "ok"));
    assert_int_equal(samples->count - count_status(samples, "ok"), given_up);
    for (uint64_t round = 1; round <= 2; round++)
        assert_int_equal(count_rows(samples, &trial->plan.cells[0], round, "cold"), 1);
}

/* One job sleeps 1 s: preparing takes that long, a visit with its cold and its warm map twice. */
static void a_visit_that_takes_too_long_is_one_row_and_the_run_goes_on(void **state)
{
    struct trial trial;
    struct samples samples;
    (void)state;
    trial_open(&trial, "[suite]\njobs = 1\nworkers = 1\nstrategies = threads\nrounds = 2\n"
                       "timeout = 1900ms\n[squares]\nsizes = 100\n[sleep]\nsizes = 1G\n");
    trial_run_well(&trial);
    trial_read(&trial, &samples);
    for (size_t i = 2; i < 4; i++)
        assert_given_up(&samples, &trial.plan.cells[i], "timed_out", "longer than 1.90 s");
    assert_rest_goes_on(&trial, &samples, 2);
    assert_int_equal(trial.result.visits, 2 * 2 + 2);
    samples_free(&samples);
    trial_close(&trial);
}

/* The group of a suite's second section is given up with the status and the detail. */
static void assert_second_is_given_up(const char *suite_text, const char *status,
                                      const char *detail)
{
    struct trial trial;
    struct samples samples;
    trial_open(&trial, suite_text);
    trial_run_well(&trial);
    trial_read(&trial, &samples);
    for (size_t i = 2; i < 4; i++)
        assert_given_up(&samples, &trial.plan.cells[i], status, detail);
    assert_rest_goes_on(&trial, &samples, 2);
    samples_free(&samples);
    trial_close(&trial);
}

static void a_reference_that_takes_too_long_gives_its_group_up(void **state)
{
    (void)state;
    assert_second_is_given_up("[suite]\njobs = 1\nworkers = 1\nstrategies = threads\nrounds = 2\n"
                              "timeout = 2s\n[squares]\nsizes = 100\n[sleep]\nsizes = 60G\n",
                              "timed_out", "serial reference");
}

static void a_batch_whose_bytes_overflow_gives_its_group_up(void **state)
{
    (void)state;
    assert_second_is_given_up("[suite]\nworkers = 1\nstrategies = threads\nrounds = 2\n"
                              "[squares]\nsizes = 100\njobs = 2\n"
                              "[stream]\nsizes = 1e15\njobs = 1e6\n",
                              "refused", "do not fit into memory");
}

/* A limit on the size of files is one on shared memory too: whatever is asked for here, the machine
 * keeps its memory. */
static void assert_memory_is_refused(const char *suite_text, const char *detail)
{
    struct rlimit before, limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 64 << 20;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_second_is_given_up(suite_text, "refused", detail);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_DFL);
}

static void a_batch_whose_memory_is_refused_gives_its_group_up(void **state)
{
    (void)state;
    assert_memory_is_refused("[suite]\nworkers = 1\nstrategies = threads\nrounds = 2\n"
                             "[squares]\nsizes = 100\njobs = 2\n"
                             "[stream]\nsizes = 1M\njobs = 100\n",
                             "input: 100000000 bytes");
}

/* The kernel would give all that it has, and kill others for it, before it says no. */
static void more_memory_than_there_is_is_never_asked_for(void **state)
{
    (void)state;
    assert_memory_is_refused("[suite]\nworkers = 1\nstrategies = threads\nrounds = 2\n"
                             "[squares]\nsizes = 100\njobs = 2\n"
                             "[stream]\nsizes = 1e15\njobs = 500\n",
                             "are available");
}

/* A cell that was given up is not visited again by a run that goes on. */
static void resuming_leaves_what_was_given_up(void **state)
{
    struct trial trial;
    struct samples samples;
    (void)state;
    trial_open(&trial, "[suite]\njobs = 1\nworkers = 1\nstrategies = threads\nrounds = 1\n"
                       "timeout = 2s\n[squares]\nsizes = 100\n[sleep]\nsizes = 60G\n");
    trial_run_well(&trial);
    trial.settings.rounds = 2;
    trial_run_well(&trial);
    trial_read(&trial, &samples);
    for (size_t i = 2; i < 4; i++)
        assert_given_up(&samples, &trial.plan.cells[i], "timed_out", "serial reference");
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(count_rows(&samples, &trial.plan.cells[i], 2, "cold"), 1);
    samples_free(&samples);
    trial_close(&trial);
}

static void a_program_that_is_not_there_gives_every_cell_up(void **state)
{
    struct trial trial;
    struct samples samples;
    (void)state;
    if (fixture_under_valgrind())
        skip();
    trial_open(&trial, small);
    trial.settings.programs[BUILD_OWN] = "/nonexistent/breakeven";
    trial_run_well(&trial);
    trial_read(&trial, &samples);
    for (size_t i = 0; i < trial.plan.cell_count; i++)
        assert_given_up(&samples, &trial.plan.cells[i], "refused", "/nonexistent/breakeven");
    assert_int_equal(trial.result.rows_ok, 0);
    samples_free(&samples);
    trial_close(&trial);
}

/* A program that ends at once, or dies, says nothing: that is a row too. */
static void a_program_that_says_nothing_gives_every_cell_up(void **state)
{
    struct trial trial;
    struct samples samples;
    (void)state;
    trial_open(&trial, small);
    trial.settings.programs[BUILD_OWN] = "/bin/true";
    trial_run_well(&trial);
    trial_read(&trial, &samples);
    for (size_t i = 0; i < trial.plan.cell_count; i++)
        assert_given_up(&samples, &trial.plan.cells[i], "crashed", "ended without an answer");
    assert_int_equal(trial.result.rows_ok, 0);
    samples_free(&samples);
    trial_close(&trial);
}

static void a_file_that_cannot_be_written_ends_the_run(void **state)
{
    struct trial trial;
    struct error error = {0};
    (void)state;
    trial_open(&trial, small);
    FILE *full = fopen("/dev/full", "we");
    assert_non_null(full);
    int result = measure_run(&trial.plan, &trial.settings, NULL, full, &trial.result, &error);
    fclose(full);
    trial_close(&trial);
    assert_int_equal(result, -1);
    assert_int_equal(error.kind, ERROR_REFUSED);
    assert_int_equal(trial.result.visits, 1);
}

static void a_run_leaves_no_descriptor_and_no_child(void **state)
{
    struct trial trial;
    struct error trouble = {0};
    (void)state;
    trial_open(&trial, small);
    size_t before = open_descriptors();
    trial_run_well(&trial);
    assert_int_equal(open_descriptors(), before);
    check_childless(&trouble, "a run");
    trial_close(&trial);
    assert_no_error(&trouble);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_has_rows_in_every_round_serial_included),
        cmocka_unit_test(the_order_of_visits_follows_the_seed),
        cmocka_unit_test(a_budget_ends_between_blocks),
        cmocka_unit_test(a_budget_that_lasts_for_nothing_is_told),
        cmocka_unit_test(progress_is_told_before_each_visit_and_never_runs_back),
        cmocka_unit_test(the_environment_of_a_cell_reaches_its_visits),
        cmocka_unit_test(resuming_adds_only_the_rounds_that_are_missing),
        cmocka_unit_test(resuming_completes_a_round_that_was_begun),
        cmocka_unit_test(an_interrupted_run_keeps_its_rows_and_goes_on_later),
        cmocka_unit_test(a_visit_that_takes_too_long_is_one_row_and_the_run_goes_on),
        cmocka_unit_test(a_reference_that_takes_too_long_gives_its_group_up),
        cmocka_unit_test(a_batch_whose_bytes_overflow_gives_its_group_up),
        cmocka_unit_test(a_batch_whose_memory_is_refused_gives_its_group_up),
        cmocka_unit_test(more_memory_than_there_is_is_never_asked_for),
        cmocka_unit_test(resuming_leaves_what_was_given_up),
        cmocka_unit_test(a_program_that_is_not_there_gives_every_cell_up),
        cmocka_unit_test(a_program_that_says_nothing_gives_every_cell_up),
        cmocka_unit_test(a_file_that_cannot_be_written_ends_the_run),
        cmocka_unit_test(a_run_leaves_no_descriptor_and_no_child),
    };
    signal(SIGPIPE, SIG_IGN); /* as in main.c: a visit that has left is an error of writing */
    return cmocka_run_group_tests_name("measure", tests, NULL, NULL);
}
