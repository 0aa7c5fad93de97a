#ifndef BREAKEVEN_SESSION_ADVICE_BRIEF_RUN_H
#define BREAKEVEN_SESSION_ADVICE_BRIEF_RUN_H

#include "bench/data/samples.h"
#include "bench/run/suite.h"

/* A run of which only the samples are wanted: its folder lies among temporary files and is removed.
 */
struct brief_run {
    const char *suite_name, *suite_text;
    struct settings *settings; /* that override the suite's; they are taken over; NULL: none */
    const struct key *keys;    /* to measure in place of the suite's cells; NULL */
    size_t key_count;
    const char *const *command_line; /* ends in NULL */
};

/* Measures it without a word; *elapsed_ns is what the visits took. Fails where it is cut short or
 * interrupted, and where no row holds a time. Freed with samples_free, also where this fails. */
int brief_run_measure(const struct brief_run *run, struct samples *samples, uint64_t *elapsed_ns,
                      struct error *error);

#endif
