#ifndef BREAKEVEN_REPORT_GNUPLOT_H
#define BREAKEVEN_REPORT_GNUPLOT_H

#include "bench/analyse/crossover.h"
#include "bench/analyse/law.h"
#include "bench/analyse/speedup.h"
#include "bench/host.h"

/* Draws all pictures of a run into folder/plots/, made if need be: SVG and PNG, each beside the
 * script and the data that it came from. Fails where a file cannot be written or gnuplot is missing
 * or fails; *drawn tells how many pictures there are then. */
int gnuplot_draw(const char *folder, const struct summaries *summaries,
                 const struct crossovers *crossovers, const struct laws *laws,
                 const struct host *host, size_t *drawn, struct error *error);

#endif
