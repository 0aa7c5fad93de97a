#ifndef BREAKEVEN_DATA_BEGUN_H
#define BREAKEVEN_DATA_BEGUN_H

#include "bench/data/samples.h"

/* What is there of a run that goes on. */
struct begun {
    struct samples samples;
    uint64_t bytes; /* of the file, which hold them; what comes behind is measured again */
};

/* Reads the file of a run that goes on, and changes nothing. told: the rows that the run left, as
 * host.json tells; 0 where it did not end by itself. Where that, or a row that is cut off, says
 * that the last visit may not be whole, it is not among the samples. What is damaged anywhere
 * before is refused with file and line (ERROR_USAGE), and so is a file with other columns than rows
 * that are appended would have. */
int begun_read(const char *path, uint64_t told, struct begun *begun, struct error *error);
void begun_free(struct begun *begun);

/* Opens the file to append rows to what was read of it; the rest is dropped, and a file without a
 * header gets one. NULL on failure. */
FILE *begun_open(const char *path, const struct begun *begun, struct error *error);

#endif
