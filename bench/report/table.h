#ifndef BREAKEVEN_REPORT_TABLE_H
#define BREAKEVEN_REPORT_TABLE_H

#include "bench/analyse/compare.h"
#include "bench/analyse/disturbed.h"
#include "bench/report/scene.h"

#include <stdio.h>

/* Prints, for each work, a table of crossovers and best speedups by strategy and worker count, what
 * went wrong, one sentence per strategy and one per law; then, once, the warnings of the host. */
int table_print(FILE *file, const struct summaries *summaries, const struct crossovers *crossovers,
                const struct laws *laws, const struct host *host, struct error *error);

/* Prints how many visits were left out since the machine was disturbed; nothing where none was. */
void table_print_disturbances(FILE *file, const struct disturbances *found);

/* Prints what a comparison found: regressions first, then what crashed, improved, is noisy, missing
 * or new; the same is only counted. The last line is the verdict in words. Texts must be printable.
 */
void table_print_comparison(FILE *file, const struct comparisons *comparisons);

#endif
