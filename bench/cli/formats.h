#ifndef BREAKEVEN_CLI_FORMATS_H
#define BREAKEVEN_CLI_FORMATS_H

#include "bench/base/error.h"
#include "bench/report/gnuplot.h"

/* Reads what --formats says: "svg,pdf". */
int formats_parse(const char *text, struct picture_formats *formats, struct error *error);

#endif
