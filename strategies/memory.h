#ifndef BREAKEVEN_STRATEGIES_MEMORY_H
#define BREAKEVEN_STRATEGIES_MEMORY_H

#include "strategies/strategy.h"

#include <stdint.h>

/* What a strategy takes of the memory that is left, estimated from above before it is taken. */

/* The bytes that opening a strategy and running such a batch take beside input and batch_bytes, in
 * a process that holds held_bytes of private memory: what each worker costs the kernel, its page
 * tables, the payload that it holds and what its job takes. */
uint64_t strategy_memory_bytes(const struct strategy_ops *ops, const struct strategy_config *config,
                               const struct batch_request *request, uint64_t batch_bytes,
                               uint64_t held_bytes);

/* All that a process takes which makes such a batch and runs it under the strategy: the batch,
 * held_bytes, the strategy, and the process itself. Fails where no memory can be that large. */
int strategy_total_bytes(const struct strategy_ops *ops, const struct strategy_config *config,
                         const struct batch_request *request, uint64_t held_bytes, uint64_t *bytes,
                         struct error *error);

/* Refuses what of that does not fit into the memory that is left (ERROR_REFUSED), by the option
 * that asks for too much; held_name is said where held_bytes is not 0: " and --parent-mib". */
int strategy_check_memory(const struct strategy_ops *ops, const struct strategy_config *config,
                          const struct batch_request *request, uint64_t held_bytes,
                          const char *held_name, struct error *error);

#endif
