/* A trace as a Gantt plot: a panel for each strategy, a row for each worker, one axis of time. */
#include "bench/base/text.h"
#include "bench/report/picture/picture.h"
#include "bench/report/timeline/timeline.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    PIXELS = 900,           /* that the axis of time is wide: shorter jobs are merged */
    LEAST_PIXELS = 250,     /* and as coarse at most, where there are many rows */
    MOST_STRETCHES = 60000, /* in a picture: more, and nothing opens it */
    MOST_NAME = 32          /* characters of what is said of a worker */
};

/* The share of the axis of time from which on a job has an edge. */
#define EDGED 0.005

struct timeline_drawing {
    const struct timelines *timelines;
    struct picture *picture;
    double ns_per_unit; /* of the axis of time */
    const char *unit;
    double whole_ns; /* the longest timeline */
    double grain_ns;
    uint64_t rows; /* of all panels */
    int blocks;    /* of data so far */
};

/* The block of data that holds a panel's rows of a kind: -1 where there is none. */
struct blocks {
    int *merged, *jobs, *endless;
};

static void find_scale(struct timeline_drawing *drawing)
{
    const struct timelines *timelines = drawing->timelines;
    uint64_t rows = 0;
    double whole_ns = 1;
    for (size_t i = 0; i < timelines->count; i++) {
        rows += timelines->timelines[i].workers;
        whole_ns = fmax(whole_ns, (double)timelines->timelines[i].closed_ns);
    }
    double pixels = fmax(LEAST_PIXELS, fmin(PIXELS, MOST_STRETCHES / (double)rows));
    drawing->rows = rows;
    drawing->whole_ns = whole_ns;
    drawing->grain_ns = fmax(1, whole_ns / pixels);
    drawing->unit = whole_ns >= 2e9 ? "s" : whole_ns >= 2e6 ? "ms" : whole_ns >= 2e3 ? "us" : "ns";
    drawing->ns_per_unit = whole_ns >= 2e9   ? 1e9
                           : whole_ns >= 2e6 ? 1e6
                           : whole_ns >= 2e3 ? 1e3
                                             : 1;
}

/* ------------------------------------------------------------------------------- data */

static void write_span(const struct timeline_drawing *drawing, double start_ns, double end_ns)
{
    fprintf(drawing->picture->data, "%.9g\t%.9g", start_ns / drawing->ns_per_unit,
            end_ns / drawing->ns_per_unit);
}

/* A job's number stands in it where it has room. */
static void write_stretch(const struct timeline_drawing *drawing, const struct stretch *stretch)
{
    char number[24] = "";
    double width = (stretch->end_ns - stretch->start_ns) / drawing->whole_ns;
    if (stretch->single)
        snprintf(number, sizeof number, "%.0f", stretch->index);
    if (width < 0.007 + 0.009 * (double)strlen(number))
        number[0] = '\0';
    write_span(drawing, stretch->start_ns, stretch->end_ns);
    fprintf(drawing->picture->data, "\t%u\t%.4g\t%.9g\t%s\n", stretch->worker, stretch->busy,
            stretch->index, number);
}

/* A job that is wide enough to have an edge. */
static bool has_edge(const struct timeline_drawing *drawing, const struct stretch *stretch)
{
    return stretch->single && stretch->end_ns - stretch->start_ns > EDGED * drawing->whole_ns;
}

static int write_stretches(struct timeline_drawing *drawing, const struct stretches *all,
                           bool edged)
{
    size_t points = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (has_edge(drawing, &all->stretches[i]) != edged)
            continue;
        write_stretch(drawing, &all->stretches[i]);
        points++;
    }
    return picture_end_block(drawing->picture, points) ? drawing->blocks++ : -1;
}

/* Jobs that began on a worker and did not end. */
static int write_endless(struct timeline_drawing *drawing, const struct timeline *timeline)
{
    size_t points = 0;
    for (uint64_t i = 0; i < timeline->count; i++) {
        const struct ran_job *job = &timeline->jobs[i];
        if (ran_whole(job) || job->worker == TIMELINE_NO_WORKER ||
            job->start_ns == TIMELINE_NO_TIME)
            continue;
        write_span(drawing, (double)job->start_ns, (double)job->start_ns);
        fprintf(drawing->picture->data, "\t%u\n", job->worker);
        points++;
    }
    return picture_end_block(drawing->picture, points) ? drawing->blocks++ : -1;
}

static int write_data(struct timeline_drawing *drawing, const struct blocks *blocks)
{
    for (size_t i = 0; i < drawing->timelines->count; i++) {
        const struct timeline *timeline = &drawing->timelines->timelines[i];
        struct stretches all;
        if (timeline_stretches(timeline, drawing->grain_ns, &all, drawing->picture->error) != 0)
            return -1;
        blocks->merged[i] = write_stretches(drawing, &all, false);
        blocks->jobs[i] = write_stretches(drawing, &all, true);
        blocks->endless[i] = write_endless(drawing, timeline);
        free(all.stretches);
    }
    if (drawing->blocks == 0) /* no job at all: gnuplot wants a file that is not empty */
        fputs("# no job has run\n", drawing->picture->data);
    return 0;
}

/* ------------------------------------------------------------------------------- settings */

/* "forkpool: 6.34 ms, 1.87 times as fast as serial" without the name. */
static void describe_panel(const struct timelines *timelines, size_t index, char *text,
                           size_t bytes)
{
    const struct timeline *timeline = &timelines->timelines[index];
    const struct timeline *serial = timeline_serial(timelines->timelines, timelines->count);
    double speedup = timeline_speedup(timeline, serial);
    char total[32];
    text_duration(total, sizeof total, (double)timeline->closed_ns);
    if (isfinite(speedup) && timeline != serial)
        snprintf(text, bytes, "%s, %.2f times as fast as serial", total, speedup);
    else
        snprintf(text, bytes, "%s", total);
}

static void write_array(FILE *file, const char *name, const int *values, size_t count)
{
    fprintf(file, "array %s[%zu] = [", name, count);
    for (size_t i = 0; i < count; i++)
        fprintf(file, "%s%d", i > 0 ? ", " : "", values[i]);
    fputs("]\n", file);
}

static void write_time(const struct timeline_drawing *drawing, const char *name, size_t index,
                       uint64_t ns)
{
    fprintf(drawing->picture->commands, "%s[%zu] = %.9g\n", name, index + 1,
            (double)ns / drawing->ns_per_unit);
}

static void write_panel(const struct timeline_drawing *drawing, size_t index)
{
    const struct timeline *timeline = &drawing->timelines->timelines[index];
    FILE *file = drawing->picture->commands;
    char caption[LABEL_BYTES];
    describe_panel(drawing->timelines, index, caption, sizeof caption);
    fprintf(file, "strategies[%zu] = ", index + 1);
    text_gnuplot_quoted(file, picture_strategy(timeline->strategy));
    fprintf(file, "\ncaptions[%zu] = ", index + 1);
    text_gnuplot_quoted(file, caption);
    fprintf(file, "\nworkers[%zu] = %u\n", index + 1, timeline->workers);
    write_time(drawing, "map_begins", index, timeline->map_ns);
    write_time(drawing, "last_ends", index, timeline_last_end_ns(timeline));
    write_time(drawing, "map_ends", index, timeline->mapped_ns);
    write_time(drawing, "closed", index, timeline->closed_ns);
}

static bool has_names(const struct timelines *timelines)
{
    for (size_t i = 0; i < timelines->count; i++)
        if (timelines->timelines[i].who != NULL)
            return true;
    return false;
}

/* The name of each row, from the first panel's on, and the longest of them; '' where its number has
 * to do. Nothing where no row has one. Of long names the beginning has to do. */
static void write_names(const struct timeline_drawing *drawing)
{
    const struct timelines *timelines = drawing->timelines;
    FILE *file = drawing->picture->commands;
    size_t longest = 0, row = 0;
    if (!has_names(timelines))
        return;
    fprintf(file, "array lanes[%llu]\n", (unsigned long long)drawing->rows);
    for (size_t i = 0; i < timelines->count; i++)
        for (uint32_t k = 0; k < timelines->timelines[i].workers; k++) {
            char name[MOST_NAME + 1];
            snprintf(name, sizeof name, "%.*s", MOST_NAME,
                     timeline_who(&timelines->timelines[i], k));
            longest = strlen(name) > longest ? strlen(name) : longest;
            fprintf(file, "lanes[%zu] = ", ++row);
            text_gnuplot_quoted(file, name);
            fputc('\n', file);
        }
    fprintf(file, "longest_lane = %zu\n", longest);
}

static void write_settings(const struct timeline_drawing *drawing, const struct blocks *blocks)
{
    const struct timelines *timelines = drawing->timelines;
    FILE *file = drawing->picture->commands;
    size_t count = timelines->count;
    fprintf(file, "panels = %zu\ncold = %d\nwhole = %.9g\ntop_job = %llu\n", count,
            timelines->timelines[0].cold, drawing->whole_ns / drawing->ns_per_unit,
            (unsigned long long)(timelines->timelines[0].count - 1));
    picture_setting(file, "unit", drawing->unit);
    fprintf(file,
            "array strategies[%zu]\narray captions[%zu]\narray workers[%zu]\n"
            "array map_begins[%zu]\narray last_ends[%zu]\narray map_ends[%zu]\narray closed[%zu]\n",
            count, count, count, count, count, count, count);
    for (size_t i = 0; i < count; i++)
        write_panel(drawing, i);
    write_array(file, "jobs", blocks->jobs, count);
    write_array(file, "merged", blocks->merged, count);
    write_array(file, "endless", blocks->endless, count);
    write_names(drawing);
}

static void describe_batch(const struct timelines *timelines, char *text, size_t bytes)
{
    const struct timeline *first = &timelines->timelines[0];
    char size[32];
    text_size(size, sizeof size, (double)first->size);
    snprintf(text, bytes, "%llu job%s of %s of size %s, %s", (unsigned long long)first->count,
             first->count == 1 ? "" : "s", first->work, size,
             first->cold ? "with start and end of each strategy" : "on open strategies");
}

static void describe_host(const struct host *host, uint64_t takes, char *text, size_t bytes)
{
    char shown[80] = "one batch of each";
    if (takes > 1)
        snprintf(shown, sizeof shown, "of each the fastest of %llu batches",
                 (unsigned long long)takes);
    snprintf(text, bytes, "%s%s%u CPU%s, %s%s%s, %s; %s", host->model, *host->model ? ", " : "",
             host->cpus_usable, host->cpus_usable == 1 ? "" : "s", host->kernel,
             *host->hypervisor ? " on " : "", host->hypervisor, host->started, shown);
}

/* ------------------------------------------------------------------------------- drawing */

static int draw(struct timeline_drawing *drawing, const struct host *host,
                const struct blocks *blocks)
{
    char heading[200], footer[700];
    describe_batch(drawing->timelines, heading, sizeof heading);
    describe_host(host, drawing->timelines->takes, footer, sizeof footer);
    if (picture_begin_as(drawing->picture, "timeline", heading, footer, host->cpus_usable) != 0)
        return -1;
    find_scale(drawing);
    if (write_data(drawing, blocks) != 0) {
        picture_drop(drawing->picture);
        return -1;
    }
    write_settings(drawing, blocks);
    return picture_end(drawing->picture);
}

static int draw_in(struct gallery *gallery, const struct timelines *timelines,
                   const struct host *host)
{
    struct picture picture = {.gallery = gallery, .script = "timeline", .error = gallery->error};
    struct timeline_drawing drawing = {.timelines = timelines, .picture = &picture};
    int *memory = calloc(3 * timelines->count, sizeof *memory);
    struct blocks blocks = {memory, memory + timelines->count, memory + 2 * timelines->count};
    int result = memory != NULL ? draw(&drawing, host, &blocks)
                                : fail(gallery->error, ERROR_REFUSED, "trace: out of memory");
    free(memory);
    return result;
}

int timelines_draw(const char *folder, const struct timelines *timelines, const struct host *host,
                   const struct picture_formats *formats, const volatile sig_atomic_t *interrupted,
                   bool *drawn, struct error *tool, struct error *error)
{
    char path[PATH_MAX];
    struct gallery gallery = {
        .formats = formats, .path = path, .interrupted = interrupted, .tool = tool, .error = error};
    snprintf(path, sizeof path, "%s/plots", folder);
    int result = gallery_open(&gallery);
    if (result == 0 && timelines->count > 0 && timelines->timelines[0].count > 0)
        result = draw_in(&gallery, timelines, host);
    gallery_close(&gallery);
    *drawn = gallery.drawn > 0;
    return result;
}
