#ifndef BREAKEVEN_FINDINGS_CLAIMS_H
#define BREAKEVEN_FINDINGS_CLAIMS_H

#include "bench/analyse/threshold/threshold.h"
#include "bench/base/text.h"
#include "bench/data/host.h"

#include <jansson.h>

/* What an exported file of thresholds says of itself in a form that is read again: a head, and an
 * object for each threshold. JSON holds them as they are, with the key "thresholds" in the head;
 * the other formats hold a comment line for each, which has the object behind one of these words.
 */
#define CLAIMS_HEAD "breakeven:thresholds"
#define CLAIMS_ROW "breakeven:threshold"

/* A file of another version is refused. */
enum { CLAIMS_VERSION = 1 };

/* Where, when and by what it was measured. */
struct claims_head {
    enum threshold_objective objective;
    uint32_t cpus; /* usable */
    const char *architecture, *model, *measured, *commit;
};

struct claims_head claims_head_of(const struct host *host, enum threshold_objective objective);

/* The caller's references; NULL where memory is exhausted. */
json_t *claims_describe_head(const struct claims_head *head);
json_t *claims_describe(const struct threshold *threshold);

/* A number that programs read of a threshold, by the suffix of its name. */
struct claims_value {
    const char *suffix; /* "", "_LOW", "_NS" ... */
    uint64_t count;     /* THRESHOLD_NEVER: no place is so large */
};
enum { CLAIMS_MOST_VALUES = 12 };

/* The numbers of a threshold that is not noisy, those that are known; returns how many. Times are
 * whole ns, rounded up. */
size_t claims_values(const struct threshold *threshold,
                     struct claims_value values[CLAIMS_MOST_VALUES]);

/* A file that was read. Start from {0}; ends with claims_free. */
struct claims {
    struct claims_head head;
    struct thresholds thresholds; /* at least one; each has a name of its own */
    struct strings strings;       /* the texts of all of this, as they are in the file */
};

/* Reads a file that `breakeven export` wrote, in any of its formats of thresholds. Refuses
 * (ERROR_USAGE) what is none, is damaged, is of another version, or was edited: each threshold has
 * a checksum, and what a program reads beside it, by whatever suffix, must be the same. */
int claims_read(const char *path, struct claims *claims, struct error *error);
void claims_free(struct claims *claims);

#endif
