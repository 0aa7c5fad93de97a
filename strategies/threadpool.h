#ifndef BREAKEVEN_STRATEGIES_THREADPOOL_H
#define BREAKEVEN_STRATEGIES_THREADPOOL_H

#include "strategies/common/dispatch.h"

/* As the map of threadpool, for a part of the batch: see dispatch_begin_part. */
int threadpool_map_part(void *opened, struct batch *batch, struct dispatch_part part,
                        struct error *error);

#endif
