#ifndef BREAKEVEN_STRATEGIES_RUNNER_FUNCTION_H
#define BREAKEVEN_STRATEGIES_RUNNER_FUNCTION_H

#include "bench/job/function.h"
#include "bench/plugin/describe.h"
#include "bench/plugin/probe.h"
#include "strategies/strategy.h"

/* What the harness knows of functions in Python: a process of its own (bench/plugin/describe.h)
 * asks a runner, which alone loads the module. */

/* What that process is asked for. */
#define FUNCTION_KIND "function"
#define FUNCTION_SIZES_KIND "function-sizes"

struct function_request {
    const char *text;   /* "mymodule.py:task", or "mymodule.py" where it has but one */
    const char *folder; /* where a path begins that is not absolute; NULL: the working directory */
    const char *python; /* the interpreter, by its path or its name in PATH */
    const char *arguments; /* "/path/file.jsonl"; NULL: it is called with the size */
};

/* Makes the function known as a work. NULL: see error, ERROR_USAGE where the function is at fault.
 */
const struct work *function_know(const struct function_request *request, struct error *error);

/* The sizes whose job takes shorter are not worth trying: a call in Python takes about as long. */
#define FUNCTION_SHORT_NS 1e3

/* How long a job takes by its size, from size 1 on and up to PROBE_LONG_NS. Fails with ERROR_USAGE
 * where no size can be run. */
int function_sizes(const struct work *work, const char *python, struct probed *probed,
                   struct error *error);

/* True where that interpreter says that it lacks what the strategy needs. What it does not tell of,
 * visits do. */
bool function_lacks(const char *python, const struct strategy_ops *strategy);

/* In the child: what a runner says of the function of that reference. Both are describe_functions;
 * how to ask is JSON: {"python": "python3", "arguments": "/path/file.jsonl"}. */
json_t *function_tell(void *none, const char *reference, const char *how, struct error *error);
json_t *function_tell_sizes(void *none, const char *reference, const char *how,
                            struct error *error);

#endif
