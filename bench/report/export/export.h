#ifndef BREAKEVEN_REPORT_EXPORT_EXPORT_H
#define BREAKEVEN_REPORT_EXPORT_EXPORT_H

#include "bench/analyse/compare/comparison.h"
#include "bench/analyse/threshold/threshold.h"
#include "bench/data/samples.h"
#include "bench/findings/findings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What of a folder is exported. Start from {0}; ends with export_free. */
struct exported {
    bool compared;                  /* the folder holds a comparison, else a run */
    struct comparisons comparisons; /* of a comparison */
    struct samples samples;         /* what the rounds in found point at */
    /* The host, of which nothing is known where a comparison has no host.json; the summaries of a
     * run, or of one build of a comparison where rounds are told; the rounds as visits, none where
     * the folder holds no samples; and the strings of all rows but the samples. */
    struct findings found;
    enum threshold_objective objective; /* the caller's to set, for formats of thresholds */
    struct thresholds thresholds;       /* of a run; their texts are as they were read */
};

/* Writes rows in one format. Returns how many entries were written: with none there is nothing to
 * export. Fills the error where memory is exhausted. */
typedef size_t export_function(FILE *file, const struct exported *from, struct error *error);

struct export_format {
    const char *name;
    enum {
        EXPORT_ROWS,
        EXPORT_ROUNDS,     /* each round's time, so that of a comparison it holds one build */
        EXPORT_THRESHOLDS, /* of a run alone */
    } tells;
    export_function *write;
    const char *help; /* who reads it */
};

extern const struct export_format export_formats[];
extern const size_t export_formats_count;

/* ERROR_USAGE where there is no format of that name, with the list and the nearest. */
int export_find(const char *name, const struct export_format **format, struct error *error);

/* Reads what the format needs of the folder of a comparison (comparison.csv) or else of a run
 * (summary.csv). side: which build's rounds, "base" or "new"; NULL for the new one. Texts become
 * printable. Refuses (ERROR_USAGE) to make thresholds of a comparison. */
int export_read(const char *folder, const struct export_format *format, const char *side,
                struct exported *out, struct error *error);

/* Texts of rows that were not read but made. */
int export_make_printable(struct exported *rows, struct error *error);

/* ERROR_NOT_COMPARABLE where there is nothing to export. */
int export_write(FILE *file, const struct exported *from, const struct export_format *format,
                 struct error *error);

void export_free(struct exported *rows);

#endif
