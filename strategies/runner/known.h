#ifndef BREAKEVEN_STRATEGIES_RUNNER_KNOWN_H
#define BREAKEVEN_STRATEGIES_RUNNER_KNOWN_H

#include "bench/plugin/describe.h"
#include "bench/runner/hello.h"
#include "strategies/strategy.h"

#include <jansson.h>
#include <stddef.h>

/* What the harness knows of runners: a process of its own (bench/plugin/describe.h) starts each,
 * which may hang or die of it, and tells what it said. */

/* What that process is asked for. */
#define RUNNER_KIND "runner"
#define PYTHON_KIND "python"

/* What stands before a runner's path where a visit is told of it, and where host.json tells of a
 * work that only a runner has. */
#define RUNNER_REFERENCE "runner:"

/* Makes the strategies of a runner known to this process, and the works that nobody else has. A
 * path that is not absolute begins in `folder`; NULL: in the working directory. origin: the option,
 * or the line of a suite. */
int runner_know(const char *origin, const char *path, const char *folder, struct error *error);

/* The names of the strategies of that runner, which is known; the number of those that were told.
 */
size_t runner_strategies(const char *path, const char *folder, const char *names[], size_t room);

/* What an interpreter says of itself with our script, asked once in this process; borrowed. NULL:
 * see error. */
const json_t *python_hello(const char *interpreter, struct error *error);

/* What the runner of a strategy said of itself; python: the interpreter of one of Python's. Asks
 * for it where that was not done. Borrowed; NULL: see error. */
const json_t *runner_told(const struct strategy_ops *ops, const char *python, struct error *error);

/* What a strategy takes, in our words: the flags of struct strategy_ops. */
unsigned runner_flags(const struct runner_strategy *told);

/* NULL; or why `python3` does not have a strategy of Python's. Asks for it (python_hello). */
const char *python_lacks(const struct strategy_ops *ops);

/* In a visit: the strategy of that name of the runner of that reference and identity, which is
 * there as it was when the run began. NULL: see error (ERROR_REFUSED). */
const struct strategy_ops *runner_adopt(const char *name, const char *reference,
                                        const char *identity, struct error *error);

/* In a visit: the work of that name, which only a runner has. */
const struct work *runner_adopt_work(const char *name, const char *reference, struct error *error);

/* In the child: what a runner, or an interpreter, says. Both are describe_functions. */
json_t *runner_tell(void *none, const char *path, const char *name, struct error *error);
json_t *python_tell(void *none, const char *interpreter, const char *name, struct error *error);

#endif
