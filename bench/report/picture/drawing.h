#ifndef BREAKEVEN_REPORT_PICTURE_DRAWING_H
#define BREAKEVEN_REPORT_PICTURE_DRAWING_H

#include "bench/report/picture/picture.h"

/* What the pictures of one panel are drawn from. */
struct drawing {
    const struct panel *panel;
    const struct lines *lines;
    struct picture *picture;
    struct legend *legend; /* has room for all lines */
    const char *temperature;
    struct shown_fits cost_fits;
    double least_ns, most_ns; /* of what is drawn so far */
    double top;               /* of the y axis: the highest median so far and some room */
};

/* One kind of picture: begins it, writes its data, ends it. Nothing is drawn where the panel has
 * nothing to show. */
typedef int draw_function(struct drawing *drawing);

/* crossovers.c: from which jobs each strategy pays */
draw_function draw_crossovers;

/* batch.c: how long a batch takes */
draw_function draw_batch;

/* curves.c: speedup against job size or the number of jobs, time against job size, speedup against
 * workers, also of batches that grow with them */
draw_function draw_speedup_size, draw_time_size, draw_speedup_workers, draw_scaled_speedup;

/* over_hosts.c: speedup against the number of hosts, where two were measured */
draw_function draw_speedup_hosts;

/* bars.c: what handing over costs */
draw_function draw_overhead, draw_handover;

/* caller_memory.c: overhead against the memory that the caller holds */
draw_function draw_caller_memory;

/* payloads.c: overhead against payload */
draw_function draw_payload;

/* recycling.c: overhead against the jobs that a worker runs until it is replaced */
draw_function draw_recycling;

/* True where workers of one strategy were replaced after two numbers of jobs at least, 0 among
 * them.
 */
bool drawing_has_recycling(const struct panel *panel, const struct lines *lines);

/* True where two payloads were measured at least. */
bool drawing_has_payloads(const struct panel *panel, const struct lines *lines);

/* "8 jobs, 2 workers on 2 CPUs, warm". */
void drawing_describe_cells(const struct drawing *drawing, char *text, size_t bytes);

/* Takes a point of a line into account, which is its last so far. */
void drawing_note(struct drawing *drawing, double x, double ns, struct end *end);

/* Writes a logarithmic y axis that holds all points, and the captions beside their lines. */
void drawing_write_log_axis(const struct drawing *drawing);

/* The overhead of one job at the smallest size; NaN where it is not known or below 0. */
double drawing_overhead_ns(const struct panel *panel, const struct line *line,
                           const char *temperature);

#endif
