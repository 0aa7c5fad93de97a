#ifndef BREAKEVEN_REPORT_WORDS_PAYOFF_H
#define BREAKEVEN_REPORT_WORDS_PAYOFF_H

#include "bench/report/panel/panel.h"

/* A crossover in ns of serial time of one job, or along jobs in their number; NaN where there is
 * none. One that is open below stands at its upper end, and so does one that is ahead between two
 * places, as its end is where it surely still is. */
struct payoff_place {
    double at, low, high;
    double until, until_high; /* up to which it pays: surely, and perhaps */
};

/* From which jobs one line pays, with the panel's full workers. */
struct payoff {
    const struct line *line;
    const struct crossover *warm, *cold; /* NULL: not known */
    struct payoff_place warm_place, cold_place;
    double least, most; /* between which its runtime was measured */
};

/* Those of a panel, the earliest first (along jobs, that starts cold), then those of which nothing
 * is told; and the serial times of the smallest and the largest job, or the numbers of jobs,
 * between which their places lie; of a joint panel those of all its runtimes. */
struct payoffs {
    struct payoff *rows;
    size_t count;
    double least, most; /* NaN where serial was not measured */
};

/* Rows point at lines. The caller frees payoffs->rows. */
int payoffs_find(const struct panel *panel, const struct lines *lines, struct payoffs *payoffs,
                 struct error *error);

/* "from 87.0 ns; cold from 512 us", "never; cold never"; along jobs "from 14 jobs; kept open from 2
 * jobs". */
void payoff_describe(const struct panel *panel, const struct payoff *payoff, char *text,
                     size_t bytes);

#endif
