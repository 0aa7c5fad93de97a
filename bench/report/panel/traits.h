#ifndef BREAKEVEN_REPORT_PANEL_TRAITS_H
#define BREAKEVEN_REPORT_PANEL_TRAITS_H

#include "bench/analyse/model/model.h"

/* What strategies say of themselves, for model_fit. Of a name that this program does not know (a
 * strategy from a library that is not loaded) it is that of a pool of processes. */
struct model_traits panel_traits(const char *strategy);

/* Leaves out of a model what chooses among other strategies by itself: whoever asks a model may use
 * that in place of asking. */
void panel_leave_choosing(struct model *model);

#endif
