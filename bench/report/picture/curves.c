/* Lines: speedup and time against job size, speedup against the number of jobs and against workers.
 */
#include "bench/analyse/job_time.h"
#include "bench/report/picture/drawing.h"
#include "bench/report/words/scaling_text.h"
#include "bench/report/words/verdict.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void describe_crossover(const struct panel *panel, const struct crossover *crossover,
                               char *text, size_t bytes)
{
    char verdict[64];
    verdict_describe_short(panel, crossover, verdict, sizeof verdict);
    if (crossover == NULL)
        snprintf(text, bytes, "%s", "");
    else
        snprintf(text, bytes, "%s%s", crossover_kind_of(crossover) == CROSSOVER_NOISY ? ": " : " ",
                 verdict);
}

/* What a picture of curves shows: one point a size or a worker count. */
enum axes { SPEEDUP_BY_SIZE, SPEEDUP_BY_WORKERS, TIME_BY_SIZE };

static uint64_t next_x(const struct drawing *drawing, enum axes axes, uint64_t last, bool first)
{
    return axes == SPEEDUP_BY_WORKERS ? panel_next_workers(drawing->panel, first ? 0 : last)
                                      : panel_next_place(drawing->panel, last, first);
}

static const struct summary *row_at(const struct drawing *drawing, const struct line *line,
                                    enum axes axes, uint64_t x)
{
    const struct panel *panel = drawing->panel;
    return axes == SPEEDUP_BY_WORKERS
               ? panel_row(panel, line, x, panel->most_size, drawing->temperature)
               : panel_row(panel, line, panel_full_workers(panel, line), x, drawing->temperature);
}

/* Writes one curve as a block. False where it has no point. */
static bool write_curve(struct drawing *drawing, const struct line *line, enum axes axes,
                        struct end *end)
{
    size_t points = 0;
    uint64_t full = panel_full_workers(drawing->panel, line);
    bool gap = false; /* a size went wrong since the last point */
    for (uint64_t x = next_x(drawing, axes, 0, true); x != UINT64_MAX;
         x = next_x(drawing, axes, x, false)) {
        const struct summary *row = row_at(drawing, line, axes, x);
        gap = gap || (row == NULL && axes != SPEEDUP_BY_WORKERS &&
                      panel_went_wrong(drawing->panel, line, full, x));
        if (row == NULL || x == 0 || !isfinite(row->speedup))
            continue;
        if (gap && points > 0)
            fputc('\n', drawing->picture->data); /* an empty line: none is drawn across it */
        gap = false;
        if (axes == TIME_BY_SIZE)
            picture_banded(drawing->picture->data, (double)x, row->median_ns, row->low_ns,
                           row->high_ns);
        else
            picture_banded(drawing->picture->data, (double)x, row->speedup, row->speedup_low,
                           row->speedup_high);
        drawing_note(drawing, (double)x, row->median_ns, end);
        end->y = axes == TIME_BY_SIZE ? row->median_ns : row->speedup;
        drawing->top = fmax(drawing->top, 1.2 * row->speedup); /* wild bands are cut */
        points++;
    }
    return picture_end_block(drawing->picture, points);
}

/* Speedups start at 0. */
static void write_speedup_axis(const struct drawing *drawing)
{
    fprintf(drawing->picture->commands, "top = %.4g\n", drawing->top);
    legend_write_ends(drawing->picture, drawing->legend, (struct axis){0, drawing->top, false});
}

/* Every line with a point becomes a curve and an entry of the legend. */
static void write_curves(struct drawing *drawing, enum axes axes)
{
    const struct panel *panel = drawing->panel;
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        char caption[LABEL_BYTES] = "";
        struct end end;
        bool serial = key_is_baseline(&line->key);
        if ((serial && axes != TIME_BY_SIZE) || !write_curve(drawing, line, axes, &end))
            continue;
        line_label(drawing->lines, line, caption, sizeof caption - 40);
        if (axes == SPEEDUP_BY_SIZE)
            describe_crossover(
                panel,
                panel_crossover(panel, line, panel_full_workers(panel, line), drawing->temperature),
                caption + strlen(caption), sizeof caption - strlen(caption));
        legend_add(drawing->legend, line, caption)->end = end;
    }
    legend_write(drawing->picture, drawing->legend);
    if (axes == TIME_BY_SIZE)
        drawing_write_log_axis(drawing);
    else
        write_speedup_axis(drawing);
}

static void write_mark(const struct drawing *drawing, const struct crossover *crossover,
                       double size, double low, double high)
{
    fprintf(drawing->picture->data, "%.6g\t%s\t%.6g\t%.6g\n", size,
            picture_strategy_of(&crossover->key), fmax(1, low), high);
}

/* The crossovers as a block of their own, behind the curves: where a curve rises above 1, and where
 * it falls below again. An interval that is open below reaches from the smallest size to where it
 * is marked. */
static void write_marks(const struct drawing *drawing)
{
    const struct panel *panel = drawing->panel;
    size_t count = 0;
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        const struct crossover *found =
            panel_crossover(panel, line, panel_full_workers(panel, line), drawing->temperature);
        enum crossover_kind kind = crossover_kind_of(found);
        if (kind != CROSSOVER_AT && kind != CROSSOVER_BETWEEN)
            continue;
        bool censored = crossover_is_censored(found);
        struct crossover_place place = crossover_place_of(found);
        write_mark(drawing, found, censored ? place.high : place.at,
                   censored ? (double)panel_next_place(panel, 0, true) : place.low, place.high);
        if (kind == CROSSOVER_BETWEEN)
            write_mark(drawing, found, found->until, found->until_low, found->until_high);
        count++;
    }
    fprintf(drawing->picture->commands, "crossovers = %zu\n", count);
}

/* Labels nearer to each other than this share of the axis would touch. */
#define LABEL_DISTANCE 0.1

struct tick {
    uint64_t size;
    bool labelled;
};

struct ticks {
    struct tick *ticks;
    size_t count;
};

/* Digits before the zeros: 1 for 1000, 3 for 31600. */
static int significant_digits(uint64_t size)
{
    int digits = 0;
    while (size >= 10 && size % 10 == 0)
        size /= 10;
    for (; size > 0; size /= 10)
        digits++;
    return digits;
}

static bool touches_another(const struct ticks *ticks, uint64_t size)
{
    double most = (double)ticks->ticks[ticks->count - 1].size;
    double distance = LABEL_DISTANCE * log(most / (double)ticks->ticks[0].size);
    for (size_t i = 0; i < ticks->count; i++)
        if (ticks->ticks[i].labelled &&
            fabs(log((double)ticks->ticks[i].size / (double)size)) < distance)
            return true;
    return false;
}

/* All sizes above 0; those that are added around crossovers stand too close for all to be labelled:
 * round ones come first. The caller frees ticks. */
static int make_ticks(const struct drawing *drawing, struct ticks *ticks)
{
    const struct panel *panel = drawing->panel;
    enum { MOST_DIGITS = 20 };
    *ticks = (struct ticks){NULL, 0};
    for (uint64_t size = panel_next_place(panel, 0, false); size != UINT64_MAX;
         size = panel_next_place(panel, size, false)) {
        struct tick *grown = reallocarray(ticks->ticks, ticks->count + 1, sizeof *grown);
        if (grown == NULL)
            return fail(drawing->picture->error, ERROR_REFUSED, "report: out of memory");
        ticks->ticks = grown;
        ticks->ticks[ticks->count++] = (struct tick){size, false};
    }
    for (int digits = 1; digits <= MOST_DIGITS; digits++)
        for (size_t i = 0; i < ticks->count; i++) {
            struct tick *tick = &ticks->ticks[i];
            if (significant_digits(tick->size) == digits)
                tick->labelled = !touches_another(ticks, tick->size);
        }
    return 0;
}

/* "'1k' 1000", or a small tick without a label. */
static void write_tick(FILE *file, const struct tick *tick, const char *label, bool first)
{
    fprintf(file, "%s'%s' %llu%s", first ? "" : ", ", tick->labelled ? label : "",
            (unsigned long long)tick->size, tick->labelled ? "" : " 1");
}

/* The axis of sizes, or of numbers of jobs: "1k" at 1000; and the top axis: the serial time of one
 * job of each size, or of the batch. */
static int write_size_axes(const struct drawing *drawing)
{
    const struct panel *panel = drawing->panel;
    const struct key *serial = &drawing->lines->lines[0].key; /* first in the table */
    FILE *file = drawing->picture->commands;
    struct ticks ticks;
    char label[32];
    int result = make_ticks(drawing, &ticks);
    fprintf(file, "set xtics (");
    for (size_t i = 0; i < ticks.count; i++) {
        if (panel->axis == DIMENSION_jobs)
            text_size(label, sizeof label, (double)ticks.ticks[i].size);
        else
            panel_describe_size(panel, (double)ticks.ticks[i].size, label, sizeof label);
        write_tick(file, &ticks.ticks[i], label, i == 0);
    }
    fprintf(file, ")\nset x2tics (");
    bool first = true;
    for (size_t i = 0; i < ticks.count; i++) {
        double serial_ns = panel_serial_ns(panel, serial, (double)ticks.ticks[i].size);
        if (isnan(serial_ns))
            continue;
        text_duration(label, sizeof label, serial_ns);
        write_tick(file, &ticks.ticks[i], label, first);
        first = false;
    }
    fprintf(file, ")\n");
    free(ticks.ticks);
    return result;
}

/* ------------------------------------------------------------------------------- pictures */

static void describe_top_axis(const struct panel *panel, char *text, size_t bytes)
{
    const char *of = panel->axis == DIMENSION_jobs ? "the batch" : "one job";
    if (*panel->runtime.baseline == '\0')
        snprintf(text, bytes, "serial time of %s", of);
    else
        snprintf(text, bytes, "time of %s under %s", of, panel_baseline(panel));
}

static int begin_size_picture(struct drawing *drawing, const char *kind, const char *question)
{
    char name[64], heading[256], cells[128], axis[80], runtime[LABEL_BYTES], top_axis[LABEL_BYTES];
    drawing_describe_cells(drawing, cells, sizeof cells);
    snprintf(name, sizeof name, "%s-%s", kind, drawing->temperature);
    panel_describe_runtime(drawing->panel, runtime, sizeof runtime);
    snprintf(heading, sizeof heading, "%.40s%.60s: %s (%s)", drawing->panel->work, runtime,
             question, cells);
    bool jobs = drawing->panel->axis == DIMENSION_jobs;
    if (jobs)
        snprintf(axis, sizeof axis, "jobs in a batch");
    else
        snprintf(axis, sizeof axis, "job size%s%.60s", *panel_unit(drawing->panel) ? ": " : "",
                 panel_unit(drawing->panel));
    if (picture_begin(drawing->picture, drawing->panel, name, heading) != 0)
        return -1;
    picture_setting(drawing->picture->commands, "xtitle", axis);
    describe_top_axis(drawing->panel, top_axis, sizeof top_axis);
    picture_setting(drawing->picture->commands, "x2title", top_axis);
    picture_setting(drawing->picture->commands, "pays", jobs ? "pays" : "pays from jobs of");
    fprintf(drawing->picture->commands, "least = %llu\nmost = %llu\n",
            (unsigned long long)panel_least_place(drawing->panel),
            (unsigned long long)panel_most_place(drawing->panel));
    return write_size_axes(drawing);
}

int draw_speedup_size(struct drawing *drawing)
{
    bool jobs = drawing->panel->axis == DIMENSION_jobs;
    drawing->picture->script = "speedup-size";
    if (begin_size_picture(drawing, jobs ? "speedup-jobs" : "speedup-size",
                           jobs ? "from how many jobs does it pay?"
                                : "from which job size does it pay?") != 0)
        return -1;
    write_curves(drawing, SPEEDUP_BY_SIZE);
    write_marks(drawing);
    return picture_end(drawing->picture);
}

int draw_time_size(struct drawing *drawing)
{
    drawing->picture->script = "time-size";
    if (begin_size_picture(drawing, "time-size", "how long does a batch take?") != 0)
        return -1;
    write_curves(drawing, TIME_BY_SIZE);
    return picture_end(drawing->picture);
}

/* Whether write_curves found a point of the line. */
static bool drawn_by_workers(const struct drawing *drawing, const struct line *line)
{
    if (key_is_baseline(&line->key))
        return false;
    for (uint64_t workers = panel_next_workers(drawing->panel, 0); workers != UINT64_MAX;
         workers = panel_next_workers(drawing->panel, workers)) {
        const struct summary *row = row_at(drawing, line, SPEEDUP_BY_WORKERS, workers);
        if (row != NULL && isfinite(row->speedup))
            return true;
    }
    return false;
}

/* The fitted law of each curve that has one, in the order of the blocks: its numbers, and how far
 * it is drawn. Others have 0 there. */
static void write_cost_fits(const struct drawing *drawing)
{
    FILE *file = drawing->picture->commands;
    size_t room = drawing->legend->count > 0 ? drawing->legend->count : 1, at = 0;
    fprintf(file,
            "array rate[%zu]\narray contention[%zu]\narray coherence[%zu]\narray reach[%zu]\n",
            room, room, room, room);
    for (size_t i = 0; i < drawing->lines->count && at < drawing->legend->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        if (!drawn_by_workers(drawing, line))
            continue;
        const struct scaling *row = scaling_of_line(drawing->panel, line);
        bool fitted = row != NULL && !text_equal(row->law, "none");
        at++;
        fprintf(file, "rate[%zu] = %.6g\ncontention[%zu] = %.6g\ncoherence[%zu] = %.6g\n", at,
                fitted ? row->rate : 1, at, fitted ? row->contention : 0, at,
                fitted && isfinite(row->coherence) ? row->coherence : 0);
        fprintf(file, "reach[%zu] = %.6g\n", at,
                fitted ? SCALING_MOST_AHEAD * (double)row->key.workers : 0);
    }
}

static void write_no_laws(const struct drawing *drawing)
{
    size_t room = drawing->legend->count > 0 ? drawing->legend->count : 1;
    FILE *file = drawing->picture->commands;
    fprintf(file,
            "array rate[%zu]\narray contention[%zu]\narray coherence[%zu]\narray reach[%zu]\n",
            room, room, room, room);
    for (size_t i = 1; i <= room; i++)
        fprintf(file, "reach[%zu] = 0\n", i);
}

/* What workers have: cores up to `cores`, CPUs up to `cpus`; quota: where its time ends, or 0. */
static void write_places(const struct drawing *drawing)
{
    const struct host *host = drawing->panel->host;
    uint32_t cpus = host->affinity > 0 ? host->affinity : host->cpus_usable;
    fprintf(drawing->picture->commands, "cpus = %u\ncores = %u\nquota = %.4g\n", cpus,
            host->cores > 0 && host->cores < cpus ? host->cores : cpus,
            host->quota < cpus ? host->quota : 0);
    picture_setting(drawing->picture->commands, "beyond",
                    drawing->panel->most_hosts > 0 ? "more workers than this host has CPUs"
                                                   : "more workers than CPUs");
}

typedef uint64_t next_function(const struct panel *panel, uint64_t last);

/* A tick for each number of workers. */
static void write_workers_axis(const struct drawing *drawing, next_function *next)
{
    FILE *file = drawing->picture->commands;
    uint64_t least = next(drawing->panel, 0), most = least;
    const char *comma = "";
    fputs("set xtics (", file);
    for (uint64_t workers = least; workers != UINT64_MAX; workers = next(drawing->panel, workers)) {
        fprintf(file, "%s%llu", comma, (unsigned long long)workers);
        comma = ", ";
        most = workers;
    }
    fprintf(file, ")\nleast = %llu\nmost = %llu\n", (unsigned long long)least,
            (unsigned long long)most);
}

int draw_speedup_workers(struct drawing *drawing)
{
    const struct panel *panel = drawing->panel;
    char heading[256], cells[96], runtime[LABEL_BYTES];
    drawing->picture->script = "speedup-workers";
    panel_describe_jobs(panel, panel->jobs, (double)panel->most_size, cells, sizeof cells);
    panel_describe_runtime(panel, runtime, sizeof runtime);
    snprintf(heading, sizeof heading, "%.40s%.60s: how does it scale? (%s, %s)", panel->work,
             runtime, cells, drawing->temperature);
    if (picture_begin(drawing->picture, panel, "speedup-workers", heading) != 0)
        return -1;
    write_curves(drawing, SPEEDUP_BY_WORKERS);
    write_cost_fits(drawing);
    write_places(drawing);
    write_workers_axis(drawing, panel_next_workers);
    return picture_end(drawing->picture);
}

/* ------------------------------------------------------------------------------- growing batches
 */

/* Writes one line's scaled speedups as a block. False where it has none. */
static bool write_growing(struct drawing *drawing, const struct line *line, struct end *end)
{
    size_t points = 0;
    for (uint64_t workers = scaling_next_growing(drawing->panel, 0); workers != UINT64_MAX;
         workers = scaling_next_growing(drawing->panel, workers)) {
        const struct scaling *row = scaling_of_growing(drawing->panel, line, workers);
        if (row == NULL)
            continue;
        picture_banded(drawing->picture->data, (double)workers, row->speedup, row->speedup_low,
                       row->speedup_high);
        *end = (struct end){(double)workers, row->speedup};
        drawing->top = fmax(drawing->top, 1.2 * row->speedup);
        points++;
    }
    return picture_end_block(drawing->picture, points);
}

/* Nothing where the panel's batches are not the largest of those that grow with the workers. */
int draw_scaled_speedup(struct drawing *drawing)
{
    const struct panel *panel = drawing->panel;
    char heading[256], jobs[64], runtime[LABEL_BYTES];
    const struct scaling *any = NULL;
    for (size_t i = 0; any == NULL && i < drawing->lines->count; i++)
        any = scaling_of_growing(panel, &drawing->lines->lines[i], 0);
    if (any == NULL)
        return 0;
    drawing->picture->script = "speedup-workers";
    panel_describe_jobs(panel, any->key.jobs / any->key.workers, (double)panel->most_size, jobs,
                        sizeof jobs);
    panel_describe_runtime(panel, runtime, sizeof runtime);
    snprintf(heading, sizeof heading,
             "%.40s%.60s: how does it scale with batches that grow? (%s for each worker, %s)",
             panel->work, runtime, jobs, drawing->temperature);
    if (picture_begin(drawing->picture, panel, "scaled-speedup", heading) != 0)
        return -1;
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        char caption[LABEL_BYTES];
        struct end end;
        line_label(drawing->lines, line, caption, sizeof caption);
        if (write_growing(drawing, line, &end))
            legend_add(drawing->legend, line, caption)->end = end;
    }
    legend_write(drawing->picture, drawing->legend);
    write_speedup_axis(drawing);
    write_no_laws(drawing);
    write_places(drawing);
    write_workers_axis(drawing, scaling_next_growing);
    return picture_end(drawing->picture);
}
