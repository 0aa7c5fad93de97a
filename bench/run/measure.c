#include "bench/run/measure.h"
#include "bench/base/limits.h"
#include "bench/base/memory.h"
#include "bench/base/text.h"
#include "bench/base/whole.h"
#include "bench/job/batch.h"
#include "bench/machine/cpus.h"
#include "bench/machine/topology.h"
#include "bench/stats/stats.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A visit may outlast the budget by this share of it before it is cut off. */
#define OVERTIME_SHARE 0.1

/* What the harness opens at most at once to make a visit, or to write a file. */
enum { VISIT_DESCRIPTORS = 16 };

/* What the visits to one group share. */
struct group_state {
    int input_fd, reference_fd;
    bool prepared, visited;
    enum status broken; /* why input or reference could not be made; STATUS_OK: they were */
    char detail[READING_DETAIL_BYTES + 32];
};

struct measurement {
    struct plan *plan;
    const struct measure_settings *settings;
    const struct measure_world *world;
    FILE *file;
    struct error *error;
    struct measure_result *result;
    struct steer *steer;
    struct group_state *groups;
    size_t group_count;
    const struct sample **before; /* the file's rows in the order of compare_visits */
    size_t before_count;
    int canary_cpus[2];
    int compact[PLACEMENT_CPUS], spread[PLACEMENT_CPUS]; /* orders of the usable CPUs */
    uint32_t order_count;
    uint64_t visit_bytes;  /* of memory, that the largest visit so far needs */
    sigset_t waiting_mask; /* lets the interrupting signals in */
    uint64_t started_ns;
    uint64_t accounted_ns;    /* when the last visit ended */
    uint64_t spent_before_ns; /* on the visits that are taken from `before` */
    bool out_of_time;
};

/* ------------------------------------------------------------------------------- the world */

static int real_visit(void *user, enum visit_kind kind, const struct cell *cell,
                      const struct cell_context *context, const struct visit_launch *launch,
                      struct reading readings[READINGS_MOST], uint32_t *count, struct error *error)
{
    (void)user;
    return visit_run(kind, cell, context, launch, readings, count, error);
}

static uint64_t real_now_ns(void *user)
{
    (void)user;
    return clock_now_ns();
}

static int real_check_cpus(void *user, const struct cpus *planned, struct error *error)
{
    (void)user;
    return cpus_check_same(planned, error);
}

static uint64_t now_ns(const struct measurement *run)
{
    return run->world->now_ns(run->world->user);
}

/* Of the budget: what earlier parts of the run took is counted in. */
static uint64_t elapsed_ns(const struct measurement *run)
{
    return run->spent_before_ns + now_ns(run) - run->started_ns;
}

/* The time since the visit before: all that went into this one, its group's preparation too, so
 * that the visits of a run add up to it. */
static uint64_t account_ns(struct measurement *run)
{
    uint64_t now = now_ns(run), since = now - run->accounted_ns;
    run->accounted_ns = now;
    return since;
}

/* How long the next visit may take, so that the budget is kept. */
static uint64_t visit_timeout_ns(const struct measurement *run)
{
    const struct measure_settings *settings = run->settings;
    uint64_t most = settings->budget_ns + (uint64_t)(OVERTIME_SHARE * (double)settings->budget_ns);
    uint64_t elapsed = elapsed_ns(run), left = elapsed < most ? most - elapsed : 1;
    return settings->rounds == 0 && left < settings->timeout_ns ? left : settings->timeout_ns;
}

static struct cell_context make_context(const struct measurement *run, const struct cell *cell,
                                        const struct group_state *state)
{
    return (struct cell_context){
        .seed = run->settings->seed,
        .job_timeout_ns = run->settings->job_timeout_ns,
        .retries = run->settings->retries,
        .cpus = run->settings->cpus.usable,
        .input_fd = state->input_fd,
        .output_fd = run->settings->output_fd,
        .reference_fd = state->reference_fd,
        .order = text_equal(cell->key.bind, bind_names[BIND_COMPACT]) ? run->compact : run->spread,
        .order_count = run->order_count,
        .canary_cpus = {run->canary_cpus[0], run->canary_cpus[1]},
        .hosts = run->settings->hosts,
        .own_host = run->settings->own_host,
    };
}

static struct visit_launch make_launch(const struct measurement *run, const struct cell *cell)
{
    return (struct visit_launch){
        .program = run->settings->programs[cell_build(cell)],
        .environment = run->settings->environments[cell_build(cell)],
        .timeout_ns = visit_timeout_ns(run),
        .waiting_mask = &run->waiting_mask,
    };
}

/* True where a visit that was just made may have had other CPUs than those before: it is the last.
 */
static bool cpus_have_changed(struct measurement *run)
{
    if (run->world->check_cpus(run->world->user, &run->settings->cpus, &run->result->cut_short) ==
        0)
        return false;
    run->out_of_time = true;
    return true;
}

/* Makes a visit; false in *whole where the end of the budget has cut it off, or it had other CPUs
 * than those before. */
static int make_visit(struct measurement *run, enum visit_kind kind, const struct cell *cell,
                      const struct group_state *state, struct reading readings[READINGS_MOST],
                      uint32_t *count, bool *whole)
{
    struct cell_context context = make_context(run, cell, state);
    struct visit_launch launch = make_launch(run, cell);
    struct stage_clock *clock = &run->result->clock;
    stage_ends(clock, STAGE_STEER, now_ns(run));
    int result = run->world->visit(run->world->user, kind, cell, &context, &launch, readings, count,
                                   run->error);
    if (kind == VISIT_PREPARE)
        stage_ends(clock, STAGE_PREPARE, now_ns(run));
    else
        stage_visit_ends(clock, result == 0 ? &readings[0].stages : &(struct stages){0},
                         now_ns(run));
    *whole = result != 0 || launch.timeout_ns == run->settings->timeout_ns ||
             readings[0].status != STATUS_TIMED_OUT;
    run->out_of_time = run->out_of_time || !*whole;
    *whole = *whole && (result != 0 || !cpus_have_changed(run));
    return result;
}

/* ------------------------------------------------------------------------------- rows */

static struct sample make_sample(const struct cell *cell, uint64_t round,
                                 const struct reading *reading, uint64_t visit_ns)
{
    bool ok = reading->status == STATUS_OK, told = ok && reading->usage_unknown == 0;
    bool tells_time = told || (ok && reading->usage_unknown == USAGE_IS_TIME_ALONE);
    return (struct sample){
        .round = round,
        .key = cell->key,
        .temperature = reading->cold ? "cold" : "warm",
        .reading = reading->reading,
        .maps = ok ? reading->maps : CSV_UNKNOWN,
        .ns_per_map = reading->ns_per_map,
        .open_ns = reading->open_ns,
        .close_ns = reading->close_ns,
        .user_ns = tells_time ? (double)reading->used.user_ns : (double)NAN,
        .sys_ns = tells_time ? (double)reading->used.sys_ns : (double)NAN,
        .minflt = told ? reading->used.minflt : CSV_UNKNOWN,
        .majflt = told ? reading->used.majflt : CSV_UNKNOWN,
        .nvcsw = told ? reading->used.nvcsw : CSV_UNKNOWN,
        .nivcsw = told ? reading->used.nivcsw : CSV_UNKNOWN,
        .maxrss_kib = tells_time ? reading->maxrss_kib : CSV_UNKNOWN,
        .participation = reading->participation,
        .roundtrip_ns = reading->roundtrip_ns,
        .wake_ns = reading->wake_ns,
        .first_result_ns = reading->first_result_ns,
        .steal_ticks = ok ? reading->steal_ticks : CSV_UNKNOWN,
        .status = status_names[reading->status],
        .detail = reading->detail,
        .runtime = reading->runtime,
        .visit_ns = (double)visit_ns,
        .disturbed = CSV_UNKNOWN,
    };
}

static void count_row(struct measurement *run, const char *status, const char *detail)
{
    char *first = run->result->first_trouble;
    if (*first == '\0' && !text_equal(status, "ok") && !text_equal(status, "unavailable"))
        text_printable(first, sizeof run->result->first_trouble, detail);
    run->result->rows++;
    run->result->rows_ok += text_equal(status, "ok");
    run->result->rows_refused += text_equal(status, "refused");
}

/* ------------------------------------------------------------------------------- what was before
 */

static int compare_visits(const struct key *key, uint64_t round, const struct sample *row)
{
    int order = key_compare(key, &row->key);
    return order ? order : (round > row->round) - (round < row->round);
}

static int compare_rows(const void *a, const void *b)
{
    const struct sample *x = *(const struct sample *const *)a;
    const struct sample *y = *(const struct sample *const *)b;
    int order = compare_visits(&x->key, x->round, y);
    return order ? order : (x > y) - (x < y); /* as they stand in the file: the cold row first */
}

static int sort_before(struct measurement *run, const struct samples *before)
{
    size_t count = before != NULL ? before->count : 0;
    run->before = calloc(count + 1, sizeof *run->before);
    if (run->before == NULL)
        return fail(run->error, ERROR_REFUSED, "out of memory");
    for (size_t i = 0; i < count; i++) {
        run->before[i] = &before->rows[i];
        count_row(run, before->rows[i].status, before->rows[i].detail);
    }
    run->before_count = count;
    qsort(run->before, count, sizeof *run->before, compare_rows);
    return 0;
}

/* The rows of one visit among those of before: from *first on; their number. */
static size_t find_before(const struct measurement *run, size_t cell, uint64_t round, size_t *first)
{
    const struct key *key = &run->plan->cells[cell].key;
    size_t low = 0, high = run->before_count, count = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_visits(key, round, run->before[middle]) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    while (low + count < run->before_count &&
           compare_visits(key, round, run->before[low + count]) == 0)
        count++;
    return count;
}

/* ------------------------------------------------------------------------------- what is learnt */

/* Tells the steering of a visit by its rows, the cold one first. A cell of which a visit went wrong
 * is not visited again. */
static int learn_rows(struct measurement *run, size_t cell, const struct sample *const rows[],
                      size_t count)
{
    double warm_ns[READINGS_MOST];
    size_t warm = 0;
    for (size_t i = 1; i < count && warm < READINGS_MOST; i++)
        warm_ns[warm++] = rows[i]->ns_per_map;
    struct steer_visit visit = {
        .ok = text_equal(rows[0]->status, "ok"),
        .cold_ns = rows[0]->ns_per_map,
        .warm_ns = stats_median(warm_ns, warm),
        .roundtrip_ns = rows[0]->roundtrip_ns,
        .cost_ns = rows[0]->visit_ns > 0 ? (uint64_t)rows[0]->visit_ns : 0,
    };
    run->result->cells_given_up += !visit.ok && !text_equal(rows[0]->status, "unavailable");
    return steer_note(run->steer, cell, &visit, run->error);
}

/* Takes over a visit that the file has already. */
static int replay(struct measurement *run, size_t cell, const struct sample *const rows[],
                  size_t count)
{
    run->spent_before_ns += rows[0]->visit_ns > 0 ? (uint64_t)rows[0]->visit_ns : 0;
    return learn_rows(run, cell, rows, count);
}

/* A file that was moved or removed meanwhile would take rows that nobody finds. */
static int check_place(const struct measurement *run, const struct stat *opened)
{
    struct stat found;
    const char *path = run->settings->path;
    if (path == NULL || (stat(path, &found) == 0 && found.st_dev == opened->st_dev &&
                         found.st_ino == opened->st_ino))
        return 0;
    return fail(
        run->error, ERROR_REFUSED,
        "%s: was moved or removed while it was written; where it still is, --resume goes on", path);
}

/* All rows of a visit as text, which the caller frees. NULL where memory is exhausted. */
static char *print_rows(const struct sample samples[], uint32_t count, size_t *bytes)
{
    char *text = NULL;
    FILE *stream = open_memstream(&text, bytes);
    for (uint32_t i = 0; stream != NULL && i < count; i++)
        csv_write_row(stream, &samples_format, &samples[i]);
    bool lost = stream == NULL || ferror(stream) != 0;
    lost = (stream != NULL && fclose(stream) != 0) || lost;
    if (!lost)
        return text;
    free(text);
    return NULL;
}

/* Appends the rows of a visit at once, past the stream, which would write on what it could not
 * write when it is closed. Where that fails the file ends with the visit before. */
static int append_rows(struct measurement *run, const struct sample samples[], uint32_t count)
{
    const char *path = run->settings->path != NULL ? run->settings->path : "samples.csv";
    struct stat before = {0};
    size_t bytes = 0;
    char *text = print_rows(samples, count, &bytes);
    if (text == NULL)
        return fail(run->error, ERROR_REFUSED, "%s: out of memory", path);
    int file = fileno(run->file);
    int why = fflush(run->file) != 0 || fstat(file, &before) != 0 ? errno : 0;
    if (why == 0)
        why = whole_put(file, text, bytes);
    free(text);
    if (why == 0)
        return check_place(run, &before);
    bool whole = !S_ISREG(before.st_mode) || ftruncate(file, before.st_size) == 0;
    return fail_errno(run->error, why, "%s: cannot be written%s", path,
                      whole ? "" : ", its end is cut off");
}

/* Learns of a visit that was made and appends its rows to the file. */
static int take_readings(struct measurement *run, size_t cell, uint64_t round,
                         const struct reading *readings, uint32_t count, uint64_t visit_ns)
{
    struct sample samples[READINGS_MOST];
    const struct sample *rows[READINGS_MOST] = {samples};
    for (uint32_t i = 0; i < count; i++) {
        samples[i] = make_sample(&run->plan->cells[cell], round, &readings[i], visit_ns);
        rows[i] = &samples[i];
        count_row(run, rows[i]->status, rows[i]->detail);
    }
    if (learn_rows(run, cell, rows, count) != 0)
        return -1;
    return append_rows(run, samples, count);
}

/* ------------------------------------------------------------------------------- groups */

static int write_trouble(struct measurement *run, size_t cell, uint64_t round, enum status status,
                         const char *detail)
{
    struct reading reading = reading_without_time(status);
    text_printable(reading.detail, sizeof reading.detail, detail);
    return take_readings(run, cell, round, &reading, 1, 0);
}

static void close_memory(const struct measurement *run, struct group_state *state)
{
    if (state->reference_fd >= 0)
        close(state->reference_fd);
    if (state->input_fd >= 0 && state->input_fd != run->settings->input_fd)
        close(state->input_fd);
    state->reference_fd = state->input_fd = -1;
}

/* What visits take comes and goes, and must find room beside what the groups keep. Visits that
 * cannot be made here in any case do not count. */
static int leave_room(struct measurement *run, const struct group *group,
                      const struct group_state *state, struct error *refusal)
{
    uint64_t left = memory_left(MEMORY_SHARED).bytes, bytes;
    if (run->visit_bytes > left)
        return memory_check(MEMORY_SHARED, run->visit_bytes, refusal,
                            "a visit to another batch, beside the input and the reference of this");
    for (size_t i = group->first; i < group->first + group->count; i++) {
        const struct cell *cell = &run->plan->cells[i];
        struct cell_context context = make_context(run, cell, state);
        struct error none = {0};
        if (cell_memory_bytes(cell, &context, &bytes, &none) == 0 && bytes <= left &&
            bytes > run->visit_bytes)
            run->visit_bytes = bytes;
    }
    return 0;
}

/* The memory that all visits to the group share: the input and serial's results. The groups keep it
 * to the end of the run; what descriptors their visits need must be left. */
static int reserve_group(struct measurement *run, const struct group *group,
                         struct group_state *state, struct error *refusal)
{
    const struct work *work = group->work;
    bool is_known = work->reference == NULL && work->input_bytes != NULL;
    uint64_t input = is_known ? work->input_bytes(group->size, group->jobs) : 0;
    uint64_t reference;
    if (input > INT64_MAX)
        return fail(refusal, ERROR_REFUSED, "the bytes of the input do not fit into memory");
    if (cell_reference_bytes(&run->plan->cells[group->first], &reference, refusal) != 0)
        return -1;
    if (work->input_is_file || work->is_command)
        state->input_fd = run->settings->input_fd;
    else if (input > 0 || work->reference != NULL) /* of those the visit that prepares it knows */
        state->input_fd = batch_memory("input", input, refusal);
    if (refusal->kind == ERROR_NONE)
        state->reference_fd = batch_memory(
            group->payload.out > 0 ? "reference of --payload" : "reference", reference, refusal);
    if (refusal->kind == ERROR_NONE && !limits_leave_descriptors(VISIT_DESCRIPTORS)) {
        close_memory(run, state);
        fail_errno(refusal, EMFILE, "descriptors for one more batch");
    }
    if (refusal->kind == ERROR_NONE && leave_room(run, group, state, refusal) != 0)
        close_memory(run, state);
    return refusal->kind == ERROR_NONE ? 0 : -1;
}

/* What a visit has told of a work that is not ours, without what names it once more. */
static const char *without_name(const char *detail, const struct work *work)
{
    const char *at = work_is_users(work) ? strstr(detail, work->reference) : NULL;
    return at != NULL ? at + strlen(work->reference) + strspn(at + strlen(work->reference), ": ")
                      : detail;
}

/* The cell whose results are the reference: the first, which is serial; of jobs that only a runner
 * can run, the first whose strategy is the baseline of its own runtime. */
static const struct cell *reference_cell(const struct measurement *run, const struct group *group)
{
    const struct cell *cells = &run->plan->cells[group->first];
    for (size_t i = 0; group->work->is_of_runner && i < group->count; i++)
        if (key_is_baseline(&cells[i].key))
            return &cells[i];
    return cells;
}

static bool has_one_size(const struct measurement *run, const struct group *group)
{
    for (size_t i = 0; i < run->plan->group_count; i++)
        if (run->plan->groups[i].work == group->work && run->plan->groups[i].size != group->size)
            return false;
    return true;
}

/* Keeps what the first job of the group returned, for people, where it is of one size. */
static void note_first(struct measurement *run, const struct group *group,
                       const struct group_state *state)
{
    const struct work *work = group->work;
    struct measure_result *result = run->result;
    unsigned char bytes[256];
    if (work->reference != NULL || work->is_command || !has_one_size(run, group) ||
        work->result_bytes > sizeof bytes || result->first_count == HOST_MOST_FIRSTS ||
        (result->first_count > 0 &&
         text_equal(result->firsts[result->first_count - 1].work, work->name)) ||
        pread(state->reference_fd, bytes, work->result_bytes, 0) != (ssize_t)work->result_bytes)
        return;
    struct host_first *first = &result->firsts[result->first_count++];
    *first = (struct host_first){.size = group->size};
    snprintf(first->work, sizeof first->work, "%s", work->name);
    work->result_text(bytes, first->text, sizeof first->text);
}

/* Prepares input and reference in a process of its own. Where that cannot be done, no cell of the
 * group is ever visited: its state says why. */
static int prepare_group(struct measurement *run, size_t index)
{
    const struct group *group = &run->plan->groups[index];
    struct group_state *state = &run->groups[index];
    struct reading readings[READINGS_MOST];
    struct error refusal = {0};
    uint32_t count;
    bool whole;
    state->prepared = true;
    if (reserve_group(run, group, state, &refusal) != 0) {
        state->broken = STATUS_REFUSED;
        snprintf(state->detail, sizeof state->detail, "%s", refusal.text);
        return 0;
    }
    const struct cell *cell = reference_cell(run, group);
    if (make_visit(run, VISIT_PREPARE, cell, state, readings, &count, &whole) != 0)
        return -1;
    state->broken = whole ? (enum status)readings[0].status : STATUS_OK;
    if (whole && state->broken == STATUS_OK && state->reference_fd >= 0)
        note_first(run, group, state);
    snprintf(state->detail, sizeof state->detail, "%s: %s",
             work_is_users(group->work) ? group->work->reference : "serial reference",
             without_name(readings[0].detail, group->work));
    return 0;
}

/* The plan grows while it is measured. */
static int learn_groups(struct measurement *run)
{
    struct group_state *grown =
        reallocarray(run->groups, run->plan->group_count + 1, sizeof *grown);
    if (grown == NULL)
        return fail(run->error, ERROR_REFUSED, "out of memory");
    run->groups = grown;
    for (; run->group_count < run->plan->group_count; run->group_count++)
        grown[run->group_count] = (struct group_state){.input_fd = -1, .reference_fd = -1};
    return 0;
}

/* ------------------------------------------------------------------------------- blocks */

/* The share of the run that is behind us: by rounds where they are fixed, else by time. */
static double share_done(const struct measurement *run, uint64_t elapsed)
{
    if (run->settings->rounds == 0)
        return fmin(1, (double)elapsed / (double)run->settings->budget_ns);
    uint64_t done = 0;
    for (size_t i = 0; i < run->plan->group_count; i++)
        done += steer_rounds(run->steer, i) - (steer_rounds(run->steer, i) > 0);
    return (double)done / (double)(run->settings->rounds * run->plan->group_count);
}

static void tell_progress(const struct measurement *run, const struct group *group, size_t cell,
                          uint64_t round)
{
    uint64_t elapsed = elapsed_ns(run);
    if (run->settings->progress == NULL)
        return;
    struct measure_progress progress = {
        .cell = &run->plan->cells[cell],
        .along_jobs = group->axis == DIMENSION_jobs,
        .round = round,
        .visits = run->result->visits,
        .elapsed_ns = elapsed,
        .done = share_done(run, elapsed),
        .speedup = steer_speedup(run->steer, cell),
    };
    run->settings->progress(run->settings->user, &progress);
}

static int visit_cell(struct measurement *run, const struct block *block, size_t index)
{
    const struct cell *cell = &run->plan->cells[index];
    const struct group_state *state = &run->groups[block->group];
    const char *missing = cell_build(cell) == BUILD_OWN
                              ? strategy_unavailable_for(cell->strategy, cell->work)
                              : NULL; /* others tell */
    struct reading readings[READINGS_MOST];
    uint32_t count;
    bool whole;
    if (missing != NULL)
        return write_trouble(run, index, block->round, STATUS_UNAVAILABLE, missing);
    if (state->broken != STATUS_OK)
        return write_trouble(run, index, block->round, state->broken, state->detail);
    tell_progress(run, &run->plan->groups[block->group], index, block->round);
    if (make_visit(run, VISIT_MEASURE, cell, state, readings, &count, &whole) != 0)
        return -1;
    if (!whole)
        return 0;
    uint64_t visit_ns = account_ns(run);
    run->result->visits++;
    run->result->visits_repeated += readings[0].repeats > 0;
    return take_readings(run, index, block->round, readings, count, visit_ns);
}

/* Visits the block's cells, but for those of which the file has the rows already. */
static int run_block(struct measurement *run, const struct block *block)
{
    struct group_state *state = &run->groups[block->group];
    if (run->settings->copies != NULL)
        copies_renew(run->settings->copies);
    for (size_t i = 0; i < block->count && !run->out_of_time; i++) {
        size_t first, cell = block->cells[i];
        size_t count = find_before(run, cell, block->round, &first);
        if (count > 0) {
            if (replay(run, cell, run->before + first, count) != 0)
                return -1;
            state->visited = true;
            continue;
        }
        if (!state->prepared && prepare_group(run, block->group) != 0)
            return -1;
        if (!run->out_of_time && visit_cell(run, block, cell) != 0)
            return -1;
        state->visited = state->visited || !run->out_of_time;
    }
    return steer_end(run->steer, block, run->error);
}

static int run_blocks(struct measurement *run)
{
    struct block block;
    while (!run->out_of_time) {
        if (steer_next(run->steer, elapsed_ns(run), &block, run->error) != 0 ||
            learn_groups(run) != 0)
            return -1;
        if (block.count == 0)
            return 0;
        if (run_block(run, &block) != 0)
            return -1;
    }
    return 0;
}

/* ------------------------------------------------------------------------------- the run */

static int open_run(struct measurement *run, const struct samples *before)
{
    struct steer_settings settings = {
        .seed = run->settings->seed ^ run->settings->reorder,
        .budget_ns = run->settings->budget_ns,
        .rounds = run->settings->rounds,
        .precision = run->settings->precision,
        .every_cell = run->settings->every_cell,
    };
    if (!cpus_pair(&run->canary_cpus[0], &run->canary_cpus[1]))
        run->canary_cpus[0] = run->canary_cpus[1] = -1;
    topology_order(TOPOLOGY_COMPACT, NULL, run->compact, PLACEMENT_CPUS);
    run->order_count = (uint32_t)topology_order(TOPOLOGY_SPREAD, NULL, run->spread, PLACEMENT_CPUS);
    sigprocmask(SIG_SETMASK, NULL, &run->waiting_mask);
    sigdelset(&run->waiting_mask, SIGINT);
    sigdelset(&run->waiting_mask, SIGTERM);
    sigdelset(&run->waiting_mask, SIGHUP);
    if (steer_open(run->plan, &settings, &run->steer, run->error) != 0)
        return -1;
    return sort_before(run, before);
}

static void close_run(struct measurement *run, size_t planned_groups)
{
    for (size_t i = 0; i < run->group_count; i++)
        close_memory(run, &run->groups[i]);
    for (size_t i = 0; i < planned_groups; i++)
        run->result->groups_unvisited += i >= run->group_count || !run->groups[i].visited;
    if (run->steer != NULL)
        run->result->steered = steer_tally(run->steer);
    steer_close(run->steer);
    free(run->groups);
    free(run->before);
}

int measure_run(struct plan *plan, const struct measure_settings *settings,
                const struct samples *before, FILE *file, struct measure_result *result,
                struct error *error)
{
    struct measurement run = {
        .plan = plan, .settings = settings, .file = file, .error = error, .result = result};
    const struct measure_world real = {real_visit, real_now_ns, real_check_cpus, NULL};
    size_t planned_groups = plan->group_count;
    *result = (struct measure_result){0};
    run.world = settings->world != NULL ? settings->world : &real;
    run.started_ns = run.accounted_ns = result->clock.since_ns = now_ns(&run);
    int status = open_run(&run, before);
    if (status == 0)
        status = run_blocks(&run);
    close_run(&run, planned_groups);
    result->elapsed_ns = elapsed_ns(&run);
    result->spent_before_ns = run.spent_before_ns;
    stage_ends(&result->clock, STAGE_STEER, now_ns(&run));
    return status;
}
