#include "bench/data/floor_rows.h"

#define COLUMN(field, type) CSV_COLUMN(struct floor_row, field, #field, type)

const char *const floor_words[] = {"none",   "roundtrip", "wake", "fork",    "vfork", "spawn",
                                   "thread", "dynamic",   "mpi",  "message", NULL};

static const struct csv_column columns[] = {
    CSV_WORD_COLUMN(struct floor_row, floor, "floor", floor_words),
    COLUMN(strategy, CSV_TEXT),
    COLUMN(workers, CSV_POSITIVE),
    COLUMN(unit, CSV_TEXT),
    COLUMN(rounds, CSV_KNOWN_COUNT),
    COLUMN(ns, CSV_NUMBER),
    COLUMN(ns_low, CSV_NUMBER),
    COLUMN(ns_high, CSV_NUMBER),
    COLUMN(multiple, CSV_NUMBER),
    COLUMN(multiple_low, CSV_NUMBER),
    COLUMN(multiple_high, CSV_NUMBER),
    COLUMN(participation, CSV_SHARE),
    COLUMN(visits, CSV_COUNT),
    COLUMN(disturbed, CSV_COUNT),
    COLUMN(repeated, CSV_COUNT),
    COLUMN(status, CSV_KNOWN_TEXT),
    COLUMN(detail, CSV_TEXT),
    COLUMN(bytes, CSV_COUNT),
};

const struct csv_format floor_format = {
    columns,
    sizeof columns / sizeof *columns,
    sizeof(struct floor_row),
};
