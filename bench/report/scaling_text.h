#ifndef BREAKEVEN_REPORT_SCALING_TEXT_H
#define BREAKEVEN_REPORT_SCALING_TEXT_H

#include "bench/report/scene.h"

#include <stdio.h>

/* The row of a line's curve by which the whole of it is told: that with the most workers that have
 * cores; where none above 1 has, the smallest above 1. NULL where the scene has none. */
const struct scaling *scaling_of_line(const struct scene *scene, const struct line *line);

/* The line's row with so many workers, or NULL. */
const struct scaling *scaling_with(const struct scene *scene, const struct line *line,
                                   uint64_t workers);

/* "threadpool: 13.1 times as fast with 16 workers, as if 1.5 % ... were serial ...": the curve in
 * one paragraph, without its end of line. */
void scaling_write(FILE *file, const struct lines *lines, const struct scaling *row);

/* A cause in words: "a lock: workers sleep for each other". */
const char *scaling_cause_text(const char *cause);

#endif
