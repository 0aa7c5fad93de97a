#ifndef BREAKEVEN_REPORT_TABLE_CALIBRATION_TABLE_H
#define BREAKEVEN_REPORT_TABLE_CALIBRATION_TABLE_H

#include "bench/analyse/model/model.h"

#include <stdio.h>

/* Prints a row for each strategy, with the number of workers with which it pays soonest: what its
 * start, a batch and a job cost, and from which jobs it pays by the model. python: the interpreter
 * whose strategies these are; NULL: none. */
void calibration_print(FILE *file, const char *python, const struct model *model);

#endif
