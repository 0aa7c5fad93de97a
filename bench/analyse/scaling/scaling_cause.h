#ifndef BREAKEVEN_ANALYSE_SCALING_SCALING_CAUSE_H
#define BREAKEVEN_ANALYSE_SCALING_SCALING_CAUSE_H

#include "bench/analyse/scaling/scaling_fit.h"

/* Nothing is lost that is worth a cause where the efficiency is surely above this. */
#define SCALING_EFFICIENT 0.95
/* A part of the loss is its cause from this share on. */
#define SCALING_MOST_OF_IT 0.5
/* Growth of the serial share over the counts measured, as a share of its mean: less is constant. */
#define SCALING_LEAST_GROWTH 0.10

/* The serial share by Karp and Flatt (Communications of the ACM 33, 1990): what of the work would
 * have to be serial for this speedup, were nothing else in its way; NaN with one worker. */
double scaling_serial_share(double speedup, double workers);

/* How the serial share goes with the number of workers: "constant", "rising", "falling", or
 * "unknown" where fewer than two counts above 1 are known. The slope against log(workers) is
 * "constant" unless chance makes one as steep in less than 1 %, and it is worth a word. */
const char *scaling_trend(const struct scaling_points *points);

/* What was measured with the most workers that have CPUs of their own, of one map in ns; NaN: not
 * known. */
struct scaling_evidence {
    double workers, jobs;
    double median_ns, serial_ns;
    double efficiency_low;
    double handover_ns; /* of the smallest jobs, beyond their share of serial's time; else as many
                           cache-line round trips as workers are waited for */
    double cpu_ns, serial_cpu_ns;
    double sys_ns;      /* of cpu_ns */
    double steal_share; /* of the machine's CPU time, that the hypervisor took */
    double switches;    /* voluntary ones */
    double participation;
    double speedup;
    double ceiling; /* the speedup of `stream` with as many workers */
};

/* The shares of the time that all workers take beyond serial's: what handing over takes, what the
 * hypervisor took, the kernel's time, other CPU time beyond serial's, and waiting asleep. */
struct scaling_shares {
    double handover, steal, system, stall, idle;
};
struct scaling_shares scaling_shares_of(const struct scaling_evidence *evidence);

/* The cause of the loss, one of scaling_causes. */
extern const char *const scaling_causes[];
const char *scaling_cause(const char *trend, const struct scaling_evidence *evidence);

#endif
