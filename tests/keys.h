#ifndef BREAKEVEN_TESTS_KEYS_H
#define BREAKEVEN_TESTS_KEYS_H

#include "bench/data/key.h"

/* A key in which each dimension has a value that is not the usual one. */
static inline struct key full_key(void)
{
    return (struct key){
        .work = "squares",
        .size = 100,
        .jobs = 8,
        .strategy = "forkpool",
        .workers = 2,
        .schedule = "dynamic",
        .chunk = 4,
        .env = "A=1",
        .parent_mib = 64,
        .parent_pages = "4k",
        .payload_in = 1024,
        .payload_out = 2048,
        .transport = "pipe",
        .bind = "compact",
        .spin_ns = 1000,
        .idle_ns = 5000,
        .neighbours = 1,
        .build = "new",
        .options = "b=1",
        .baseline = "py-serial",
        .python = "python3.12",
        .start_method = "fork",
        .jobs_per_worker = 25,
        .results = "ordered",
        .in_flight = 6,
        .hosts = 2,
    };
}

#endif
