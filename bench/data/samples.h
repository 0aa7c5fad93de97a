#ifndef BREAKEVEN_DATA_SAMPLES_H
#define BREAKEVEN_DATA_SAMPLES_H

#include "bench/base/csv.h"
#include "bench/data/key.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* One row of samples.csv: one reading. The only thing that measuring hands on. Numbers that are not
 * known are NaN or CSV_UNKNOWN; texts are never NULL. */
struct sample {
    uint64_t round; /* from 1 */
    struct key key;
    const char *temperature; /* "cold" or "warm" */
    uint64_t reading;        /* from 0 within the visit */
    uint64_t maps;           /* timed as one */
    double ns_per_map;
    double open_ns, close_ns;
    double user_ns, sys_ns; /* of all processes and threads, over all maps of the reading */
    uint64_t minflt, majflt, nvcsw, nivcsw;
    uint64_t maxrss_kib;
    double participation;
    double roundtrip_ns;
    uint64_t steal_ticks;
    const char *status; /* "ok", or what went wrong; then the row holds no time */
    const char *detail;
    const char *runtime;    /* the library that ran OpenMP; "" where the strategy is not OpenMP */
    double visit_ns;        /* of the run, for the whole visit and what had to be done before it */
    double wake_ns;         /* of a futex after the key's idling; NaN where it does not idle */
    double first_result_ns; /* from a map's start to its first result; NaN: all came at once */
    uint64_t disturbed;     /* 1: by its canary the machine was disturbed; unknown during the run */
};

extern const struct csv_format samples_format;
extern const char *const temperatures[]; /* "cold", "warm", NULL */

/* Rows of a file, with the strings that they point at. */
struct samples {
    struct sample *rows;
    size_t count;
    struct strings strings;
};

/* Opens the file of a new run, which holds its header then. Never through a link. NULL on failure,
 * and then no file is left. */
FILE *samples_create(const char *path, struct error *error);

int samples_read(const char *path, struct samples *samples, struct error *error);
void samples_free(struct samples *samples);

#endif
