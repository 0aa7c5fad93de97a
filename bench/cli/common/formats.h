#ifndef BREAKEVEN_CLI_FORMATS_H
#define BREAKEVEN_CLI_FORMATS_H

#include "bench/cli/cli.h"
#include "bench/report/picture/gnuplot.h"

/* Reads what --formats says: "svg,pdf". */
int formats_parse(const char *text, struct picture_formats *formats, struct error *error);

/* Offers its values to completion. */
void formats_offer(const char *name, const struct offer *offer);

#endif
