/* Made-up readings for tests of the analysis. */
#ifndef BREAKEVEN_TESTS_SAMPLES_H
#define BREAKEVEN_TESTS_SAMPLES_H

#include "bench/data/samples.h"
#include "tests/support.h"

/* A warm reading of one map of 8 jobs of squares/1000, by 1 worker where it is serial, else by 2,
 * of which nothing else is known; the test changes what it is about. */
static inline struct sample warm_sample(uint64_t round, const char *strategy, double ns)
{
    return (struct sample){
        .round = round,
        .key.work = "squares",
        .key.size = 1000,
        .key.jobs = 8,
        .key.strategy = strategy,
        .key.workers = text_equal(strategy, "serial") ? 1 : 2,
        .key.schedule = "",
        .key.chunk = CSV_UNKNOWN,
        .key.env = "",
        .key.parent_pages = "",
        .key.transport = "",
        .key.bind = "",
        .key.build = "",
        .key.options = "",
        .key.baseline = "",
        .key.python = "",
        .key.start_method = "",
        .key.results = "",
        .key.spin_ns = CSV_UNKNOWN,
        .temperature = "warm",
        .maps = 1,
        .ns_per_map = ns,
        .open_ns = NAN,
        .close_ns = NAN,
        .participation = NAN,
        .roundtrip_ns = NAN,
        .wake_ns = NAN,
        .first_result_ns = NAN,
        .status = "ok",
        .detail = "",
        .runtime = "",
        .visit_ns = NAN,
        .disturbed = CSV_UNKNOWN,
    };
}

#endif
