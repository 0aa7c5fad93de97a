#ifndef BREAKEVEN_ANALYSE_THRESHOLD_CHECK_H
#define BREAKEVEN_ANALYSE_THRESHOLD_CHECK_H

#include "bench/analyse/threshold/threshold.h"

/* What became of a threshold that was measured before. */
enum check_verdict {
    CHECK_HELD,
    CHECK_DRIFTED,
    CHECK_UNTOLD, /* the detail says why */
    CHECK_VERDICTS,
};

/* "held", "drifted", "untold", NULL. */
extern const char *const check_verdicts[CHECK_VERDICTS + 1];

/* One row of check.csv. */
struct check {
    const char *name;
    struct key key; /* its place on the axis is CSV_UNKNOWN */
    const char *temperature, *axis;
    const char *verdict;              /* of check_verdicts */
    const char *was, *now;            /* verdicts of the curve; "" where it was not measured now */
    double was_at, was_low, was_high; /* crossovers with their intervals */
    double now_at, now_low, now_high;
    uint64_t threshold;           /* the old value; CSV_UNKNOWN where it is none */
    uint64_t places;              /* that the costs are of */
    double mean_cost, worst_cost; /* of the old value now: 0.01 for 1 % */
    uint64_t worst_at;
    double now_mean_cost, now_worst_cost; /* of the value that would be exported now */
    const char *detail;
};

extern const struct csv_format check_format;

struct checks {
    struct check *rows;
    size_t count;
};

/* Modes of a host differ by this factor in the round trip of a cache line. */
#define CHECK_MODE_RATIO 1.5

/* So many places are chosen for a curve at most. */
enum { CHECK_MOST_PLACES = 13 };

/* The places at which thresholds of one work, along one axis, are to be measured again: a factor of
 * ten to either side of each crossover, or the last such factor that was measured where there is
 * none, and never beyond what was measured. Geometric, at most four to that factor. Those of other
 * works and axes are passed over, and noisy ones. Returns how many there are, in ascending order; 0
 * where none of them claims anything. */
size_t check_places(const struct thresholds *claims, const char *work, enum dimension axis,
                    uint64_t places[CHECK_MOST_PLACES]);

/* What was measured again. */
struct check_measured {
    const struct summaries *summaries;
    const struct crossovers *crossovers;
    const struct key *planned; /* what costs are told of: not the places that steering added */
    size_t planned_count;
    enum threshold_objective objective; /* of the file */
    double limit;                       /* a change this large counts: 0.25 */
    bool same_model;                    /* of CPU: then the host may be in another mode */
};

/* Judges each claim by what is known of its curve now. The crossover that is claimed is taken as
 * exact, since a program takes it so, and compared with the one of now as those of two runs are
 * (compare_intervals): it drifted where it moved by more than the limit and the interval of now
 * leaves it out, and held where it moved by less and that interval is narrower. What pays nowhere,
 * or always, has its crossover beyond the places measured. A curve that was ahead between two
 * places and is no longer, or the other way round, drifted. What drifted cannot be told where the
 * round trip of a cache line differs by more than CHECK_MODE_RATIO on the same model of CPU: a
 * virtual machine's CPUs then lie elsewhere, and may be back tomorrow. Rows are in the order of the
 * claims and point at their texts and at the summaries'. The caller frees rows. */
int check_find(const struct thresholds *claims, const struct check_measured *measured,
               struct checks *out, struct error *error);

size_t checks_of(const struct checks *checks, enum check_verdict verdict);

#endif
