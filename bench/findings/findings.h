#ifndef BREAKEVEN_FINDINGS_FINDINGS_H
#define BREAKEVEN_FINDINGS_FINDINGS_H

#include "bench/analyse/crossover/cost_fit.h"
#include "bench/analyse/crossover/crossover.h"
#include "bench/analyse/scaling/scaling.h"
#include "bench/analyse/speedup.h"
#include "bench/analyse/visits.h"
#include "bench/data/floor_rows.h"
#include "bench/data/host.h"

#include <limits.h>
#include <stdbool.h>

/* What the files of a run tell: read once from its folder, and handed to every report. Start from
 * {0}; ends with findings_free, also where reading failed. */
struct findings {
    struct host host;
    struct visits visits; /* none where the rows come from the tables of an earlier report */
    struct disturbances disturbances;
    struct summaries summaries;
    struct crossovers crossovers;
    struct crossovers mode_crossovers; /* of each mode of the host alone */
    struct cost_fits cost_fits;
    struct scalings scalings;
    struct floor_rows floors; /* of a folder of floors, which holds nothing else */
    struct strings strings;   /* texts of rows that are not those of the visits */
};

/* Reads host.json and samples.csv, or its packed form, and analyses them anew. Refuses a run that
 * is not whole. */
int findings_read(const char *folder, struct findings *found, struct error *error);

/* The same without the analysis: the host and the rounds. */
int findings_read_rounds(const char *folder, struct findings *found, struct error *error);

/* True for a folder that holds floors.csv and no samples. */
bool findings_are_floors(const char *folder);

/* Reads host.json and floors.csv of such a folder. */
int findings_read_floors(const char *folder, struct findings *found, struct error *error);

/* Finds the summaries of the rounds alone, and writes summary.csv. */
int findings_write_summaries(const char *folder, struct findings *found, struct error *error);

/* Writes what was found beside the samples: summary.csv and crossover.csv; modes.csv, law.csv and
 * scaling.csv where they have rows, or else none is left there. */
int findings_write(const char *folder, const struct findings *found, struct error *error);

/* From here on the texts of rows are for people. What was made visible may stand elsewhere in the
 * order. */
int findings_make_printable(struct findings *found, struct error *error);

void findings_free(struct findings *found);

/* ------------------------------------------------------------------------------- in parts */

/* The path of a file in the folder; refuses (ERROR_USAGE) one that is too long. */
int findings_path(const char *folder, const char *name, char path[PATH_MAX], struct error *error);

/* host.json; optional: a folder without it has a host of which nothing is known. */
int findings_read_host(const char *folder, bool optional, struct findings *found,
                       struct error *error);

/* Refuses a run that is not whole, once its host is read, for who reads the tables of an earlier
 * report: where samples were not kept there is nothing to check. */
int findings_check_samples(const char *folder, const struct findings *found, struct error *error);

/* The tables of an earlier report. */
int findings_read_summaries(const char *folder, struct findings *found, struct error *error);
int findings_read_crossovers(const char *folder, struct findings *found, struct error *error);

#endif
