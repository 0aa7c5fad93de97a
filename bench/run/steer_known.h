#ifndef BREAKEVEN_RUN_STEER_KNOWN_H
#define BREAKEVEN_RUN_STEER_KNOWN_H

#include "bench/analyse/crossover/crossover.h"
#include "bench/analyse/disturbed.h"
#include "bench/run/steer.h"

/* What the steering knows of cells and curves: its own, and of nobody else. */

enum temperature { COLD, WARM, TEMPERATURES };

/* Why a cell is to be visited; what comes first is served first. */
enum want {
    WANT_VERDICT,   /* the curve's largest size, which decides whether it ever pays, lacks rounds */
    WANT_SURVEY,    /* it has not had the least number of rounds */
    WANT_CROSSOVER, /* a crossover lies beside it */
    WANT_PRECISION, /* it may be above 1 or below; or all its rounds lie close together */
    WANT_PASTIME,   /* time has to pass, so that rounds lie apart */
    WANT_NOTHING,
};

/* A cell has been seen in so many stretches of the run before its curve is settled: what the
 * machine did in one of them is not what it does. */
enum { LEAST_STRETCHES = 3 };

/* A visit and serial's in the same block. */
struct pair {
    double log_ratios[TEMPERATURES]; /* of serial's time to the cell's */
    double roundtrip_ns, serial_roundtrip_ns;
    uint64_t at_ns; /* after so much time of visits */
};

/* What is known of a cell. */
struct cell_state {
    size_t curve, group, serial; /* serial: the cell that it is paired with */
    enum want want;
    uint64_t visits;
    size_t pairs, target; /* undisturbed, when that was last judged, and wanted */
    size_t sufficient;    /* pairs that make its curve narrow, as far as can be told; 0: unknown */
    struct pair *made;    /* disturbed ones too, in the order of time */
    size_t made_count, room;
    size_t stretches;  /* that undisturbed pairs lie in, each a stretch's length after the last */
    uint64_t apart_ns; /* from when on a pair lies in another one */
    uint64_t pass;     /* in which it was visited last */
    bool given_up, unaffordable;
    uint64_t cost_ns; /* of its last visit; 0: not known */
    bool noted;       /* in the block under way: */
    struct steer_visit visit;
};

/* The cells that differ in nothing but the size, or but the number of jobs, in ascending order of
 * it. What is said of sizes holds for both. */
struct steer_curve {
    enum dimension axis; /* of their groups */
    size_t *cells;
    size_t count;
    bool serial, settled;
    double need_ns;  /* that its wants will take, when the pass began */
    bool gives_way;  /* to those that need less: the budget does not last for it */
    bool waits;      /* for nothing but time to pass, until */
    uint64_t due_ns; /* this, unless some of these pairs turn out to be disturbed: */
    size_t judged_pairs;
};

struct steer {
    struct plan *plan;
    struct steer_settings settings;
    struct cell_state *cells;
    struct steer_curve *curves;
    size_t curve_count, cell_count; /* cell_count: of the plan that is known here */
    uint64_t *rounds;               /* of each group */
    size_t group_count;
    size_t *block, *order;    /* room for the largest group */
    double *roundtrips_ns;    /* of all visits so far */
    double *ratios, *scratch; /* room for as many */
    size_t roundtrip_count, roundtrips_room;
    struct disturbances disturbances; /* as of the last judgement */
    struct crossover_point *points;   /* room for the longest curve */
    size_t *point_cells;
    size_t points_room;
    uint64_t clock_ns;   /* the time that all visits so far took */
    uint64_t stretch_ns; /* a stretch of the run lasts so long at least */
    uint64_t pass_ns;    /* a pass lasts so long, where there is enough to visit */
    size_t *pass;        /* groups in the order of the pass under way; room for all */
    size_t pass_at;      /* the next of them */
    size_t pass_count;
    uint64_t passes;
    unsigned urgency; /* of what the pass is made for */
};

int known_open(struct steer *steer);
void known_close(struct steer *steer);

/* What is compared with itself. */
bool known_is_serial(const struct steer *steer, size_t cell);

/* Judges from all canaries so far, as analysis does at the end, which visits were disturbed, and
 * counts each cell's pairs again: what is judged once, early, is not what the report leaves out. */
void known_judge_disturbances(struct steer *steer);

/* The log ratios of a cell's undisturbed pairs in the order of time, in steer->ratios; their count.
 */
size_t known_ratios(const struct steer *steer, size_t cell, enum temperature at);

/* It lacks some of so many pairs, and can be visited. */
bool known_lacks(const struct cell_state *state, size_t pairs);

/* Pairs that the cell lacks. */
bool known_is_open(const struct cell_state *state);

/* The curve's points in one temperature, in steer->points; returns how many cells have an interval.
 */
size_t known_points(struct steer *steer, const struct steer_curve *curve, enum temperature at);

/* Where a cell is on the axis of its curve: its size, or its number of jobs. */
uint64_t known_place(const struct steer *steer, size_t cell);

/* What the curve's first points tell in one temperature. */
struct crossover_result known_crossover(const struct steer *steer, size_t count);

/* The cell of the curve that has the size of that group; false where the group was planned without
 * it, by a section of its own. */
bool known_find(const struct steer *steer, size_t group, size_t curve, size_t *cell);

/* Adds a place on the axis to the plan: a size, or a number of jobs. Each of its cells belongs to
 * the curve of its model in group `like`. */
int known_add_place(struct steer *steer, size_t like, uint64_t place, size_t *found,
                    struct error *error);

int known_note(struct steer *steer, size_t cell, const struct steer_visit *visit);

/* The ratio of this block's visit to serial's, where both are there. */
int known_pair(struct steer *steer, struct cell_state *state);

/* What a visit to the cell will take: as long as the last; at least as long as the next smaller
 * size's, where it has had none. */
uint64_t known_expected_ns(const struct steer *steer, size_t cell);

#endif
