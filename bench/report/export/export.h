#ifndef BREAKEVEN_REPORT_EXPORT_H
#define BREAKEVEN_REPORT_EXPORT_H

#include "bench/analyse/compare/comparison.h"
#include "bench/analyse/speedup.h"
#include "bench/analyse/visits.h"
#include "bench/data/host.h"
#include "bench/data/samples.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What of a folder is exported. Start from {0}; ends with export_free. */
struct exported {
    struct host host;               /* {0} where a comparison has no host.json */
    bool compared;                  /* the folder holds a comparison, else a run */
    struct comparisons comparisons; /* of a comparison */
    struct summaries summaries; /* of a run; of one build of a comparison where rounds are told */
    struct visits visits;       /* its rounds; none where the folder holds no samples */
    struct samples samples;     /* what the visits point at */
    struct strings strings;     /* of the other rows */
};

/* Writes rows in one format. Returns how many entries were written: with none there is nothing to
 * export. Fills the error where memory is exhausted. */
typedef size_t export_function(FILE *file, const struct exported *from, struct error *error);

struct export_format {
    const char *name;
    bool rounds; /* it tells each round's time, so that of a comparison it holds one build */
    export_function *write;
    const char *help; /* who reads it */
};

extern const struct export_format export_formats[];
extern const size_t export_formats_count;

/* EXIT_USAGE where there is no format of that name, with the list and the nearest. */
int export_find(const char *name, const struct export_format **format, struct error *error);

/* Reads what the format needs of the folder of a comparison (comparison.csv) or else of a run
 * (summary.csv). side: which build's rounds, "base" or "new"; NULL for the new one. Texts become
 * printable. */
int export_read(const char *folder, const struct export_format *format, const char *side,
                struct exported *out, struct error *error);

/* Texts of rows that were not read but made. */
int export_make_printable(struct exported *rows, struct error *error);

/* EXIT_NOT_COMPARABLE where there is nothing to export. */
int export_write(FILE *file, const struct exported *from, const struct export_format *format,
                 struct error *error);

void export_free(struct exported *rows);

#endif
