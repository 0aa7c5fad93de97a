#ifndef BREAKEVEN_RUN_PLAN_H
#define BREAKEVEN_RUN_PLAN_H

#include "bench/run/suite.h"
#include "bench/visit/cell.h"

#include <stddef.h>
#include <stdint.h>

/* Cells with the same work, size, jobs and payload: they run the same batch, are compared with each
 * other and are visited in the same rounds. */
struct group {
    const struct work *work;
    uint64_t size, jobs;
    struct payload payload;
    enum dimension axis; /* along which crossovers of its work are looked for: plan_make */
    uint32_t workers;    /* that all strategies but serial have; 0: as the series says */
    bool is_rare;        /* in rounds of every cell it is visited in every second one */
    size_t first,
        count; /* of plan.cells; serial comes first, once for each env and caller memory */
};

/* What is measured. Cells borrow the texts of the suite's lists: the suite outlives the plan. */
struct plan {
    struct cell *cells;
    size_t cell_count;
    struct group *groups;
    size_t group_count;
};

/* The product of each series' lists. The axis of a work is the number of jobs where it has one size
 * and at least three numbers of jobs in all series, else the size. input_bytes: the size of the
 * suite's input file, of which a work that reads it takes its jobs where none are given. No system
 * call, no chance: the same plan for the same suite. */
int plan_make(const struct suite *suite, uint64_t input_bytes, struct plan *plan,
              struct error *error);
void plan_free(struct plan *plan);

/* The cells of these keys, each once, and the serial ones that they are compared with. Their works
 * and strategies are known, and what else they hold passes suite_check_key; refuses (ERROR_USAGE)
 * what no suite makes, as a schedule of a strategy that takes none. Cells borrow the keys' texts.
 */
int plan_of_keys(const struct key keys[], size_t count, struct plan *plan, struct error *error);

/* Has every cell visited by both builds: the base's stands behind the new one's, so that serial's
 * results are the new one's. */
int plan_for_both_builds(struct plan *plan, struct error *error);

/* The same cell of the other build; the cell itself where there is but one. */
size_t plan_counterpart(const struct plan *plan, size_t cell);

/* Leaves the cells with these keys, whichever build visits them, and the serial ones that they are
 * compared with. */
void plan_keep(struct plan *plan, const struct key keys[], size_t count);

/* The group of the same batches as group `like`, but at that place of its axis, for measuring it
 * between two that were planned: found, or made with the cells of `like`. Its index in *found. */
int plan_refine(struct plan *plan, size_t like, uint64_t place, size_t *found, struct error *error);

/* False where another group like that would make the plan too large. */
bool plan_can_grow(const struct plan *plan, size_t like);

/* The order in which a round visits `count` of the group's cells: a permutation of 0 to count - 1,
 * fixed by seed, group and round. */
void plan_order(uint64_t seed, size_t group, uint64_t round, size_t count, size_t order[]);

#endif
