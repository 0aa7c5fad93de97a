#ifndef BREAKEVEN_RUN_CHOSEN_H
#define BREAKEVEN_RUN_CHOSEN_H

#include "bench/base/error.h"
#include "bench/base/parse.h"
#include "strategies/strategy.h"

/* Reads a list of strategies: names, "all" (every strategy that is built in but other libraries'
 * pools and runtimes), "python" (all of Python's), and libraries, "./libmine.so?threads=busy",
 * which are made known (strategies/plugin/); their paths begin in `folder`, or where that is NULL
 * in the working directory. In *out a library's word is its strategy's name and options:
 * "mine?threads=busy". origin: the option, or the line of a suite, for messages. */
int chosen_read(const char *origin, const char *text, const char *folder, struct words *out,
                struct error *error);

/* The strategy that such a word stands for, and its options: what stands behind a '?', or "". */
const struct strategy_ops *chosen_find(const char *word, const char **options);

#endif
