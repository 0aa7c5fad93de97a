#ifndef BREAKEVEN_RUN_STEER_H
#define BREAKEVEN_RUN_STEER_H

#include "bench/run/plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decides what a run visits next: where a visit narrows an answer. Pure: it sees times, never a
 * clock, and decides the same from the same visits. */
struct steer;

struct steer_settings {
    uint64_t seed;
    uint64_t budget_ns; /* used where rounds is 0 */
    uint64_t rounds;    /* visit every cell exactly so often; 0: as is needed within the budget */
    bool every_cell;    /* without rounds: visit every cell equally often while the budget lasts */
    double precision;   /* half the width of an interval that is narrow enough, 0.02 for 2 % */
};

/* Cells of one group that are visited one after the other in one round, serial among them. */
struct block {
    size_t group;
    uint64_t round;      /* of the group, from 1 */
    const size_t *cells; /* of the plan, in the order of the visits; the steering's until its end */
    size_t count;        /* 0: the run is over */
};

/* What the steering learns from a visit. */
struct steer_visit {
    bool ok;             /* otherwise the cell is not visited again */
    double cold_ns;      /* open, first map, close */
    double warm_ns;      /* median of the warm readings */
    double roundtrip_ns; /* of the canary; NaN: not known */
    uint64_t cost_ns;    /* of the whole visit */
};

/* How far the run has come. */
struct steer_tally {
    size_t curves;  /* of which a crossover is sought, cold and warm as one */
    size_t settled; /* for which nothing more was wanted */
};

/* The plan is borrowed, and grows by the sizes, or numbers of jobs, that are added around
 * crossovers.
 */
int steer_open(struct plan *plan, const struct steer_settings *settings, struct steer **steer,
               struct error *error);

/* What to visit next, after elapsed_ns of the budget. Every block is ended before the next. */
int steer_next(struct steer *steer, uint64_t elapsed_ns, struct block *block, struct error *error);

/* Tells of one visit of the block. Cells that were not visited stay as they were. */
int steer_note(struct steer *steer, size_t cell, const struct steer_visit *visit,
               struct error *error);

/* Pairs the block's visits with serial's. */
int steer_end(struct steer *steer, const struct block *block, struct error *error);

/* Rounds that the group has had. */
uint64_t steer_rounds(const struct steer *steer, size_t group);

/* The cell's median speedup so far, warm; NaN where it was not paired with serial yet. */
double steer_speedup(const struct steer *steer, size_t cell);

struct steer_tally steer_tally(const struct steer *steer);

void steer_close(struct steer *steer);

/* The rounds that every planned cell gets first: the least that give an interval. */
enum { STEER_LEAST_ROUNDS = 6, STEER_MOST_ROUNDS = 200 };

/* A crossover is narrow enough where its interval ends within this share of it. */
#define STEER_CROSSOVER_SHARE 0.10

#endif
