#ifndef BREAKEVEN_JOB_FUNCTION_H
#define BREAKEVEN_JOB_FUNCTION_H

#include "bench/job/work.h"

/* Functions of the user's that a runner calls: "mymodule.py:task". No process of ours loads one. */

/* How many bytes tell what a function comes from: of its module, then of its arguments' file. */
enum { FUNCTION_IDENTITY_BYTES = 200 };

/* What is known of a function. */
struct function {
    const char *name, *summary;
    const char *reference; /* "/path/mymodule.py:task" */
    const char *arguments; /* "/path/file.jsonl"; NULL: it is called with the size */
    const char *identity;
    uint64_t lines;   /* of that file; 0: not known */
    double import_ns; /* that its module took to be imported; 0: not known */
};

/* True for texts that end in ".py" or ".py:NAME". */
bool function_is_named_by(const char *text);

/* Makes the function known as a work (work_register) to the end of this process, with copies of all
 * texts. NULL: see error. */
const struct work *function_register(const struct function *function, struct error *error);

#endif
