#include "bench/session/measuring.h"
#include "bench/analyse/disturbed.h"
#include "bench/base/clock.h"
#include "bench/base/limits.h"
#include "bench/base/text.h"
#include "bench/data/begun.h"
#include "bench/data/host.h"
#include "bench/machine/affinity.h"
#include "bench/machine/own_host.h"
#include "bench/process/program.h"
#include "bench/session/hosts_told.h"
#include "bench/session/job_input.h"
#include "bench/session/progress.h"
#include "bench/session/runners.h"
#include "bench/session/signals.h"
#include "bench/session/surroundings.h"
#include "bench/visit/caller_memory.h"
#include "bench/visit/start_cost.h"
#include "strategies/mpi/launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of a build's environment, with the path of a program. */
enum { ENVIRONMENT_BYTES = PATH_MAX + 1024 };

/* ------------------------------------------------------------------------------- before measuring
 */

/* Opens the input file where a work needs one; its size in *bytes. */
static int open_input(struct measuring *run, uint64_t *bytes, struct error *error)
{
    const struct work *needs = NULL;
    *bytes = 0;
    run->command = (struct command_input){.block_fd = -1, .output_fd = -1};
    if (command_input_open(&run->suite.command, &run->command, error) != 0)
        return -1;
    for (size_t i = 0; i < run->suite.count; i++)
        if (run->suite.series[i].work->input_is_file)
            needs = run->suite.series[i].work;
    if (needs == NULL)
        return 0;
    run->input_fd = job_input_open(needs, run->suite.input, bytes, error);
    return run->input_fd >= 0 ? 0 : -1;
}

/* Refuses sizes that the input file is too small for. */
static int check_input(const struct measuring *run, uint64_t bytes, struct error *error)
{
    for (size_t i = 0; i < run->plan.group_count; i++) {
        const struct group *group = &run->plan.groups[i];
        if (group->work->input_is_file &&
            job_input_check("--sizes", group->size, group->jobs, bytes, error) != 0)
            return -1;
    }
    return 0;
}

/* Refuses worker counts that this system cannot have, before anything is started. */
static int check_workers(const struct measuring *run, struct error *error)
{
    struct task_limit limit = limits_tasks();
    for (size_t i = 0; i < run->plan.cell_count; i++)
        if (run->plan.cells[i].key.hosts == 0 && run->plan.cells[i].key.workers > limit.tasks)
            return fail(error, ERROR_REFUSED,
                        "--workers: %u workers are more than the %llu that %s allows",
                        (unsigned)run->plan.cells[i].key.workers, (unsigned long long)limit.tasks,
                        limit.name);
    return 0;
}

/* Cells that were told by a file may be over hosts that nobody has named here. */
static int check_hosts(const struct measuring *run, struct error *error)
{
    for (size_t i = 0; i < run->plan.cell_count; i++)
        if (run->plan.cells[i].key.hosts > run->suite.hosts.count)
            return fail(error, ERROR_USAGE,
                        "--hosts: %s is to be measured over %llu hosts, where %zu are named",
                        run->plan.cells[i].key.strategy,
                        (unsigned long long)run->plan.cells[i].key.hosts, run->suite.hosts.count);
    return 0;
}

/* True where cells over hosts can be measured, as far as this machine is concerned. */
static bool needs_hosts(const struct plan *plan)
{
    for (size_t i = 0; i < plan->cell_count; i++)
        if (plan->cells[i].key.hosts > 0 && strategy_unavailable(plan->cells[i].strategy) == NULL)
            return true;
    return false;
}

/* What the hosts are, and that they can be used, is asked for before anything is measured, and
 * after all that can be refused without them. */
static int ask_hosts(struct measuring *run, struct error *error)
{
    const struct hosts *hosts = &run->suite.hosts;
    hosts_text(hosts, run->host_list); /* what a suite has fits */
    if (!needs_hosts(&run->plan))
        return 0;
    run->own_host = own_host_find(hosts);
    run->hosts = hosts_told(hosts, run->own_host, run->suite.timeout_ns, error);
    return run->hosts != NULL ? 0 : -1;
}

/* Refuses callers that do not fit into memory, before anything is started. */
static int check_caller_memory(const struct measuring *run, struct error *error)
{
    uint64_t most_mib = 0;
    for (size_t i = 0; i < run->plan.cell_count; i++)
        if (run->plan.cells[i].key.parent_mib > most_mib)
            most_mib = run->plan.cells[i].key.parent_mib;
    return caller_memory_check(most_mib, error);
}

/* What reports are told of works that their program may not know. */
static void note_works(struct measuring *run)
{
    for (size_t i = 0; i < run->suite.count; i++) {
        const struct work *work = run->suite.series[i].work;
        bool told = work->reference == NULL || run->work_count == HOST_MOST_WORKS;
        for (size_t k = 0; k < run->work_count && !told; k++)
            told = text_equal(run->works[k].name, work->name);
        if (told)
            continue;
        struct host_work *noted = &run->works[run->work_count++];
        noted->spawn_ns = noted->dynamic_ns = NAN;
        noted->import_ns = work->import_ns > 0 ? work->import_ns : (double)NAN;
        snprintf(noted->name, sizeof noted->name, "%s", work->name);
        text_printable(noted->unit, sizeof noted->unit, work->unit);
        text_printable(noted->summary, sizeof noted->summary, work->summary);
        text_printable(noted->path, sizeof noted->path, work->reference);
    }
}

static int read_suite(struct measuring *run, struct error *error)
{
    return run->suite_text != NULL
               ? suite_read_text(run->suite_name, run->suite_text, &run->settings, run->cpus.usable,
                                 &run->suite, error)
               : suite_read(run->suite_name, &run->settings, run->cpus.usable, &run->suite, error);
}

static int make_plan(struct measuring *run, uint64_t input_bytes, struct error *error)
{
    return run->keys != NULL ? plan_of_keys(run->keys, run->key_count, &run->plan, error)
                             : plan_make(&run->suite, input_bytes, &run->plan, error);
}

/* What reports are told of strategies that their program may not know. */
static void note_strategies(struct measuring *run)
{
    const struct strategy_ops *ops;
    for (size_t i = 0; (ops = strategy_registered(i)) != NULL && i < HOST_MOST_STRATEGIES; i++) {
        struct host_strategy *noted = &run->strategies[run->strategy_count++];
        snprintf(noted->name, sizeof noted->name, "%s", ops->name);
        text_printable(noted->summary, sizeof noted->summary, ops->summary);
        text_printable(noted->path, sizeof noted->path, ops->reference);
    }
}

int measuring_plan(struct measuring *run, struct error *error)
{
    uint64_t input_bytes;
    run->began_ns = run->clock.since_ns = clock_now_ns();
    if (surroundings_check_for_visits(error) != 0 || affinity_check(error) != 0)
        return -1;
    run->cpus = cpus_read();
    if (read_suite(run, error) != 0 || open_input(run, &input_bytes, error) != 0 ||
        make_plan(run, input_bytes, error) != 0 || check_input(run, input_bytes, error) != 0 ||
        (run->base != NULL && plan_for_both_builds(&run->plan, error) != 0))
        return -1;
    run->planned_groups = run->plan.group_count;
    for (size_t i = 0; run->is_rare != NULL && i < run->plan.group_count; i++)
        run->plan.groups[i].is_rare = run->is_rare(&run->plan.groups[i], run->cpus.usable);
    note_works(run);
    note_strategies(run);
    run->runners = runners_of_plan(&run->plan);
    if (check_hosts(run, error) != 0 ||
        asked_read(&run->suite, &run->plan, run->input_fd, &run->asked, error) != 0)
        return -1;
    return check_workers(run, error) == 0 ? check_caller_memory(run, error) : -1;
}

static struct host_run describe_run(const struct measuring *run, double elapsed_s)
{
    return (struct host_run){
        .conditions = &run->conditions,
        .seed = run->suite.seed,
        .suite = run->suite.name,
        .title = run->suite.title,
        .command_line = run->command_line,
        .runtimes = run->runtimes,
        .base = run->base != NULL ? contender_facts(run->base) : NULL,
        .new = run->new != NULL ? contender_facts(run->new) : NULL,
        .samples = run->samples,
        .elapsed_s = elapsed_s,
        .modes = run->modes,
        .stages = run->clock.spent,
        .wall_ns = run->wall_before_ns + run->clock.since_ns - run->began_ns,
        .asked = &run->asked,
        .works = run->works,
        .work_count = run->work_count,
        .strategies = run->strategies,
        .strategy_count = run->strategy_count,
        .runners = run->runners,
        .hosts = run->hosts,
        .firsts = run->measured.firsts,
        .first_count = run->measured.first_count,
    };
}

static int write_host(const struct measuring *run, double elapsed_s, struct error *error)
{
    char path[PATH_MAX];
    struct host_run facts = describe_run(run, elapsed_s);
    snprintf(path, sizeof path, "%s/host.json", run->folder.path);
    return host_write(path, &facts, error);
}

/* Rounds of different machines, builds or cells cannot be paired. */
static int check_same_run(struct measuring *run, struct error *error)
{
    char path[PATH_MAX];
    struct host host;
    snprintf(path, sizeof path, "%s/host.json", run->folder.path);
    if (host_read(path, &host, error) != 0)
        return -1;
    run->samples_before = host.samples;
    stages_add(&run->clock.spent, &host.stages);
    run->wall_before_ns = host.wall_ns;
    run->measured_before_ns =
        stages_total_ns(&host.stages) - host.stages.ns[STAGE_PLAN] - host.stages.ns[STAGE_REPORT];
    run->conditions = conditions_read(&run->cpus);
    struct host_run now = describe_run(run, NAN);
    return host_check_same(path, run->folder.path, &now, error);
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

static void name_samples(const struct measuring *run, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/samples.csv", run->folder.path);
}

/* Looks at a run that goes on, and changes nothing of it. */
static int look_at_begun(struct measuring *run, struct begun *begun, struct error *error)
{
    char path[PATH_MAX];
    name_samples(run, path);
    if (run->mode != FOLDER_RESUME)
        return 0;
    if (check_same_run(run, error) != 0)
        return -1;
    return begun_read(path, run->samples_before, begun, error);
}

/* Opens samples.csv to append to. It comes last: a folder that has it holds a run, and a visit is
 * dropped from it only when all else could be written. */
static FILE *open_samples(const struct measuring *run, const char *path, const struct begun *begun,
                          struct error *error)
{
    if (write_host(run, NAN, error) != 0)
        return NULL;
    if (run->mode == FOLDER_RESUME)
        return begun_open(path, begun, error);
    if (run->mode == FOLDER_FORCE && unlink(path) != 0 && errno != ENOENT) {
        fail_errno(error, errno, "%s: cannot be replaced", path);
        return NULL;
    }
    return samples_create(path, error);
}

/* Two builds are visited as copies of theirs, or where they lie if there can be none of both. */
static void use_copies(const struct measuring *run, struct copies *copies,
                       struct measure_settings *settings)
{
    struct error refusal = {0};
    if (run->base == NULL)
        return;
    const char *programs[COPIES] = {run->base->program, run->new->program};
    if (copies_open(copies, programs, &refusal) != 0)
        return;
    settings->copies = copies;
    settings->programs[BUILD_BASE] = copies->paths[0];
    settings->programs[BUILD_NEW] = copies->paths[1];
}

/* Over hosts ranks are started by the path where the build that is visited lies, as its copy is on
 * this host alone. room: for the environment of each. */
static void name_programs_of_ranks(const struct measuring *run, struct measure_settings *settings,
                                   char room[BUILD_COUNT][ENVIRONMENT_BYTES])
{
    const struct contender *const builds[BUILD_COUNT] = {NULL, run->base, run->new};
    for (int i = 0; run->hosts != NULL && i < BUILD_COUNT; i++) {
        const char *own = settings->environments[i];
        char path[PATH_MAX];
        if (builds[i] == NULL || realpath(builds[i]->program, path) == NULL ||
            strchr(path, ';') != NULL)
            continue;
        snprintf(room[i], ENVIRONMENT_BYTES, "%s%s" LAUNCHER_PROGRAM "=%s", own != NULL ? own : "",
                 own != NULL ? ";" : "", path);
        settings->environments[i] = room[i];
    }
}

/* Takes over where measuring spent its time. An earlier part that was killed has told nothing of
 * it; but the rows that it left say what their visits took. */
static void take_stages(struct measuring *run)
{
    const struct measure_result *measured = &run->measured;
    uint64_t *untold_ns = &run->clock.spent.ns[STAGE_UNTOLD];
    if (measured->spent_before_ns > run->measured_before_ns) {
        uint64_t lost_ns = measured->spent_before_ns - run->measured_before_ns;
        *untold_ns += lost_ns;
        run->wall_before_ns += lost_ns;
    }
    stages_add(&run->clock.spent, &measured->clock.spent);
    run->clock.since_ns = measured->clock.since_ns;
}

/* A command is a program; and so is each job by spawn of a work that a library brings. */
static bool starts_programs(const struct cell *cell)
{
    bool spawns = (cell->strategy->flags & STRATEGY_NEEDS_EXEC) != 0 &&
                  cell->strategy->unit == UNIT_JOB && cell->strategy->floor == FLOOR_SPAWN;
    return cell->work->is_command || (spawns && work_is_library(cell->work));
}

/* What starting a program takes here, beside the works whose jobs are programs. */
static int note_start_costs(struct measuring *run, const sigset_t *waiting_mask,
                            struct error *error)
{
    const struct visit_launch launch = {
        .program = PROGRAM_SELF, .timeout_ns = run->suite.timeout_ns, .waiting_mask = waiting_mask};
    struct start_cost cost = {NAN, NAN};
    bool known = false;
    for (size_t i = 0; i < run->plan.cell_count; i++) {
        const struct cell *cell = &run->plan.cells[i];
        if (!starts_programs(cell))
            continue;
        if (!known && start_cost_measure(&launch, &cost, error) != 0)
            return -1;
        known = true;
        for (size_t k = 0; k < run->work_count; k++)
            if (text_equal(run->works[k].name, cell->work->name)) {
                run->works[k].spawn_ns = cost.static_ns;
                run->works[k].dynamic_ns = cost.dynamic_ns;
            }
    }
    return 0;
}

static int measure(struct measuring *run, const struct begun *begun, struct error *error)
{
    struct progress_view view = progress_open(run->verbose);
    struct copies copies;
    char path[PATH_MAX], environments[BUILD_COUNT][ENVIRONMENT_BYTES];
    sigset_t mask;
    name_samples(run, path);
    run->conditions = conditions_read(&run->cpus);
    FILE *file = open_samples(run, path, begun, error);
    if (file == NULL)
        return -1;
    struct measure_settings settings = {
        .seed = run->suite.seed,
        .reorder = run->reorder,
        .timeout_ns = run->suite.timeout_ns,
        .job_timeout_ns = run->suite.job_timeout_ns,
        .retries = run->suite.retries,
        .budget_ns = run->suite.budget_ns,
        .rounds = run->suite.rounds,
        .precision = run->suite.precision,
        .cpus = run->cpus,
        .input_fd = run->command.block_fd >= 0 ? run->command.block_fd : run->input_fd,
        .output_fd = run->command.output_fd,
        .hosts = run->host_list,
        .own_host = run->own_host,
        .path = path,
        .programs = {PROGRAM_SELF, run->base != NULL ? run->base->program : NULL,
                     run->new != NULL ? run->new->program : NULL},
        .environments = {NULL, run->base != NULL ? run->base->environment : NULL, NULL},
        .every_cell = run->every_cell || run->base != NULL,
        .progress = run->quiet ? NULL : progress_show,
        .user = &view,
    };
    use_copies(run, &copies, &settings);
    name_programs_of_ranks(run, &settings, environments);
    signals_catch(&mask);
    stage_ends(&run->clock, STAGE_PLAN, clock_now_ns());
    int result = note_start_costs(run, &mask, error);
    if (result == 0)
        result = measure_run(&run->plan, &settings, &begun->samples, file, &run->measured, error);
    take_stages(run);
    conditions_end(&run->conditions);
    run->conditions.visits_repeated = run->measured.visits_repeated;
    sigprocmask(SIG_SETMASK, &mask, NULL);
    if (settings.copies != NULL)
        copies_close(&copies);
    if (!run->quiet)
        progress_close(&view);
    if (fclose(file) != 0)
        result = fail_errno(error, errno, "%s: cannot be written", path);
    return result;
}

/* ------------------------------------------------------------------------------- afterwards */

static void note_runtimes(struct measuring *run, const struct samples *samples)
{
    size_t count = 0;
    for (size_t i = 0; i < samples->count && count < MEASURING_RUNTIMES; i++) {
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
static int finish_samples(struct measuring *run, struct error *error)
{
    char path[PATH_MAX];
    struct samples samples;
    struct disturbances found;
    snprintf(path, sizeof path, "%s/samples.csv", run->folder.path);
    if (samples_read(path, &samples, error) != 0)
        return -1;
    note_runtimes(run, &samples);
    run->samples = samples.count;
    int result = disturbed_mark(&samples, &found, error);
    if (result == 0)
        run->modes = found.modes;
    if (result == 0)
        result = csv_write_file(path, &samples_format, samples.rows, samples.count, error);
    samples_free(&samples);
    return result;
}

void measuring_blame_system(struct error *error)
{
    if (error->kind == ERROR_USAGE)
        error->kind = ERROR_REFUSED;
}

/* Completes the run's files; an error that the run ends with already stays. */
static void finish_files(struct measuring *run, struct error *error)
{
    struct error own = {0};
    if (finish_samples(run, &own) == 0) {
        stage_ends(&run->clock, STAGE_REPORT, clock_now_ns());
        write_host(run, (double)run->measured.elapsed_ns / 1e9, &own);
    }
    measuring_blame_system(&own);
    if (error->kind == ERROR_NONE)
        *error = own;
}

int measuring_open(struct measuring *run, const char *out, enum folder_mode mode,
                   struct error *error)
{
    if (folder_open(out, run->suite.name, mode, &run->folder, error) != 0)
        return -1;
    folder_clean(&run->folder, mode);
    run->conditions = conditions_read(&run->cpus);
    return write_host(run, NAN, error);
}

int measuring_run(struct measuring *run, const char *out, enum folder_mode mode,
                  struct error *error)
{
    struct begun begun = {0};
    run->mode = mode;
    if (folder_open(out, run->suite.name, mode, &run->folder, error) != 0)
        return -1;
    if (ask_hosts(run, error) != 0) {
        if (run->folder.made_up)
            rmdir(run->folder.path);
        return -1;
    }
    if (look_at_begun(run, &begun, error) != 0)
        return -1;
    folder_clean(&run->folder, mode);
    if (command_input_place(&run->suite.command, run->folder.path, &run->command, error) != 0)
        return -1;
    raise_descriptor_limit();
    measure(run, &begun, error);
    begun_free(&begun);
    if (error->kind == ERROR_NONE || error->kind == ERROR_INTERRUPTED)
        finish_files(run, error);
    return error->kind == ERROR_NONE ? 0 : -1;
}

int measuring_tell_stages(struct measuring *run, struct error *error)
{
    stage_ends(&run->clock, STAGE_REPORT, clock_now_ns());
    return write_host(run, (double)run->measured.elapsed_ns / 1e9, error);
}

void measuring_free(struct measuring *run)
{
    if (run->input_fd >= 0)
        close(run->input_fd);
    if (run->suite.command.words.count > 0)
        command_input_close(&run->command);
    folder_close(&run->folder);
    json_decref(run->runners);
    json_decref(run->hosts);
    asked_free(&run->asked);
    plan_free(&run->plan);
    suite_free(&run->suite);
    settings_free(&run->settings);
}
