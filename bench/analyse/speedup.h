#ifndef BREAKEVEN_ANALYSE_SPEEDUP_H
#define BREAKEVEN_ANALYSE_SPEEDUP_H

#include "bench/analyse/visits.h"

#include <stddef.h>
#include <stdint.h>

/* One row of summary.csv: a cell at one temperature over all rounds. */
struct summary {
    struct key key;
    const char *temperature;
    uint64_t rounds, readings;
    double median_ns, low_ns, high_ns; /* of one map */
    double cpu_ns;                     /* user and system time of one map, all processes */
    double serial_ns;                  /* serial's median over the same rounds */
    double speedup, speedup_low, speedup_high;
    double efficiency; /* speedup / parallelism */
    double overhead_ns_per_job;
    double participation;
    double roundtrip_ns;
    double wake_ns;         /* of a futex after the key's idling; NaN where it does not idle */
    double first_result_ns; /* from a map's start to its first result; NaN: all came at once */
    double p99_ns;          /* 99th percentile of single readings; NaN below 100 of them */
    const char *status;     /* "ok", or what went wrong in any of its visits */
    const char *detail;
    uint64_t disturbed; /* visits that are left out, since the machine was disturbed */
    double env_speedup, env_speedup_low, env_speedup_high; /* over the first environment by name */
    double parallelism; /* how many of its jobs can run at once: parallelism_of */
    double overhead_low_ns_per_job, overhead_high_ns_per_job;
    /* Of the whole curve, in the row of its best size alone (best.h). */
    double best_speedup, best_low, best_high;
    uint64_t best_rounds, best_sizes; /* that these are of */
    uint64_t best_noise;              /* 1: what is above the parallelism is noise */
    double p90_ns;                    /* 90th percentile of visits; NaN below MEANS_LEAST_VISITS */
    double mean_speedup, mean_speedup_low, mean_speedup_high; /* means_of_pairs */
    double behind, behind_low, behind_high; /* its time over that of the fastest: ranking.h */
    uint64_t behind_rounds;                 /* that are paired; 0: none is */
    /* In no file: by how much the middle of the quartiles of the rounds' log ratios to serial is
     * above their median. */
    double log_skew;
};

extern const struct csv_format summary_format;

struct summaries {
    struct summary *rows; /* in the order of summary_compare */
    size_t count;
};

/* Reduces visits to cells. A cell counts with the median over its rounds, its speedup with the
 * median of the log ratios to serial's visit in the same round and env.
 * efficiency = speedup / parallelism; overhead = the median over rounds of
 * (time - serial's in the same round / parallelism) / jobs. Rows point at the visits' texts. The
 * caller frees rows. */
int speedup_summarise(const struct visits *visits, uint32_t cpus, struct summaries *out,
                      struct error *error);

/* Orders by everything but size (key_compare_curve, temperature), then size: a curve's points stand
 * together. */
int summary_compare(const void *a, const void *b);

/* The place of the first row that does not stand before one with that key and temperature. */
size_t speedup_first_from(const struct summaries *summaries, const struct summary *like);

/* 0 where two rows differ in nothing but size (and what was measured). */
int summary_compare_curve(const struct summary *a, const struct summary *b);

#endif
