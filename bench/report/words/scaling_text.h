#ifndef BREAKEVEN_REPORT_WORDS_SCALING_TEXT_H
#define BREAKEVEN_REPORT_WORDS_SCALING_TEXT_H

#include "bench/report/panel/panel.h"

#include <stdio.h>

/* The row of a line's curve by which the whole of it is told: that with the most workers that have
 * cores; where none above 1 has, the smallest above 1. NULL where the panel has none. */
const struct scaling *scaling_of_line(const struct panel *panel, const struct line *line);

/* The line's row with so many workers, or NULL. */
const struct scaling *scaling_with(const struct panel *panel, const struct line *line,
                                   uint64_t workers);

/* The line's row in batches that grow with the workers, where the panel holds the largest of them:
 * with so many workers (0: with the most that have cores), or NULL. */
const struct scaling *scaling_of_growing(const struct panel *panel, const struct line *line,
                                         uint64_t workers);

/* True where the panel's batches, whichever it holds, grow with the workers. */
bool scaling_grows(const struct panel *panel);

/* The next number of workers of such batches above `last`; UINT64_MAX where there is none. */
uint64_t scaling_next_growing(const struct panel *panel, uint64_t last);

/* "threadpool: 13.1 times as fast with 16 workers, as if 1.5 % ... were serial ...": the curve in
 * one paragraph, without its end of line. */
void scaling_write(FILE *file, const struct lines *lines, const struct scaling *row);

/* The same without what is said of a law. */
void scaling_write_but_law(FILE *file, const struct lines *lines, const struct scaling *row);

/* Why no law is fitted to any line, where that is the same for all; else NULL. */
const char *scaling_common_refusal(const struct panel *panel, const struct lines *lines);

/* The same of batches that grow with the workers. */
void scaling_write_growing(FILE *file, const struct lines *lines, const struct scaling *row);

/* A share in percent, without the sign: two digits, or all before the point; "-" for NaN. */
void scaling_percent(char *text, size_t bytes, double share);

/* A cause in words: "a lock: workers sleep for each other". */
const char *scaling_cause_text(const char *cause);

#endif
