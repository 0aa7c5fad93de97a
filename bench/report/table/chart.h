#ifndef BREAKEVEN_REPORT_TABLE_CHART_H
#define BREAKEVEN_REPORT_TABLE_CHART_H

#include "bench/report/panel/panel.h"

#include <stdbool.h>
#include <stdio.h>

/* What a terminal can show. */
struct terminal {
    unsigned columns;
    bool unicode;
    bool colour; /* no escape sequence of any kind is written where this is false */
    bool lines;  /* a line once written cannot be written over */
};

/* Prints, for each work, from which jobs each strategy pays: a row a strategy, whose bar begins at
 * the crossover, as wide as the terminal. */
int chart_print(FILE *file, const struct terminal *terminal, const struct panels *panels,
                struct error *error);

#endif
