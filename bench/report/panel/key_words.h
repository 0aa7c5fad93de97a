#ifndef BREAKEVEN_REPORT_PANEL_KEY_WORDS_H
#define BREAKEVEN_REPORT_PANEL_KEY_WORDS_H

#include "bench/data/key.h"

#include <stdio.h>

/* What tells cells apart, in words for people: those of DIMENSIONS. */

/* The dimensions in which the two differ. */
dimension_set key_differences(const struct key *a, const struct key *b);

/* "forkpool", "forkpool dynamic,4", "fork +64 MiB 4k": the strategy and what tells its lines apart.
 * varying: the dimensions in which they differ. Those left out are never shown. */
void key_label(const struct key *key, dimension_set varying, dimension_set left_out, char *text,
               size_t bytes);

/* ", dynamic,4, 1Ki/1Ki B by pipe, 64 MiB of 4k pages, A=1": what is unusual about a cell. */
void key_write_title(FILE *file, const struct key *key);

#endif
