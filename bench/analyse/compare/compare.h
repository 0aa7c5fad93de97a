#ifndef BREAKEVEN_ANALYSE_COMPARE_COMPARE_H
#define BREAKEVEN_ANALYSE_COMPARE_COMPARE_H

#include "bench/analyse/compare/comparison.h"
#include "bench/analyse/crossover/crossover.h"
#include "bench/analyse/speedup.h"
#include "bench/analyse/visits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a change must reach where nobody says otherwise: two builds that were measured in the same
 * rounds, and two runs of different days. */
#define COMPARE_BUILDS_THRESHOLD 0.05
#define COMPARE_RUNS_THRESHOLD 0.25

/* Chance may call a comparison changed that is not in so many cases, whatever its size. */
#define COMPARE_ALARMS 0.05

/* A shorter start is cache misses, of which it depends on where in memory a program lies how many
 * there are: two copies of one program differed by 200 ns for as long as both stayed there. */
#define COMPARE_LEAST_START_NS 1e4

/* A threshold of 0.05 is reached by a factor of 1.05 and by one of 1 / 1.05, so that a verdict does
 * not depend on which of two is divided by which. */

/* Compares two builds that were visited in the same rounds: visits whose key has the build "base"
 * or "new"; others are passed over, and those that were disturbed. Each cell at each temperature
 * has a row for its time and, but for serial, one for its speedup over the serial of the same
 * build. A change is the median of the log ratios within the rounds, with the sign test's interval.
 *
 * A row is suspected where the sign test, corrected for all rows, rejects that nothing changed, and
 * where its interval leaves out 0 and reaches the threshold. It is a regression or an improvement
 * where fresh rounds say so by the same rule, corrected for the suspected rows; fresh_change is
 * then its size, since what was picked for being large is too large. Without fresh rounds (NULL),
 * and where they do not tell, it is noisy. Rows that are not suspected, or not confirmed, are the
 * same where the interval stays within the threshold, else noisy.
 *
 * A speedup that changed with its serial's own time has no row: it compares with something else
 * than before, and the times tell. Nor has a start that is over in less than
 * COMPARE_LEAST_START_NS in both builds, or a speedup over one.
 *
 * A cell that went wrong or is missing in a build has one row a temperature instead, for its time.
 * It has crashed where it went wrong in the new build alone; what was refused or timed out, in the
 * first and in fresh rounds.
 *
 * Rows point at the texts of first. The caller frees rows; nothing else belongs to them. */
int compare_builds(const struct visits *first, const struct visits *fresh, double threshold,
                   struct comparisons *out, struct error *error);

/* The cells of the rows that are suspected or crashed by the first rounds alone, each once, in the
 * order of key_compare: what fresh rounds must visit with both builds, each with its serial. Their
 * build is
 * "". They point at the texts of first; the caller frees *keys, which is never NULL. */
int compare_candidates(const struct visits *first, double threshold, struct key **keys,
                       size_t *count, struct error *error);

/* The least number of rounds in which compare_builds can tell anything of so many rows. */
size_t compare_least_rounds(size_t rows);

/* What two quantities of different days tell, by their intervals. */
struct compare_change {
    bool differs;        /* by more than the threshold, and the intervals are apart */
    bool same;           /* by less, and the intervals are narrower than the threshold */
    bool overlap;        /* neither: it would differ, but for the intervals */
    double half, wanted; /* how wide both are now, as a logarithm, and how wide they might be */
};

/* Compares two quantities above 0, each its value and the ends of its interval; the low one is 0
 * where it is open below. */
struct compare_change compare_intervals(const double base[3], const double new[3],
                                        double threshold);

/* What is known of a run on its own. */
struct compared_run {
    struct summaries summaries;
    struct crossovers crossovers;
};

/* Compares two runs of different days by what depends little on the day: the speedup of each cell
 * but serial's; its overhead in round trips of a cache line, where it is at least one of them and
 * half of the time; and for each curve, from which job size on it pays, in round trips. Nothing is
 * paired: a row is a regression or an improvement where the medians differ by more than the
 * threshold and the intervals are apart; the same where they differ by less and the intervals are
 * narrower than the threshold; else noisy. change_low and change_high are of the intervals' far
 * ends, rounds is the smaller number of both, p is not known. A curve that paid and never pays now
 * is a regression. Rows of builds (key.build) are passed over, and sizes of a curve that one run
 * alone has: steering chooses them. The order of the rows given does not matter. Rows point at
 * their strings; the caller frees rows. */
int compare_runs(const struct compared_run *base, const struct compared_run *new, double threshold,
                 struct comparisons *out, struct error *error);

/* How far a comparison could see. */
struct resolution {
    size_t compared; /* rows that both have, and that did not go wrong */
    size_t noisy;    /* those that are noisy, and whose more_rounds is known */
    uint64_t rounds; /* the median over the noisy ones */
    uint64_t needed; /* rounds with which half of the noisy ones could be told */
};
struct resolution compare_resolution(const struct comparisons *comparisons);

#endif
