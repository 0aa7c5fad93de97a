/* How a line stands against serial, with the number of workers that is best for it. */
#ifndef BREAKEVEN_REPORT_WORDS_STANDING_H
#define BREAKEVEN_REPORT_WORDS_STANDING_H

#include "bench/report/panel/panel.h"

/* The worker count with which the line pays earliest; 0 where it pays with none. */
uint64_t standing_workers(const struct panel *panel, const struct line *line,
                          const char *temperature);

/* Of a line that is nowhere ahead to the end, the first crossover of those that say most: that it
 * is ahead between two sizes comes first, then that nothing can be told, then that it is even. NULL
 * where it has none. */
const struct crossover *standing_most_telling(const struct panel *panel, const struct line *line,
                                              const char *temperature);

/* The best speedup of the line with any worker count, at the temperature that the panel looks at
 * first (panel_view); NULL where nothing was measured. */
const struct summary *standing_best(const struct panel *panel, const struct line *line);

struct standing {
    const struct line *line;
    /* The earliest crossover of those that pay; where none does, the most telling one; NULL where
     * there is none. */
    const struct crossover *warm, *cold;
    const struct summary *best;
};

/* Those of a panel, the earliest that pays at that temperature first; those that pay nowhere come
 * last. */
struct standings {
    struct standing *rows;
    size_t count;
};

/* Of all lines but serial's that the smallest caller of the panel has. Rows point at lines. The
 * caller frees rows. */
int standings_find(const struct panel *panel, const struct lines *lines, struct standings *out,
                   struct error *error);

/* The sizes, or numbers of jobs, between which a crossover that pays begins to, and the serial time
 * of one job, or the number, from which it does, as is told: what is sorted by. Infinite where it
 * does not pay. */
struct standing_place {
    double low, high, told;
};
struct standing_place standing_place_of(const struct panel *panel,
                                        const struct crossover *crossover);

#endif
