#ifndef BREAKEVEN_REPORT_TABLE_FOLDED_H
#define BREAKEVEN_REPORT_TABLE_FOLDED_H

#include <stdbool.h>
#include <stdio.h>

/* How long a line of a table or a sentence is. */
enum { FOLDED_COLUMNS = 80 };

/* What is written to stream comes out folded to lines of FOLDED_COLUMNS. */
struct folded {
    FILE *stream;
    char *text;
    size_t bytes;
};

/* False where memory is exhausted; then nothing is to be ended. */
bool folded_begin(struct folded *folded);

/* Prints what was written, if anything was: the first line behind `first`, others behind `rest`. */
void folded_end(struct folded *folded, FILE *file, const char *first, const char *rest);

#endif
