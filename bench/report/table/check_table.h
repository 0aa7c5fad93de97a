#ifndef BREAKEVEN_REPORT_TABLE_CHECK_TABLE_H
#define BREAKEVEN_REPORT_TABLE_CHECK_TABLE_H

#include "bench/analyse/threshold/check.h"

#include <stdio.h>

/* Prints what became of each threshold, and what its old value costs now; those that drifted last,
 * since the end is what is seen of a long output, and then how many there are of each kind. Texts
 * of rows must be printable. */
void check_print(FILE *file, const struct checks *checks);

#endif
