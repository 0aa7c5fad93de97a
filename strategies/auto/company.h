#ifndef BREAKEVEN_STRATEGIES_AUTO_COMPANY_H
#define BREAKEVEN_STRATEGIES_AUTO_COMPANY_H

#include "strategies/auto/belief.h"
#include "strategies/common/dispatch.h"
#include "strategies/strategy.h"

/* The workers that auto hands jobs to: another strategy, which is opened at first need. */

/* What auto hands over to. */
struct helpers {
    const struct strategy_ops *ops;
    int (*map_part)(void *state, struct batch *batch, struct dispatch_part part,
                    struct error *error);
    double worker_ns; /* what a worker costs to start and to end, until it was measured */
    double page_ns;   /* and each page that the caller holds */
    const struct helpers *instead; /* who is tried where these do not help; NULL: nobody */
};

struct company {
    const struct helpers *helpers;
    struct strategy_config config;
    void *state;       /* NULL: they are not there */
    struct help help;  /* what is known of them */
    double opening_ns; /* how long the start took */
    bool is_replaced;  /* others came first, and did not help */
    bool is_for_pages; /* or were not asked, since they would not where jobs take pages */
    bool is_measured;  /* what a region costs */
};

/* The workers are not started yet. */
struct company company_of(const struct helpers *helpers, const struct strategy_config *config);

/* Starts as many as run jobs at the same time by what is known of the jobs, unless they are there.
 */
int company_open(struct company *company, struct error *error);

/* Measures what a region costs, by some that have no jobs, unless that was done or the workers are
 * not there. */
int company_learn_region(struct company *company, struct batch *batch, struct error *error);

/* Runs a part of a batch. */
int company_map(struct company *company, struct batch *batch, struct dispatch_part part,
                struct error *error);

/* Ends the workers and takes those that are tried instead, who are not started yet. False: there
 * are none, and nothing was done. */
bool company_replace(struct company *company);

/* How many jobs run at the same time where each keeps a CPU busy for that share of its time. */
double company_at_once(const struct company *company, double busy);

void company_close(struct company *company);

#endif
