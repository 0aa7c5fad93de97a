#ifndef BREAKEVEN_REPORT_TABLE_FLOORS_TABLE_H
#define BREAKEVEN_REPORT_TABLE_FLOORS_TABLE_H

#include "bench/findings/findings.h"

#include <stdio.h>

/* Prints the floors of the machine, what each strategy takes as a multiple of its floor, and which
 * visits are left out or were made again. Texts of rows must be printable. */
void floors_print(FILE *file, const struct findings *found);

#endif
