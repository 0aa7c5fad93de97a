/* From which jobs each strategy pays, as bars that begin at the crossovers. */
#include "bench/report/drawing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A crossover in ns of serial time of one job; NaN where there is none. */
struct place {
    double ns, low_ns, high_ns;
};

/* A strategy's row. */
struct row {
    const struct line *line;
    const struct crossover *warm, *cold; /* NULL: not known */
    struct place warm_place, cold_place;
};

/* The ends of the interval are sizes, whose serial times are taken to be in proportion. What pays at
 * every size begins at the left edge. */
static struct place place_of(const struct crossover *crossover, double least_ns)
{
    struct place place = {NAN, NAN, NAN};
    if (crossover == NULL)
        return place;
    if (text_equal(crossover->verdict, "always"))
        return (struct place){least_ns, least_ns, least_ns};
    if (!text_equal(crossover->verdict, "at") || !(crossover->size > 0))
        return place;
    double ns_per_size = crossover->job_ns / crossover->size;
    place.ns = crossover->job_ns;
    place.low_ns = isfinite(crossover->size_low) ? ns_per_size * crossover->size_low : least_ns;
    place.high_ns = ns_per_size * crossover->size_high;
    return place;
}

/* "from 87.0 ns", "throughout", "never", "cannot be told". */
static void describe(const struct crossover *crossover, char *text, size_t bytes)
{
    char job[32];
    if (crossover == NULL || text_equal(crossover->verdict, "noisy")) {
        snprintf(text, bytes, "cannot be told");
    } else if (text_equal(crossover->verdict, "at")) {
        text_duration(job, sizeof job, crossover->job_ns);
        snprintf(text, bytes, "from %s", job);
    } else {
        snprintf(text, bytes, "%s",
                 text_equal(crossover->verdict, "never") ? "never" : "throughout");
    }
}

/* Those that pay first by their crossover, then those of which nothing is told. */
static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    double left = isnan(x->warm_place.ns) ? INFINITY : x->warm_place.ns;
    double right = isnan(y->warm_place.ns) ? INFINITY : y->warm_place.ns;
    return left != right ? (left > right) - (left < right) : (x->line > y->line) - (x->line < y->line);
}

static size_t find_rows(const struct drawing *drawing, double least_ns, struct row rows[])
{
    const struct scene *scene = drawing->scene;
    size_t count = 0;
    for (size_t i = 0; i < drawing->lines->count; i++) {
        const struct line *line = &drawing->lines->lines[i];
        struct row row = {
            .line = line,
            .warm = scene_crossover(scene, line, scene->full_workers, "warm"),
            .cold = scene_crossover(scene, line, scene->full_workers, "cold"),
        };
        if (row.warm == NULL && row.cold == NULL)
            continue;
        row.warm_place = place_of(row.warm, least_ns);
        row.cold_place = place_of(row.cold, least_ns);
        rows[count++] = row;
    }
    if (count > 0)
        qsort(rows, count, sizeof *rows, compare_rows);
    return count;
}

static void write_place(FILE *file, struct place place)
{
    picture_number(file, place.ns);
    picture_number(file, place.low_ns);
    picture_number(file, place.high_ns);
}

/* Writes the rows; the length of the longest text to their right. */
static size_t write_rows(struct drawing *drawing, const struct row rows[], size_t count)
{
    FILE *file = drawing->picture->data;
    size_t longest = 0;
    for (size_t i = 0; i < count; i++) {
        char label[LABEL_BYTES], warm[48], cold[48], text[128];
        line_label(drawing->lines, rows[i].line, label, sizeof label);
        legend_add(drawing->legend, rows[i].line, label);
        describe(rows[i].warm, warm, sizeof warm);
        describe(rows[i].cold, cold, sizeof cold);
        snprintf(text, sizeof text, "%s; cold %s", warm, cold);
        longest = strlen(text) > longest ? strlen(text) : longest;
        fprintf(file, "%zu", i + 1);
        write_place(file, rows[i].warm_place);
        write_place(file, rows[i].cold_place);
        fprintf(file, "\t%s\t%s\n", picture_strategy(rows[i].line->key.strategy), text);
    }
    return longest;
}

static size_t longest_caption(const struct legend *legend)
{
    size_t longest = 0;
    for (size_t i = 0; i < legend->count; i++) {
        size_t length = strlen(legend->entries[i].caption);
        longest = length > longest ? length : longest;
    }
    return longest;
}

/* The serial time of one job of that size; NaN where it was not measured. */
static double job_ns(const struct drawing *drawing, uint64_t size)
{
    const struct line *serial = &drawing->lines->lines[0]; /* first in the table */
    const struct summary *row = scene_row(drawing->scene, serial, 1, size, "warm");
    return row != NULL ? row->median_ns / (double)drawing->scene->jobs : (double)NAN;
}

static int write_picture(struct drawing *drawing, const struct row rows[], size_t count,
                         double least_ns, double most_ns)
{
    const struct scene *scene = drawing->scene;
    FILE *file;
    char heading[256];
    drawing->picture->script = "crossover";
    snprintf(heading, sizeof heading,
             "%.40s: from which jobs does it pay? (%llu jobs, %llu workers on %u CPUs)", scene->work,
             (unsigned long long)scene->jobs, (unsigned long long)scene->full_workers,
             scene->host->cpus_usable);
    if (picture_begin(drawing->picture, scene, "crossover", heading) != 0)
        return -1;
    file = drawing->picture->commands;
    fprintf(file, "least = %.6g\nmost = %.6g\nrows = %zu\ntext_max = %zu\n", least_ns, most_ns, count,
            write_rows(drawing, rows, count));
    legend_write(drawing->picture, drawing->legend);
    fprintf(file, "label_max = %zu\n", longest_caption(drawing->legend));
    return picture_end(drawing->picture);
}

int draw_crossovers(struct drawing *drawing)
{
    double least_ns = job_ns(drawing, drawing->scene->least_size);
    double most_ns = job_ns(drawing, drawing->scene->most_size);
    struct row *rows = calloc(drawing->lines->count + 1, sizeof *rows);
    int result = 0;
    if (rows == NULL)
        return fail(drawing->picture->error, EXIT_REFUSED, "report: out of memory");
    size_t count = find_rows(drawing, least_ns, rows);
    if (count > 0 && least_ns > 0 && most_ns > least_ns)
        result = write_picture(drawing, rows, count, least_ns, most_ns);
    free(rows);
    return result;
}
