#include "bench/report/scene.h"
#include "bench/work.h"
#include "strategies/strategy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool in_scene(const struct scene *scene, const struct summary *row)
{
    return row->jobs == scene->jobs && text_equal(row->work, scene->work);
}

static bool is_serial(const char *strategy)
{
    return text_equal(strategy, "serial");
}

static struct scene make_scene(const struct summaries *summaries,
                               const struct crossovers *crossovers, const struct host *host,
                               const struct summary *like)
{
    const struct work *work = work_find(like->work);
    struct scene scene = {.summaries = summaries,
                          .crossovers = crossovers,
                          .host = host,
                          .work = like->work,
                          .unit = work != NULL ? work->unit : "",
                          .jobs = like->jobs,
                          .only_jobs = true,
                          .least_size = UINT64_MAX};
    for (size_t i = 0; i < summaries->count; i++) {
        const struct summary *row = &summaries->rows[i];
        scene.only_jobs =
            scene.only_jobs && (row->jobs == like->jobs || !text_equal(row->work, like->work));
        if (!in_scene(&scene, row))
            continue;
        scene.least_size = row->size < scene.least_size ? row->size : scene.least_size;
        scene.most_size = row->size > scene.most_size ? row->size : scene.most_size;
        if (is_serial(row->strategy))
            continue;
        scene.most_workers = row->workers > scene.most_workers ? row->workers : scene.most_workers;
        if (row->workers <= host->cpus_usable && row->workers > scene.full_workers)
            scene.full_workers = row->workers;
    }
    if (scene.full_workers == 0) /* all oversubscribed */
        scene.full_workers = scene_next_workers(&scene, 0);
    return scene;
}

int scenes_find(const struct summaries *summaries, const struct crossovers *crossovers,
                const struct host *host, struct scene **scenes, size_t *count, struct error *error)
{
    *count = 0;
    *scenes = calloc(summaries->count + 1, sizeof **scenes);
    if (*scenes == NULL)
        return fail(error, EXIT_REFUSED, "report: out of memory");
    for (size_t i = 0; i < summaries->count; i++) {
        bool known = false;
        for (size_t k = 0; k < *count; k++)
            known = known || in_scene(&(*scenes)[k], &summaries->rows[i]);
        if (!known)
            (*scenes)[(*count)++] = make_scene(summaries, crossovers, host, &summaries->rows[i]);
    }
    return 0;
}

static bool on_line(const struct line *line, const char *strategy, const char *schedule,
                    uint64_t chunk, const char *env)
{
    return chunk == line->chunk && text_equal(strategy, line->strategy) &&
           text_equal(schedule, line->schedule) && text_equal(env, line->env);
}

static bool row_on_line(const struct line *line, const struct summary *row)
{
    return on_line(line, row->strategy, row->schedule, row->chunk, row->env);
}

/* Where a strategy stands in the table; behind it where it is not known. */
static size_t strategy_rank(const char *name)
{
    size_t rank = 0;
    while (rank < strategies_count && !text_equal(strategies[rank]->name, name))
        rank++;
    return rank;
}

static int compare_lines(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    size_t rank_x = strategy_rank(x->strategy), rank_y = strategy_rank(y->strategy);
    int order = (rank_x > rank_y) - (rank_x < rank_y);
    order = order ? order : strcmp(x->strategy, y->strategy);
    order = order ? order : strcmp(x->env, y->env);
    order = order ? order : strcmp(x->schedule, y->schedule);
    return order ? order : (x->chunk > y->chunk) - (x->chunk < y->chunk);
}

int scene_lines(const struct scene *scene, struct lines *lines, struct error *error)
{
    const struct summaries *summaries = scene->summaries;
    *lines = (struct lines){calloc(summaries->count + 1, sizeof *lines->lines), 0};
    if (lines->lines == NULL)
        return fail(error, EXIT_REFUSED, "report: out of memory");
    for (size_t i = 0; i < summaries->count; i++) {
        const struct summary *row = &summaries->rows[i];
        bool known = !in_scene(scene, row);
        for (size_t k = 0; !known && k < lines->count; k++)
            known = row_on_line(&lines->lines[k], row);
        if (!known)
            lines->lines[lines->count++] =
                (struct line){row->strategy, row->schedule, row->env, row->chunk};
    }
    qsort(lines->lines, lines->count, sizeof *lines->lines, compare_lines);
    return 0;
}

static bool has_time(const struct summary *row)
{
    return text_equal(row->status, "ok") && isfinite(row->median_ns);
}

const struct summary *scene_row(const struct scene *scene, const struct line *line,
                                uint64_t workers, uint64_t size, const char *temperature)
{
    for (size_t i = 0; i < scene->summaries->count; i++) {
        const struct summary *row = &scene->summaries->rows[i];
        if (in_scene(scene, row) && row->size == size && row_on_line(line, row) &&
            (row->workers == workers || is_serial(row->strategy)) &&
            text_equal(row->temperature, temperature) && has_time(row))
            return row;
    }
    return NULL;
}

const struct crossover *scene_crossover(const struct scene *scene, const struct line *line,
                                        uint64_t workers, const char *temperature)
{
    for (size_t i = 0; i < scene->crossovers->count; i++) {
        const struct crossover *row = &scene->crossovers->rows[i];
        if (row->jobs == scene->jobs && row->workers == workers &&
            text_equal(row->work, scene->work) && text_equal(row->temperature, temperature) &&
            on_line(line, row->strategy, row->schedule, row->chunk, row->env))
            return row;
    }
    return NULL;
}

const struct summary *scene_best(const struct scene *scene, const struct line *line,
                                 uint64_t workers, const char *temperature)
{
    const struct summary *best = NULL;
    for (size_t i = 0; i < scene->summaries->count; i++) {
        const struct summary *row = &scene->summaries->rows[i];
        if (in_scene(scene, row) && row->workers == workers && row_on_line(line, row) &&
            text_equal(row->temperature, temperature) && has_time(row) && row->speedup > 0 &&
            (best == NULL || row->speedup > best->speedup))
            best = row;
    }
    return best;
}

uint64_t scene_next_size(const struct scene *scene, uint64_t last, bool first)
{
    uint64_t next = UINT64_MAX;
    for (size_t i = 0; i < scene->summaries->count; i++) {
        const struct summary *row = &scene->summaries->rows[i];
        if (in_scene(scene, row) && (first || row->size > last) && row->size < next)
            next = row->size;
    }
    return next;
}

uint64_t scene_next_workers(const struct scene *scene, uint64_t last)
{
    uint64_t next = UINT64_MAX;
    for (size_t i = 0; i < scene->summaries->count; i++) {
        const struct summary *row = &scene->summaries->rows[i];
        if (in_scene(scene, row) && !is_serial(row->strategy) && row->workers > last &&
            row->workers < next)
            next = row->workers;
    }
    return next;
}

void line_label(const struct lines *lines, const struct line *line, char *text, size_t bytes)
{
    bool several = false;
    for (size_t i = 0; i < lines->count; i++) {
        const struct line *other = &lines->lines[i];
        several = several ||
                  (text_equal(other->strategy, line->strategy) &&
                   (other->chunk != line->chunk || !text_equal(other->schedule, line->schedule)));
    }
    snprintf(text, bytes, "%s", line->strategy);
    if (several && *line->schedule != '\0')
        snprintf(text + strlen(text), bytes - strlen(text), " %s", line->schedule);
    if (several && line->chunk != CSV_UNKNOWN && line->chunk > 0)
        snprintf(text + strlen(text), bytes - strlen(text), ",%llu",
                 (unsigned long long)line->chunk);
    if (*line->env != '\0')
        snprintf(text + strlen(text), bytes - strlen(text), " %s", line->env);
}
