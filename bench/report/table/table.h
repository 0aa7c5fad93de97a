#ifndef BREAKEVEN_REPORT_TABLE_TABLE_H
#define BREAKEVEN_REPORT_TABLE_TABLE_H

#include "bench/analyse/compare/compare.h"
#include "bench/report/panel/panel.h"

#include <stdio.h>

/* Prints, for each work, a table of crossovers and best speedups by strategy and worker count, what
 * went wrong, one sentence per strategy and one per cost fit; then, once, the warnings of the host.
 * Works along jobs come behind the others, and before the single batches that they tell of. */
int table_print(FILE *file, const struct panels *panels, struct error *error);

/* The words of the tables, for the page; none is indented or ends its line, texts are as they come.
 * "never", "even", "always (<= 10)", "31.6k +-8% (22.1 us)", "at most 31.6k (22.1 us)", "between 1k
 * and 100k"; "-" for NULL. */
void table_describe_verdict(const struct panel *panel, const struct crossover *crossover,
                            char *text, size_t bytes);

/* "fork beats serial from jobs of ..."; false where the line has no sentence. */
bool table_write_sentence(FILE *file, const struct panel *panel, const struct lines *lines,
                          const struct line *line);

/* The same along jobs: "started cold, forkpool pays from 14 jobs on with 2 workers, ...". */
bool table_write_jobs_sentence(FILE *file, const struct panel *panel, const struct lines *lines,
                               const struct line *line);

/* "fork, 1 worker: 316 us a job + 124 ns (...) for each 4 KiB page that the caller holds: ...". */
void table_write_cost_fit(FILE *file, const struct lines *lines, const struct cost_fit *fit);

/* "fork, 2 workers, size 100: crashed: ..."; false where nothing went wrong in the row, or where
 * the panel is another's. */
bool table_write_trouble(FILE *file, const struct panel *panel, const struct summary *row);

/* "8 jobs of size 10 to 10M (iterations), 2 CPUs": what the panel's cells have in common. */
void table_describe_panel(const struct panel *panel, char *text, size_t bytes);

/* The line's warm row at the largest size, where the caller takes its results one by one; else
 * NULL.
 */
const struct summary *table_first_result(const struct panel *panel, const struct line *line);

/* Prints when the caller has the first result, and when all, for each such line. */
void table_print_first_results(FILE *file, const struct panel *panel, const struct lines *lines);

/* Enough decimals for two digits of a speedup. */
int table_decimals(double speedup);

/* Writes which strategy is fastest at the smallest size at which any pays with the panel's full
 * workers, and which cannot be told from it; false where nothing can be said. */
bool table_write_ranking(FILE *file, const struct panel *panel, const struct lines *lines);

/* Writes the modes of the host and their shares, and which one the numbers are of, in sentences;
 * false where it has one mode. */
bool table_write_modes(FILE *file, const struct disturbances *found);

/* Prints the same, folded. */
void table_print_modes(FILE *file, const struct disturbances *found);

/* Prints the crossovers that surely are others in another mode. */
void table_print_mode_crossovers(FILE *file, const struct crossovers *crossovers,
                                 const struct disturbances *found);

/* Prints how many visits were left out since the machine was disturbed; nothing where none was. */
void table_print_disturbances(FILE *file, const struct disturbances *found);

/* Prints what a comparison found: what is new, missing or noisy first, then what improved, crashed
 * and is a regression, since the end is what is seen of a long output; the same is only counted.
 * The last line is the verdict in words. Texts must be printable. */
void table_print_comparison(FILE *file, const struct comparisons *comparisons);

#endif
