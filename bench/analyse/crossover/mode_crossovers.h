#ifndef BREAKEVEN_ANALYSE_CROSSOVER_MODE_CROSSOVERS_H
#define BREAKEVEN_ANALYSE_CROSSOVER_MODE_CROSSOVERS_H

#include "bench/analyse/crossover/crossover.h"
#include "bench/analyse/disturbed.h"

/* The crossovers of each mode of the host alone, from the rounds in which both serial and the
 * strategy were visited in it, with the mode in the columns mode_; where these rounds are too few
 * to tell, there is no row. None where the host has one mode. In the order of crossover_compare,
 * then of modes. The visits stay as they are; rows point at their texts. The caller frees rows. */
int mode_crossovers_find(struct visits *visits, const struct disturbances *found, uint32_t cpus,
                         struct crossovers *out, struct error *error);

/* Notes in all rows the mode that most of the visits which count were in, and its share of these.
 */
void mode_crossovers_note(struct crossovers *crossovers, const struct disturbances *found);

#endif
