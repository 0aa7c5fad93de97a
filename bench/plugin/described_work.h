#ifndef BREAKEVEN_PLUGIN_DESCRIBED_WORK_H
#define BREAKEVEN_PLUGIN_DESCRIBED_WORK_H

#include "bench/job/work.h"
#include "bench/plugin/describe.h"

/* Works of shared libraries as the harness knows them: by what a process of its own has told. */

/* Makes known the work that "./libmine.so" or "./libmine.so:NAME" names; a path that is not
 * absolute begins in `folder` (NULL: the working directory). Its description, which lives as long
 * as this process, or NULL. Errors begin with `origin`. */
const struct work *described_work(const char *origin, const char *text, const char *folder,
                                  struct error *error);

/* Prints a line for each work of a library, as `breakeven list work` does; how many there are in
 * *count. Errors begin with `origin`. */
int described_works_print(const char *origin, const char *path, size_t *count, struct error *error);

/* What the child tells of all: of the kind "works". */
json_t *described_works_tell(void *library, const char *path, const char *name,
                             struct error *error);

/* What the child tells of one: of the kind "work". */
json_t *described_work_tell(void *library, const char *path, const char *name, struct error *error);

#endif
