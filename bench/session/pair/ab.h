#ifndef BREAKEVEN_SESSION_AB_H
#define BREAKEVEN_SESSION_AB_H

#include "bench/analyse/compare/comparison.h"
#include "bench/run/suite.h"
#include "bench/session/folder.h"
#include "bench/session/pair/contender.h"
#include "bench/visit/counter.h"

/* Two builds that are measured in the same rounds; strings are borrowed. */
struct ab {
    struct contender base, new; /* open */
    const char *suite;
    struct settings settings; /* of the suite */
    const char *out;          /* NULL: a folder is made up */
    enum folder_mode mode;
    bool quiet;
    const char *const *command_line; /* ends in NULL */
    double threshold;                /* of times and speedups: 0.05 for 5 % */
    double count_threshold;          /* of instructions */
};

/* Measures both builds in the same rounds into the folder, whose lock is the caller's, also where
 * this fails. */
int ab_measure_first(const struct ab *ab, struct run_folder *folder, struct error *error);

/* Measures both builds in the same rounds into the folder, and what is suspected then in fresh
 * rounds into the folder in it. */
int ab_measure(const struct ab *ab, struct run_folder *folder, struct error *error);

/* The folder for counts alone, with what host.json tells of both builds. */
int ab_open(const struct ab *ab, struct run_folder *folder, struct error *error);

/* Counts instructions of both builds. The rows' texts live as long as rows, which the caller frees.
 */
int ab_count(const struct ab *ab, struct counter *counter, struct comparisons *found,
             struct error *error);

#endif
