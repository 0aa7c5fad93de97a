/* A crossover in words: one rule says when its interval belongs into them. */
#ifndef BREAKEVEN_REPORT_WORDS_VERDICT_H
#define BREAKEVEN_REPORT_WORDS_VERDICT_H

#include "bench/report/panel/panel.h"

/* An interval whose ends are further apart than this factor of the size is told in place of the
 * crossover: one number would promise too much. */
#define VERDICT_WIDE 2.0

/* The interval of a crossover whose verdict is "at", on its axis and as people are told: in serial
 * time of one job, along jobs in their number again. One that is open below reaches to the smallest
 * place. */
struct verdict_range {
    double low, high;
    double at_told, low_told, high_told;
    bool wide, censored; /* censored: open below */
};

struct verdict_range verdict_range_of(const struct panel *panel, const struct crossover *crossover);

/* A place of the crossover's axis as people are told. */
double verdict_told(const struct panel *panel, const struct crossover *crossover, double place);

/* What "at" or "always" is: "256 ns", "14 jobs"; "somewhere between 1.00 ns and 20.0 us" where that
 * is wide; "at most 20.0 us" where it is open below. */
void verdict_describe_job(const struct panel *panel, const struct crossover *crossover, char *text,
                          size_t bytes);

/* The whole verdict where room is short: "from 256 ns", "from 14 jobs", "from 1.00 ns..20.0 us",
 * "from at most 20.0 us", "throughout" ("at this size" where there is but one), "never", "even",
 * "only 1.00 us to 20.0 ms", "cannot be told" (NULL too). */
void verdict_describe_short(const struct panel *panel, const struct crossover *crossover,
                            char *text, size_t bytes);

/* The jobs between which one that is "between" is surely ahead: "between 1.00 us and 20.0 ms", "up
 * to 20.0 ms" where it is from the smallest on. */
void verdict_describe_between(const struct panel *panel, const struct crossover *crossover,
                              char *text, size_t bytes);

/* A place of the panel's axis, as it is given: "1k", "0.001". */
void verdict_describe_place(const struct panel *panel, double place, char *text, size_t bytes);

/* The same by sizes or numbers of jobs: "between 1k and 20k", "up to 20k", "near 1k only". */
void verdict_describe_between_places(const struct panel *panel, const struct crossover *crossover,
                                     char *text, size_t bytes);

#endif
