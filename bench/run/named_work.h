#ifndef BREAKEVEN_RUN_NAMED_WORK_H
#define BREAKEVEN_RUN_NAMED_WORK_H

#include "bench/base/parse.h"
#include "bench/job/work.h"

#include <stdbool.h>

/* Works that are named by a path: of a shared library, "./libmine.so:NAME", or a function in
 * Python, "mymodule.py:task". */

struct named_work {
    const char *text;
    const char *folder;  /* where a path begins that is not absolute; NULL: the working directory */
    const char *pythons; /* of which the first interpreter is asked about functions */
    const char *arguments; /* "/path/file.jsonl", for functions; NULL: none */
};

/* True for texts that name a work by a path. */
bool named_work_is(const char *text);

/* Makes it known (work_register). NULL with an error that begins with `origin`. */
const struct work *named_work_know(const char *origin, const struct named_work *named,
                                   struct error *error);

/* True for functions in Python. */
bool named_work_is_function(const struct work *work);

/* The strategies in Python that the first of these interpreters has what it needs for. Freed with
 * words_free. */
int named_work_strategies(const char *pythons, struct words *out, struct error *error);

/* Finds sizes worth trying by running jobs in a process of its own; as for --sizes. *tells is false
 * where the size does not change how long a job takes. Errors begin with the work's path. */
int named_work_sizes(const struct work *work, const char *pythons, char *text, size_t bytes,
                     bool *tells, struct error *error);

#endif
