#ifndef BREAKEVEN_VISIT_VISIT_H
#define BREAKEVEN_VISIT_VISIT_H

#include "bench/visit/wire.h"

#include <signal.h>

/* A visit is one cell in a fresh process of its own: no heap, thread or OpenMP runtime of one
 * strategy meets another. Started as `breakeven visit`, with its own process group and a deadline.
 */
#define VISIT_SUBCOMMAND "visit"

/* Set by a signal handler: the visit in hand is killed and visit_run returns. */
extern volatile sig_atomic_t visit_interrupted; /* the signal's number; 0: none */

/* What starts a visit, and how long it may take. */
struct visit_launch {
    const char *program;     /* breakeven itself, or a build of it that is compared */
    const char *environment; /* "K=V;K=V" of that build, before the cell's; NULL: none */
    /* Arguments before the program, the first of which is looked for in PATH, up to a NULL: at most
     * VISIT_MOST_WRAPPING. NULL: none. */
    const char *const *wrapper;
    uint64_t timeout_ns;
    const sigset_t *waiting_mask; /* in force while the visit is waited for */
};

enum { VISIT_MOST_WRAPPING = 8 };

/* Runs one visit and waits for its end, at most launch->timeout_ns; then its process group is
 * killed. Fills readings and *count, at least one: a visit that could not be started, crashed, hung
 * or said nothing becomes one reading that says so. One with times that was stopped in between is
 * dropped and made again, each time with the whole of that time; the first reading tells how often.
 * Fails only where the run was interrupted (ERROR_INTERRUPTED).
 *
 * The signals that set visit_interrupted must be blocked by the caller; they are let in while
 * waiting, by launch->waiting_mask. */
int visit_run(enum visit_kind kind, const struct cell *cell, const struct cell_context *context,
              const struct visit_launch *launch, struct reading readings[READINGS_MOST],
              uint32_t *count, struct error *error);

/* What the visiting process does: reads its request from descriptor 0, answers on descriptor 1. */
int visit_serve(struct error *error);

#endif
