#ifndef BREAKEVEN_DATA_HOST_JSON_H
#define BREAKEVEN_DATA_HOST_JSON_H

#include "bench/data/host.h"

#include <jansson.h>

/* What host_write writes; the caller's reference. NULL where the machine cannot be described. */
json_t *host_describe(const struct host_run *run);

/* What host_read reads; the caller's reference. NULL with an error that names file and line. */
json_t *host_load(const char *path, struct error *error);

#endif
