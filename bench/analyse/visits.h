#ifndef BREAKEVEN_ANALYSE_VISITS_H
#define BREAKEVEN_ANALYSE_VISITS_H

#include "bench/samples.h"

#include <stdbool.h>
#include <stddef.h>

/* One visit of a cell at one temperature: its readings reduced to one by medians. */
struct visit {
    const struct sample *const *rows; /* one a reading */
    const struct sample *sample;      /* the first of them: who it was */
    double ns, cpu_ns, participation;
    size_t readings;
};

/* All visits that hold times, by key, temperature and round. They point at the samples. */
struct visits {
    struct visit *rows;
    size_t count;
    const struct sample **sorted; /* all samples in the same order, those without times too */
    size_t sample_count;
};

/* Ends with visits_free where it returns 0. */
int visits_reduce(const struct samples *samples, struct visits *visits, struct error *error);
void visits_free(struct visits *visits);

/* A sample that holds a time. */
bool sample_is_ok(const struct sample *sample);

bool visit_is_disturbed(const struct visit *visit);

/* How many visits from rows[first] on are of the same cell at the same temperature; 0 at the end.
 */
size_t visits_of_cell(const struct visits *visits, size_t first);

/* The first visit of that cell at that temperature; visits->count where there is none. */
size_t visits_first(const struct visits *visits, const struct key *key, const char *temperature);

/* The undisturbed visit to that cell in the same temperature and round; NULL where there is none.
 */
const struct visit *visits_find(const struct visits *visits, struct key key,
                                const struct sample *like);

#endif
