#ifndef BREAKEVEN_VISIT_READING_H
#define BREAKEVEN_VISIT_READING_H

#include "bench/data/stages.h"
#include "strategies/usage.h"

#include <stdint.h>

/* What came of a reading or a visit. */
enum status {
    STATUS_OK,
    STATUS_WRONG,       /* results differ from serial's, or a job was lost */
    STATUS_FAILED,      /* a job failed with an exit code, or the load beside it vanished */
    STATUS_CRASHED,     /* a job or the visit died of a signal */
    STATUS_TIMED_OUT,   /* the visit's deadline passed */
    STATUS_REFUSED,     /* the system refused memory, processes, threads */
    STATUS_UNAVAILABLE, /* this build or machine lacks the strategy */
    STATUS_COUNT,
};

/* "ok", "wrong" and so on, in the order of the enum. */
extern const char *const status_names[STATUS_COUNT];

/* Room for what a visit has written before it died, and a few words before that. */
enum { READING_MESSAGE_BYTES = 1024, READING_DETAIL_BYTES = READING_MESSAGE_BYTES + 176 };

/* No visit makes more readings. */
enum { READINGS_MOST = 10 };

/* What is not known of who ran the jobs of a reading: reading.usage_unknown. */
enum {
    USAGE_IS_UNKNOWN = 1,    /* nothing is known: getrusage is refused */
    USAGE_IS_TIME_ALONE = 2, /* processor time and maxrss_kib are, and no more */
};

/* One reading, as a visit sends it. Numbers that are not known are NaN. */
struct reading {
    uint32_t cold;    /* 1: open, first map and close; 0: maps on an open strategy */
    uint32_t reading; /* from 0 within the visit */
    uint64_t maps;    /* timed as one */
    double ns_per_map;
    double open_ns, close_ns;   /* before and after the first map; cold only */
    struct strategy_usage used; /* by all processes and threads, over all maps of the reading */
    uint64_t maxrss_kib;        /* of the largest process of the visit */
    uint32_t usage_unknown;     /* what of used and maxrss_kib is nothing; 0: all is known */
    double participation;       /* share of the workers that ran a job in the last map */
    double roundtrip_ns;        /* of a cache line between two CPUs, measured before */
    double wake_ns; /* of a futex wake after the cell's idling; NaN where it does not idle */
    /* From the start of the last map until the caller had the first result; NaN where it took all
     * at once. */
    double first_result_ns;
    uint64_t steal_ticks; /* stolen by the hypervisor during the whole visit; or CSV_UNKNOWN */
    uint32_t status;      /* enum status; where it is not ok, ns_per_map is NaN */
    char detail[READING_DETAIL_BYTES]; /* what went wrong, also where it was mended; "": nothing */
    char runtime[32];                  /* the library that ran OpenMP; "" where that is not used */
    uint32_t repeats;     /* the harness's: visits before this one that were dropped, as they were
                             stopped in between; of a visit's first reading */
    struct stages stages; /* of the whole visit; in its first reading alone */
};

/* The reading of a visit that has no time to tell, for that reason; no number of it is known. */
struct reading reading_without_time(enum status status);

#endif
