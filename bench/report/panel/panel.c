#include "bench/report/panel/panel.h"
#include "bench/analyse/job_time.h"
#include "bench/job/work.h"
#include "bench/report/panel/key_words.h"
#include "strategies/plugin/plugin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool panel_has(const struct panel *panel, const struct summary *row)
{
    bool same = panel->axis == DIMENSION_jobs
                    ? row->key.size == panel->least_size && row->key.jobs > 0
                    : row->key.jobs == panel->jobs;
    return same && text_equal(row->key.work, panel->work) &&
           (panel->part_count > 0 || key_same_runtime(&row->key, &panel->runtime));
}

const char *panel_baseline(const struct panel *panel)
{
    return key_baseline(&panel->runtime);
}

void panel_describe_baselines(const struct panel *panel, char *text, size_t bytes)
{
    size_t used = 0;
    snprintf(text, bytes, "%s", panel_baseline(panel));
    for (size_t i = 0; i < panel->part_count; i++) {
        const char *baseline = panel_baseline(&panel->parts[i]);
        if (i > 0 && text_equal(baseline, panel_baseline(&panel->parts[i - 1])))
            continue; /* of another interpreter */
        snprintf(text + used, bytes - used, "%s%s", i > 0 ? " or " : "", baseline);
        used = strlen(text);
    }
}

void panel_name_baseline(const struct panel *panel, char *text, size_t bytes)
{
    const char *python = panel->tells_python ? panel->runtime.python : "";
    snprintf(text, bytes, *python != '\0' ? "%s (%s)" : "%s", panel_baseline(panel), python);
}

void panel_describe_runtime(const struct panel *panel, char *text, size_t bytes)
{
    char baseline[160];
    panel_name_baseline(panel, baseline, sizeof baseline);
    *text = '\0';
    if (*panel->runtime.baseline != '\0')
        snprintf(text, bytes, " beside %s", baseline);
}

const struct panel *panel_part_of(const struct panel *panel, const struct line *line)
{
    for (size_t i = 0; i < panel->part_count; i++)
        if (key_same_runtime(&panel->parts[i].runtime, &line->key))
            return &panel->parts[i];
    return panel;
}

bool panel_comes_first(const struct panel *panel)
{
    return panel->joint == NULL || panel->joint->parts == panel;
}

const char *panel_view(const struct panel *panel)
{
    return panel->axis == DIMENSION_jobs ? "cold" : "warm";
}

/* Puts a step where it belongs; most come in ascending order. False: out of memory. */
static bool ladder_add(struct ladder *ladder, uint64_t step)
{
    size_t at = ladder->count;
    while (at > 0 && ladder->steps[at - 1] > step)
        at--;
    if (at > 0 && ladder->steps[at - 1] == step)
        return true;
    uint64_t *grown = reallocarray(ladder->steps, ladder->count + 1, sizeof *grown);
    if (grown == NULL)
        return false;
    memmove(grown + at + 1, grown + at, (ladder->count - at) * sizeof *grown);
    grown[at] = step;
    ladder->steps = grown;
    ladder->count++;
    return true;
}

/* The first step above `last`, or UINT64_MAX. */
static uint64_t ladder_next(const struct ladder *ladder, uint64_t last)
{
    size_t low = 0, high = ladder->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ladder->steps[middle] <= last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < ladder->count ? ladder->steps[low] : UINT64_MAX;
}

static uint64_t ladder_first(const struct ladder *ladder)
{
    return ladder->count > 0 ? ladder->steps[0] : UINT64_MAX;
}

static bool has_time(const struct summary *row)
{
    return text_equal(row->status, "ok") && isfinite(row->median_ns);
}

static bool add_row(struct panel *panel, const struct summary *row)
{
    panel->rows++;
    panel->most_hosts = row->key.hosts > panel->most_hosts ? row->key.hosts : panel->most_hosts;
    if (!ladder_add(&panel->sizes, row->key.size) || !ladder_add(&panel->numbers, row->key.jobs) ||
        !ladder_add(&panel->callers, row->key.parent_mib))
        return false;
    if (!key_is_baseline(&row->key))
        return ladder_add(&panel->workers, row->key.workers);
    return !has_time(row) || ladder_add(&panel->timed, key_count(&row->key, panel->axis));
}

/* What follows from the sizes and worker counts. */
static void complete(struct panel *panel)
{
    const struct ladder *sizes = &panel->sizes, *workers = &panel->workers;
    panel->least_size = ladder_first(sizes);
    panel->most_size = sizes->steps[sizes->count - 1];
    panel->most_workers = workers->count > 0 ? workers->steps[workers->count - 1] : 0;
    for (size_t i = 0; i < workers->count; i++)
        if (workers->steps[i] <= panel->host->cpus_usable)
            panel->full_workers = workers->steps[i];
    if (panel->full_workers == 0) /* all oversubscribed */
        panel->full_workers = ladder_first(workers);
}

/* What the sizes of a work count; "" where neither this build nor the run knows. */
static const char *unit_of(const struct host *host, const char *name)
{
    const struct host_work *told = host_find_work(host, name);
    const struct work *work = work_find(name);
    return told != NULL ? told->unit : work != NULL ? work->unit : "";
}

/* True where both are of one work, done in one runtime. */
static bool same_work(const struct panel *a, const struct panel *b)
{
    return text_equal(a->work, b->work) && key_same_runtime(&a->runtime, &b->runtime);
}

/* The panel of a row; a new one where there is none yet. */
static struct panel *panel_of(const struct host *host, struct panel panels[], size_t *count,
                              const struct summary *row)
{
    for (size_t i = *count; i-- > 0;)
        if (panel_has(&panels[i], row))
            return &panels[i];
    struct panel *panel = &panels[(*count)++];
    *panel = (struct panel){
        .axis = DIMENSION_size,
        .work = row->key.work,
        .unit = unit_of(host, row->key.work),
        .runtime = row->key,
        .jobs = row->key.jobs,
        .only_jobs = true,
    };
    for (size_t i = 0; i + 1 < *count; i++)
        if (same_work(&panels[i], panel))
            panels[i].only_jobs = panel->only_jobs = false;
    return panel;
}

static void put_largest_first(struct panel panels[], size_t count)
{
    size_t largest = 0;
    for (size_t i = 1; i < count; i++)
        if (panels[i].rows > panels[largest].rows)
            largest = i;
    struct panel first = panels[largest];
    memmove(panels + 1, panels, largest * sizeof *panels);
    panels[0] = first;
}

/* The panel along jobs of a crossover; a new one where there is none yet. */
static void add_along_jobs(const struct host *host, struct panels *panels,
                           const struct crossover *crossover)
{
    struct panel *rows = panels->along_jobs;
    const struct key *key = &crossover->key;
    struct panel panel = {
        .axis = DIMENSION_jobs,
        .work = key->work,
        .unit = unit_of(host, key->work),
        .runtime = *key,
        .only_jobs = true,
        .least_size = key->size,
    };
    for (size_t i = 0; i < panels->along_jobs_count; i++) {
        bool same = same_work(&rows[i], &panel);
        if (same && rows[i].least_size == key->size)
            return;
        panel.only_jobs = panel.only_jobs && !same;
        rows[i].only_jobs = rows[i].only_jobs && !same;
    }
    rows[panels->along_jobs_count++] = panel;
}

static bool find_along_jobs(const struct findings *findings, struct panels *panels)
{
    const struct summaries *summaries = &findings->summaries;
    bool room = true;
    for (size_t i = 0; i < findings->crossovers.count; i++)
        if (crossover_axis(&findings->crossovers.rows[i]) == DIMENSION_jobs)
            add_along_jobs(&findings->host, panels, &findings->crossovers.rows[i]);
    for (size_t i = 0; i < panels->along_jobs_count; i++)
        for (size_t k = 0; room && k < summaries->count; k++)
            if (panel_has(&panels->along_jobs[i], &summaries->rows[k]))
                room = add_row(&panels->along_jobs[i], &summaries->rows[k]);
    return room;
}

static void complete_all(const struct findings *findings, struct panel panels[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        panels[i].summaries = &findings->summaries;
        panels[i].crossovers = &findings->crossovers;
        panels[i].cost_fits = &findings->cost_fits;
        panels[i].scalings = &findings->scalings;
        panels[i].host = &findings->host;
        complete(&panels[i]);
    }
}

static void mark_told(struct panels *panels)
{
    for (size_t i = 0; i < panels->count; i++)
        for (size_t k = 0; k < panels->along_jobs_count; k++) {
            struct panel *panel = &panels->rows[i];
            const struct panel *other = &panels->along_jobs[k];
            panel->told_by_jobs =
                panel->told_by_jobs ||
                (panel->least_size == panel->most_size && panel->jobs > 0 &&
                 other->least_size == panel->least_size && same_work(other, panel));
        }
}

/* Of batches that a panel along jobs tells of, the largest stands for all where no payload and no
 * caller is told of. */
static void mark_repeated(struct panels *panels)
{
    for (size_t i = 0; i < panels->count; i++)
        for (size_t k = 0; k < panels->count; k++) {
            struct panel *panel = &panels->rows[i];
            const struct panel *other = &panels->rows[k];
            panel->is_repeated =
                panel->is_repeated ||
                (panel->told_by_jobs && other->told_by_jobs && panel->callers.count == 1 &&
                 other->jobs > panel->jobs && other->timed.count > 0 &&
                 other->least_size == panel->least_size && same_work(other, panel));
        }
}

/* ------------------------------------------------------------------------------- several runtimes
 */

/* True where both show the same but for the runtime. */
static bool are_beside(const struct panel *a, const struct panel *b)
{
    bool same = a->axis == DIMENSION_jobs ? a->least_size == b->least_size : a->jobs == b->jobs;
    return same && text_equal(a->work, b->work);
}

static void free_panel(struct panel *panel)
{
    free(panel->sizes.steps);
    free(panel->numbers.steps);
    free(panel->workers.steps);
    free(panel->callers.steps);
    free(panel->timed.steps);
}

static bool went_well(const struct panel *panel)
{
    for (size_t i = 0; i < panel->summaries->count; i++)
        if (panel_has(panel, &panel->summaries->rows[i]) &&
            !text_equal(panel->summaries->rows[i].status, "ok"))
            return false;
    return true;
}

/* A baseline alone, beside a runtime in which more was measured, is what plans add: it says
 * nothing where it went well. */
static bool says_nothing(const struct panel rows[], size_t count, const struct panel *panel)
{
    bool more = false;
    for (size_t i = 0; i < count; i++)
        more = more || (rows[i].workers.count > 0 && are_beside(&rows[i], panel));
    return more && panel->workers.count == 0 && went_well(panel);
}

static void drop_baselines_alone(struct panel rows[], size_t *count)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++)
        if (says_nothing(rows, *count, &rows[i])) /* it has no workers: nobody stays for its sake */
            free_panel(&rows[i]);
        else
            rows[kept++] = rows[i];
    *count = kept;
}

static int compare_runtimes(const void *a, const void *b)
{
    const struct key *x = &((const struct panel *)a)->runtime;
    const struct key *y = &((const struct panel *)b)->runtime;
    int order = strcmp(x->baseline, y->baseline);
    return order ? order : strcmp(x->python, y->python);
}

/* Panels beside each other stand together, in the order of their runtimes. */
static void gather(struct panel rows[], size_t count)
{
    for (size_t i = 0, next; i < count; i = next) {
        next = i + 1;
        for (size_t k = next; k < count; k++) {
            struct panel moved = rows[k];
            if (!are_beside(&moved, &rows[i]))
                continue;
            memmove(rows + next + 1, rows + next, (k - next) * sizeof *rows);
            rows[next++] = moved;
        }
        qsort(rows + i, next - i, sizeof *rows, compare_runtimes);
    }
}

static void note_pythons(struct panel rows[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++)
            if (text_equal(rows[i].runtime.baseline, rows[k].runtime.baseline) &&
                !text_equal(rows[i].runtime.python, rows[k].runtime.python))
                rows[i].tells_python = true;
}

/* The panels that stand together can be shown as one: all runtimes have strategies, with as many
 * workers. */
static bool can_join(const struct panel parts[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (parts[i].workers.count == 0 || parts[i].full_workers != parts[0].full_workers)
            return false;
    return count > 1;
}

static bool ladder_add_all(struct ladder *ladder, const struct ladder *other)
{
    bool room = true;
    for (size_t i = 0; room && i < other->count; i++)
        room = ladder_add(ladder, other->steps[i]);
    return room;
}

/* Makes *joint of its parts, which point at it from then on. False: out of memory. */
static bool join(struct panel *joint, struct panel parts[], size_t count)
{
    bool room = true;
    *joint = parts[0];
    joint->sizes = joint->numbers = joint->workers = joint->callers = joint->timed =
        (struct ladder){NULL, 0};
    joint->runtime = key_of_nothing();
    joint->tells_python = false;
    joint->rows = 0;
    joint->parts = parts;
    joint->part_count = count;
    for (size_t i = 0; room && i < count; i++) {
        struct panel *part = &parts[i];
        part->joint = joint;
        joint->rows += part->rows;
        joint->most_hosts =
            part->most_hosts > joint->most_hosts ? part->most_hosts : joint->most_hosts;
        joint->only_jobs = joint->only_jobs && part->only_jobs;
        joint->told_by_jobs = joint->told_by_jobs && part->told_by_jobs;
        joint->is_repeated = joint->is_repeated && part->is_repeated;
        room = ladder_add_all(&joint->sizes, &part->sizes) &&
               ladder_add_all(&joint->numbers, &part->numbers) &&
               ladder_add_all(&joint->workers, &part->workers) &&
               ladder_add_all(&joint->callers, &part->callers) &&
               ladder_add_all(&joint->timed, &part->timed);
    }
    if (room)
        complete(joint);
    return room;
}

static bool join_all(struct panels *panels, struct panel rows[], size_t count)
{
    bool room = true;
    for (size_t i = 0, next; room && i < count; i = next) {
        next = i + 1;
        while (next < count && are_beside(&rows[i], &rows[next]))
            next++;
        if (can_join(rows + i, next - i))
            room = join(&panels->joint[panels->joint_count++], rows + i, next - i);
    }
    return room;
}

void panels_know_strategies(const struct host *host)
{
    for (size_t i = 0; i < host->strategy_count; i++) {
        const struct host_strategy *told = &host->strategies[i];
        if (*told->name != '\0')
            plugin_remember(told->name, told->summary, told->path);
    }
}

int panels_find(const struct findings *findings, struct panels *panels, struct error *error)
{
    const struct summaries *summaries = &findings->summaries;
    struct panel *rows = calloc(summaries->count + 1, sizeof *rows);
    struct panel *along_jobs = calloc(findings->crossovers.count + 1, sizeof *along_jobs);
    struct panel *joint = calloc(summaries->count + findings->crossovers.count + 1, sizeof *joint);
    bool room = rows != NULL && along_jobs != NULL && joint != NULL;
    *panels = (struct panels){findings, rows, along_jobs, joint, 0, 0, 0};
    panels_know_strategies(&findings->host);
    for (size_t i = 0; room && i < summaries->count; i++)
        room = add_row(panel_of(&findings->host, rows, &panels->count, &summaries->rows[i]),
                       &summaries->rows[i]);
    if (!room || !find_along_jobs(findings, panels))
        return fail(error, ERROR_REFUSED, "report: out of memory");
    complete_all(findings, rows, panels->count);
    complete_all(findings, along_jobs, panels->along_jobs_count);
    mark_told(panels);
    mark_repeated(panels);
    note_pythons(rows, panels->count);
    note_pythons(along_jobs, panels->along_jobs_count);
    drop_baselines_alone(rows, &panels->count);
    put_largest_first(rows, panels->count);
    gather(rows, panels->count);
    gather(along_jobs, panels->along_jobs_count);
    if (!join_all(panels, along_jobs, panels->along_jobs_count) ||
        !join_all(panels, rows, panels->count))
        return fail(error, ERROR_REFUSED, "report: out of memory");
    return 0;
}

static void free_panels(struct panel panels[], size_t count)
{
    for (size_t i = 0; panels != NULL && i < count; i++)
        free_panel(&panels[i]);
    free(panels);
}

void panels_free(struct panels *panels)
{
    free_panels(panels->rows, panels->count);
    free_panels(panels->along_jobs, panels->along_jobs_count);
    free_panels(panels->joint, panels->joint_count);
    *panels = (struct panels){0};
}

/* True where nothing but size, jobs and workers tells the key from the line's. */
static bool on_line(const struct line *line, const struct key *key)
{
    return key_compare_but(&line->key, key,
                           DIMENSION_BIT(size) | DIMENSION_BIT(jobs) | DIMENSION_BIT(workers)) == 0;
}

uint64_t panel_full_workers(const struct panel *panel, const struct line *line)
{
    const struct summaries *summaries = panel->summaries;
    uint64_t most = 0;
    for (size_t i = 0; line->key.hosts > 0 && i < summaries->count; i++) {
        const struct key *key = &summaries->rows[i].key;
        if (key->workers > most && on_line(line, key) && panel_has(panel, &summaries->rows[i]))
            most = key->workers;
    }
    return most > 0 ? most : panel->full_workers;
}

void panel_describe_cpus(const struct panel *panel, char *text, size_t bytes)
{
    snprintf(text, bytes, " on %u CPU%s%s", panel->host->cpus_usable,
             text_plural(panel->host->cpus_usable),
             panel->most_hosts > 0 ? ", or all slots of hosts" : "");
}

/* Where a strategy stands in the table; behind it where it is not known. */
static size_t strategy_rank(const char *name)
{
    size_t rank = 0;
    while (strategy_built_in(rank) != NULL && !text_equal(strategy_built_in(rank)->name, name))
        rank++;
    return rank;
}

/* By runtimes, serial's first; in each its baseline first. */
static int compare_keys(const struct key *x, const struct key *y)
{
    size_t rank_x = strategy_rank(x->strategy), rank_y = strategy_rank(y->strategy);
    int order = strcmp(x->baseline, y->baseline);
    order = order ? order : strcmp(x->python, y->python);
    order = order ? order : key_is_baseline(y) - key_is_baseline(x);
    order = order ? order : (rank_x > rank_y) - (rank_x < rank_y);
    return order ? order : key_compare_curve(x, y);
}

static int compare_lines(const void *a, const void *b)
{
    return compare_keys(&((const struct line *)a)->key, &((const struct line *)b)->key);
}

int panel_lines(const struct panel *panel, struct lines *lines, struct error *error)
{
    const struct summaries *summaries = panel->summaries;
    *lines = (struct lines){calloc(summaries->count + 1, sizeof *lines->lines), 0};
    if (lines->lines == NULL)
        return fail(error, ERROR_REFUSED, "report: out of memory");
    for (size_t i = 0; i < summaries->count; i++) {
        const struct summary *row = &summaries->rows[i];
        bool known =
            !panel_has(panel, row) || (panel->axis == DIMENSION_size && i > 0 &&
                                       summary_compare_curve(&summaries->rows[i - 1], row) == 0);
        for (size_t k = 0; !known && k < lines->count; k++)
            known = on_line(&lines->lines[k], &row->key);
        if (known)
            continue;
        struct line *line = &lines->lines[lines->count++];
        *line = (struct line){row->key};
        if (panel->axis == DIMENSION_jobs)
            line->key.jobs = 0;
    }
    qsort(lines->lines, lines->count, sizeof *lines->lines, compare_lines);
    return 0;
}

static uint64_t payload_of(const struct line *line)
{
    return line->key.payload_in + line->key.payload_out;
}

void lines_keep_least_payload(struct lines *lines)
{
    uint64_t least = UINT64_MAX;
    size_t kept = 0;
    for (size_t i = 0; i < lines->count; i++)
        least = payload_of(&lines->lines[i]) < least ? payload_of(&lines->lines[i]) : least;
    for (size_t i = 0; i < lines->count; i++)
        if (payload_of(&lines->lines[i]) == least)
            lines->lines[kept++] = lines->lines[i];
    lines->count = kept;
}

/* What names a row of a line; serial has but one worker count. */
static struct summary name_row(const struct panel *panel, const struct line *line, uint64_t workers,
                               uint64_t place, const char *temperature)
{
    struct summary name = {.key = line->key, .temperature = temperature};
    key_set_count(&name.key, panel->axis, place);
    if (!key_is_baseline(&line->key))
        name.key.workers = workers;
    return name;
}

const struct summary *panel_row(const struct panel *panel, const struct line *line,
                                uint64_t workers, uint64_t place, const char *temperature)
{
    const struct summaries *summaries = panel->summaries;
    struct summary name = name_row(panel, line, workers, place, temperature);
    size_t at = speedup_first_from(summaries, &name);
    bool found = at < summaries->count && summary_compare(&summaries->rows[at], &name) == 0;
    return found && has_time(&summaries->rows[at]) ? &summaries->rows[at] : NULL;
}

bool panel_went_wrong(const struct panel *panel, const struct line *line, uint64_t workers,
                      uint64_t place)
{
    static const char *const both[] = {"cold", "warm"};
    const struct summaries *summaries = panel->summaries;
    for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
        struct summary name = name_row(panel, line, workers, place, both[i]);
        size_t at = speedup_first_from(summaries, &name);
        if (at < summaries->count && summary_compare(&summaries->rows[at], &name) == 0 &&
            !text_equal(summaries->rows[at].status, "ok"))
            return true;
    }
    return false;
}

const struct crossover *panel_crossover(const struct panel *panel, const struct line *line,
                                        uint64_t workers, const char *temperature)
{
    struct crossover name = {
        .key = line->key, .temperature = temperature, .axis = dimension_rows[panel->axis].name};
    name.key.workers = workers;
    if (panel->crossovers->count == 0)
        return NULL;
    return bsearch(&name, panel->crossovers->rows, panel->crossovers->count, sizeof name,
                   crossover_compare);
}

const struct summary *panel_cost_fit_row(const struct panel *panel, const struct cost_fit *fit,
                                         uint64_t parent_mib)
{
    struct line line = {fit->key};
    line.key.parent_mib = parent_mib;
    if (parent_mib == 0)
        line.key.parent_pages = "";
    return panel_row(panel, &line, fit->key.workers, fit->key.size, fit->temperature);
}

/* Of several payloads the smallest is shown, as in the other pictures. */
static bool has_least_payload(const struct panel *panel, const struct key *key)
{
    for (size_t i = 0; i < panel->cost_fits->count; i++) {
        const struct key *other = &panel->cost_fits->rows[i].key;
        if (key_same_runtime(other, key) && text_equal(other->work, panel->work) &&
            other->jobs == panel->jobs &&
            other->payload_in + other->payload_out < key->payload_in + key->payload_out)
            return false;
    }
    return true;
}

static bool is_shown(const struct panel *panel, const struct cost_fit *fit)
{
    return key_same_runtime(&fit->key, &panel->runtime) && has_least_payload(panel, &fit->key) &&
           text_equal(fit->key.work, panel->work) && fit->key.jobs == panel->jobs &&
           fit->key.size == panel->least_size && fit->key.workers == panel->full_workers;
}

static int compare_cost_fits(const void *a, const void *b)
{
    const struct cost_fit *x = *(const struct cost_fit *const *)a,
                          *y = *(const struct cost_fit *const *)b;
    return compare_keys(&x->key, &y->key);
}

int panel_cost_fits(const struct panel *panel, struct shown_fits *shown, struct error *error)
{
    *shown = (struct shown_fits){calloc(panel->cost_fits->count + 1, sizeof *shown->cost_fits), 0};
    if (shown->cost_fits == NULL)
        return fail(error, ERROR_REFUSED, "report: out of memory");
    for (size_t i = 0; i < panel->cost_fits->count; i++)
        if (is_shown(panel, &panel->cost_fits->rows[i]))
            shown->cost_fits[shown->count++] = &panel->cost_fits->rows[i];
    qsort(shown->cost_fits, shown->count, sizeof *shown->cost_fits, compare_cost_fits);
    return 0;
}

bool panel_is_sure(const struct summary *row)
{
    return isfinite(row->speedup_low) && isfinite(row->speedup_high);
}

/* What has no interval may be a single lucky round: it is better only than others without one. */
bool panel_is_better(const struct summary *row, const struct summary *than)
{
    if (than == NULL || panel_is_sure(row) != panel_is_sure(than))
        return than == NULL || panel_is_sure(row);
    return row->speedup > than->speedup;
}

/* The highest of many medians would be one that chance has lifted. */
static const struct summary *best_along_jobs(const struct panel *panel, const struct line *line,
                                             uint64_t workers, const char *temperature)
{
    const struct summary *best = NULL;
    for (uint64_t jobs = panel_least_place(panel); jobs != UINT64_MAX;
         jobs = panel_next_place(panel, jobs, false)) {
        const struct summary *row = panel_row(panel, line, workers, jobs, temperature);
        if (row == NULL || !(row->speedup > 0))
            continue;
        bool both = best != NULL && panel_is_sure(row) && panel_is_sure(best);
        if (both ? row->speedup_low > best->speedup_low : panel_is_better(row, best))
            best = row;
    }
    return best;
}

const struct summary *panel_best(const struct panel *panel, const struct line *line,
                                 uint64_t workers, const char *temperature)
{
    if (panel->axis == DIMENSION_jobs)
        return best_along_jobs(panel, line, workers, temperature);
    const struct summaries *summaries = panel->summaries;
    struct summary name = name_row(panel, line, workers, 0, temperature);
    const struct summary *best = NULL;
    for (size_t i = speedup_first_from(summaries, &name);
         i < summaries->count && summary_compare_curve(&summaries->rows[i], &name) == 0; i++) {
        const struct summary *row = &summaries->rows[i];
        if (has_time(row) && isfinite(row->best_speedup))
            return row;
        if (has_time(row) && row->speedup > 0 && panel_is_better(row, best))
            best = row;
    }
    return best;
}

double panel_best_speedup(const struct panel *panel, const struct summary *best)
{
    if (panel->axis == DIMENSION_size)
        return best->best_speedup;
    return panel_is_sure(best) ? best->speedup : (double)NAN;
}

/* A speedup is above the parallelism by this much for want of precision alone. */
#define BEYOND 1.05

bool panel_is_beyond(const struct summary *best, double speedup)
{
    return best->best_noise != 1 && speedup > BEYOND * best->parallelism;
}

static const struct ladder *places_of(const struct panel *panel)
{
    return panel->axis == DIMENSION_jobs ? &panel->numbers : &panel->sizes;
}

uint64_t panel_next_place(const struct panel *panel, uint64_t last, bool first)
{
    return first ? ladder_first(places_of(panel)) : ladder_next(places_of(panel), last);
}

uint64_t panel_least_place(const struct panel *panel)
{
    return ladder_next(places_of(panel), 0);
}

uint64_t panel_most_place(const struct panel *panel)
{
    const struct ladder *places = places_of(panel);
    return places->steps[places->count - 1];
}

static const struct ladder *timed_of(const struct panel *panel)
{
    return panel->timed.count > 0 ? &panel->timed : places_of(panel);
}

uint64_t panel_least_timed(const struct panel *panel)
{
    return ladder_first(timed_of(panel));
}

uint64_t panel_middle_timed(const struct panel *panel)
{
    const struct ladder *places = timed_of(panel);
    return places->steps[places->count / 2];
}

uint64_t panel_most_timed(const struct panel *panel)
{
    const struct ladder *places = timed_of(panel);
    return places->steps[places->count - 1];
}

size_t panel_count_timed(const struct panel *panel)
{
    return timed_of(panel)->count;
}

bool panel_has_sizes(const struct panel *panel)
{
    bool counts = *panel->unit != '\0' && !text_equal(panel->unit, "command");
    return counts || panel->least_size != 1 || panel->most_size != 1;
}

static bool is_in_billionths(const struct panel *panel)
{
    return strncmp(panel->unit, WORK_BILLIONTHS, strlen(WORK_BILLIONTHS)) == 0;
}

const char *panel_unit(const struct panel *panel)
{
    return panel->unit + (is_in_billionths(panel) ? strlen(WORK_BILLIONTHS) : 0);
}

void panel_describe_size(const struct panel *panel, double size, char *text, size_t bytes)
{
    if (is_in_billionths(panel) && isfinite(size))
        snprintf(text, bytes, "%.3g", size / 1e9);
    else
        text_size(text, bytes, size);
}

void panel_describe_exactly(const struct panel *panel, uint64_t size, char *text, size_t bytes)
{
    if (is_in_billionths(panel))
        snprintf(text, bytes, "%.12g", (double)size / 1e9);
    else
        snprintf(text, bytes, "%llu", (unsigned long long)size);
}

void panel_describe_jobs(const struct panel *panel, uint64_t jobs, double size, char *text,
                         size_t bytes)
{
    char count[40] = "jobs", shown[32];
    bool has_sizes = panel_has_sizes(panel);
    panel_describe_size(panel, size, shown, sizeof shown);
    if (jobs > 0)
        snprintf(count, sizeof count, "%llu job%s", (unsigned long long)jobs, text_plural(jobs));
    snprintf(text, bytes, "%s%s%s", has_sizes || jobs > 0 ? count : "",
             has_sizes ? " of size " : "", has_sizes ? shown : "");
}

void panel_describe_batch(const struct panel *panel, char *text, size_t bytes)
{
    char jobs[80];
    panel_describe_jobs(panel, 0, (double)panel->least_size, jobs, sizeof jobs);
    if (panel->axis == DIMENSION_size)
        snprintf(jobs, sizeof jobs, "%llu job%s", (unsigned long long)panel->jobs,
                 text_plural(panel->jobs));
    snprintf(text, bytes, "%s%s", jobs, *jobs != '\0' ? ", " : "");
}

double panel_serial_ns(const struct panel *panel, const struct key *key, double place)
{
    struct key at = *key;
    if (panel->axis == DIMENSION_size)
        return job_time_ns(panel->summaries, key, place);
    at.size = panel->least_size;
    at.jobs = (uint64_t)place;
    return place * job_time_ns(panel->summaries, &at, (double)at.size);
}

uint64_t panel_next_size(const struct panel *panel, uint64_t last, bool first)
{
    return first ? ladder_first(&panel->sizes) : ladder_next(&panel->sizes, last);
}

uint64_t panel_next_workers(const struct panel *panel, uint64_t last)
{
    return ladder_next(&panel->workers, last);
}

uint64_t panel_next_caller(const struct panel *panel, uint64_t last, bool first)
{
    return first ? ladder_first(&panel->callers) : ladder_next(&panel->callers, last);
}

uint64_t panel_least_caller(const struct panel *panel)
{
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < panel->summaries->count; i++) {
        const struct summary *row = &panel->summaries->rows[i];
        if (panel_has(panel, row) && has_time(row) && row->key.parent_mib < least)
            least = row->key.parent_mib;
    }
    return least;
}

/* The dimensions in which lines of the strategy differ from this one. */
static dimension_set varying_in(const struct lines *lines, const struct key *key)
{
    dimension_set varying = 0;
    for (size_t i = 0; i < lines->count; i++)
        if (text_equal(lines->lines[i].key.strategy, key->strategy))
            varying |= key_differences(&lines->lines[i].key, key);
    return varying;
}

void cost_fit_page_label(const struct cost_fit *fit, char *text, size_t bytes)
{
    bool large = fit->page_bytes >= 1 << 20;
    snprintf(text, bytes, "%g %s page", fit->page_bytes / (large ? 1 << 20 : 1 << 10),
             large ? "MiB" : "KiB");
}

void line_label(const struct lines *lines, const struct line *line, char *text, size_t bytes)
{
    key_label(&line->key, varying_in(lines, &line->key), 0, text, bytes);
}

void line_label_but(const struct lines *lines, const struct line *line, dimension_set left_out,
                    char *text, size_t bytes)
{
    key_label(&line->key, varying_in(lines, &line->key), left_out, text, bytes);
}

void line_name(const struct lines *lines, const struct line *line, char *text, size_t bytes)
{
    line_label_but(lines, line,
                   DIMENSION_BIT(payload_in) | DIMENSION_BIT(payload_out) |
                       DIMENSION_BIT(transport),
                   text, bytes);
}

bool line_chooses(const struct line *line)
{
    const struct strategy_ops *strategy = strategy_find(line->key.strategy);
    return strategy != NULL && (strategy->flags & STRATEGY_CHOOSES) != 0;
}

enum line_class line_class_of(const struct line *line)
{
    const struct strategy_ops *strategy = strategy_find(line->key.strategy);
    if (strategy == NULL)
        return LINE_OF_ANOTHER_CLASS;
    if ((strategy->flags & STRATEGY_SHARES_MEMORY) != 0)
        return LINE_OF_THREADS;
    if (text_equal(strategy->name, "fork") || text_equal(strategy->name, "py-process"))
        return LINE_OF_A_PROCESS_A_JOB;
    bool is_pool = (strategy->flags & (STRATEGY_IS_POOL | STRATEGY_RUNNER)) != 0;
    return is_pool && !key_is_baseline(&line->key) ? LINE_OF_A_PROCESS_POOL : LINE_OF_ANOTHER_CLASS;
}
