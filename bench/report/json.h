#ifndef BREAKEVEN_REPORT_JSON_H
#define BREAKEVEN_REPORT_JSON_H

#include "bench/findings/findings.h"

#include <stdio.h>

/* Writes {"folder", "crossovers": [...], "laws": [...], "cells": [...]}: each row an object with
 * the columns of its file; what is not known is left out. */
int json_print(FILE *file, const char *folder, const struct findings *found, struct error *error);

/* Writes {"folder", "floors": [...]} of a folder of floors. */
int json_print_floors(FILE *file, const char *folder, const struct findings *found,
                      struct error *error);

#endif
