#ifndef BREAKEVEN_STRATEGIES_PLUGIN_ADAPTER_H
#define BREAKEVEN_STRATEGIES_PLUGIN_ADAPTER_H

#include "bench/base/error.h"
#include "include/breakeven/strategy.h"
#include "strategies/strategy.h"

/* A strategy of a shared library (include/breakeven/strategy.h), made one of ours: in a process
 * that has loaded the library, be it to measure the strategy or to say what it is. Its hooks lead
 * into the library, which sees batches through functions alone. */

/* Fails (ERROR_USAGE) where a struct of that file is of another ABI, lacks a hook that is required,
 * or says what has no meaning. */
int adapter_check(const struct breakeven_strategy *declared, const char *file, struct error *error);

/* The strategy that a checked struct of that file declares. There is one in a process: a second
 * call changes what the first one gave. */
const struct strategy_ops *adapter_make(const struct breakeven_strategy *declared,
                                        const char *file);

#endif
