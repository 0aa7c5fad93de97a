#ifndef BREAKEVEN_ANALYSE_SCALING_SCALING_H
#define BREAKEVEN_ANALYSE_SCALING_SCALING_H

#include "bench/analyse/scaling/scaling_cause.h"
#include "bench/analyse/speedup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The CPUs that a run had. */
struct scaling_machine {
    uint32_t cpus;     /* that it may use */
    uint32_t affinity; /* the same without its cgroup's quota; 0: not known */
    uint32_t cores;    /* that these belong to; 0: not known */
    double quota;      /* CPUs that the cgroup's quota amounts to; NaN: none */
};

/* Where the workers of a cell run: "cores" (each has one), "hyperthreads" (some share one), "quota"
 * (there are CPUs, but no time on all of them), "oversubscribed" (some share a CPU) or "slots"
 * (each has one of a list of hosts, which says how many jobs a host runs at once). */
const char *scaling_place(const struct scaling_machine *machine, const struct key *key);

/* True where each worker has a core of its own, or a slot, by the row's place. */
bool scaling_has_room(const char *place);

/* One row of scaling.csv: one curve of speedup against workers, at one of its worker counts, warm.
 * What is told of the whole curve stands in each of its rows. */
struct scaling {
    struct key key; /* its size is the largest that most worker counts were measured at */
    const char *temperature;
    const char *mode;  /* "strong": the same jobs for all counts; "weak": as many for each worker */
    const char *place; /* scaling_place */
    double speedup, speedup_low, speedup_high;
    double efficiency;                                        /* speedup / workers */
    double serial_share, serial_share_low, serial_share_high; /* scaling_serial_share; of weak
                                                                 curves Gustafson's */
    const char *trend, *cause; /* of the whole curve; "unknown" where it is weak */
    uint64_t counts; /* worker counts that are known, each worker with a core or a slot of its own:
                        what trend, cause and law go by */
    const char *law; /* "amdahl", "usl" or "none" */
    const char *refused;              /* why there is none */
    double rate, rate_low, rate_high; /* of the law: see scaling_fit.h */
    double contention, contention_low, contention_high;
    double coherence, coherence_low, coherence_high;
    double peak, peak_low, peak_high; /* workers with the highest speedup */
    double fit_p;
    double fitted, fitted_low, fitted_high;          /* the law's speedup here; NaN beyond
                                                        SCALING_MOST_AHEAD */
    double predicted, predicted_low, predicted_high; /* of the largest of `counts`, by the law
                                                        fitted to the others; elsewhere NaN */
    double size_least;                               /* the smallest that was measured */
    double size50, size80, size95; /* the smallest size from which on the efficiency is above: at
                                      most, where it is size_least; NaN: none was measured */
    double pays_after, pays_after_low, pays_after_high; /* batches after which an open pool, its
                                                           start included, has beaten serial */
    double handover_share, steal_share, system_share, stall_share, idle_share; /* scaling_shares */
    double ceiling; /* the speedup of `stream` with as many workers */
    double participation;
};

extern const struct csv_format scaling_format;

struct scalings {
    struct scaling *rows; /* a curve's stand together, by ascending workers */
    size_t count;
};

/* The scaling of all strategies but serial that were measured with two worker counts, or with one
 * above 1. The caller frees rows; their texts are those of the summaries. */
int scaling_find(const struct visits *visits, const struct summaries *summaries,
                 const struct scaling_machine *machine, struct scalings *out, struct error *error);

#endif
