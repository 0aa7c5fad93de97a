#ifndef BREAKEVEN_REPORT_TABLE_ANSWER_H
#define BREAKEVEN_REPORT_TABLE_ANSWER_H

#include "bench/report/panel/panel.h"
#include "bench/report/table/folded.h"

#include <stdio.h>

/* What the answer and the lines behind it may have in all, and how long a line is. */
enum { ANSWER_MOST_LINES = 25, ANSWER_COLUMNS = FOLDED_COLUMNS };

/* Prints what a person wants to know of a run, in at most ANSWER_MOST_LINES - 3 lines: from which
 * jobs which strategies pay, kept open and started cold, how much they gain, and what may spoil
 * these numbers. Where there is room for a line a strategy, each has one; else each work has the
 * strategies that pay earliest. */
int answer_print(FILE *file, const struct panels *panels, struct error *error);

/* Prints, in two lines, where the full tables, the page and the pictures are. spent: what stands
 * before it, as "120 visits in 10 s"; or "". */
void answer_print_places(FILE *file, const char *spent, const char *folder, size_t pictures);

#endif
