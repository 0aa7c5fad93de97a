/* breakeven run: measures a suite into a folder, then reports on it. */
#include "bench/analyse/disturbed.h"
#include "bench/base/clock.h"
#include "bench/base/limits.h"
#include "bench/base/text.h"
#include "bench/cli/cli.h"
#include "bench/cli/folder.h"
#include "bench/cli/progress.h"
#include "bench/cli/signals.h"
#include "bench/conditions.h"
#include "bench/host.h"
#include "bench/measure.h"
#include "bench/report/report.h"
#include "bench/visit.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* The options beside the suite's keys. */
enum { OPTION_OUT = SUITE_KEY_COUNT, OPTION_RESUME, OPTION_FORCE, OPTION_QUIET, OPTION_HELP };

static const struct option_spec specs[] = {
#define KEY(symbol, name, value, help) {name, value, help},
    SUITE_KEYS
#undef KEY
    {"out", "DIR", "where to write; without it results/<date>-<suite>"},
    {"resume", NULL, "go on with the run that --out holds"},
    {"force", NULL, "overwrite the run that --out holds"},
    {"quiet", NULL, "no progress, no tables"},
    {"help", NULL, "this text"},
};

enum { SPEC_COUNT = sizeof specs / sizeof *specs };

enum { MOST_RUNTIMES = 8 };

struct run {
    struct settings settings;
    const char *suite_name, *out;
    bool resume, force, quiet, help;
    const char *command_line[64]; /* ends in NULL */
    struct cpus cpus;
    struct conditions conditions;
    struct suite suite;
    struct plan plan;
    size_t planned_groups; /* the plan grows while it is measured */
    struct run_folder folder;
    int input_fd;
    struct measure_result measured;
    char runtime_names[MOST_RUNTIMES][32];
    const char *runtimes[MOST_RUNTIMES + 1]; /* libraries that ran OpenMP or a peer; ends in NULL */
};

static int handle_option(void *user, size_t index, const char *value, struct error *error)
{
    struct run *run = user;
    char origin[64];
    switch (index) {
    case OPTION_OUT:
        run->out = value;
        return 0;
    case OPTION_RESUME:
        run->resume = true;
        return 0;
    case OPTION_FORCE:
        run->force = true;
        return 0;
    case OPTION_QUIET:
        run->quiet = true;
        return 0;
    case OPTION_HELP:
        run->help = true;
        return 0;
    default:
        snprintf(origin, sizeof origin, "--%s", specs[index].name);
        return settings_set(&run->settings, (enum suite_key)index, value, origin, error);
    }
}

static int read_arguments(struct run *run, int count, char *const arguments[], struct error *error)
{
    const char *words[1] = {"default"};
    size_t word_count;
    int kept = count < 61 ? count : 61;
    run->command_line[0] = "breakeven";
    run->command_line[1] = "run";
    memcpy(run->command_line + 2, arguments, (size_t)kept * sizeof *arguments);
    if (cli_parse(count, arguments, specs, SPEC_COUNT, handle_option, run, words, 1, &word_count,
                  error) != 0)
        return -1;
    run->suite_name = words[0];
    if (run->resume && run->force)
        return fail(error, EXIT_USAGE, "--resume: cannot be combined with --force");
    return 0;
}

static void print_help(void)
{
    printf("breakeven run [SUITE] [options]: measures from which job size each strategy pays\n\n"
           "SUITE is one of `breakeven list suites` or an .ini file; without it: default.\n\n");
    cli_print_options(specs, SPEC_COUNT);
}

/* ------------------------------------------------------------------------------- before measuring
 */

/* Opens the input file where a work needs one; its size in *bytes. */
static int open_input(struct run *run, uint64_t *bytes, struct error *error)
{
    const struct work *needs = NULL;
    struct stat status;
    *bytes = 0;
    for (size_t i = 0; i < run->suite.count; i++)
        if (run->suite.series[i].work->input_is_file)
            needs = run->suite.series[i].work;
    if (needs == NULL)
        return 0;
    if (run->suite.input == NULL)
        return fail(error, EXIT_USAGE, "--input: the work %s needs a file; give one with --input",
                    needs->name);
    run->input_fd = open(run->suite.input, O_RDONLY | O_CLOEXEC);
    if (run->input_fd < 0 || fstat(run->input_fd, &status) != 0)
        return fail(error, EXIT_USAGE, "--input: %s cannot be read: %s", run->suite.input,
                    strerror(errno));
    if (!S_ISREG(status.st_mode))
        return fail(error, EXIT_USAGE, "--input: %s is not a regular file", run->suite.input);
    *bytes = (uint64_t)status.st_size;
    return 0;
}

/* Refuses worker counts that this system cannot have, before anything is started. */
static int check_workers(const struct run *run, struct error *error)
{
    struct task_limit limit = limits_tasks();
    for (size_t i = 0; i < run->plan.cell_count; i++)
        if (run->plan.cells[i].workers > limit.tasks)
            return fail(error, EXIT_REFUSED,
                        "--workers: %u workers are more than the %llu that %s allows",
                        run->plan.cells[i].workers, (unsigned long long)limit.tasks, limit.name);
    return 0;
}

/* Refuses callers that do not fit into memory, before anything is started. */
static int check_parents(const struct run *run, struct error *error)
{
    uint64_t available_mib = limits_memory_bytes() >> 20;
    for (size_t i = 0; i < run->plan.cell_count; i++)
        if (run->plan.cells[i].parent_mib > available_mib)
            return fail(error, EXIT_REFUSED,
                        "--parent-mib: %llu MiB are more than the %llu MiB of memory that are free",
                        (unsigned long long)run->plan.cells[i].parent_mib,
                        (unsigned long long)available_mib);
    return 0;
}

static int make_plan(struct run *run, struct error *error)
{
    uint64_t input_bytes;
    run->cpus = cpus_read();
    if (suite_read(run->suite_name, &run->settings, run->cpus.usable, &run->suite, error) != 0 ||
        open_input(run, &input_bytes, error) != 0 ||
        plan_make(&run->suite, input_bytes, &run->plan, error) != 0)
        return -1;
    run->planned_groups = run->plan.group_count;
    return check_workers(run, error) == 0 ? check_parents(run, error) : -1;
}

static int write_host(const struct run *run, double elapsed_s, struct error *error)
{
    char path[PATH_MAX];
    struct host_run facts = {
        .conditions = &run->conditions,
        .seed = run->suite.seed,
        .suite = run->suite.name,
        .title = run->suite.title,
        .command_line = run->command_line,
        .runtimes = run->runtimes,
        .elapsed_s = elapsed_s,
    };
    snprintf(path, sizeof path, "%s/host.json", run->folder.path);
    return host_write(path, &facts, error);
}

/* Rounds of different inputs or CPUs cannot be paired. */
static int check_same_run(const struct run *run, struct error *error)
{
    char path[PATH_MAX];
    struct host host;
    snprintf(path, sizeof path, "%s/host.json", run->folder.path);
    if (host_read(path, &host, error) != 0)
        return -1;
    if (host.seed != run->suite.seed || host.cpus_usable != run->cpus.usable)
        return fail(error, EXIT_USAGE,
                    "--resume: %s was begun with seed %llu on %u CPUs, not with seed %llu on %u",
                    run->folder.path, (unsigned long long)host.seed, host.cpus_usable,
                    (unsigned long long)run->suite.seed, run->cpus.usable);
    return 0;
}

/* Each group of the plan holds two descriptors while it is measured. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* ------------------------------------------------------------------------------- measuring */

static void name_samples(const struct run *run, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/samples.csv", run->folder.path);
}

/* Reads the rows to go on with; *before stays empty for a new run. A last line that was cut off is
 * dropped. */
static int read_before(const struct run *run, struct samples *before, struct error *error)
{
    char path[PATH_MAX];
    name_samples(run, path);
    if (!run->resume)
        return 0;
    return samples_mend(path, error) == 0 ? samples_read(path, before, error) : -1;
}

/* Opens samples.csv to append to. It is made last: where it is, host.json is, and there is a run to
 * go on with. */
static FILE *open_samples(const struct run *run, struct error *error)
{
    char path[PATH_MAX];
    name_samples(run, path);
    FILE *file = fopen(path, run->resume ? "ae" : "we");
    if (file != NULL && !run->resume)
        csv_write_header(file, &samples_format);
    if (file != NULL && fflush(file) == 0)
        return file;
    fail_errno(error, errno, "%s: cannot be written", path);
    if (file != NULL)
        fclose(file);
    return NULL;
}

static int measure(struct run *run, struct error *error)
{
    struct progress_view view = progress_open();
    struct samples before = {0};
    sigset_t mask;
    run->conditions = conditions_read(&run->cpus);
    FILE *file = NULL;
    if (read_before(run, &before, error) == 0 && write_host(run, NAN, error) == 0)
        file = open_samples(run, error);
    if (file == NULL) {
        samples_free(&before);
        return -1;
    }
    struct measure_settings settings = {
        .seed = run->suite.seed,
        .timeout_ns = run->suite.timeout_ns,
        .budget_ns = run->suite.budget_ns,
        .rounds = run->suite.rounds,
        .precision = run->suite.precision,
        .cpus = run->cpus.usable,
        .input_fd = run->input_fd,
        .program = CLI_PROGRAM,
        .progress = run->quiet ? NULL : progress_show,
        .user = &view,
    };
    signals_catch(&mask);
    int result = measure_run(&run->plan, &settings, &before, file, &run->measured, error);
    conditions_end(&run->conditions);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    if (!run->quiet)
        progress_close(&view);
    if (fclose(file) != 0)
        result = fail_errno(error, errno, "%s/samples.csv: cannot be written", run->folder.path);
    samples_free(&before);
    return result;
}

/* ------------------------------------------------------------------------------- afterwards */

static void note_runtimes(struct run *run, const struct samples *samples)
{
    size_t count = 0;
    for (size_t i = 0; i < samples->count && count < MOST_RUNTIMES; i++) {
        const char *runtime = samples->rows[i].runtime;
        bool known = *runtime == '\0';
        for (size_t k = 0; !known && k < count; k++)
            known = strncmp(run->runtimes[k], runtime, sizeof *run->runtime_names - 1) == 0;
        if (known)
            continue;
        snprintf(run->runtime_names[count], sizeof *run->runtime_names, "%s", runtime);
        run->runtimes[count] = run->runtime_names[count];
        count++;
    }
}

/* What only the whole run tells: the median canary, by which rows of disturbed visits are marked in
 * the file, and the libraries that ran OpenMP. */
static int finish_samples(struct run *run, struct error *error)
{
    char path[PATH_MAX];
    struct samples samples;
    struct disturbances found;
    snprintf(path, sizeof path, "%s/samples.csv", run->folder.path);
    if (samples_read(path, &samples, error) != 0)
        return -1;
    note_runtimes(run, &samples);
    int result = disturbed_mark(&samples, &found, error);
    if (result == 0)
        result = csv_write_file(path, &samples_format, samples.rows, samples.count, error);
    samples_free(&samples);
    return result;
}

/* Completes the run's files; an error that the run ends with already stays. */
static void finish_files(struct run *run, struct error *error)
{
    struct error own = {0};
    if (finish_samples(run, &own) == 0)
        write_host(run, (double)run->measured.elapsed_ns / 1e9, &own);
    if (error->code == EXIT_DONE)
        *error = own;
}

static void note_unmeasured(const struct run *run, struct ending *ending)
{
    if (run->measured.groups_unvisited > 0 && visit_interrupted == 0)
        snprintf(ending->warning, sizeof ending->warning,
                 "the budget did not last for %llu of %zu batch sizes; raise --budget",
                 (unsigned long long)run->measured.groups_unvisited, run->planned_groups);
}

static void report(struct run *run, struct ending *ending)
{
    struct report_result reported;
    struct error error = {0};
    if (!run->quiet)
        printf("\n");
    if (report_make(run->folder.path, run->quiet ? NULL : stdout, &reported, &error) != 0 ||
        folder_link(&run->folder, &error) != 0) {
        if (ending->error.code == EXIT_DONE || ending->error.code == EXIT_INTERRUPTED)
            ending->error = error;
        return;
    }
    if (reported.pictures_error.code != EXIT_DONE)
        snprintf(ending->warning, sizeof ending->warning, "no pictures: %s",
                 reported.pictures_error.text);
    const struct steer_tally *steered = &run->measured.steered;
    if (!run->quiet && run->suite.rounds == 0 && visit_interrupted == 0 &&
        steered->settled < steered->curves)
        printf("The budget ended while %zu of %zu curves could still be narrowed.\n",
               steered->curves - steered->settled, steered->curves);
    if (!run->quiet)
        printf("%llu visits in %.0f s. Look at %s/plots (%zu picture%s); the numbers are in "
               "%s/summary.csv and crossover.csv.\n",
               (unsigned long long)run->measured.visits, (double)run->measured.elapsed_ns / 1e9,
               run->folder.path, reported.pictures, reported.pictures == 1 ? "" : "s",
               run->folder.path);
}

/* The exit status of a run whose files are complete. */
static void judge(const struct run *run, struct ending *ending)
{
    if (visit_interrupted != 0)
        ending->error = (struct error){(enum exit_code)(128 + visit_interrupted),
                                       "interrupted; what was measured is kept"};
    else if (run->measured.rows_ok == 0)
        fail(&ending->error,
             run->measured.rows_refused == run->measured.rows && run->measured.rows > 0
                 ? EXIT_REFUSED
                 : EXIT_NOT_COMPARABLE,
             "nothing could be measured; see %s/samples.csv", run->folder.path);
    else if (run->measured.cells_given_up > 0)
        fail(&ending->error, EXIT_CHECK_FAILED,
             "%llu cells were given up: a verification or a visit failed; see status and detail in "
             "%s/summary.csv",
             (unsigned long long)run->measured.cells_given_up, run->folder.path);
}

static void run_suite(struct run *run, struct ending *ending)
{
    struct error *error = &ending->error;
    enum folder_mode mode = run->resume ? FOLDER_RESUME : run->force ? FOLDER_FORCE : FOLDER_FRESH;
    if (make_plan(run, error) != 0 ||
        folder_open(run->out, run->suite.name, mode, &run->folder, error) != 0 ||
        (run->resume && check_same_run(run, error) != 0))
        return;
    raise_descriptor_limit();
    measure(run, error);
    if (error->code == EXIT_DONE || error->code == EXIT_INTERRUPTED)
        finish_files(run, error);
    if (error->code != EXIT_DONE && error->code != EXIT_INTERRUPTED)
        return;
    note_unmeasured(run, ending);
    report(run, ending);
    if (error->code == EXIT_DONE || error->code == EXIT_INTERRUPTED)
        judge(run, ending);
}

void cli_run(int count, char *const arguments[], struct ending *ending)
{
    struct run run = {.input_fd = -1};
    if (read_arguments(&run, count, arguments, &ending->error) == 0) {
        if (run.help)
            print_help();
        else
            run_suite(&run, ending);
    }
    if (run.input_fd >= 0)
        close(run.input_fd);
    plan_free(&run.plan);
    suite_free(&run.suite);
    settings_free(&run.settings);
}
