#ifndef BREAKEVEN_REPORT_PANEL_TRAITS_H
#define BREAKEVEN_REPORT_PANEL_TRAITS_H

#include "bench/analyse/model/model.h"

/* What strategies say of themselves, for model_fit. Of a name that this program does not know (a
 * strategy from a library that is not loaded) it is that of a pool of processes. */
struct model_traits panel_traits(const char *strategy);

#endif
