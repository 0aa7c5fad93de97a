#include "bench/report/gnuplot.h"
#include "bench/report/picture.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void describe_crossover(const struct crossover *crossover, char *text, size_t bytes)
{
    char job[32];
    if (crossover == NULL) {
        snprintf(text, bytes, "%s", "");
        return;
    }
    text_duration(job, sizeof job, crossover->job_ns);
    if (text_equal(crossover->verdict, "at"))
        snprintf(text, bytes, ": pays from %s a job", job);
    else if (text_equal(crossover->verdict, "always"))
        snprintf(text, bytes, ": pays throughout");
    else
        snprintf(text, bytes, ": %s",
                 text_equal(crossover->verdict, "never") ? "never pays" : "too noisy to tell");
}

/* ------------------------------------------------------------------------------- curves */

/* What a picture of curves shows: one point a size or a worker count. */
enum axes { SPEEDUP_BY_SIZE, SPEEDUP_BY_WORKERS, TIME_BY_SIZE };

struct drawing {
    const struct scene *scene;
    const struct lines *lines;
    struct picture *picture;
    struct legend *legend;
    const char *temperature;
    struct shown_laws laws;
    double top; /* of the y axis: the highest median so far and some room */
};

static uint64_t next_x(const struct drawing *drawing, enum axes axes, uint64_t last, bool first)
{
    return axes == SPEEDUP_BY_WORKERS ? scene_next_workers(drawing->scene, first ? 0 : last)
                                      : scene_next_size(drawing->scene, last, first);
}

static const struct summary *row_at(const struct drawing *drawing, const struct line *line,
                                    enum axes axes, uint64_t x)
{
    const struct scene *scene = drawing->scene;
    return axes == SPEEDUP_BY_WORKERS
               ? scene_row(scene, line, x, scene->most_size, drawing->temperature)
               : scene_row(scene, line, scene->full_workers, x, drawing->temperature);
}

/* Writes one curve as a block. False where it has no point. */
static bool write_curve(struct drawing *drawing, const struct line *line, enum axes axes)
{
    size_t points = 0;
    for (uint64_t x = next_x(drawing, axes, 0, true); x != UINT64_MAX;
         x = next_x(drawing, axes, x, false)) {
        const struct summary *row = row_at(drawing, line, axes, x);
        if (row == NULL || x == 0 || !isfinite(row->speedup))
            continue;
        if (axes == TIME_BY_SIZE)
            picture_banded(drawing->picture->data, (double)x, row->median_ns, row->low_ns,
                           row->high_ns);
        else
            picture_banded(drawing->picture->data, (double)x, row->speedup, row->speedup_low,
                           row->speedup_high);
        drawing->top = fmax(drawing->top, 1.2 * row->speedup); /* wild bands are cut */
        points++;
    }
    return picture_end_block(drawing->picture, points);
}

/* Every line with a point becomes a curve and an entry of the legend. */
static void write_curves(struct drawing *drawing, enum axes axes)
{
    const struct scene *scene = drawing->scene;
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        char caption[LABEL_BYTES] = "";
        bool serial = text_equal(line->key.strategy, "serial");
        if ((serial && axes != TIME_BY_SIZE) || !write_curve(drawing, line, axes))
            continue;
        line_label(drawing->lines, line, caption, sizeof caption - 40);
        if (axes == SPEEDUP_BY_SIZE)
            describe_crossover(
                scene_crossover(scene, line, scene->full_workers, drawing->temperature),
                caption + strlen(caption), sizeof caption - strlen(caption));
        legend_add(drawing->legend, line, caption);
    }
    legend_write(drawing->picture, drawing->legend);
    fprintf(drawing->picture->commands, "top = %.4g\n", drawing->top);
}

/* A crossover's mark: where it stands, its interval, and how far its label hangs below the line at
 * 1.0. */
struct mark {
    double size, low, high, job_ns, drop;
    const char *strategy;
};

static int compare_marks(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;
    return (x->size > y->size) - (x->size < y->size);
}

/* Labels that would touch their left neighbour hang lower. */
static void hang_labels(const struct drawing *drawing, struct mark marks[], size_t count)
{
    const struct scene *scene = drawing->scene;
    double width = log((double)scene->most_size / fmax(1, (double)scene->least_size));
    qsort(marks, count, sizeof *marks, compare_marks);
    for (size_t i = 1; i < count; i++) {
        bool touches = log(marks[i].size / marks[i - 1].size) < 0.028 * width;
        double lower = marks[i - 1].drop + 0.17 * drawing->top;
        marks[i].drop = touches && lower < 0.36 * drawing->top ? lower : 0;
    }
}

/* An interval that is open below reaches to the smallest size. */
static struct mark make_mark(const struct scene *scene, const struct crossover *crossover)
{
    double low = crossover->size_low, least = (double)scene->least_size;
    return (struct mark){
        .size = crossover->size,
        .low = isfinite(low) ? low : fmax(1, least),
        .high = crossover->size_high,
        .job_ns = crossover->job_ns,
        .strategy = crossover->key.strategy,
    };
}

/* The crossovers as a block of their own, behind the curves. */
static int write_marks(struct drawing *drawing)
{
    const struct scene *scene = drawing->scene;
    struct mark *marks = calloc(drawing->lines->count, sizeof *marks);
    size_t count = 0;
    if (marks == NULL)
        return fail(drawing->picture->error, EXIT_REFUSED, "report: out of memory");
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        const struct crossover *crossover =
            scene_crossover(scene, line, scene->full_workers, drawing->temperature);
        if (crossover != NULL && text_equal(crossover->verdict, "at"))
            marks[count++] = make_mark(scene, crossover);
    }
    hang_labels(drawing, marks, count);
    for (size_t i = 0; i < count; i++) {
        char job[32];
        text_duration(job, sizeof job, marks[i].job_ns);
        fprintf(drawing->picture->data, "%.6g\t%s\t%s\t%.4g\t%.6g\t%.6g\n", marks[i].size, job,
                picture_strategy(marks[i].strategy), marks[i].drop, marks[i].low, marks[i].high);
    }
    fprintf(drawing->picture->commands, "crossovers = %zu\n", count);
    free(marks);
    return 0;
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
    const struct scene *scene = drawing->scene;
    enum { MOST_DIGITS = 20 };
    *ticks = (struct ticks){NULL, 0};
    for (uint64_t size = scene_next_size(scene, 0, false); size != UINT64_MAX;
         size = scene_next_size(scene, size, false)) {
        struct tick *grown = reallocarray(ticks->ticks, ticks->count + 1, sizeof *grown);
        if (grown == NULL)
            return fail(drawing->picture->error, EXIT_REFUSED, "report: out of memory");
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

/* The axis of sizes: "1k" at 1000; and the top axis: the serial time of one job of each size, which
 * serial's cells tell. */
static int write_size_axes(const struct drawing *drawing)
{
    const struct scene *scene = drawing->scene;
    const struct line *serial = &drawing->lines->lines[0]; /* first in the table */
    FILE *file = drawing->picture->commands;
    struct ticks ticks;
    char label[32];
    int result = make_ticks(drawing, &ticks);
    fprintf(file, "set xtics (");
    for (size_t i = 0; i < ticks.count; i++) {
        text_size(label, sizeof label, (double)ticks.ticks[i].size);
        write_tick(file, &ticks.ticks[i], label, i == 0);
    }
    fprintf(file, ")\nset x2tics (");
    bool first = true;
    for (size_t i = 0; i < ticks.count; i++) {
        const struct summary *row =
            scene_row(scene, serial, 1, ticks.ticks[i].size, drawing->temperature);
        if (row == NULL)
            continue;
        text_duration(label, sizeof label, row->median_ns / (double)scene->jobs);
        write_tick(file, &ticks.ticks[i], label, first);
        first = false;
    }
    fprintf(file, ")\n");
    free(ticks.ticks);
    return result;
}

/* ------------------------------------------------------------------------------- pictures */

/* "8 jobs, 2 workers on 2 CPUs, warm". */
static void describe_cells(const struct drawing *drawing, char *text, size_t bytes)
{
    const struct scene *scene = drawing->scene;
    snprintf(text, bytes, "%llu jobs, %llu workers on %u CPUs, %s", (unsigned long long)scene->jobs,
             (unsigned long long)scene->full_workers, scene->host->cpus_usable,
             text_equal(drawing->temperature, "cold") ? "started cold" : "warm");
}

static int begin_size_picture(struct drawing *drawing, const char *kind, const char *question)
{
    char name[64], heading[256], cells[128], axis[80];
    describe_cells(drawing, cells, sizeof cells);
    snprintf(name, sizeof name, "%s-%s", kind, drawing->temperature);
    snprintf(heading, sizeof heading, "%.40s: %s (%s)", drawing->scene->work, question, cells);
    snprintf(axis, sizeof axis, "job size: %.60s", drawing->scene->unit);
    if (picture_begin(drawing->picture, drawing->scene, name, heading) != 0)
        return -1;
    picture_setting(drawing->picture->commands, "xtitle", axis);
    fprintf(drawing->picture->commands, "least = %llu\nmost = %llu\n",
            (unsigned long long)scene_next_size(drawing->scene, 0, false),
            (unsigned long long)drawing->scene->most_size);
    return write_size_axes(drawing);
}

static int draw_speedup_size(struct drawing *drawing)
{
    drawing->picture->script = "speedup-size";
    if (begin_size_picture(drawing, "speedup-size", "from which job size does it pay?") != 0)
        return -1;
    write_curves(drawing, SPEEDUP_BY_SIZE);
    int result = write_marks(drawing);
    return picture_end(drawing->picture) != 0 ? -1 : result;
}

static int draw_time_size(struct drawing *drawing)
{
    drawing->picture->script = "time-size";
    if (begin_size_picture(drawing, "time-size", "how long does a batch take?") != 0)
        return -1;
    write_curves(drawing, TIME_BY_SIZE);
    return picture_end(drawing->picture);
}

static int draw_speedup_workers(struct drawing *drawing)
{
    const struct scene *scene = drawing->scene;
    char heading[256], size[32];
    drawing->picture->script = "speedup-workers";
    text_count(size, sizeof size, (double)scene->most_size);
    snprintf(heading, sizeof heading, "%.40s: how does it scale? (%llu jobs of size %s, %s)",
             scene->work, (unsigned long long)scene->jobs, size, drawing->temperature);
    if (picture_begin(drawing->picture, scene, "speedup-workers", heading) != 0)
        return -1;
    write_curves(drawing, SPEEDUP_BY_WORKERS);
    fprintf(drawing->picture->commands, "least = %llu\nmost = %llu\n",
            (unsigned long long)scene_next_workers(scene, 0),
            (unsigned long long)scene->most_workers);
    fprintf(drawing->picture->commands, "set xtics (");
    const char *comma = "";
    for (uint64_t workers = scene_next_workers(scene, 0); workers != UINT64_MAX;
         workers = scene_next_workers(scene, workers)) {
        fprintf(drawing->picture->commands, "%s%llu", comma, (unsigned long long)workers);
        comma = ", ";
    }
    fprintf(drawing->picture->commands, ")\n");
    return picture_end(drawing->picture);
}

/* One pair of bars: a strategy's overhead per job, warm and cold. */
struct bar {
    const struct line *line;
    double warm_ns, cold_ns;
};

static int compare_bars(const void *a, const void *b)
{
    const struct bar *x = a, *y = b;
    return (x->warm_ns > y->warm_ns) - (x->warm_ns < y->warm_ns);
}

static double overhead_of(const struct scene *scene, const struct line *line,
                          const char *temperature)
{
    const struct summary *row =
        scene_row(scene, line, scene->full_workers, scene->least_size, temperature);
    return row != NULL && row->overhead_ns_per_job > 0 ? row->overhead_ns_per_job : (double)NAN;
}

/* The floor of a hand-over, as a line across the bars: the round trip beside the cheapest. */
static double write_floor(const struct drawing *drawing, const struct line *cheapest)
{
    const struct scene *scene = drawing->scene;
    const struct summary *row =
        scene_row(scene, cheapest, scene->full_workers, scene->least_size, "warm");
    double roundtrip_ns = row->roundtrip_ns > 0 ? row->roundtrip_ns : (double)NAN;
    char duration[32];
    text_duration(duration, sizeof duration, roundtrip_ns);
    picture_setting(drawing->picture->commands, "roundtrip_label", duration);
    fprintf(drawing->picture->commands, "roundtrip = %.6g\n",
            isfinite(roundtrip_ns) ? roundtrip_ns : 0);
    return roundtrip_ns;
}

/* Bars stand on the power of ten below the lowest and end below ten times the highest. */
static void write_bars(struct drawing *drawing, struct bar bars[], size_t count)
{
    double least = INFINITY, most = 0;
    qsort(bars, count, sizeof *bars, compare_bars);
    for (size_t i = 0; i < count; i++) {
        char label[LABEL_BYTES], warm[32], cold[32];
        line_label(drawing->lines, bars[i].line, label, sizeof label);
        text_duration(warm, sizeof warm, bars[i].warm_ns);
        text_duration(cold, sizeof cold, bars[i].cold_ns);
        fprintf(drawing->picture->data, "%zu", i + 1);
        picture_number(drawing->picture->data, bars[i].warm_ns);
        picture_number(drawing->picture->data, bars[i].cold_ns);
        fprintf(drawing->picture->data, "\t%s\t%s\t%s\n", warm, cold,
                picture_strategy(bars[i].line->key.strategy));
        legend_add(drawing->legend, bars[i].line, label);
        least = fmin(least, fmin(bars[i].warm_ns, bars[i].cold_ns));
        most = fmax(most, fmax(bars[i].warm_ns, bars[i].cold_ns));
    }
    least = fmin(least, write_floor(drawing, bars[0].line));
    legend_write(drawing->picture, drawing->legend);
    fprintf(drawing->picture->commands, "bars = %zu\nbottom = %g\ntop = %g\n", count,
            pow(10, floor(log10(least) - 0.1)), 8 * most);
}

static int draw_overhead(struct drawing *drawing)
{
    const struct scene *scene = drawing->scene;
    char heading[256], size[32];
    struct bar *bars = calloc(drawing->lines->count, sizeof *bars);
    size_t count = 0;
    int result = 0;
    if (bars == NULL)
        return fail(drawing->picture->error, EXIT_REFUSED, "report: out of memory");
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        struct bar bar = {line, overhead_of(scene, line, "warm"), overhead_of(scene, line, "cold")};
        if (!text_equal(line->key.strategy, "serial") && isfinite(bar.warm_ns))
            bars[count++] = bar;
    }
    drawing->picture->script = "overhead";
    text_count(size, sizeof size, (double)scene->least_size);
    snprintf(heading, sizeof heading,
             "%.40s: what does handing over one job cost? (%llu jobs of size %s, %llu workers)",
             scene->work, (unsigned long long)scene->jobs, size,
             (unsigned long long)scene->full_workers);
    if (count > 0) {
        result = picture_begin(drawing->picture, scene, "overhead", heading);
        if (result == 0) {
            write_bars(drawing, bars, count);
            result = picture_end(drawing->picture);
        }
    }
    free(bars);
    return result;
}

/* ------------------------------------------------------------------------------- handing over */

/* A batch that has at most one job for each worker is one region: its time is told as a whole. That
 * of a larger one is told by job. */
static bool is_region(const struct scene *scene)
{
    return scene->jobs <= scene->full_workers;
}

/* What a map's time is divided by. */
static double handover_unit(const struct scene *scene)
{
    return is_region(scene) ? 1 : (double)scene->jobs;
}

static int compare_medians(const void *a, const void *b)
{
    const struct summary *x = *(const struct summary *const *)a;
    const struct summary *y = *(const struct summary *const *)b;
    return (x->median_ns < y->median_ns) - (x->median_ns > y->median_ns);
}

/* The warm rows of all lines, the slowest first: it stands at the bottom. Serial is shown once. */
static size_t find_handovers(const struct drawing *drawing, const struct summary *rows[])
{
    const struct scene *scene = drawing->scene;
    size_t count = 0;
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        const struct summary *row =
            scene_row(scene, line, scene->full_workers, scene->least_size, "warm");
        if (row != NULL && (i == 0 || !text_equal(line->key.strategy, "serial")))
            rows[count++] = row;
    }
    qsort(rows, count, sizeof *rows, compare_medians);
    return count;
}

/* "195 ns", "195 ns (190 ns to 201 ns)", "195 ns, participation 0.50": what a dot stands for. */
static void describe_handover(const struct drawing *drawing, const struct summary *row, char *text,
                              size_t bytes)
{
    double ns = handover_unit(drawing->scene);
    char median[32], low[32], high[32], interval[80] = "", participation[40] = "";
    text_duration(median, sizeof median, row->median_ns / ns);
    text_duration(low, sizeof low, row->low_ns / ns);
    text_duration(high, sizeof high, row->high_ns / ns);
    if (isfinite(row->low_ns) && isfinite(row->high_ns))
        snprintf(interval, sizeof interval, " (%s to %s)", low, high);
    if (row->participation < 1)
        snprintf(participation, sizeof participation, ", participation %.2f", row->participation);
    snprintf(text, bytes, "%s%s%s", median, interval, participation);
}

static void write_handover(const struct drawing *drawing, size_t place, const struct summary *row)
{
    FILE *file = drawing->picture->data;
    double unit = handover_unit(drawing->scene), median_ns = row->median_ns / unit;
    double low_ns = isfinite(row->low_ns) ? row->low_ns / unit : median_ns;
    double high_ns = isfinite(row->high_ns) ? row->high_ns / unit : median_ns;
    struct line line = {row->key};
    char label[LABEL_BYTES], text[LABEL_BYTES];
    line_label(drawing->lines, &line, label, sizeof label);
    describe_handover(drawing, row, text, sizeof text);
    fprintf(file, "%zu", place);
    picture_number(file, median_ns);
    picture_number(file, low_ns);
    picture_number(file, high_ns);
    fprintf(file, "\t%s\t%s\n", picture_strategy(row->key.strategy), text);
    legend_add(drawing->legend, &line, label);
}

/* The farthest that a whisker reaches; wild ones too. */
static double highest_of(const struct summary *const rows[], size_t count)
{
    double highest_ns = 0;
    for (size_t i = 0; i < count; i++)
        highest_ns = fmax(highest_ns, fmax(rows[i]->median_ns, rows[i]->high_ns));
    return highest_ns;
}

/* The cache-line round trip beside the fastest, and where the axis begins and ends. */
static void write_handover_axis(const struct drawing *drawing, const struct summary *const rows[],
                                size_t count)
{
    FILE *file = drawing->picture->commands;
    char title[160], roundtrip[80], duration[32];
    double unit = handover_unit(drawing->scene), roundtrip_ns = rows[count - 1]->roundtrip_ns;
    text_duration(duration, sizeof duration, roundtrip_ns);
    snprintf(roundtrip, sizeof roundtrip, "a cache line to another CPU and back: %s", duration);
    snprintf(title, sizeof title,
             is_region(drawing->scene) ? "time of one region of %llu empty jobs"
                                       : "time for each of %llu empty jobs",
             (unsigned long long)drawing->scene->jobs);
    picture_setting(file, "xtitle", title);
    picture_setting(file, "roundtrip_label", roundtrip);
    fprintf(file, "roundtrip = %.6g\ndots = %zu\nleast = %.6g\nmost = %.6g\n",
            isfinite(roundtrip_ns) ? roundtrip_ns : 0, count,
            fmin(rows[count - 1]->median_ns / unit, roundtrip_ns),
            fmax(highest_of(rows, count) / unit, roundtrip_ns));
}

static int write_handovers(struct drawing *drawing, const struct summary *const rows[],
                           size_t count)
{
    char heading[256], cells[128];
    drawing->picture->script = "handover";
    describe_cells(drawing, cells, sizeof cells);
    snprintf(heading, sizeof heading, "%.40s: what does handing over cost? (%s)",
             drawing->scene->work, cells);
    if (picture_begin(drawing->picture, drawing->scene, "handover", heading) != 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        write_handover(drawing, i + 1, rows[i]);
    legend_write(drawing->picture, drawing->legend);
    write_handover_axis(drawing, rows, count);
    return picture_end(drawing->picture);
}

static int draw_handover(struct drawing *drawing)
{
    const struct summary **rows = calloc(drawing->lines->count, sizeof *rows);
    if (rows == NULL)
        return fail(drawing->picture->error, EXIT_REFUSED, "report: out of memory");
    size_t count = find_handovers(drawing, rows);
    int result = count > 0 ? write_handovers(drawing, rows, count) : 0;
    free(rows);
    return result;
}

/* ------------------------------------------------------------------------------- the caller's
 * memory */

/* One law's measured points as a block: MiB held, overhead per job with its interval. 0 MiB has no
 * place on a logarithmic axis: it stands where the picture says. False where there is no point. */
static bool write_law_points(const struct drawing *drawing, const struct law *law, double zero_mib)
{
    const struct scene *scene = drawing->scene;
    size_t points = 0;
    for (uint64_t mib = scene_next_parent(scene, 0, true); mib != UINT64_MAX;
         mib = scene_next_parent(scene, mib, false)) {
        const struct summary *row = scene_law_row(scene, law, mib);
        if (row == NULL || !(row->overhead_ns_per_job > 0))
            continue;
        double jobs = (double)scene->jobs, ns = row->overhead_ns_per_job;
        picture_banded(drawing->picture->data, mib > 0 ? (double)mib : zero_mib, ns,
                       ns - (row->median_ns - row->low_ns) / jobs,
                       ns + (row->high_ns - row->median_ns) / jobs);
        points++;
    }
    return picture_end_block(drawing->picture, points);
}

static bool several_pages(const struct shown_laws *shown)
{
    for (size_t i = 1; i < shown->count; i++)
        if (!text_equal(shown->laws[i]->key.parent_pages, shown->laws[0]->key.parent_pages))
            return true;
    return false;
}

/* "fork: 316 us + 124 ns per 4 KiB page", "spawn, thp: flat, 1.5 ms". */
static void describe_law(const struct drawing *drawing, const struct law *law, bool tell_pages,
                         char *text, size_t bytes)
{
    struct line line = {law->key};
    char base[32], per_page[32], page[32];
    line_label(drawing->lines, &line, text, bytes - 80);
    law_page_label(law, page, sizeof page);
    text_duration(base, sizeof base, law->base_ns);
    text_duration(per_page, sizeof per_page, law->per_page_ns);
    size_t used = strlen(text);
    if (tell_pages)
        used += (size_t)snprintf(text + used, bytes - used, ", %s", law->key.parent_pages);
    if (text_equal(law->verdict, "flat"))
        snprintf(text + used, bytes - used, ": flat, %s", base);
    else if (text_equal(law->verdict, "noisy"))
        snprintf(text + used, bytes - used, ": too noisy to tell");
    else
        snprintf(text + used, bytes - used, ": %s + %s per %s", base, per_page, page);
}

/* The fitted laws by MiB, in the order of the blocks; others have no line (NaN). */
static void write_law_lines(const struct drawing *drawing, const struct shown_laws *shown)
{
    FILE *file = drawing->picture->commands;
    fprintf(file, "array base[%zu]\narray per_mib[%zu]\n", shown->count, shown->count);
    for (size_t i = 0; i < shown->count; i++) {
        const struct law *law = shown->laws[i];
        double per_mib = law_value(law, 1 << 20) - law->base_ns;
        fprintf(file, "base[%zu] = %.6g\nper_mib[%zu] = ", i + 1, law->base_ns, i + 1);
        fprintf(file, text_equal(law->verdict, "linear") ? "%.6g\n" : "NaN\n", per_mib);
    }
}

/* The axis of MiB: 0 at the left edge, then the sizes measured; *zero_mib is where 0 stands, where
 * the axis is broken. */
static void write_parent_axis(const struct drawing *drawing, double *zero_mib)
{
    const struct scene *scene = drawing->scene;
    FILE *file = drawing->picture->commands;
    uint64_t least = scene_next_parent(scene, 0, false), most = least;
    *zero_mib = (double)least / 4;
    fprintf(file, "set xtics ('0' %g", *zero_mib);
    for (uint64_t mib = least; mib != UINT64_MAX; mib = scene_next_parent(scene, mib, false)) {
        fprintf(file, ", '%llu' %llu", (unsigned long long)mib, (unsigned long long)mib);
        most = mib;
    }
    fprintf(file, ")\nzero = %g\nleast = %llu\nmost = %llu\n", *zero_mib, (unsigned long long)least,
            (unsigned long long)most);
}

static int draw_parent(struct drawing *drawing)
{
    const struct shown_laws *shown = &drawing->laws;
    const struct scene *scene = drawing->scene;
    char heading[256], size[32];
    double zero_mib;
    drawing->picture->script = "parent";
    text_count(size, sizeof size, (double)scene->least_size);
    snprintf(heading, sizeof heading,
             "%.40s: what does the caller's memory cost? (%llu jobs of size %s, workers: %llu)",
             scene->work, (unsigned long long)scene->jobs, size,
             (unsigned long long)scene->full_workers);
    if (picture_begin(drawing->picture, scene, "parent", heading) != 0)
        return -1;
    write_parent_axis(drawing, &zero_mib);
    for (size_t i = 0; i < shown->count; i++) {
        char caption[LABEL_BYTES];
        struct line line = {shown->laws[i]->key};
        describe_law(drawing, shown->laws[i], several_pages(shown), caption, sizeof caption);
        if (write_law_points(drawing, shown->laws[i], zero_mib))
            legend_add(drawing->legend, &line, caption);
    }
    legend_write(drawing->picture, drawing->legend);
    write_law_lines(drawing, shown);
    return picture_end(drawing->picture);
}

/* ------------------------------------------------------------------------------- payload */

static uint64_t payload_of(const struct line *line)
{
    return line->key.payload_in + line->key.payload_out;
}

static bool is_piped(const struct line *line)
{
    return text_equal(line->key.transport, "pipe");
}

/* The next payload above `last` whose cost was measured; UINT64_MAX where there is none. */
static uint64_t next_payload(const struct scene *scene, const struct lines *lines, uint64_t last)
{
    uint64_t next = UINT64_MAX;
    for (size_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->lines[i];
        uint64_t payload = payload_of(line);
        if (payload > last && payload < next && !text_equal(line->key.strategy, "serial") &&
            isfinite(overhead_of(scene, line, "warm")))
            next = payload;
    }
    return next;
}

/* The payloads as an axis: "64Ki" at 65536. */
static void write_payload_axis(const struct drawing *drawing)
{
    FILE *file = drawing->picture->commands;
    uint64_t least = next_payload(drawing->scene, drawing->lines, 0), most = least;
    const char *comma = "";
    fprintf(file, "set xtics (");
    for (uint64_t bytes = least; bytes != UINT64_MAX;
         bytes = next_payload(drawing->scene, drawing->lines, bytes)) {
        char label[32];
        text_bytes(label, sizeof label, bytes);
        fprintf(file, "%s'%s' %llu", comma, label, (unsigned long long)bytes);
        comma = ", ";
        most = bytes;
    }
    fprintf(file, ")\nleast = %llu\nmost = %llu\n", (unsigned long long)least,
            (unsigned long long)most);
}

/* True where nothing but payload tells the lines apart. */
static bool same_but_payload(const struct line *a, const struct line *b)
{
    struct key x = a->key, y = b->key;
    x.payload_in = x.payload_out = y.payload_in = y.payload_out = 0;
    x.workers = y.workers = 0;
    return key_compare_curve(&x, &y) == 0;
}

/* Writes the overheads of all payloads of a line as a block. False where it has no point. */
static bool write_payload_block(struct drawing *drawing, const struct line *like)
{
    const struct scene *scene = drawing->scene;
    size_t points = 0;
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        double overhead_ns = same_but_payload(line, like) ? overhead_of(scene, line, "warm") : NAN;
        if (payload_of(line) == 0 || !isfinite(overhead_ns))
            continue;
        fprintf(drawing->picture->data, "%llu\t%.6g\n", (unsigned long long)payload_of(line),
                overhead_ns);
        points++;
    }
    return picture_end_block(drawing->picture, points);
}

/* True where an earlier line has the same block. */
static bool is_written(const struct lines *lines, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (payload_of(&lines->lines[i]) > 0 &&
            same_but_payload(&lines->lines[i], &lines->lines[index]))
            return true;
    return false;
}

/* All lines that stay in shared memory or all that do not. */
static void write_payload_lines(struct drawing *drawing, bool piped)
{
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        char caption[LABEL_BYTES];
        if (text_equal(line->key.strategy, "serial") || payload_of(line) == 0 ||
            is_piped(line) != piped || is_written(drawing->lines, i) ||
            !write_payload_block(drawing, line))
            continue;
        line_name(drawing->lines, line, caption, sizeof caption - 20);
        strcat(caption, piped ? " by pipe" : "");
        legend_add(drawing->legend, line, caption);
    }
}

static int draw_payload(struct drawing *drawing)
{
    char heading[256], cells[128], size[32];
    drawing->picture->script = "payload";
    describe_cells(drawing, cells, sizeof cells);
    text_count(size, sizeof size, (double)drawing->scene->least_size);
    snprintf(heading, sizeof heading, "%.40s: what does moving data cost? (size %s, %s)",
             drawing->scene->work, size, cells);
    if (picture_begin(drawing->picture, drawing->scene, "payload", heading) != 0)
        return -1;
    write_payload_lines(drawing, false);
    write_payload_lines(drawing, true);
    legend_write(drawing->picture, drawing->legend);
    write_payload_axis(drawing);
    return picture_end(drawing->picture);
}

/* ------------------------------------------------------------------------------- the run */

typedef int draw_function(struct drawing *drawing);

static int draw(draw_function *function, struct drawing drawing, const char *temperature)
{
    struct legend legend = {.entries = calloc(drawing.lines->count + 1, sizeof *legend.entries)};
    drawing.legend = &legend;
    drawing.temperature = temperature;
    drawing.top = 1.15;
    int result = legend.entries == NULL
                     ? fail(drawing.picture->error, EXIT_REFUSED, "report: out of memory")
                     : function(&drawing);
    if (result != 0)
        picture_drop(drawing.picture);
    free(legend.entries);
    return result;
}

/* The other pictures are about jobs: they show each strategy with the smallest caller only. */
static void keep_smallest_caller(const struct scene *scene, struct lines *lines)
{
    uint64_t least = scene_least_parent(scene);
    size_t kept = 0;
    for (size_t i = 0; i < lines->count; i++)
        if (lines->lines[i].key.parent_mib == least)
            lines->lines[kept++] = lines->lines[i];
    lines->count = kept;
}

static bool has_speedups(const struct scene *scene, const struct lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        for (uint64_t workers = scene_next_workers(scene, 0); workers != UINT64_MAX;
             workers = scene_next_workers(scene, workers))
            if (scene_best(scene, &lines->lines[i], workers, "warm") != NULL)
                return scene->jobs > 0;
    return false;
}

static int draw_scene(const struct scene *scene, struct picture *picture)
{
    struct lines lines;
    int result = 0;
    if (scene_lines(scene, &lines, picture->error) != 0)
        return -1;
    keep_smallest_caller(scene, &lines);
    struct drawing drawing = {.scene = scene, .lines = &lines, .picture = picture};
    result = scene_laws(scene, &drawing.laws, picture->error);
    bool speedups = has_speedups(scene, &lines);
    uint64_t least = next_payload(scene, &lines, 0);
    if (result == 0 && speedups && next_payload(scene, &lines, least) != UINT64_MAX)
        result = draw(draw_payload, drawing, "warm");
    lines_keep_least_payload(&lines);
    if (result == 0 && speedups) {
        if (scene->most_size > scene->least_size &&
            (draw(draw_speedup_size, drawing, "warm") != 0 ||
             draw(draw_speedup_size, drawing, "cold") != 0 ||
             draw(draw_time_size, drawing, "warm") != 0))
            result = -1;
        if (result == 0 && scene_next_workers(scene, scene_next_workers(scene, 0)) != UINT64_MAX)
            result = draw(draw_speedup_workers, drawing, "warm");
        if (result == 0)
            result = draw(draw_overhead, drawing, "warm");
        if (result == 0 && text_equal(scene->work, "empty"))
            result = draw(draw_handover, drawing, "warm");
    }
    if (result == 0 && drawing.laws.count > 0)
        result = draw(draw_parent, drawing, "warm");
    free(drawing.laws.laws);
    free(lines.lines);
    return result;
}

int gnuplot_draw(const char *folder, const struct summaries *summaries,
                 const struct crossovers *crossovers, const struct laws *laws,
                 const struct host *host, const volatile sig_atomic_t *interrupted, size_t *drawn,
                 struct error *tool, struct error *error)
{
    char plots[PATH_MAX];
    struct gallery gallery = {
        .path = plots, .interrupted = interrupted, .tool = tool, .error = error};
    struct picture picture = {.gallery = &gallery, .error = error};
    struct scene *scenes;
    size_t count;
    snprintf(plots, sizeof plots, "%s/plots", folder);
    if (scenes_find(summaries, crossovers, laws, host, &scenes, &count, error) != 0)
        return -1;
    int result = gallery_open(&gallery);
    for (size_t i = 0; result == 0 && i < count; i++)
        result = draw_scene(&scenes[i], &picture);
    gallery_close(&gallery);
    free(scenes);
    *drawn = gallery.drawn;
    return result;
}
