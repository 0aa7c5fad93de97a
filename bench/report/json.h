#ifndef BREAKEVEN_REPORT_JSON_H
#define BREAKEVEN_REPORT_JSON_H

#include "bench/analyse/crossover/crossover.h"
#include "bench/analyse/crossover/law.h"
#include "bench/analyse/speedup.h"

#include <stdio.h>

/* Writes {"folder", "crossovers": [...], "laws": [...], "cells": [...]}: each row an object with
 * the columns of its file; what is not known is left out. */
int json_print(FILE *file, const char *folder, const struct summaries *summaries,
               const struct crossovers *crossovers, const struct laws *laws, struct error *error);

#endif
