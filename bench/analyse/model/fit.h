#ifndef BREAKEVEN_ANALYSE_MODEL_FIT_H
#define BREAKEVEN_ANALYSE_MODEL_FIT_H

#include "bench/analyse/model/model.h"
#include "bench/analyse/visits.h"

/* What the visits do not tell of a strategy: bench/report/panel/traits.h has one that knows. */
typedef struct model_traits model_traits_of(const char *strategy);

/* The model that the visits of a run tell: a line for each strategy and number of workers that was
 * measured warm, whose parameters are fitted to its batches; what the run did not measure is NaN. A
 * calibration is such a run. The strategies' names are borrowed from the visits. Freed with
 * model_free. */
int model_fit(const struct visits *visits, uint32_t cpus, double page_bytes,
              model_traits_of *traits, struct model *out, struct error *error);

#endif
